"""What is said of an answer after it, or of the talk, is no answer to what is asked meanwhile."""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

DETENTIONS, LAWS, CONFLICT = Fact("detentions"), Fact("restrictive_laws"), Fact("conflict")
MISUSE, APPROVAL = Fact("agency_misuse"), Fact("access_safeguards")
COURTS = Fact("judicial_oversight")
END_USE, REPORTS, SYSTEM = Fact("end_use"), Fact("misuse_reports"), Fact("system_of_concern")
CAMERAS = "cctv for police in Uganda"
FACES = "face recognition for the police in Kazakhstan"


@pytest.fixture
def told(begin):
    """A conversation in which the given messages follow one another after a while."""
    def telling(*texts):
        talk = begin()
        for n, text in enumerate(texts):
            talk.say(text, WHEN + n * timedelta(minutes=4))
        return talk
    return telling


def known(talk, *facts):
    return [next(iter(talk.conversation.deal.known(fact)), None) for fact in facts]


@pytest.mark.parametrize("text", [
    "hold on, the second one is yes too", "the second is a no", "i take back the third",
    "back to the first", "the first was wrong", "on the second they changed their mind",
])
def test_a_place_with_more_than_that_picks_no_choice(told, text):
    """"I take back the third" was noted as border control, for sure."""
    talk = told(FACES, text)

    assert known(talk, END_USE) == [None]
    assert talk.conversation.awaiting() == (END_USE,)


@pytest.mark.parametrize("text, value", [
    ("the second one", "national-security"), ("third please", "border-control"),
    ("yes, the third", "border-control"),
    ("the last one i think", "other"), ("I'd say the second", "national-security"),
])
def test_a_place_alone_picks_a_choice(told, text, value):
    assert known(told(FACES, text), END_USE) == [value]


def test_a_no_to_the_first_of_two_is_not_the_first_choice_of_the_one_left(told):
    """"First one no" was noted as the first choice, a yes, and raised its flag for sure."""
    talk = told(CAMERAS, "no no no", "system: no", "no. sorry: first one no")

    assert known(talk, REPORTS) != ["yes"]
    assert talk.replies[-1].changes is None or not talk.replies[-1].changes.raised


@pytest.mark.parametrize("text", [
    "yes we looked, none", "yes, we checked and found nothing", "yes I checked, no",
    "yes we looked: no, no",
])
def test_a_yes_to_having_looked_is_none_to_what_was_found(told, text):
    """"Yes we looked, none" was noted as reports of misuse, for sure, with their flag."""
    talk = told(CAMERAS, "no no no", text)

    assert known(talk, REPORTS, SYSTEM) == ["no", "no"]
    assert talk.conversation.deal.settled(REPORTS)


def test_a_yes_to_having_looked_alone_settles_nothing(told):
    talk = told(CAMERAS, "no no no", "system: no", "yes we looked")

    assert not talk.conversation.deal.settled(REPORTS)


@pytest.mark.parametrize("text, values", [
    ("yes, no, no", ["yes", "no", "no"]), ("yes there are, no, no", ["yes", "no", "no"]),
    ("yes (we looked), no, no", ["yes", "no", "no"]),
])
def test_a_yes_before_noes_stays_one(told, text, values):
    assert known(told(CAMERAS, text), DETENTIONS, LAWS, CONFLICT) == values


def test_a_question_behind_answers_does_not_doubt_them(told):
    """"Yes, no, no. Also what safeguards do you recommend for storage?" made guesses of them."""
    talk = told(CAMERAS, "Yes, no, no. Also what safeguards do you recommend for storage?")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "no", "no"]
    assert talk.conversation.deal.settled(DETENTIONS)
    assert talk.conversation.deal.settled(CONFLICT)


def test_a_question_mark_at_the_end_of_answers_doubts_them(told):
    assert not told(CAMERAS, "yes, no, no?").conversation.deal.settled(DETENTIONS)


@pytest.mark.parametrize("text", [
    "you got the country wrong", "the country is wrong", "you got the product wrong",
    "the end user is wrong",
])
def test_what_is_called_wrong_by_its_name_leaves_the_rest(told, text):
    """"You got the country wrong" put what was told just before in doubt, a red flag with it."""
    talk = told(CAMERAS, "detentions: yes", text)

    assert known(talk, DETENTIONS) == ["yes"]
    assert talk.conversation.deal.settled(DETENTIONS)


def test_what_is_called_wrong_without_a_name_is_what_was_told_last(told):
    talk = told(CAMERAS, "detentions: yes", "that's wrong")

    assert not talk.conversation.deal.certain(DETENTIONS)


@pytest.mark.parametrize("text", [
    "that was about Kenya, sorry", "sorry, i was talking about Kenya", "that was for another deal",
    "oops, wrong chat",
])
def test_what_was_told_of_elsewhere_is_asked_back(told, text):
    """Nothing was noted of it, and the flag stood as if for sure."""
    talk = told(CAMERAS, "detentions: yes", text)

    assert known(talk, Fact("country")) == ["UG"]
    assert not talk.conversation.deal.certain(DETENTIONS)


def test_another_country_by_itself_is_a_correction(told):
    assert known(told(CAMERAS, "detentions: yes", "no, it's Kenya"), Fact("country")) == ["KE"]


@pytest.mark.parametrize("text", [
    "delete what I said about detentions", "delete that about the detentions",
    "forget the detentions", "scratch detentions",
])
def test_what_was_said_is_taken_back_by_its_name(told, text):
    """"Delete what I said about detentions" left the red flag standing."""
    talk = told(CAMERAS, "yes yes no", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, "yes", "no"]


def test_a_name_that_fits_two_facts_is_of_the_one_that_is_known(told):
    assert known(told(CAMERAS, "yes yes no", "scratch the laws"),
                 DETENTIONS, LAWS, CONFLICT) == ["yes", None, "no"]


@pytest.mark.parametrize("text, values", [
    ("the second was wrong, it's yes", ["no", "yes", "no"]),
    ("the second should be yes", ["no", "yes", "no"]),
    ("the last should have been yes", ["no", "no", "yes"]),
])
def test_a_place_that_is_called_wrong_is_of_what_was_answered(told, text, values):
    """"The second was wrong, it's yes" was taken for no answer to what was asked meanwhile."""
    talk = told(CAMERAS, "no no no", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == values


def test_a_place_that_was_wrong_is_asked_back(told):
    talk = told(CAMERAS, "yes no no", "I was wrong about the first")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "no", "no"]
    assert not talk.conversation.deal.certain(DETENTIONS)
    assert DETENTIONS in talk.conversation.awaiting()


@pytest.mark.parametrize(("answers", "text", "fact", "perhaps"), [
    ("1 yes 2 yes 3 no", "hmm wait, 3 is also yes", CONFLICT, "yes"),
    ("1 yes 2 yes 3 no", "actually 3 is yes", CONFLICT, "yes"),
    ("1 yes 2 yes 3 no", "sorry, 3 yes as well", CONFLICT, "yes"),
    ("1 yes 2 yes 3 no", "sorry, 2 and 3 are no", LAWS, "no"),
])
def test_a_number_that_changes_nothing_as_a_choice_is_of_the_question(
    told, answers, text, fact, perhaps
):
    """It was taken for the third choice of what was asked by then, or for no answer."""
    talk = told(CAMERAS, answers, text)

    assert talk.conversation.deal.answers[fact].instead == {perhaps}
    assert talk.conversation.awaiting() == (fact,)
    assert not talk.conversation.deal.answered(SYSTEM)


def test_a_number_behind_a_question_without_choices_is_of_nothing(told):
    talk = told("drones for the police", "Kenya")
    before = talk.conversation.deal
    assert talk.conversation.asked_before[0] == "country"

    talk.say("wait, 1 is also yes")

    assert talk.conversation.deal.answers["country"] == before.answers["country"]


def test_who_did_not_know_after_all_leaves_no_guess(told):
    talk = told(CAMERAS, "no no no", "wait, no to the third only, the others I don't know")

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, None, "no"]


@pytest.mark.parametrize("text", ["ok fine, next", "good. next", "skip", "fine, skip"])
def test_what_is_passed_over_is_passed_over_with_a_courtesy(told, text):
    talk = told(CAMERAS, text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, None, None]
    assert talk.conversation.awaiting() == (REPORTS, SYSTEM)


@pytest.mark.parametrize("text", [":+1:", ":-1:", ":+1::skin-tone-3:", ":skin-tone-2:", ":100:"])
def test_an_emoji_picks_no_choice_by_its_number(told, text):
    """":-1:", which Slack makes of a thumb down, was the first choice: "yes, there are reports"."""
    assert known(told(CAMERAS, text), DETENTIONS, LAWS, CONFLICT) == [None, None, None]


@pytest.mark.parametrize("text", ["1:yes 2:no 3:no", "1: yes, 2: no, 3: no", "yes :+1: no no"])
def test_colons_beside_numbers_bind_answers(told, text):
    assert known(told(CAMERAS, text), DETENTIONS, LAWS, CONFLICT) == ["yes", "no", "no"]


@pytest.mark.parametrize("text", ["fine. next question please", "ok fine, more questions please"])
def test_a_courtesy_before_a_wish_is_no_finding(told, text):
    """"Fine. Next question please" was heard as laws that are fine, and no conflict."""
    assert known(told(CAMERAS, text), DETENTIONS, LAWS, CONFLICT) == [None, None, None]


def test_what_is_said_to_be_fine_is_told(told):
    assert known(told(CAMERAS, "laws fine, no conflict"), LAWS, CONFLICT) == ["no", "no"]


@pytest.mark.parametrize("text", [
    "compare with drones for the army in Mexico",
    "is it worse than spyware for the army in Mexico",
    "how does it compare to drones for the army in Mexico?",
])
def test_a_deal_that_this_is_compared_with_is_not_mixed_into_it(told, text):
    talk = told(CAMERAS, text)

    assert known(talk, Fact("product"), Fact("end_user"), Fact("country")) == [
        "cctv", "police", "UG"]
    assert talk.messages[-1].intent is Intent.COMPARE


@pytest.mark.parametrize("text", [
    "it's worse than that, they want drones for the army too",
    "would it be better to sell drones to the army in Uganda",
])
def test_what_only_sounds_like_a_comparison_is_none(told, text):
    assert told(CAMERAS, text).messages[-1].intent is not Intent.COMPARE


@pytest.mark.parametrize("text", [
    "we have a second deal, drones to the army in Egypt",
    "i also have another deal: drones for the army in Egypt",
    "there's a second one, drones for the army in Egypt",
])
def test_a_second_deal_that_is_announced_is_not_mixed_into_the_first(told, text):
    talk = told(CAMERAS, text)

    assert talk.messages[-1].intent is Intent.OTHER_DEAL
    assert known(talk, Fact("country"), Fact("end_user")) == ["UG", "police"]


@pytest.mark.parametrize("text, intent", [
    ("give me the sources", Intent.SHOW_SOURCES),
    ("show me the sources please", Intent.SHOW_SOURCES),
    ("send me the sources", Intent.SHOW_SOURCES),
    ("can you send me the sources pls", Intent.SHOW_SOURCES),
    ("export it", Intent.SEND_ON), ("download the brief please", Intent.SEND_ON),
    ("my boss wants a summary to forward", Intent.ADVISE_NOW),
    ("then give me the three most important points", Intent.ADVISE_NOW),
    ("fine, then what should I do first", Intent.NEXT_STEPS),
    ("can my manager approve it?", Intent.NEXT_STEPS),
    ("what about the red flags?", Intent.RED_FLAGS), ("what about safeguards", Intent.REMEDY),
    ("why stop?", Intent.RED_FLAGS), ("where would I look", Intent.WHY),
    ("why do you ask about minorities for a bank", Intent.WHY),
    ("what is a tense election?", Intent.WHY), ("what does unduly restrict mean", Intent.WHY),
    ("what do I still owe you", Intent.STILL_OPEN), ("do I have to answer all?", Intent.HELP),
    ("who do I send it to?", Intent.HELP), ("undo the last answer", Intent.PUT_RIGHT),
    ("hurry pls, need a yes or no before my call at 3", Intent.VERDICT),
])
def test_what_is_wanted_in_the_middle_of_the_questions_is_no_answer(told, text, intent):
    talk = told(CAMERAS, text)

    assert talk.messages[-1].intent is intent
    assert known(talk, DETENTIONS, LAWS, CONFLICT) == [None, None, None]


@pytest.mark.parametrize("text", ["also for the army", "actually it's in Kenya"])
def test_what_was_found_of_an_end_user_who_stays_stands(told, text):
    talk = told(CAMERAS)
    talk.choose({"agency_misuse": ["no"]})
    talk.say(text)

    assert known(talk, MISUSE) == ["no"]
    assert not talk.conversation.deal.guessed(MISUSE)


@pytest.mark.parametrize("text", [
    "Forget what I said re police", "forget what i said regarding the police",
    "take back what i said concerning the police",
])
def test_what_was_said_regarding_one_thing_takes_back_that_alone(told, text):
    """"Forget what I said re police" put the whole deal aside."""
    talk = told(CAMERAS + ". detentions: yes", text)

    assert known(talk, Fact("product"), Fact("country"), Fact("end_user")) == ["cctv", "UG", None]


@pytest.mark.parametrize("text", ["forget what I said", "start over", "forget everything"])
def test_all_that_was_said_is_forgotten(told, text):
    assert told(CAMERAS, text).conversation.deal.answers == {}


def test_safeguards_for_the_contract_are_those_of_the_deal(told):
    talk = told(CAMERAS, "safeguards for the contract?")

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.REMEDY, "before sale")


@pytest.mark.parametrize("text, courts", [
    ("courts are weak, no prior approval", "weak"),
    ("there's no prior approval, courts are weak", "weak"),
    ("courts so so, approval none", "weak"), ("approval none, courts weak", "weak"),
])
def test_what_one_question_is_about_answers_no_other(told, text, courts):
    """"Courts are weak, no prior approval" was heard as approval that is adequate."""
    talk = told(CAMERAS, "no no no", "no no", "no no", text)

    assert known(talk, COURTS) == [courts]
    assert known(talk, APPROVAL)[0] in (None, "none", "inadequate")


def test_a_court_may_be_who_approves(told):
    talk = told(CAMERAS, "no no no", "no no", "no no", "needs a court order each time")

    assert known(talk, APPROVAL) == ["adequate"]


@pytest.mark.parametrize("text", [
    "like I said, no, no, yes", "the answers are no no yes", "I already told you: no no yes",
    "as I said before: no, no, yes",
])
def test_answers_are_read_behind_an_as_i_said(told, text):
    """"Like I said, no, no, yes" was taken for no answer."""
    assert known(told(CAMERAS, text), DETENTIONS, LAWS, CONFLICT) == ["no", "no", "yes"]


@pytest.mark.parametrize("text", ["1 was wrong", "the answer to 1 was wrong"])
def test_a_number_that_was_wrong_is_that_of_a_question(told, text):
    talk = told(CAMERAS, "yes no no", text)

    assert known(talk, DETENTIONS, LAWS, CONFLICT) == ["yes", "no", "no"]
    assert DETENTIONS in talk.conversation.awaiting()


@pytest.mark.parametrize("told_before, text, fact", [
    ("coup last year", "hold on, the coup was in Mali", CONFLICT),
    ("arrests of journalists", "sorry, those arrests were in Mali", DETENTIONS),
    ("arrests of journalists", "the reports are from Mali", DETENTIONS),
])
def test_what_happened_elsewhere_is_asked_back(told, told_before, text, fact):
    """"The coup was in Mali" made the deal one for Mali."""
    talk = told(CAMERAS, told_before, text)

    assert known(talk, Fact("country"), fact) == ["UG", "yes"]
    assert not talk.conversation.deal.certain(fact)
    assert fact in talk.conversation.awaiting()


@pytest.mark.parametrize("text, country", [
    ("no, it's in Mali", "ML"), ("sorry, the cameras are for Mali", "ML"),
])
def test_where_it_is_used_is_put_right(told, text, country):
    assert known(told(CAMERAS, "coup last year", text), Fact("country")) == [country]


def test_answers_by_region_answer_nothing_for_sure(told):
    """"Yes in the north, no in the south" was heard as no conflict, for sure."""
    talk = told(CAMERAS, "yes in the north, no in the south")

    assert not any(map(talk.conversation.deal.certain, (DETENTIONS, LAWS, CONFLICT)))


@pytest.mark.parametrize("text, intent", [
    ("why is detentions a flag", Intent.RED_FLAGS), ("can I change it later?", Intent.HELP),
    ("what could go wrong here", Intent.GRAVEST), ("what's the worst case?", Intent.GRAVEST),
])
def test_what_is_asked_of_a_flag_or_of_answers_is_answered(told, text, intent):
    assert told(CAMERAS, "yes no no", text).messages[-1].intent is intent


def test_no_three_times_is_of_three_questions(told):
    assert known(told(CAMERAS, "three times no"), DETENTIONS, LAWS, CONFLICT) == [
        "no", "no", "no"]
