"""What every command of an admin begins with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.commands.launching import assembled, reading
from bot.corpus_parts import CorpusParts
from bot.evaluating.held_deals import breaking

Command = Callable[..., None]
"""A function that Typer makes a command of."""
HIGHEST_NUMBER = 2**31 - 1
"""Of what a database numbers: a higher one can't even be asked for."""


@contextmanager
def administering(*, kept: bool = False) -> Iterator[CorpusParts]:
    """What an admin works with, of this process.

    Args:
        kept: Whether it is about what the database keeps: then none is made for it.

    Raises:
        NoDatabase: There is none, and it is about what one keeps.
    """
    with (reading() if kept else assembled()) as parts:
        yield CorpusParts(parts, breaks=breaking(parts))
