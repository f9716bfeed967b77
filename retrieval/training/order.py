"""Which exemplars come next while the reader learns: all by turns, what it can less often."""

from collections.abc import Iterable
from random import Random

AGAIN = 0.5
"""How likely an exemplar that was heard rightly is to come in the round after."""


class Order:
    """Deals out so many exemplars by chance, round after round.

    In a round each comes once at most.  Who was heard rightly the last time sits a round out by
    chance, so what is hard comes oftener, and what is known isn't forgotten.
    """

    def __init__(self, count: int, chance: Random) -> None:
        """Begin the first round.

        Raises:
            ValueError: There are none.
        """
        if count < 1:
            raise ValueError("there are no exemplars to learn from")
        self._count, self._chance = count, chance
        self._to_come: list[int] = []
        self._known: set[int] = set()

    def take(self, many: int) -> list[int]:
        """The numbers of the next *many* exemplars; a round's rest comes before the next round."""
        while len(self._to_come) < many:
            more = [n for n in range(self._count)
                    if n not in self._known or self._chance.random() < AGAIN]
            self._chance.shuffle(more)
            self._to_come = more + self._to_come
        return [self._to_come.pop() for _ in range(many)]

    def heard(self, judged: Iterable[tuple[int, bool]]) -> None:
        """Note of each exemplar by its number whether all that it states was heard rightly."""
        for number, rightly in judged:
            if rightly:
                self._known.add(number)
            else:
                self._known.discard(number)
