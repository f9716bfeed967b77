"""A number that is put right takes nothing out of the deal: "not 40 drones, 14"."""

import pytest

DEAL = {"product": "drone", "end_user": "police", "country": "MX"}


@pytest.mark.parametrize("text", [
    "correction: not 40 drones, 14", "it's not 40 drones but 14",
    "not two drones, just one", "not 40 drones, 14 drones", "not 40 drones but 14 units"])
def test_a_number_that_is_put_right_leaves_what_is_sold(begin, text):
    """It was noted that no drones are sold any more."""
    talk = begin().amid(DEAL, ["detentions"])
    talk.say(text)
    assert talk.conversation.deal.known("product") == {"drone"}


@pytest.mark.parametrize("text", ["not 40 drones, 14 body cameras", "no drones, 14 body cameras"])
def test_another_product_in_its_place_is_sold(begin, text):
    talk = begin().amid(DEAL, ["product"])
    talk.say(text)
    assert talk.conversation.deal.known("product") == {"body-worn-camera"}
