"""Finds the table of contents of a document, which is none of its text."""

import re

from retrieval.ingesting.extracted import BlockKind, Extracted

MAX_LINE_CHARACTERS = 300
"""Of a line of a table of contents, dots included."""
MAX_TITLE_CHARACTERS = 120
MOST_BROKEN = 2
"""Lines in a row without a page number that a table of contents may have."""
CONTENTS_LINES = 3
"""So many lines in a row that repeat later headings are a table of contents."""
_PAGE_AT_END = re.compile(r"[\s.…·_|]*\s*\d{1,4}$|[\s.…·_]{3,}[ivxlc\d]+$")
_LEADER = re.compile(r"(?:[.…·_]\s?){5,}\s*(?:\d{1,4}|[ivxlc]{1,7})$")


def contents_of(extracted: Extracted) -> frozenset[int]:
    """The blocks that make a table of contents: lines that repeat later headings."""
    headings: dict[str, int] = {}
    for place, block in enumerate(extracted.blocks):
        if block.kind is not BlockKind.TABLE:
            headings[_plain(extracted.of(block))] = place
    found: set[int] = set()
    run: list[int] = []
    # Lines of the run that are sure to be of contents, how long the run is with the last of
    # them, and how many in a row may be a line that was broken in two.
    sure = last = doubtful = 0
    for place, block in enumerate(extracted.blocks):
        if block.kind is BlockKind.MARGIN:
            continue
        words = extracted.of(block)
        listed = _PAGE_AT_END.sub("", words) if len(words) <= MAX_LINE_CHARACTERS else words
        repeats = listed != words and (
            headings.get(_plain(listed), -1) > place or bool(_LEADER.search(words)))
        doubtful = 0 if listed != words else doubtful + 1
        broken = doubtful <= MOST_BROKEN and len(words) <= MAX_TITLE_CHARACTERS
        if repeats or (run and (listed != words or broken)):
            run.append(place)
            sure += repeats
            last = len(run) if repeats else last
            continue
        found.update(run[:last] if sure >= CONTENTS_LINES else ())
        run, sure, last = [], 0, 0
    found.update(run[:last] if sure >= CONTENTS_LINES else ())
    return frozenset(found)


def _plain(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
