import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import event, select, text

from bot import schema
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.errors import (
    AlreadyAnswered,
    BadInput,
    OtherWorkspace,
    StaleConversation,
    UnknownRelease,
)
from bot.ledger import GENESIS, Break, Head, Wrong
from bot.record import spoken
from bot.record.log import Happening
from bot.store import Store
from retrieval.guidance import ReleaseId
from tests.store.small import RELEASE, START, TEXT, begin, step


def talk(store, name, turns, author="U1"):
    conversation = begin(name)
    for number in range(1, turns + 1):
        turn, after = step(conversation, f"{name}:{number}", author)
        store.record(turn, after, conversation.version)
        conversation = after
    return conversation


def counts(store):
    with store.engine.begin() as connection:
        return [
            len(connection.execute(select(table)).all())
            for table in (schema.turns, schema.conversations)
        ]


def test_what_was_recorded_is_read_back_as_it_was(store):
    turn, after = step(begin(), "k1")

    recorded = store.record(turn, after, 0)

    assert store.turn_for(MessageKey("k1")) == turn == recorded
    assert store.turns(ConversationId("c1")) == [turn]
    assert store.turn_for(MessageKey("k1")).reply == turn.reply
    assert store.load(ConversationId("c1")) == after
    assert (recorded.seq, recorded.digest) == (1, store.head().digest)


def test_a_conversation_goes_on_after_the_program_was_started_again(url, store):
    talk(store, "c1", 2)
    last = talk(store, "c2", 3, author="U2")
    store.close()

    again = Store(url)
    again.upgrade()

    assert spoken.latest(again) == last
    assert spoken.latest(again, "U1") == again.load(ConversationId("c1"))
    assert spoken.latest(again, "U3") is None
    turn, after = step(last, "c2:4")
    assert again.record(turn, after, 3).seq == 6
    assert again.verify_log() is None
    again.close()


def test_who_has_not_spoken_yet_gets_a_fresh_conversation(store):
    assert store.load(ConversationId("c9")) == begin("c9")
    assert store.turns(ConversationId("c9")) == []
    assert store.turn_for(MessageKey("k9")) is None
    assert spoken.latest(store) is None
    assert store.head() == Head(0, GENESIS)
    assert store.verify_log() is None


def test_a_message_is_answered_once(store):
    turn, after = step(begin(), "k1")
    store.record(turn, after, 0)
    again, later = step(after, "k1")

    with pytest.raises(AlreadyAnswered) as error:
        store.record(again, later, 1)

    assert error.value.code == "already_answered"
    assert store.load(ConversationId("c1")) == after
    with pytest.raises(AlreadyAnswered):  # rather than stale: the answer is there to be shown
        store.record(turn, after, 0)


@pytest.mark.parametrize("version", [0, 1])
def test_two_turns_at_the_same_version_leave_one(store, version):
    before = talk(store, "c1", version) if version else begin()
    gate = threading.Barrier(2)

    def one(key):
        turn, after = step(before, key)
        gate.wait()
        try:
            store.record(turn, after, version)
        except StaleConversation as error:
            return error.code
        return key

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(one, ["a", "b"]))

    assert "stale_conversation" in outcomes
    winner, = outcomes - {"stale_conversation"}
    assert [t.key for t in store.turns(ConversationId("c1"))][version:] == [winner]
    assert store.verify_log() is None


def test_messages_delivered_many_times_at_once_get_one_turn_each_and_one_chain(store):
    jobs = [(f"c{n % 2}", f"k{n}") for n in range(8)] * 3

    def deliver(job):
        name, key = job
        while True:
            before = store.load(ConversationId(name))
            turn, after = step(before, key)
            try:
                store.record(turn, after, before.version)
            except StaleConversation:
                continue
            except AlreadyAnswered:
                pass
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, jobs))

    for name in ("c0", "c1"):
        assert [t.version for t in store.turns(ConversationId(name))] == [1, 2, 3, 4]
    assert store.head().count == 8
    assert store.verify_log() is None


def test_a_turn_that_fails_at_any_statement_leaves_nothing(store):
    first = talk(store, "c1", 1)
    turn, after = step(first, "k2")
    before = (counts(store), store.head())
    state = {"left": 0}

    def fail(*_):
        state["left"] -= 1
        if state["left"] == 0:
            raise OSError("the disk is full")

    event.listen(store.engine, "before_cursor_execute", fail)
    failures = 0
    while True:
        state["left"] = failures + 1
        try:
            store.record(turn, after, 1)
        except OSError:
            failures += 1
            state["left"] = 0
            assert (counts(store), store.head()) == before
            assert store.load(ConversationId("c1")) == first
            continue
        break
    state["left"] = 0

    assert failures >= 5
    assert counts(store) == [2, 1]
    assert store.verify_log() is None


def test_turns_and_conversations_that_do_not_belong_together_are_refused(store):
    turn, after = step(begin(), "k1")

    with pytest.raises(ValueError, match="must both follow version 4"):
        store.record(turn, after, 4)


def test_a_reply_from_a_release_that_was_not_kept_is_not_recorded(url):
    store = Store(url)
    store.upgrade()
    turn, after = step(begin(), "k1")

    with pytest.raises(UnknownRelease, match=RELEASE):
        store.record(turn, after, 0)
    with pytest.raises(UnknownRelease):
        store.activate(RELEASE)
    with pytest.raises(UnknownRelease):
        store.release_content(RELEASE)
    assert store.active_release() is None
    store.close()


@pytest.mark.parametrize("words", ["null \0 in it", "half a pair \ud83d"])
def test_characters_that_no_database_takes_are_refused_with_a_sentence(store, words):
    turn, after = step(begin(), "k1", text=words)

    with pytest.raises(BadInput, match="paste it as plain text"):
        store.record(turn, after, 0)

    assert counts(store) == [0, 0]


def test_releases_are_kept_once_and_switched(store):
    other = ReleaseId("ba9876543210")
    store.keep_release(RELEASE, "{}")
    store.keep_release(other, {"z": {"b", "a"}, "a": 1})

    assert store.release_content(RELEASE) == '{"b":1}'
    assert store.release_content(other) == '{"a":1,"z":["a","b"]}'
    assert store.active_release() == RELEASE
    store.activate(other)
    assert store.active_release() == other
    store.activate(RELEASE)
    assert store.active_release() == RELEASE


def test_conversations_are_listed_newest_first_page_by_page(store):
    for name in ("c1", "c2", "c3", "c4", "c5"):
        talk(store, name, 2)
    turn, after = step(store.load(ConversationId("c2")), "c2:3")
    store.record(turn, after, 2)

    listed, before = [], None
    while page := spoken.lines(store, limit=2, before=before):
        listed += page
        before = page[-1]

    assert [line.id for line in listed] == ["c2", "c5", "c4", "c3", "c1"]
    assert listed[0].version == 3
    assert datetime.fromisoformat(listed[0].updated_at) == turn.recorded_at


def test_what_is_written_along_with_a_turn_is_there_or_neither_is(store):
    turn, after = step(store.load(ConversationId("c1")), "c1:1")

    def fail(connection):
        connection.execute(schema.claims.insert().values(conversation="c1"))
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        store.record(turn, after, 0, along=fail)

    assert store.turns(ConversationId("c1")) == []
    with store.reading() as connection:
        assert connection.execute(select(schema.claims)).all() == []


def test_the_words_of_a_person_stand_in_columns_of_their_own(store):
    talk(store, "c1", 1)

    with store.engine.begin() as connection:
        row = connection.execute(select(schema.log)).one()

    for words in (TEXT, "The police", "U1"):
        assert words not in row.body
    assert json.loads(row.words)["text"] == TEXT
    assert row.actor == "U1"


def test_the_chain_holds_after_a_person_s_words_are_erased(store):
    conversation = begin("c1")
    for number, author in enumerate(("U1", "U2", "U1"), 1):
        turn, after = step(conversation, f"c1:{number}", author)
        store.record(turn, after, conversation.version)
        conversation = after

    Erasing(store).person("local", "U2", by="U-lead", reason="they asked for it")

    assert store.verify_log() is None
    erased = store.turns(ConversationId("c1"))[1]
    assert erased.erased
    assert (erased.author, erased.text) == ("", "")
    assert erased.reply.flags[0].citations == step(begin(), "k")[0].reply.flags[0].citations
    assert erased.reply.flags[0].said == ("",)
    assert [t.erased for t in store.turns(ConversationId("c1"))] == [False, True, False]


def test_words_that_somebody_takes_out_of_the_database_are_missed(store):
    talk(store, "c1", 3)

    with store.engine.begin() as connection:
        connection.execute(text(
            "UPDATE log SET actor = NULL, words = NULL, salt = NULL "
            "WHERE seq = 2"))

    assert store.verify_log() == Break(2, Wrong.EMPTIED)


@pytest.mark.parametrize("change", [
    "log SET body = replace(body, '\"raised\"', '\"not_raised\"')",
    "log SET body = body || ' '",
    "log SET words = replace(words, 'police', 'army')",
    "log SET words = NULL",
    "log SET actor = 'U9'",
    "log SET actor = NULL",
    "log SET salt = 'ff'",
    "log SET salt = NULL",
    "log SET personal_sha256 = 'ff'",
    "log SET key = 'other'",
    "log SET kind = 'view'",
    "log SET at = '2020-01-01T00:00:00.000000+00:00'",
    "log SET conversation = 'c2'",
    "log SET previous = 'ff'",
    "log SET digest = 'ff'",
    "turns SET version = 9",
    "turns SET release = 'other'",
    "turns SET conversation = 'c2', version = 7",
    "turns SET key = 'other'",
])
def test_a_row_altered_in_the_database_is_named(store, change):
    talk(store, "c1", 3)
    talk(store, "c2", 1)
    store.keep_release(ReleaseId("other"), "{}")

    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {change} WHERE seq = 2"))

    assert str(store.verify_log()).startswith("Row 2 of the log was altered")


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_row_removed_from_the_database_is_named(store, seq):
    talk(store, "c1", 3)

    with store.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM turns WHERE seq = {seq}"))  # noqa: S608
        connection.execute(text(f"DELETE FROM log WHERE seq = {seq}"))  # noqa: S608

    assert str(store.verify_log()).startswith(f"Row {seq} of the log was removed")


def test_each_workspace_has_a_chain_of_its_own(store):
    for team in ("T1", "T2"):
        conversation = begin(f"c-{team}")
        for number in (1, 2):
            turn, after = step(conversation, f"{team}:{number}")
            recorded = store.record(turn, after, conversation.version, workspace=team)
            assert recorded.seq == number
            conversation = after

    assert store.workspaces() == ("T1", "T2", "local")
    assert store.head("T1").count == store.head("T2").count == 2
    assert store.head("local").count == 0
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE log SET actor = 'U9' WHERE workspace = 'T2' AND seq = 1"))
    assert str(store.verify_log()).startswith("Row 1 of the log was altered")


def test_a_conversation_of_one_workspace_is_out_of_reach_for_another(store):
    turn, after = step(begin("c1"), "k1")
    store.record(turn, after, 0, workspace="T1")
    again, later = step(after, "k2")

    with pytest.raises(OtherWorkspace):
        store.record(again, later, 1, workspace="T2")

    assert store.head("T2").count == 0


def test_the_same_happening_is_noted_once(store):
    view = Happening("viewed", "v1", START, "U7", ConversationId("c1"), {"page": "case"})

    first, second = store.note("T1", view), store.note("T1", view)

    assert (first.seq, first.detail, first.words) == (1, {"page": "case"}, {})
    assert second is None
    assert store.head("T1").count == 1


def test_sqlite_is_set_to_lose_nothing(store):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite")
    with store.engine.begin() as connection:
        def pragma(name):
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert (pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")) == (
            "wal", 2, 1)


def test_one_conversation_is_read_by_an_index_of_its_own(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")
    store.upgrade()
    with store.reading() as connection:
        plan = connection.execute(text(
            "EXPLAIN QUERY PLAN SELECT * FROM log WHERE workspace IN ('T1', '') "
            "AND conversation = 'c1' ORDER BY workspace, seq")).all()
    store.close()
    assert [row.detail for row in plan] == [
        "SEARCH log USING INDEX ix_log_conversation_workspace_seq "
        "(conversation=? AND workspace=?)"]
