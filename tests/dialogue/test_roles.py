"""What a go-between is said to be is no user: "the reseller is state-owned"."""

from datetime import timedelta

import pytest

from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Says, Talk

USER = Fact("end_user")
DEAL = "phone extraction kits for the police in Peru"


@pytest.mark.parametrize("said", [
    "the reseller is state owned",
    "reseller: Lima Digital (state-owned)",
    "the reseller is called Lima Digital, state owned",
    "our reseller is a state company",
    "the distributor used to be army",
    "the broker is owned by the army",
])
@pytest.mark.parametrize("apart", [True, False])
def test_what_a_go_between_is_uses_nothing(begin, said, apart):
    talk = begin()
    if apart:
        talk.say(DEAL)
        talk.say(said)
    else:
        talk.say(f"{DEAL}. {said}")

    assert talk.conversation.deal.known(USER) == {"police"}


@pytest.mark.parametrize(("said", "users"), [
    ("the army will use it too, the reseller is state owned", {"police", "military"}),
    ("the reseller is selling to the army too", {"police", "military"}),
    ("the reseller is here, and the army uses it as well", {"police", "military"}),
])
def test_whom_it_sells_to_is_a_user_still(begin, said, users):
    talk = begin()
    talk.say(f"{DEAL}. {said}")

    assert talk.conversation.deal.known(USER) == users


@pytest.mark.parametrize("said", [
    "our reseller is the army in Peru, they want drones",
    "drones for Peru. reseller: Lima Digital, end user: army",
])
def test_where_no_other_user_is_told_it_may_be_the_user(begin, said):
    talk = begin()
    talk.say(said)

    assert talk.conversation.deal.known(USER) == {"military"}


def test_nor_is_it_one_to_a_model(guidance, sentences):
    model = Says(("end_user", "state-owned-company", 0.9, "state owned"),
                 ("end_user", "police", 0.9, "police"),
                 ("product", "mobile-forensics", 0.9, "kits"))
    talk = Talk(guidance, PlainReader(guidance, model), sentences)
    talk.say(f"{DEAL}. the reseller is state owned")

    assert talk.conversation.deal.known(USER) == {"police"}


@pytest.mark.parametrize(("text", "users"), [
    ("the regulator requires it", {"telecom-operator"}),
    ("the interior ministry demands it", {"telecom-operator"}),
    ("the police insist on it", {"telecom-operator"}),
    ("the army approved it", {"telecom-operator"}),
    # Who uses it, or needs more of it, comes on top.
    ("the army will use it too", {"telecom-operator", "military"}),
    ("the interior ministry requires the drones as well", {"telecom-operator",
                                                          "interior-ministry"}),
])
def test_who_only_demands_it_is_no_user(begin, text, users):
    talk = begin()
    talk.say("lawful interception for a telecom operator in Senegal")
    talk.say(text, WHEN + timedelta(minutes=3))
    assert talk.conversation.deal.known("end_user") == users


@pytest.mark.parametrize("text", [
    "it goes through BEL, a state-owned company, they buy and supply",
    "via Norinco, a state owned company", "wait no thru BEL, a private company",
    "the reseller is listed, partly owned by a state-controlled insurer"])
def test_what_is_said_of_a_go_between_by_name_makes_it_no_user(begin, text):
    """A state-owned company came in the place of the army, for certain."""
    talk = begin().amid({"product": "gait-recognition", "end_user": "military", "country": "NP"},
                        ["end_use"])
    talk.say(text)
    assert talk.conversation.deal.known("end_user") == {"military"}


def test_a_user_behind_a_go_between_by_name_is_one(begin):
    talk = begin()
    talk.say("cctv via Crestline, the Serbian police will run it")
    assert talk.conversation.deal.known("end_user") == {"police"}


@pytest.mark.parametrize("text", ["they refused the human rights annex", "the annex is signed"])
def test_an_annex_of_a_contract_takes_no_land(begin, text):
    """It told of a conflict."""
    talk = begin().amid({"product": "cctv", "end_user": "police", "country": "UG"},
                        ["detentions", "conflict"])
    talk.say(text)
    assert "conflict" not in talk.messages[-1].heard
