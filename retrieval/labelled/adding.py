"""Adds labelled cases to a file of them, all or none, and leaves what stands there to the letter.

Whoever reads meanwhile finds the file of before or that of after.
"""

import contextlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from retrieval.errors import RetrievalError
from retrieval.labelled.cases import BadGold, read_queries, records
from retrieval.replacing import replacing

WAIT_SECONDS = 10
"""How long another process that writes is waited for; it takes milliseconds."""
_NOTHING = re.compile(r"^\[\s*\][ \t]*(?=#|$)", re.MULTILINE)
"""A list that is written as empty: nothing can be added to it but in its place."""


class NotWritten(RetrievalError):
    """The file is as it was; the message says why and what to do."""


def missing(file: Path, cases: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Those of *cases* whose id no entry of *file* has; all where there is no file.

    Raises:
        BadGold: The file can't be read.
    """
    there = {str(record["id"]) for record in _entries(file) if "id" in record}
    return tuple({str(case["id"]): case for case in cases if case["id"] not in there}.values())


def add(file: Path, cases: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Add to *file* those of *cases* whose id it lacks; gives their ids.

    Args:
        file: A YAML list; one that isn't there is made.
        cases: Entries as they shall stand there, each with an `id`.

    Raises:
        NotWritten: It can't be written, or could not be read afterwards.
    """
    file = file.resolve()
    if not file.parent.is_dir():
        raise NotWritten(f"{file} can't be written: there is no folder {file.parent}.")
    try:
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=WAIT_SECONDS):
            new = missing(file, cases)
            if new:
                _replace(file, new)
            return tuple(str(case["id"]) for case in new)
    except Timeout:
        raise NotWritten(f"{file} is being written by another process; try again.") from None
    except OSError as error:
        raise NotWritten(f"{file} can't be written: {error.strerror or error}.") from error
    except BadGold as error:
        raise NotWritten(f"{file} was left as it is. {error}") from error


def as_yaml(cases: Sequence[Mapping[str, Any]]) -> str:
    """*cases* as entries of a YAML list."""
    return yaml.safe_dump([dict(case) for case in cases], sort_keys=False, allow_unicode=True,
                          width=100, default_flow_style=None)


def _entries(file: Path) -> list[dict[str, Any]]:
    """What *file* holds; nothing where there is no file, or comments alone."""
    if not file.exists():
        return []
    unread = contextlib.suppress(yaml.YAMLError, UnicodeDecodeError)  # `records` says it better
    with unread, file.open(encoding="utf-8") as text:
        if yaml.compose(text, Loader=yaml.CSafeLoader) is None:
            return []
    return [record for _, record in records(file)]


def _replace(file: Path, new: Sequence[Mapping[str, Any]]) -> None:
    # To the byte: reading as text would turn the line ends of a file of CRLF.
    before = file.read_bytes().decode("utf-8") if file.exists() else ""
    old = _entries(file)
    with replacing(file) as out:
        out.write(_with(before, new))
        out.flush()
        made = Path(out.name)
        read_queries(made)
        if [record for _, record in records(made)] != [*old, *map(dict, new)]:
            raise NotWritten(f"{file} was left as it is: what was added would not read back "
                             "as it was meant. Add it by hand.")


def _with(before: str, new: Sequence[Mapping[str, Any]]) -> str:
    """The text *before* with the entries *new* after it."""
    node = yaml.compose(before, Loader=yaml.CSafeLoader) if before.strip() else None
    indent, text = 0, before
    if isinstance(node, yaml.SequenceNode) and node.value:
        indent = node.start_mark.column
    elif node is not None:
        text = _NOTHING.sub("", before, count=1)
    ends = "\r\n" if "\r\n" in before else "\n"
    if text and not text.endswith("\n"):
        text += ends
    added = "".join(f"{' ' * indent}{line}{ends}" if line else ends
                    for line in as_yaml(new).split("\n")[:-1])
    return f"{text}{added}"
