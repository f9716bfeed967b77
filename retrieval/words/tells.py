"""What a model takes the clauses of a message to tell: values, their chances, and where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from retrieval.guidance import Fact

ANY = "*"
"""Stands for every value of a fact whose values are not told apart: countries."""


WANTS = Fact("wants")
ELSEWHERE = "elsewhere"
"""Stand for a wish that the texts don't speak to: no fact of a deal, but heard alike."""


@dataclass(frozen=True, slots=True)
class Told:
    """One value that one clause may state of the deal."""

    fact: Fact
    value: str
    """A value of the fact; `ANY`; `UNKNOWN` where the person says that it isn't known; or
    `ELSEWHERE` of `WANTS`."""
    chance: float
    """How likely the clause states it, in [0, 1]."""
    start: int
    end: int
    """Characters of the clause in the message."""


Tells = Callable[[str], Sequence[Told]]
"""What a text tells, clause by clause; chances too small to matter are left out."""


@runtime_checkable
class Taught(Protocol):
    """A `Tells` that says what it was ever taught: of all else its silence means nothing."""

    def knows(self, fact: Fact, value: str) -> bool:
        """Whether it has learned to hear *value* of *fact*, by itself or as any other."""
        ...


@runtime_checkable
class HasRead(Protocol):
    """A `Tells` that says which words those wrote whom it was taught by."""

    def has_read(self, word: str) -> bool:
        """Whether *word*, as `Token.norm` has it, is among them, in any of its endings."""
        ...
