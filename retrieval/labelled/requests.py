"""Messages in the middle of a deal, each with what it asks of Advisor, from which that is learned.

All of them are invented.  One in three asks for nothing of the kind, most of these in nearly the
words of one that does: "what do I tell the customer about delivery".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.labelled.cases import BadGold, records
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
    problems: list[str] = []
    found = [one for file in sorted((root / FOLDER).glob("*.jsonl"))
             for one in _of_file(file, root, problems)]
    if problems:
        raise CorpusError(problems)
    return tuple(found)


def _of_file(file: Path, root: Path, problems: list[str]) -> Iterator[Asking]:
    try:
        lines = list(records(file))
    except BadGold as error:
        problems += [line.removeprefix(f"{root}/") for line in str(error).split("\n")]
        return
    for where, record in lines:
        text, wants = record.get("text"), record.get("wants")
        if isinstance(text, str) and text.strip() and isinstance(wants, str) and wants in LABELS:
            yield Asking(text, None if wants == OTHERWISE else Request(wants), file.stem)
        else:
            problems.append(f'{where.removeprefix(f"{root}/")}: a line is {{"text": …, '
                            f'"wants": one of {", ".join(LABELS)}}}')
