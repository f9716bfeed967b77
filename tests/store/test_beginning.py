"""How a transaction begins on SQLite, and what is told where it can't."""

import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.database.engines import WAIT_SECONDS
from bot.store import Store
from tests.store.migrated import sqlite_at


@pytest.fixture
def file(tmp_path):
    return tmp_path / "advisor.sqlite3"


@pytest.fixture
def sqlite(file):
    made = Store(sqlite_at(file))
    yield made
    made.close()


def patience(store):
    with store.reading() as connection:
        return connection.exec_driver_sql("PRAGMA busy_timeout").scalar()


def test_what_keeps_it_from_beginning_is_told_as_any_error_of_the_database(sqlite, file):
    told = []
    event.listen(sqlite.engine, "handle_error", told.append)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError) as refused, sqlite.writing(0.05):
        pass

    assert refused.value.orig.sqlite_errorname == "SQLITE_BUSY"
    assert [one.statement for one in told] == ["BEGIN IMMEDIATE"]
    other.execute("ROLLBACK")
    other.close()
    with sqlite.writing() as connection:
        assert connection.connection.dbapi_connection.in_transaction
    assert patience(sqlite) == WAIT_SECONDS * 1000


def test_each_waits_as_long_as_it_was_told_to(sqlite):
    with sqlite.writing(1.2):
        pass
    assert patience(sqlite) == 1200
    with sqlite.writing():
        pass
    assert patience(sqlite) == WAIT_SECONDS * 1000


def test_a_single_statement_begins_nothing(sqlite):
    with sqlite.looking() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        assert not connection.connection.dbapi_connection.in_transaction
    with sqlite.reading() as connection:
        assert connection.connection.dbapi_connection.in_transaction
