"""An answer is put right after the next question was asked, and words are taken back as told."""

from datetime import timedelta

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

DETENTIONS, LAWS, CONFLICT = Fact("detentions"), Fact("restrictive_laws"), Fact("conflict")
OPENING = "plate readers for the police in Fiji, against burglary"


@pytest.fixture(params=[timedelta(seconds=5), timedelta(minutes=5)])
def told(begin, request):
    """A conversation in which the given messages follow one another at once, or after a while."""
    def telling(*texts):
        talk = begin()
        for n, text in enumerate(texts):
            talk.say(text, WHEN + n * request.param)
        return talk
    return telling


def known(talk, *facts):
    return [next(iter(talk.conversation.deal.known(fact)), None) for fact in facts]


@pytest.mark.parametrize("text", [
    "that was wrong, I meant 2", "sorry wrong number, should be 2", "I meant 2", "actually 2",
    "I pressed the wrong number, it's 2", "oops, option 2", "no wait. no to the first",
    "sorry, it should be 2",
])
def test_another_number_is_for_the_question_that_was_answered(told, text):
    talk = told(OPENING, "1", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["no", None, None]
    assert talk.conversation.awaiting() == (LAWS, CONFLICT)
    assert talk.replies[-1].changes is not None


@pytest.mark.parametrize("text", [
    "1 no actually", "1 no sorry", "1 nope sorry", "1 was no actually", "sorry, 1 was no",
    "the first was no, actually",
])
def test_a_no_to_the_number_of_a_yes_is_asked_back(told, text):
    """Of "1 no actually" the number was left, and the contrary noted once more."""
    talk = told(OPENING, "1 3 5", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "yes", "yes"]
    assert talk.conversation.awaiting() == (DETENTIONS,)
    assert talk.conversation.deal.guessed(DETENTIONS)


@pytest.mark.parametrize(("before", "text", "value"), [
    ("2 3 5", "1 was yes actually", "yes"), ("2 3 5", "1 yes actually", "yes"),
    ("1 3 5", "first no actually", "no"), ("1 3 5", "the first was no actually", "no"),
])
def test_a_yes_or_no_to_what_was_answered_takes_its_place(told, before, text, value):
    talk = told(OPENING, before, text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [value, "yes", "yes"]


@pytest.mark.parametrize(("text", "said"), [
    ("I meant yes to the first", "yes to the first"),
    ("no wait. no to the first", "no to the first"),
    ("sorry, it should be no to the first, we looked", "no to the first"),
])
def test_it_is_quoted_as_it_was_written(told, text, said):
    talk = told(OPENING, "1" if "no" in said else "2", text)
    answer = talk.conversation.deal.answers[DETENTIONS]

    assert answer.said == said == text[answer.start:answer.end]


@pytest.mark.parametrize("text", [
    "no I meant no to everything", "sorry I meant no to all", "correction: no to all",
    "correction: all no", "scratch that, no to everything",
])
def test_a_no_to_all_is_of_all_that_was_answered(told, text):
    """"Correction: all no" answered what was asked by then."""
    talk = told(OPENING, "1 3 5", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["no", "no", "no"]
    assert talk.conversation.awaiting() == ("misuse_reports", "system_of_concern")


def test_the_same_once_more_puts_nothing_right(told):
    talk = told(OPENING, "1 3 5", "I mean, yes to all")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "yes", "yes"]
    assert not talk.messages[-1].retracted


@pytest.mark.parametrize("text", ["none of this is true", "none of that is true"])
def test_none_of_this_is_true_raises_nothing_and_is_asked_back(told, text):
    """Its "true" was a yes to the second question."""
    talk = told(OPENING, "1 3 5", text)

    assert not talk.conversation.deal.answered("system_of_concern")
    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "yes", "yes"]
    assert set(talk.conversation.awaiting()) == {DETENTIONS, LAWS, CONFLICT}


def test_the_group_before_is_answered_again_as_a_whole(told):
    talk = told(OPENING, "1 4 6", "correction: 2 3 6")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["no", "yes", "no"]
    assert talk.messages[-1].answers_pending is False


def test_the_last_question_of_all_is_put_right_too(begin):
    talk = begin()
    talk.choose({"product": ["cctv"], "end_user": ["police"], "country": ["FJ"]})
    last: tuple[Fact, ...] = ()
    while talk.conversation.awaiting():
        last = talk.conversation.awaiting()
        talk.choose(dict.fromkeys(last))
    talk.say("sorry, I meant 1")

    assert talk.conversation.deal.known(last[0])


def test_what_names_its_matter_is_read_as_ever(told):
    talk = told(OPENING, "1", "sorry, I meant the army")

    assert talk.conversation.deal.known(Fact("end_user")) == {"military"}
    assert known(talk, DETENTIONS) == ["yes"]


def test_a_yes_with_a_second_thought_may_be_of_what_is_asked_now(told):
    talk = told(OPENING, "2", "actually yes")

    assert known(talk, DETENTIONS) == ["no"]


@pytest.mark.parametrize("text", [
    "ah no, nothing like that", "I mean, no", "I mean, I don't know", "none, I mean",
])
def test_what_may_answer_what_is_asked_now_puts_nothing_right(told, text):
    talk = told(OPENING, "1 3 5", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "yes", "yes"]


@pytest.mark.parametrize(("texts", "expected"), [
    # The place of a question, and another word for it than before.
    (("no no no", "actually the first is yes"), ["yes", "no", "no"]),
    (("no no no", "actually, the second one is a yes"), ["no", "yes", "no"]),
    (("yes yes yes", "actually the third is a no"), ["yes", "yes", "no"]),
    # Said twice, before and behind the "I mean".
    (("yes", "no i mean no"), ["no", "no", "no"]),
    (("yes", "no, I mean no"), ["no", "no", "no"]),
    (("no", "yes I mean yes"), ["yes", "yes", "yes"]),
    # The same word as before may be of what is asked now.
    (("no no no", "actually the first is no"), ["no", "no", "no"]),
    (("yes", "none, I mean"), ["yes", "yes", "yes"]),
])
def test_a_yes_or_no_that_contradicts_the_one_before_puts_it_right(told, texts, expected):
    talk = told(OPENING, *texts)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == expected


@pytest.mark.parametrize(("texts", "expected"), [
    (("1", "oops no"), ["yes", None, None]),
    (("1", "lunch first", "sorry, 2"), ["no", None, None]),
    (("1", "advise now", "sorry, 2"), ["no", None, None]),
    (("advise now", "sorry, 2"), [None, None, None]),
    (("advise now", "I mean no"), [None, None, None]),
])
def test_only_what_was_answered_is_put_right(told, texts, expected):
    talk = told(OPENING, *texts)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == expected


def test_a_number_of_another_question_opens_the_one_answered_by_mistake(told):
    talk = told(OPENING, "1", "sorry, I meant 3")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, "yes", None]


def test_for_who_saw_nothing_later_what_was_asked_before_is_that_of_then(begin):
    talk = begin()
    talk.say(OPENING)
    shown = talk.conversation
    talk.say("1 4 6")
    talk.say("2 4")

    assert talk.conversation.asked_before == (Fact("misuse_reports"), Fact("system_of_concern"))
    assert talk.conversation.seen_as(shown).asked_before == (DETENTIONS, LAWS, CONFLICT)


@pytest.mark.parametrize(("opening", "text"), [
    ("spyware and phone forensics for the police in Kenya", "no phone forensics"),
    ("drones for the police and the army in Kenya", "no army"),
])
def test_of_several_values_one_is_denied_by_its_name_alone(told, opening, text):
    fact = Fact("product" if "spyware" in opening else "end_user")
    before = told(opening).conversation.deal.known(fact)
    after = told(opening, text).conversation.deal.known(fact)

    assert len(before) == 2
    assert len(after) == 1


@pytest.mark.parametrize("text", [
    "it's a scrap metal yard", "the ditch company pays"])
def test_words_that_only_look_like_denials_take_nothing_back(told, text):
    talk = told(OPENING, text)

    assert talk.conversation.deal.known(Fact("end_user")) == {"police"}


@pytest.mark.parametrize(("opening", "text", "fact"), [
    ("DPI for the regulator in Fiji, to block porn", "not blocking, just QoS", "end_use"),
    ("drones for the police in Fiji, they watch crowds at demonstrations",
     "no, they won't watch crowds", "end_use"),
    ("drones for the police in Fiji, they watch crowds at demonstrations",
     "no I mean the harbour, not demonstrations", "end_use"),
])
def test_who_denies_the_words_that_a_fact_was_told_in_takes_it_back(told, opening, text, fact):
    talk = told(opening)
    before = talk.conversation.deal.known(Fact(fact))
    later = told(opening, text)

    assert before
    assert later.conversation.deal.known(Fact(fact)) == frozenset()
    assert later.messages[-1].withdrawn == {Fact(fact): before}


@pytest.mark.parametrize("text", ["no budget", "no idea", "no", "not yet", "no police reports",
                                  "the crowds won't see them"])
def test_what_denies_something_else_takes_nothing_back(told, text):
    talk = told("drones for the police in Fiji, they watch crowds at demonstrations", text)

    assert talk.conversation.deal.known(Fact("end_use")) == {"crowd-monitoring"}


@pytest.mark.parametrize("text", ["none of those apply", "none apply", "none of these apply"])
def test_none_of_those_is_a_no_to_all_that_was_asked(told, text):
    talk = told(OPENING, text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["no", "no", "no"]


def test_an_add_on_comes_on_top(told):
    talk = told("signed: body cams, Bermuda police", "they want an add-on for facial recognition")

    assert talk.conversation.deal.known(Fact("product")) == {
        "body-worn-camera", "facial-recognition"}


@pytest.mark.parametrize(("text", "values"), [
    ("no conflict, laws yes", [None, "yes", "no"]), ("laws yes", [None, "yes", None]),
    ("laws: yes", [None, "yes", None]), ("detentions yes, laws yes", ["yes", "yes", None]),
])
def test_what_was_not_known_is_answered_by_name_later(told, text, values):
    """Of "no conflict, laws yes" behind a don't-know the bad laws were lost."""
    talk = told(OPENING, "idk", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == values
    assert talk.conversation.awaiting() == ("misuse_reports", "system_of_concern")
    assert not talk.messages[-1].answers_pending


@pytest.mark.parametrize("text", ["yes", "yes, no", "1", "2, 4", "the first yes"])
def test_what_names_nothing_asked_before_is_of_what_is_asked_now(told, text):
    talk = told(OPENING, "idk", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, None, None]


def test_what_was_answered_before_is_not_answered_anew_by_its_mere_name(told):
    talk = told(OPENING, "1 3 5", "laws no")

    assert known(talk, LAWS) == ["yes"]
