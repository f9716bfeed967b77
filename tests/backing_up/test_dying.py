"""A process that dies, or a disk that fills up, leaves the whole of it or nothing."""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bot.backing_up.archive import Archive, NotBackedUp, Part, opened
from bot.backing_up.places import NotRestored, place_of
from bot.backing_up.restoring import Restoring
from bot.store import Store
from tests.backing_up.house import AFTER, SIGNER, check, held, made, restored, talk
from tests.store.small import START


class Dying(Archive):
    """A back-up whose reader is killed at the row of that number."""

    def __init__(self, whole: Archive, number: int) -> None:
        super().__init__(whole.file, whole._packed, whole.manifest, whole.sha256)
        self._left = number

    def rows(self, part: Part) -> Iterator[list[Any]]:
        """The rows, until it dies."""
        for row in super().rows(part):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            yield row


def in_child(work: Callable[[], object]) -> int:
    """Do *work* in a process of its own; its exit status, negative if a signal ended it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except (NotBackedUp, NotRestored) as error:
            status = 3 if "as it was" in str(error) or "Nothing was left" in str(error) else 4
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def dies_at(store: Store, number: int) -> None:
    """Let this process die at the statement of that number."""
    left = [number]

    @event.listens_for(store.engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("number", [1, 40, 70])
def test_one_that_dies_while_it_backs_up_leaves_no_back_up(url, store, tmp_path, number):
    store.close()
    file = tmp_path / "a.zip"

    def work() -> None:
        mine = Store(url)
        dies_at(mine, number)
        made(mine, file)

    assert in_child(work) == -signal.SIGKILL
    assert not file.exists()
    again = Store(url)
    made(again, file)
    check(file)
    talk(again, "c1", "and it goes on")
    again.close()


def nothing_at(url: str) -> bool:
    """Whether there is no database, or one without a table."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return not Path(str(parsed.database)).exists()
    engine = create_engine(parsed, poolclass=NullPool)
    return inspect(engine).get_table_names() == []


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 12, 30])
def test_one_that_dies_while_it_restores_leaves_nothing_to_be_used(
    store, file, there, tmp_path, number
):
    before = held(store, AFTER)
    store.close()

    def work() -> None:
        with opened(file) as archive:
            Restoring(place_of(make_url(there), tmp_path / "lock"), [SIGNER.verifier],
                      lambda: START).restore(Dying(archive, number))

    assert in_child(work) == -signal.SIGKILL
    assert nothing_at(there)
    restored(file, there, tmp_path)
    after = Store(there)
    assert held(after, AFTER) == before
    assert after.verify_log() is None
    after.close()
    if there.startswith("sqlite"):
        assert [one.name for one in (tmp_path / "there").iterdir() if "restoring" in one.name] == []


def test_what_was_there_stays_when_one_dies_replacing_it(store, url, file, tmp_path):
    before = held(store)
    store.close()

    def work() -> None:
        with opened(file) as archive:
            Restoring(place_of(make_url(url), tmp_path / "lock"), [SIGNER.verifier],
                      lambda: START).restore(Dying(archive, 25), replace=True)

    assert in_child(work) == -signal.SIGKILL
    again = Store(url)
    assert held(again) == before
    again.close()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_that_dies_as_names_change_leaves_the_one_or_the_other(
    plain, tmp_path, number
):
    """What is moved aside tells what was erased: a restore into its empty place would not know."""
    file = tmp_path / "advisor.sqlite3"
    url = f"sqlite:///{file}"
    restored(plain, url, tmp_path)
    with closing(Store(url)) as first:
        before = held(first)

    def work() -> None:
        left = [number]

        def dies(event: str, args: tuple[Any, ...]) -> None:
            if event in {"os.link", "os.rename"} and str(file) in map(str, args[:2]):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(dies)
        restored(plain, url, tmp_path, replace=True)

    assert in_child(work) == (0 if number == 3 else -signal.SIGKILL)
    assert file.exists()
    with closing(Store(url)) as stands:
        assert (held(stands) == before) is (number != 3)
        assert stands.verify_log() is None


@pytest.mark.parametrize("limit", [1, 500, 4000])
def test_a_disk_that_fills_up_leaves_no_half_back_up(url, store, tmp_path, limit):
    store.close()
    folder = tmp_path / "backups"
    folder.mkdir()

    def work() -> None:
        mine = Store(url)
        with mine.snapshot():  # what SQLite adds to its own files is there already
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            made(mine, folder / "a.zip")

    assert in_child(work) == 3

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("limit", [1, 40_000, 300_000])
def test_a_disk_that_fills_up_leaves_no_half_database(plain, tmp_path, limit):
    there = f"sqlite:///{tmp_path / 'there' / 'advisor.sqlite3'}"

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        restored(plain, there, tmp_path)

    assert in_child(work) == 3

    assert list((tmp_path / "there").iterdir()) == []


def test_a_folder_that_is_not_there_is_told(store, tmp_path):
    with pytest.raises(NotBackedUp, match=r"No such file or directory\. Nothing was left there"):
        made(store, tmp_path / "nowhere" / "a.zip")
