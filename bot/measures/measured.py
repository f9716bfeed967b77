"""The figures of the last evaluation, left in the data folder for whoever looks at the console."""

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import AdvisorError
from bot.ledger import canonical

NAME = "evaluation.json"
MOST_BYTES = 4_000_000
"""Largest file that is read; a whole report is some 30 kB."""


class Unreadable(AdvisorError):
    """The file is there and holds no evaluation."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__("unreadable_evaluation", f"{file.name} {why}.")


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with its 95 % interval over *n* independent cases."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A headline figure beside what it should be."""

    name: str
    range: Range
    target: float
    at_least: bool
    met: bool
    baseline: Range | None = None
    """The same of a plain chain, where it was measured."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; the first column names the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One evaluation."""

    at: datetime
    release: str
    split: str | None
    """Which cases; None for all of a file."""
    cases: tuple[str, ...]
    """The files that they stand in."""
    aims: tuple[Aim, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]


_MEASURED = TypeAdapter(Measured)


def leave(measured: Measured, folder: Path) -> Path:
    """Write *measured* into *folder*, in place of the one before; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / NAME
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{NAME}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(json.loads(canonical(measured)), file, ensure_ascii=False, indent=1)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def last(folder: Path) -> Measured | None:
    """The evaluation that was left in *folder*; None without one.

    Raises:
        Unreadable: The file can't be read or is none of ours.
    """
    file = folder / NAME
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unreadable(file, "is far too large to be an evaluation")
        return _MEASURED.validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable(file, f"can't be read ({error.strerror})") from None
    except ValidationError:
        raise Unreadable(file, "holds no evaluation of this version") from None
