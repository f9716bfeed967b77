"""Labelled messages in a folder of files, each by one writer; what is wrong is told all at once."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import CorpusError
from retrieval.labelled.cases import BadGold, records

T = TypeVar("T")


def read_by_writers(
    folder: Path, made: Callable[[str, Mapping[str, Any], str], T | None], line: str
) -> tuple[T, ...]:
    """What is *made* of each line of the files in *folder*, in their order.

    Args:
        folder: Lies right in the corpus.
        made: Makes it of a text, the line and the name of its file, less its ending; None where the
            line is none of these.
        line: What a line is, as a message says it.

    Raises:
        CorpusError: A file can't be read, or a line has no text or is none of these.
    """
    problems: list[str] = []
    found = [one for file in sorted(folder.glob("*.jsonl"))
             for one in _of_file(file, folder.parent, made, line, problems)]
    if problems:
        raise CorpusError(problems)
    return tuple(found)


def _of_file(
    file: Path, root: Path, made: Callable[[str, Mapping[str, Any], str], T | None], line: str,
    problems: list[str],
) -> Iterator[T]:
    try:
        lines = list(records(file))
    except BadGold as error:
        problems += [said.removeprefix(f"{root}/") for said in str(error).split("\n")]
        return
    for where, record in lines:
        text = record.get("text")
        one = made(text, record, file.stem) if isinstance(text, str) and text.strip() else None
        if one is None:
            problems.append(f"{where.removeprefix(f'{root}/')}: a line is {line}")
        else:
            yield one
