"""Whether a message supposes something, and where: "what if it was the army?"."""

from collections.abc import Sequence

from bot.dialogue.messages.wondering import unopened
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from retrieval.words.mentions import Reading
from retrieval.words.tokens import Token


class WhatIf:
    """Finds suppositions, with the small words of one release and what people steer by."""

    def __init__(self, intents: Cues, cues: Cues) -> None:
        self._intents, self._cues = intents, cues

    def supposes(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether a sentence begins as a supposition does: "what if", "and if it was"."""
        return any(self.opens(reading.tokens[first:last])
                   for first, last in clauses.sentences()) or (
            # The "without" is itself what is supposed.
            "?" in reading.text and self._intents.starts("what_if_without", reading.tokens) > 0)

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
        return bool(phrases and phrases.starts(words)) or (
            # "What about Oman instead"
            self._intents.starts("what_if_instead", words) > 0
            and bool(self._intents.find("in_place_of_that", words))) or (
            # "If they had been caught before, would that change anything?"
            bool(sentence) and self._intents.starts("what_if_asked", sentence) > 0
            and (sentence[-1].norm == "?" or self._asks_behind(sentence))
            # "If I recall, they refused?" is not sure.
            and not self._cues.starts("uncertain", sentence))

    def _asks_behind(self, sentence: Sequence[Token]) -> bool:
        """Whether *sentence* ends in a question without a mark: "if they refuse can we leave".

        "If you need to know, they can see it" asks nothing.
        """
        cues, words = self._cues, [t for t in sentence if t.is_word]
        ours = cues.words("first_person") & cues.words("clause_subjects")
        for i in range(2, len(words)):
            if self._intents.starts("asks_what_then", words[i:]) == len(words) - i:
                return True
            begin = i + (words[i].norm in cues.words("asking_words"))
            verb = cues.starts("inverted", words[begin:])
            if verb and words[begin + verb :] and words[begin + verb].norm in ours:
                return True
        return False

    def spans(self, reading: Reading, clauses: Clauses) -> Sequence[tuple[int, int]]:
        """Where in the text its words of supposing stand, and what it asks of what it supposes.

        "If they were jailed there, would that change it?" supposes what stands before the comma.
        """
        tokens = reading.tokens
        spans = [(tokens[first].start, tokens[last - 1].end)
                 for name in ("what_if", "what_if_asked", "what_if_instead")
                 for first, last in self._intents.find(name, tokens)]
        asked = [(i, last) for first, last in clauses.sentences() for i in range(first, last)
                 if tokens[i].norm == "," and self._cues.starts("question", tokens[i + 1 : last])
                 and self.opens(tokens[first:last])
                 and not self._intents.starts("what_if", tokens[i + 1 : last])]
        spans += [(tokens[first].start, tokens[last - 1].end) for first, last in asked]
        return [*spans, *((t.start, t.end) for t in tokens if t.norm == "?" and not any(
            first <= t.start < last for first, last in spans))]
