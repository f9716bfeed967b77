"""A file that is not, to the bit, a back-up of ours is refused with a sentence."""

import errno
import hashlib
import random
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.backing_up.archive import BadBackup, NotBackedUp, opened, writing
from bot.backing_up.places import NotRestored
from bot.errors import AdvisorError
from tests.backing_up import house
from tests.backing_up.house import check, restored

SENTENCE = re.compile(r"\S+ can't be used: .*\.$", re.DOTALL)


def refused(file: Path) -> str:
    """What is said of *file*, which must be refused."""
    with pytest.raises(BadBackup) as error:
        check(file)
    assert SENTENCE.fullmatch(str(error.value))
    return str(error.value)


def test_what_fails_while_it_is_worked_with_is_no_fault_of_the_file(plain):
    """A full disk under a rehearsal was told as a back-up that can't be used."""
    with pytest.raises(OSError, match="No space left"), opened(plain):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    file = tmp_path / "none" / "a.zip"
    with pytest.raises(NotBackedUp) as refusal, writing(file):
        pass
    assert str(refusal.value) == (
        f"{file} can't be written: No such file or directory. Nothing was left there; make the "
        f"folder {tmp_path / 'none'} first.")


def test_a_disk_that_breaks_under_the_rows_is_told_of_the_file(plain):
    with opened(plain) as archive, pytest.raises(BadBackup, match=r"turns\.jsonl in it can't be"):
        archive._packed.fp = Broken(archive._packed.fp)
        for _ in archive.rows(next(p for p in archive.manifest.parts if p.table == "turns")):
            pass


class Broken:
    """A file on a disk that has gone bad."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def read(self, *_):
        raise OSError(errno.EIO, "Input/output error")


def test_every_bit_counts(plain, tmp_path):
    """Of the whole file, of what surrounds the rows too."""
    data, chance = bytearray(plain.read_bytes()), random.Random(1)
    file = tmp_path / "a.zip"
    places = [chance.randrange(len(data)) for _ in range(300)] + list(
        range(len(data) - 120, len(data)))
    for place in places:
        bit = 1 << chance.randrange(8)
        data[place] ^= bit
        file.write_bytes(data)
        refused(file)
        data[place] ^= bit
    file.write_bytes(data)
    check(file)


@pytest.mark.parametrize(("part", "said"), [
    ("01-", r"01-\S+ in it can't be read: .*invalid block type"),
    ("manifest", "its manifest is missing or can't be read"),
])
def test_what_can_not_be_unpacked_is_refused_though_it_was_sealed_anew(
    plain, tmp_path, part, said
):
    data, file = bytearray(plain.read_bytes()), tmp_path / "a.zip"
    with zipfile.ZipFile(plain) as packed:
        at = next(one.header_offset for one in packed.infolist() if one.filename.startswith(part))
    name, extra = struct.unpack_from("<HH", data, at + 26)
    data[at + 30 + name + extra] = 0xFF
    seal = f"sha256:{hashlib.sha256(data[:-71]).hexdigest()}"
    file.write_bytes(data[:-71] + seal.encode())

    assert re.search(said, refused(file))


def test_a_file_that_is_cut_off_is_refused(plain, tmp_path):
    data, chance = plain.read_bytes(), random.Random(2)
    file = tmp_path / "a.zip"
    for end in [0, 1, 70, 71, len(data) - 1, *(chance.randrange(len(data)) for _ in range(100))]:
        file.write_bytes(data[:end])
        assert "no back-up" in refused(file)
    file.write_bytes(data + b"\n")
    refused(file)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"PK\x05\x06" + bytes(18)])
def test_a_foreign_file_is_refused(content, tmp_path):
    file = tmp_path / "notes.zip"
    file.write_bytes(content)
    assert "no back-up of Advisor" in refused(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "there is no such file" in refused(tmp_path / "nothing.zip")
    assert "it is a folder" in refused(tmp_path)


@pytest.mark.parametrize(("changed", "words"), [
    ({"format": 2}, "of format 2, which this version doesn't know"),
    ({"schema": "9999"}, "of schema 9999, which this version doesn't know"),
    ({"schema": "0002"}, "schema 0002 has no table"),
])
def test_one_of_another_version_is_refused_clearly(plain, tmp_path, changed, words):
    file = house.rewritten(plain, tmp_path / "other.zip", **changed)

    with pytest.raises(BadBackup, match=words):
        restored(file, f"sqlite:///{tmp_path / 'there' / 'a.sqlite3'}", tmp_path)

    assert not (tmp_path / "there" / "a.sqlite3").exists()
    assert list((tmp_path / "there").glob(".*")) == [] if (tmp_path / "there").exists() else True


def test_a_part_that_is_another_than_the_manifest_says_is_refused(plain, tmp_path):
    """Somebody sealed it anew: the digests of the parts differ, and then the log itself does."""
    file = tmp_path / "forged.zip"
    with opened(plain) as archive, writing(file) as writer:
        for part in archive.manifest.parts:
            rows = list(archive.rows(part))
            writer.part(part.table, part.columns, rows[:-1] if part.table == "turns" else rows)
        writer.finish(archive.manifest)

    assert "turns.jsonl in it is not what the manifest tells of" in refused(file)
    with pytest.raises(AdvisorError):
        restored(file, f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path)
    assert not (tmp_path / "a.sqlite3").exists()


def test_turns_taken_out_of_a_resealed_back_up_are_missed(plain, tmp_path):
    file = tmp_path / "forged.zip"
    with opened(plain) as archive, writing(file) as writer:
        for part in archive.manifest.parts:
            rows = list(archive.rows(part))
            writer.part(part.table, part.columns, rows[:-1] if part.table == "turns" else rows)
        writer.finish(replace(archive.manifest, parts=tuple(writer.parts)))
    check(file)

    with pytest.raises(NotRestored, match="is not what was recorded"):
        restored(file, f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path)
    assert not (tmp_path / "a.sqlite3").exists()


@pytest.mark.parametrize(("name", "told"), [
    ("none.zip", "there is no such file. Correct the path; "),
    ("", "it is a folder. Name the file in it; ")])
def test_a_path_with_no_back_up_is_told_with_what_to_do(tmp_path, name, told):
    """It was told as "No such file or directory" and nothing else."""
    place = tmp_path / name
    with pytest.raises(BadBackup) as refused, opened(place):
        pass
    assert str(refused.value).startswith(f"{place} can't be used: {told}'advisor db backups")
