"""Conversations are found by their tags alike, whether those are filed by their value or fresh."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import event, func, select, text

from bot.casebook import filing
from bot.casebook.filing import Filing
from bot.casebook.tags import filed_of, fresh_of, numbers_tagged
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.viewer import Role
from bot.schema import case_lines, case_tags
from bot.store import Store
from tests.console.talking import DEAL, reading, viewer
from tests.store.filed import LATER, desk, filed_later

__all__ = ["desk", "filed_later"]

KINDS = ("flag", "consideration", "open", "reason", "fact:product", "fact:end_user")


def fresh(desk, name=None):
    """How many tags are not filed, and how many lines say that they have such."""
    counts = []
    with reading(desk) as connection:
        for table in (case_tags, case_lines):
            query = select(func.count()).select_from(table).where(table.c.fresh == 1)
            counts.append(connection.scalar(
                query if name is None else query.where(table.c.conversation == name)))
    return tuple(counts)


def all_told(desk):
    """Whatever the queue is asked by tags, by a reviewer and by whoever asked."""
    with reading(desk) as connection:
        tags = connection.execute(select(
            case_tags.c.kind, case_tags.c.value).distinct()).all()
        own = replace(viewer(), role=Role.ASKER, user="U1")
        return (
            {kind: (listing.tags(connection, viewer(), kind), listing.tags(connection, own, kind))
             for kind in {tag.kind for tag in tags}},
            {tuple(tag): sorted(connection.scalars(numbers_tagged(connection, "T1", *tag)))
             for tag in tags},
            {tag.value: [line.conversation for line in listing.page(
                connection, viewer(), Filter(flag=tag.value)).lines]
             for tag in tags if tag.kind == "flag"})


def test_it_is_found_alike_while_fresh_half_filed_and_filed(filed_later):
    desk = filed_later
    for n in range(3):
        desk.say(f"c{n}", DEAL)
    desk.say("c1", "they torture")
    before, (tags, lines) = all_told(desk), fresh(desk)
    assert lines == 3 and tags > 30 and before[0]["flag"][0] and before[2]
    with reading(desk) as connection:
        by_hand = {(row.kind, row.value) for row in connection.execute(select(case_tags))}
    assert set(before[1]) == by_hand and all(before[1].values())
    with desk.store.writing() as connection:
        filing.file(connection, ["c0", "c2"], LATER)
    assert fresh(desk, "c0") == fresh(desk, "c2") == (0, 0) and fresh(desk, "c1")[1] == 1
    assert all_told(desk) == before
    Filing(desk.store, lambda: LATER).look()
    assert fresh(desk) == (0, 0)
    assert all_told(desk) == before


def test_what_is_told_after_it_was_filed_is_found_and_what_is_taken_back_is_not(filed_later):
    desk = filed_later
    desk.say("c0", DEAL)
    Filing(desk.store, lambda: LATER).look()
    with reading(desk) as connection:
        before = {(row.kind, row.value) for row in connection.execute(select(case_tags))}
    desk.say("c0", "it's for Norway, not Kenya, and they torture")
    with reading(desk) as connection:
        after = {(row.kind, row.value) for row in connection.execute(select(case_tags))}
    tags, lines = fresh(desk)
    assert lines == 1 and tags == len(after - before) > 0 and before - after
    told = all_told(desk)[1]
    assert set(told) == after
    with reading(desk) as connection:
        assert not any(connection.scalars(numbers_tagged(connection, "T1", *gone)).all()
                       for gone in before - after)


def test_only_what_nobody_went_on_with_for_a_while_is_filed(filed_later):
    desk = filed_later
    desk.say("c0", DEAL)
    with reading(desk) as connection:
        at = datetime.fromisoformat(connection.scalar(select(case_lines.c.updated_at)))
    Filing(desk.store, lambda: at).look()
    assert fresh(desk)[1] == 1
    due = Filing(desk.store, lambda: at + filing.AFTER + timedelta(seconds=1))
    assert due.look() > 0 and fresh(desk) == (0, 0)
    assert due.look() == 0


def test_what_has_no_citation_is_filed_too(filed_later):
    desk = filed_later
    desk.say("c0", "hello")
    assert fresh(desk)[1] == 1
    Filing(desk.store, lambda: LATER).look()
    assert fresh(desk) == (0, 0)


def test_a_further_message_gives_no_column_of_an_index_that_it_leaves_as_it_was(filed_later):
    """SQLite writes the page of each index anew of which a column is given, changed or not."""
    desk, said = filed_later, []
    desk.say("c0", DEAL)

    def note(_connection, _cursor, statement, *_):
        said.append(" ".join(statement.split()))

    event.listen(desk.store.engine, "before_cursor_execute", note)
    try:
        desk.say("c0", "they torture")
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", note)
    (line,) = [one for one in said if one.startswith("UPDATE case_lines")]
    (cites,) = [one for one in said if one.startswith("INSERT INTO case_cites")]
    given = {one.split("=")[0].strip() for one in line.split(" SET ")[1].split(" WHERE ")[0].split(
        ",")}
    assert {"turns", "updated_at", "memory"} <= given
    assert given.isdisjoint({"assigned", "standing", "fresh"})
    assert "fresh" not in cites.split("DO UPDATE SET")[1]


def test_a_server_that_older_programs_share_has_nothing_that_is_not_filed(desk):
    desk.say("c0", DEAL)
    if desk.store.engine.dialect.name != "sqlite":
        assert fresh(desk) == (0, 0)
    told = all_told(desk)[1]
    assert told
    assert all(told.values())


def test_what_a_program_of_before_writes_is_found_like_all_else(desk):
    desk.say("c0", DEAL)
    with desk.store.writing() as connection:
        connection.execute(text(
            "INSERT INTO case_tags (conversation, kind, value, workspace, number) "
            "SELECT 'old', kind, value, workspace, 999 FROM case_tags"))
    told = all_told(desk)[1]
    assert told
    assert all(999 in numbers and len(numbers) == 2 for numbers in told.values())


def test_what_is_filed_is_looked_up_in_its_index_and_the_rest_by_conversation(empty_url):
    """SQLite, which knows no sizes, would go through all tags for those of ten minutes."""
    store = Store(empty_url)
    store.upgrade()
    if store.engine.dialect.name == "sqlite":
        with store.reading() as connection:
            query = select(case_tags.c.number).where(
                case_tags.c.workspace == "T1", case_tags.c.kind == "flag",
                case_tags.c.value == "torture")
            plans = [" ".join(row.detail for row in connection.execute(text(
                "EXPLAIN QUERY PLAN " + str(one.compile(
                    connection, compile_kwargs={"literal_binds": True})))))
                for one in (filed_of(query), fresh_of(query))]
        assert "ix_case_tags_filed (workspace=? AND kind=? AND value=?)" in plans[0]
        assert "PRIMARY KEY (conversation=? AND kind=? AND value=?)" in plans[1]
        assert "ix_case_lines_fresh" in plans[1]
    store.close()
