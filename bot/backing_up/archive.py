"""The file of a back-up: a zip of rows as JSON lines, a manifest, and a seal over all its bytes.

Any tool opens it, and nothing of it depends on which database it came from.  The seal is the
zip's comment, the SHA-256 of every byte before it: of one that was cut off, or of which a single
bit has turned, nothing is read.  It is no signature: whoever can write the file can seal it anew,
and is found out by the checkpoints that left the house.
"""

import errno
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from bot.errors import AdvisorError
from bot.record.on_disk import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
_SEAL = b"sha256:"
_SEAL_BYTES = len(_SEAL) + 64
_AT_ONCE = 1 << 20
_LEVEL = 1
"""Of compression: the fastest, since whoever backs up while people write is to be done soon."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What a file system without hard links says to one."""


class BadBackup(AdvisorError):
    """A file is no back-up that can be used; the message says why."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__("bad_backup", f"{file} can't be used: {why}")


class NotBackedUp(AdvisorError):
    """No back-up was made; the message says why, and nothing was left behind."""

    def __init__(self, why: str) -> None:
        super().__init__("not_backed_up", why)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it was dumped; *kind* is text, integer, boolean, moment or bytes."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table: where they lie in the zip, how many, and what they hash to."""

    table: str
    name: str
    columns: tuple[Column, ...]
    rows: int
    size: int
    """Bytes, unpacked."""
    sha256: str


@dataclass(frozen=True, slots=True)
class LogEnd:
    """Where the log of a workspace ended, and the last checkpoint that was taken of it."""

    workspace: str
    rows: int
    digest: str
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a back-up says of itself."""

    format: int
    made_at: str
    by: str
    program: str
    dialect: str
    schema: str
    release: str | None
    key: str | None
    """The public key that its checkpoints are checked with; the private one is never in it."""
    logs: tuple[LogEnd, ...]
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]

    def rows_of(self, table: str) -> int:
        """How many rows of *table* it holds."""
        return sum(part.rows for part in self.parts if part.table == table)


_MANIFEST = TypeAdapter(Manifest)


class Writer:
    """Writes the parts, one after another."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.parts: list[Part] = []

    def part(
        self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write the *rows* of *table*, of JSON types, one in a line."""
        name = f"{len(self.parts) + 1:02}-{table}.jsonl"
        total, size, count = hashlib.sha256(), 0, 0
        with self._packed.open(name, "w", force_zip64=True) as out:
            held: list[bytes] = []
            waiting = 0
            for row in rows:
                line = json.dumps(
                    list(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                held.append(line)
                count, waiting = count + 1, waiting + len(line)
                if waiting >= _AT_ONCE:
                    size += _put(out, held, total)
                    held, waiting = [], 0
            size += _put(out, held, total)
        self.parts.append(Part(table, name, tuple(columns), count, size, total.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Write *manifest*, which names the parts."""
        text = json.dumps(_MANIFEST.dump_python(manifest, mode="json"), ensure_ascii=False,
                          indent=1)
        self._packed.writestr(MANIFEST, text.encode())


def _put(out: IO[bytes], held: list[bytes], total: "hashlib._Hash") -> int:
    data = b"".join(held)
    total.update(data)
    return out.write(data)


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """A writer of the new *file*, which appears, whole and on the disk, if all goes well.

    Raises:
        NotBackedUp: There is such a file, or it can't be written.
    """
    if file.exists():
        raise NotBackedUp(f"{file} is there already; nothing is written over it. Give another "
                          "name, or a folder: then the file is named by the time.")
    part = file.with_name(f".{file.name}.{uuid4().hex}.part")
    try:
        try:
            made = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w+b") as out:
                packed = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
                with packed:
                    packed.comment = _SEAL + b"0" * 64
                    yield Writer(packed)
                _seal(out)
                out.flush()
                os.fsync(out.fileno())
            _appear(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise NotBackedUp(_why(file, error)) from None


def _why(file: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return (f"There is no room for {file}: {error.strerror}. Nothing was left there; make "
                "room, or give another place.")
    if error.errno == errno.EEXIST:
        return f"{file} is there already; nothing is written over it. Give another name."
    do = (f"; make the folder {file.parent} first" if error.errno == errno.ENOENT else
          "; let the account that runs this write there, or give another place")
    return f"{file} can't be written: {error.strerror or error}. Nothing was left there{do}."


def _seal(out: IO[bytes]) -> None:
    out.flush()
    end = out.seek(0, os.SEEK_END) - _SEAL_BYTES
    digest = _digest(out, end)
    out.seek(end)
    out.write(_SEAL + digest.encode())


def _digest(file: IO[bytes], end: int) -> str:
    total, left = hashlib.sha256(), end
    file.seek(0)
    while left:
        block = file.read(min(left, _AT_ONCE))
        if not block:
            break
        total.update(block)
        left -= len(block)
    return total.hexdigest()


def _appear(part: Path, file: Path) -> None:
    """Give *part* its name, on the disk as well; another file of that name stays."""
    try:
        os.link(part, file)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        part.rename(file)
    sync_folder(file.parent)


class Archive:
    """A back-up that was found whole, to the bit."""

    def __init__(self, file: Path, packed: zipfile.ZipFile, manifest: Manifest, seal: str) -> None:
        self.file = file
        self.manifest = manifest
        self.sha256 = seal
        """What it is sealed with, which names this back-up."""
        self._packed = packed

    def rows(self, part: Part) -> Iterator[list[Any]]:
        """The rows of *part*, as a stream.

        Raises:
            BadBackup: At the end, where they are not those that the manifest tells of.
        """
        total, count = hashlib.sha256(), 0
        try:
            packed: Any = self._packed.open(part.name)  # reads lines slowly by itself
            with io.BufferedReader(packed, _AT_ONCE) as lines:
                for line in lines:
                    total.update(line)
                    count += 1
                    yield json.loads(line)
        except (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError) as error:
            raise BadBackup(self.file, f"{part.name} in it can't be read: {error}.") from None
        if (count, total.hexdigest()) != (part.rows, part.sha256):
            raise BadBackup(self.file, f"{part.name} in it is not what the manifest tells of.")

    def check(self) -> None:
        """Read all of it.

        Raises:
            BadBackup: A part is missing, or is another than the manifest tells of.
        """
        for part in self.manifest.parts:
            for _ in self.rows(part):
                pass


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The back-up in *file*, after its seal was held against every byte.

    Raises:
        BadBackup: It is none, is damaged, or was made by a newer version of the program.
    """
    with ExitStack() as held_open:
        # Around this alone: what fails while somebody works with it is no fault of the file.
        try:
            held = held_open.enter_context(file.open("rb"))
            seal = _checked_seal(file, held)
            held.seek(0)
            packed = held_open.enter_context(zipfile.ZipFile(held))
            archive = Archive(file, packed, _manifest(file, packed), seal)
        except FileNotFoundError:
            raise BadBackup(file, "there is no such file. Correct the path; 'advisor db backups "
                            "FOLDER' lists the back-ups of a folder.") from None
        except IsADirectoryError:
            raise BadBackup(file, "it is a folder. Name the file in it; 'advisor db backups' lists "
                            "its back-ups.") from None
        except OSError as error:
            raise BadBackup(file, f"{error.strerror or error}.") from None
        except zipfile.BadZipFile:
            raise BadBackup(file, "it is no back-up of Advisor.") from None
        yield archive


def is_of_others(file: Path) -> bool:
    """Whether *file* is a sound zip of something else: with no seal, nor a manifest of a back-up.

    What can't be read as a zip may be what is left of a back-up.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            if packed.comment.startswith(_SEAL):
                return False
            if MANIFEST not in packed.namelist():
                return True
            told = json.loads(packed.read(MANIFEST))
    except ValueError:  # its manifest is no JSON, as that of a back-up is
        return True
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError):
        return False
    return not (isinstance(told, dict) and {"format", "parts", "left_out"} <= told.keys())


def _checked_seal(file: Path, held: IO[bytes]) -> str:
    size = held.seek(0, os.SEEK_END)
    held.seek(max(0, size - _SEAL_BYTES))
    seal = held.read()
    if len(seal) != _SEAL_BYTES or not seal.startswith(_SEAL):
        raise BadBackup(file, "it is no back-up of Advisor, or its end is missing. Copy it anew "
                              "from where it was kept, or take another one.")
    digest = _digest(held, size - _SEAL_BYTES)
    if seal != _SEAL + digest.encode():
        raise BadBackup(file, "it is damaged: its bytes are not those that were written. Copy it "
                              "anew from where it was kept, or take another one.")
    return digest


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        told = json.loads(packed.read(MANIFEST))
        if isinstance(told, dict) and isinstance(told.get("format"), int) and (
                told["format"] > FORMAT):
            raise BadBackup(file, f"it is of format {told['format']}, which this version doesn't "
                                  "know: a newer version made it. Restore it with that one.")
        return _MANIFEST.validate_python(told)
    except (zlib.error, KeyError, ValueError, ValidationError):
        raise BadBackup(file, "its manifest is missing or can't be read.") from None
