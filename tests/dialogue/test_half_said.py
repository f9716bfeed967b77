"""What is heard as more than was said, and what is heard as the opposite of it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact, Guidance
from retrieval.words.tells import ANY, Told
from tests.dialogue.talking import WHEN, Says, Talk

DEAL = "Drones for the coast guard of Chad. "


def read(guidance: Guidance, text: str, *told: tuple[str, str, float, str]) -> Message:
    reader = PlainReader(guidance, Says(("country", ANY, 1.0, "of Chad"), *told))
    return reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a",
                       sent_at=WHEN)


def noted(message: Message, fact: str) -> tuple[set[str], bool] | None:
    """The values of *fact*, and whether they are asked back."""
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.guessed)


@pytest.mark.parametrize(("said", "guessed"), [
    ("judge order needed", True),
    ("warrants by the district court", True),
    ("a prosecutor's approval comes first", True),
    ("a judge signs each warrant, and parliament reviews them", False),
    ("court orders, audited by an ombudsman", False),
])
def test_approval_without_a_word_of_review_is_asked_back(guidance, said, guessed):
    message = read(guidance, f"{DEAL}They have {said}.",
                   ("access_safeguards", "adequate", 0.97, said))

    assert noted(message, "access_safeguards") == ({"adequate"}, guessed)


@pytest.mark.parametrize(("said", "guessed"), [
    ("The owner is a shell company", True),
    ("A front company holds the shares", True),
    ("The owner is a front company of the ministry", False),
    ("A shell company hides that the state owns it", False),
])
def test_a_shell_is_no_hidden_government_for_certain(guidance, said, guessed):
    message = read(guidance, f"{DEAL}{said}.", ("hidden_ownership", "yes", 0.97, said))

    assert noted(message, "hidden_ownership") == ({"yes"}, guessed)


@pytest.mark.parametrize(("said", "guessed"), [
    ("It's for a client in the region", True),
    ("One of our customers wants it", True),
    ("The client won't say who it is for", False),
    ("They do not tell us whom it is for", False),
])
def test_only_who_refuses_a_name_is_heard_to_refuse_it(guidance, said, guessed):
    message = read(guidance, f"Drones. {said}.", ("product", "drone", 1.0, "Drones"),
                   ("end_user", "undisclosed", 0.97, said))

    assert noted(message, "end_user") == ({"undisclosed"}, guessed)


@pytest.mark.parametrize(("said", "value", "guessed"), [
    ("They need no warrant, right?", "none", True),
    ("So they need no warrant?", "none", True),
    ("They need no warrant, correct?", "none", True),
    ("They need no warrant, right.", "none", False),
    ("They need no warrant. Anything else?", "none", False),
])
def test_what_is_put_as_a_question_is_no_fact(guidance, said, value, guessed):
    message = read(guidance, DEAL + said, ("access_safeguards", value, 0.97, "need no warrant"),
                   ("product", "drone", 1.0, "Drones"))

    assert noted(message, "access_safeguards") == ({value}, guessed)


@pytest.mark.parametrize("doubt", [
    "I doubt journalists are detained", "I doubt that journalists are detained",
    "we doubt that any journalists are detained", "unlikely that journalists are detained"])
def test_a_charge_that_is_doubted_is_asked_back_as_its_opposite(guidance, doubt):
    message = read(guidance, f"{DEAL}{doubt}.",
                   ("detentions", "yes", 0.97, "journalists are detained"))

    assert noted(message, "detentions") == ({"no"}, True)


@pytest.mark.parametrize("sentence", [
    "I don't doubt that journalists are detained", "No doubt journalists are detained",
    "They never stopped: journalists are detained",
    "It doesn't matter that journalists are detained", "They don't deny journalists are detained"])
def test_a_charge_that_nothing_denies_stands(guidance, sentence):
    message = read(guidance, f"{DEAL}{sentence}.",
                   ("detentions", "yes", 0.97, "journalists are detained"))

    assert noted(message, "detentions") == ({"yes"}, False)


def test_what_would_settle_a_fact_and_is_doubted_does_not(guidance):
    message = read(guidance, f"{DEAL}I doubt that the courts are independent.",
                   ("judicial_oversight", "independent", 0.95, "the courts are independent"))

    assert noted(message, "judicial_oversight") == ({"weak"}, True)


@pytest.mark.parametrize(("text", "fact", "said"), [
    ("drones for the police in Kenya, no judge signs off", "access_safeguards",
     "no judge signs off"),
    ("drones for Kenya, they won't sign the end use statement", "human_rights_clause",
     "won't sign the end use statement"),
    ("drones for Kenya, they never jailed journalists", "detentions", "never jailed journalists"),
    ("drones for Kenya, journalists in jail: none", "detentions", "journalists in jail: none"),
    ("drones for Kenya, they jail journalists", "detentions", "jail journalists"),
    ("drones for Kenya, the reseller is 6% state owned", "hidden_ownership", "6% state owned"),
    ("drones for Kenya, the firm is 40 percent owned by the government", "hidden_ownership",
     "40 percent owned by the government"),
    ("drones for Kenya, they never misused any, journalists are jailed", "detentions",
     "journalists are jailed"),
])
def test_what_rests_on_a_no_or_a_number_is_quoted_with_it(reader, text, fact, said):
    message = reader.read(text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a",
                          sent_at=WHEN)

    answer = message.heard[Fact(fact)]
    assert answer.said == said
    assert text[answer.start : answer.end] == said


@pytest.mark.parametrize(("text", "value"), [
    ("set detentions=no", "no"), ("detentions: no", "no"), ("detentions: none, as we read", "no"),
    ("detentions no", "no"), ("detentions", "yes"), ("detentions, no warrants", "yes"),
    # Another clause may follow without a mark, also one whose words are said of them as well.
    ("detentions: no but the press is censored", "no"),
    ("detentions no because nobody protests", "no"),
    ("detentions: no but dissidents are watched", "no"),
    ("detentions: no, but dissidents are watched", "no"),
    ("detentions: no but dissidents are jailed", "yes")])
def test_a_form_that_is_filled_in_with_a_no_says_no(begin, text, value):
    talk: Talk = begin()
    talk.conversation = talk.conversation.asking((Fact("detentions"),))
    talk.say(text)

    assert talk.conversation.deal.known(Fact("detentions")) == {value}


@pytest.mark.parametrize("clause", [
    "contract bans use at protests", "the contract prohibits the use of the drones at protests",
    "they must not be used at protests", "our terms forbid using them at protests",
    "it is not allowed to be used at protests"])
def test_a_use_that_the_deal_rules_out_is_none(guidance, clause):
    message = read(guidance, f"{DEAL}{clause}.", ("product", "drone", 1.0, "Drones"),
                   ("end_use", "crowd-monitoring", 0.95, "at protests"))

    assert noted(message, "end_use") is None
    assert noted(message, "rights_limits") is None


@pytest.mark.parametrize("clause", [
    "they use it at protests", "the law bans use of encryption and they use it at protests",
    "nothing bans selling it. They use it at protests"])
def test_a_use_that_nothing_rules_out_is_one(guidance, clause):
    message = read(guidance, f"{DEAL}{clause}.", ("product", "drone", 1.0, "Drones"),
                   ("end_use", "crowd-monitoring", 0.95, "at protests"))

    assert noted(message, "end_use") == ({"crowd-monitoring"}, False)


@pytest.mark.parametrize(("clause", "value", "expected"), [
    ("consent forms signed", "signed", None),
    ("we signed an NDA", "signed", None),
    ("quote was delivered yesterday", "delivered", None),
    ("quote was delivered yesterday", "signed", None),
    ("training delivered in Dubai", "delivered", None),
    ("contract and NDA signed", "signed", {"signed"}),
    ("they signed our offer", "signed", {"signed"}),
    ("drones and training delivered", "delivered", {"delivered"}),
    ("delivered last month", "delivered", {"delivered"}),
])
def test_what_is_signed_or_delivered_beside_the_deal_is_no_stage_of_it(
        guidance, clause, value, expected):
    message = read(guidance, f"{DEAL}We tell you: {clause}.", ("stage", value, 0.97, clause))

    found = noted(message, "stage")
    assert (found and found[0]) == expected


def test_what_stands_in_any_contract_is_no_fact_of_the_deal(guidance):
    message = read(
        guidance,
        f"{DEAL}Governing law: England. Disputes shall be settled by independent courts of London. "
        "Force majeure includes armed conflict.",
        ("country", ANY, 1.0, "England"), ("conflict", "yes", 0.97, "includes armed conflict"),
        ("judicial_oversight", "independent", 0.97, "independent courts of London"))

    assert noted(message, "country") == ({"TD"}, False)
    assert noted(message, "judicial_oversight") is None
    assert noted(message, "conflict") == ({"yes"}, True)


@pytest.mark.parametrize("clause", [
    "the trainer is a Ugandan army guy", "trained by the army of Uganda",
    "the instructors are from the army of Uganda"])
def test_who_teaches_uses_nothing(guidance, clause):
    message = read(guidance, f"Drones for the police of Chad. And {clause}.",
                   ("end_user", "police", 1.0, "the police"),
                   ("end_user", "military", 0.97, clause), ("country", ANY, 1.0, clause))

    assert noted(message, "end_user") == ({"police"}, False)
    assert noted(message, "country") == ({"TD"}, False)


def in_parts(talk: Talk, *parts: str) -> None:
    for n, part in enumerate(parts):
        talk.say(part, WHEN + n * timedelta(seconds=6))


class Mistakes:
    """A model that hears something else in words once others stand beside them."""

    def __init__(self, words: str, beside: str, alone: tuple[str, str, float] | None,
                 then: tuple[str, str, float]) -> None:
        self._words, self._beside, self._alone, self._then = words, beside, alone, then

    def __call__(self, text: str) -> Sequence[Told]:
        heard = self._then if self._beside in text else self._alone
        if self._words not in text or heard is None:
            return []
        fact, value, chance = heard
        start = text.index(self._words)
        return [Told(Fact(fact), value, chance, start, start + len(self._words))]


def talk_with(guidance, sentences, model) -> Talk:
    return Talk(guidance, PlainReader(guidance, model), sentences)


def test_what_follows_at_once_turns_nothing_that_it_does_not_speak_of(guidance, sentences):
    model = Mistakes("zorbs go to the bench", "no facets",
                     ("data_sharing", "restricted", 0.98), ("data_sharing", "open", 0.8))
    talk = talk_with(guidance, sentences, model)
    in_parts(talk, "drones for Kenya", "zorbs go to the bench", "no facets")

    assert talk.conversation.deal.known(Fact("data_sharing")) == {"restricted"}


def test_what_is_guessed_for_the_company_it_keeps_is_not_taken(guidance, sentences):
    model = Mistakes("well one zorb", "through none", None, ("party_reported", "no", 0.8))
    talk = talk_with(guidance, sentences, model)
    in_parts(talk, "drones for Kenya", "through none", "well one zorb")

    assert not talk.conversation.deal.answered(Fact("party_reported"))


def test_a_message_is_quoted_without_the_one_before_it(guidance, sentences):
    said = "warrants: not needed"

    def model(text: str) -> Sequence[Told]:
        return [Told(Fact("access_safeguards"), "none", 1.0, 0, len(text))] if said in text else []

    talk = talk_with(guidance, sentences, model)
    in_parts(talk, "drones for Kenya", said)

    assert talk.conversation.deal.answers[Fact("access_safeguards")].said == said


@pytest.mark.parametrize(("said", "guessed"), [
    ("They share data with the police", True),
    ("the tax office gets a feed", True),
    ("all ministries put the data there", True),
    ("They share data with whoever asks, no limits", False),
    ("They share the data with all agencies", False),
    ("they share data with the police and sell it on", False),
])
def test_what_one_body_gets_is_not_shared_freely_for_certain(guidance, said, guessed):
    message = read(guidance, f"{DEAL}{said}.", ("data_sharing", "open", 0.97, said))

    assert noted(message, "data_sharing") == ({"open"}, guessed)


@pytest.mark.parametrize(("said", "fact", "value", "heard"), [
    ("we have a branch in Dubai", "intermediary", "joint-venture", False),
    ("our subsidiary there is a joint venture", "intermediary", "joint-venture", True),
    ("we own half of the local entity", "intermediary", "joint-venture", True),
    ("and never at protests", "law_in_practice", "ignored", False),
    ("the law is never applied against the army", "law_in_practice", "ignored", True),
    ("integration with the national list", "system_of_concern", "yes", False),
    ("it connects to a system that is known for persecution", "system_of_concern", "yes", True),
    ("the service complains about the support", "stage", "complaint", False),
    ("an NGO complained about misuse", "stage", "complaint", True),
    ("an NGO complained about the delivery of drones that were used on protesters", "stage",
     "complaint", True),
])
def test_what_is_told_of_something_else_is_no_fact(guidance, said, fact, value, heard):
    message = read(guidance, f"{DEAL}{said}.", (fact, value, 0.97, said))

    assert (noted(message, fact) is not None) == heard


@pytest.mark.parametrize("hedge", ["fairly sure", "pretty certain", "reasonably confident"])
def test_who_is_only_fairly_sure_is_not_sure(guidance, hedge):
    law = "the law is followed"
    message = read(guidance, f"{DEAL}{hedge} {law}", ("law_in_practice", "followed", 0.99, law))

    assert message.heard[Fact("law_in_practice")].sure is False


@pytest.mark.parametrize(("said", "told", "value"), [
    ("It is not true that there is no war there", (("no", 0.6), ("yes", 0.29)), "yes"),
    ("It's a lie that there's no war", (("no", 0.9),), "yes"),
    ("It is not true that there is a war there", (("no", 0.6),), "no"),
])
def test_who_says_that_a_denial_is_wrong_denies_nothing(guidance, said, told, value):
    message = read(guidance, f"{DEAL}{said}.", *[
        ("conflict", heard, chance, said) for heard, chance in told])

    assert noted(message, "conflict") == ({value}, True)


@pytest.mark.parametrize(("said", "heard"), [
    ("they found out we have face recognition too", False),
    ("the chief heard that we also make drones", False),
    ("an NGO found out that they track journalists with it", True),
])
def test_who_learns_what_we_have_to_offer_charges_nobody(guidance, said, heard):
    message = read(guidance, f"{DEAL}{said}.", ("agency_misuse", "yes", 0.95, said))

    assert (noted(message, "agency_misuse") is not None) == heard


@pytest.mark.parametrize(("text", "value"), [
    ("Tender no. 7/26 for number plate cameras for the police", "alpr"),
    ("ref no 4411 number plate cameras for the police", "alpr"),
    ("order no: 12, number plate cameras for the police", "alpr"),
    # And where no number follows.
    ("the tender is no number plate cameras, it's drones", "drone"),
])
def test_the_no_of_a_number_denies_nothing(begin, text, value):
    talk = begin()
    talk.say(text)

    assert talk.conversation.deal.known(Fact("product")) == {value}


@pytest.mark.parametrize("text", [
    "law requires it", "it's required by law", "the law mandates them",
])
def test_that_a_law_asks_for_the_goods_is_no_harsh_law(guidance, sentences, text):
    """"LI for Vodafone Albania, law requires it" raised a flag on laws against civic life."""
    hears = Says(("restrictive_laws", "yes", 0.8, text))
    talk = Talk(guidance, PlainReader(guidance, hears), sentences)
    talk.say("a lawful interception system for a telecom operator in Albania")
    talk.say(text)

    assert not talk.conversation.deal.known("restrictive_laws")


@pytest.mark.parametrize(("said", "guessed"), [
    ("nobody jailed, we have not searched", True),
    ("nobody jailed, we did not searched", True),
    ("no journalist in prison in our knowledge, not researched", True),
    ("nobody arrested as far as i can tell, have not check", True),
    ("nobody jailed, we don't have verified", True),
    ("no jailed persons known to us, search is not done from our side", True),
    ("nobody jailed, no search was done", True),
    ("nobody jailed, we searched", False),
    ("nobody jailed, the search is done", False),
])
def test_an_answer_of_who_has_not_looked_is_no_finding(guidance, sentences, said, guessed):
    """Where it was asked, "nobody, we have not searched" was noted as searched, for certain."""
    reader = PlainReader(guidance, Says(("detentions", "no", 0.95, said)))
    talk = Talk(guidance, reader, sentences).amid(
        {"product": "drone", "end_user": "police", "country": "TG"},
        ("detentions", "restrictive_laws", "conflict"))
    talk.say(said)

    answer = talk.conversation.deal.answers[Fact("detentions")]
    assert (answer.values, answer.guessed) == ({"no"}, guessed)
