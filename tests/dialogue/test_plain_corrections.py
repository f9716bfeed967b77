"""Corrections and additions as most people write them, each as a message of its own."""

from datetime import timedelta

import pytest

from tests.dialogue.talking import WHEN

LATER = timedelta(minutes=10)


def told(begin, *messages: str):
    talk = begin()
    for n, text in enumerate(messages):
        talk.say(text, WHEN + n * LATER)
    return talk


@pytest.mark.parametrize("text", [
    "not traffic, border control", "border control, not traffic",
    "it's not for traffic but for border control",
])
def test_a_use_that_is_denied_goes(begin, text):
    talk = told(begin, "ALPR for Kenya police, for traffic", text)
    assert talk.conversation.deal.known("end_use") == {"border-control"}


@pytest.mark.parametrize(("text", "users"), [
    ("no, for the army", {"military"}), ("no, the border guard", {"border-guard"}),
    ("no. the army", {"military"}),
    ("no, the army isn't involved", {"police"}), ("no reports, the army is fine", {"police"}),
    ("the army uses it too", {"police", "military"}),
])
def test_who_is_named_behind_a_mere_no_takes_the_place(begin, text, users):
    talk = told(begin, "ALPR for Kenya police", text)
    assert talk.conversation.deal.known("end_user") == users


@pytest.mark.parametrize("text", ["through Turkey", "via Turkey", "by way of Turkey"])
def test_where_goods_go_through_is_not_where_they_are_used(begin, text):
    talk = told(begin, "Selling to Iran, cameras", text)
    assert talk.conversation.deal.known("country") == {"IR"}


def test_another_user_elsewhere_adds_its_country_and_loses_no_flag(begin):
    talk = told(begin, "cctv for Kenya police, journalists are jailed there", "Uganda army")

    deal = talk.conversation.deal
    assert deal.known("country") == {"KE", "UG"}
    assert deal.known("end_user") == {"police", "military"}
    assert deal.known("detentions") == {"yes"}


def test_what_is_asked_back_is_asked_alone(begin):
    """Else "yes" to "Is that right?" is a yes to the three questions beside it."""
    talk = told(begin, "Drones for Nigeria army, there's a war", "the war is over")
    assert talk.conversation.awaiting() == ("conflict",)

    talk.say("yes", WHEN + 3 * LATER)
    deal = talk.conversation.deal
    assert deal.known("conflict") == {"no"}
    assert not deal.answered("agency_misuse")
    assert not deal.answered("onward_supply")


@pytest.mark.parametrize("text", [
    "I said Ghana but it's Togo", "I wrote Ghana, it should be Togo", "you have Ghana, it is Togo",
    "I told you Ghana. The country is Togo.", "the email says Ghana but it's for Togo",
    "please change Ghana to Togo", "swap Ghana for Togo",
])
def test_what_was_only_said_before_gives_way_to_what_it_is(begin, text):
    talk = told(begin, "cctv for the police in Ghana", text)
    assert talk.conversation.deal.known("country") == {"TG"}


@pytest.mark.parametrize(("text", "country"), [
    ("I said Ghana but also Togo", {"GH", "TG"}), ("I said Ghana and it's Togo too", {"GH", "TG"}),
    ("I said Ghana, but we met in Togo", {"GH"}),
    ("I said Ghana, but Togo borders it", {"GH"}), ("Togo is next door", {"GH"}),
    ("I told you Ghana, Togo is only the bank", {"GH"}),
])
@pytest.mark.parametrize("opening", [
    "cctv for the police in Ghana", "cctv for the police in Ghana, for traffic"])
def test_what_is_said_again_and_not_put_right_stays(begin, opening, text, country):
    talk = told(begin, opening, text)
    assert talk.conversation.deal.known("country") == country


@pytest.mark.parametrize(("text", "uses", "sure"), [
    ("they use it at protests", {"law-enforcement", "crowd-monitoring"}, True),
    ("they also use it at protests", {"law-enforcement", "crowd-monitoring"}, True),
    ("it's border control", {"border-control"}, True),
])
def test_what_it_is_used_for_as_well_takes_no_use_away(begin, text, uses, sure):
    talk = told(begin, "CCTV for the police in Uganda, to catch criminals", text)
    answer = talk.conversation.deal.answers["end_use"]
    assert (answer.values, answer.certain) == (uses, sure)


@pytest.mark.parametrize(("text", "products"), [
    # What is said to be another thing gives its place to that alone.
    ("sorry, the cctv is thermal cameras", {"drone", "thermal-imaging"}),
    ("the cctv is thermal cameras actually", {"drone", "thermal-imaging"}),
    ("correction: the cctv are thermal cameras", {"drone", "thermal-imaging"}),
    ("sorry, the cctv part is thermal imaging", {"drone", "thermal-imaging"}),
    ("cctv should be thermal cameras", {"drone", "thermal-imaging"}),
    ("actually the cctv is body cams", {"drone", "body-worn-camera"}),
    # So does what is denied by its name.
    ("sorry, not cctv, thermal cameras", {"drone", "thermal-imaging"}),
    ("thermal cameras, not cctv", {"drone", "thermal-imaging"}),
    ("no cctv, thermal cameras", {"drone", "thermal-imaging"}),
    ("I meant thermal cameras instead of cctv", {"drone", "thermal-imaging"}),
    # "Only", or both denied, leaves neither.
    ("just thermal cameras, no cctv", {"thermal-imaging"}),
    ("neither cctv nor drones, it's thermal cameras", {"thermal-imaging"}),
    ("actually the drones are facial recognition drones", {"drone", "facial-recognition"}),
])
def test_what_is_put_right_of_one_product_leaves_the_other(begin, text, products):
    talk = told(begin, "drones and cctv for the police in Kenya", text)
    assert talk.conversation.deal.known("product") == products


@pytest.mark.parametrize(("text", "users"), [
    ("correction, the police should be the prison service", {"military", "prison"}),
    ("the army is actually the interior ministry", {"police", "interior-ministry"}),
    ("the coast guard, not the army", {"police", "border-guard"}),
])
def test_what_is_put_right_of_one_user_leaves_the_other(begin, text, users):
    talk = told(begin, "cctv for the police and the army in Kenya", text)
    assert talk.conversation.deal.known("end_user") == users
