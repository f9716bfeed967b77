"""Messages in the middle of a deal, each with what it asks of Advisor, from which that is learned.

All of them are invented.  One in three asks for nothing of the kind, most of these in nearly the
words of one that does: "what do I tell the customer about delivery".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.labelled.by_writers import read_by_writers
from retrieval.words.requests import OTHERWISE, Request

FOLDER = "requests"
LABELS = (*Request, OTHERWISE)


@dataclass(frozen=True, slots=True)
class Asking:
    """A message and what it asks for."""

    text: str
    wants: Request | None
    file: str
    """The name of its file, less its ending: each is by one writer."""


def read_requests(root: Path) -> tuple[Asking, ...]:
    """The messages under *root*, in the order of their files.

    Raises:
        CorpusError: A file can't be read, or a line has no text or no label that there is.
    """
    return read_by_writers(
        root / FOLDER, _asking, f'{{"text": …, "wants": one of {", ".join(LABELS)}}}')


def _asking(text: str, record: Mapping[str, Any], file: str) -> Asking | None:
    wants = record.get("wants")
    return Asking(text, None if wants == OTHERWISE else Request(wants), file) if (
        isinstance(wants, str) and wants in LABELS) else None
