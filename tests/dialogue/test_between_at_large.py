"""Who stands between by a loose word: "our partner in Dakar handles it" was nobody at all."""

import pytest

from retrieval.guidance import Fact
from tests.dialogue.test_half_said import noted, read

INTERMEDIARY = Fact("intermediary")


@pytest.mark.parametrize(("text", "who"), [
    ("body cams for the police of Senegal. Our partner in Dakar handles it", "reseller"),
    ("mail from our partner in Dakar: drones for the police of Senegal", "reseller"),
    ("drones for the police of Oman with a partner there", "reseller"),
    ("our man in Lomé brought us a deal: drones for the police of Togo", "broker"),
    # What it is that goes to the ministry needs not be known word by word.
    ("200 clever drones for the interior ministry of Vietnam via Datasoft", "reseller"),
])
def test_who_stands_between_by_a_loose_word_is_asked_back(begin, text, who):
    talk = begin()
    talk.say(text)
    answer = talk.conversation.deal.answers.get(INTERMEDIARY)

    assert answer is not None
    assert who in answer.values
    assert not answer.certain


@pytest.mark.parametrize("text", [
    "our partner bank wants drones for its sites in Norway",
    "drones for the police of Oman, no partner of ours is there",
    "drones for the police of Senegal, partner discount is 10",
    "the footage of our drones gets to the police of Oman via Zoom",
])
def test_a_partner_that_stands_nowhere_is_no_go_between(begin, text):
    talk = begin()
    talk.say(text)
    answer = talk.conversation.deal.answers.get(INTERMEDIARY)

    assert answer is None or answer.values == {"none"}


@pytest.mark.parametrize(("said", "who"), [
    ("40 drones to the army of Chad via our US prime", "integrator"),
    ("40 probes for the army of Chad via Viettel", "reseller"),
])
def test_a_name_that_a_model_hears_nothing_in_is_asked_back(guidance, said, who):
    """Who is named behind a "via" was heard as nobody, if no model knew the word."""
    message = read(guidance, said, ("product", "drone", 1.0, said[:9]),
                   ("end_user", "military", 1.0, "the army of Chad"))

    assert noted(message, "end_user") == ({"military"}, False)
    assert noted(message, "intermediary") == ({who}, True)
