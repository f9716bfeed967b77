"""What a model had to do with an answer: judged again, verified, erased, and exported."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from bot.answering.replaying import Replaying
from bot.casebook import lines as case_lines
from bot.casebook.memory import remembered
from bot.chat.calls import Use
from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.fencing.refusal import Reason, Refusal
from bot.dialogue.second_reading import Proposed
from bot.erasure.erasing import Erasing
from bot.exporting.redacting import Redaction, Redactor
from bot.exporting.rows import State, exported
from bot.language_model.fence import Fence
from bot.ledger import canonical
from bot.record.model_calls import MODEL_CALL, calls_in
from bot.schema import log
from retrieval.guidance import Fact
from tests.second_look.conftest import C, World
from tests.second_look.scripted import MODEL, Script, faithful, reckless

DEAL = "we want to sell 12 stingrays to the police in Kenya via a reseller in Dubai"
PLEASE = {"by": "U1", "reason": "they asked"}


def replayed(world: World, fence: Fence | None) -> list:
    given = None if fence is None else lambda: fence
    return list(Replaying(world.store, lambda _: world.guidance, given).replay(C))


def test_a_worded_answer_comes_out_again_and_its_draft_is_judged_once_more(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful)
    world.look(1)
    world.say("advise now")

    one, two, three = replayed(world, world.fence)

    assert [one.fault, two.fault, three.fault] == [None, None, None]
    assert (one.worded, three.worded) == (None, None)
    assert two.worded.said == f"worded by {MODEL}; the draft passes the fence today"
    assert replayed(world, None)[1].worded.said == f"worded by {MODEL}, and not judged again"


def test_where_the_rules_have_changed_meanwhile_it_says_so(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful)
    world.look(1)
    stricter = Fence(lambda *_: Refusal(Reason.NAME, "Kenya"), "rules-2")

    changed = replayed(world, replace(world.fence, rules="rules-2"))[1]
    refused = replayed(world, stricter)[1]
    same = replayed(world, replace(stricter, rules="rules-1"))[1]

    assert changed.worded.said.endswith(
        "passes the fence today (its rules are rules-2 now, and were rules-1)")
    assert refused.fault is None
    assert refused.worded.said == (
        f"worded by {MODEL}; today the fence would refuse the draft: name "
        "(its rules are rules-2 now, and were rules-1)")
    assert same.fault == "the fence that let its wording pass would refuse it: name"


def test_a_wording_that_was_changed_in_the_record_does_not_come_out(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful)
    world.look(1)
    turn = world.store.turn_at(C, 2)
    assert turn is not None
    with world.store.writing() as connection:
        row = connection.execute(select(log).where(log.c.key == turn.key)).one()
        words = json.loads(row.words)
        quotes = json.loads(words["quotes"])
        for quote in quotes:
            if quote[0][:2] == ["reply", "worded"]:
                quote[1] = "This deal is approved."
        words["quotes"] = canonical(quotes)
        connection.execute(log.update().where(log.c.key == turn.key).values(
            words=canonical(words)))

    assert replayed(world, world.fence)[1].fault == "otherwise than recorded: reply"
    assert world.store.verify_log() is not None


def test_what_a_call_said_is_covered_by_the_chain(world: World):
    world.say(DEAL)
    world.look(1)
    assert world.store.verify_log() is None
    with world.store.writing() as connection:
        row = connection.execute(select(log).where(log.c.kind == MODEL_CALL).limit(1)).one()
        connection.execute(log.update().where(log.c.key == row.key).values(
            words=row.words.replace("stingrays", "torches")))
    broken = world.store.verify_log()
    assert broken is not None
    assert broken.seq == row.seq


def test_a_person_who_is_erased_goes_from_prompts_replies_and_wordings_too(world: World):
    world.say("we sell stingrays to the police in Kenya, the bizmin Jane Doe looks after it")
    world.script = Script(
        reads=[Proposed(Fact("intermediary"), "reseller", "the bizmin Jane Doe"),
               Proposed(Fact("country"), "KE", "Jane Doe")],
        says=faithful)
    assert world.look(1).outcome is not None
    world.say("advise now", author="b")
    world.script = Script(says=lambda points: Draft((
        Sentence("Ask Jane Doe.", (points[0].id,)),)))
    world.look(3)
    worded = world.store.turn_at(C, 2).reply.worded[0].text
    assert "Jane Doe" in dump(world)

    Erasing(world.store, now=world.clock).person("local", "a", **PLEASE)

    assert "Jane Doe" not in dump(world)
    assert worded not in dump(world)
    with world.store.reading() as connection:
        calls = calls_in(connection, C)
    assert [(one.use, one.turn, one.sent, one.received, one.detail) for one in calls] == [
        ("reading", 1, None, None, None), ("wording", 1, None, None, None),
        ("reading", 3, None, None, None), ("wording", 3, None, None, None)]
    assert [one.outcome for one in calls] == ["answered", "passed", "answered", "name"]
    assert world.store.turn_at(C, 3).text == "advise now"
    assert world.store.verify_log() is None
    assert [one.fault for one in replayed(world, world.fence)] == [None] * 3


def test_a_conversation_that_is_erased_keeps_only_that_there_were_calls(world: World):
    world.say(DEAL)
    world.script = Script(says=reckless)
    world.look(1)
    Erasing(world.store, now=world.clock).conversation("local", C, **PLEASE)
    with world.store.reading() as connection:
        calls = calls_in(connection, C)
    assert [(one.model, one.outcome, one.sent) for one in calls] == [
        (MODEL, "answered", None), (MODEL, "verdict", None)]
    assert world.store.verify_log() is None


def test_a_call_is_exported_whole_and_redacted_like_all_that_was_said(world: World):
    world.say(f"{DEAL}, write to jane@example.org")
    world.look(1)
    with world.store.reading() as connection:
        rows = connection.execute(select(log).where(log.c.kind == MODEL_CALL)).all()

    whole = exported(rows[0]._mapping, None)
    redacted = exported(rows[0]._mapping, Redactor({Redaction.EMAIL}))

    assert whole.state is State.WHOLE
    assert "jane@example.org" in str(whole.said()["sent"])
    assert redacted.state is State.REDACTED
    assert "jane@example.org" not in str(redacted.said())
    for kind in Redaction:
        assert exported(rows[1]._mapping, Redactor({kind})).state is not State.WITHHELD


@pytest.mark.parametrize("kind", ["case_lines", "rebuilt"])
def test_a_second_look_is_neither_a_correction_nor_a_question_passed_over(
    world: World, kind: str
):
    world.say("we sell stingrays to the police in Kenya, the bizmin of works looks after it")
    world.script = Script(
        reads=[Proposed(Fact("intermediary"), "reseller", "the bizmin of works")], says=faithful)
    assert world.look(1).outcome is not None
    with world.store.writing() as connection:
        if kind == "rebuilt":
            case_lines.rebuild(connection)
        memory = remembered(
            connection.execute(text("SELECT memory FROM case_lines")).scalar_one())

    assert (memory.skipped, memory.corrected, memory.late) == ([], [], [])
    assert memory.facts["intermediary"] == ["reseller"]
    assert memory.turns == 2


def dump(world: World) -> str:
    with world.store.reading() as connection:
        return str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in (  # noqa: S608
            "log", "conversations", "case_lines", "second_looks", "outgoing", "chat_usage")])


def test_the_calls_tell_what_was_sent_and_what_of_it_was_not_taken(here: World):
    here.say("we sell stingrays to the police in Kenya")
    here.script = Script(reads=[Proposed(Fact("country"), "TG", "Kenya")], says=reckless)
    here.look(1)
    with here.store.reading() as connection:
        reading, wording = calls_in(connection, C)
    assert reading.dropped == (
        {"fact": "country", "value": "TG", "words": "Kenya", "why": "answered"},)
    assert (reading.use, wording.use) == (Use.READING, Use.WORDING)
    assert wording.detail
