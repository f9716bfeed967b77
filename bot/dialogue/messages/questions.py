"""Whether a message, or a sentence of it, is a question by its form.

By the words that it opens with and the mark at its end; "drones for the police?" names a deal and
asks nothing.  Whether a verb in front asks is `bot.dialogue.messages.wondering`'s.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import TELLING_FACTS
from bot.dialogue.messages.stating import Stating
from bot.dialogue.messages.wondering import SHORT_QUESTION, unopened
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import Guidance, QuestionKind
from retrieval.words.mentions import Reading
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import Token

ENDING_WORDS = 3
"""Fewest words of a question that ends a statement."""
HEADING_WORDS = 2
"""Longest "judge?" that the next sentence may answer in the same breath."""
HEADED_WORDS = 5
"""Longest matter that a question may be put behind: "grievance mechanism - what makes it good"."""
_HEADS = frozenset({"-", "\u2013", "\u2014", ":"})


class Questions:
    """Tells questions by the small words of one release."""

    def __init__(self, guidance: Guidance, cues: Cues, stating: Stating) -> None:
        self._guidance, self._cues, self._stating = guidance, cues, stating

    def is_question(self, reading: Reading, span: Span) -> bool:
        """Whether the tokens of *span* are a question by their form."""
        tokens = unopened(reading.tokens[span[0] : span[1]], self._cues)
        if not tokens:
            return False
        tokens = self._behind_its_matter(tokens)
        begins = self._cues.starts("question", tokens) > 0 or self._ends_in_or_not(tokens)
        if begins and tokens[-1].norm != "?" and self._cues.starts("says_looked", tokens):
            return False  # "did our homework, no reports"
        if begins and (self._only_names(reading, (span[1] - len(tokens), span[1]))
                       or self._stating.states(reading, tokens)):
            return False
        return begins or (tokens[-1].norm == "?" and not _names_deal(reading, span))

    def _behind_its_matter(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """What *tokens* ask, where the matter stands before a dash or colon, else *tokens*.

        "Police - who host it" goes on from the police, and so only "what", "how" and "why" ask.
        """
        at = next((i for i, t in enumerate(tokens) if t.norm in _HEADS), 0)
        head, asked = tokens[:at], tokens[at + 1 :]
        if not head or not asked or len(head) > HEADED_WORDS or not (
                self._cues.starts("asks_behind_its_matter", asked)) or any(
                self._cues.find(name, head) for name in ("inverted", "first_person", "negation")):
            return tokens
        told = any(self._cues.find(name, asked) for name in ("dont_know", "uncertain"))
        return tokens if told else asked

    def _ends_in_or_not(self, tokens: Sequence[Token]) -> bool:
        """Whether its end alone asks: "sanctions apply or not".

        Behind a comma that says in any case ("they go on, licence or not"), and behind a "whether"
        or "no idea" nothing is asked.
        """
        said = [t for t in tokens if t.is_word or t.norm == ","]
        ends = self._cues.find("asks_by_its_end", said)
        return bool(ends) and ends[-1][1] == len(said) and ends[-1][0] > 1 and not any(
            t.norm == "," for t in said) and not any(
            self._cues.find(name, said) for name in ("dont_know", "uncertain", "leaves_both_open"))

    def _only_names(self, reading: Reading, span: Span) -> bool:
        """Whether the tokens of *span* say what something is, and leave that out: "is the police".

        So people write in whose language a verb needs no subject.  Nothing is asked of what is
        named, as "is the police ok" does, and no mark asks whether it is that.
        """
        first, *rest = reading.tokens[slice(*span)]
        being, small = self._cues.words("being_verbs"), self._cues.words(FUNCTION_WORDS)
        named = {i for m in reading.mentions if m.strength.is_firm
                 and self._guidance.questions[m.fact].several for i in range(m.first, m.last)}
        article = bool(rest) and rest[0].norm in ARTICLES
        # "Is a public prosecutor" says of what kind, but "is there police" asks.
        return first.norm in being and span[1] - 1 in named and all(
            token.norm in ARTICLES or i in named
            or (article and token.is_word and token.norm not in small)
            for i, token in enumerate(rest, span[0] + 1))

    def puts_a_question(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether any sentence is a question."""
        return any(self._is_put(reading, clauses))

    def opens_asking(self, reading: Reading, clauses: Clauses) -> bool:
        """Whether the first sentence is a question."""
        return next(self._is_put(reading, clauses), False)

    def _is_put(self, reading: Reading, clauses: Clauses) -> Iterator[bool]:
        """Whether each sentence is a question, and no heading that the next one answers at once.

        "Judge? No judge needed for that" and "court? the ministry decides" tell.
        """
        spans = clauses.sentences()
        asked = [self.is_question(reading, span) for span in spans]
        for position, (first, last) in enumerate(spans):
            words = sum(t.is_word for t in reading.tokens[first:last])
            heads = words <= HEADING_WORDS and False in asked[position + 1 : position + 2] and not (
                self._cues.starts("question", unopened(reading.tokens[first:last], self._cues)))
            yield asked[position] and not heads

    def ends_asking(self, reading: Reading) -> bool:
        """Whether a question ends what else says nothing: "we're a German company, does it apply".

        "They don't, do they" asks nothing.
        """
        return self.ending(reading) is not None

    def ending(self, reading: Reading) -> Span | None:
        """The tokens of the question behind the last comma; None if none is asked there."""
        tokens = reading.tokens
        begin = max((i + 1 for i, token in enumerate(tokens) if token.norm == ","), default=0)
        asks = begin > 0 and sum(t.is_word for t in tokens[begin:]) >= ENDING_WORDS and (
            self.is_question(reading, (begin, len(tokens))))
        return (begin, len(tokens)) if asks else None

    def asks(self, reading: Reading, clauses: Clauses, conversation: Conversation) -> bool:
        """Whether the message asks what the guidance says instead of telling of a deal."""
        if not reading.tokens.words or not self.puts_a_question(reading, clauses):
            return False
        first_person = self._cues.words("first_person")
        dealing = bool(self._cues.find("deal", reading.tokens)) and any(
            t.norm in first_person for t in reading.tokens)
        firm = {m.fact for m in reading.mentions if m.strength.is_firm}
        questions = self._guidance.questions
        place = any(questions[f].kind is QuestionKind.COUNTRY for f in firm)
        if place and len(firm) >= TELLING_FACTS:
            return False
        short = len(reading.tokens.words) <= SHORT_QUESTION
        if short and firm.intersection(conversation.awaiting()):
            return False
        return not (dealing and firm)


def _names_deal(reading: Reading, span: Span) -> bool:
    """Whether the tokens of *span* name facts enough to tell a deal."""
    firm = {m.fact for m in reading.mentions
            if span[0] <= m.first < span[1] and m.strength.is_firm}
    return len(firm) >= TELLING_FACTS
