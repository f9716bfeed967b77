"""Messages in the middle of a deal, each with whether it supposes something, to learn that from.

All of them are invented.  Half suppose nothing, and most of these are nearly in the words of one
that does: "they would only sign if we drop the price".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.labelled.by_writers import read_by_writers

FOLDER = "suppositions"


@dataclass(frozen=True, slots=True)
class Supposition:
    """A message, and whether it supposes something of the deal."""

    text: str
    supposes: bool
    file: str
    """The name of its file, less its ending: each is by one writer."""


def read_suppositions(root: Path) -> tuple[Supposition, ...]:
    """The messages under *root*, in the order of their files.

    Raises:
        CorpusError: A file can't be read, or a line has no text or doesn't say whether.
    """
    return read_by_writers(root / FOLDER, _said, '{"text": …, "supposes": true or false}')


def _said(text: str, record: Mapping[str, Any], file: str) -> Supposition | None:
    supposes = record.get("supposes")
    return Supposition(text, supposes, file) if isinstance(supposes, bool) else None
