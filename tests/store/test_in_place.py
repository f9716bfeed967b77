"""A file that was moved, deleted or replaced while a process has it open takes no message more."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from bot.outages import FileReplaced, in_log
from bot.queue.deliveries import Received
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


@pytest.mark.parametrize("ends", ["-wal", "-shm"])
@pytest.mark.parametrize("others", ["nobody else", "another process"])
def test_nor_is_what_arrives_after_a_file_beside_it_was_deleted(
    store, box, file, url, ends, others
):
    """It lay in a file without a name, and whoever read the database beside saw nothing of it."""
    box.receive(said(1))
    file.with_name(f"{file.name}{ends}").unlink()
    if others == "another process":
        subprocess.run([sys.executable, "-c", (
            "import sqlite3, sys; beside = sqlite3.connect(sys.argv[1]);"
            "beside.execute('SELECT count(*) FROM deliveries').fetchall()"), str(file)],
            check=False, capture_output=True)
    with pytest.raises(FileReplaced):
        box.receive(said(2))
    with pytest.raises(FileReplaced):
        store.insist_on_writing()
    if ends == "-wal" and others == "nobody else":
        # What was acknowledged is where it belongs, whatever becomes of the process.
        shutil.copy(file, file.with_name("copy.sqlite3"))
        with closing(sqlite3.connect(file.with_name("copy.sqlite3"))) as copy:
            assert copy.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)

    store.close()
    assert box.receive(said(2)) is Received.NEW
    store.insist_on_writing()
    if ends == "-wal" and others == "nobody else":
        assert box.receive(said(1)) is Received.REPEAT


def test_files_beside_it_that_sqlite_makes_anew_are_no_fault(store, box, file):
    for n in range(3):
        box.receive(said(n))
        store.insist_on_writing()
        store.engine.pool.dispose()
        assert not file.with_name(f"{file.name}-wal").exists()
        store.engine.pool = store.engine.pool.recreate()


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
