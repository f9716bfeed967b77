"""What was erased after a back-up stays erased when it is restored, and what was held is held."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from bot.backing_up import restoring
from bot.backing_up.archive import opened
from bot.backing_up.erased_again import listed_by
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing, NotErased
from bot.errors import AdvisorError
from bot.people import people
from bot.queue.deliveries import Deliveries
from bot.record.erasure_list import ErasureList, read
from bot.record.log import Happening, rows
from bot.schema import holds, log, saved_filters
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Place
from tests.backing_up.house import CANARY, TEAM, everything, made, restored, talk
from tests.store.small import START

PLEASE = {"by": "U-lead", "reason": f"{CANARY} asked for it"}
C1, C8 = ConversationId("c1"), ConversationId("c8")


@pytest.fixture
def listing(tmp_path):
    return tmp_path / "elsewhere" / "erasures.jsonl"


@pytest.fixture
def erasing(store, listing):
    return Erasing(store, lambda: START + timedelta(days=1), ErasureList(listing).add)


@pytest.fixture
def older(store, tmp_path):
    """A back-up that has the canary, in a conversation of two people."""
    talk(store, "c8", f"kits for {CANARY}")
    talk(store, "c8", f"and the {CANARY} again", "slack:T1:U2")
    talk(store, "c1", "spyware", "slack:T1:U2")
    made(store, tmp_path / "older.zip")
    with opened(tmp_path / "older.zip") as archive:
        assert any(CANARY in repr(row) for part in archive.manifest.parts
                   for row in archive.rows(part))
    return tmp_path / "older.zip"


def the_list(listing):
    return read(str(listing), listing.read_text().splitlines())


def words_of(store, name):
    with store.reading() as connection:
        return [one.words for one in rows(connection, name) if one.kind == "turn"]


def test_what_was_kept_beside_the_log_is_erased_again_too(
    store, erasing, there, tmp_path, listing
):
    box, place = Deliveries(store, lambda: START), Place(TEAM, "C1", "1.0")
    box.receive(Delivery(MessageKey("d1"), Act.MESSAGE, TEAM, "U3", START, {"text": CANARY},
                         place, opens=True, event_id="e1"))
    box.give_up(box.next_delivery(ConversationId(f"slack:{TEAM}:C1:1.0")), "T-0A1B2C")
    talk(store, "c1", "spyware", "slack:T1:U2")
    with store.writing() as connection:
        connection.execute(saved_filters.insert().values(
            workspace=TEAM, user="U4", name=CANARY, query=f"text={CANARY}"))
    made(store, tmp_path / "older.zip")
    erasing.conversation(TEAM, ConversationId(f"slack:{TEAM}:C1:1.0"), **PLEASE)
    erasing.person(TEAM, "U4", **PLEASE)

    restored(tmp_path / "older.zip", there, tmp_path / "there", listed=the_list(listing))

    assert everything(there).count(CANARY.encode()) == 0


def test_an_erased_conversation_is_nowhere_in_the_restored_database(
    erasing, older, there, tmp_path, listing
):
    erasing.conversation(TEAM, C8, **PLEASE)

    found = restored(older, there, tmp_path / "there", listed=the_list(listing))

    assert (found.erasures, found.rows_erased) == (1, 2)
    assert everything(there).count(CANARY.encode()) == 0
    after = Store(there)
    assert after.verify_log() is None
    assert words_of(after, C8) == [None, None]
    assert all(words_of(after, C1))
    with after.reading() as connection:
        row = connection.execute(select(log).where(log.c.kind == "erased")).mappings().one()
    assert (row["key"], row["actor"]) == (the_list(listing)[0].key, "U-lead")
    after.close()


def test_a_person_is_erased_again_and_nobody_else(erasing, older, there, tmp_path, listing):
    erasing.person(TEAM, "U1", **PLEASE)
    assert "U1" not in listing.read_text()
    assert CANARY not in listing.read_text()

    found = restored(older, there, tmp_path / "there", listed=the_list(listing))

    # A row for each of the two conversations.
    assert found.erasures == 2
    after = Store(there)
    assert after.verify_log() is None
    assert [one is None for one in words_of(after, C8)] == [True, False]
    assert [one is None for one in words_of(after, C1)] == [True, True, True, False]
    assert all(words_of(after, ConversationId("elsewhere")))
    with after.reading() as connection:
        assert dict(connection.execute(select(people.c.user, people.c.seen_at)).all()) == {
            "U1": "erased"}
    after.close()


@pytest.mark.parametrize("given", ["U1", "slack:T1:U1"])
def test_whoever_is_named_in_another_way_than_the_rows_name_them_is_erased_again(
    store, erasing, there, tmp_path, listing, given
):
    """A reviewer is named by the id alone; what an export shows of a person is longer."""
    store.note(TEAM, Happening("comment", "n8", START, "U7", C1, {}, {"text": CANARY}))
    made(store, tmp_path / "older.zip")
    erasing.person(TEAM, given.replace("U1", "U7"), **PLEASE)

    restored(tmp_path / "older.zip", there, tmp_path / "there", listed=the_list(listing))

    assert CANARY.encode() not in everything(there)


def test_what_could_not_be_written_anew_is_told_and_all_else_is_there(
    erasing, older, there, tmp_path, listing, monkeypatch
):
    """The restore was done by then; it ended as one that had come to nothing."""
    if there.startswith("sqlite"):
        pytest.skip("SQLite is written anew before it takes its place")
    monkeypatch.setattr("bot.erasure.overwriting.LOCK_SECONDS", 1)
    erasing.conversation(TEAM, C8, **PLEASE)
    done = threading.Event()

    def looks() -> None:
        with Store(there).reading() as connection:
            while not (done.is_set() or inspect(connection).has_table("saved_filters")):
                time.sleep(0.001)
            connection.execute(text("SELECT count(*) FROM saved_filters"))
            done.wait(60)

    with ThreadPoolExecutor(1) as others:
        fill = restoring._fill

        def fill_meanwhile(*given: Any) -> None:
            others.submit(looks)  # who is connected before is told of, and nothing is restored
            fill(*given)

        monkeypatch.setattr(restoring, "_fill", fill_meanwhile)
        try:
            found = restored(older, there, tmp_path / "there", listed=the_list(listing))
        finally:
            done.set()

    assert found.erasures == 1
    assert found.remarks == ("What was erased again is still in the free space of the database's "
                             "files: a table was in use, or there was no room. Call 'advisor db "
                             "rewrite'.",)
    after = Store(there)
    assert words_of(after, C8) == [None, None]
    after.close()


def test_a_new_list_is_on_the_disk_with_its_name(store, listing, monkeypatch):
    written, really = [], os.fsync

    def note(held):
        written.append(str(Path(f"/proc/self/fd/{held}").readlink()))
        really(held)

    monkeypatch.setattr(os, "fsync", note)
    erasing = Erasing(store, tell=ErasureList(listing).add)
    erasing.hold(TEAM, C1, **PLEASE)
    erasing.release(TEAM, C1, **PLEASE)

    assert written == [str(listing), str(listing.parent), str(listing)]


@pytest.mark.parametrize("left", [1, 40, -1])
def test_a_line_that_was_cut_off_takes_no_other_with_it(
    erasing, older, there, tmp_path, listing, left
):
    erasing.hold(TEAM, C1, **PLEASE)
    whole = listing.read_bytes()
    listing.write_bytes(whole + whole[:-1][:left])  # the disk was full, so it was never done
    erasing.conversation(TEAM, C8, **PLEASE)

    first, torn, last = listing.read_text().splitlines()
    assert (f"{first}\n{torn}".encode(), last[-1]) == (whole + whole[:-1][:left], "}")
    with pytest.raises(AdvisorError, match=f"Line 2 of {listing} is no line"):
        the_list(listing)
    listing.write_text(f"{first}\n{last}\n")
    found = restored(older, there, tmp_path / "there", listed=the_list(listing))
    assert (found.erasures, found.rows_erased) == (1, 2)
    assert CANARY.encode() not in everything(there)


@pytest.mark.parametrize("left", [1, 40, -1])
def test_a_line_that_was_written_on_in_one_cut_off_is_found(erasing, older, listing, left):
    erasing.hold(TEAM, C1, **PLEASE)
    erasing.conversation(TEAM, C8, **PLEASE)
    held, erased = the_list(listing)
    first, second = listing.read_text().splitlines()
    listing.write_text(f"{first}\n{first[:left]}{second}\n")

    assert the_list(listing) == [held, erased]


def test_without_the_list_the_words_are_there_again(erasing, older, there, tmp_path):
    """The control: the scan above finds what is there."""
    erasing.conversation(TEAM, C8, **PLEASE)

    assert restored(older, there, tmp_path / "there").erasures == 0
    assert CANARY.encode() in everything(there)


def test_a_later_back_up_tells_what_was_erased(store, erasing, older, there, tmp_path):
    erasing.conversation(TEAM, C8, **PLEASE)
    erasing.person(TEAM, "U2", **PLEASE)
    made(store, tmp_path / "later.zip")
    with opened(tmp_path / "later.zip") as later:
        listed = listed_by(later)

    found = restored(older, there, tmp_path / "there", listed=listed)

    assert found.erasures == 3
    assert CANARY.encode() not in everything(there)


def test_the_database_that_is_replaced_tells_what_was_erased(
    store, erasing, older, url, tmp_path
):
    erasing.conversation(TEAM, C8, **PLEASE)
    store.close()

    found = restored(older, url, tmp_path, replace=True)

    assert found.erasures == 1
    after = Store(url)
    assert words_of(after, C8) == [None, None]
    after.close()


def test_an_erasure_that_the_back_up_knows_is_not_done_again(
    store, erasing, older, there, tmp_path, listing
):
    """What was said in the conversation since then stays."""
    erasing.conversation(TEAM, C8, **PLEASE)
    talk(store, "c8", "said afterwards")
    made(store, tmp_path / "later.zip")

    found = restored(tmp_path / "later.zip", there, tmp_path / "there", listed=the_list(listing))

    assert found.erasures == 0
    after = Store(there)
    assert [one and one["text"] for one in words_of(after, C8)] == [None, None, "said afterwards"]
    after.close()


def test_holds_and_retention_of_after_the_back_up_come_back(
    erasing, older, there, tmp_path, listing
):
    erasing.hold(TEAM, C1, by="U-lead", reason="suit")
    erasing.hold(TEAM, C8, by="U-lead", reason="suit")
    erasing.release(TEAM, C8, by="U-lead", reason="settled")
    erasing.conversation(TEAM, C8, **PLEASE)
    erasing.retain(TEAM, 30, by="U-admin", reason="policy")

    restored(older, there, tmp_path / "there", listed=the_list(listing))

    after = Store(there)
    with after.reading() as connection:
        assert list(connection.scalars(select(holds.c.conversation))) == ["c1"]
    with pytest.raises(NotErased, match="legal hold"):
        Erasing(after).conversation(TEAM, C1, **PLEASE)
    assert Erasing(after, lambda: START + timedelta(days=365)).overdue() != ()
    assert all(words_of(after, C1))
    assert words_of(after, C8) == [None, None]
    after.close()


def test_nothing_is_erased_that_could_not_be_listed(store, tmp_path):
    (tmp_path / "file").write_text("")
    erasing = Erasing(store, tell=ErasureList(tmp_path / "file" / "erasures.jsonl").add)
    before = store.head(TEAM)

    with pytest.raises(AdvisorError, match="can't be written"):
        erasing.conversation(TEAM, C1, **PLEASE)

    assert store.head(TEAM) == before
    assert all(words_of(store, C1))


def test_a_list_that_is_none_is_refused():
    assert read("a", ["", '{"kind":"turn","actor":null,"body":{}}']) == []
    with pytest.raises(AdvisorError, match="Line 2 of a is no line"):
        read("a", ["", "hello"])
    with pytest.raises(AdvisorError, match="Line 1 of a is no line"):
        read("a", ['{"kind":"erased","actor":null,"body":{}}'])
