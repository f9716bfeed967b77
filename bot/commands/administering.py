"""What every command of an admin begins with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.commands.launching import assembled
from bot.corpus_parts import CorpusParts
from bot.evaluating.held_deals import breaking

Command = Callable[..., None]
"""A function that Typer makes a command of."""


@contextmanager
def administering() -> Iterator[CorpusParts]:
    """What an admin works with, of this process."""
    with assembled() as parts:
        yield CorpusParts(parts, breaks=breaking(parts))
