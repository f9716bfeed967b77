"""What is not said for certain: what a "maybe", a "they claim" or a "no idea" is of.

A hedge covers its clause, as far as it is near; what others say, and what is doubted or nobody
knows, likewise.
"""

from collections.abc import Sequence

from bot.dialogue.small_words.boundaries import Boundaries
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.words.mentions import Mention, Reading, Strength

HEDGE_REACH = 8
"""Most words between a "maybe" and what it hedges, for messages without any stops."""
OFFER_WITHIN = 5
"""Where, in tokens behind an "asked if", a word of selling makes a deal of what was asked."""
NEARLY_REACH = 1
"""Most words between an "almost" and what it is of: "they were about to all refuse"."""


class Doubts(Boundaries):
    """Which mentions of one message are hedged, hearsay, doubted or unknown.

    Args:
        reading: The message, with what its words name.
        cues: The small words of a release.
    """

    def __init__(self, reading: Reading, cues: Cues) -> None:
        super().__init__(reading.tokens, cues)
        self._taken = [p for m in reading.mentions if m.strength.is_firm for p in m.parts]
        # "We might sell drones to the army": it is drones and the army, if anything.
        prospects = [*cues.find("prospect", self.tokens),
                     # "Any prob selling them cameras?" asks after a problem.
                     *cues.find("short_for_problem", self.tokens)]
        self.hedges = [s for s in cues.find("uncertain", self.tokens)
                       if not overlaps(s, self._taken) and not overlaps(s, prospects)]
        """Where a "maybe" stands that hedges anything."""
        offers = [first for first, _ in cues.find("offer", self.tokens)]
        # "They asked if we can supply drones" is how a deal comes in.
        self._asked_whether = [span for span in cues.find("asked_whether", self.tokens) if not any(
            span[1] <= first < span[1] + OFFER_WITHIN for first in offers)]
        self._hearsay = cues.find("hearsay", self.tokens)
        self._disbelief = cues.find("disbelief", self.tokens)
        self._partly = cues.find("partly_so", self.tokens)
        self._rebutted = cues.find("rebutted", self.tokens)
        self._nearly = [s for s in cues.find("nearly_so", self.tokens)
                        if not overlaps(s, self._taken)]
        self._beside = cues.covered(self.tokens, FUNCTION_WORDS, "reporters")
        self.unknowns = cues.find("dont_know", self.tokens)
        """Where a "don't know" stands."""

    def hedged(self, mention: Mention) -> bool:
        """Whether *mention* stands in a clause with a "maybe" and near to it, or beside one.

        "The courts are fine, I think" has the "maybe" in a clause of its own.  What somebody only
        asked of the product is not told to be so: "they asked if it can block news sites".
        """
        mine = (mention.first, mention.last)
        return any(self._is_of(span, mine) for span in self.hedges) or any(
            span[1] <= mention.first and self._is_of(span, mine) for span in self._asked_whether)

    def hearsay(self, mention: Mention) -> bool:
        """Whether others say that *mention* holds, or it is doubted: "they claim", "on paper".

        Words that name the value by themselves report nothing: "all of it is on paper".
        """
        mine = (mention.first, mention.last)
        own = () if mention.strength is Strength.TOLD else mention.parts
        return any(self._is_of(span, mine) for span in self._hearsay
                   if not overlaps(span, own)) or any(
            self._is_of(span, mine, back=True) for span in self._disbelief)

    def partly(self, mine: Span) -> bool:
        """Whether what stands at *mine* holds in part by words in it or beside it: "mostly calm".

        So does what holds in some places, of another order, or not yet.
        """
        return any(self._is_of(span, mine) for span in self._partly)

    def rebutted(self, mention: Mention) -> bool:
        """Whether it is told that *mention* did not hold up: "that turned out to be false"."""
        mine = (mention.first, mention.last)
        return any(self._is_of(span, mine, back=True) for span in self._rebutted)

    def nearly(self, mention: Mention) -> bool:
        """Whether *mention* did not quite come about, by a word before it: "almost refused".

        It may stand between its words, as in "the review is almost done"; where no words name it,
        in the first half of those it is heard in.
        """
        mine = (mention.first, mention.last)
        parts = [mine] if mention.strength is Strength.TOLD else mention.parts
        return any(self.same_clause(span, part) and self.words_between(span, part) <= NEARLY_REACH
                   and span[0] <= (sum(mine) // 2 if part == mine else part[0])
                   for span in self._nearly for part in parts)

    @property
    def reports(self) -> bool:
        """Whether anything in the message is hearsay or doubted."""
        return bool(self._hearsay or self._disbelief)

    def _is_of(self, span: Span, mine: Span, *, back: bool = False) -> bool:
        """Whether *span*, a hedge, is of what stands at *mine*.

        It is where it stands near it in its clause.  One that has a clause to itself is of the one
        before, else of the next one; with *back*, of the one before even across a stop.
        """
        if self.same_clause(span, mine):
            return self.words_between(span, mine) <= HEDGE_REACH
        clause = self.positions(span)
        if any(self.tokens[i].is_word and i not in self._beside and not span[0] <= i < span[1]
               for i in clause):
            return False
        before = self.word_before(clause.start)
        if before is not None and (back or not self._stops & set(range(before, clause.start))):
            return self._holds(self.positions((before, before + 1)), mine)
        after = next((i for i in range(clause.stop, len(self.tokens))
                      if self.tokens[i].is_word and i not in self._breaks), None)
        return after is not None and not self._stops & set(range(clause.stop, after)) and (
            self._holds(self.positions((after, after + 1)), mine))

    @staticmethod
    def _holds(clause: range, mine: Span) -> bool:
        return mine[0] < clause.stop and clause.start < mine[1]

    def unknown(self, mention: Mention) -> bool:
        """Whether *mention* is what nobody knows of: "no idea about unrest"."""
        mine = (mention.first, mention.last)
        between = self._cues.words("unknown_of")
        return any(span[1] <= mention.first and self.same_clause(span, mine)
                   and all(t.norm in between for t in self.tokens[span[1] : mention.first])
                   for span in self.unknowns)

    def asked_of(self, span: Span) -> range:
        """Where the clause of *span*, a "don't know", stands, with what it asks: "who decides"."""
        clause = self.positions(span)
        begin, end = clause.start, clause.stop
        while end < len(self.tokens) and self.tokens[end].is_word and (
                not any(t.is_word for t in self.tokens[span[1] : end])):
            end = self.end_of(end + 1)
        return range(begin, end)


def overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether *span* has a token in common with any of *others*."""
    return any(span[0] < last and first < span[1] for first, last in others)
