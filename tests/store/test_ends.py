"""What is kept of where a log ends may be gone or spoiled, and the log is not whole then."""

import pytest
from sqlalchemy import delete, text, update

from bot.errors import LostEnd
from bot.log_order import LOCAL
from bot.record.log import Happening, head, workspaces
from bot.schema import checkpoints, log, log_heads
from tests.store.erased import talk
from tests.store.small import START

ENDLESS = ("Row {} of the log is the last one that is there, and what was kept of where the log "
           "ends is gone or can't be read: nobody can tell from the database whether rows are "
           "missing after it. Hold the log against a checkpoint that was kept elsewhere, or "
           "restore the database from a back-up.")
REMOVED = ("Row 1 of the log was removed: it was recorded, and it is no longer there. The 0 before "
           "it are whole; don't rely on it or on later ones.")


def note(store, workspace, number):
    store.note(workspace, Happening(
        "viewed", f"{workspace}:{number}", START, "U1", None, {"n": number}, {"text": "kits"}))


@pytest.fixture
def two(store, points):
    """Two workspaces with a log of two rows, and a checkpoint of each."""
    for workspace in ("T1", "T2"):
        note(store, workspace, 1)
        note(store, workspace, 2)
        points.take(workspace)
    return store


def change(store, statement):
    with store.writing() as connection:
        connection.execute(statement)


def found(points, only=None):
    return {one.workspace: one.broken and str(one.broken) for one in points.verify(only=only)
            if one.rows or one.broken}


def test_a_log_without_its_end_is_named_and_not_passed_over(two, points):
    """With one row deleted from log_heads, the log of that workspace was held against nothing."""
    change(two, delete(log_heads).where(log_heads.c.workspace == "T1"))

    assert found(points) == {"T1": ENDLESS.format(2), "T2": None}
    assert found(points, "T1") == {"T1": ENDLESS.format(2)}
    assert str(two.verify_log()) == ENDLESS.format(2)


def test_in_a_log_without_its_end_the_first_altered_row_is_named(two, points):
    change(two, delete(log_heads).where(log_heads.c.workspace == "T1"))
    change(two, update(log).where(log.c.workspace == "T1").values(words='{"text":"forged"}'))

    assert found(points)["T1"].startswith("Row 1 of the log was altered")
    assert str(two.verify_log()).startswith("Row 1 of the log was altered")


def test_a_log_that_is_gone_is_missed_by_its_checkpoints(two, points):
    change(two, delete(log_heads).where(log_heads.c.workspace == "T1"))
    change(two, delete(log).where(log.c.workspace == "T1"))

    assert found(points) == {"T1": REMOVED, "T2": None}
    assert str(two.verify_log()) == REMOVED


def test_with_all_logs_gone_the_log_is_not_empty(two, points):
    change(two, delete(log_heads))
    change(two, delete(log))

    assert found(points) == {"T1": REMOVED, "T2": REMOVED}


def test_a_log_that_is_gone_is_missed_by_its_conversations(store, points):
    talk(store, "c1", "kits")
    change(store, text("DELETE FROM turns"))
    change(store, delete(log))
    change(store, delete(log_heads))

    assert found(points) == {LOCAL: REMOVED}
    assert str(store.verify_log()) == REMOVED


def test_rows_of_a_workspace_that_never_had_a_log_are_named(two, points):
    with two.writing() as connection:
        row = dict(connection.execute(log.select().where(
            log.c.workspace == "T1", log.c.seq == 1)).one()._mapping)
        connection.execute(log.insert().values({
            **row, "workspace": "AGHOST", "key": "ghost", "digest": "00" * 32,
            "words": '{"text":"forged"}'}))

    assert found(points)["AGHOST"].startswith("Row 1 of the log was altered")
    assert str(two.verify_log()).startswith("Row 1 of the log was altered")


def test_workspaces_are_found_wherever_they_are_named(two):
    talk(two, "c1", "kits")
    change(two, delete(log_heads))

    with two.reading() as connection:
        assert workspaces(connection) == ("T1", "T2", LOCAL)


def spoilt(store, statement):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps what is not of the column's type")
    change(store, text(statement))


@pytest.mark.parametrize("edge", ["", "2 zz", "x", "2 00 é", "3 00"])
def test_an_edge_that_is_none_is_told_and_no_fault_of_the_program(two, points, edge):
    change(two, update(log_heads).where(log_heads.c.workspace == "T1").values(edge=edge))

    assert found(points) == {"T1": ENDLESS.format(2), "T2": None}
    assert str(two.verify_log()) == ENDLESS.format(2)


@pytest.mark.parametrize("column", ["count = 'x'", "edge = x'ff00'", "digest = x'ff00'"])
def test_what_is_no_end_at_all_is_told(two, points, column):
    spoilt(two, f"UPDATE log_heads SET {column} WHERE workspace = 'T1'")  # noqa: S608

    assert found(points) == {"T1": ENDLESS.format(2), "T2": None}


@pytest.mark.parametrize("column", [
    "words = x'ff00'", "body = x'ff00'", "salt = x'ff00'", "digest = x'ff00'",
    "previous = x'ff00'", "actor = x'ff00'", "personal_sha256 = x'ff00'", "at = x'ff00'",
    "kind = x'ff00'", "\"key\" = x'ff00'", "seq = 'abc'", "seq = x'ff00'"])
def test_bytes_in_place_of_text_are_an_altered_row(two, points, column):
    spoilt(two, f"UPDATE log SET {column} WHERE workspace = 'T1' AND seq = 2")  # noqa: S608

    assert found(points)["T1"].startswith("Row 2 of the log was ")
    assert found(points)["T2"] is None


def test_bytes_in_place_of_a_name_hide_no_log(two, points):
    spoilt(two, "UPDATE log_heads SET workspace = x'ff00' WHERE workspace = 'T1'")

    assert found(points)["T1"] == ENDLESS.format(2)


@pytest.mark.parametrize("words", [' {"text":"kits"}', '{"text":"kits"}\n', '{"text": "kits"}',
                                   '{"text":"\\u006bits"}', "[" * 100_000])
def test_words_that_are_written_otherwise_are_altered(two, points, words):
    change(two, update(log).where(log.c.workspace == "T1", log.c.seq == 2).values(words=words))

    assert found(points)["T1"].startswith("Row 2 of the log was altered")


@pytest.mark.parametrize("change_to", [{"at": "2020-01-01T00:00:00.000000+00:00"},
                                       {"workspace": "T3"}, {"size": 1}])
def test_a_checkpoint_that_its_row_belies_proves_nothing(two, points, change_to):
    change(two, update(checkpoints).where(checkpoints.c.workspace == "T1").values(**change_to))

    told = found(points)
    assert told[change_to.get("workspace", "T1")] is not None
    assert told["T2"] is None


def test_nothing_is_added_to_a_log_of_which_nobody_knows_the_end(two, points):
    change(two, delete(log_heads).where(log_heads.c.workspace == "T1"))
    change(two, update(log_heads).where(log_heads.c.workspace == "T2").values(edge=""))
    note(two, "T3", 1)

    for workspace in ("T1", "T2"):
        with pytest.raises(LostEnd) as raised:
            note(two, workspace, 3)
        assert str(raised.value) == (
            f"Where the log of '{workspace}' ends is no longer kept, or can't be read. Nothing is "
            "added to it; 'advisor log verify' tells more, and a back-up has it as it was.")
        assert raised.value.code == "log_broken"
        with pytest.raises(LostEnd):
            points.take(workspace)
        with two.reading() as connection, pytest.raises(LostEnd):
            head(connection, workspace)
    assert len(points.take_due()) == 1
