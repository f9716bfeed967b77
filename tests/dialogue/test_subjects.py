"""What a "don't know" or a "no" is about, and what it leaves as it stands."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.reply import Status
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact
from retrieval.words.lexicon import Lexicon
from tests.dialogue.talking import KEY, WHEN, Says, Talk

COUNTRY = ["detentions", "restrictive_laws", "conflict"]
PRODUCT = ["misuse_reports", "system_of_concern"]
DEAL = {"product": "cctv", "end_user": "police", "country": "KE"}

Asked = Callable[..., Talk]


@pytest.fixture
def asked(begin: Callable[[], Talk]) -> Asked:
    """A talk about cameras for the Kenyan police in which *facts* were asked for last."""

    def start(facts: Sequence[str], **known: str) -> Talk:
        return begin().amid({**DEAL, **known}, facts)

    return start


def heard(talk: Talk) -> dict[str, set[str] | None]:
    """What the last message was taken to say."""
    return {fact: None if answer.values is None else set(answer.values)
            for fact, answer in talk.messages[-1].heard.items()}


def raised(talk: Talk) -> set[str]:
    return {f.id for f in talk.replies[-1].flags if f.status is Status.RAISED}


# A don't-know ------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [
    "no idea", "don't know", "not sure yet", "idk honestly", "I don't know, sorry",
    "haven't checked", "no idea, honestly"])
def test_a_bare_dont_know_answers_all_that_was_asked(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(COUNTRY)


@pytest.mark.parametrize(("said", "facts"), [
    ("dont know about laws", {"restrictive_laws"}),
    ("no idea about unrest", {"conflict"}),
    ("no clue about arrests or laws", {"detentions", "restrictive_laws"}),
    ("don't know if there's a conflict", {"conflict"}),
    ("no information on their laws", {"restrictive_laws"}),
])
def test_a_dont_know_is_of_what_it_names(asked, said, facts):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(facts)
    assert set(talk.conversation.awaiting()) == set(COUNTRY) - facts


@pytest.mark.parametrize("said", [
    "I don't know who makes the decision", "no data protection law there",
    "we dont know the price yet", "no information on budget", "dont know who exactly",
    "I don't know where the servers are"])
@pytest.mark.parametrize("facts", [COUNTRY, ["system_of_concern"]])
def test_a_dont_know_of_something_else_answers_nothing(asked, facts, said):
    talk = asked(facts)
    talk.say(said)
    assert heard(talk).keys().isdisjoint(facts)


def test_who_does_not_know_who_takes_no_guess_back(asked):
    """Asked what is sold, "dont know who exactly" made the spyware unknown, and its flag went."""
    talk = asked(["product", "end_use"])
    guess = Answer(frozenset({"spyware"}), "words", KEY, False, 0, 5, 0.5)
    talk.conversation = replace(talk.conversation, deal=talk.conversation.deal.with_answers(
        {Fact("product"): guess}))
    talk.say("dont know who exactly")
    assert talk.conversation.deal.answers["product"] == guess
    assert "hacking-tools-for-the-state" in raised(talk)


# A no --------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [
    "no clauses in the contract yet", "no budget approved yet", "no NDA signed",
    "there is no demo scheduled", "we haven't met them", "none of the staff speak english",
    "some training is included", "some gaps", "no delivery date", "no I meant Guatemala"])
def test_a_no_or_a_some_of_something_else_settles_nothing(asked, said):
    talk = asked(["system_of_concern"])
    talk.say(said)
    answer = talk.conversation.deal.answers.get(Fact("system_of_concern"))
    assert answer is None or answer.guessed


@pytest.mark.parametrize("said", ["no sorry", "no theyre clean", "no everything is fine",
                                  "none in the last years", "no allegations", "no our team looked"])
def test_a_plain_no_is_heard_or_asked_back(asked, said):
    talk = asked(["misuse_reports"])
    talk.say(said)
    assert talk.conversation.deal.known(Fact("misuse_reports")) == {"no"}


@pytest.mark.parametrize("said", [
    "tbd by the customer", "no information available", "idk man",
    "need to ask the customer"])
def test_a_dont_know_of_no_other_matter_is_of_all(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == dict.fromkeys(COUNTRY)


def test_not_to_know_whether_there_is_abuse_says_not_that_there_is(asked):
    talk = asked(["misuse_reports"])
    talk.say("not sure if there's abuse")
    assert heard(talk) == {"misuse_reports": None}


def test_a_fact_of_another_release_disturbs_nothing(asked):
    talk = asked(["misuse_reports"], detentions="yes")
    deal = talk.conversation.deal
    gone = {Fact("gone"): deal.answers[Fact("detentions")]}
    talk.conversation = replace(talk.conversation, deal=Deal({**deal.answers, **gone}))
    talk.say("no")
    assert talk.conversation.deal.known(Fact("misuse_reports")) == {"no"}


def test_what_is_told_of_the_new_country_stands_though_it_is_the_same(asked):
    talk = asked(["misuse_reports"], detentions="yes")
    talk.say("I meant Uganda, not Kenya. Journalists are arrested in Uganda as well")
    assert talk.conversation.deal.known(Fact("country")) == {"UG"}
    assert talk.conversation.deal.known(Fact("detentions")) == {"yes"}


@pytest.mark.parametrize(("fact", "said", "value"), [
    ("system_of_concern", "no", "no"),
    ("system_of_concern", "no, never", "no"),
    ("system_of_concern", "no it's a standalone thing", "no"),
    ("system_of_concern", "no part of any system", "no"),
    ("system_of_concern", "nope nothing like that", "no"),
    ("detentions", "no abuse", "no"),
    ("misuse_reports", "no such reports", "no"),
    ("misuse_reports", "no known misuse", "no"),
    ("misuse_reports", "several", "yes"),
    ("misuse_reports", "some reports, yes", "yes"),
    ("misuse_reports", "yes they sold it to thugs", "yes"),
])
def test_a_yes_or_no_of_what_was_asked_answers_it(asked, fact, said, value):
    talk = asked([fact])
    talk.say(said)
    assert talk.conversation.deal.known(fact) == {value}


def test_a_no_of_the_product_says_nothing_of_abuse(asked):
    talk = asked(["detentions"])
    guess = Answer(frozenset({"yes"}), "words", KEY, False, 0, 5, 0.5)
    talk.conversation = replace(talk.conversation, deal=talk.conversation.deal.with_answers(
        {Fact("detentions"): guess}))
    talk.say("no misuse reports, not part of any such system")
    assert talk.conversation.deal.answers["detentions"] == guess


def test_a_no_of_another_question_does_not_answer_the_one_asked(asked):
    talk = asked(["hidden_ownership"])
    reader = PlainReader(talk.guidance, Says(("system_of_concern", "no", 0.95, "isn't part of")))
    talk.take(reader.read("No, it isn't part of a bad system", talk.conversation,
                          key=MessageKey("m"), author="a", sent_at=WHEN))
    assert heard(talk) == {"system_of_concern": {"no"}}


# Several questions -------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["1,4,6", "1, 4 and 6", "1 4 6", "1/4/6", "1. 4. 6", "1.4.6",
                                  "#1 #4 #6", "1 & 4 & 6"])
def test_numbers_are_read_however_they_are_divided(asked, said):
    talk = asked(COUNTRY)
    talk.say(said)
    assert heard(talk) == {"detentions": {"yes"}, "restrictive_laws": {"no"}, "conflict": {"no"}}


@pytest.mark.parametrize(("said", "number"), [
    ("\N{DINGBAT NEGATIVE CIRCLED DIGIT ONE}", 1), ("\N{CIRCLED DIGIT TWO}", 2),
    ("\N{SUPERSCRIPT TWO}", 2), ("\N{DINGBAT CIRCLED SANS-SERIF DIGIT ONE}", 1),
    ("\N{FULLWIDTH DIGIT TWO}", 2), ("\N{ARABIC-INDIC DIGIT ONE}", 1),
])
@pytest.mark.parametrize("together", [COUNTRY, PRODUCT, PRODUCT[:1]])
def test_a_digit_of_whatever_shape_is_the_number_that_it_shows(asked, together, said, number):
    plain, shaped = asked(together), asked(together)
    plain.say(str(number))
    shaped.say(said)
    assert heard(plain)
    assert heard(shaped) == heard(plain)


@pytest.mark.parametrize("said", [
    "9" * 5_000,
    "\N{DINGBAT NEGATIVE CIRCLED DIGIT NINE}" * 5_000,
    "9" * 5_000 + ". no " + "8" * 5_000 + ". yes",
    "9" * 5_000 + "-" + "9" * 5_000,
    "explain the " + "9" * 5_000,
    "flag " + "9" * 5_000,
    "UNGP " + "9" * 5_000,
], ids=lambda said: f"{said[:6]}, {len(said)} characters")
@pytest.mark.parametrize("together", [COUNTRY, PRODUCT, PRODUCT[:1]])
def test_a_number_too_long_to_be_read_answers_nothing(asked, together, said):
    talk = asked(together)
    talk.say(said)
    assert heard(talk) == {}


def test_courts_that_are_fine_say_nothing_of_conflict(asked):
    talk = asked(COUNTRY)
    talk.say("courts are fine and independent")
    assert heard(talk) == {"judicial_oversight": {"independent"}}


def test_a_numbered_answer_stands_whatever_follows_at_once(asked):
    talk = asked(PRODUCT)
    talk.say("1", at=WHEN + timedelta(seconds=1))
    talk.say("we havent done the export review yet", at=WHEN + timedelta(seconds=6))
    assert talk.conversation.deal.known("misuse_reports") == {"yes"}


# What is put right -------------------------------------------------------------------------


def test_what_was_found_of_one_country_is_not_held_against_another(asked):
    talk = asked(["conflict"], detentions="yes", misuse_reports="yes")
    talk.conversation = replace(talk.conversation, asked=(Fact("detentions"), Fact("conflict")))
    talk.say("no I meant guatemala not kenya")
    deal = talk.conversation.deal
    assert deal.known("country") == {"GT"}
    assert deal.known("misuse_reports") == {"yes"}
    assert not deal.answered(Fact("detentions")) and not deal.answered(Fact("conflict"))
    assert "detentions" not in talk.conversation.asked


def test_a_further_country_takes_nothing_back(asked):
    talk = asked(["conflict"], detentions="yes")
    talk.say("it will also be used in Guatemala")
    assert talk.conversation.deal.known("country") == {"KE", "GT"}
    assert talk.conversation.deal.known("detentions") == {"yes"}


# What stands beside what is known ----------------------------------------------------------


@pytest.mark.parametrize("said", [
    "they also said they'd delete it after 30 days", "footage is deleted after 30 days",
    "data is encrypted at rest by the way"])
def test_how_long_data_is_kept_takes_no_sharing_back(asked, said):
    talk = asked(COUNTRY, data_sharing="open")
    talk.say(said)
    assert talk.conversation.deal.known("data_sharing") == {"open"}
    assert "open-data-sharing" in raised(talk)


def test_sharing_is_taken_back_by_who_says_so(asked):
    talk = asked(COUNTRY, data_sharing="open")
    talk.say("actually the data is not shared with anyone")
    assert talk.conversation.deal.known("data_sharing") == {"restricted"}


def test_no_one_between_does_not_stand_beside_a_distributor(asked):
    talk = asked(COUNTRY)
    text = "no direct sale, its via a distributor"
    reader = PlainReader(talk.guidance, Says(
        ("intermediary", "none", 0.98, "no direct sale"),
        ("intermediary", "distributor", 0.99, "via a distributor")))
    talk.take(reader.read(text, talk.conversation, key=MessageKey("m"), author="a", sent_at=WHEN))
    assert talk.conversation.deal.known("intermediary") == {"distributor"}


def test_a_guess_that_no_word_bears_out_replaces_nothing_sure(asked):
    talk = asked(COUNTRY)
    reader = PlainReader(talk.guidance, Says(("end_user", "intelligence", 0.65, "oui")))
    talk.take(reader.read("oui", talk.conversation, key=MessageKey("m"), author="a", sent_at=WHEN))
    assert talk.conversation.deal.known("end_user") == {"police"}


def test_what_was_not_known_of_the_old_country_is_not_said_to_be_taken_back(asked):
    talk = asked(COUNTRY)
    talk.say("no idea")
    reply = talk.say("sorry, it's Uganda, not Kenya")
    said = " ".join(line.text for line in reply.lead)
    assert talk.conversation.deal.known(Fact("country")) == {"UG"}
    assert "not  any more" not in said
    assert not talk.conversation.deal.answered(Fact("conflict"))


@pytest.mark.parametrize(("said", "unknown"), [
    ("we don't know what it's for", {"end_use"}),
    ("no idea what they want it for", {"end_use"}),
    ("I don't know what it will be used for yet", {"end_use"}),
    ("we don't know", set(COUNTRY)),
    ("no idea, to be honest", set(COUNTRY)),
    ("no clue what to say", set(COUNTRY)),
])
def test_a_dont_know_that_names_another_matter_leaves_what_is_asked_open(begin, said, unknown):
    """All that was asked was noted as not known, and never asked again."""
    talk = begin()
    talk.say("30 drones for the police in Ghana")
    assert talk.conversation.awaiting() == tuple(COUNTRY)

    talk.say(said)

    deal = talk.conversation.deal
    assert {fact for fact in deal.answers if deal.unknown(fact)} == unknown


def test_a_name_of_nothing_but_small_words_names_no_question(guidance):
    """"Who is in between" was the name of every span of small words."""
    cues = cues_of(guidance)
    reading = Lexicon(guidance.vocabulary).find("about that")

    assert Subjects(guidance.questions, cues).called(reading, (0, 2)) == (frozenset(), False)


@pytest.mark.parametrize("said", ["is there? no", "and who? none", "are they? no idea"])
def test_who_asks_back_in_small_words_tells_of_no_go_between(begin, said):
    """It was noted that nobody is between, or that it isn't known."""
    talk = begin()
    talk.say("cctv for the police in Ghana")

    talk.say(said)

    assert not talk.conversation.deal.answered("intermediary")
