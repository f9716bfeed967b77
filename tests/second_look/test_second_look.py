"""An answer is looked at again: what a model adds goes through rules, and all else stays."""

from dataclasses import replace

import pytest

from bot.chat.calls import Ended, Use
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.second_reading import Proposed
from bot.ledger import canonical
from bot.record.model_calls import calls_in
from bot.second_look.journey import SecondLook
from bot.second_look.looked import Dropped
from retrieval.guidance import Fact
from retrieval.matches import Query
from tests.second_look.conftest import C, World
from tests.second_look.scripted import MODEL, Script, faithful, reckless
from tests.second_look.used import used_in

DEAL = "we want to sell 12 stingrays to the police in Kenya via a reseller in Dubai"


def calls(world: World):
    with world.store.reading() as connection:
        return calls_in(connection, C)


def test_a_wording_that_passes_takes_the_place_of_the_plain_answer(world: World):
    first = world.say(DEAL)
    world.script = Script(says=faithful)

    looked = world.look(1)

    assert looked.refused is None
    assert looked.outcome is not None
    assert looked.outcome.number == 2
    assert looked.outcome.retakes == 1
    assert looked.outcome.reply.composer == MODEL
    assert looked.outcome.reply.worded
    plain = replace(looked.outcome.reply, worded=(), composer="plain", worded_by="")
    assert plain == first.reply
    turn = world.store.turn_at(C, 2)
    assert turn is not None
    assert (turn.composer, turn.refused, turn.retakes) == (MODEL, None, 1)
    assert turn.circumstances is not None
    assert turn.circumstances.where is not None
    assert turn.circumstances.where.act == "second_look"
    assert world.store.verify_log() is None


def test_a_draft_that_is_refused_leaves_the_answer_and_is_kept_with_its_reason(world: World):
    world.say(DEAL)
    world.script = Script(says=reckless)

    looked = world.look(1)

    assert (looked.outcome, looked.refused) == (None, "verdict")
    assert [turn.version for turn in world.store.turns(C)] == [1]
    assert [(one.use, one.outcome, one.turn) for one in calls(world)] == [
        ("reading", "answered", 1), ("wording", "verdict", 1)]
    assert calls(world)[1].detail
    assert world.store.verify_log() is None


def test_what_was_understood_besides_is_a_new_turn_though_its_draft_is_refused(world: World):
    world.say("we sell stingrays to the police in Kenya, the bizmin of works looks after it")
    world.script = Script(
        reads=[Proposed(Fact("intermediary"), "reseller", "the bizmin of works")], says=reckless)

    looked = world.look(1)

    assert looked.outcome is not None
    turn = world.store.turn_at(C, 2)
    assert turn is not None
    assert (turn.composer, turn.refused, turn.drafted) == ("plain", "verdict", None)
    told = turn.message.heard[Fact("intermediary")]
    assert told.message == world.store.turn_at(C, 1).key
    assert turn.key == f"{told.message}:second"


def test_a_question_is_searched_with_the_models_queries_beside_it(world: World):
    first = world.say("what should we look at with audits of the buyer?")
    world.script = Script(queries=[Query("audits of what the buyer does with the product")])

    looked = world.look(1)

    assert world.script.asked == [Use.SEARCH, Use.WORDING]
    assert world.script.questions == ["what should we look at with audits of the buyer?"]
    assert looked.outcome is not None
    assert looked.outcome.conversation.topic == first.conversation.topic
    before, after = world.store.turns(C)
    found = [[passage.provision for passage in turn.found[0].passages]
             for turn in (before, after)]
    assert found[1] != found[0]
    assert found[1][:2] == found[0][:2]


def test_where_nothing_comes_of_it_no_turn_is_written_but_the_calls_are(world: World):
    world.say(DEAL)

    looked = world.look(1)

    assert (looked.outcome, looked.dropped) == (None, None)
    assert [turn.version for turn in world.store.turns(C)] == [1]
    assert [one.use for one in calls(world)] == ["reading", "wording"]
    assert calls(world)[0].sent == ({"role": "user", "content": DEAL},)
    assert calls(world)[0].received == f"answer to {DEAL}"


@pytest.mark.parametrize("ended", [Ended.FAILED, Ended.TIMED_OUT, Ended.MALFORMED])
def test_a_model_that_gives_nothing_leaves_the_answer(world: World, ended: Ended):
    world.say(DEAL)
    world.script = Script(ended=ended, says=faithful)

    looked = world.look(1)

    assert (looked.outcome, looked.refused) == (None, ended.value)
    assert [one.outcome for one in calls(world)] == [ended.value] * 2


@pytest.mark.parametrize("ended", [Ended.RESTING, Ended.SPENT])
def test_a_model_that_is_not_called_is_asked_once_and_only_counted(world: World, ended: Ended):
    world.say(DEAL)
    world.script = Script(ended=ended)

    looked = world.look(1)

    assert looked.outcome is None
    assert world.script.asked == [Use.READING]
    assert calls(world) == ()
    (used,) = used_in(world.store, "local")
    assert (used.outcome, used.calls, used.tokens_in) == (ended.value, 1, 0)


def test_the_model_is_told_what_the_workspace_has_spent_today(world: World):
    world.say(DEAL)
    world.look(1)
    world.say("for the traffic police, no warrant needed", workspace="local")
    world.look(2)

    assert world.script.spent == [0, 12, 24]
    assert world.usage.spent("local") == 36
    assert world.usage.spent("T2") == 0


def test_a_later_message_goes_on_from_the_second_reply(world: World):
    world.say("we sell stingrays to the police in Kenya, the bizmin of works looks after it")
    world.script = Script(
        reads=[Proposed(Fact("intermediary"), "reseller", "the bizmin of works")])
    world.look(1)

    third = world.say("advise now")

    assert third.number == 3
    assert third.conversation.deal.known(Fact("intermediary")) == {"reseller"}


def test_looking_twice_gives_what_the_first_look_gave_and_asks_nobody(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful)
    once = world.look(1)
    asked = list(world.script.asked)

    again = world.look(1)

    assert again.outcome is not None
    assert once.outcome is not None
    assert canonical(again.outcome.reply) == canonical(once.outcome.reply)
    assert world.script.asked == asked
    world.say("advise now")
    world.script = Script(says=reckless)
    assert world.look(3).refused == "verdict"
    assert (world.look(3).refused, world.look(3).dropped) == ("verdict", Dropped.LOOKED_AT)
    assert world.script.asked == [Use.READING, Use.WORDING]


# What keeps a look from anything -------------------------------------------------------------


def test_an_answer_that_has_stood_for_too_long_stays(world: World):
    world.say(DEAL)
    world.clock.on(61)
    assert world.look(1).dropped is Dropped.LATE
    assert world.script.asked == []


def test_a_model_that_thinks_for_too_long_changes_nothing_and_is_on_record(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful, meanwhile=lambda _: world.clock.on(61))

    assert world.look(1).dropped is Dropped.LATE
    assert [one.use for one in calls(world)] == ["reading"]
    assert len(world.store.turns(C)) == 1


def test_a_message_that_arrives_while_the_model_thinks_wins(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful, meanwhile=lambda use: (
        world.say("sorry, it's the ministry of health") if use is Use.WORDING else None))

    looked = world.look(1)

    assert (looked.outcome, looked.dropped) == (None, Dropped.NEWER)
    assert [turn.retakes for turn in world.store.turns(C)] == [None, None]
    assert [one.use for one in calls(world)] == ["reading", "wording"]
    assert world.store.verify_log() is None


def test_a_workspace_that_says_no_meanwhile_is_not_shown_what_came(world: World):
    world.say(DEAL)
    world.script = Script(says=faithful, meanwhile=lambda _: world.choices.choose(
        "local", allow=False, by="U1", reason="a client asked"))

    looked = world.look(1)

    assert (looked.outcome, looked.dropped) == (None, Dropped.NOT_ALLOWED)
    assert world.script.asked == [Use.READING]
    assert len(calls(world)) == 1


def test_another_release_in_force_leaves_the_answer(here: World):
    here.say(DEAL)
    other = replace(here.guidance, release="other-release")
    here.advisor.switch(replace(here.advisor.edition, guidance=other))
    assert here.look(1).dropped is Dropped.OTHER_RELEASE


def test_a_state_that_the_record_does_not_give_is_not_built_on(here: World):
    here.say(DEAL)
    stands = here.store.load(C)
    changed = replace(stands, deal=stands.deal.with_answers(
        {Fact("product"): Answer(frozenset({"drones"}), "", MessageKey("x"))}))
    with here.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE conversations SET state = ?", (canonical(changed),))
    assert here.look(1).dropped is Dropped.OTHERWISE


@pytest.mark.parametrize(("text", "worth"), [
    (DEAL, True), ("what does the guidance say on audits?", True), ("advise now", True),
    ("hello", False), ("is this legal?", False), ("start over", False), ("thanks", False),
])
def test_only_an_answer_that_can_get_better_is_looked_at(here: World, text: str, worth: bool):
    here.say(DEAL)
    assert here.say(text).worth_a_look is worth


def test_picked_answers_are_not_read_but_worded(here: World):
    here.say(answers={"product": ["spyware"], "end_user": ["military"],
                      "detentions": ["yes"]})
    here.look(1)
    assert here.script.asked == [Use.WORDING]
    assert here.store.turn_at(C, 1).message.intent is Intent.DESCRIBE


def test_no_model_is_given_a_text_that_speaks_to_programs(here):
    here.script.says = faithful
    here.say(DEAL)
    uses = replace(here.script.uses, speaks_to_programs=lambda text: "record" in text)
    look = SecondLook(
        advisor=here.advisor, store=here.store, replaying=here.replaying, looks=here.looks,
        usage=here.usage, uses=uses, fence=here.fence, budget_seconds=60, now=here.clock)

    looked = look.look(C, 1)

    assert (looked.outcome, Use.WORDING in here.script.asked) == (None, False)
