"""A "no" that nobody put a comma behind, as on a phone."""

from collections.abc import Sequence

import pytest

from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import Talk


@pytest.mark.parametrize(("said", "users"), [
    ("actually no the army", {"military"}),
    ("no it's the army", {"military"}),
    ("nope its the army", {"military"}),
    # Here it denies what follows.
    ("no police", set()),
    ("not the police", set()),
])
def test_a_no_before_an_article_denies_nothing_of_what_follows(begin, said, users):
    talk = begin()
    talk.say("cctv for the police in Guatemala")
    talk.say(said)
    assert talk.conversation.deal.known("end_user") == users


class TakesItForADenial:
    """A model that hears the "no" of an answer in what follows on it without a comma."""

    def __call__(self, text: str) -> Sequence[Told]:
        first = text.find("the warrants")
        value = "none" if "no the" in text else "adequate"
        return [] if first < 0 else [
            Told(Fact("access_safeguards"), value, 0.97, first, len(text))]


def test_a_no_without_a_comma_is_not_heard_as_a_denial_either(guidance, sentences):
    """It was noted that no approval is needed, with its flag."""
    talk = Talk(guidance, PlainReader(guidance, TakesItForADenial()), sentences)
    talk.say("an interception system for the police in Ghana")
    talk.say("no the warrants are needed")

    assert talk.conversation.deal.known("access_safeguards") == {"adequate"}


@pytest.mark.parametrize(("said", "settled"), [
    ("no people in frame", False), ("no people on the footage", False),
    ("no people like it there, we checked", True),
])
def test_a_no_before_people_somewhere_is_of_these_people(begin, said, settled):
    """"No people in frame" said for sure that no product like it was ever misused."""
    talk = begin()
    talk.say("thermal cameras for the forest service in Chile, against wildfires")
    assert talk.conversation.awaiting() == ("misuse_reports",)
    talk.say(said)

    assert talk.conversation.deal.certain("misuse_reports") is settled


@pytest.mark.parametrize("said", ["no just the police", "nope only the police", "nah just police"])
def test_a_no_before_the_only_one_leaves_that_one(begin, said):
    talk = begin()
    talk.say("drones for the army and the police in Chad")
    talk.say(said)

    assert talk.conversation.deal.known("end_user") == {"police"}
