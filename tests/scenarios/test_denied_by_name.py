"""What is denied or put right by the name that we gave it."""

from datetime import timedelta

import pytest

from bot.dialogue.reply import Status
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Talk

LATER = timedelta(hours=1)
CCTV = "CCTV with face recognition for the police in Uganda, to catch criminals"


def say(talk: Talk, *texts: str) -> None:
    for n, text in enumerate(texts):
        talk.say(text, WHEN + n * LATER)


def known(talk: Talk, fact: str) -> set[str]:
    return set(talk.conversation.deal.known(Fact(fact)))


@pytest.mark.parametrize("said", [
    "jammer and detector, it's not a drone!", "no drones", "it isn't a drone"])
def test_a_denial_takes_its_guess_away_and_confirms_none(begin, said):
    talk = begin()
    say(talk, "jammer + drone detection for presidential guard of Gabon", said)

    assert known(talk, "product") == {"other"}


@pytest.mark.parametrize("said", [
    "it's only the data feed, ad-tech location pings. it isn't data fusion",
    "no fusion, just location data",
])
def test_a_guess_is_denied_by_a_word_of_its_label(begin, said):
    talk = begin()
    say(talk, "data broker feed with mobile location data, client: immigration agency of Hungary",
        said)

    assert known(talk, "product") == {"location-tracking"}


@pytest.mark.parametrize("said", [
    "that content blocking flag is wrong", "that's wrong, we don't filter",
    "not blocking anything", "no blocking at all"])
def test_so_is_what_raised_a_flag(begin, said):
    talk = begin()
    say(talk, "social media monitoring for the election commission of Zambia",
        "taking down posts about the vote")
    assert known(talk, "end_use") == {"content-filtering", "elections"}
    guessed = talk.conversation.deal.guessed(Fact("end_use"))
    talk.say(said, WHEN + 5 * LATER)

    assert known(talk, "end_use") == {"elections"}
    # What was the other guess is none the surer.
    assert talk.conversation.deal.guessed(Fact("end_use")) == guessed
    assert not any(f.status is Status.RAISED for f in talk.replies[-1].flags)


@pytest.mark.parametrize("said", [
    "no government ties", "we don't sell to private persons", "that's no use", "no problem",
    "not sure about the data", "they don't mind"])
def test_other_denials_take_nothing_away(begin, said):
    talk = begin()
    say(talk, "data fusion platform for the city of Lima, public safety")
    before = {fact: known(talk, fact) for fact in ("product", "end_user", "end_use")}
    talk.say(said, WHEN + 5 * LATER)

    assert {fact: known(talk, fact) for fact in before} == before


@pytest.mark.parametrize(("first", "said", "fact", "expected"), [
    ("phone forensics for the police in Kenya", "it would be CCTV instead of phone forensics",
     "product", {"cctv"}),
    ("phone forensics for the police in Kenya", "CCTV rather than phone forensics",
     "product", {"cctv"}),
    (CCTV, "deal is back on, customer now wants it for traffic only", "end_use", {"traffic"}),
    (CCTV, "the country is wrong: it is Kenya", "country", {"KE"}),
    (CCTV, "the end use is wrong: it's for safety in the stadium", "end_use", {"public-safety"}),
    (CCTV, "the face recognition module is optional, they haven't decided", "product",
     {"cctv", "facial-recognition"}),
    (CCTV, "the police is still the police", "end_user", {"police"}),
    (CCTV, "no I said the city uses it too", "end_user", {"police", "local-government"}),
])
def test_a_correction_replaces_and_a_mention_does_not(begin, first, said, fact, expected):
    talk = begin()
    say(talk, first, said)

    assert set(talk.conversation.deal.latest(Fact(fact))) == expected


def test_who_takes_the_end_user_back_after_the_advice_is_asked_for_it(begin):
    talk = begin()
    say(talk, CCTV, "advise now", "not the police")

    assert talk.conversation.awaiting() == (Fact("end_user"),)


def test_a_harmless_guess_is_asked_back_before_detentions(begin):
    talk = begin()
    say(talk, "crop-spraying drones for a private coffee farm in Brazil")
    assert talk.conversation.awaiting() == (Fact("end_use"),)
    talk.say("yes", WHEN + LATER)

    assert talk.conversation.awaiting() == (Fact("misuse_reports"),)
    talk.say("advise now", WHEN + 2 * LATER)
    assert talk.replies[-1].shape == "short"


@pytest.mark.parametrize("user", ["police", "army", "intelligence service", "border guard"])
def test_for_the_police_or_the_army_no_use_is_harmless(begin, user):
    talk = begin()
    say(talk, f"camera traps for wildlife for the {user} of Kenya", "advise now")

    assert talk.replies[-1].shape == "full"
