"""Whether a message supposes something of the deal, heard by its likeness to others."""

from collections.abc import Callable

Supposes = Callable[[str, bool], bool]
"""Whether a text most likely supposes something: that of the deal something were otherwise.

The second argument is whether it asks, as it does by its form, with a question mark or without.
"""


def never(_: str, __: bool) -> bool:
    """Nothing is heard so."""
    return False
