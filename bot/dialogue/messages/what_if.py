"""Whether a message supposes something, and where: "what if it was the army?"."""

from collections.abc import Iterator, Sequence

from bot.dialogue.messages.wondering import unopened
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered
from retrieval.words.mentions import Reading
from retrieval.words.suppositions import Supposes, never
from retrieval.words.tokens import Token

OPENING_WORDS = 3
"""Most words before the comma behind which a supposition may begin."""
STATED_WORDS = 3
"""Fewest words behind a "say" that state something: "say 30 days" is an estimate."""
CONTRARY_WITHIN = 5
"""Within so many words the verb of a short subject stands: "if protests over there were"."""
FAR_CONTRARY = 9
"""Within so many that of a longer one, where no other subject comes between: "if the courts and the
oversight there were"; "if I understand you right they were" has one."""


class WhatIf:
    """Finds suppositions.

    Args:
        intents: The phrases of one release by which people steer.
        cues: Its cue lists.
        sounds: What hears a supposition by its likeness to others.
    """

    def __init__(self, intents: Cues, cues: Cues, sounds: Supposes = never) -> None:
        self._intents, self._cues, self._sounds = intents, cues, sounds

    def is_supposed(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether a whole message supposes, by a phrase that says so or by how it sounds."""
        return self.supposes(reading, clauses) or self.sounds_so(reading, clauses)

    def sounds_so(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether a whole message sounds as what supposes does, whatever phrase it opens with.

        "Drop the drones, cctv instead" is an order, and "swap drones for cctv, better?" asks.
        """
        words = unopened(reading.tokens, self._cues)
        asks = self._asks_somewhere(reading, clauses)
        orders = not asks and bool(
            self._cues.starts("takes_back_by_name", words)
            or self._intents.starts("exchanges", words))
        opened = self._opened(reading.tokens)
        text = reading.text[opened[1]:] if opened else reading.text
        return not orders and self._sounds(text, asks)

    def _opened(self, sentence: Sequence[Token]) -> tuple[int, int] | None:
        """Where what merely opens *sentence* stands, set off by a mark: "right, and what if …"."""
        words = unopened(sentence, self._cues)
        opening = sentence[: len(sentence) - len(words)]
        return (opening[0].start, words[0].start) if words and any(
            not token.is_word for token in opening[1:]) else None

    def _asks_somewhere(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether a sentence asks, by its mark or its form: "swap it for Chile, then what"."""
        return "?" in reading.text or any(
            self._cues.starts("question", words) > 0
            or self._asks_what_then([t for t in words if t.is_word])
            for words in (unopened(reading.tokens[first:last], self._cues)
                          for first, last in clauses.sentences()))

    def supposes(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether a sentence begins as a supposition does: "what if", "and if it was"."""
        without = self._intents.starts("what_if_without", reading.tokens)
        if self._intents.find("what_if_anywhere", reading.tokens):
            return True
        if len(clauses.sentences()) == 1 and not any(t.norm == "," for t in reading.tokens) and (
                self._intents.starts("supposes_by_itself", reading.tokens)):
            return True
        return any(self.opens(reading.tokens[first:last])
                   or self._opens_behind(reading.tokens[first:last])
                   for first, last in clauses.sentences()) or (
            # The "without" is itself what is supposed.
            without > 0 and ("?" in reading.text or (
                without > 1 and reading.tokens[without - 1].norm
                in self._intents.words("supposed_away"))))

    def supposes_in(
        self, reading: Reading, clauses: Clauses, place: tuple[int, int]
    ) -> bool:
        """Whether the sentence at *place*, in characters, begins as a supposition does."""
        tokens = reading.tokens
        return any(self.opens(tokens[first:last]) for first, last in clauses.sentences()
                   if tokens[first].start <= place[0] < tokens[last - 1].end)

    def opens(self, sentence: Sequence[Token]) -> bool:
        """Whether *sentence* begins as a supposition does."""
        phrases = self._intents.by_name.get("what_if")
        words = unopened(sentence, self._cues, phrases)
        if self._intents.starts("supposes_nothing", words):
            return False
        what_about = self._intents.starts("what_if_instead", words)
        return bool(phrases and phrases.starts(words)) or (
            # "What about Oman instead", "what about adding drones"
            what_about > 0 and (
                bool(self._intents.find("in_place_of_that", words))
                # "What about we host it", "how about the navy runs it"
                or self._intents.starts("what_if_subjects", [
                    t for t in words[what_about:] if t.is_word]) > 0
                or self._states_behind("what_if_how_about", words)
                or self._intents.starts("what_if_behind", words[what_about:]) > 0)) or (
            # "If they had been caught before, would that change anything?"
            bool(words) and self._intents.starts("what_if_asked", words) > 0
            and (words[-1].norm == "?" or self._asks_behind(words)
                 or bool(self._intents.find("turns_out_so", words))
                 or self._is_contrary(words))
            # "If I recall, they refused?" is not sure.
            and not self._cues.starts("uncertain", words)) or (
            # "Had they refused, would we walk?"
            self._intents.starts("what_if_had", words) > 0
            and any(self._asks(words[i + 1 :]) for i, t in enumerate(words) if t.norm == ",")
        ) or (
            # "Adding face recognition, what changes?"
            self._intents.starts("what_if_behind", words) > 0 and self._asks_behind(words)) or (
            # "Swap Serbia for Croatia, still that bad?" asks, and without the mark it orders.
            bool(words) and words[-1].norm == "?" and self._intents.starts("exchanges", words) > 0
        ) or (
            self._says(words) > 0 or self._puts_in_place(words)
            or self._asked_before(words) is not None)

    def _is_contrary(self, words: Sequence[Token]) -> bool:
        """Whether what opens with an "if" is put contrary to fact: "if the army were to run it"."""
        if self._intents.find("contrary_to_fact", words[:CONTRARY_WITHIN]):
            return True
        subjects = self._cues.words("clause_subjects")
        return any(all(t.is_word and t.norm not in subjects for t in words[:first])
                   for first, _ in self._intents.find("contrary_to_fact", words[:FAR_CONTRARY]))

    def _says(self, words: Sequence[Token]) -> int:
        """How many of *words* are a "say" with a statement behind it; 0 if they don't begin so.

        "Say the ministry came round" supposes that, and "say that again" wants something of us.
        """
        length = self._intents.starts("what_if_say", words)
        return length if self._states_behind("what_if_say", words) and not (
            self._intents.starts("said_to_us", words[length:])) else 0

    def _states_behind(self, name: str, words: Sequence[Token]) -> bool:
        """Whether behind a phrase of the list *name* stand as many words as state something."""
        length = self._intents.starts(name, words)
        return length > 0 and sum(t.is_word for t in words[length:]) >= STATED_WORDS

    def _puts_in_place(self, words: Sequence[Token]) -> bool:
        """Whether it asks for one thing in the place of another: "could we rent it instead".

        "Were it a first sale rather than a renewal" does, and "is it for police rather than the
        army" asks which it is.
        """
        return self._intents.starts("might_be", words) > 0 and bool(
            self._intents.find("in_place_of_that", words))

    def _opens_behind(self, sentence: Sequence[Token]) -> bool:
        """Whether it opens so behind a word or two: "worst case, what if they …".

        What says so by itself does without a comma: "my friend what if they …".  Behind a colon
        nothing else has to ask: "rewind: pretend they sign".
        """
        if any(token.norm == ":" and self._intents.starts("what_if", sentence[i:])
               for i, token in enumerate(sentence[: OPENING_WORDS + 1], 1)):
            return True
        if any(self._intents.starts("what_if_itself", sentence[i:])
               for i in range(1, OPENING_WORDS + 1)):
            return True
        commas = [i for i, token in enumerate(sentence[: OPENING_WORDS + 1]) if token.norm == ","]
        words = sentence[commas[0] + 1 :] if commas else ()
        if self._intents.starts("what_if_itself", words):
            return True
        return self._cues.starts("question", words) > 0 and (
            self._intents.starts("what_if", words) > 0
            or bool(self._intents.find("what_if_asked", words)))

    def asks_for_leave(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether it asks for leave on a condition: "can we do it if they sign?".

        "If they sign, are we ok to quote?" does too.
        """
        return any(self._leave_before(words) or self._leave_behind(words)
                   for words in (unopened(reading.tokens[first:last], self._cues)
                                 for first, last in clauses.sentences()))

    def _leave_behind(self, words: Sequence[Token]) -> bool:
        """Whether *words* open with a condition and ask for leave behind its comma."""
        return self._intents.starts("what_if_asked", words) > 0 and any(
            self._intents.starts("leave_asked", words[i + 1 :])
            for i, token in enumerate(words) if token.norm == ",")

    def _asked_before(self, words: Sequence[Token]) -> int | None:
        """How many of *words* ask what becomes of what stands behind them; None if none do.

        "Would it be worse with face recognition" and "can we do it if they sign" suppose what
        stands behind "with" and "if".
        """
        leave = self._leave_before(words)
        if leave:
            return leave
        asks = self._cues.starts("inverted", words) or self._cues.starts("question", words)
        # "Less trouble if it's only for traffic?" leaves the "is it" out.
        left_out = bool(words) and words[-1].norm == "?" and (
            self._intents.starts("what_it_does", words) > 0)
        effects = self._intents.find("what_it_does", words) if asks or left_out else []
        for _, last in effects:
            if self._intents.starts("what_if_behind", words[last:]):
                return last
        # "Does adding face recognition make it worse"
        verb = self._cues.starts("inverted", words)
        return verb if verb and effects and (
            self._intents.starts("what_if_behind", words[verb:])) else None

    def _leave_before(self, words: Sequence[Token]) -> int:
        """How many of *words* ask for leave on the condition behind them; 0 if none do."""
        length = self._intents.starts("leave_asked", words)
        if not length:
            return 0
        if {t.norm for t in words[length : length + 1]} & self._cues.words("infinitive"):
            return length  # "is it ok to use a broker"
        joined = self._intents.find("on_condition", words)
        # "Can I ask if they are state-owned" asks whether, and "can we meet if they come" of a
        # meeting.
        for_what = words[length : joined[0][0]] if joined else ()
        small = self._cues.covered(for_what, FUNCTION_WORDS) | covered(
            span for name in ("go_ahead", "selling_words", "of_the_deal", "goes_through")
            for span in self._intents.find(name, for_what))
        return joined[0][1] if joined and all(
            i in small for i, token in enumerate(for_what) if token.is_word) else 0

    def _asks_behind(self, sentence: Sequence[Token]) -> bool:
        """Whether *sentence* ends in a question without a mark: "if they refuse can we leave".

        "If you need to know, they can see it" asks nothing.
        """
        cues, words = self._cues, [t for t in sentence if t.is_word]
        ours = cues.words("first_person") & cues.words("clause_subjects")
        if self._asks_what_then(words):
            return True
        for i in range(2, len(words)):
            begin = i + (words[i].norm in cues.words("asking_words"))
            verb = cues.starts("inverted", words[begin:])
            if verb and words[begin + verb :] and words[begin + verb].norm in ours:
                return True
        return False

    def _asks_what_then(self, words: Sequence[Token]) -> bool:
        """Whether *words* end by asking what comes of those before: "they sign, then what"."""
        return any(self._intents.starts("asks_what_then", words[i:]) == len(words) - i
                   for i in range(2, len(words)))

    def spans(self, reading: Reading, clauses: Clauses) -> Sequence[tuple[int, int]]:
        """Where in the text its words of supposing stand, and what it asks of what it supposes.

        "If they were jailed there, would that change it?" supposes what stands before the comma.
        """
        tokens = reading.tokens
        subjects = self._cues.words("clause_subjects")
        spans = [(tokens[first].start, tokens[last - 1].end)
                 for name in ("what_if", "what_if_asked", "what_if_instead", "what_if_anywhere",
                              "supposes_by_itself")
                 for first, last in (
                     # The "we" of "if we host it" says who does.
                     (first, last - (tokens[last - 1].norm in subjects))
                     for first, last in self._intents.find(name, tokens))]
        asked = [(i, last) for first, last in clauses.sentences() for i in range(first, last)
                 if tokens[i].norm == "," and self._asks(tokens[i + 1 : last])
                 # What stands before the comma may merely open it: "ok, what about the army".
                 and unopened(tokens[first : i + 1], self._cues)
                 and self.opens(tokens[first:last])
                 and not self._intents.starts("what_if", tokens[i + 1 : last])]
        spans += [(tokens[first].start, tokens[last - 1].end) for first, last in asked]
        # The "and" of "and without the reseller" adds nothing to what is known.
        spans += [(tokens[first].start, tokens[first + length - 2].end)
                  for first, last in clauses.sentences()
                  if (length := self._intents.starts("what_if_without", tokens[first:last])) > 1
                  and tokens[first + length - 1].norm in self._intents.words("supposed_away")]
        spans += self._asking(reading, clauses)
        # Nor does the "also" of "also, what about Ghana instead".
        spans += [opened for first, last in clauses.sentences()
                  if self.opens(tokens[first:last])
                  and (opened := self._opened(tokens[first:last])) is not None]
        return [*spans, *((t.start, t.end) for t in tokens if t.norm == "?" and not any(
            first <= t.start < last for first, last in spans))]

    def _asks(self, words: Sequence[Token]) -> bool:
        """Whether *words* begin as a question does, or as its other half: "or is it the same".

        So do those that ask what it does: "would your assessment change".
        """
        if self._cues.starts("question", words) or (
                self._cues.starts("inverted", words)
                and self._intents.find("what_it_does", words)):
            return True
        other = self._cues.starts("nor_words", words)
        return other > 0 and bool(self._cues.starts("question", words[other:])
                                  or self._cues.starts("inverted", words[other:]))

    def _asking(
        self, reading: Reading, clauses: Clauses
    ) -> Iterator[tuple[int, int]]:
        """Where what asks stands before or behind what is supposed, without a word for that."""
        for first, last in clauses.sentences():
            words = unopened(reading.tokens[first:last], self._cues)
            asked = self._says(words) or self._asked_before(words)
            if asked:
                yield words[0].start, words[asked - 1].end
                yield from ((words[i].start, words[j - 1].end) for i, j
                            in self._intents.find("what_it_does", words) if i >= asked)
