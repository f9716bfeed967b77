"""Statements given to the driver as they are: the same as through SQLAlchemy, on each database."""

import sqlite3

import pytest
from sqlalchemy import bindparam, event, insert, literal_column, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.database import in_bulk, prepared
from bot.dialogue.conversation import ConversationId
from bot.schema import case_tags, day_counts, metadata
from bot.store import Store
from tests.store.migrated import sqlite_at
from tests.store.small import RELEASE, begin, step

_ADD = case_tags.insert()
_FIND = select(case_tags.c.kind, case_tags.c.value.label("its"), case_tags.c.number).where(
    case_tags.c.conversation == bindparam("name")).order_by(case_tags.c.number)
_MOVE = update(case_tags).where(case_tags.c.conversation == bindparam("name")).values(
    workspace="T2")
_ANY = select(case_tags.c.number).where(case_tags.c.kind.in_(bindparam("kinds", expanding=True)))
_SAID = text("SELECT value FROM case_tags WHERE number = :number")
_RETURNING = insert(case_tags).returning(literal_column("1"))


def tag(number):
    return {"kind": "flag", "value": f"f{number}", "conversation": "c", "workspace": "T1",
            "number": number}


@pytest.fixture(params=["by the driver", "the ordinary way"])
def way(request, store):
    """Both ways, on each database; where somebody listens it is the ordinary one."""
    if request.param == "the ordinary way":
        event.listen(store.engine, "before_cursor_execute", lambda *_: None)
    return request.param


def test_what_is_put_in_is_found(store, way):
    with store.writing() as connection:
        for number in (1, 2):
            prepared.change(connection, _ADD, tag(number))
        found = prepared.rows(connection, _FIND, {"name": "c"})
        assert [(row.kind, row.its, row.number) for row in found] == [
            ("flag", "f1", 1), ("flag", "f2", 2)]
        assert prepared.rows(connection, _FIND, {"name": "other"}) in ((), [])
        assert prepared.first(connection, _FIND, {"name": "other"}) is None
        assert prepared.first(connection, _FIND, {"name": "c"}).its == "f1"
        assert prepared.one(connection, _SAID, {"number": 2}).value == "f2"
        assert prepared.scalar(connection, _FIND, {"name": "c"}) == "flag"
        assert prepared.scalar(connection, _FIND, {"name": "other"}) is None


def test_values_come_from_the_statement_and_from_whoever_runs_it(store, way):
    with store.writing() as connection:
        assert prepared.scalar(connection, _RETURNING, tag(1)) == 1
        assert prepared.change(connection, _MOVE, {"name": "c"}) == 1
        assert prepared.change(connection, _MOVE, {"name": "other"}) == 0
        assert prepared.scalar(connection, select(case_tags.c.workspace), {}) == "T2"


def test_a_list_of_values_goes_the_ordinary_way(store, way):
    with store.writing() as connection:
        prepared.change(connection, _ADD, tag(1))
        assert [row.number for row in prepared.rows(
            connection, _ANY, {"kinds": ["flag", "gap"]})] == [1]


def test_one_row_is_neither_none_nor_two(store, way):
    with store.writing() as connection:
        in_bulk.run(connection, _ADD, [tag(1), tag(2)])
        for name in ("other", "c"):
            with pytest.raises(ValueError, match="values to unpack"):
                prepared.one(connection, _FIND, {"name": name})


def test_a_row_that_is_there_is_told_of_as_any_error_of_the_database(store, way):
    told = []
    event.listen(store.engine, "handle_error", told.append)
    row = {"workspace": "T1", "kind": "all", "day": "2026-11-26", "value": "", "number": 1}

    with pytest.raises(IntegrityError) as refused, store.writing() as connection:
        prepared.change(connection, day_counts.insert(), row)
        prepared.change(connection, day_counts.insert(), row)

    assert len(told) == 1 and "2026-11-26" not in str(refused.value).partition("DETAIL")[0]
    with store.reading() as connection:
        assert connection.execute(select(day_counts)).all() == []


def test_many_rows_of_which_one_is_there_leave_none(store, way):
    row = {"workspace": "T1", "kind": "all", "day": "2026-11-26", "value": "", "number": 1}

    with pytest.raises(IntegrityError), store.writing() as connection:
        in_bulk.run(connection, day_counts.insert(), [row, row])

    with store.reading() as connection:
        assert connection.execute(select(day_counts)).all() == []


def everything(store):
    with store.reading() as connection:
        return {name: sorted(map(repr, connection.execute(select(table))))
                for name, table in metadata.tables.items()}


def test_a_turn_that_the_database_refuses_anywhere_leaves_nothing(tmp_path):
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    store.upgrade()
    store.keep_release(RELEASE, '{"b":1}')
    opening, first = step(begin("c1"), "k1")
    store.record(opening, first, 0)
    turn, after = step(first, "k2")
    before = everything(store)
    refused = set()
    while True:
        touched = None

        def allow(action, table, *_):
            nonlocal touched
            if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE) and (
                    touched is None and table not in refused):
                touched = table
                return sqlite3.SQLITE_DENY
            return sqlite3.SQLITE_OK

        with store.reading() as connection:
            driver = connection.connection.dbapi_connection
        driver.set_authorizer(allow)
        try:
            store.record(turn, after, 1)
        except DBAPIError as error:
            assert error.orig.sqlite_errorname == "SQLITE_AUTH"
            refused.add(touched)
            driver.set_authorizer(None)
            assert everything(store) == before
            assert store.load(ConversationId("c1")) == first
            continue
        break
    driver.set_authorizer(None)

    assert {"log", "log_heads", "turns", "conversations", "case_lines"} <= refused
    assert store.load(ConversationId("c1")) == after
    store.close()
