"""Go-betweens that a seller tells of by name or loosely, with the packaged model."""

import pytest

from tests.scenarios.spaced import told

OPENER = "data fusion platform for the interior ministry in Vietnam"


@pytest.mark.parametrize("text", [
    "it goes through FPT", "we sell it through a firm called Viettel Solutions",
    "all orders go via bechtle", "via our guy in Hanoi", "it's handled by an outfit in Singapore",
    "a firm in Singapore orders it and ships it on to them", "the order comes from Thales",
    "the contract is with a company in Dubai", "there's a middle party",
    "our partner there takes care of everything", "a local partner holds the contract",
])
def test_who_is_told_loosely_is_asked_back(begin, text):
    """Nothing of it was noted, and the deal went on as one without anybody between."""
    deal = told(begin, OPENER, text)
    assert deal.known("intermediary")
    assert not deal.settled("intermediary")
    assert deal.known("end_user") == {"interior-ministry"}
    assert deal.known("country") == {"VN"}


@pytest.mark.parametrize("text", [f"{OPENER}, through FPT", f"{OPENER}, sold via Bechtle"])
def test_so_is_who_is_named_in_an_opening(begin, text):
    deal = told(begin, text)
    assert deal.known("intermediary")
    assert not deal.settled("intermediary")


@pytest.mark.parametrize("text", [
    "they log in via Citrix", "data comes in through Kafka", "I met them through LinkedIn",
    "delivery goes via Dubai", "it runs through December", "we talked via Webex",
    "not through FPT", "is it ok to go through FPT?", "our company is in Munich",
    "a company in Hanoi makes the screens",
])
def test_what_is_no_go_between_is_asked_of_nobody(begin, text):
    assert not told(begin, OPENER, text).known("intermediary")


def test_a_reseller_who_is_known_is_no_other_for_being_named(begin):
    deal = told(begin, OPENER + ", via a reseller", "it goes through FPT")
    assert deal.known("intermediary") == {"reseller"}
    assert deal.settled("intermediary")
