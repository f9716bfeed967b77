"""What a seller takes out of a deal and puts in its place, with the packaged model."""

import pytest

from tests.scenarios.spaced import told

OPENER = "body cams and drones for the gendarmerie in Gabon, via a reseller"


@pytest.mark.parametrize("text", [
    "cancel gabon, its equatorial guinea", "delete gabon, equatorial guinea",
    "lose gabon it's equatorial guinea", "disregard gabon. equatorial guinea",
    "pls cancel gabon and make it equatorial guinea", "remove gabon and put equatorial guinea",
])
def test_an_order_to_take_a_place_out_takes_it_out(begin, text):
    """"Cancel gabon, its equatorial guinea" made it a deal in both."""
    assert told(begin, OPENER, text).known("country") == {"GQ"}


@pytest.mark.parametrize(("text", "products"), [
    ("cancel the drones", {"body-worn-camera"}),
    ("cancel the drones, it's thermal cameras", {"body-worn-camera", "thermal-imaging"}),
    ("body cams is wrong its thermal cameras", {"drone", "thermal-imaging"}),
])
def test_an_order_to_take_a_product_out_leaves_the_rest(begin, text, products):
    """What took the place of the body cams was lost, where a model heard nothing of it."""
    assert told(begin, OPENER, text).known("product") == products


@pytest.mark.parametrize("text", [
    "they cancelled the election in gabon", "the army in Chad deleted its gabon archive",
    "we never delete the drones' footage",
])
def test_what_somebody_cancels_elsewhere_takes_nothing_out(begin, text):
    deal = told(begin, OPENER, text)
    assert deal.known("product") == {"body-worn-camera", "drone"}
    assert "GA" in deal.known("country")


@pytest.mark.parametrize("text", [
    "the reseller got swapped for a distributor", "we replaced the reseller with a distributor",
    "a distributor took over from the reseller", "change the reseller to a distributor",
    "the reseller was replaced by a distributor last week",
    "reseller has been exchanged for a distributor",
    "a distributor replaces the reseller", "reseller -> distributor",
])
def test_who_is_exchanged_is_gone_and_who_comes_instead_is_there(begin, text):
    """The one who came was lost, or stood beside the one who had left."""
    deal = told(begin, OPENER, text)
    assert deal.known("intermediary") == {"distributor"}
    assert deal.settled("intermediary")


@pytest.mark.parametrize("text", [
    "we might swap the reseller for a distributor",
    "the plan is to replace the reseller with a distributor",
    "should we replace the reseller with a distributor?",
    "if they replace the reseller with a distributor we walk",
])
def test_who_may_be_exchanged_is_still_there(begin, text):
    assert "reseller" in told(begin, OPENER, text).known("intermediary")


def test_whoever_is_called_in_a_word_is_exchanged_too(begin):
    deal = told(begin, "drones for the police in Gabon, integrator does everything",
                "replace the integrator with a reseller")
    assert deal.known("intermediary") == {"reseller"}


def test_what_is_exchanged_in_an_opening_is_not_what_is_sold(begin):
    deal = told(begin, "we replace their old cctv with drones, police in Gabon")
    assert deal.known("product") == {"drone"}


def test_an_exchange_of_one_product_leaves_the_other(begin):
    deal = told(begin, OPENER, "they swapped the drones for thermal cameras")
    assert deal.known("product") == {"body-worn-camera", "thermal-imaging"}
