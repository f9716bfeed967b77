"""What is said of the talk, or of what was said before, is no answer to several questions."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import CONTACT, READERS
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Kind
from tests.dialogue.talking import WHEN, Says, Talk

OPENING = "cctv for the prison service of Morocco, against burglary"
COUNTRY = ("detentions", "restrictive_laws", "conflict")
YES, NO, MAYBE_YES, MAYBE_NO, UNKNOWN = "yes", "no", "yes?", "no?", "unknown"


@pytest.fixture
def talk(begin: Callable[[], Talk]) -> Talk:
    """A talk in which three things were asked of the country at once."""
    talk = begin()
    talk.say(OPENING)
    assert talk.conversation.awaiting() == COUNTRY
    return talk


def heard(talk: Talk) -> dict[str, str]:
    """What the last message was taken to say; "?" behind what is not certain."""
    return {str(fact): UNKNOWN if answer.values is None else "+".join(sorted(answer.values))
            + ("" if answer.sure and not answer.guessed else "?")
            for fact, answer in talk.messages[-1].heard.items()}


def with_model(talk: Talk, *told: tuple[str, str, float, str]) -> Talk:
    """*talk* read with a model that hears what is *told*, see `Says`."""
    talk._reader = PlainReader(talk.guidance, Says(*told))
    return talk


def is_left_alone(talk: Talk) -> bool:
    """Whether the last message noted nothing, and took nothing away."""
    last = talk.messages[-1]
    return not (last.heard or last.withdrawn or last.retracted)


# A yes or no that belongs to something else -------------------------------------------------


@pytest.mark.parametrize("text", [
    "this is a lot of questions", "many", "several", "some", "plenty", "often", "correct",
    "that's right", "exactly", "that's what I heard", "so I hear", "rumour has it", "yes really",
    "no really", "no all three please", "no, both", "yes?", "no?", "none?", "none, is it?",
    "that's true", "confirmed", "indeed", "yes please", "indeed a lot of questions", "sure",
    "yes, a lot of questions", "from what I hear", "wrong number of questions",
])
def test_what_may_be_of_anything_answers_none_of_several(talk, text):
    talk.say(text)

    assert is_left_alone(talk)
    assert talk.conversation.awaiting() == COUNTRY


@pytest.mark.parametrize(("text", "value"), [
    ("yes", MAYBE_YES), ("yes to all", YES), ("yes, all three", YES), ("many, to all three", YES),
    ("I think so", MAYBE_YES), ("probably not?", MAYBE_NO),
    ("not that I know of?", MAYBE_NO), ("no to all?", MAYBE_NO), ("my colleague says no", MAYBE_NO),
    ("my boss says yes", MAYBE_YES), ("a colleague thinks not", MAYBE_NO),
])
def test_what_is_clearly_of_all_answers_each(talk, text, value):
    talk.say(text)

    got = heard(talk)
    if value.endswith("?"):
        assert got == dict.fromkeys(COUNTRY, value)
    else:
        assert {v.rstrip("?") for v in got.values()} == {value}
        assert tuple(got) == COUNTRY


@pytest.mark.parametrize("text", ["no", "nope", "none of them", "all no", "none of the above",
                                  "none of these", "nothing like that", "no to all three"])
def test_a_bare_no_is_still_of_all_that_was_asked(talk, text):
    talk.say(text)

    assert heard(talk) == {"detentions": MAYBE_NO, "restrictive_laws": MAYBE_NO, "conflict": NO}


@pytest.mark.parametrize(("text", "value"), [
    ("many", YES), ("correct", YES), ("several", YES), ("that's what I heard", MAYBE_YES),
    ("no?", MAYBE_NO), ("yes?", MAYBE_YES)])
def test_of_one_question_it_is_an_answer(talk, text, value):
    talk.say("2 no, 3 no")
    assert talk.conversation.awaiting() == ("detentions",)
    talk.say(text)

    assert heard(talk) == {"detentions": value}


@pytest.mark.parametrize(("text", "intent"), [
    ("that's wrong", Intent.PUT_RIGHT), ("wrong", Intent.PUT_RIGHT),
    ("incorrect", Intent.PUT_RIGHT),
    ("is that a yes?", Intent.VERDICT), ("is that a no?", Intent.VERDICT),
    ("so that's a yes then?", Intent.VERDICT), ("so it's a no?", Intent.VERDICT),
    ("no red flags?", Intent.RED_FLAGS), ("so no red flags?", Intent.RED_FLAGS),
    ("no red flags i guess?", Intent.RED_FLAGS), ("there are no flags then?", Intent.RED_FLAGS),
])
def test_what_asks_or_objects_is_answered_and_noted_nowhere(talk, text, intent):
    talk.say(text)

    assert talk.messages[-1].intent is intent
    assert is_left_alone(talk)
    assert talk.conversation.awaiting() == COUNTRY


@pytest.mark.parametrize("text", ["that's wrong", "is that a no?", "no red flags?"])
def test_the_same_where_one_thing_only_is_asked(talk, text):
    talk.say("2 no, 3 no")
    talk.say(text)

    assert heard(talk) in ({}, {"detentions": MAYBE_NO})


def test_too_many_questions_end_the_questions_and_answer_none(talk):
    reply = talk.say("too many questions")

    assert talk.messages[-1].intent is Intent.ADVISE_NOW
    assert is_left_alone(talk)
    assert reply.question is None


@pytest.mark.parametrize("text", ["no problem", "No problem at all", "no worries", "np",
                                  "all good", "sorry, I was rude", "my apologies"])
def test_a_courtesy_is_no_answer(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent is Intent.FILLER
    assert is_left_alone(talk)


def test_a_none_may_be_of_what_was_told_just_before(begin):
    talk = begin()
    talk.say("ALPR Kenya police, against burglary")
    talk.say("we asked about reseller", at=WHEN + timedelta(minutes=2))
    assert talk.conversation.deal.known("intermediary") == {"reseller"}
    talk.say("none", at=WHEN + timedelta(minutes=4))

    assert is_left_alone(talk)
    assert talk.conversation.awaiting() == COUNTRY


def test_a_bare_none_says_that_somebody_looked(talk):
    talk.say("none")

    assert heard(talk) == dict.fromkeys(COUNTRY, NO)


def test_a_none_is_of_the_questions_where_more_was_told_before(begin):
    talk = begin()
    talk.say("ALPR Kenya police, against burglary, through a reseller")
    talk.say("none", at=WHEN + timedelta(minutes=2))

    assert heard(talk) == dict.fromkeys(COUNTRY, NO)


# Talk about the bot ------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "these questions are stupid", "that's vague", "this is too vague", "you didn't answer me",
    "you're being evasive", "your answers are vague", "you did not answer my question",
    "I protest! you ask too much", "I protest", "this is an abuse of my time",
    "so many questions, what an abuse", "?", "??", "...",
])
def test_what_is_said_of_the_bot_is_no_fact_of_the_deal(talk, text):
    talk.say(text)

    assert is_left_alone(talk)
    assert talk.conversation.awaiting() == COUNTRY


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("the customer didn't answer me", "transparency", "evasive"),
    ("the answers are vague, they tell us nothing", "transparency", "evasive"),
    ("journalists get arrested after protests", "detentions", "yes"),
    ("you get jailed for criticism there", "detentions", "yes"),
    ("you ask about arrests: yes, journalists are jailed there", "detentions", "yes"),
    ("there are protests and a civil war", "conflict", "yes"),
    ("give me a minute. there is a civil war", "conflict", "yes"),
])
def test_what_is_said_of_others_is_still_heard(talk, text, fact, value):
    talk.say(text)

    assert talk.conversation.deal.known(fact) == {value}


@pytest.mark.parametrize("text", [
    "these questions are stupid", "that's vague", "your answer is vague", "this is too vague",
    "a few questions too many", "yes but too many questions"])
def test_what_a_model_hears_of_the_bot_is_no_fact_either(talk, text):
    with_model(talk, ("transparency", "evasive", 0.95, text)).say(text)

    assert is_left_alone(talk)


@pytest.mark.parametrize("text", [
    "they are vague", "that's vague, what they told us about the unit", "his answers are vague"])
def test_what_a_model_hears_of_the_customer_is_told(talk, text):
    with_model(talk, ("transparency", "evasive", 0.95, text)).say(text)

    assert talk.conversation.deal.known("transparency") == {"evasive"}


@pytest.mark.parametrize("text", ["?", "...", "👀"])
def test_a_model_is_not_asked_what_marks_tell(begin, text):
    talk = with_model(begin(), ("stage", "idea", 0.95, text))
    talk.say(text)

    assert talk.conversation.deal.answers == {}


def test_an_answer_on_the_customers_openness_is_one(talk):
    talk.conversation = talk.conversation.asking(["transparency"])
    talk.say("that's vague")

    assert talk.conversation.deal.known("transparency") == {"evasive"}


def test_a_message_without_words_tells_nothing(begin):
    talk = begin()
    talk.say("?")

    assert talk.conversation.deal.answers == {}


def test_a_wish_to_note_it_shows_what_is_noted(talk):
    before = talk.conversation.deal
    talk.say("add it")

    assert talk.messages[-1].intent is Intent.WHAT_IS_KNOWN
    assert talk.conversation.deal == before


# Half answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "values"), [
    ("journalists yes, rest no", (YES, MAYBE_NO, NO)),
    ("the laws yes, the others no", (MAYBE_NO, YES, NO)),
    ("elections yes, the rest no", (MAYBE_NO, MAYBE_NO, YES)),
    ("no war, the rest yes", (YES, YES, NO)),
    ("yes to the first and the last", (YES, None, YES)),
    ("first no, last yes", (MAYBE_NO, None, YES)),
    ("not sure about the first, second yes, no war", (UNKNOWN, YES, NO)),
    ("Yes, credible sources report it", (YES, None, None)),
    ("yes, there are such laws.", (None, YES, None)),
    ("arrests: yes, laws: no, war: no", (YES, MAYBE_NO, NO)),
    ("detentions no, laws no, conflict yes", (MAYBE_NO, MAYBE_NO, YES)),
    ("skip the first, rest no", (UNKNOWN, MAYBE_NO, NO)),
    ("first yes, skip the others", (YES, UNKNOWN, UNKNOWN)),
    ("maybe", (UNKNOWN, UNKNOWN, UNKNOWN)),
    (":shrug:", (UNKNOWN, UNKNOWN, UNKNOWN)),
])
def test_each_part_of_an_answer_is_of_its_question(talk, text, values):
    talk.say(text)

    assert heard(talk) == {fact: value for fact, value in zip(COUNTRY, values, strict=True)
                           if value is not None}


@pytest.mark.parametrize("text", ["peace yes, rest no", "no, last year nothing changed",
                                  "the police yes, rest no"])
def test_what_names_no_question_parts_nothing(talk, text):
    talk.say(text)

    assert heard(talk).get("restrictive_laws") is None
    assert heard(talk).get("detentions") is None


def test_an_answer_in_parts_is_one_however_soon_it_comes(talk):
    talk.say("not sure about the first, second yes, no war", at=WHEN + timedelta(seconds=9))

    assert heard(talk) == {"detentions": UNKNOWN, "restrictive_laws": YES, "conflict": NO}


def test_a_last_year_is_no_last_question(talk):
    talk.say("no, last year they arrested 40 journalists")

    assert heard(talk) == {"detentions": YES}


# Courtesies, and what is wanted of the talk --------------------------------------------------


@pytest.mark.parametrize("text", ["...", ".", "hm", "ok"])
def test_who_says_nothing_at_first_is_greeted(begin, text):
    reply = begin().say(text)

    assert reply.lead[0].text.startswith("Hello.")


@pytest.mark.parametrize("text", ["...", "hm", "hmm."])
def test_who_ponders_after_the_advice_is_told_where_it_stands(talk, text):
    talk.say("advise now")
    reply = talk.say(text)

    assert reply.lead[0].text.startswith("No red flag so far")
    assert "Advise now" in reply.lead[1].text


def test_who_agrees_after_the_advice_is_welcome(talk):
    talk.say("advise now")

    assert talk.say("ok").lead[0].text.startswith("You're welcome.")


@pytest.mark.parametrize("text", ["wow so helpful /s", "great job /s"])
def test_irony_is_no_thanks(talk, text):
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.REMARK
    assert "You're welcome" not in " ".join(line.text for line in reply.lead)


@pytest.mark.parametrize(("text", "intent", "subject"), [
    ("can I speak to a human", Intent.HELP, CONTACT),
    ("I want to talk to a real person", Intent.HELP, CONTACT),
    ("connect me to someone please", Intent.HELP, CONTACT),
    ("who can see this", Intent.HELP, READERS),
    ("who reads this?", Intent.HELP, READERS),
    ("tl;dr", Intent.ADVISE_NOW, "in_short"),
    ("no more please", Intent.ADVISE_NOW, None),
    ("not really helpful", Intent.REMARK, None),
    ("give me all in a table", Intent.ADVISE_NOW, "in_short"),
    ("cancel", Intent.PUT_RIGHT, None),
    ("scrap it", Intent.PUT_RIGHT, None),
    ("read that back to me", Intent.WHAT_IS_KNOWN, None),
    ("brief", Intent.SEND_ON, None),
    ("send", Intent.SEND_ON, None),
])
def test_what_is_wanted_of_the_talk_is_heard(talk, text, intent, subject):
    talk.say(text)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (intent, subject)
    assert is_left_alone(talk)
    assert talk.conversation.deal.known("product") == {"cctv"}


def test_who_can_see_it_is_told_before_any_deal(begin):
    talk = begin()
    reply = talk.say("who can see this")

    assert (talk.messages[-1].intent, reply.kind) == (Intent.HELP, Kind.ADVICE)


@pytest.mark.parametrize("text", [
    "who can see this footage?", "can they talk to the customer?", "they cancel the contract",
    "the brief of the customer is vague", "we talked to somebody at the ministry",
])
def test_what_is_of_the_deal_wants_nothing_of_the_talk(talk, text):
    talk.say(text)

    assert talk.messages[-1].intent not in {
        Intent.HELP, Intent.SEND_ON, Intent.PUT_RIGHT, Intent.WHAT_IS_KNOWN}


# What is asked of who wanted the advice, and corrects it -------------------------------------


@pytest.fixture
def corrected(begin) -> Talk:
    """Who wanted the advice there and then was asked what stands in place of what was wrong."""
    talk = begin()
    for text in ("cctv for the police in Chad", "advise now", "it is not the police"):
        talk.say(text)
    assert talk.conversation.awaiting() == ("end_user",)
    return talk


@pytest.mark.parametrize("text", ["too long", "asdf qwer zxcv"])
def test_once_that_is_answered_what_says_nothing_is_told_so(corrected, text):
    corrected.say("the army")
    reply = corrected.say(text)

    assert corrected.conversation.pending is None
    assert (reply.kind, reply.question, reply.considerations) == (Kind.DECLINE, None, ())


def test_and_its_number_can_be_put_right(corrected):
    corrected.say("3")
    corrected.say("sorry, I meant 5")

    assert corrected.conversation.deal.known("end_user") == {"border-guard"}


def test_what_is_told_beside_leaves_it_in_sight(corrected):
    reply = corrected.say("it goes through a reseller")

    assert reply.question is not None
    assert reply.question.fact == "end_user"


def test_nobody_is_pressed_for_it(corrected):
    for text in ("it goes through a reseller", "we host it ourselves", "the contract is signed"):
        reply = corrected.say(text)

    assert reply.question is None
    assert corrected.conversation.awaiting() == ()


@pytest.mark.parametrize("text", [
    "no to both", "yes to the first", "no idea about the rest", "2, 4", "yes yes no",
])
def test_answers_where_nothing_is_asked_look_for_no_text(talk, text):
    talk.say("advise now")
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.UNCLEAR
    assert (reply.kind, reply.considerations) == (Kind.DECLINE, ())


@pytest.mark.parametrize("text", [
    "I don't understand the question", "I don't understand", "explain the second question",
    "what does the first question mean?", "ok, explain the question",
])
def test_who_does_not_understand_a_question_is_told_why_it_is_asked(talk, text):
    reply = talk.say(text)

    assert talk.messages[-1].intent is Intent.WHY
    assert reply.lead[0].text.startswith("Why I ask")


def test_give_me_what_you_have_got_is_the_advice(talk):
    assert talk.say("give me what you've got").question is None
    assert talk.messages[-1].intent is Intent.ADVISE_NOW
