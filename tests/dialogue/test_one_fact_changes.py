"""Wordings that differ in little and say different things of a deal.

Where a model has a say, what the packaged one hears in the words is written out.
"""

from collections.abc import Sequence

import pytest

from bot.dialogue.claim import CONTEST, GUESS, LIKELIER
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact, Guidance
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says, Talk

TOGO = ("country", ANY, 1.0, "Togo")
POLICE = ("end_user", "police", 1.0, "police")
DRONES = ("product", "drone", 1.0, "drones")
DEAL = "drones for the Togo police. "


def read(guidance: Guidance, text: str, *told: tuple[str, str, float, str]) -> Message:
    return PlainReader(guidance, Says(*told)).read(
        text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN)


def noted(message: Message, fact: str) -> tuple[set[str], bool] | None:
    """The values and whether they are asked back."""
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.guessed)


def after(guidance, sentences, first: str, then: str, *told: tuple[str, str, float, str]) -> Talk:
    """A talk of two messages; Slack's pause between them is that of somebody who has read."""
    talk = Talk(guidance, PlainReader(guidance, Says(*told)), sentences)
    talk.say(first)
    talk.say(then)
    return talk


@pytest.mark.parametrize(("words", "expected"), [
    ("ANPR + cameras", {"alpr", "cctv"}),
    ("ANPR and cameras", {"alpr", "cctv"}),
    ("ANPR plus cameras", {"alpr", "cctv"}),
    ("10 ANPR and 200 cameras", {"alpr", "cctv"}),
    ("ANPR as well as cameras", {"alpr", "cctv"}),
    ("ANPR cameras", {"alpr"}),
    ("ANPR. The cameras go north", {"alpr"}),
])
def test_what_is_listed_beside_a_product_is_another_one(guidance, words, expected):
    message = read(guidance, f"Togo police wants {words}", TOGO, POLICE,
                   ("product", "alpr", 1.0, "ANPR"), ("product", "cctv", 0.98, "cameras"))

    assert noted(message, "product") == (expected, False)


def test_what_is_clearly_heard_is_not_lost_to_a_name_that_hardly_is(guidance):
    text = "a Togo telco wants base stations, they go into the intercept system"

    message = read(guidance, text, TOGO, ("end_user", "telecom-operator", 1.0, "telco"),
                   ("product", "telecom-equipment", 0.99, "base stations"),
                   ("product", "lawful-interception", 0.41, "the intercept system"))

    assert noted(message, "product") == ({"telecom-equipment", "lawful-interception"}, True)


@pytest.mark.parametrize(("words", "expected"), [
    ("no warrant, no access", {"adequate"}),
    ("no court order no extraction", {"adequate"}),
    ("no warrant means no data", {"adequate"}),
    ("nobody reads anything without a warrant", {"adequate"}),
    ("they can't open a phone without a warrant", {"adequate"}),
    ("no warrant, no review", {"none"}),
    ("no warrant needed, no judge", {"none"}),
    ("they open phones without a warrant", {"none"}),
    ("they have no qualms to read without a warrant", {"none"}),
    ("nobody stops them from reading without a warrant", {"none"}),
])
def test_nothing_goes_without_a_warrant_is_not_that_there_is_none(guidance, words, expected):
    message = read(guidance, DEAL + words, TOGO, POLICE, DRONES,
                   ("access_safeguards", "none", 0.97, words))

    values, guessed = noted(message, "access_safeguards")
    assert values == expected
    assert guessed or expected == {"none"}


@pytest.mark.parametrize(("words", "value"), [
    ("War there? nope, quiet", "no"),
    ("War there? yes, in the north", "yes"),
])
def test_what_heads_its_answer_says_nothing_against_it(guidance, words, value):
    message = read(guidance, DEAL + words, TOGO, POLICE, DRONES, ("conflict", value, 0.97, words))

    assert noted(message, "conflict") == ({value}, True)


@pytest.mark.parametrize("words", ["Reseller? no.", "Reseller: no", "reseller = no"])
def test_a_no_behind_a_name_counts_though_a_model_hears_the_name(guidance, words):
    message = read(guidance, DEAL + words, TOGO, POLICE, DRONES,
                   ("intermediary", "reseller", 0.77, words))

    assert noted(message, "intermediary") is None


@pytest.mark.parametrize("words", [
    "There's a government contractor between us and the army",
    "A government contractor sits between us and the army",
    "A government contractor is in the middle, the army gets it",
])
def test_who_stands_between_us_and_the_user_uses_nothing(guidance, words):
    message = read(guidance, f"network monitoring for Togo. {words}", TOGO,
                   ("product", "network-monitoring", 1.0, "network monitoring"),
                   ("intermediary", "contractor", 0.92, words),
                   ("end_user", "contractor", 0.9, "the army"),
                   ("end_user", "military", 0.28, "the army"))

    assert noted(message, "end_user") == ({"military"}, True)
    assert noted(message, "intermediary") == ({"contractor"}, False)


@pytest.mark.parametrize(("words", "complains"), [
    ("a guy at the ministry asked about our spyware", False),
    ("the ministry is interested in our spyware", False),
    ("a journalist asked about our spyware", True),
    ("parliament asked about abuse of our spyware", True),
])
def test_who_asks_about_a_product_complains_of_nothing(guidance, words, complains):
    message = read(guidance, words, ("product", "spyware", 1.0, "our spyware"),
                   ("stage", "complaint", 0.99, words))

    assert noted(message, "stage") == (({"complaint"}, False) if complains else None)


@pytest.mark.parametrize(("words", "asked_back"), [
    ("I've heard of no arrests, but I'd have to look", True),
    ("no arrests that I know of, haven't checked", True),
    ("no arrests there", False),
])
def test_who_has_yet_to_look_has_found_none_yet(guidance, words, asked_back):
    message = read(guidance, DEAL + words, TOGO, POLICE, DRONES,
                   ("detentions", "no", 0.93, words))

    assert noted(message, "detentions") == ({"no"}, asked_back)


@pytest.mark.parametrize(("fact", "value", "chance", "others", "expected"), [
    ("end_use", "border-control", LIKELIER + 0.01, (), ({"border-control"}, True)),
    ("end_use", "border-control", LIKELIER - 0.01, (), None),
    ("end_use", "border-control", LIKELIER + 0.01, (("traffic", CONTEST + 0.01),), None),
    ("end_use", "crowd-monitoring", LIKELIER + 0.01, (), None),   # raises a flag by itself
    ("end_use", "crowd-monitoring", GUESS + 0.01, (), ({"crowd-monitoring"}, True)),
    ("intermediary", "none", LIKELIER + 0.01, (), None),          # rules out all others
    ("transparency", "open", LIKELIER + 0.01, (), None),          # has a graver pole
])
def test_what_is_likelier_than_not_is_offered_where_it_raises_nothing(
        guidance, fact, value, chance, others, expected):
    words = "zorbs at the lanes"
    message = read(guidance, DEAL + words, TOGO, POLICE, DRONES, (fact, value, chance, words),
                   *((fact, other, its, words) for other, its in others))

    assert noted(message, fact) == expected


LAW = "a law that lets them close NGOs"


@pytest.mark.parametrize(("told", "fact", "expected"), [
    ((("restrictive_laws", "yes", 1.0, LAW), ("rights_limits", "yes", 0.75, LAW)),
     "rights_limits", None),
    ((("restrictive_laws", "yes", 1.0, LAW), ("rights_limits", "yes", 0.95, LAW)),
     "rights_limits", ({"yes"}, False)),
    # What an agency did is news of it, and of such products.
    ((("agency_misuse", "yes", 1.0, LAW), ("misuse_reports", "yes", 0.75, LAW)),
     "misuse_reports", ({"yes"}, True)),
    # A complaint that charges nobody with anything.
    ((("stage", "complaint", 1.0, LAW), ("agency_misuse", "yes", 0.8, LAW)),
     "agency_misuse", None),
    ((("stage", "complaint", 1.0, LAW), ("agency_misuse", "yes", 0.95, LAW),
      ("misuse_reports", "yes", 0.75, LAW)), "misuse_reports", ({"yes"}, True)),
])
def test_a_charge_that_only_sounds_along_with_another_is_not_guessed(
        guidance, told, fact, expected):
    assert noted(read(guidance, DEAL + LAW, TOGO, POLICE, DRONES, *told), fact) == expected


def test_a_charge_in_other_words_of_the_same_message_is_guessed(guidance):
    gaps = "Zorbs with gaps."
    message = read(guidance, f"{DEAL}{gaps} {LAW}", TOGO, POLICE, DRONES,
                   ("law_in_practice", "selective", 1.0, f"{gaps} {LAW}"),
                   ("access_safeguards", "inadequate", 0.72, gaps))

    assert noted(message, "access_safeguards") == ({"inadequate"}, True)


@pytest.mark.parametrize(("words", "told", "expected"), [
    ("who may keep the data, nobody knows", "unknown", {"unknown"}),
    ("how they handle the data hasn't been settled", "unknown", {"unknown"}),
])
def test_what_is_told_to_be_open_is_no_question(guidance, sentences, words, told, expected):
    talk = after(guidance, sentences, DEAL, words, TOGO, POLICE, DRONES,
                 ("data_sharing", told, 0.9, words))

    deal = talk.conversation.deal
    assert deal.known(Fact("data_sharing")) == expected
    assert not any(answer.values is None for answer in deal.answers.values())


def test_what_is_not_clear_to_whoever_writes_is_asked(guidance, sentences):
    talk = after(guidance, sentences, DEAL, "what counts as close ties isn't clear to me",
                 TOGO, POLICE, DRONES)

    assert talk.messages[-1].intent is Intent.ASK


def test_a_charge_told_over_several_clauses_is_not_lost_to_an_answer_among_them(
        guidance, sentences):
    words = "owners on paper are two men, behind it is the junta, found it in a register"
    talk = Talk(guidance, PlainReader(guidance, Says(
        ("hidden_ownership", "yes", 0.94, words), ("end_user", "private-company", 1.0, "a firm"),
        ("country", ANY, 1.0, "Togo"), ("product", "drone", 1.0, "drones"))), sentences)
    talk.say("drones for a firm in Togo")
    while Fact("conflict") not in talk.conversation.awaiting():
        talk.say("skip")
    talk.say(words)

    assert talk.conversation.deal.known(Fact("hidden_ownership")) == {"yes"}


@pytest.mark.parametrize(("words", "expected"), [
    ("a government share nobody discloses", None),
    ("the ministry's part isn't in the register", None),
    ("no government share, we checked", ({"no"}, False)),
])
def test_a_share_that_nobody_shows_is_not_denied(guidance, words, expected):
    message = read(guidance, f"{DEAL}via a reseller, {words}", TOGO, POLICE, DRONES,
                   ("intermediary", "reseller", 1.0, "a reseller"),
                   ("hidden_ownership", "no", 0.97, words))

    if expected is None:
        assert noted(message, "hidden_ownership") != ({"no"}, False)
        assert noted(message, "hidden_ownership") in (None, ({"yes"}, True))
    else:
        assert noted(message, "hidden_ownership") == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("guy in Cyprus, says he is a broker, asks for two zero days", None),
    ("a contact in Cyprus, he's a reseller, wants two zero days", None),
    ("guy in Cyprus wants two zero days for the police", {"CY"}),
    ("someone in Cyprus wants two zero days, the police, via a reseller", {"CY"}),
])
def test_where_somebody_sits_who_is_between_is_no_country_of_use(guidance, text, expected):
    message = read(guidance, text, ("country", ANY, 0.24, "in Cyprus"),
                   ("product", "exploit", 1.0, "two zero days"),
                   ("end_user", "police", 1.0, "the police"),
                   ("intermediary", "broker", 1.0, "a broker"),
                   ("intermediary", "reseller", 1.0, "a reseller"))

    assert (noted(message, "country") or (None,))[0] == expected


@pytest.mark.parametrize(("first", "then", "expected"), [
    ("bodycams for the Togo police", "scratch that, there's war and half the cams go there",
     {"body-worn-camera"}),
    ("bodycams for the Togo police", "scratch that, it's cams", {"cctv"}),
])
def test_what_points_back_at_a_product_takes_nothing_away(
        guidance, sentences, first, then, expected):
    talk = after(guidance, sentences, first, then, TOGO, POLICE,
                 ("product", "body-worn-camera", 1.0, "bodycams"),
                 ("product", "cctv", 0.98, "cams go"), ("product", "cctv", 0.98, "it's cams"))

    assert talk.conversation.deal.known(Fact("product")) == expected


class Taught(Says):
    """A model that was never taught one value."""

    def __init__(self, unknown: tuple[str, str], *told: tuple[str, str, float, str]) -> None:
        super().__init__(*told)
        self._unknown = unknown

    def knows(self, fact: Fact, value: str) -> bool:
        return (fact, value) != self._unknown


@pytest.mark.parametrize(("unknown", "text", "expected"), [
    (("export_review", "done"), "export review is done", ({"done"}, False)),
    (("stage", "done"), "export review is done", None),
    (("conflict", "yes"), "there is a civil war", ({"yes"}, False)),
    (("conflict", "yes"), "there is no civil war", ({"no"}, False)),
])
def test_what_no_model_was_taught_is_as_the_vocabulary_has_it(
        guidance, unknown: tuple[str, str], text: str, expected):
    model: Sequence = (TOGO, POLICE, DRONES)
    message = PlainReader(guidance, Taught(unknown, *model)).read(
        DEAL + text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a",
        sent_at=WHEN)

    assert noted(message, unknown[0] if expected else "export_review") == expected


@pytest.mark.parametrize(("text", "deals"), [
    ("some police lab asked for the rapid dna box", True),
    ("the police asked for a discount on the cameras", False),
    ("please note the minutes of our meeting where the police asked for the rapid dna box", False),
])
def test_who_asks_for_a_product_opens_a_deal(guidance, text, deals):
    reader = PlainReader(
        guidance, Says(("end_user", "police", 0.9, "police"),
                       ("product", "rapid-dna", 1.0, "the rapid dna box"),
                       ("product", "cctv", 1.0, "the cameras")),
        strays=lambda part: 0.2 if {"lab", "discount", "minutes"} & set(part.split()) else -1.0)
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)

    assert (message.intent is Intent.DESCRIBE) is deals
    assert bool(message.heard) is deals


@pytest.mark.parametrize("words", [
    "they balked at the no-misuse clause", "they balked at our no-abuse terms",
    "they rejected the no-torture clause", "the no-abuse clause is a red line for them",
])
def test_a_no_within_the_name_of_a_clause_denies_nothing(guidance, words):
    message = read(guidance, f"{DEAL}Pricing is fine, {words}.", TOGO, POLICE, DRONES,
                   ("human_rights_clause", "refused", 0.98, words),
                   ("human_rights_clause", "accepted", 0.28, words))

    assert noted(message, "human_rights_clause") == ({"refused"}, False)


def test_what_is_denied_within_its_own_words_is_not_turned_round_by_the_next_denial(guidance):
    words = "warrant never, and nothing is reviewed"

    message = read(guidance, f"{DEAL}Their lawyer says {words} after.", TOGO, POLICE, DRONES,
                   ("access_safeguards", "none", 0.48, words),
                   ("access_safeguards", "inadequate", 0.08, "nothing is reviewed"))

    assert noted(message, "access_safeguards") in [({"none"}, True), ({"inadequate"}, True)]


@pytest.mark.parametrize(("settling", "grave", "expected"), [
    (0.34, 0.64, {"inadequate"}),
    (0.64, 0.34, {"adequate"}),
    (0.95, 0.64, {"adequate"}),
])
def test_what_is_named_as_settled_and_heard_rather_as_grave_is_grave(
        guidance, settling, grave, expected):
    words = "a warrant is needed in theory but emergencies skip it"

    message = read(guidance, f"{DEAL}Reviews exist, {words}.", TOGO, POLICE, DRONES,
                   ("access_safeguards", "adequate", settling, "a warrant is needed"),
                   ("access_safeguards", "inadequate", grave, words))

    assert noted(message, "access_safeguards") == (expected, True)


def test_one_party_named_twice_is_not_told_apart_in_one_clause(guidance):
    message = read(guidance, "drones for a Togo ISP, private company. The ISP is at arm's length "
                   "from the security service.", TOGO, DRONES,
                   ("end_user", "telecom-operator", 1.0, "ISP"),
                   ("end_user", "private-company", 1.0, "private company"),
                   ("government_ties", "yes", 0.95, "at arm's length from the security service"),
                   ("government_ties", "no", 1.0, "length from the security service"))

    assert noted(message, "government_ties") == ({"no"}, True)


def test_none_that_is_heard_clearly_is_not_weak_for_a_denied_name(guidance):
    words = "no court or oversight body there that is independent"

    message = read(guidance, f"{DEAL}There's {words} of the president.", TOGO, POLICE, DRONES,
                   ("judicial_oversight", "none", 0.96, words),
                   ("judicial_oversight", "independent", 0.6, "that is independent"))

    assert noted(message, "judicial_oversight") == ({"none"}, True)


def test_who_hosts_nothing_is_no_rival_to_who_hosts(guidance):
    message = read(guidance, f"{DEAL}We host nothing, they run it.", TOGO, POLICE, DRONES,
                   ("hosting", "supplier", 0.77, "We host nothing"),
                   ("hosting", "customer", 0.73, "they run it"))

    assert noted(message, "hosting") == ({"customer"}, True)


def test_what_somebody_looked_for_in_vain_is_what_is_heard_most(guidance):
    words = "found no activist thrown in jail"

    message = read(guidance, f"{DEAL}We went through the reports and {words} there.",
                   TOGO, POLICE, DRONES, ("detentions", "no", 0.99, words),
                   ("party_reported", "yes", 0.25, "the reports"))

    assert noted(message, "party_reported") is None
    assert noted(message, "detentions") == ({"no"}, False)


@pytest.mark.parametrize("denial", [
    "keeps well away from", "is kept away from", "stays clear of", "is kept apart from",
])
def test_what_is_kept_away_is_no_part_of_it(guidance, denial):
    said = "the blacklist system used against dissidents"
    told = ("system_of_concern", "yes", 0.91, said)

    message = read(guidance, f"{DEAL}Our kit {denial} {said}.", TOGO, POLICE, DRONES, told)
    into = read(guidance, f"{DEAL}Our kit goes into {said}.", TOGO, POLICE, DRONES, told)

    assert noted(message, "system_of_concern") == ({"no"}, True)
    assert noted(into, "system_of_concern") == ({"yes"}, False)


def test_nothing_without_an_order_is_approval_though_none_is_heard(guidance):
    words = "without a court order, with a check"

    message = read(guidance, f"{DEAL}No phone gets opened {words} afterwards.",
                   TOGO, POLICE, DRONES, ("access_safeguards", "adequate", 0.51, words),
                   ("access_safeguards", "none", 0.68, "opened without a court order"))

    assert noted(message, "access_safeguards") == ({"adequate"}, True)


def test_a_heading_is_denied_by_the_no_that_is_filled_in_behind_it(guidance):
    words = "misuse of such sniffers"

    message = read(guidance, f"{DEAL}Reports of {words}: no, zero.", TOGO, POLICE, DRONES,
                   ("misuse_reports", "yes", 0.74, words), ("misuse_reports", "no", 0.67, words))

    assert noted(message, "misuse_reports") == ({"no"}, True)


@pytest.mark.parametrize(("chance", "expected"), [(0.39, {"weak"}), (0.05, {"independent"})])
def test_a_pattern_of_grave_words_is_borne_out_by_what_a_model_half_hears(
        guidance, chance, expected):
    words = "courts there bow to ministers"

    message = read(guidance, f"{DEAL}The {words}.", TOGO, POLICE, DRONES,
                   ("judicial_oversight", "independent", 0.96, words),
                   ("judicial_oversight", "weak", chance, words))

    assert noted(message, "judicial_oversight")[0] == expected


@pytest.mark.parametrize(("followed", "other", "expected"), [
    (0.28, 0.57, ({"ignored"}, True)), (0.28, 0.9, None), (0.1, 0.57, None),
])
def test_a_name_of_what_a_model_half_hears_is_not_lost_beside_another_matter(
        guidance, followed, other, expected):
    words = "officials walk all over the privacy act"

    message = read(guidance, f"{DEAL}The {words}.", TOGO, POLICE, DRONES,
                   ("law_in_practice", "followed", followed, words),
                   ("judicial_oversight", "independent", other, words))

    assert noted(message, "law_in_practice") == expected
