"""The patterns of text that speaks to a program, read from their file and tried at once."""

import re
from functools import cache
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.linting.instructions import Pattern, Patterns
from retrieval.reading.documents import Reader

FILE = "instruction_patterns.yaml"


@cache
def shipped() -> Patterns:
    """The patterns that come with the program."""
    return read(Path(__file__).parent)


def read(folder: Path) -> Patterns:
    """The patterns of the file in *folder*.

    Raises:
        CorpusError: With every problem: a pattern that is none, that misses what it has to catch,
            or that catches what it has to leave.
    """
    reader = Reader(folder)
    patterns = reader.entries(FILE, Pattern)
    problems = list(reader.problems)
    for one in patterns:
        place = reader.places.get(("pattern", one.id), FILE)
        problems += [f"{place}: pattern {one.id!r}: {slip}" for slip in _slips(one)]
    if problems:
        raise CorpusError(problems)
    return Patterns(patterns)


def _slips(one: Pattern) -> list[str]:
    try:
        alone = Patterns([one])
    except re.error as error:
        return [f"it is no regular expression: {error}"]
    if not one.catches or not one.leaves:
        return ["it names at least one text that it catches and one that it leaves"]
    return [
        *(f"it has to catch {text!r}, and doesn't" for text in one.catches if not alone.find(text)),
        *(f"it has to leave {text!r}, and doesn't" for text in one.leaves if alone.find(text)),
    ]
