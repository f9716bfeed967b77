"""What short, loose words of a first message say, where a model hears half or the contrary."""

import pytest

from bot.dialogue.claim import HINT, NEARLY
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from tests.dialogue.talking import WHEN, Says

DEAL = (("product", "drone", 0.99, "drones"), ("country", "*", 0.99, "Chad"),
        ("end_user", "military", 0.99, "for the army"))
OFFER = "drones for the army of Chad"


@pytest.fixture
def heard(guidance):
    """Read a first message with a model that hears what it is told to."""
    def read(text, *told):
        reader = PlainReader(guidance, Says(*told))
        answers = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                              author="a", sent_at=WHEN).heard
        return {fact: (set(answer.values or ()), answer.certain and not answer.guessed)
                for fact, answer in answers.items()}
    return read


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("no way they sign the rights clause", "human_rights_clause", "accepted"),
    ("fat chance of them agreeing to the rights clause", "human_rights_clause", "accepted"),
    ("no way the courts are independent", "judicial_oversight", "independent"),
    ("good luck finding an independent judge there", "judicial_oversight", "independent"),
    ("slim chance they follow the law", "law_in_practice", "followed"),
    ("they answer everything except who uses it", "transparency", "open"),
    ("it's calm only in the capital", "conflict", "no"),
])
def test_what_is_not_believed_or_holds_in_part_settles_nothing(heard, said, fact, value):
    """"No way they sign" was taken for a clause that they had accepted, for certain."""
    told = heard(f"{OFFER}. {said}", *DEAL, (fact, value, 0.97, said))
    assert told.get(fact) != ({value}, True)


@pytest.mark.parametrize("said", ["no way to reach the reseller", "no chance to see the site"])
def test_a_way_that_is_not_there_is_no_disbelief(heard, said):
    """It says nothing against what the model hears in the same breath."""
    told = heard(f"{OFFER}, {said} but answers are clear", *DEAL,
                 ("transparency", "open", 0.97, "answers are clear"))
    assert told["transparency"][0] == {"open"}


@pytest.mark.parametrize(("chance", "expected"), [
    (HINT, ({"evasive"}, False)), (HINT - 0.01, None),
])
def test_what_is_half_heard_in_words_of_answer_is_asked_back(heard, chance, expected):
    """Neither the model nor the word of answer said it alone, and the evasion was lost."""
    told = heard(f"{OFFER}. it's a different answer at any call", *DEAL,
                 ("transparency", "evasive", chance, "a different answer"))
    assert told.get("transparency") == (None if expected is None else expected)


def test_what_may_as_well_be_another_value_is_not(heard):
    """A value heard nearly as likely may be the one that was meant."""
    told = heard(f"{OFFER}. it's a different answer at any call", *DEAL,
                 ("transparency", "evasive", 0.4, "a different answer"),
                 ("transparency", "open", 0.4 - NEARLY, "a different answer"))
    assert "transparency" not in told


def test_what_names_a_grave_value_is_not_lost_to_its_own_contrary(heard):
    """"Regardless of the law" was half heard as a law that is followed, and nothing was told."""
    said = "they do what they want regardless of the law"
    told = heard(f"{OFFER}, {said}", *DEAL,
                 ("law_in_practice", "followed", 0.5, "regardless of the law"))
    assert told["law_in_practice"] == ({"ignored"}, False)


def test_what_is_heard_across_a_stop_is_of_the_clause_it_lies_in(heard):
    """What opens with "couldn't get a straight answer" lost it to the product behind the stop."""
    told = heard("couldn't get a straight answer. drones for the army of Chad",
                 ("product", "drone", 0.99, "answer. drones for"), *DEAL[1:])
    assert told["transparency"] == ({"evasive"}, False)


@pytest.mark.parametrize("said", [
    "they told us to stop asking", "the colonel told me to stop asking", "he said to stop asking",
])
def test_that_they_want_no_questions_is_no_complaint_about_ours(heard, said):
    """It was taken for impatience with the bot."""
    told = heard(f"{OFFER}. {said}", *DEAL, ("transparency", "evasive", 0.8, said))
    assert told["transparency"][0] == {"evasive"}


def test_who_is_tired_of_our_questions_evades_nothing(heard):
    """That is of the talk."""
    said = "stop asking me things"
    assert "transparency" not in heard(
        f"{OFFER}. {said}", *DEAL, ("transparency", "evasive", 0.8, said))


def test_who_hosts_it_is_heard_though_several_parties_are_told_apart(heard):
    """"A local telco hosts it for them" was taken for the customer's own hosting, for certain."""
    said = "local telco hosts it for them"
    told = heard(f"plate readers for police in Chad, {said}",
                 ("product", "alpr", 0.99, "plate readers"), ("country", "*", 0.99, "Chad"),
                 ("end_user", "police", 0.99, "police"),
                 ("hosting", "third-party", 0.97, said), ("hosting", "customer", 0.55, "for them"))
    assert told["hosting"][0] == {"third-party"}


def test_what_is_nearly_signed_is_not(heard):
    """The model hears the signature, and hardly that it is yet to come."""
    told = heard(f"{OFFER}, nearly signed", *DEAL, ("stage", "signed", 0.99, "signed"))
    assert told["stage"] == ({"negotiating"}, False)


def test_what_feeds_a_scoring_of_citizens_is_no_mere_link(heard):
    """"Plugs into the big citizen scoring thing" was taken for any connection."""
    said = "it plugs into the big citizen scoring thing"
    told = heard(f"{OFFER}, {said}", *DEAL, ("system_of_concern", "yes", 0.98, said))
    assert told["system_of_concern"][0] == {"yes"}


@pytest.mark.parametrize(("text", "value"), [
    ("UPDF wants drones", "military"),
    ("quote for drones, Unit 8200", "intelligence"),
    ("drones. Serious Fraud Office. asap", "prosecutor"),
])
def test_an_agency_that_no_model_knows_is_heard_by_its_name(heard, text, value):
    """It was asked who would use it, of an agency that the vocabulary knows by name."""
    assert heard(text, DEAL[0])["end_user"] == ({value}, False)


@pytest.mark.parametrize("text", [
    "drones, the police station is next door", "drones. army shot at somebody there",
])
def test_a_body_that_is_only_mentioned_gets_nothing(heard, text):
    """It neither asks for anything nor stands by itself."""
    assert "end_user" not in heard(text, DEAL[0])


@pytest.mark.parametrize(("text", "country"), [
    ("drones for the army, Iran? no, Egypt", {"EG"}),
    ("drones for the army of Peru? no wait, Chile", {"CL"}),
    ("drones for the army, reseller got caught shipping jammers to Iran. it's for Chad", {"TD"}),
    ("drones for the army of Chad, the distributor was fined for exports to Syria", {"TD"}),
    ("bodycams for the Polish border guard, Belarus fence", {"PL"}),
    # The end-user's own place stays one.
    ("the police in Kenya were caught spying, they want drones", {"KE"}),
    ("drones for the army of Chad? no problem", {"TD"}),
])
def test_a_place_that_is_gone_back_on_or_sold_to_before_is_none_of_use(reader, text, country):
    """Each was taken for a country of use, and for certain."""
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"),
                          author="a", sent_at=WHEN)
    assert set(message.heard["country"].values) == country


@pytest.mark.parametrize("text", [
    "people dont dare speak freely", "nobody dares to say anything bad about the king",
    "they don't dare say what they think",
])
def test_what_nobody_dares_to_say_is_no_freedom(reader, text):
    """"Don't dare speak" was read as the denial of a limit on speech."""
    answer = reader.read(f"{OFFER}. {text}", Conversation(ConversationId("c")),
                         key=MessageKey("m"), author="a", sent_at=WHEN).heard["rights_limits"]

    assert answer.values == {"yes"}


def test_who_dares_to_speak_is_free_to(reader):
    told = reader.read(f"{OFFER}. people dare say what they want", Conversation(
        ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN).heard

    assert "rights_limits" not in told


@pytest.mark.parametrize(("text", "fact"), [
    ("nobody signs anything before june", "access_safeguards"),
    ("the reseller is on a list of approved suppliers", "party_reported"),
])
def test_what_nobody_signs_yet_and_lists_of_others_are_no_charge(reader, text, fact):
    told = reader.read(f"{OFFER}. {text}", Conversation(ConversationId("c")),
                       key=MessageKey("m"), author="a", sent_at=WHEN).heard

    assert fact not in told
