"""What a first message tells beside its deal: provisos, deals of before, quotations, tenders."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says

DEAL = "Drones for police in Zambia. "
DRONES = ("product", "drone", 1.0, "Drones")
POLICE = ("end_user", "police", 1.0, "police in Zambia")
ZAMBIA = ("country", ANY, 1.0, "in Zambia")


def heard(guidance, text, *told):
    message = PlainReader(guidance, Says(*told)).read(
        text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN)
    return {fact: (set(answer.values or ()), answer.guessed)
            for fact, answer in message.heard.items()}


def of_deal(guidance, text, *told):
    return heard(guidance, DEAL + text, DRONES, POLICE, ZAMBIA, *told)


@pytest.mark.parametrize(("text", "words"), [
    ("All of it subject to the human rights annex being accepted.",
     "the human rights annex being accepted"),
    ("We go on, on condition that they accept the human rights clause.",
     "they accept the human rights clause"),
    ("Our offer is conditional on them agreeing to the human rights terms.",
     "them agreeing to the human rights terms"),
    ("We are still awaiting their acceptance of the human rights clause.",
     "their acceptance of the human rights clause"),
])
def test_terms_that_are_made_a_condition_are_not_accepted(guidance, text, words):
    """The rights terms were "accepted", for certain, in an offer that hung on their acceptance."""
    assert "human_rights_clause" not in of_deal(
        guidance, text, ("human_rights_clause", "accepted", 0.98, words))


@pytest.mark.parametrize("text", [
    "They accepted the human rights clause, subject to small edits.",
    "They accepted the human rights clause on the condition that we train them.",
])
def test_what_was_accepted_on_a_condition_is_accepted(guidance, text):
    told = of_deal(guidance, text,
                   ("human_rights_clause", "accepted", 0.98, "accepted the human rights clause"))
    assert told["human_rights_clause"] == ({"accepted"}, False)


def test_a_review_that_is_made_a_condition_is_not_done(guidance):
    text = "We sign subject to export counsel clearing it."
    assert "export_review" not in of_deal(
        guidance, text, ("export_review", "done", 0.88, "export counsel clearing it"))


def test_what_is_grave_is_heard_in_a_proviso_too(guidance):
    text = "Awaiting the licence, since they refuse the human rights clause."
    told = of_deal(guidance, text,
                   ("human_rights_clause", "refused", 0.95, "refuse the human rights clause"))
    assert told["human_rights_clause"] == ({"refused"}, False)


HYDROLOGISTS = ("end_user", "other-ministry", 0.98, "the hydrology department of Nepal")
NEPAL = ("country", ANY, 1.0, "of Nepal")


@pytest.mark.parametrize(("before", "words", "user"), [
    ("In 2017 we sold drones to the Nepalese police.", "the Nepalese police", "police"),
    ("Years ago we turned down the army there, and they were angry.", "the army", "military"),
    ("We declined an order of the army via a broker back in 2020.", "the army", "military"),
])
def test_parties_of_an_earlier_deal_are_none_of_the_one_it_comes_to(guidance, before, words, user):
    """It was asked back whether the police are the end-user to whom we had sold years ago."""
    told = heard(guidance, f"{before} Now the hydrology department of Nepal wants two drones.",
                 HYDROLOGISTS, NEPAL, ("product", "drone", 1.0, "two drones"),
                 ("end_user", user, 0.9, words), ("intermediary", "broker", 0.9, "a broker"))
    assert told["end_user"] == ({"other-ministry"}, False)
    assert told["product"] == ({"drone"}, False)
    assert "intermediary" not in told


def test_what_an_earlier_deal_alone_names_is_of_this_one_too(guidance):
    told = heard(guidance, "In 2020 the army of Nepal wanted drones, and we declined. "
                 "Now the hydrology department wants two.",
                 ("product", "drone", 1.0, "drones"), NEPAL,
                 ("end_user", "military", 0.9, "the army"),
                 ("end_user", "other-ministry", 0.98, "the hydrology department"))
    assert told["product"][0] == {"drone"}
    assert told["country"][0] == {"NP"}
    assert told["end_user"][0] == {"other-ministry"}


def test_who_bought_before_and_wants_more_is_the_end_user(guidance):
    told = heard(guidance, "Last year we sold forty drones to the police of Oman. "
                 "Now they want twenty more.",
                 ("product", "drone", 1.0, "drones"), ("country", ANY, 1.0, "Oman"),
                 ("end_user", "police", 1.0, "the police of Oman"))
    assert told["end_user"] == ({"police"}, False)


OURS = ("hosting", "supplier", 1.0, "on our own servers")


@pytest.mark.parametrize("text", [
    'They wrote: "The data will be kept on our own servers."',
    "Their mail says “we store it on our own servers”.",
])
def test_our_servers_in_what_the_customer_writes_are_the_customers(guidance, text):
    """The customer's own servers were taken for ours, for certain."""
    assert of_deal(guidance, text, OURS)["hosting"] == ({"customer"}, True)


@pytest.mark.parametrize("text", [
    "The data will be kept on our own servers.",
    'I told them: "the data will be kept on our own servers".',
    'They call it a "safe city" and it runs on our own servers.',
])
def test_our_servers_are_ours_where_we_say_so(guidance, text):
    assert of_deal(guidance, text, OURS)["hosting"] == ({"supplier"}, False)


def test_a_data_centre_that_the_bidder_has_to_run_it_in_is_ours(guidance):
    text = "The tender says that the bidder shall run it in its own data centre."
    told = of_deal(guidance, text, ("hosting", "customer", 0.9, "in its own data centre"))
    assert told["hosting"] == ({"supplier"}, True)


def test_a_data_centre_of_the_customer_is_the_customers(guidance):
    text = "The ministry will run it in its own data centre."
    told = of_deal(guidance, text, ("hosting", "customer", 0.9, "in its own data centre"))
    assert told["hosting"] == ({"customer"}, False)


@pytest.mark.parametrize("text", [
    "The distributor is out of the game.", "The distributor got dropped last month.",
    "The distributor is no longer involved.",
])
def test_a_go_between_that_is_gone_is_none(guidance, text):
    told = of_deal(guidance, text, ("intermediary", "distributor", 0.99, "The distributor"))
    assert "distributor" not in told.get("intermediary", (set(), False))[0]


@pytest.mark.parametrize("text", [
    "The distributor is out of stock.", "The distributor isn't out of the game.",
])
def test_a_go_between_that_is_not_gone_is_between(guidance, text):
    told = of_deal(guidance, text, ("intermediary", "distributor", 0.99, "The distributor"))
    assert told["intermediary"][0] == {"distributor"}


def test_what_another_party_does_says_nothing_of_the_go_between(guidance):
    """The immigration directorate was lost: it stood behind "the contractor is Turkish"."""
    text = ("Face recognition for police in Rwanda? No, for the gates: the contractor is Turkish, "
            "the immigration directorate will run them.")
    told = heard(guidance, text, ("product", "facial-recognition", 1.0, "Face recognition"),
                 ("country", ANY, 1.0, "in Rwanda"),
                 ("intermediary", "contractor", 0.9, "the contractor"),
                 ("end_user", "border-guard", 0.98, "the immigration directorate"))
    assert "border-guard" in told["end_user"][0]


@pytest.mark.parametrize(("text", "known"), [
    ("DPI for a mobile operator in Peru. The state holds 49 percent of the operator.",
     {"telecom-operator"}),
    ("DPI for a mobile operator in Peru. The state holds 100 percent of the operator.",
     {"telecom-operator", "state-owned-company"}),
])
def test_a_share_makes_a_company_not_the_states(guidance, text, known):
    told = heard(guidance, text, ("product", "deep-packet-inspection", 1.0, "DPI"),
                 ("country", ANY, 1.0, "in Peru"),
                 ("end_user", "telecom-operator", 1.0, "a mobile operator in Peru"),
                 ("end_user", "state-owned-company", 0.9, "The state holds"))
    assert told["end_user"][0] == known


def test_the_ninth_of_a_month_is_not_thailand(guidance):
    """Thailand was the country, for certain, of a quote that went out on the 9th."""
    told = heard(guidance, "Our reseller in Quito sent a quote on the 9th for the customs.",
                 ("country", ANY, 1.0, "for the customs"),
                 ("end_user", "border-guard", 1.0, "the customs"))
    assert told.get("country", (set(), False))[0] != {"TH"}


def test_vagueness_behind_another_denial_is_not_denied(guidance):
    """A partner that "doesn't say who has the password and gets vague" counted as open."""
    text = "The partner doesn't say who'd have the password and gets vague."
    told = of_deal(guidance, text, ("transparency", "evasive", 0.96, "and gets vague"))
    assert told[Fact("transparency")] == ({"evasive"}, False)


def test_vagueness_of_nobody_is_a_guess_at_openness(guidance):
    text = "Nobody has been vague with us."
    told = of_deal(guidance, text, ("transparency", "evasive", 0.96, "has been vague with us"))
    assert told["transparency"] == ({"open"}, True)
