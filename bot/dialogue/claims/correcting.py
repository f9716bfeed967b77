"""What a message itself takes back: "for the army. No sorry, not the army, it's the coast guard".

A model judges each place of a message by the words around it, and hears the army in the first
sentence as surely as the coast guard in the second.  Which of the two is the last word shows in the
small words between them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Span
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told

_START, _END = attrgetter("start"), attrgetter("end")
CORRECTION_REACH = 12
"""Most words from a "sorry, I mean" to the value that it announces."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One value of a fact where a message has it, in tokens."""

    value: str
    span: Span

    @property
    def middle(self) -> float:
        """The token halfway: a model is often off by a word at either end."""
        return sum(self.span) / 2


def placed(told: Told, reading: Reading) -> Placed | None:
    """Where *told* stands among the tokens of *reading*; None if it covers none."""
    # They stand in order, and a model tells two dozen things of a deal.
    first = bisect_left(reading.tokens, told.start, key=_START)
    last = bisect_right(reading.tokens, told.end, first, key=_END)
    return Placed(told.value, (first, last)) if first < last else None


def replaced(
    held: Sequence[Placed], denied: Sequence[Placed], clauses: Clauses
) -> frozenset[str]:
    """Values of *held*, all of one fact, that the message takes back in favour of another one.

    Args:
        held: Every place where a value is heard.
        denied: Where one is said not to hold.
        clauses: The scope of the message's small words.
    """
    return frozenset({*_corrected(held, clauses), *_denied_after(held, denied)})


def _corrected(held: Sequence[Placed], clauses: Clauses) -> Iterator[str]:
    """Values heard before a correction only, where another one follows it."""
    for first, last in clauses.retractions:
        after = [one for one in held if one.middle >= last]
        right = {one.value for one in after
                 if clauses.words_between((first, last), one.span) <= CORRECTION_REACH
                 and not clauses.added_at(one.span)}
        if right:
            yield from {one.value for one in held} - {one.value for one in after}


def _denied_after(held: Sequence[Placed], denied: Sequence[Placed]) -> Iterator[str]:
    """Values that are denied after they are heard for the last time, another one being heard."""
    for no in denied:
        mine = [one.middle for one in held if one.value == no.value]
        if mine and max(mine) < no.span[0] and any(
                one.value != no.value and one.middle > max(mine) for one in held):
            yield no.value
