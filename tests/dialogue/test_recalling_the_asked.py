"""A question is read out once: what stands the same is recalled in a line, and shown on request."""

import io

import pytest
from rich.console import Console

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.plain import to_text
from bot.terminal import sentences as terminal_sentences
from bot.terminal.screen import Screen
from retrieval.guidance import Fact
from tests.conftest import PROJECT
from tests.dialogue.talking import WHEN

FIRST = "cctv for the police in Ghana, against burglary"


def asked_of(reply) -> tuple[str, ...]:
    return () if reply.question is None else tuple(q.fact for q in reply.question.all())


@pytest.fixture
def talk(begin):
    talk = begin()
    first = talk.say(FIRST)
    assert len(asked_of(first)) == 3
    assert first.question.again == ""
    return talk


@pytest.mark.parametrize("between", [
    "what is DPI?", "why do you ask?", "this takes forever", "ok", "thanks", "can we sell it?",
    "what are the red flags", "what does UNGP 19 say?", "we sell direct, no middleman",
])
def test_a_question_that_stands_is_recalled_and_not_read_out_again(talk, between):
    before = talk.conversation.awaiting()
    reply = talk.say(between)

    assert asked_of(reply) == before
    for fact in before:
        assert talk.guidance.questions[fact].label in reply.question.again
    assert all(one.choices and one.text for one in reply.question.all())


def test_one_question_is_recalled_by_its_own_words(begin):
    talk = begin()
    (fact,) = asked_of(talk.say("facial recognition for the police in Kenya"))
    reply = talk.say("we sell direct, no middleman")

    assert asked_of(reply) == (fact,)
    assert reply.question.again.endswith(talk.guidance.questions[fact].wording.strip())


def test_what_is_recalled_is_answered_by_the_numbers_of_before(talk):
    first, second, _ = talk.conversation.awaiting()
    talk.say("what is DPI?")
    talk.say("2, 3")

    assert talk.conversation.deal.known(first) == {"no"}
    assert talk.conversation.deal.known(second) == {"yes"}


def test_a_question_of_which_a_part_was_answered_is_put_anew_with_its_new_numbers(talk):
    before = talk.conversation.awaiting()
    talk.say("what is DPI?")
    reply = talk.say("there is no conflict, it's calm")

    assert set(asked_of(reply)) < set(before)
    assert reply.question.again == ""


def test_the_next_question_is_put_whole(talk):
    before = talk.conversation.awaiting()
    reply = talk.say("skip")

    assert asked_of(reply) and set(asked_of(reply)).isdisjoint(before)
    assert reply.question.again == ""


@pytest.mark.parametrize("wish", [
    "ask again", "what was the question?", "ok, what was your question", "show me the choices",
    "can you repeat the question please", "more questions",
])
def test_who_wants_to_see_the_question_sees_it_whole(talk, wish):
    before = talk.conversation
    talk.say("what is DPI?")
    reply = talk.say(wish)

    assert asked_of(reply) == before.awaiting()
    assert reply.question.again == ""
    assert talk.conversation.deal == before.deal
    assert talk.conversation.unanswered == 0


@pytest.mark.parametrize("said", ["question his motives", "the question is open", "no questions"])
def test_what_only_speaks_of_questions_is_no_wish_to_see_one(talk, said):
    talk.say(said)

    assert talk.messages[-1].subject != "again"


def test_what_may_have_tried_to_answer_is_shown_the_choices(talk):
    reply = talk.say("purple monkey dishwasher")

    assert talk.messages[-1].intent is Intent.UNCLEAR
    assert reply.question.again == ""


def test_a_guess_is_asked_back_whole_once_and_then_recalled_with_what_is_guessed(begin):
    talk = begin()
    talk.say(FIRST)
    reply = talk.say("maybe it's not the police")
    again = talk.say("what is DPI?")

    assert asked_of(reply) == ("end_user",)
    assert reply.question.again == ""
    assert talk.conversation.deal.guessed("end_user")
    assert again.question.again == f"Still asked: {again.question.text}"
    assert "Police" in again.question.text


def test_a_guess_among_several_is_recalled_with_what_is_guessed(begin):
    talk = begin()
    talk.say("we'd sell to the police in Ghana")
    guess = Answer(frozenset({"drone"}), "quadcopters", MessageKey("m"), sure=False, end=11,
                   confidence=0.5)
    first = talk.take(Message(MessageKey("m"), "a", "quadcopters", WHEN,
                              heard={Fact("product"): guess}))
    again = talk.say("what is DPI?")

    assert asked_of(first) == ("product", "end_use")
    assert first.question.again == ""
    assert again.question.again == (
        "Still asked: What does the product or service do? (I read: Drones. Is that right?) "
        "What will they use it for?")


def test_another_guess_is_another_question(begin):
    talk = begin()
    talk.say(FIRST)
    talk.say("maybe it's not the police")
    guess = Answer(frozenset({"military"}), "some soldiers", MessageKey("m"), sure=False,
                   end=13, confidence=0.5)
    reply = talk.take(Message(MessageKey("m"), "a", "some soldiers", WHEN,
                              heard={Fact("end_user"): guess}))

    assert asked_of(reply) == ("end_user",)
    assert "Armed forces" in reply.question.text
    assert reply.question.again == ""


def test_who_wanted_to_be_asked_more_when_nothing_waits_is_asked(begin):
    talk = begin()
    talk.say(FIRST)
    talk.say("advise now")
    reply = talk.say("ask me again")

    assert talk.messages[-1].intent is Intent.GO_ON
    assert asked_of(reply)


def test_recalled_in_a_text_and_on_a_screen_it_takes_a_line(talk):
    reply = talk.say("what is DPI?")
    text = to_text(reply, talk.guidance)
    out = io.StringIO()
    say = terminal_sentences.load(PROJECT / "prompts", "your compliance lead")
    Screen(Console(file=out, width=600, color_system=None), talk.guidance, say).show(
        reply, talk.guidance)

    for shown in (text, out.getvalue()):
        assert reply.question.again in shown
        assert not any(one.text in shown for one in reply.question.all())
        assert not any(c.label in shown for one in reply.question.all() for c in one.choices)
