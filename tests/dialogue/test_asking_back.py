"""What was only guessed is asked back, and a yes or no to that is taken for what it means."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import LIMIT, WHEN, Says, Talk

KEY = MessageKey("before")


@pytest.fixture
def asked(begin: Callable[[], Talk]) -> Callable[..., Talk]:
    """A talk in which *guesses* were read, and *facts* asked for."""

    def start(guesses: Mapping[str, str], *facts: str) -> Talk:
        talk = begin()
        settled = {"country": "KW", "product": "drone", "end_user": "police", **guesses}
        known = {Fact(fact): Answer(frozenset({value}), "words", KEY)
                 for fact, value in settled.items() if fact not in facts}
        known |= {Fact(fact): Answer(frozenset({value}), "words", KEY, False, 0, 5, 0.5)
                  for fact, value in guesses.items()}
        begun = replace(talk.conversation, deal=Deal(known))
        talk.conversation = begun.asking(list(map(Fact, facts)))
        return talk

    return start


def known(talk: Talk, fact: str) -> tuple[set[str], bool]:
    """The values of *fact*, and whether they are settled."""
    deal = talk.conversation.deal
    return set(deal.known(Fact(fact))), deal.settled(Fact(fact))


@pytest.mark.parametrize("said", ["yes", "yep", "yes, that's right", "correct"])
def test_a_yes_confirms_the_guess(asked, said):
    talk = asked({"product": "cctv"}, "product")
    talk.say(said)
    assert known(talk, "product") == ({"cctv"}, True)


def test_a_yes_confirms_the_guess_beside_a_question_that_no_yes_answers(asked):
    talk = asked({"product": "cctv"}, "end_use", "product")
    reply = talk.say("yes")
    assert known(talk, "product") == ({"cctv"}, True)
    assert [q.fact for q in reply.question.all()] == ["end_use"]


def test_a_yes_that_goes_on_confirms_the_guess_and_answers_what_stood_beside_it(asked):
    talk = asked({"product": "cctv"}, "end_use", "product")
    talk.say("yes, for traffic management")
    assert known(talk, "product") == ({"cctv"}, True)
    assert known(talk, "end_use") == ({"traffic"}, True)


def test_what_is_named_after_the_yes_outranks_it(asked):
    talk = asked({"end_user": "police"}, "end_user")
    talk.say("yes, well no, the army")
    assert known(talk, "end_user") == ({"military"}, True)


def test_a_yes_with_a_hedge_settles_nothing(asked):
    talk = asked({"end_user": "police"}, "end_user")
    talk.say("yes I think so")
    assert known(talk, "end_user") == ({"police"}, False)


@pytest.mark.parametrize("said", ["no", "nope", "no, that's wrong"])
def test_a_no_takes_the_guess_away_and_the_question_is_put_anew(asked, said):
    talk = asked({"product": "cctv"}, "product")
    reply = talk.say(said)
    assert not talk.conversation.deal.answered(Fact("product"))
    assert [q.fact for q in reply.question.all()] == ["product"]
    assert "I read" not in reply.question.text
    assert not [line for line in reply.lead if "could not read" in line.text]


@pytest.mark.parametrize(("guess", "said", "expected"), [
    ("no", "yes", "no"), ("no", "no, that's wrong", "yes"), ("yes", "yes", "yes"),
    ("yes", "no", "no"),
])
def test_of_two_answers_the_other_holds_where_the_guess_is_wrong(asked, guess, said, expected):
    talk = asked({"conflict": guess}, "conflict")
    talk.say(said)
    assert known(talk, "conflict") == ({expected}, True)


@pytest.mark.parametrize("said", ["no", "Nope.", "no no"])
def test_a_bare_no_to_a_guess_at_none_may_mean_either_and_the_question_is_put_anew(asked, said):
    talk = asked({"conflict": "no"}, "conflict")
    question = talk.guidance.questions[Fact("conflict")]
    reply = talk.say(said)

    assert not talk.conversation.deal.answered(Fact("conflict"))
    assert (reply.question.fact, reply.question.text) == ("conflict", question.wording)

    talk.say("no")
    assert known(talk, "conflict") == ({"no"}, True)


def test_a_question_that_a_yes_answers_is_put_as_the_guess_alone(asked):
    talk = asked({"conflict": "no"}, "detentions", "conflict")
    question = talk.guidance.questions[Fact("conflict")]
    reply = talk.say("there are no arbitrary detentions")
    assert [q.fact for q in reply.question.all()] == ["conflict"]
    assert reply.question.text == (
        f"I read “{question.label}: {question.label_of('no')}”. Is that right?")


def test_a_yes_beside_another_question_that_takes_it_confirms_nothing(asked):
    talk = asked({"conflict": "no"}, "conflict", "detentions")
    talk.say("yes")
    assert known(talk, "conflict") == ({"no"}, False)


def test_yes_and_no_are_taken_in_the_order_of_the_questions(asked):
    talk = asked({"conflict": "no"}, "conflict", "detentions")
    talk.say("yes and no")
    assert known(talk, "conflict") == ({"no"}, True)
    assert known(talk, "detentions") == ({"no"}, False)  # nobody says that they looked


def test_a_yes_that_means_the_same_either_way_is_taken_for_all(asked):
    talk = asked({"conflict": "yes"}, "conflict", "detentions")
    talk.say("yes")
    assert known(talk, "conflict") == ({"yes"}, False)
    assert known(talk, "detentions") == ({"yes"}, False)
    assert talk.conversation.awaiting() != ("conflict",)


def test_who_does_not_know_leaves_what_was_read_as_it_stands(asked):
    talk = asked({"end_user": "undisclosed"}, "end_user", "end_use")
    talk.say("no idea")
    answer = talk.conversation.deal.answers[Fact("end_user")]
    assert (answer.values, answer.sure, answer.guessed) == ({"undisclosed"}, False, False)
    assert talk.conversation.deal.unknown(Fact("end_use"))
    assert "end_user" not in talk.conversation.awaiting()


@pytest.mark.parametrize(("guess", "said", "expected", "settled"), [
    ("no", "no arbitrary detentions", "no", True),
    ("no", "no reports of arrests of journalists", "no", True),
    ("no", "none", "no", True),
    ("no", "no, that's wrong", "yes", True),
    ("no", "not right", "yes", True),
    ("no", "that's right", "no", True),
    ("no", "yes I think so", "no", False),
    ("yes", "probably not", "no", False),
    ("no", "yes, several", "yes", True),
    ("no", "no, all calm there", "no", True),
    ("yes", "no, all calm there", "no", True),
])
def test_only_a_word_about_the_guess_is_of_the_guess(asked, guess, said, expected, settled):
    talk = asked({"detentions": guess}, "detentions")
    talk.say(said)
    assert known(talk, "detentions") == ({expected}, settled)


@pytest.mark.parametrize(("said", "expected"), [
    ("yes, no, no", {"restrictive_laws": ("yes", True), "conflict": ("no", True),
                     "detentions": ("no", False)}),
    ("right, no, no", {"restrictive_laws": ("yes", True), "conflict": ("no", True),
                       "detentions": ("no", False)}),
    ("no, no, no", {"restrictive_laws": ("no", False), "conflict": ("no", True),
                    "detentions": ("no", False)}),
    ("no, no, yes", {"restrictive_laws": ("no", False), "conflict": ("no", True),
                     "detentions": ("yes", True)}),
    ("no, no, no, we checked", {"restrictive_laws": ("no", True), "conflict": ("no", True),
                                "detentions": ("no", True)}),
])
def test_a_guess_makes_no_bare_no_beside_it_certain(asked, said, expected):
    talk = asked({"conflict": "yes"}, "restrictive_laws", "conflict", "detentions")
    talk.say(said)
    assert {fact: known(talk, fact) for fact in expected} == {
        fact: ({value}, sure) for fact, (value, sure) in expected.items()}


@pytest.mark.parametrize("said", ["right, no", "yes, no", "correct, nope"])
def test_the_neighbour_of_a_guess_that_is_right_gets_no_certain_no(asked, said):
    talk = asked({"system_of_concern": "yes"}, "system_of_concern", "misuse_reports")
    talk.say(said)
    assert known(talk, "system_of_concern") == ({"yes"}, True)
    assert known(talk, "misuse_reports") == ({"no"}, False)


@pytest.mark.parametrize("said", ["plenty", "several", "there are some"])
def test_what_answers_the_question_itself_confirms_no_guess_that_it_gainsays(asked, said):
    talk = asked({"detentions": "no"}, "detentions")
    talk.say(said)
    assert known(talk, "detentions") == ({"yes"}, True)


@pytest.mark.parametrize("said", [
    "exactly the opposite of that", "some other thing entirely", "it does more than that",
    "never mind", "no problem", "no rush", "clearly that is not it at all"])
def test_words_that_say_nothing_of_the_guess_leave_it(asked, said):
    talk = asked({"product": "cctv"}, "product")
    talk.say(said)
    assert known(talk, "product") == ({"cctv"}, False)


@pytest.mark.parametrize("said", [
    "clearly not", "not quite", "that's not right", "no, something else"])
def test_words_that_deny_the_guess_take_it_away(asked, said):
    talk = asked({"product": "cctv"}, "product")
    talk.say(said)
    assert "cctv" not in talk.conversation.deal.known(Fact("product"))


def test_a_no_that_is_no_answer_takes_nothing_away(asked):
    talk = asked({"end_user": "police"}, "end_user")
    talk.say("no middleman, we sell direct")
    assert known(talk, "end_user") == ({"police"}, False)
    assert known(talk, "intermediary") == ({"none"}, True)


@pytest.mark.parametrize("said", ["yes, with facial recognition", "yes with facial recognition"])
def test_what_is_added_after_a_yes_comes_on_top(asked, said):
    talk = asked({"product": "cctv"}, "product")
    talk.say(said)
    assert known(talk, "product") == ({"cctv", "facial-recognition"}, True)


def test_what_comes_on_top_of_a_guess_makes_it_no_surer(asked):
    talk = asked({"product": "cctv"}, "end_use")
    talk.say("we also sell them drones")
    answer = talk.conversation.deal.answers[Fact("product")]
    assert (answer.values, answer.guessed) == ({"cctv", "drone"}, True)


def test_what_was_guessed_is_settled_when_it_is_said_again(asked):
    talk = asked({"end_user": "police"}, "end_user")
    talk.say("the police")
    assert known(talk, "end_user") == ({"police"}, True)


def test_who_only_hedges_leaves_the_guess(asked):
    talk = asked({"end_user": "police"}, "end_user")
    talk.say("probably")
    assert known(talk, "end_user") == ({"police"}, False)


def test_a_guess_that_was_denied_does_not_come_back_with_the_next_words(asked):
    talk = asked({"product": "cctv"}, "product", "end_use")
    talk.say("no", at=WHEN)
    talk.say("it is for traffic management", at=WHEN + timedelta(seconds=4))
    assert not talk.conversation.deal.answered(Fact("product"))
    assert known(talk, "end_use") == ({"traffic"}, True)


def test_a_guess_that_is_named_and_denied_is_asked_anew(asked):
    talk = asked({"product": "cctv"}, "product")
    reply = talk.say("it's not cctv")
    assert not talk.conversation.deal.answered(Fact("product"))
    assert [q.fact for q in reply.question.all()] == ["product"]


def test_denying_over_and_over_ends(asked):
    talk = asked({"product": "cctv"}, "product")
    for _ in range(3 * LIMIT):
        if talk.conversation.awaiting() != ("product",):
            break
        talk.say("no" if talk.conversation.deal.guessed(Fact("product")) else "maybe cctv")
    assert talk.conversation.awaiting() != ("product",)


def test_one_no_to_two_guesses_takes_both_away(asked):
    talk = asked({"conflict": "no", "detentions": "yes"}, "conflict", "detentions")
    talk.say("no")
    assert not talk.conversation.deal.answered(Fact("conflict"))
    assert not talk.conversation.deal.answered(Fact("detentions"))


def test_a_list_of_words_takes_no_guess_away_where_a_question_beside_takes_none(asked):
    talk = asked({"agency_misuse": "yes"}, "end_use", "agency_misuse")
    talk.say("yes, yes, no")
    assert known(talk, "agency_misuse")[0] == {"yes"}


def test_what_waited_beside_what_is_asked_back_is_asked_once_that_is_settled(begin):
    talk = begin()
    talk.say("phone spyware for an intelligence agency in Saudi Arabia")
    waited = talk.conversation.awaiting()
    talk.say("maybe the interior ministry")

    assert len(waited) > 1
    assert talk.conversation.awaiting() == ("end_user",)
    assert talk.conversation.asked == ("end_user",)

    talk.say("no")
    assert talk.conversation.awaiting() == waited


def test_an_ok_says_that_what_is_asked_back_is_right(begin):
    talk = begin()
    talk.say("phone spyware for an intelligence agency in Saudi Arabia")
    talk.say("maybe the interior ministry")
    talk.say("ok")

    end_user = talk.conversation.deal.answers["end_user"]
    assert (end_user.values, end_user.sure) == ({"intelligence", "interior-ministry"}, True)


@pytest.mark.parametrize("text", ["is that likely", "is it likely?", "is that probably so"])
def test_whether_something_is_likely_is_asked_and_answers_nothing(begin, text):
    """"Is that likely" raised the flag of whatever was asked, on those words."""
    talk = begin().amid({"product": "cctv", "country": "KE"}, ["misuse_reports"])

    talk.say(text)

    assert not talk.messages[-1].heard


@pytest.mark.parametrize("text", ["likely", "is it? likely", "probably so"])
def test_what_is_said_to_be_likely_is_an_answer(begin, text):
    talk = begin().amid({"product": "cctv", "country": "KE"}, ["misuse_reports"])

    talk.say(text)

    assert talk.messages[-1].heard


@pytest.mark.parametrize("said", ["no to both", "1 no, 2 no", "both no"])
def test_a_no_to_both_turns_no_guess_at_none_into_a_yes(asked, said):
    """It raised the flag on a system that is known to be misused, for certain."""
    talk = asked({"system_of_concern": "no"}, "misuse_reports", "system_of_concern")
    talk.say(said)

    assert talk.conversation.deal.known(Fact("system_of_concern")) <= {"no"}
    assert talk.conversation.deal.known(Fact("misuse_reports")) == {"no"}


@pytest.mark.parametrize("said", ["no to both", "1 no, 2 no"])
def test_a_no_to_both_takes_a_guess_at_a_charge_away(asked, said):
    talk = asked({"system_of_concern": "yes"}, "misuse_reports", "system_of_concern")
    talk.say(said)

    assert known(talk, "system_of_concern") == ({"no"}, True)


@pytest.fixture
def asked_of_two(asked) -> Callable[..., Talk]:
    """A talk in which *values* of *fact* were read, and *facts* asked for."""

    def start(fact: str, values: set[str], *facts: str) -> Talk:
        talk = asked({fact: next(iter(values))}, *facts)
        stood = talk.conversation.deal.answers[Fact(fact)]
        deal = talk.conversation.deal.with_answers(
            {Fact(fact): replace(stood, values=frozenset(values))})
        talk.conversation = replace(talk.conversation, deal=deal)
        return talk

    return start


@pytest.mark.parametrize("said", ["only cctv", "just the cctv cameras", "It is cctv only."])
def test_only_one_of_two_guesses_leaves_that_one(asked_of_two, said):
    """Who said "only SIEM" had bought spyware for certain, which was read beside it."""
    talk = asked_of_two("product", {"cctv", "spyware"}, "product")
    talk.say(said)
    assert known(talk, "product") == ({"cctv"}, True)


@pytest.mark.parametrize("said", [
    "just plates", "plates only", "actually forget the faces, just plates",
])
def test_only_one_of_two_guesses_without_a_word_of_the_vocabulary_leaves_that_one(
    guidance, sentences, said
):
    """Such words were taken to say that both had been read right."""
    reader = PlainReader(guidance, Says(("product", "alpr", 1.0, said)))
    talk = Talk(guidance, reader, sentences).amid({"country": "NG"}, ["product"])
    guess = Answer(frozenset({"alpr", "facial-recognition"}), "words", KEY, False, 0, 5, 0.5)
    talk.conversation = replace(
        talk.conversation, deal=talk.conversation.deal.with_answers({Fact("product"): guess}))
    talk.say(said)
    assert known(talk, "product") == ({"alpr"}, True)


def test_what_is_said_to_be_the_only_end_user_is_that_beside_others_that_are_named(asked_of_two):
    talk = asked_of_two("end_user", {"border-guard", "intelligence"}, "end_user")
    talk.say("The end user is only the border guard, the intelligence service just supplies the "
             "list.")
    assert known(talk, "end_user") == ({"border-guard"}, True)


@pytest.mark.parametrize("said", ["not only cctv", "cctv and spyware only"])
def test_not_only_one_of_two_guesses_leaves_both(asked_of_two, said):
    talk = asked_of_two("product", {"cctv", "spyware"}, "product")
    talk.say(said)
    assert known(talk, "product") == ({"cctv", "spyware"}, True)


def test_one_of_two_guesses_named_while_something_else_is_told_settles_neither(asked_of_two):
    """"The spyware is hosted by the customer" says nothing of whether cameras are sold too."""
    talk = asked_of_two("product", {"cctv", "spyware"}, "product")
    talk.say("the cctv is for the traffic police, for traffic enforcement")
    assert known(talk, "product") == ({"cctv", "spyware"}, False)
    assert known(talk, "end_use") == ({"traffic"}, True)


@pytest.mark.parametrize("said", [
    "ok, the reseller is in Dubai", "right, the courts are weak", "okay, and the reseller is Elm",
    "sure, we go through a reseller"])
def test_an_ok_before_another_fact_is_no_yes_to_what_was_read(asked, said):
    """"Ok, the government owns six percent" confirmed what the boxes are for."""
    talk = asked({"end_use": "network-security"}, "end_use")
    talk.say(said)
    assert known(talk, "end_use") == ({"network-security"}, False)


@pytest.mark.parametrize("said", ["ok", "ok, that's right", "right, to protect their network",
                                  "yes, and the courts are weak", "sure, network protection"])
def test_an_ok_that_tells_nothing_else_is_a_yes(asked, said):
    talk = asked({"end_use": "network-security"}, "end_use")
    talk.say(said)
    assert known(talk, "end_use") == ({"network-security"}, True)


@pytest.mark.parametrize("said", [
    "No, it is not for the army.", "no, not the army; it's for traffic"])
def test_a_no_that_says_what_it_is_of_takes_no_other_guess_away(asked, said):
    """"No, it is not law enforcement" took back what is sold, which was asked back."""
    talk = asked({"product": "cctv", "end_user": "military"}, "product")
    deal = talk.conversation.deal
    stood = replace(deal.answers[Fact("end_user")], sure=True, confidence=1.0)
    talk.conversation = replace(talk.conversation, deal=deal.with_answers({
        Fact("end_user"): stood}))
    talk.say(said)
    assert known(talk, "product") == ({"cctv"}, False)
    assert known(talk, "end_user") == (set(), False)
