"""How long what somebody writes may be: far beyond anything meant, and short of what stalls.

Nobody reads a digest of ten megabytes, and every part of the program would take minutes over it
without a word.  What ships has 560 characters in its longest text, 160 in its longest title, 600
entries in its longest list and half a megabyte in its longest file; official words are cut into
pieces of a page or two.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MOST_FILE_BYTES = 50 * 1024 * 1024
"""Of one file of the corpus; 30,000 provisions have as much."""
MOST_ENTRIES = 10_000
"""Of a list or a table within one entry."""
MOST_REPEATED = 100_000
"""Places of a file that only repeat others, by YAML's aliases: ten lines can stand for billions."""
LONGEST_PROSE = 10_000
"""Characters of a text in whole sentences; four pages."""
LONGEST_NAME = 1_000
"""Characters of a title, an address, a term, a question."""
LONGEST_SHORT_TITLE = 60
"""Characters of what a source is called in a citation."""
LONGEST_ID = 200
LONGEST_SAID = 100_000
"""Characters of a message in a labelled case: as many as a message may ever have."""
LONGEST_OFFICIAL = 200_000
"""Characters of one piece of an official document; some 70 pages."""
LONGEST_TOLD = 1_000
"""Characters of a problem: it may quote what it is about."""

_PROSE = frozenset({
    "explains", "look_up", "note", "reason", "says", "text", "weigh", "why", "wording"})
_IDS = frozenset({"consideration", "fact", "id", "number", "source", "value"})


def most_of(key: str) -> int:
    """How many characters a text under *key* may have."""
    if key in _PROSE:
        return LONGEST_PROSE
    return LONGEST_ID if key in _IDS else LONGEST_NAME


def excesses(
    data: Any, path: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What of *data*, plain as YAML gives it, is too long: where it stands, and what is wrong.

    A text is measured by the nearest key around it: `asks` holds names, `text` prose.
    """
    if isinstance(data, str):
        key = next((one for one in reversed(path) if isinstance(one, str)), "")
        if len(data) > most_of(key):
            yield path, excess(key, len(data), most_of(key))
    elif isinstance(data, Mapping | list):
        if len(data) > MOST_ENTRIES:
            yield path, (f"{len(data):,} entries in one place are too many; {MOST_ENTRIES:,} are "
                         "read: part them")
            return
        inner: Iterable[tuple[Any, Any]] = (
            data.items() if isinstance(data, Mapping) else enumerate(data))
        for key, value in inner:
            # So short a text is short enough under every key, and most are.
            if not (isinstance(value, str) and len(value) <= LONGEST_ID):
                yield from excesses(value, (*path, key))


def excess(key: str, length: int, most: int) -> str:
    """That a text under *key* is too long: "'text' has 12,000 characters; 10,000 are read: …"."""
    return (f"{key!r} has {length:,} characters, and {most:,} is the most that is read: shorten "
            "it, or see whether something was pasted there by mistake")


def told(problem: str) -> str:
    """*problem*, short enough to be read."""
    return problem if len(problem) <= LONGEST_TOLD else f"{problem[:LONGEST_TOLD]}…"
