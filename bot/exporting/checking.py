"""Checks an export that somebody hands in, without any database: by its files and a key alone."""

import base64
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from bot.exporting import verify
from bot.exporting.manifest import MANIFEST_SUFFIX, NAME
from bot.exporting.rows import NotExported
from bot.record.merkle import root_of

READ_BYTES = 1 << 20
MOST_PACKED = 100
"""How many bytes of what we write one packed byte stands for at most: each row has digests, which
can't be packed."""
ANY_BYTES = 1 << 16
"""What is packed into fewer counts as so much, since little says nothing of how it was packed."""
_UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError, EOFError,
               zlib.error)


class Unproved(NotExported):
    """An export is not what was sealed."""


def check(place: Path, key: str | None, say: Callable[[str], None]) -> None:
    """Check the sealed case, or the file with its manifest beside it, at *place*.

    Args:
        place: A ZIP, a folder that one was unpacked into, or a file with `.manifest.json` beside,
            also where both are in a ZIP.
        key: The public key of the log as it is known from elsewhere; without it that in the file.
        say: Takes each line on what was checked.

    Raises:
        Unproved: The first thing that doesn't fit.
    """
    try:
        _check(place, key, say)
    except verify.Unfit as error:
        raise Unproved(f"It does not fit: {error}.") from None
    except (OSError, zipfile.BadZipFile, *_UNREADABLE) as error:
        raise Unproved(f"It is no sealed case that can be read: {error!r}.") from None


def _check(place: Path, key: str | None, say: Callable[[str], None]) -> None:
    beside = place.with_name(place.name + MANIFEST_SUFFIX)
    if not place.exists():
        raise Unproved(f"There is no file {place}.")
    if not beside.exists():
        boxed = place.is_file() and zipfile.is_zipfile(place)
        if boxed and (pair := _pair_in(place)) is not None:
            _check_pair(place, pair, key, say)
            return
        # A memo for Word is a ZIP too, and no sealed case.
        if place.is_file() and not (boxed and _holds_a_case(place)):
            raise Unproved(
                f"There is no {beside.name} beside {place.name}, and by itself it proves nothing. "
                "Put the manifest that came with it there, and check again.")
        if place.is_dir() and not (place / "manifest.json").is_file():
            raise Unproved(f"There is no manifest.json in {place}, so no sealed case was unpacked "
                           "there. Name the folder that has it, or the ZIP.")
        verify.check_case(verify.read(place), key, say)
        return
    _check_file(beside.read_bytes(), lambda: place.open("rb"), key, say)


def _check_file(
    manifest: bytes, opened: Callable[[], IO[bytes]], key: str | None, say: Callable[[str], None]
) -> None:
    """Check a file, which is read anew each time that it is *opened*, against its *manifest*."""
    named = json.loads(manifest)["files"]
    verify.insist(len(named) == 1, f"{NAME}: one file is expected")
    name = next(iter(named))
    told = verify.check_manifest(manifest, {name: _sha256(opened)}, key, say)
    digests = {one["workspace"]: _log(one, told["key"], say) for one in told["logs"]}
    if told["form"] == "jsonl":
        _lines(opened, digests, say)


def _holds_a_case(place: Path) -> bool:
    with zipfile.ZipFile(place) as box:
        return not {"case.json", "manifest.json"}.isdisjoint(box.namelist())


def _pair_in(place: Path) -> str | None:
    """The file that a ZIP holds with its manifest beside, as the console gives it; else None."""
    with zipfile.ZipFile(place) as box:
        names = sorted(box.namelist())
    # Of nothing with a folder in its name: whoever unpacks the ZIP has both in one place.
    if len(names) == 2 and names[1] == names[0] + MANIFEST_SUFFIX and Path(names[0]).name == (
            names[0]):
        return names[0]
    return None


def _check_pair(
    place: Path, name: str, key: str | None, say: Callable[[str], None]
) -> None:
    """Check the file *name* of a ZIP against the manifest beside it, as it is unpacked."""
    with zipfile.ZipFile(place) as box:
        for one in map(box.getinfo, (name, name + MANIFEST_SUFFIX)):
            # No more of it is read than it says it has.
            verify.insist(one.file_size <= MOST_PACKED * max(one.compress_size, ANY_BYTES),
                          f"{one.filename}: what was sealed is never packed so small")
        _check_file(box.read(name + MANIFEST_SUFFIX), partial(box.open, name), key, say)


def _log(one: dict[str, Any], key: str, say: Callable[[str], None]) -> dict[int, str]:
    """The digests of the rows that are covered, once they are under the checkpoint."""
    workspace = one["workspace"]
    origin, size, root, at = verify.opened(one["checkpoint"], verify.public_of(key))[:4]
    verify.insist(origin == f"advisor-log/{workspace}", "the workspace of a checkpoint")
    if "digests" in one:
        made = root_of(map(bytes.fromhex, one["digests"]))
        verify.insist(len(one["digests"]) == int(size) and made == base64.b64decode(root),
                      f"log {workspace!r}: its rows are not those of the checkpoint")
        found = {n: one["digests"][n - 1] for a, b in one["covered"] for n in range(a, b + 1)}
    else:
        found = {}
        for seq, digest, path in one["rows"]:
            made = verify.root_by(digest, seq - 1, int(size), path)
            verify.insist(made == base64.b64decode(root),
                          f"row {seq}: its place under the checkpoint")
            found[seq] = digest
    say(f"log {workspace!r}: {len(found)} rows are in the checkpoint of {size} rows, {at}")
    return found


def _lines(
    opened: Callable[[], IO[bytes]], digests: dict[str, dict[int, str]], say: Callable[[str], None]
) -> None:
    """Hold each line against its own digest and the manifest."""
    states: dict[str, int] = {}
    with opened() as data, io.TextIOWrapper(data, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            row = json.loads(line)
            verify.check_row(row)
            expected = digests[row["workspace"]].pop(row["seq"], None)
            verify.insist(row["digest"] == expected, f"row {row['seq']!r}: its digest")
            states[row["state"]] = states.get(row["state"], 0) + 1
    verify.insist(not any(digests.values()), "rows of the manifest are missing")
    said = {"erased": "bodies and places fit, words erased before",
            "redacted": "bodies and places fit, words redacted and not proved",
            "withheld": "places fit, bodies kept back and not proved",
            "whole": "digests, words and places fit"}
    for state in sorted(states):
        say(f"{states[state]} rows: {said[state]}")


def _sha256(opened: Callable[[], IO[bytes]]) -> str:
    digest = hashlib.sha256()
    with opened() as data:
        while piece := data.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()
