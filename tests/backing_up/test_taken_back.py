"""What was listed and then rolled back is done by no restore."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.dialogue.conversation import ConversationId
from bot.erasure import erasing as erasures
from bot.erasure.erasing import Erasing
from bot.errors import AdvisorError
from bot.record.erasure_list import ErasureList, read
from bot.record.log import rows
from bot.schema import holds
from bot.store import Store
from tests.backing_up.house import TEAM, made, restored, talk

PLEASE = {"by": "U-lead", "reason": "asked for it"}
C1, C8 = ConversationId("c1"), ConversationId("c8")


@pytest.fixture
def listing(tmp_path):
    return tmp_path / "elsewhere" / "erasures.jsonl"


@pytest.fixture
def erasing(store, listing):
    listed = ErasureList(listing)
    return Erasing(store, tell=listed.add, untell=listed.take_back)


def the_list(listing):
    return [(one.kind, one.conversation)
            for one in read(str(listing), listing.read_text().splitlines())]


def away(*_):
    raise OperationalError("UPDATE", {}, Exception("the database is away"))


def commit_fails(monkeypatch, store, *, though_done):
    """Have the next transaction's commit end by an error, whether or not it was made."""
    engine = store.engine
    real = engine.dialect.do_commit

    def commit(connection):
        monkeypatch.setattr(engine.dialect, "do_commit", real)
        if though_done:
            real(connection)
        away()

    monkeypatch.setattr(engine.dialect, "do_commit", commit)


def test_an_erasure_that_was_rolled_back_is_not_done_by_a_restore(
    store, erasing, listing, there, tmp_path, monkeypatch
):
    talk(store, "c8", "kits")
    made(store, tmp_path / "older.zip")
    with monkeypatch.context() as patched:
        patched.setattr(erasures, "forget_person", away)
        with pytest.raises(OperationalError):
            erasing.person(TEAM, "slack:T1:U1", **PLEASE)
    assert the_list(listing) == []
    erasing.hold(TEAM, C8, **PLEASE)
    assert the_list(listing) == [("held", C8)]

    found = restored(tmp_path / "older.zip", there, tmp_path / "there",
                     listed=read("l", listing.read_text().splitlines()))

    assert (found.erasures, found.rows_erased) == (0, 0)
    after = Store(there)
    with after.reading() as connection:
        assert all(one.words for one in rows(connection, C8) if one.kind == "turn")
        assert connection.scalars(select(holds.c.conversation)).all() == [C8]
    after.close()


def test_a_hold_is_lifted_by_no_release_whose_commit_failed(store, erasing, listing, monkeypatch):
    erasing.hold(TEAM, C1, **PLEASE)
    with monkeypatch.context() as patched:
        commit_fails(patched, store, though_done=False)
        with pytest.raises(OperationalError):
            erasing.release(TEAM, C1, **PLEASE)
    assert the_list(listing) == [("held", C1)]


def test_what_was_committed_stays_listed_though_nobody_heard_of_it(
    store, erasing, listing, monkeypatch
):
    with monkeypatch.context() as patched:
        commit_fails(patched, store, though_done=True)
        with pytest.raises(OperationalError):
            erasing.conversation(TEAM, C1, **PLEASE)
    assert the_list(listing) == [("erased", C1)]


def test_where_nobody_can_tell_whether_it_was_done_it_stays_listed(
    store, erasing, listing, monkeypatch
):
    with monkeypatch.context() as patched:
        commit_fails(patched, store, though_done=False)
        patched.setattr("bot.erasure.listing.Listing._on_record", away)
        with pytest.raises(OperationalError):
            erasing.conversation(TEAM, C1, **PLEASE)
    assert the_list(listing) == [("erased", C1)]


def test_a_line_that_takes_back_is_passed_over_by_itself():
    assert read("a", ['{"actor":null,"body":{"key":"erased:x"},"kind":"taken_back"}']) == []
    with pytest.raises(AdvisorError, match="Line 1 of a is no line"):
        read("a", ['{"actor":null,"body":null,"kind":"taken_back"}'])
