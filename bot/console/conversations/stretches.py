"""Which turns of a long conversation stand on a page: all of them would take seconds to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.console.paging import number_in

MOST_TURNS = 25
"""Turns of a page; a conversation of more is read in stretches, and on request as a whole."""
ALL = "all"

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stretches:
    """The turns of a conversation by stretches, and what of them is shown."""

    every: tuple[Numbers, ...]
    """The numbers of the turns of each, in order."""
    place: int | None
    """Which is shown, from 0; None for all of them."""

    @property
    def shown(self) -> Numbers:
        """The numbers of the turns that are shown."""
        return self.every[self.place] if self.place is not None else tuple(
            number for one in self.every for number in one)


def stretches(numbers: Sequence[int], turn: str = "", turns: str = "") -> Stretches:
    """The stretches of the turns *numbers*, each about as long as the others.

    Args:
        numbers: Of all turns, in order.
        turn: The number of one that is to be shown, as an address has it; with another, or none,
            the last stretch is: that is how the deal stands.
        turns: `ALL` for all of them.
    """
    many = max(1, -(-len(numbers) // MOST_TURNS))
    edges = [len(numbers) * n // many for n in range(many + 1)]
    every = tuple(tuple(numbers[edges[n]:edges[n + 1]]) for n in range(many))
    if turns == ALL or many == 1:
        return Stretches(every, None)
    wanted = number_in(turn)
    return Stretches(every, next(
        (n for n, one in enumerate(every) if wanted in one), many - 1))
