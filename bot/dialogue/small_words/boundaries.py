"""Where the clauses and sentences of a message begin and end, and what lies between two words.

Works on its tokens alone, whatever they name.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.tokens import Tokens

QUOTED_WORDS = 18
"""Most words of a clause that is quoted whole."""
QUOTED_BESIDE = 6
"""Most words on either side of what a fact rests on that are quoted of a longer clause."""


class Boundaries:
    """The clauses and sentences of one message.

    Args:
        tokens: The message; spans are places among them, the last one exclusive.
        cues: The small words of a release, among them those that begin a clause.
    """

    def __init__(self, tokens: Tokens, cues: Cues) -> None:
        self.tokens = tokens
        self._cues = cues
        joins, subjects = cues.words("joins"), cues.words("clause_subjects")
        self._breaks = cues.covered(tokens, "boundary") | {
            i for i, token in enumerate(tokens) if token.ends_clause
        } | {
            i for i, token in enumerate(tokens[:-1])
            if token.norm in joins and tokens[i + 1].norm in subjects
        }
        self._in_order = sorted(self._breaks)
        self._words = (0, *accumulate(token.is_word for token in tokens))
        self._stops = {i for i, token in enumerate(tokens) if token.ends_sentence}
        ends = sorted({*(i + 1 for i in self._stops), len(tokens)} - {0})
        self._sentences = tuple(zip((0, *ends), ends, strict=False))

    def sentences(self) -> Sequence[Span]:
        """Token spans of the sentences, their closing mark included."""
        return self._sentences

    def positions(self, span: Span) -> range:
        """The tokens of the clause that *span* stands in."""
        before = bisect_left(self._in_order, span[0])
        begin = self._in_order[before - 1] + 1 if before else 0
        return range(begin, self.end_of(span[1]))

    def end_of(self, position: int) -> int:
        """The token behind the last one of the clause that *position* stands in."""
        behind = bisect_left(self._in_order, position)
        if behind < len(self._in_order):
            return self._in_order[behind]
        return max(position, len(self.tokens))

    def end_behind(self, position: int) -> int:
        """The end of the clause of the first word from *position* on: a mark there ends none.

        "On condition, that they sign": people put a comma, or are heard to pause, where none is
        due.
        """
        while position < len(self.tokens) and not self.tokens[position].is_word:
            position += 1
        return self.end_of(position)

    def same_clause(self, one: Span, other: Span) -> bool:
        """Whether no clause boundary lies between two spans."""
        low, high = min(one[1], other[1]), max(one[0], other[0])
        behind = bisect_left(self._in_order, low)
        return behind == len(self._in_order) or self._in_order[behind] >= high

    def same_sentence(self, one: int, other: int) -> bool:
        """Whether two tokens stand in one sentence."""
        return any(first <= one < last and first <= other < last for first, last in self._sentences)

    def words_between(self, one: Span, other: Span) -> int:
        """Words that stand between two spans."""
        low, high = min(one[1], other[1]), max(one[0], other[0])
        # Counted beforehand: it is asked of each "not" and each name, and of hundreds in long mail.
        return max(0, self._words[high] - self._words[low])

    def asked(self, span: Span) -> bool:
        """Whether what stands at *span* is put as a question: "they need no warrant, right?"."""
        return any(begin <= span[0] < end and self.tokens[end - 1].norm == "?"
                   for begin, end in self.sentences())

    def is_left_open(self, span: Span) -> bool:
        """Whether the clause of *span* ends in a question mark or a colon."""
        end = self.positions(span).stop
        return end < len(self.tokens) and self.tokens[end].norm in {"?", ":"}

    def around(self, span: Span) -> Span:
        """What to quote for *span*, whose ends were chosen by weights and not by sense.

        That is its clause, less an "and" at either end; of a long one, what stands between the
        nearest "and" or "but" on either side, or a few words.  A question that goes on from it is
        none of it: "they share it freely and what do we do now".
        """
        turns = self._cues.words("turns")
        span = self._without_next_to_it(span)
        clause = self.positions(span)
        first, last = clause.start, clause.stop
        if sum(t.is_word for t in self.tokens[first:last]) > QUOTED_WORDS:
            first, last = max(first, span[0] - QUOTED_BESIDE), min(last, span[1] + QUOTED_BESIDE)
            joins = [i for i in range(first, last) if self.tokens[i].norm in turns]
            first = max((i for i in joins if i < span[0]), default=first)
            last = min((i for i in joins if i >= span[1]), default=last)
        last = next((i for i in range(span[0] + 1, last) if self.tokens[i].norm in turns
                     and self._goes_on_asking(i + 1)), last)
        while last > span[1] and self.tokens[last - 1].norm in turns:
            last -= 1
        return first + (first < span[0] and self.tokens[first].norm in turns), last

    def _without_next_to_it(self, span: Span) -> Span:
        """*span* without marks at its ends, and without one word of another clause there.

        A model is often off by a word at either end: of "they watch demos, is it ok to quote" it
        may hear up to the "is", and of "the chief just signs. ok?" all.  One word always stays.
        """
        first, last = span
        while self._holds_word(first, last - 1) and self._is_beside(last - 1, last - 2, last):
            last -= 1
        while self._holds_word(first + 1, last) and self._is_beside(first, first + 1, first - 1):
            first += 1
        return first, last

    def _holds_word(self, first: int, last: int) -> bool:
        return any(token.is_word for token in self.tokens[first:last])

    def _is_beside(self, edge: int, inner: int, outer: int) -> bool:
        """Whether *edge* is a break, or behind one at *inner* the word of another clause.

        That is one which goes on at *outer*, or merely opens or closes what is said: "thanks".
        """
        if edge in self._breaks or inner not in self._breaks:
            return edge in self._breaks
        goes_on = 0 <= outer < len(self.tokens) and outer not in self._breaks
        return goes_on or self.tokens[edge].norm in self._cues.words("sentence_openers")

    def _goes_on_asking(self, position: int) -> bool:
        """Whether a question begins at *position*: "what should we do".

        "And who are held" tells more of what is told.
        """
        behind = self.tokens[position + 1 :]
        verb = self._cues.starts("inverted", behind)
        return verb > 0 and self.tokens[position].norm in self._cues.words("asking_words") and (
            any(token.norm in self._cues.words("pronouns") for token in behind[verb : verb + 1]))

    def word_before(self, position: int) -> int | None:
        """Where the last word before *position* stands that is no break."""
        return next((i for i in range(position - 1, -1, -1)
                     if self.tokens[i].is_word and i not in self._breaks), None)

    def _clause_end(self, position: int) -> int:
        while position < len(self.tokens) and position not in self._stops:
            position += 1
        return position
