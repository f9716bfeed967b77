"""A file that was moved, deleted or replaced while a process has it open takes no message more."""

import shutil

import pytest

from bot.outages import FileReplaced, in_log
from tests.store.boxes import said


@pytest.fixture
def file(store, tmp_path, url):
    if not url.startswith("sqlite"):
        pytest.skip("only SQLite lies in a file")
    return tmp_path / "new" / "advisor.sqlite3"


def _delete(file):
    file.unlink()


def _move(file):
    file.rename(file.with_name("old.sqlite3"))


def _replace(file):
    shutil.copy(file, file.with_name("copy.sqlite3"))
    file.with_name("copy.sqlite3").replace(file)


@pytest.mark.parametrize("spoil", [_delete, _move, _replace])
def test_what_arrives_after_the_file_was_replaced_is_not_acknowledged(store, box, file, spoil):
    """It was stored where nobody finds it again, and Slack was told that it had arrived."""
    box.receive(said(1))
    store.insist_on_writing()
    spoil(file)
    with pytest.raises(FileReplaced) as raised:
        box.receive(said(2))
    assert str(in_log(raised.value)).startswith("the file of the database was moved, deleted or")
    with pytest.raises(FileReplaced):
        store.insist_on_writing()


def test_a_file_that_is_put_back_is_written_again(store, box, file):
    box.receive(said(1))
    _move(file)
    with pytest.raises(FileReplaced):
        box.receive(said(2))
    file.with_name("old.sqlite3").rename(file)
    assert box.receive(said(2))
    store.insist_on_writing()


def test_another_file_may_be_opened_once_the_first_was_closed(store, box, file):
    box.receive(said(1))
    store.close()
    _replace(file)
    assert box.receive(said(2))
