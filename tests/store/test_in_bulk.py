"""Many rows for one statement: the same as one by one, on each database."""

from sqlalchemy import bindparam, select, update

from bot.database import in_bulk
from bot.schema import case_tags, day_counts

_ROWS = [{"kind": "flag", "value": f"f{n}", "conversation": "c", "workspace": "T1", "number": n}
         for n in range(3)]
_INSERT = case_tags.insert()
_LESS = update(day_counts).where(
    day_counts.c.kind == bindparam("its_kind"), day_counts.c.value == bindparam("its_value")
).values(number=day_counts.c.number - 1)


def test_rows_are_inserted_whatever_the_order_of_their_names(store):
    with store.writing() as connection:
        in_bulk.run(connection, _INSERT, _ROWS)
        in_bulk.run(connection, _INSERT, [
            dict(reversed({**row, "kind": "gap"}.items())) for row in _ROWS])
        found = connection.execute(select(
            case_tags.c.kind, case_tags.c.value, case_tags.c.number, case_tags.c.workspace)
            .order_by(case_tags.c.kind, case_tags.c.number)).all()

    assert [tuple(row) for row in found] == [
        (kind, f"f{n}", n, "T1") for kind in ("flag", "gap") for n in range(3)]


def test_values_that_the_statement_holds_itself_stay(store):
    rows = [{"workspace": "T1", "kind": "all", "day": "2026-11-26", "value": v, "number": n}
            for v, n in (("a", 3), ("b", 5))]
    with store.writing() as connection:
        in_bulk.run(connection, day_counts.insert(), rows)
        in_bulk.run(connection, _LESS, [{"its_kind": "all", "its_value": v} for v in "ab"])
        found = dict(connection.execute(select(day_counts.c.value, day_counts.c.number)).all())

    assert found == {"a": 2, "b": 4}


def test_nothing_is_asked_for_no_rows(store):
    with store.reading() as connection:
        in_bulk.run(connection, _INSERT, [])
        assert connection.execute(select(case_tags)).all() == []
