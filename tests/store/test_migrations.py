import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint, event, inspect, select, text

from bot.backing_up.archive import opened
from bot.backing_up.making import back_up
from bot.backing_up.places import InFile
from bot.backing_up.restoring import Restoring
from bot.casebook import cites as case_cites
from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError
from bot.ledger import GENESIS, Break, Head, Wrong, canonical, chained, committed
from bot.migrations import upgrading
from bot.record import log, spoken
from bot.record.wholeness import first_break
from bot.schema import case_tags, metadata
from bot.store import Store


def differences(store):
    # The index of words has a form of its own on each database, which no model describes.
    def ours(name, kind, _parent):
        return kind != "table" or not name.startswith("case_words_index")

    def of_this(thing, _name, _kind, _reflected, _other):
        return thing.info.get("dialect", store.engine.dialect.name) == store.engine.dialect.name

    with store.engine.begin() as connection:
        return compare_metadata(MigrationContext.configure(
            connection, opts={"include_name": ours, "include_object": of_this}), metadata)


def test_the_migrations_make_the_schema_that_the_code_uses(empty_url):
    store = Store(empty_url)
    store.upgrade()

    assert differences(store) == []
    seen = inspect(store.engine)
    named = store.engine.dialect.identifier_preparer.format_constraint
    for table in metadata.sorted_tables:
        assert {c["name"] for c in seen.get_check_constraints(table.name)} == {
            named(c) for c in table.constraints if isinstance(c, CheckConstraint)
        }
        assert {c["name"] for c in seen.get_unique_constraints(table.name)} == {
            named(c) for c in table.constraints if isinstance(c, UniqueConstraint)
        }
    store.close()


def test_upgrading_again_changes_nothing(store):
    before = store.head()

    store.upgrade()

    assert store.head() == before
    assert differences(store) == []


def test_the_newest_revision_is_told_by_the_names_of_the_scripts():
    config = Config()
    config.set_main_option("script_location", str(Path(upgrading.__file__).parent))

    assert ScriptDirectory.from_config(config).get_heads() == [upgrading.newest()]


def test_a_database_that_is_up_to_date_is_only_read(store):
    """A program that starts waits neither for one that writes nor for one that upgrades."""
    done = []

    def note(_connection, _cursor, statement, *_):
        done.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    upgrading.upgrade(store.engine)

    assert done[-1] == "SELECT version_num FROM alembic_version"
    assert {one.split()[0] for one in done} <= {"BEGIN", "PRAGMA", "SELECT"}
    assert not [one for one in done if "IMMEDIATE" in one or "lock" in one]


def test_programs_that_start_at_once_on_an_empty_database_all_start(empty_url):
    stores = [Store(empty_url) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda store: store.upgrade(), stores))

    assert differences(stores[0]) == []
    for store in stores:
        store.close()


def test_an_upgrade_that_is_cut_off_leaves_nothing(empty_url):
    store = Store(empty_url)

    def fail(_connection, _cursor, statement, *_):
        if "CREATE TABLE turns" in statement:
            raise OSError("the disk is full")

    event.listen(store.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="full"):
        store.upgrade()
    assert inspect(store.engine).get_table_names() == []

    event.remove(store.engine, "before_cursor_execute", fail)
    store.upgrade()
    assert differences(store) == []
    store.close()


def test_a_database_of_a_newer_program_is_left_alone(store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
        connection.execute(text("UPDATE schema_floor SET revision = '9997'"))

    with pytest.raises(AdvisorError, match="schema 9998, and this version knows") as error:
        store.upgrade()

    assert error.value.code == "newer_database"


def test_a_database_of_a_newer_program_is_worked_on_where_that_one_says_so(store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))

    store.upgrade()

    with store.engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9998"


def test_a_newer_database_that_says_nothing_of_older_programs_is_left_alone(store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
        connection.execute(text("DROP TABLE schema_floor"))

    with pytest.raises(AdvisorError, match="newer version has written it"):
        store.upgrade()


def first_schema(url, revision):
    """A database as an earlier version of the program left it."""
    store = Store(url)
    config = Config()
    config.set_main_option("script_location", str(Path(upgrading.__file__).parent))
    with store.engine.execution_options(advisor_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return store


def with_one_turn(url, *more):
    """A database of before there were logs of workspaces, with a turn; gives the turn's digest.

    Args:
        url: Where.
        more: Statements for what else is in it.
    """
    old = first_schema(url, "0002")
    body = canonical({"key": "k1", "conversation": "slack:T1:C:1", "version": 1, "release": "r",
                      "recorded_at": "2026-03-01T09:01:00.000000+00:00", "seq": 1,
                      "personal_sha256": committed("aa", canonical(
                          {"author": "U1", "text": "hi", "quotes": "[]"}))})
    digest = chained(GENESIS, body)
    with old.engine.begin() as connection:
        for statement in (
            "INSERT INTO releases VALUES ('r', '{}', '2026')",
            "INSERT INTO conversations VALUES ('slack:T1:C:1', '{}', 1, 1, '2026', '2026')",
            "INSERT INTO cases (conversation, team, asker, opened_at, private, listening) "
            "VALUES ('slack:T1:C:1', 'T1', 'U1', '2026', 0, 1)",
            "UPDATE log_head SET count = 1, digest = :digest",
            "INSERT INTO turns VALUES (1, 'k1', 'slack:T1:C:1', 1, 'r', 'U1', 'hi', '[]', 'aa', "
            ":hidden, :body, :genesis, :digest, 'C:2')",
            *more,
        ):
            bound = {"event": '{"text":"good","turn":1}', "digest": digest, "body": body,
                     "genesis": GENESIS, "hidden": json.loads(body)["personal_sha256"]}
            connection.execute(text(statement), {
                k: v for k, v in bound.items() if f":{k}" in statement})
    old.close()
    return digest


def test_turns_and_events_of_earlier_versions_are_in_the_log_as_they_were(empty_url):
    """The chain of the turns stays as it was, to the byte; what was in no chain is in one now."""
    digest = with_one_turn(
        empty_url,
        "INSERT INTO case_events (id, key, conversation, team, kind, author, at, body) VALUES "
        "(1, 'k2', 'slack:T1:C:1', 'T1', 'comment', 'U1', "
        "'2026-03-01T09:02:00.000000+00:00', :event)")

    store = Store(empty_url)
    store.upgrade()

    assert differences(store) == []
    assert store.verify_log() is None
    assert store.head("") == Head(1, digest)
    assert store.head("T1").count == 1
    (line,) = spoken.lines(store)
    assert (line.id, line.workspace) == ("slack:T1:C:1", "T1")
    with store.reading() as connection:
        first, second = log.rows(connection, ConversationId("slack:T1:C:1"))
    assert (first.kind, first.actor, first.words) == (
        "turn", "U1", {"text": "hi", "quotes": "[]"})
    assert (second.kind, second.actor, second.detail, second.words) == (
        "comment", "U1", {"turn": 1}, {"text": "good"})
    store.close()


def test_a_workspace_whose_turns_are_all_of_before_workspaces_lacks_no_row(empty_url, tmp_path):
    """Its log had not begun: its conversations name it, and their turns stand in the log of then.

    It was said that row 1 was removed, and no back-up of it could be restored.
    """
    digest = with_one_turn(empty_url)
    store = Store(empty_url)
    store.upgrade()
    now = datetime(2026, 11, 28, 9, tzinfo=UTC)

    with store.reading() as connection:
        assert log.workspaces(connection) == ("", "T1")
        assert [first_break(connection, name) for name in ("", "T1")] == [None, None]
    back_up(store, tmp_path / "b.zip", None, now)
    store.close()
    place = InFile(tmp_path / "new.sqlite3", tmp_path / "lock")
    with opened(tmp_path / "b.zip") as archive:
        restored = Restoring(place, ()).restore(archive)
    assert [one.broken for one in restored.verdicts] == [None, None]
    store = Store(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert store.head("T1").count == 0
    with store.reading() as connection:
        first, *_ = log.rows(connection, ConversationId("slack:T1:C:1"))
    assert first.digest == digest
    store.close()


def test_a_workspace_whose_log_is_gone_lacks_its_first_row_all_the_same(empty_url):
    with_one_turn(empty_url)
    store = Store(empty_url)
    store.upgrade()
    with store.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO conversations (id, workspace, state, version, last_seq, created_at, "
            "updated_at) VALUES ('slack:T1:C:2', 'T1', '{}', 1, 1, '2026', '2026')"))

    with store.reading() as connection:
        broken = first_break(connection, "T1")
    store.close()

    assert broken == Break(1, Wrong.REMOVED)


def test_tags_and_citations_of_before_are_found_after_their_tables_have_changed(empty_url):
    old = first_schema(empty_url, "0015")
    with old.engine.begin() as connection:
        for number, name in ((1, "c2"), (2, "c1")):
            for value in ("kenya", "police"):
                connection.execute(text(
                    "INSERT INTO case_tags (kind, value, conversation, workspace, number) "
                    "VALUES ('fact:x', :value, :name, 'T1', :number)"),
                    {"value": value, "name": name, "number": number})
            connection.execute(text(
                "INSERT INTO case_cites (conversation, provision, workspace, number, turns, turn, "
                "shown, at, release, span_start, span_end, sha256, checked) VALUES (:name, 'p', "
                "'T1', :number, 2, 3, 1, :at, 'r', 0, 9, 'aa', 'unchecked')"),
                {"name": name, "number": number, "at": f"2026-03-01T09:0{number}:00+00:00"})
    old.close()

    store = Store(empty_url)
    store.upgrade()

    assert differences(store) == []
    key = inspect(store.engine).get_pk_constraint("case_tags")["constrained_columns"]
    # Older programs that share a server look for the value first.
    assert key == (["conversation", "kind", "value"] if empty_url.startswith("sqlite")
                   else ["kind", "value", "conversation"])
    with store.reading() as connection:
        assert connection.execute(select(case_tags).order_by(case_tags.c.conversation,
                                                             case_tags.c.value)).all() == [
            ("c1", "fact:x", "kenya", "T1", 2, 0), ("c1", "fact:x", "police", "T1", 2, 0),
            ("c2", "fact:x", "kenya", "T1", 1, 0), ("c2", "fact:x", "police", "T1", 1, 0)]
        assert [(one.conversation, one.turns, one.turn, one.shown)
                for one in case_cites.citing(connection, "T1", "p")] == [
            ("c1", 2, 3, 1), ("c2", 2, 3, 1)]
        assert case_cites.usage(connection, "T1", ["p"])["p"].conversations == 2
    store.close()
