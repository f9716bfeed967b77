"""Whether a message supposes something of the deal, heard by its likeness to others."""

from collections.abc import Callable

Supposes = Callable[[str], bool]
"""Whether a text most likely supposes something: that of the deal something were otherwise."""


def never(_: str) -> bool:
    """Nothing is heard so."""
    return False
