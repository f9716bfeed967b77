"""What is counted by the day is what the lines of conversations say, whatever happened to them."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.casebook import lines as case_lines
from bot.casebook.lines import FAINT, GAP, OPEN
from bot.casebook.memory import TOLD, Memory, told
from bot.casebook.reasons import reasons
from bot.casebook.unanswered import NEAR
from bot.dialogue.conversation import ConversationId
from bot.schema import conversations, day_counts, log
from tests.console.talking import DEAL
from tests.store.small import begin, step

QUESTION = "What does the guidance say about audits?"


def counts(store):
    with store.reading() as connection:
        return Counter({(row.workspace, row.kind, row.day, row.value): row.number
                        for row in connection.execute(select(day_counts))})


def signed(rows, name):
    last = [row.kind for row in rows
            if row.conversation == name and row.kind in {"signed_off", "lapsed"}][-1:]
    return last == ["signed_off"]


def told_again(store):
    """The same by brute force: each row of the log read again, each conversation counted once."""
    found = Counter()
    with store.reading() as connection:
        rows = connection.execute(select(log).order_by(log.c.workspace, log.c.seq)).all()
        homes = dict(connection.execute(
            select(conversations.c.id, conversations.c.workspace)).all())
    memories = {}
    for row in rows:
        name = row.conversation
        if name in homes and row.kind in TOLD:
            memories[name] = told(memories.get(name, Memory()), row._mapping)
    for name, memory in memories.items():
        at = (homes[name], memory.opened_at[:10])
        if memory.turns and memory.erased == memory.turns:
            found[at[0], "erased", at[1], ""] += 1
            continue
        why = [] if signed(rows, name) else reasons(memory)
        traits = {("all", "")}
        traits |= {("waiting", "") for _ in why} | {("reason", reason.code) for reason in why}
        traits |= {("up" if good else "down", "") for good in memory.votes.values()}
        traits |= {("flag", flag) for flag in memory.flags}
        traits |= {("consideration", flag.consideration) for flag in memory.flags.values()
                   if flag.consideration}
        traits |= {(f"fact:{fact}", value) for fact, values in memory.facts.items()
                   for value in values or ()}
        traits |= {("gap", one) for one in memory.gaps} | {("open", one) for one in memory.open}
        traits |= {("faint", one) for one in memory.faint}
        for kind, value in traits:
            found[at[0], kind, at[1], value] += 1
    return found


def of_kind(found, kind, workspace="T1"):
    return {value: number for (home, k, _, value), number in found.items()
            if (home, k) == (workspace, kind)}


def test_a_deal_and_its_corrections_move_the_numbers(desk):
    desk.say("c1", DEAL)
    desk.say("c2", DEAL, user="U2")
    desk.say("d1", DEAL, workspace="T2")
    first = counts(desk.store)
    assert of_kind(first, "all") == {"": 2} and of_kind(first, "all", "T2") == {"": 1}
    assert of_kind(first, "fact:country") == {"KE": 2}
    assert of_kind(first, "fact:end_user") == {"police": 2}
    assert of_kind(first, "waiting") == {"": 2} and of_kind(first, "down") == {}
    assert {day for _, _, day, _ in first} == {"2026-11-25"}
    assert of_kind(first, OPEN) and first == told_again(desk.store)

    desk.say("c1", "Actually the end-user is the health ministry, not the police.")
    desk.note("c1", "feedback", body={"turn": 1, "good": False})
    after = counts(desk.store)
    assert of_kind(after, "fact:end_user") == {"health-ministry": 1, "police": 1}
    assert of_kind(after, "down") == {"": 1}
    desk.note("c1", "feedback", body={"turn": 1, "good": True})
    desk.note("c1", "signed_off", user="U-lead", body={"number": 1, "needs_second": False})
    last = counts(desk.store)
    assert (of_kind(last, "down"), of_kind(last, "up")) == ({}, {"": 1})
    assert of_kind(last, "waiting") == {"": 1}
    assert last == told_again(desk.store)
    desk.note("c1", "lapsed", user=None, body={"sign_off": 1, "changes": [], "release": "r"})
    assert of_kind(counts(desk.store), "waiting") == {"": 2}
    assert of_kind(counts(desk.store), "reason")["lapsed"] == 1


def test_what_the_texts_lack_is_counted_and_leaves_with_the_words(desk):
    desk.say("c1", "wolpertinger xyzzy plugh frobnicate?")
    desk.say("c2", QUESTION)
    (turn,) = desk.store.turns(ConversationId("c1"))
    assert [found.abstained for found in turn.found] == [True]
    code = turn.found[0].gap or f"{NEAR}{turn.found[0].nearest or ''}"
    assert of_kind(counts(desk.store), GAP) == {code: 1}

    desk.say("c1", DEAL, user="U2")
    desk.erasing.person("T1", "U1", by="U-lead", reason="asked for")
    left = counts(desk.store)
    # Half of c1 is still there, without the question; of c2 nothing is left to count.
    assert of_kind(left, GAP) == {} and of_kind(left, FAINT) == {}
    assert (of_kind(left, "all"), of_kind(left, "erased")) == ({"": 1}, {"": 1})
    assert left == told_again(desk.store)
    desk.erasing.conversation("T1", ConversationId("c1"), by="U-lead", reason="asked for")
    assert {kind for _, kind, _, _ in counts(desk.store)} == {"erased"}
    assert of_kind(counts(desk.store), "erased") == {"": 2}


def test_a_conversation_of_which_nothing_was_asked_yet_counts_as_none(desk):
    desk.note("c1", "comment", words={"text": "early"})
    assert counts(desk.store) == Counter()


def test_a_turn_that_is_not_recorded_moves_no_number(store):
    turn, after = step(begin(), "k1")

    def fail(_connection):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.record(turn, after, 0, fail)
    assert counts(store) == Counter()


SAID = [DEAL, QUESTION, "It is for the army", "advise now", "start over",
        "Actually it is the health ministry", "wolpertinger xyzzy plugh?"]
acts = st.lists(st.tuples(
    st.sampled_from(["say", "say", "say", "feedback", "handed_over", "signed_off", "comment",
                     "viewed", "erase", "forget"]),
    st.integers(0, 3), st.sampled_from(SAID), st.booleans()), max_size=14)


@pytest.mark.long
@settings(max_examples=12, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=acts)
def test_the_counts_are_those_of_the_whole_log_after_anything(desk, acts):
    # One database for all examples, each some days later and with names of its own.
    run = next(desk._numbers)
    desk._numbers = count(run + 17 * 60)
    for act, number, words, good in acts:
        name, user, workspace = f"r{run}c{number}", f"U{number % 2}", f"T{1 + number // 3}"
        said = {row.conversation for row in desk.rows("turn") if row.workspace == workspace}
        if act == "say":
            if signed(sorted(
                    desk.rows("signed_off") + desk.rows("lapsed"), key=lambda row: row.seq), name):
                # What these sign is made up, and can't be held against an advice.
                desk.note(name, "lapsed", None, workspace, {"sign_off": 1})
            desk.say(name, words, user, workspace)
        elif act == "erase" and name in said:
            desk.erasing.conversation(workspace, ConversationId(name), by="U9", reason="asked")
        elif act == "forget" and f"slack:{workspace}:{user}" in {
                row.actor for row in desk.rows("turn")}:
            desk.erasing.person(workspace, user, by="U9", reason="asked")
        elif act not in {"erase", "forget"}:
            desk.note(name, act, user, workspace,
                      {"turn": 1, "good": good, "number": 1, "needs_second": False},
                      {"text": "xyz"} if act == "comment" else {})
    found = counts(desk.store)
    assert found == told_again(desk.store)
    assert 0 not in found.values()
    with desk.store.writing() as connection:
        case_lines.rebuild(connection)
    assert counts(desk.store) == found
