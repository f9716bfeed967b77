"""Messages, each with whether it says one thing, to learn that from.

All of them are invented.  In `suppositions` they stand in the middle of a deal, and may suppose
something of it; in `unknowns` they answer a question, and may say that the answer isn't known.
About half say no such thing, and most of these are nearly in the words of one that does: "they
would only sign if we drop the price", "nobody knows of any complaint".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.labelled.by_writers import read_by_writers

SUPPOSITIONS, UNKNOWNS = "suppositions", "unknowns"
"""The folders of a corpus that hold such messages."""
_SAID_AS = {SUPPOSITIONS: "supposes", UNKNOWNS: "unknown"}
"""The key by which a line of each says whether."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message, and whether it says so."""

    text: str
    so: bool
    file: str
    """The name of its file, less its ending: each is by one writer."""


def read_judged(root: Path, folder: str) -> tuple[Judged, ...]:
    """The messages in *folder* under *root*, in the order of their files.

    Raises:
        CorpusError: A file can't be read, or a line has no text or doesn't say whether.
    """
    key = _SAID_AS[folder]

    def said(text: str, record: Mapping[str, Any], file: str) -> Judged | None:
        so = record.get(key)
        return Judged(text, so, file) if isinstance(so, bool) else None

    return read_by_writers(root / folder, said, f'{{"text": …, "{key}": true or false}}')
