"""Messages in the middle of a deal, each with whether it supposes something, to learn that from.

All of them are invented.  Half suppose nothing, and most of these are nearly in the words of one
that does: "they would only sign if we drop the price".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.labelled.cases import BadGold, records

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
    problems: list[str] = []
    found = [one for file in sorted((root / FOLDER).glob("*.jsonl"))
             for one in _of_file(file, root, problems)]
    if problems:
        raise CorpusError(problems)
    return tuple(found)


def _of_file(file: Path, root: Path, problems: list[str]) -> Iterator[Supposition]:
    try:
        lines = list(records(file))
    except BadGold as error:
        problems += [line.removeprefix(f"{root}/") for line in str(error).split("\n")]
        return
    for where, record in lines:
        text, supposes = record.get("text"), record.get("supposes")
        if isinstance(text, str) and text.strip() and isinstance(supposes, bool):
            yield Supposition(text, supposes, file.stem)
        else:
            problems.append(f'{where.removeprefix(f"{root}/")}: a line is {{"text": …, '
                            f'"supposes": true or false}}')
