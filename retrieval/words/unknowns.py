"""How likely it is, heard by its likeness to others, that an answer says "I don't know"."""

from collections.abc import Callable

SoundsUnknown = Callable[[str], float]
"""The chance that a text says of what was asked that its author, or nobody yet, knows it."""


def never(_: str) -> float:
    """Nothing is heard so."""
    return 0.0
