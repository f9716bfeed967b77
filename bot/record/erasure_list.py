"""The list of erasures: what was erased, held and released, kept beside the database.

A back-up from before an erasure has the words again.  Whoever restores one does once more what
this list tells, so it should lie where the database does not.  It holds no words, no reasons, and
of whom was erased a salted hash.

A line is a row of the log less what somebody typed.  An export of all rows as JSON lines tells
the same, and so does a later back-up.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import AdvisorError
from bot.ledger import canonical
from bot.record.log import Logged
from bot.record.on_disk import sync_folder

ERASED, HELD, RELEASED, RETENTION = "erased", "held", "released", "retention"
WITHHELD = "withheld"
"""The scope of an erasure that took words out of rows as they were recorded.

Of rows recorded since, so a back-up has both or neither, and nothing is to be done again.
"""
TAKEN_BACK = "taken_back"
"""The kind of a line that says of a line before it that what it tells was rolled back.

Versions before pass over it, as over every kind that they don't know.
"""
LISTED = frozenset({ERASED, HELD, RELEASED, RETENTION})
_OPENS = re.compile(r"\{")


@dataclass(frozen=True, slots=True)
class Listed:
    """What was done with the record: the row that says so."""

    workspace: str
    kind: str
    key: str
    at: str
    actor: str | None
    conversation: str | None
    body: Mapping[str, Any]


def listed_in(row: Mapping[str, Any]) -> Listed | None:
    """What *row*, of the log, of an export or of a list, tells.

    Returns:
        None where it tells of nothing that could be done again.

    Raises:
        KeyError, TypeError, ValueError: It is no row.
    """
    if row["kind"] not in LISTED or row["body"] is None:
        return None
    body = json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]
    if body.get("scope") == WITHHELD:
        return None
    return Listed(body["workspace"], body["kind"], body["key"], body["at"], row["actor"],
                  body["conversation"], body)


class ErasureList:
    """The list in one file, which is only ever added to."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, row: Logged) -> None:
        """Add what *row* tells, on the disk before the transaction that did it commits.

        It gets a line of its own, also after one that a crash or a full disk has cut off.

        Raises:
            AdvisorError: It can't be written.  What is not on the list would come back.
        """
        self._write({"kind": row.kind, "actor": row.actor, "body": row.body})

    def take_back(self, undone: Iterable[Logged]) -> None:
        """Add that what the rows *undone* tell, which were added before, was rolled back.

        Raises:
            AdvisorError: It can't be written.
        """
        for row in undone:
            self._write({"kind": TAKEN_BACK, "actor": None, "body": {"key": row.key}})

    def _write(self, told: Mapping[str, Any]) -> None:
        line = canonical(told)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            begins = not self._file.exists()
            held = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(held, "ab") as out:
                out.write(f"{line}\n".encode() if _ends_a_line(held) else f"\n{line}\n".encode())
                out.flush()
                os.fsync(out.fileno())
            if begins:
                sync_folder(self._file.parent)
        except OSError as error:
            raise AdvisorError(
                "no_erasure_list",
                f"The list of erasures {self._file} can't be written: {error.strerror}. Nothing "
                "was done, since a restored back-up would not know of it. Make it writable, or "
                "set ADVISOR_ERASURE_LIST.") from None


def _ends_a_line(held: int) -> bool:
    """Whether the file opened as *held* is empty or ends with a line's end."""
    size = os.fstat(held).st_size
    return not size or os.pread(held, 1, size - 1) == b"\n"


def read(name: str, lines: Iterable[str]) -> list[Listed]:
    """What the *lines* of a list, or of an export, tell.

    Versions before wrote on in a line that was cut off; of such a line the end counts, since what
    is cut off was never done.

    Args:
        name: Of the file, for what is said of it.
        lines: Its lines.

    Raises:
        AdvisorError: One of them can't be read.
    """
    found, taken_back = list[Listed](), set[str]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            listed = _told(line)
        except (ValueError, KeyError, TypeError):
            raise AdvisorError(
                "bad_erasure_list",
                f"Line {number} of {name} is no line of a list of erasures. Give the file "
                "erasures.jsonl of the data folder, an export of all rows as jsonl, or a later "
                "back-up. A line that a crash has cut off tells of nothing that was done: take it "
                "out.") from None
        if isinstance(listed, str):
            taken_back.add(listed)
        elif listed is not None:
            found.append(listed)
    return [one for one in found if one.key not in taken_back]


def _told(line: str) -> Listed | str | None:
    """What *line* tells, or its end where it begins with one that was cut off.

    Of a line that takes another back it is the key of that.

    Raises:
        KeyError, TypeError, ValueError: Neither is a row.
    """
    try:
        row = json.loads(line)
        return str(row["body"]["key"]) if row["kind"] == TAKEN_BACK else listed_in(row)
    except json.JSONDecodeError:
        for begin in _OPENS.finditer(line, 1):
            # Of a row within a row, the outer one's end is left over.
            with suppress(KeyError, TypeError, ValueError):
                return listed_in(json.loads(line[begin.start():]))
        raise
