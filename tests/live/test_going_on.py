"""Conversations under way go on when another release is put in force."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.advisor import Said
from bot.answering.replaying import Replaying
from bot.dialogue import citing
from bot.dialogue.changes import Became
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.machine.exchange import answer_line
from bot.plain import to_text
from bot.record.in_force import InForce
from retrieval.guidance import Checked, Confirmation, Fact
from tests.dialogue.talking import WHEN
from tests.live.releasing import DEAL, named, publish, replica, reworded

pytestmark = pytest.mark.long

C = ConversationId("c")
UPDATED = "Updated since my last answer: "


def say(process, text="", key=None, name="c", **more):
    outcome = process.advisor.take_turn(
        Said(MessageKey(key or f"{name}:{text}{more}"), ConversationId(name), "a", WHEN, text,
             **more))
    assert outcome.guidance.release == outcome.reply.release
    citing.check(outcome.reply, outcome.guidance)
    return outcome


def put_in_force(process, guidance):
    publish(process.store, guidance)
    assert process.following.look()


def replayed(process):
    return list(Replaying(process.store, process.advisor.editions.of).replay(C))


def test_facts_are_kept_and_the_question_that_waits_still_waits(running, second):
    before = say(running, DEAL)
    put_in_force(running, second)
    waited = say(running, "hm, let me see", intent=Intent.FILLER)
    after = say(running, "I don't know")

    assert waited.conversation.deal == before.conversation.deal
    assert waited.reply.question.fact == before.reply.question.fact
    assert waited.reply.question.text == before.reply.question.text
    assert after.conversation.deal.unknown(before.reply.question.fact)
    assert after.reply.question.fact not in before.conversation.asked
    assert [turn.release for turn in running.store.turns(C)] == [
        before.reply.release, second.release, second.release]


def test_a_whole_interview_asks_the_same_whether_or_not_a_release_comes_between(
    running, store, first, second
):
    def interview(name, switching):
        asked = []
        outcome = say(running, DEAL, name=name)
        for n in range(40):
            if outcome.reply.question is None:
                return asked, outcome.conversation.deal
            if switching and n < 4:
                put_in_force(running, (second, first)[n % 2])
            asked.append(tuple(q.fact for q in outcome.reply.question.all()))
            answers = dict.fromkeys(asked[-1])
            outcome = say(running, name=name, key=f"{name}:{n}", answers=answers)
        raise AssertionError("it never ends")

    plain = interview("c", switching=False)
    told, deal = interview("d", switching=True)

    assert told == plain[0]
    assert len(told) == len(set(told)) > 3
    assert {f: a.values for f, a in deal.answers.items()} == {
        f: a.values for f, a in plain[1].answers.items()}


def test_the_next_reply_says_in_one_line_what_has_changed_of_what_was_shown(running, second):
    before = say(running, "What are the red flags about journalists?")
    changed = {c.provision for c in before.reply.citations()
               if second.provisions[c.provision] != before.guidance.provisions[c.provision]}
    assert changed
    put_in_force(running, second)
    after = say(running, "thanks")
    again = say(running, "thanks a lot")

    assert {one.provision for one in after.reply.renewed} == changed
    assert after.reply.lead[0].text.startswith(UPDATED)
    assert to_text(after.reply, after.guidance).startswith(UPDATED)
    assert {c.provision for c in after.reply.lead[0].citations} <= changed
    assert again.reply.renewed == () and len(again.reply.lead) == 1
    assert [one.fault for one in replayed(running)] == [None] * 3


def test_the_machine_protocol_tells_it_too(running, second):
    answer_line(running.advisor, json.dumps({"conversation": "c", "text": DEAL}), "a")
    put_in_force(running, second)
    told = answer_line(running.advisor, json.dumps({"conversation": "c", "text": "thanks"}), "a")

    assert told["release"] == second.release
    assert told["text"].startswith(UPDATED)
    assert {one["became"] for one in told["updated"]} == {"changed"}
    assert {c["id"] for c in told["citations"][:3]} <= {one["id"] for one in told["updated"]}


def test_a_release_that_changes_nothing_of_what_was_shown_is_taken_without_a_word(
    running, first
):
    say(running, DEAL)
    shown = {c.provision for t in running.store.turns(C) for c in t.reply.citations()}
    put_in_force(running, reworded(first, [next(p for p in first.provisions if p not in shown)]))
    after = say(running, "thanks")

    assert after.reply.renewed == ()
    assert "since my last answer" not in to_text(after.reply, after.guidance)


def test_official_words_in_place_of_a_digest_are_told_kindly(running, first):
    cited = say(running, DEAL).reply.considerations[0].citations[0].provision
    tick = Confirmation("U1", "2026-11-25T09:00:00Z", cited, 0, 9, "0" * 64,
                        first.provisions[cited].text)
    put_in_force(running, reworded(first, [cited], text="The words.", checked=Checked.OFFICIAL,
                                   confirmed=tick))
    after = say(running, "thanks")

    assert [(one.provision, one.became) for one in after.reply.renewed] == [
        (cited, Became.OFFICIAL)]
    assert after.reply.lead[0].citations[0].quote == "The words."


def test_whoever_starts_over_hears_nothing_of_what_was_before(running, first, second):
    say(running, DEAL)
    put_in_force(running, second)
    over = say(running, "start over")
    put_in_force(running, first)
    after = say(running, "hello")

    assert over.reply.renewed == after.reply.renewed == ()


def test_what_was_never_shown_is_not_told_of(running, second):
    first_seen = say(running, "Good morning").conversation
    say(running, DEAL)  # its answer went stale before it was posted
    put_in_force(running, second)

    outcome = running.advisor.take_turn(
        Said(MessageKey("m"), C, "a", WHEN, "to the police"), shown=first_seen)

    assert outcome.reply.renewed == ()
    assert [one.fault for one in replayed(running)] == [None] * 3


def test_turns_of_before_this_was_told_replay_as_they_were(running, store, second, monkeypatch):
    say(running, DEAL)
    put_in_force(running, second)
    # As a version did it that told nothing and noted nothing.
    monkeypatch.setattr(type(running.advisor), "_seen", lambda *_: (None, {}))
    say(running, "thanks")

    assert [one.fault for one in replayed(running)] == [None, None]


def test_a_question_that_the_next_release_does_not_have_is_not_waited_for(running, first):
    pending = say(running, DEAL).conversation.pending
    questions = {f: q for f, q in first.questions.items() if f != pending}
    put_in_force(running, named(replace(
        first, questions=questions, red_flags=(), scopes=(), considerations=tuple(
            replace(c, settled_by=tuple(f for f in c.settled_by if f != pending))
            for c in first.considerations))))
    after = say(running, "We also sell cameras")
    unclear = say(running, "blah blah blah")

    assert pending not in after.conversation.awaiting()
    assert after.conversation.deal.known(Fact("country")) == {"KE"}
    assert unclear.reply.release == after.reply.release
    assert [one.fault for one in replayed(running)] == [None] * 3


@pytest.mark.parametrize("told", [InForce({"contact": "Kim"}), None])
def test_eight_threads_take_turns_while_releases_come_and_go(
    store, sentences, first, second, read, told
):
    process = replica(store, sentences, in_force=told, read=read)
    ended = threading.Event()

    def switch():
        n = 0
        while not ended.is_set():
            publish(store, (second, first)[n % 2])
            process.following.look()
            n += 1

    def talk(n):
        name = f"t{n}"
        outcome = say(process, DEAL, name=name)
        for step in range(4):
            asked = outcome.reply.question.all()
            outcome = say(process, name=name, key=f"{name}:{step}",
                          answers={one.fact: None for one in asked})
            assert all(outcome.conversation.deal.unknown(one.fact) for one in asked)
        return name, outcome.conversation

    switching = threading.Thread(target=switch)
    switching.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            talks = list(pool.map(talk, range(8)))
    finally:
        ended.set()
        switching.join(30)

    for name, conversation in talks:
        turns = store.turns(ConversationId(name))
        assert len(turns) == 5
        assert store.load(ConversationId(name)) == conversation
        assert len(conversation.asked) == len(set(conversation.asked))
        for turn in turns:
            guidance = {first.release: first, second.release: second}[turn.release]
            citing.check(turn.reply, guidance)
            assert {c.release for c in turn.reply.citations()} <= {turn.release}
        replays = Replaying(store, process.advisor.editions.of).replay(ConversationId(name))
        assert [one.fault for one in replays] == [None] * 5
    assert store.verify_log() is None
