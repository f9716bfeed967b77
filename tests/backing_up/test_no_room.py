"""Where a back-up finds no room, it is said which disk it is, and nothing half-done stays there."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.backing_up import places
from bot.backing_up.places import NotRestored, place_of
from tests.backing_up.house import restored
from tests.backing_up.test_command import fails, machine

__all__ = ["machine"]


@pytest.fixture
def small_disk(monkeypatch):
    """A disk that has room for fifty pages of a database."""
    in_haste = places._in_haste

    def crowded(connection, record):
        in_haste(connection, record)
        connection.execute("PRAGMA max_page_count=50")

    monkeypatch.setattr(places, "_in_haste", crowded)


def test_a_restore_that_finds_no_room_names_the_disk_and_leaves_nothing(
    small_disk, plain, tmp_path
):
    """It said "database or disk is full. … is as it was", of a file that had never been there."""
    folder = tmp_path / "there"

    with pytest.raises(NotRestored) as error:
        restored(plain, f"sqlite:///{folder / 'advisor.sqlite3'}", tmp_path)

    assert str(error.value).startswith(
        f"{plain} was not restored: the disk of {folder} is too small: it has ")
    assert str(error.value).endswith(
        f"and restore again. Nothing was left at {folder / 'advisor.sqlite3'}.")
    assert list(folder.iterdir()) == []


def test_what_was_there_is_said_to_stand(small_disk, plain, tmp_path):
    file = tmp_path / "there" / "advisor.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"no database")

    with pytest.raises(NotRestored, match=r"is too small.* restore again\. .*sqlite3 is as it was"):
        restored(plain, f"sqlite:///{file}", tmp_path, replace=True)

    assert file.read_bytes() == b"no database"


def test_a_disk_that_takes_no_writing_is_told_with_what_to_do(plain, tmp_path, monkeypatch):
    def refused(*_args, **_more):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refused)
    file = tmp_path / "advisor.sqlite3"

    with pytest.raises(NotRestored, match=r"takes no writing; make it writable again.* left at"):
        restored(plain, f"sqlite:///{file}", tmp_path)


def test_half_a_copy_of_what_was_there_is_not_left_beside_it(plain, tmp_path, monkeypatch):
    """On a disk without hard links; the half stood there as if it were all that was kept."""
    file = tmp_path / "there" / "advisor.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"no database")

    def no_links(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def full(_held, out):
        out.write(b"no d")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(shutil, "copyfileobj", full)

    with pytest.raises(NotRestored, match="is too small"):
        restored(plain, f"sqlite:///{file}", tmp_path, replace=True)

    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_the_servers_disk_is_told_apart_from_ours(tmp_path):
    place = place_of(make_url("postgresql+psycopg://ada:secret@db/advisor"), tmp_path / "lock")

    assert place.full().startswith("the disk of the database's server is full")
    assert place.standing() == "postgresql+psycopg://ada:***@db/advisor is as it was."


def test_a_data_folder_that_a_restore_makes_is_for_its_account_alone(machine, plain):
    """It was made for everybody to look into, by way of the database's address."""
    new = machine("new")

    assert "key that is not here" in fails("restore", plain)

    assert new.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_can_not_be_made_is_told_by_its_own_name(machine, plain, tmp_path):
    """ADVISOR_DATABASE_URL was blamed, which nobody had set."""
    (tmp_path / "file").write_text("")
    new = machine("file/new")

    said = fails("restore", plain)

    assert said.startswith(f"The data folder {new} can't be used: ")
    assert "ADVISOR_DATABASE_URL" not in said
