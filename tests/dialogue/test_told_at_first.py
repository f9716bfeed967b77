"""What a first message tells in winding ways: taken back, once so, near by, denied twice."""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says
from tests.dialogue.test_told_aside import DEAL, DRONES, POLICE, ZAMBIA, heard, of_deal

DONE = ("export_review", "done", 0.98)
HOSTED = ("hosting", "supplier", 0.85)


@pytest.mark.parametrize("text", [
    "Export counsel cleared it in May and withdrew that yesterday.",
    "The export licence was granted, and then revoked last week.",
    "Trade compliance cleared the export licence two weeks ago, and took it back yesterday.",
    "Export counsel cleared it but they changed their minds.",
])
def test_a_review_that_was_taken_back_is_asked_for(guidance, text):
    """The review was "done", for certain, although counsel had withdrawn what they said."""
    words = text.split(",")[0].split(" and ")[0].split(" but ")[0]
    assert of_deal(guidance, text, (*DONE, words))["export_review"] == ({"done"}, True)


@pytest.mark.parametrize("text", [
    "Export counsel cleared it and never withdrew that.",
    "If they withdrew that we would stop. Export counsel cleared it.",
    "Export counsel cleared it. The old objection was withdrawn.",
])
def test_a_review_that_stands_is_done(guidance, text):
    told = of_deal(guidance, text, (*DONE, "Export counsel cleared it"))
    assert told["export_review"] == ({"done"}, False)


def test_terms_that_were_accepted_and_taken_back_are_asked_for(guidance):
    told = of_deal(guidance, "They accepted the human rights clause, then went back on it.",
                   ("human_rights_clause", "accepted", 0.98, "accepted the human rights clause"))
    assert told["human_rights_clause"] == ({"accepted"}, True)


@pytest.mark.parametrize("text", [
    "It used to be hosted by us.", "Until recently it was hosted by us.",
])
def test_what_used_to_be_is_not_so_now(guidance, text):
    """It was asked back whether we host what had been moved away from us."""
    assert "hosting" not in of_deal(guidance, text, (*HOSTED, "hosted by us"))


def test_what_is_so_is_told(guidance):
    told = of_deal(guidance, "It will be hosted by us.", (*HOSTED, "hosted by us"))
    assert told["hosting"] == ({"supplier"}, True)


def test_where_somebody_used_to_be_uses_nothing(guidance):
    text = "He used to run the prison service, now he is with the tax office. OSINT for Gabon."
    told = heard(guidance, text, ("end_user", "prison", 0.5, "the prison service"),
                 ("end_user", "other-ministry", 0.95, "the tax office"),
                 ("product", "social-media-analytics", 1.0, "OSINT"),
                 ("country", ANY, 1.0, "for Gabon"))
    assert told["end_user"] == ({"other-ministry"}, False)
    assert told["country"] == ({"GA"}, False)


def test_what_they_used_to_do_to_people_is_on_record(guidance):
    told = of_deal(guidance, "They used to spy on reporters.",
                   ("agency_misuse", "yes", 0.95, "used to spy on reporters"))
    assert told["agency_misuse"] == ({"yes"}, False)


@pytest.mark.parametrize("text", [
    "No sharing with nobody.", "They don't share with nobody.",
])
def test_a_denial_said_twice_is_one(guidance, text):
    """Free sharing was guessed at, with its flag, of whoever shares with nobody."""
    told = of_deal(guidance, text, ("data_sharing", "restricted", 1.0, text[:-1]))
    assert told["data_sharing"][0] == {"restricted"}


def test_whoever_is_near_by_uses_nothing(guidance):
    text = "Drones for the wildlife department in Kenya, with a mast near the university."
    told = heard(guidance, text, ("product", "drone", 1.0, "Drones"),
                 ("end_user", "other-ministry", 0.97, "the wildlife department"),
                 ("end_user", "university", 0.15, "near the university"),
                 ("country", ANY, 1.0, "in Kenya"))
    assert told["end_user"] == ({"other-ministry"}, False)


@pytest.mark.parametrize(("text", "land"), [
    ("Plate readers for the customs authority of Kazakhstan, at the crossing w China.", "China"),
    ("Routers for the telecom operator in Lithuania; gov of Sweden and Finland hold stakes.",
     "Sweden"),
    ("Drones for the army of Georgia. They passed two to the Armenians.", "Armenians"),
])
def test_a_neighbour_an_owner_and_who_gets_it_on_are_no_places_of_use(guidance, text, land):
    own = {"China": ({"KZ"}, "Kazakhstan"), "Sweden": ({"LT"}, "Lithuania"),
           "Armenians": ({"GE"}, "Georgia")}[land]
    told = heard(guidance, text, ("country", ANY, 0.98, own[1]), ("country", ANY, 0.8, land))
    assert told["country"] == (own[0], False)


def test_what_is_not_foreseen_is_no_use(guidance):
    text = "It protects their network, filtering of content is not foreseen."
    told = of_deal(guidance, text, ("end_use", "network-security", 0.96, "protects their network"),
                   ("end_use", "content-filtering", 0.1, "filtering of content"))
    assert told["end_use"] == ({"network-security"}, False)


def test_a_list_of_what_is_none_needed_names_nobody_between(guidance):
    """"Distributor: none needed" was heard as a distributor, for certain."""
    told = of_deal(guidance, "Distributor: none needed.",
                   ("intermediary", "distributor", 0.95, "Distributor: none needed"))
    assert "intermediary" not in told


def test_a_signed_end_user_certificate_is_no_signed_contract(guidance):
    assert "stage" not in of_deal(guidance, "EUC signed.", ("stage", "signed", 0.7, "EUC signed"))
    assert of_deal(guidance, "PO and EUC signed.", ("stage", "signed", 0.95, "PO and EUC signed")
                   )["stage"] == ({"signed"}, False)


def test_a_hint_that_a_model_hears_apart_from_a_name_is_told(guidance):
    """The GPS collars were lost beside the thermal scopes, although the model heard both."""
    text = "Botswana wildlife department, collars with gps on rhinos, thermal scopes."
    told = heard(guidance, text, ("product", "location-tracking", 1.0, "collars with gps"),
                 ("product", "thermal-imaging", 1.0, "thermal scopes"))
    assert told["product"] == ({"location-tracking", "thermal-imaging"}, False)


def test_a_name_in_whose_words_a_model_hears_something_else_is_asked_back(guidance):
    """Thermal cameras were CCTV, for certain, to a model that knows no French."""
    text = "Cameras thermiques pour la police, Togo."
    told = heard(guidance, text, ("product", "cctv", 0.98, "Cameras thermiques pour"),
                 ("country", ANY, 1.0, "Togo"))
    assert told["product"] == ({"cctv", "thermal-imaging"}, True)


def test_a_go_between_whom_a_model_does_not_hear_is_asked_back(guidance):
    told = of_deal(guidance, "A trading house in Sharjah brings them in.")
    assert told["intermediary"] == ({"distributor"}, True)
    assert told["country"] == ({"ZM"}, False)


@pytest.mark.parametrize(("text", "land"), [("city of Lodz", "PL"), ("city of Łódź", "PL"),
                                            ("port of Tromso", "NO"), ("port of Tromsø", "NO")])
def test_a_city_is_known_by_its_name_as_keyboards_have_it(guidance, text, land):
    told = heard(guidance, f"Drones for the {text}.", ("country", ANY, 1.0, text),
                 ("product", "drone", 1.0, "Drones"))
    assert told["country"] == ({land}, False)


@pytest.mark.parametrize("word", ["NVRs", "nvrs", "NVR"])
def test_several_of_what_is_called_by_letters_are_it(guidance, word):
    told = heard(guidance, f"{word} for police in Togo", ("product", "cctv", 0.6, word),
                 ("end_user", "police", 1.0, "police"), ("country", ANY, 1.0, "in Togo"))
    assert told["product"][0] == {"cctv"}


def test_who_has_a_firm_somewhere_uses_nothing_there(guidance):
    text = "Subject: Eritrea. We are a hospital supplies firm in Nairobi, quote 5 DNA kits."
    told = heard(guidance, text, ("country", ANY, 0.9, "Eritrea"),
                 ("country", ANY, 0.9, "in Nairobi"), ("product", "rapid-dna", 1.0, "DNA kits"))
    assert told["country"] == ({"ER"}, False)


@pytest.mark.parametrize(("text", "payer"), [
    ("The Danish embassy pays, the police in Mali use it.", "Danish embassy"),
    ("UK-trained police in Mali want drones.", "UK"),
])
def test_who_pays_or_trains_is_of_no_place_of_use(guidance, text, payer):
    told = heard(guidance, text, ("country", ANY, 0.9, payer), ("country", ANY, 0.98, "in Mali"),
                 ("end_user", "police", 1.0, "police in Mali"))
    assert told["country"] == ({"ML"}, False)


def test_a_ministry_that_pays_for_itself_is_where_it_is_used(guidance):
    told = heard(guidance, "The Kenyan police pay in advance for drones.",
                 ("country", ANY, 0.98, "Kenyan police"), ("end_user", "police", 1.0, "police"))
    assert told["country"] == ({"KE"}, False)


def test_what_would_have_been_is_on_nobodys_record(guidance):
    """A flag was raised for rallies that nobody had ever watched."""
    text = "We turned the ministry down, they'd have used it on rallies."
    assert "agency_misuse" not in of_deal(
        guidance, text, ("agency_misuse", "yes", 0.8, "they'd have used it on rallies"))


@pytest.mark.parametrize(("text", "sure"), [
    ("I don't believe they did anything bad.", False), ("We looked, they did nothing bad.", True),
])
def test_what_somebody_does_not_believe_is_not_certain(guidance, text, sure):
    words = text.split("they ")[1][:-1]
    model = Says(DRONES, POLICE, ZAMBIA, ("agency_misuse", "no", 0.95, f"they {words}"))
    message = PlainReader(guidance, model).read(
        DEAL + text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a",
        sent_at=WHEN)
    assert message.heard[Fact("agency_misuse")].certain is sure


# What nobody knows, named beside something else --------------------------------------------

def test_what_nobody_knows_is_what_is_named_beside_it(guidance):
    """Of "laws unknown, detentions yes" the detentions were noted as not known."""
    text = "Laws unknown, detentions yes"
    told = of_deal(guidance, text, ("detentions", "yes", 0.48, "Laws unknown, detentions yes"),
                   ("detentions", "unknown", 0.69, "Laws unknown, detentions yes"))
    assert told["detentions"] == ({"yes"}, True)


@pytest.mark.parametrize("text", [
    "Conflict unknown, misuse reports yes",
    "We don't know about the conflict, and they want ten",
])
def test_what_is_named_alone_as_unknown_raises_nothing(guidance, text):
    """"Conflict unknown" raised the flag on conflict, for certain."""
    told = of_deal(guidance, text, ("conflict", "yes", 0.97, "conflict"))
    assert told["conflict"] == (set(), False)


@pytest.mark.parametrize("text", [
    "Detentions unknown, conflict yes",
    "No idea on courts, there is a conflict",
])
def test_what_is_told_beside_it_stands(guidance, text):
    told = of_deal(guidance, text, ("conflict", "yes", 0.97, "conflict"))
    assert told["conflict"] == ({"yes"}, False)
