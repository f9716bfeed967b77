"""What is away and passes, told from what fails however often it is tried."""

import errno

import pytest
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError

from bot.outages import SENTENCES, in_log, outage, told
from bot.store import Store


class Told(Exception):
    """An error of PostgreSQL's driver."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "said"), [
    ("54000", None),  # program_limit_exceeded: the row is too large for an index
    ("54001", None),  # statement_too_complex
    ("53100", "the disk is full; free some space, nothing has to be started again"),
    ("57P01", "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and "
              "nothing else has to be done"),
    (None, "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and "
           "nothing else has to be done"),
])
def test_what_postgresql_says_is_told_for_what_it_is(sqlstate: str | None, said: str | None):
    """A message that no database takes held up its conversation for ever, as if all were away."""
    found = outage(OperationalError("INSERT", {}, Told(sqlstate)))

    assert found == said
    assert found is None or found in SENTENCES


@pytest.mark.parametrize(("sqlstate", "said"), [
    ("25006", "the database takes no writing: it is a copy of another one, or set to read only; "),
    ("42501", "our role lacks a right in the database; "),
    ("3F000", "the database has no schema that our tables could be in; "),
    ("57014", "the database broke off what took longer than it lets our role take, "),
    ("25P04", "the database broke off what took longer than it lets our role take, "),
    ("40001", "writing to the database takes too long; "),
    ("40P01", "writing to the database takes too long; "),
    ("55P03", "others have held in the database what was to be written for longer than the "
              "lock_timeout of our role"),
])
@pytest.mark.parametrize("kind", [OperationalError, ProgrammingError, InternalError])
def test_a_database_that_answers_is_not_told_as_one_that_is_away(
        sqlstate: str, said: str, kind: type[DBAPIError]):
    """"It can't be reached; start it" was said of a copy, and "a fault of the program" of a right
    that was missing."""
    found = outage(kind("INSERT", {}, Told(sqlstate)))

    assert str(found).startswith(said)
    assert found in SENTENCES


@pytest.mark.parametrize("said", [
    "FATAL:  sorry, too many clients already",
    'FATAL:  too many connections for role "advisor"',
    'FATAL:  too many connections for database "advisor"',
    "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "FATAL:  no more connections allowed (max_client_conn)",
    "FATAL:  client connections exceeded (max_user_client_connections)",
])
def test_a_server_that_takes_no_further_connection_is_not_told_as_one_that_is_away(said: str):
    """Whoever read "start it, or correct ADVISOR_DATABASE_URL" looked in the wrong place."""
    error = OperationalError("", {}, Told(None))
    error.orig = OSError(f"connection failed: connection to server at 192.0.2.1 failed: {said}")

    assert str(outage(error)).startswith("the database takes no further connection; ")
    assert in_log(error) in SENTENCES


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_that_no_more_files_may_be_open_is_no_fault_of_what_was_to_be_opened(code: int):
    assert "files" in str(outage(OSError(code, "Too many open files", "/corpus/sources.yaml")))
    assert in_log(OSError(code, "Too many open files")) in SENTENCES


def test_a_database_that_cant_be_opened_is_told_with_its_place_and_a_log_has_none(tmp_path):
    """A command that looked in another folder than its reader thought left them without a clue."""
    place = tmp_path / "advisor.sqlite3"
    place.mkdir()
    store = Store(f"sqlite:///{place}")
    with pytest.raises(OperationalError) as error:
        store.upgrade()
    store.close()

    assert f" The database is {place}. The driver says: " in str(told(error.value))
    assert in_log(error.value) in SENTENCES


def test_a_database_that_cant_be_written_to_is_told_with_its_place(tmp_path):
    place = tmp_path / "advisor.sqlite3"
    store = Store(f"sqlite:///{place}")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(OperationalError) as error:
            connection.exec_driver_sql("CREATE TABLE colours (id INTEGER)")
    store.close()

    assert f" The database is {place}. The driver says: " in str(told(error.value))
