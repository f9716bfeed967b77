"""Questions and their controls: one or several in a message, picked, sent, left, not known."""

import json
from typing import Any

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE
from tests.slack.playing import (
    DEAL,
    Bot,
    actions,
    asked,
    asked_together,
    control,
    controls,
    until,
    words,
)
from tests.workspace.running import NOOR

KNOWN = {"product": ["drone", "facial-recognition"], "end_user": ["police"], "country": ["KE"],
         "intermediary": ["reseller"]}


# --- questions and their buttons -------------------------------------------------------------

def test_every_question_offers_i_dont_know_and_why(bot: Bot):
    thread = bot.mention(DEAL)
    seen = set[str]()

    def ended(message: dict[str, Any]) -> bool:
        if asked(message) is None:
            return True
        seen.update(asked_together(message))
        assert {"answer_unknown", "why"} <= set(actions(message))
        return False

    until(bot, OFFICE, thread, ended)

    assert len(seen) >= 5
    assert {f for f, v in bot.deal(OFFICE, thread).items() if v is None} == seen


def test_a_choice_of_several_is_taken_when_it_is_done_and_shown_instead_of_the_menu(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["end_use"])
    assert control(question, "answer_several")[0]["block_id"] == "question:end_use"
    before = len(bot.replies(OFFICE, thread))

    bot.choose(question, ["crowd-monitoring", "law-enforcement"])

    assert bot.deal(OFFICE, thread)["end_use"] == ["crowd-monitoring", "law-enforcement"]
    pressed, answer = bot.replies(OFFICE, thread)[before - 1:]
    assert pressed["ts"] == question["ts"]
    assert asked(pressed) is None
    assert not {"answer_several", "answer_done", "answer_unknown", "why"} & set(actions(pressed))
    for chosen in ("Watching crowds, protests or events", "Law enforcement"):
        assert chosen in words(pressed)
    assert asked(answer) not in {None, "end_use"}


@pytest.mark.parametrize("several", [False, True])
def test_sending_with_nothing_chosen_changes_nothing_and_says_so_in_private(
    bot: Bot, say: Wording, several: bool
):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: "answer_done" in actions(m) and (
        len(asked_together(m)) > 1) is several)
    turns = len(bot.turns(OFFICE, thread))

    for times in (1, 2):
        bot.press(question, "answer_done", user=NOOR)

        assert len(bot.turns(OFFICE, thread)) == turns
        assert bot.last(OFFICE, thread) == question
        told = [m for m in bot.whispers(OFFICE, user=NOOR) if m.get("thread_ts") == thread]
        assert [words(m) for m in told] == [say.say("acts.nothing_chosen")] * times


def test_a_choice_drawn_as_a_button_is_shown_where_it_was_pressed(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: "answer:0" in actions(m))
    fact = asked(question)
    _, chosen = control(question, "answer")

    bot.press(question, "answer")

    pressed = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])
    assert bot.deal(OFFICE, thread)[fact or ""] == [json.loads(chosen["value"])["v"]]
    assert asked(pressed) is None
    assert chosen["text"]["text"] in words(pressed)


def test_i_dont_know_is_recorded_as_not_known_and_never_asked_again(bot: Bot):
    thread = bot.mention(DEAL)
    facts = asked_together(bot.last(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "answer_unknown")

    assert [bot.deal(OFFICE, thread)[fact] for fact in facts] == [None for _ in facts]
    assert not set(facts) & set(asked_together(bot.last(OFFICE, thread)))


def test_a_country_is_found_as_it_is_typed(bot: Bot):
    thread = bot.mention("We want to sell drones to the police for traffic control")
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["country"])

    (found,) = bot.options(question, "answer_country", "keny")
    bot.pick(question, "question:country", "answer_country", [found])
    bot.press(question, "answer_done")

    assert found["value"] == "KE"
    assert bot.deal(OFFICE, thread)["country"] == ["KE"]
    pressed = next(m for m in bot.replies(OFFICE, thread) if m["ts"] == question["ts"])
    assert "Kenya" in words(pressed)


def test_a_single_choice_too_long_for_buttons_answers_at_once(bot: Bot):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: asked_together(m) == ["stage"])
    block, menu = control(question, "answer_select")

    bot.do("press", channel=OFFICE, ts=question["ts"], block_id=block["block_id"],
           action_id=menu["action_id"], selected_option=menu["options"][0])

    (stage,) = bot.deal(OFFICE, thread)["stage"] or ()
    assert stage in menu["options"][0]["value"]
    assert asked(bot.last(OFFICE, thread)) != "stage"


def test_why_do_you_ask_is_answered_and_the_question_put_again(bot: Bot):
    thread = bot.mention(DEAL)
    facts = asked_together(bot.last(OFFICE, thread))

    bot.press(bot.last(OFFICE, thread), "why")

    turn = bot.turns(OFFICE, thread)[-1]
    assert turn.message.intent is Intent.WHY
    assert turn.reply.citations() != ()
    assert asked_together(bot.last(OFFICE, thread)) == facts


# --- several questions in one message --------------------------------------------------------

def several(bot: Bot, *facts: str, text: str = DEAL) -> tuple[str, dict[str, Any]]:
    """A thread, and its message that asks for several facts together, *facts* among them."""
    thread = bot.mention(text)
    return thread, until(bot, OFFICE, thread, lambda m: len(asked_together(m)) > 1 and set(
        facts) <= set(asked_together(m)))


def as_it_reads(bot: Bot, thread: str, message: dict[str, Any]) -> dict[str, Any]:
    """*message* as it has become."""
    return next(m for m in bot.replies(OFFICE, thread) if m["ts"] == message["ts"])


def test_several_questions_are_answered_at_once(bot: Bot):
    thread, question = several(bot)
    facts = asked_together(question)
    turns = len(bot.turns(OFFICE, thread))

    bot.choose_each(question, {fact: ["yes"] for fact in facts})
    assert len(bot.turns(OFFICE, thread)) == turns
    bot.press(question, "answer_done")

    assert len(bot.turns(OFFICE, thread)) == turns + 1
    assert [bot.deal(OFFICE, thread)[fact] for fact in facts] == [["yes"] for _ in facts]
    pressed = as_it_reads(bot, thread, question)
    assert asked(pressed) is None
    assert "answer_done" not in actions(pressed)
    assert not set(facts) & set(asked_together(bot.last(OFFICE, thread)))


def test_what_was_left_blank_stays_open_and_is_asked_again_next(bot: Bot, say: Wording):
    thread, question = several(bot)
    first, *others = asked_together(question)

    bot.choose_each(question, {first: ["yes"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert deal[first] == ["yes"]
    assert not set(others) & set(deal)
    pressed = words(as_it_reads(bot, thread, question))
    assert pressed.count(say.say("ask.left_open")) == len(others)
    assert asked_together(bot.last(OFFICE, thread)) == others


def test_one_question_of_several_can_be_not_known(bot: Bot, say: Wording):
    thread, question = several(bot)
    one, other, *_ = asked_together(question)

    bot.choose_each(question, {one: ["?"], other: ["yes"]})
    bot.press(question, "answer_done")

    assert bot.deal(OFFICE, thread)[one] is None
    assert bot.deal(OFFICE, thread)[other] == ["yes"]
    assert f"*{say.say('button.unknown')}*" in words(as_it_reads(bot, thread, question))


def test_i_dont_know_is_said_of_all_that_nothing_was_chosen_for(bot: Bot):
    thread, question = several(bot)
    one, *others = asked_together(question)

    bot.choose_each(question, {one: ["yes"]})
    bot.press(question, "answer_unknown")

    deal = bot.deal(OFFICE, thread)
    assert deal[one] == ["yes"]
    assert [deal[fact] for fact in others] == [None for _ in others]


def test_several_values_and_a_country_are_answered_beside_one_another(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.choose_each(question, {"end_user": ["police", "military"], "country": ["KE"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert (deal["end_user"], deal["country"]) == (["military", "police"], ["KE"])
    assert "*Kenya*" in words(as_it_reads(bot, thread, question))


def test_a_country_can_be_not_known_while_the_rest_is_answered(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.choose_each(question, {"end_user": ["police"], "country": ["?"]})
    bot.press(question, "answer_done")

    deal = bot.deal(OFFICE, thread)
    assert (deal["end_user"], deal["country"]) == (["police"], None)


@pytest.mark.parametrize("picked", [
    {"end_user": ["police", "?"]}, {"country": ["KE"], "unknown:country": ["?"]},
])
def test_i_dont_know_together_with_an_answer_is_put_back_to_the_person(
    bot: Bot, picked: dict[str, list[str]]
):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")
    turns = len(bot.turns(OFFICE, thread))

    for name, values in picked.items():
        bot.choose_each(question, {name.removeprefix("unknown:"): values})
    bot.press(question, "answer_done")

    assert len(bot.turns(OFFICE, thread)) == turns
    told = [m for m in bot.whispers(OFFICE) if m.get("thread_ts") == thread]
    assert "together with an answer" in words(told[-1])


def test_what_stands_alone_is_not_taken_together_with_another_answer(bot: Bot, say: Wording):
    """A customer who won't say and the police are no end-user of one deal."""
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")
    turns = len(bot.turns(OFFICE, thread))

    bot.choose_each(question, {"end_user": ["police", "undisclosed"]})
    for times in (1, 2):
        bot.press(question, "answer_done")

        assert len(bot.turns(OFFICE, thread)) == turns
        told = [m for m in bot.whispers(OFFICE) if m.get("thread_ts") == thread]
        assert [words(m) for m in told] == [
            say.say("form.alone", label="The customer won't say")] * times


def test_another_persons_choices_are_not_sent_with_mine(bot: Bot):
    thread, question = several(bot)
    one, other, *_ = asked_together(question)

    bot.choose_each(question, {one: ["yes"]})
    bot.choose_each(question, {other: ["yes"]}, user=NOOR)
    bot.press(question, "answer_done", user=NOOR)

    assert one not in bot.deal(OFFICE, thread)
    assert bot.deal(OFFICE, thread)[other] == ["yes"]


def test_one_of_several_questions_is_answered_by_words_as_well(bot: Bot):
    thread, question = several(bot, "end_user", "country", text="We want to sell drones")

    bot.say("it is for the police", thread=thread)

    assert bot.deal(OFFICE, thread)["end_user"] == ["police"]
    assert asked_together(bot.last(OFFICE, thread)) == ["country"]
    assert "answer_country" in actions(bot.last(OFFICE, thread))
    bot.choose_each(question, {"country": ["KE"]})
    bot.press(question, "answer_done")
    assert bot.deal(OFFICE, thread)["country"] == ["KE"]
    assert bot.deal(OFFICE, thread)["end_user"] == ["police"]


def test_a_question_that_is_recalled_can_be_answered_where_it_is(bot: Bot, guidance: Guidance):
    thread = bot.mention(DEAL)
    question = until(bot, OFFICE, thread, lambda m: len(asked_together(m)) > 1)
    facts = asked_together(question)
    before = len(bot.replies(OFFICE, thread))

    bot.say("what is DPI?", thread=thread)

    recalled = bot.replies(OFFICE, thread)[before:][-1]
    assert asked_together(recalled) == facts
    assert {"answer_done", "answer_unknown", "why"} <= set(actions(recalled))
    for fact in facts:
        asks = guidance.questions[fact]
        assert words(recalled).count(asks.label) == 1
        assert asks.wording.strip() not in words(recalled)


def test_not_knowing_what_an_older_message_asks_takes_nothing_back_that_was_told_since(
        bot: Bot, say: Wording):
    thread, question = several(bot, "conflict")
    others = [fact for fact in asked_together(question) if fact != "conflict"]
    bot.mention("there is an armed conflict", thread=thread)
    assert bot.deal(OFFICE, thread)["conflict"] == ["yes"]

    bot.press(question, "answer_unknown")

    deal = bot.deal(OFFICE, thread)
    assert deal["conflict"] == ["yes"]
    assert [deal[fact] for fact in others] == [None for _ in others]
    assert bot.turns(OFFICE, thread)[-1].message.heard.keys() == set(others)
    pressed = words(as_it_reads(bot, thread, question)).splitlines()
    assert "*Yes*" in pressed
    assert pressed.count(f"*{say.say('button.unknown')}*") == len(others)


def test_what_is_left_blank_and_was_told_in_words_is_not_said_to_be_open(
        bot: Bot, say: Wording):
    thread, question = several(bot, "conflict")
    first, *others = [fact for fact in asked_together(question) if fact != "conflict"]
    bot.mention("there is an armed conflict", thread=thread)

    bot.choose_each(question, {first: ["no"]})
    bot.press(question, "answer_done")

    pressed = words(as_it_reads(bot, thread, question))
    assert pressed.count(say.say("ask.left_open")) == len(others)
    assert bot.deal(OFFICE, thread)["conflict"] == ["yes"]


def test_not_knowing_what_was_all_told_since_puts_the_question_that_waits(bot: Bot):
    thread, question = several(bot)
    facts = asked_together(question)
    bot.press(question, "correct")
    view = bot.view("correction")
    yes = {b["block_id"]: e["options"][0] for b, e in controls(view)
           if b["block_id"].removeprefix("fact:") in facts}
    assert bot.submit(view, yes)["ok"]
    known, waits = bot.deal(OFFICE, thread), asked_together(bot.last(OFFICE, thread))

    bot.press(question, "answer_unknown")

    assert bot.deal(OFFICE, thread) == known and set(facts) <= known.keys()
    assert asked(as_it_reads(bot, thread, question)) is None
    assert waits and asked_together(bot.last(OFFICE, thread)) == waits
