"""What first messages tell, as they come in from phones and forwarded mail.

Where a model has a say, what the packaged one hears in the words is written out.
"""

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says


@pytest.fixture(scope="session")
def opening(guidance):
    """Read a first message whose model hears what is given, wherever it finds the words."""
    def read(text: str, *told: tuple[str, str, float, str]) -> Message:
        reader = PlainReader(guidance, Says(*told))
        return reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                           author="a", sent_at=WHEN)
    return read


def noted(message, fact):
    """The values of *fact*, and whether they are certain."""
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.sure)


def country(words, chance=1.0):
    return ("country", ANY, chance, words)


@pytest.mark.parametrize(("text", "told", "places"), [
    ("drones for the Polish border guard to patrol the belarus line",
     [country("the Polish border guard")], {"PL"}),
    ("drones for Hungarian border police at the Serbian frontier",
     [country("for Hungarian border police"), country("the Serbian frontier", 0.25)], {"HU"}),
    ("face rec for Egyptian border guards", [country("for Egyptian border guards")], {"EG"}),
    ("drones for the police, along the Polish border", [country("the Polish border", 0.3)], None),
    ("thermal sights for azeri army, fighting w/ Armenia again",
     [country("for azeri army"), country("w/ Armenia", 0.82)], {"AZ"}),
])
def test_whose_border_guard_it_is_tells_where_and_who_is_behind_the_border_does_not(
        opening, text, told, places):
    assert noted(opening(text, *told), "country") == (places and (places, True))


def test_a_neighbour_is_no_second_place_of_which_the_graver_would_hold(opening):
    message = opening(
        "drones greek army. no war, only old tension w/ turkey", country("greek army"),
        ("conflict", "yes", 0.2, "only old tension"), ("conflict", "no", 0.75, "no war"))
    assert noted(message, "conflict") == ({"no"}, False)


@pytest.mark.parametrize(("said", "sure"), [
    ("they'd use it at demos", True),
    ("A colleague thinks they'd use it at demos", False),
    ("our local guy reckons they'd use it at demos", False),
    ("I heard they'd use it at demos", False),
    ("We heard that they'd use it at demos", False),
])
def test_what_a_colleague_thinks_or_somebody_heard_is_not_certain(opening, said, sure):
    message = opening(f"cctv for the police of Togo. {said}", country("of Togo"),
                      ("end_use", "crowd-monitoring", 0.98, "use it at demos"))
    assert noted(message, "end_use") == ({"crowd-monitoring"}, sure)


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("we sent the Thai cops an offer for FR", "product", "facial-recognition"),
    ("Drohnen für die Polizei in Hamburg", "product", "drone"),
    ("telecamere per la polizia di Milano", "product", "cctv"),
    ("Thai offer, readers for SAPS", "end_user", "police"),
])
def test_a_name_that_no_model_hears_is_asked_back_and_not_asked_anew(opening, text, fact, value):
    where = next(w for w in ("Thai", "Hamburg", "Milano") if w in text)
    answer = opening(text, country(where)).heard[Fact(fact)]
    assert answer.values == {value}
    assert answer.guessed


@pytest.mark.parametrize(("text", "told"), [
    # Something else of that fact is heard, or the clause tells of circumstances.
    ("cctv for Togo, the police", ("end_user", "military", 0.7, "for Togo")),
    ("kit for Togo, the police there need no warrant",
     ("access_safeguards", "none", 1.0, "there need no warrant")),
    ("kit for Togo. The army shot at protesters",
     ("detentions", "yes", 0.72, "shot at protesters")),
])
def test_whoever_is_only_mentioned_is_no_end_user(opening, text, told):
    values, _ = noted(opening(text, country("for Togo"), told), "end_user") or (set(), False)
    assert not values & {"police"} and not (values and "army" in text)


@pytest.mark.parametrize(("text", "told"), [
    ("interception for intelligence and for the police in Peru",
     [("end_user", "police", 0.92, "the police in"),
      ("end_user", "intelligence", 0.13, "for intelligence")]),
    ("catchers for the intelligence, the police and the army of Peru",
     [("end_user", "police", 0.72, "the police"), ("end_user", "military", 0.86, "the army"),
      ("end_user", "intelligence", 0.31, "the intelligence")]),
])
def test_who_is_listed_with_others_is_asked_back_and_not_left_out(opening, text, told):
    answer = opening(text, country("Peru"), *told).heard[Fact("end_user")]
    assert {"intelligence", "police"} <= answer.values
    assert answer.guessed


@pytest.mark.parametrize(("said", "stage"), [
    ("They used our cameras to identify protesters", {"complaint"}),
    ("the police has used our cameras to spot protesters", {"complaint"}),
    ("They want to use our cameras to identify protesters", None),
    ("They would use our cameras to spy on the opposition", None),
    ("they use our cameras for parking", None),
])
def test_our_own_goods_misused_are_a_complaint_and_an_intention_is_none(opening, said, stage):
    message = opening(f"{said}. Police of Togo", country("of Togo"),
                      ("end_use", "crowd-monitoring", 0.9, "our cameras"))
    assert noted(message, "stage") == (stage and (stage, False))


@pytest.mark.parametrize(("said", "sure"), [
    ("footage kept 30 days then deleted", False),
    ("video is wiped after a month", False),
    ("kept 30 days, only the duty officers have access", True),
    ("named analysts only", True),
])
def test_how_long_data_is_kept_does_not_settle_who_sees_it(opening, said, sure):
    message = opening(f"cctv for the police of Togo, {said}", country("of Togo"),
                      ("data_sharing", "restricted", 0.95, said))
    assert noted(message, "data_sharing") == ({"restricted"}, sure)


@pytest.mark.parametrize(("text", "uses"), [
    ("DPI for the police of Togo, all traffic", None),
    ("DPI at an operator of Togo, to manage traffic", None),
    ("cameras for the police of Togo, all traffic", {"traffic"}),
    ("plate readers on the road network of Togo, traffic", {"traffic"}),
])
def test_traffic_beside_packets_is_none_on_roads(opening, text, uses):
    message = opening(text, country("of Togo"), ("end_use", "traffic", 0.97, "traffic"))
    assert noted(message, "end_use") == (uses and (uses, True))


@pytest.mark.parametrize(("text", "chance", "uses"), [
    ("cameras in the streets of Togo", 0.14, {"public-safety"}),
    ("cameras for Togo, people were shot in the streets", 0.0, None),
])
def test_cameras_in_the_streets_are_for_public_safety_at_a_guess(opening, text, chance, uses):
    message = opening(text, country("Togo"), ("end_use", "public-safety", chance, "the streets"))
    assert noted(message, "end_use") == (uses and (uses, False))


@pytest.mark.parametrize(("text", "uses"), [
    ("thermal scopes, delivery to a warehouse in Togo", None),
    ("thermal scopes for a warehouse operator in Togo", {"commercial"}),
])
def test_where_goods_are_delivered_is_no_use(opening, text, uses):
    message = opening(text, country("in Togo"), ("end_use", "commercial", 0.35, "a warehouse"))
    assert noted(message, "end_use") == (uses and (uses, False))


@pytest.mark.parametrize(("said", "heard"), [
    ("judges aren't really independent anymore", [("independent", 0.22), ("none", 0.24)]),
    ("the courts lost their independence", [("independent", 0.92)]),
])
def test_courts_that_lost_their_independence_are_not_taken_for_independent(opening, said, heard):
    message = opening(f"cctv for the police of Togo, {said}", country("of Togo"),
                      *(("judicial_oversight", value, chance, said) for value, chance in heard))
    assert noted(message, "judicial_oversight") == ({"weak"}, False)


@pytest.mark.parametrize(("said", "sure"), [
    ("there was a coup in may, quiet now", False),
    ("after the unrest of 2022, quiet now", False),
    ("no coup and no unrest, quiet now", True),
    ("quiet now", True),
])
def test_what_was_grave_is_not_over_for_being_quiet(opening, said, sure):
    message = opening(f"cctv for the police of Togo, {said}", country("of Togo"),
                      ("conflict", "no", 0.95, "quiet now"))
    assert noted(message, "conflict") == ({"no"}, sure)


def test_a_charge_that_is_heard_as_denied_takes_nothing_from_the_denial(opening):
    message = opening("cctv for a mall in Togo, family owned business, zero gov links",
                      country("in Togo"), ("end_user", "private-company", 1.0, "a mall"),
                      ("government_ties", "no", 0.95, "zero gov links"))
    assert noted(message, "government_ties") == ({"no"}, True)


@pytest.mark.parametrize(("text", "told", "expected"), [
    # What others were sold, or have, is no party and no place of this deal.
    ("drones for Swedish police, before that we sold to Belarus police",
     [("end_user", "police", 0.99, "police"), country("Swedish"), country("to Belarus")],
     ({"SE"}, {"police"})),
    ("Chad customer asks for exactly the setup that Niger police has",
     [("end_user", "police", 0.99, "Niger police"), country("Chad"), country("that Niger")],
     ({"TD"}, None)),
    ("Pakistan customer wants what we delivered to the Saudis",
     [country("Pakistan"), country("the Saudis")], ({"PK"}, None)),
    ("drones for Kenya police, like the ones in Uganda",
     [("end_user", "police", 0.99, "Kenya police, like the"), country("Kenya")],
     ({"KE"}, {"police"})),
    # It is the place of this deal where no other is named, or that is the same.
    ("drones like the ones we sold to the Togo police",
     [("end_user", "police", 0.99, "Togo police"), country("Togo")], ({"TG"}, {"police"})),
    ("drones for Swedish police, before that we sold to the Swedish army",
     [("end_user", "police", 0.99, "Swedish police"), country("Swedish"),
      ("end_user", "military", 0.99, "Swedish army")], ({"SE"}, {"police", "military"})),
])
def test_what_others_have_is_not_mixed_into_the_deal(opening, text, told, expected):
    message = opening(text, *told)
    found = tuple((noted(message, fact) or (None,))[0] for fact in ("country", "end_user"))
    assert found == expected


@pytest.mark.parametrize(("text", "places"), [
    # Who teaches, of whom those who learn stand right behind it.
    ("German police academy trains Tunisian border guards on our drones", {"TN"}),
    ("Kenyan police train on our drones in Mombasa", {"KE"}),
    ("German police train with our drones", {"DE"}),
    # The other side of a border, where one of the two is named beside it.
    ("drones over the border of Poland and Belarus, border guard of Poland", {"PL"}),
    ("cameras along the border Finland Russia, Finnish border guard", {"FI"}),
    ("drones for the army of Kenya at the Kenya-Somalia border", {"KE"}),
    ("cameras for the border of Poland and Belarus", {"PL", "BY"}),
    # A partner sits where another place is told of than the one of use.
    ("Through our partner in Istanbul to Baku: drones, the army", {"AZ"}),
    ("Through our partner in Istanbul, drones for the police", {"TR"}),
    # Firms, fairs and sellers.
    ("a Spanish hotel group in Angola wants cctv", {"AO"}),
    ("hospital group from Spain with clinics in Angola wants cctv", {"AO"}),
    ("cctv for a bank in Kenya and a mall in Uganda", {"KE", "UG"}),
    ("cctv for the police of Kenya, bank in Uganda", {"KE", "UG"}),
    ("met them at ISS World Dubai, the Sudanese army, drones", {"SD"}),
    ("the demo unit is in Paris, the army of Senegal takes it", {"SN"}),
    ("drones for the army in Ukraine, we are Czech", {"UA"}),
    ("drones for the army of Sudan, Kenya pays", {"SD"}),
])
def test_of_several_places_those_count_where_it_is_used(opening, text, places):
    message = opening(text, country(text))
    assert (noted(message, "country") or (None,))[0] == places


@pytest.mark.parametrize(("text", "heard", "places"), [
    ("Israel police in the West Bank want drones", "Israel police", ({"IL", "PS"}, False)),
    ("Kenyan army units in Somalia want drones", "Kenyan army", ({"KE", "SO"}, False)),
    ("Kenyan army in Nairobi wants drones", "Kenyan army", ({"KE"}, True)),
    ("Kenyan army wants drones, in Somalia it has none", "Kenyan army", ({"KE"}, True)),
])
def test_where_a_body_of_another_land_is_stationed_is_asked_back(opening, text, heard, places):
    assert noted(opening(text, country(heard)), "country") == places


@pytest.mark.parametrize(("text", "told", "users"), [
    ("cctv for a call centre in the Philippines run by a US insurer", "private-company",
     ({"private-company"}, True)),
    ("DPI for an operator in Vientiane, not in Los Angeles, with a US insurer", "telecom-operator",
     ({"telecom-operator"}, True)),
    # Where nobody else is told, or the United States are, it is asked back or taken.
    ("cctv for a call centre in the Philippines run by a US insurer", None,
     ({"domestic-us"}, False)),
    ("cctv for a US insurer with offices in Canada and in Texas", None, ({"domestic-us"}, True)),
    ("cctv for a US insurer", None, ({"domestic-us"}, True)),
])
def test_who_is_at_home_by_no_word_is_none_for_sure_where_another_land_is_told(
        opening, text, told, users):
    other = [("end_user", told, 0.95, text.split(" for ")[1])] if told else []
    message = opening(text, country(text), ("end_user", "domestic-us", 0.92, "US insurer"), *other)
    assert noted(message, "end_user") == users
