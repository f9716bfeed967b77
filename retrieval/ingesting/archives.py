"""Looks through a zip archive before anybody opens it, and counts what comes out while it does.

Nothing is ever unpacked to a disk and no archive within the archive is opened.  What the
directory says is a claim, so the entries are expanded once, piece by piece, and the count is
broken off at the limit; afterwards a library may read the same bytes.
"""

import stat
import zipfile
import zlib
from io import BytesIO

from retrieval.errors import NotIngested
from retrieval.ingesting.limits import MB, Limits

_PIECE = 64 * 1024

_ENCRYPTED = 0x1

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""What Word writes; the others expand a thousand times further."""

DAMAGED = "The file is a damaged archive; open it, save it anew and try again."


def checked_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive in *data*, each of whose entries can be read within the limits.

    Raises:
        NotIngested: It is damaged, too large, encrypted, or has entries that reach outside it.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        _look_through(archive, limits)
        _count(archive, limits)
    # zipfile raises anything that its bytes lead it to.
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError,
            RuntimeError, KeyError, NotImplementedError) as error:  # fmt: skip
        raise NotIngested(DAMAGED) from error
    return archive


def _look_through(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise NotIngested(
            f"The file is an archive of more than {limits.entries:,} parts, which is the most "
            "that is read; save it anew as PDF."
        )
    if sum(entry.file_size for entry in entries) > limits.expanded_bytes:
        raise NotIngested(_too_large(limits))
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise NotIngested(
            "The file is an archive with a password; save the document without a password."
        )
    if len({entry.filename for entry in entries}) < len(entries):
        raise NotIngested(
            "The file holds two parts of the same name, so it isn't clear what it says; "
            "open it, save it anew and try again."
        )
    for entry in entries:
        if _reaches_outside(entry):
            raise NotIngested(
                "The file holds a part that points outside it, as no document should; "
                "don't open it, and ask whoever sent it for a PDF."
            )
        if entry.compress_type not in _METHODS:
            raise NotIngested(
                "The file is packed in an unusual way; open it, save it anew and try again."
            )


def _reaches_outside(entry: zipfile.ZipInfo) -> bool:
    # `filename` is cut at a NUL and has its separators turned; what is in the file is this.
    name = entry.orig_filename.replace("\\", "/")
    return (
        "\0" in name
        or name.startswith("/")
        or ":" in name
        or ".." in name.split("/")
        or stat.S_ISLNK(entry.external_attr >> 16)
    )


def _count(archive: zipfile.ZipFile, limits: Limits) -> None:
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                if total > limits.expanded_bytes:
                    raise NotIngested(_too_large(limits))


def _too_large(limits: Limits) -> str:
    return (
        f"The file expands to more than {limits.expanded_bytes // MB} MB, which is the most that "
        "is read; save it without pictures, or split it into parts."
    )
