"""Which question each yes or no is of, what a hedge or a mere no settles, and what is no answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import KEY, WHEN, Says, Talk

COUNTRY = ["detentions", "restrictive_laws", "conflict"]
PRODUCT = ["misuse_reports", "system_of_concern"]
CHECKS = ["judicial_oversight", "access_safeguards"]
DEAL = {"product": "cctv", "end_user": "police", "country": "KE"}

YES, NO, MAYBE_YES, MAYBE_NO, UNKNOWN = "yes", "no", "yes?", "no?", "unknown"

Asked = Callable[[Sequence[str]], Talk]


@pytest.fixture
def asked(begin: Callable[[], Talk]) -> Asked:
    """A talk about cameras for the Kenyan police in which *facts* were asked for last."""

    def start(facts: Sequence[str]) -> Talk:
        return begin().amid({f: v for f, v in DEAL.items() if f not in facts}, facts)

    return start


def heard(talk: Talk) -> dict[str, str]:
    """What the last message was taken to say; "?" behind what is not certain, "??" a guess."""
    return {str(fact): UNKNOWN if answer.values is None else "+".join(sorted(answer.values))
            + ("??" if answer.guessed else "" if answer.sure else "?")
            for fact, answer in talk.messages[-1].heard.items()}


# Which question it is of -------------------------------------------------------------------


@pytest.mark.parametrize(("said", "first", "second"), [
    ("1 yes 2 no", YES, NO),
    ("a) yes b) no", YES, NO),
    ("1: yes, 2: don't know", YES, UNKNOWN),
    ("1) yes 2) no", YES, NO),
    ("#1 yes #2 no", YES, NO),
    ("1=yes 2=no", YES, NO),
    ("1 - yes, 2 - no", YES, NO),
    ("yes (1), no (2)", YES, NO),
    ("q1 yes q2 no", YES, NO),
    ("no to 2, yes to 1", YES, NO),
    ("the 1st yes the 2nd no", YES, NO),
    ("former yes latter no", YES, NO),
    ("first: yes; second: probably not", YES, MAYBE_NO),
    ("yes for the first, not sure about the second", YES, UNKNOWN),
    ("1 yes, the rest no", YES, NO),
    ("yes 1 and 2 not sure", YES, UNKNOWN),
    ("1 yes 4 no", YES, NO),          # the choices are numbered through
    ("1 yes, 3 yes", YES, YES),
    ("yes/no", YES, NO),
    ("first yes, second no", YES, NO),
])
def test_each_of_two_questions_gets_its_word(asked, said, first, second):
    talk = asked(PRODUCT)
    talk.say(said)
    assert heard(talk) == {"misuse_reports": first, "system_of_concern": second}


@pytest.mark.parametrize(("said", "facts"), [
    ("yes to the first one only", {"misuse_reports": YES}),
    ("only the second", {"system_of_concern": YES}),
    ("no to the second", {"system_of_concern": NO}),
    ("2 yes", {"system_of_concern": YES}),
    ("second: yes there's a report by a lab", {"system_of_concern": YES}),
    ("first no. second yes, they put it in a safe city thing",
     {"misuse_reports": MAYBE_NO, "system_of_concern": YES}),
])
def test_a_word_on_one_question_leaves_the_other_open(asked, said, facts):
    talk = asked(PRODUCT)
    talk.say(said)
    assert {f: v for f, v in heard(talk).items() if f in PRODUCT} == facts
    left = [fact for fact in PRODUCT if fact not in facts]
    assert list(talk.conversation.awaiting())[:len(left)] == left


def test_what_is_told_beside_a_word_does_not_hide_it(asked):
    talk = asked(COUNTRY)
    talk.say("yes (see Amnesty 2023), second no, third: elections in spring")
    assert heard(talk) == {"detentions": YES, "restrictive_laws": MAYBE_NO, "conflict": YES}


@pytest.mark.parametrize(("said", "values"), [
    ("all except the last", (YES, YES, MAYBE_NO)), ("all but the last", (YES, YES, MAYBE_NO)),
    ("yes to all except the first", (MAYBE_NO, YES, YES)), ("all but 2", (YES, MAYBE_NO, YES)),
    ("no to all but the first", (MAYBE_YES, MAYBE_NO, NO)),
    ("all but the war", (YES, YES, MAYBE_NO)), ("everything except conflict", (YES, YES, MAYBE_NO)),
    ("all except the first and the last", (MAYBE_NO, YES, MAYBE_NO)),
    ("yes to the first two", (YES, YES, None)), ("no to the first two", (MAYBE_NO, MAYBE_NO, None)),
    ("yes to the last two, no to the first", (MAYBE_NO, YES, YES)),
    ("first two no, last yes", (MAYBE_NO, MAYBE_NO, YES)), ("the last 2: yes", (None, YES, YES)),
    ("just the laws", (None, YES, None)), ("only the war", (None, None, YES)),
    ("just the arrests", (YES, None, None)),
])
def test_several_of_the_questions_are_named_in_one(asked, said, values):
    """Of "no to the first two" only the first was heard, and of "all but the war" a war."""
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == {f: v for f, v in zip(COUNTRY, values, strict=True) if v}


@pytest.mark.parametrize("said", [
    "the first two", "the last two years", "no, just the laws", "all but finished",
    "just asking about the laws", "the first two weeks in May",
])
def test_what_only_counts_or_sounds_like_it_answers_nothing(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == {}


def test_numbers_that_may_count_questions_or_choices_say_what_both_say(asked):
    talk = asked(COUNTRY)
    talk.say("1 yes, 3 yes")
    assert heard(talk) == {"detentions": YES}


def test_a_list_of_yes_and_no_by_lines(asked):
    talk = asked(COUNTRY)
    talk.say("1. yes\n2. no\n3. don't know")
    assert heard(talk) == {"detentions": YES, "restrictive_laws": MAYBE_NO, "conflict": UNKNOWN}


@pytest.mark.parametrize("facts", [["product"], ["judicial_oversight"]])
def test_places_with_a_no_pick_nothing_of_a_list(asked, facts):
    talk = asked(facts)
    talk.say("the first: no. the second: dunno")
    assert heard(talk) == {}


def test_two_places_pick_nothing_where_one_value_holds(asked):
    talk = asked(["judicial_oversight"])
    talk.say("the first and the second")
    assert heard(talk) == {}


def test_a_no_says_nothing_of_what_no_yes_or_no_answers(asked):
    talk = asked(CHECKS)
    talk.say("the first: no. the second: dunno")
    assert heard(talk) == {"access_safeguards": UNKNOWN}


def test_a_place_is_of_the_guess_that_is_asked_back(asked):
    talk = asked(["conflict", "detentions"])
    guess = Answer(frozenset({"no"}), "words", KEY, False, 0, 5, 0.5)
    talk.conversation = replace(talk.conversation, deal=talk.conversation.deal.with_answers(
        {Fact("conflict"): guess}))
    talk.say("1 yes 2 yes")
    assert heard(talk) == {"conflict": NO, "detentions": YES}


# Hedges ------------------------------------------------------------------------------------

NOES = ["prob not", "probably not", "I guess no", "I doubt it", "not that I've heard",
        "hopefully not", "not to my knowledge", "unlikely", "as far as I know no", "leaning no",
        "none that came up", "nope afaik", "pretty sure not", "i would assume not",
        "not from what I hear", "shouldn't think so", "not as far as I can tell",
        "from what we know, no", "no, not that I'm aware of", "don't reckon so"]
YESES = ["I'd say yes", "think so", "yeah probs", "assume yes", "I reckon so", "leaning yes",
         "probably", "yes, could be wrong", "I would guess so"]


@pytest.mark.parametrize("facts", [["detentions"], ["conflict"], COUNTRY])
@pytest.mark.parametrize(("said", "value"), [
    *((said, MAYBE_NO) for said in NOES), *((said, MAYBE_YES) for said in YESES)])
def test_a_hedged_word_is_noted_as_not_certain_of_all_that_was_asked(asked, facts, said, value):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(facts, value)


def test_a_hedge_is_of_all_three(asked):
    talk = asked(COUNTRY)
    talk.say("no to all three as far as I know")
    assert heard(talk) == dict.fromkeys(COUNTRY, MAYBE_NO)


@pytest.mark.parametrize("said", ["I guess no", "not that I've heard"])
def test_a_hedged_no_doubts_the_guess_that_is_asked_back(asked, said):
    talk = asked(["detentions"])
    guess = Answer(frozenset({"yes"}), "words", KEY, False, 0, 5, 0.5)
    talk.conversation = replace(talk.conversation, deal=talk.conversation.deal.with_answers(
        {Fact("detentions"): guess}))
    talk.say(said)
    assert heard(talk) == {"detentions": MAYBE_NO}


@pytest.mark.parametrize("said", ["maybe", "unlikely", "prob not"])
def test_what_a_model_hears_of_another_matter_in_a_mere_hedge_is_not_told(asked, said):
    talk = asked(["detentions"])
    reader = PlainReader(talk.guidance, Says(("stage", "idea", 0.95, said)))
    talk.take(reader.read(said, talk.conversation, key=MessageKey("m"), author="a", sent_at=WHEN))
    assert "stage" not in heard(talk)


# A mere no, where a no means that somebody looked -------------------------------------------


@pytest.mark.parametrize("said", ["no", "nah", "nope", "no sorry", "n", "no, but I haven't looked"])
def test_a_mere_no_does_not_say_that_anybody_looked(asked, said):
    talk = asked(["detentions"])
    talk.say(said)
    assert heard(talk) == {"detentions": MAYBE_NO}


@pytest.mark.parametrize("said", ["all no", "nah", "none of them", "no to both"])
def test_a_no_to_all_is_sure_only_where_no_choice_says_that_somebody_looked(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == {"detentions": MAYBE_NO, "restrictive_laws": MAYBE_NO, "conflict": NO}


@pytest.mark.parametrize("said", [
    "no, we looked", "no, we checked", "none", "no reports found, no", "2", "no, all calm there"])
def test_a_no_of_who_looked_or_says_more_is_sure(asked, said):
    talk = asked(["detentions"])
    talk.say(said)
    assert heard(talk)["detentions"] == NO


@pytest.mark.parametrize("said", [
    "a judge isn't needed", "A judge is not needed", "judges aren't required",
    "the judge's approval isn't needed", "no judge is needed",
])
def test_who_needs_no_judge_needs_no_approval(asked, said):
    talk = asked(["judicial_oversight", "access_safeguards"])
    talk.say(said)
    assert heard(talk)["access_safeguards"] == "none"


@pytest.mark.parametrize("said", ["no judge", "there is no judge", "no judge at all"])
def test_no_judge_answers_who_keeps_a_check(asked, said):
    talk = asked(["judicial_oversight"])
    talk.say(said)
    assert heard(talk)["judicial_oversight"].rstrip("?") == "none"


# What is no answer -------------------------------------------------------------------------

REMARKS = ["too long", "this is useless", "you already asked that", "I told you already",
           "I'm in a hurry", "my boss is waiting", "this takes forever", "come on", "whatever",
           "you're not listening", "I don't have time for this", "they have no budget this year",
           "it's a big order", "it's not a big order", "same as last time", "see above",
           "we need this quarter", "the client is nice", "they pay on time", "google it"]


@pytest.mark.parametrize("facts", [COUNTRY, PRODUCT, CHECKS, ["conflict"], ["agency_misuse"]])
@pytest.mark.parametrize("said", REMARKS)
def test_a_remark_is_no_answer_and_the_question_stands(asked, facts, said):
    talk = asked(facts)
    reply = talk.say(said)
    assert heard(talk) == {}
    assert talk.messages[-1].intent is Intent.REMARK
    assert talk.conversation.awaiting() == tuple(facts)
    assert [q.fact for q in reply.question.all()] == facts
    assert [line.text for line in reply.lead if "could not read" in line.text] == []


@pytest.mark.parametrize("facts", [["rights_limits"], ["judicial_oversight"], COUNTRY])
def test_who_cannot_say_does_not_know(asked, facts):
    talk = asked(facts)
    talk.say("can't say")
    assert heard(talk) == dict.fromkeys(facts, UNKNOWN)


def test_who_says_that_people_cannot_say_what_they_think_speaks_of_freedoms(asked):
    talk = asked(["rights_limits"])
    talk.say("people can't say what they want there")
    assert heard(talk) == {"rights_limits": YES}


def test_a_wish_to_end_the_questions_tells_nothing_of_the_courts(asked):
    talk = asked(["judicial_oversight"])
    talk.say("stop asking questions")
    assert heard(talk) == {}
    assert talk.messages[-1].intent is Intent.ADVISE_NOW


def test_a_word_of_answer_that_a_model_does_not_hear_beside_another_matter_is_none(asked):
    talk = asked(["detentions"])
    reader = PlainReader(talk.guidance, Says())
    said = "you sound like a lawyer"
    talk.take(reader.read(said, talk.conversation, key=MessageKey("m"), author="a", sent_at=WHEN))
    assert heard(talk) == {}


def test_a_comparison_is_asked_for_where_nothing_else_was(begin):
    talk = begin()
    talk.say("drones for the police in Kenya")
    talk.say("is it the same as last time?")
    assert talk.messages[-1].intent is Intent.COMPARE


@pytest.mark.parametrize("text", [
    "no, nothing like that", "nothing like that", "no, none of those", "no, none of the above",
])
def test_what_is_said_of_all_questions_answers_each(begin, text):
    talk = begin()
    talk.say("cctv for the police in Ghana, against burglary")
    asked = talk.conversation.awaiting()
    talk.say(text)

    assert len(asked) == 3
    assert {f: a.values for f, a in talk.messages[-1].heard.items()} == dict.fromkeys(
        asked, frozenset({"no"}))


@pytest.mark.parametrize("text", [
    "next question", "ok next", "ok, skip", "next question please",
])
def test_whoever_wants_the_next_question_leaves_these_open(begin, text):
    talk = begin()
    talk.say("cctv for the police in Ghana")
    asked = talk.conversation.awaiting()
    reply = talk.say(text)

    assert {f: a.values for f, a in talk.messages[-1].heard.items()} == dict.fromkeys(asked)
    assert reply.question is not None
    assert not set(asked).intersection(q.fact for q in reply.question.all())


@pytest.mark.parametrize(("fact", "said", "value"), [
    ("transparency", "hard no", "evasive"),
    ("law_in_practice", "hard no", "ignored"),
    ("export_review", "looks like it", "done?"),
    ("law_in_practice", "fairly sure", "followed?"),
    # A word of answer by itself is one.
    ("export_review", "legal is looking at it", "pending"),
    ("law_in_practice", "sometimes", "selective"),
])
def test_a_word_of_answer_within_a_longer_yes_or_no_says_nothing_of_its_own(
        asked, fact, said, value):
    talk = asked([fact])
    talk.say(said)

    assert heard(talk)[fact].replace("??", "") == value


@pytest.mark.parametrize("fact", ["system_of_concern", "detentions"])
def test_a_no_behind_a_number_that_says_yes_is_asked_back(asked, fact):
    talk = asked([fact])
    talk.say("1 no")

    assert not talk.messages[-1].heard
    assert talk.conversation.awaiting() == (fact,)


@pytest.mark.parametrize(("text", "value"), [
    ("no 1", "yes"), ("no. 2", "no"), ("option 1", "yes"), ("1: no", "no"), ("2 no", "no"),
])
def test_a_no_before_a_number_may_be_its_name(asked, text, value):
    talk = asked(["system_of_concern"])
    talk.say(text)

    assert talk.conversation.deal.known("system_of_concern") == {value}


@pytest.mark.parametrize("text", [
    "not really", "Not really.", "no, not really", "not particularly"])
def test_not_really_is_no_sure_no(asked, text):
    """Said behind a long first answer, it settled that there is no conflict."""
    talk = asked(["conflict"])
    talk.say(text)

    assert talk.conversation.deal.known("conflict") == {"no"}
    assert not talk.conversation.deal.settled("conflict")


@pytest.mark.parametrize("text", ["likely", "maybe", "most likely", "probably"])
def test_a_hedge_alone_tells_nothing_whatever_a_model_hears_in_it(begin, text):
    """To the model "likely" was software that foretells crimes."""
    talk = begin().amid({"country": "KE"}, ["product"])
    reader = PlainReader(talk.guidance, Says(("product", "predictive-policing", 1.0, text)))

    message = reader.read(text, talk.conversation, key=MessageKey("m"), author="a", sent_at=WHEN)

    assert all(answer.values is None for answer in message.heard.values())
