"""What is said to PostgreSQL of many rows leaves no session active between two messages."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import bindparam, delete, event, select, update

from bot.database import in_bulk
from bot.database.upserting import inserting
from bot.schema import case_tags, day_counts

_TAGS = [{"kind": "flag", "value": f"f{n}", "conversation": "c", "workspace": "T1", "number": n}
         for n in range(3)]
_DAYS = [{"workspace": "T1", "kind": "all", "day": "2026-11-29", "value": value, "number": 1}
         for value in "abc"]


@pytest.fixture
def sent(postgresql, monkeypatch) -> list[str]:
    """The statements that are sent; as a pipeline none can be."""
    def pipeline(*_: Any, **__: Any) -> None:
        raise AssertionError("sent as a pipeline")

    monkeypatch.setattr(psycopg.Cursor, "executemany", pipeline)
    statements: list[str] = []
    event.listen(postgresql.engine, "before_cursor_execute",
                 lambda _c, _k, statement, *_: statements.append(statement))
    return statements


@pytest.mark.parametrize("run", [in_bulk.run, lambda connection, *what: connection.execute(*what)])
def test_many_rows_are_inserted_by_one_statement(postgresql, sent, run):
    with postgresql.writing() as connection:
        run(connection, case_tags.insert(), _TAGS)
        assert [one.split()[0] for one in sent if "case_tags" in one] == ["INSERT"]
        found = connection.execute(select(case_tags.c.value, case_tags.c.number)).all()

    assert sorted(map(tuple, found)) == [("f0", 0), ("f1", 1), ("f2", 2)]


def test_rows_that_are_there_are_changed_by_one_statement(postgresql, sent):
    adding = inserting(day_counts, "postgresql")
    adding = adding.on_conflict_do_update(
        index_elements=list(day_counts.primary_key),
        set_={"number": day_counts.c.number + adding.excluded.number})
    with postgresql.writing() as connection:
        in_bulk.run(connection, adding, _DAYS)
        in_bulk.run(connection, adding, [{**row, "number": 4} for row in _DAYS])
        assert len([one for one in sent if "day_counts" in one]) == 2
        found = dict(connection.execute(select(day_counts.c.value, day_counts.c.number)).all())

    assert found == {"a": 5, "b": 5, "c": 5}


def test_other_statements_go_one_by_one(postgresql, sent):
    more = update(day_counts).where(day_counts.c.value == bindparam("its")).values(number=9)
    gone = delete(day_counts).where(day_counts.c.value == bindparam("its"))
    with postgresql.writing() as connection:
        in_bulk.run(connection, day_counts.insert(), _DAYS)
        in_bulk.run(connection, more, [{"its": "a"}, {"its": "b"}])
        connection.execute(gone, [{"its": "b"}, {"its": "c"}])
        found = dict(connection.execute(select(day_counts.c.value, day_counts.c.number)).all())

    assert found == {"a": 9}


def test_more_rows_than_one_statement_takes_are_all_inserted(postgresql, sent):
    rows = [{**_TAGS[0], "value": f"v{n}"} for n in range(8_000)]
    with postgresql.writing() as connection:
        in_bulk.run(connection, case_tags.insert(), rows)
        assert len(connection.execute(select(case_tags.c.value)).all()) == 8_000
    assert 1 < len([one for one in sent if one.startswith("INSERT")]) < 10
