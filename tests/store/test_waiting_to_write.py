"""A thread that waits too long to write on SQLite, and what the log says of it."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.outages import in_log
from bot.store import Store


def refused(store: Store) -> BaseException:
    """What a write meets that has no patience."""
    with pytest.raises(Exception) as met, store.writing(0.01):
        pass
    return met.value


def test_who_waits_for_threads_of_its_own_process_is_not_told_of_another_program_alone(
    tmp_path: Path,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")
    met: list[BaseException] = []
    with store.writing():
        waiting = threading.Thread(target=lambda: met.append(refused(store)))
        waiting.start()
        waiting.join()
    assert in_log(met[0]) == (
        "writing to the database takes too long; the machine or its disk has too much to do, or "
        "another program holds the database")
    store.close()


def test_who_waits_for_another_program_is_told_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'advisor.sqlite3'}"
    # Addresses that differ share no turn, as two programs don't.
    store, other = Store(url), Store(url.replace("advisor", "./advisor"))
    with other.writing():
        met = refused(store)
    assert isinstance(met, OperationalError)
    assert in_log(met) == "another program holds the database; end it, or wait until it is done"
    store.close()
    other.close()
