"""What a seller says of missing judges and of earlier misuse, in few words and unasked."""

import pytest

from retrieval.guidance import Fact

OPENING = "DPI for the telecom in Jordan"


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("no court ever checks it", "judicial_oversight", "none"),
    ("judges never check what they do", "judicial_oversight", "none"),
    ("judge? no judge needed for that", "access_safeguards", "none"),
    ("warrant? they need none", "access_safeguards", "none"),
    ("no court needed", "access_safeguards", "none"),
    ("for warrants the ministry decides", "access_safeguards", "inadequate"),
    ("law says court order but intelligence is exempt", "access_safeguards", "inadequate"),
    ("the warrant rule doesn't apply to the army", "access_safeguards", "inadequate"),
    ("they used pegasus before on opposition", "agency_misuse", "yes"),
    ("UN report named this telecom for spying on activists", "agency_misuse", "yes"),
    ("the press reported that the operator was wiretapping", "agency_misuse", "yes"),
])
def test_it_is_noted_whatever_was_asked(begin, text, fact, value):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    assert talk.conversation.deal.known(Fact(fact)) == {value}


@pytest.mark.parametrize(("text", "facts"), [
    ("a judge signs each request", {"judicial_oversight", "agency_misuse"}),
    ("the agency is exempt from tax", {"access_safeguards", "judicial_oversight"}),
    ("the ministry decides on the tender", {"access_safeguards", "judicial_oversight"}),
    ("they used pegasus travel for the flights", {"agency_misuse"}),
    ("the court building is their neighbour", {"access_safeguards", "judicial_oversight"}),
])
def test_what_only_sounds_so_is_not(begin, text, facts):
    talk = begin()
    talk.say(OPENING)
    talk.say(text)

    grave = {"none", "inadequate", "yes"}
    deal = talk.conversation.deal
    assert not any(deal.known(Fact(fact)) & grave for fact in facts)


@pytest.mark.parametrize(("text", "asks"), [
    ("judge? no judge needed for that", False),
    ("warrant? they need none", False),
    ("customs? the colonel handles it", False),
    ("DPI? what does the guidance say", True),
    ("is a judge needed?", True),
    ("Article 17?", True),
    ("what is DPI? it is for the police", True),
])
def test_a_word_with_a_mark_that_the_next_sentence_answers_asks_nothing(
    guidance, reader, text, asks
):
    understood = reader._understanding.of(text)

    assert reader._steering.questions.opens_asking(understood.reading, understood.clauses) is asks


def test_another_one_is_a_deal_of_its_own(begin):
    talk = begin()
    talk.say("drones for Kenya police")
    talk.say("and we've another one, phone forensics for Nigeria's EFCC")

    assert talk.conversation.deal.known(Fact("country")) == {"KE"}
    assert talk.conversation.deal.known(Fact("product")) == {"drone"}


def test_another_one_of_the_same_deal_stays_in_it(begin):
    talk = begin()
    talk.say("drones for Kenya police")
    talk.say("there's another one that the army in Kenya will use")

    assert talk.conversation.deal.known(Fact("end_user")) == {"police", "military"}


def test_a_sale_of_something_to_somebody_is_an_offer(begin):
    talk = begin()
    talk.say("Need advise for sale of radar to Vietnam coast guard")

    assert talk.conversation.deal.known(Fact("country")) == {"VN"}


@pytest.mark.parametrize(("told", "upshot"), [
    ("maybe there is a war",
     "Pause before you quote. One red flag, on something that is not certain: there is conflict "
     "or political turmoil where it will be used."),
    ("maybe there is a war. maybe journalists are jailed",
     "Pause before you quote. 2 red flags, none of them certain, among them: people, such as "
     "minorities, civil society or journalists, are reported abused or arbitrarily detained."),
    ("there is a war. maybe journalists are jailed",
     "Pause before you quote. 2 red flags, among them: there is conflict or political turmoil "
     "where it will be used."),
])
def test_the_upshot_names_one_of_several_flags_as_one_among_them(begin, told, upshot):
    """"2 red flags: conflict" read as if both were that."""
    reply = begin().say(f"cctv for the police in Kenya. {told}")

    assert reply.lead[0].text == upshot
