"""Messages in other languages: told apart from what the texts don't cover."""

import pytest

from bot.dialogue.reply import Kind
from bot.dialogue.small_words.languages import in_another_language


@pytest.mark.parametrize(("text", "foreign"), [
    ("dürfen wir die Kameras auf Kredit liefern, und wenn ja, wie?", True),
    ("est-ce que nous pouvons vendre des drones", True),
    ("que podemos hacer con el cliente", True),
    ("possiamo vendere il sistema per la polizia", True),
    ("can we sell drones to the police of La Paz", False),
    ("the deal in El Salvador is for the Los Rios prison", False),
    ("cctv para police", False),
    ("do we need a licence", False),
    ("um im lost", False),
    ("Al Qaida, Al Shabaab?", False),
    ("El Paso, Los Angeles", False),
    ("van, met police?", False),
    ("Wir verkaufen Drohnen an die Bundespolizei in Österreich", True),
    ("nous vendons des caméras à la police du Mali", True),
    ("Vogliamo vendere telecamere alla polizia in Egitto", True),
    ("vendemos camaras a la policia para vigilar manifestaciones", True),
    ("мы продаем камеры полиции", True),
    ("nous", False),
    ("wer sieht das?", True),
    ("Ho Chi Minh City, who sees that?", False),
    ("we sell Hikvision CCTV to Bundespolizei via Müller Sicherheitstechnik GmbH", False),
    ("LI box for Telekom Srbija via Zoran Petrovic doo", False),
    ("Cellebrite UFED Touch2, GrayKey, Oxygen", False),
    ("drones for Policia Federal de Sao Paulo via Grupo Sistemas", False),
    ("the reseller is Grupo Sur Sistemas", False),
    ("", False),
])
def test_small_words_tell_the_language(guidance, text, foreign):
    assert in_another_language(text, guidance) is foreign


def test_who_writes_in_another_language_is_told_that_only_english_is_read(begin):
    reply = begin().say("que podemos hacer con el cliente?")

    assert [line.text for line in reply.lead] == [
        "I read English only, and this seems to be in another language. Please put it to me in "
        "English, or ask your compliance lead."]


def test_passages_that_lie_near_what_was_not_understood_are_no_answer(begin):
    # The search by words finds a "de" in some of them.
    reply = begin().say("que hay que revisar antes de vender al ministerio de human rights")

    assert reply.kind is Kind.DECLINE
    assert not reply.considerations


def test_a_deal_that_is_understood_all_the_same_is_advised_on(begin):
    talk = begin()
    talk.say("vendemos drones para la policia de Honduras")

    assert talk.conversation.deal.known("country") == {"HN"}


@pytest.mark.parametrize("text", [
    "Wir verkaufen Drohnen an die Bundespolizei in Österreich",
    "vendemos drones para la policia de Honduras",
])
def test_a_deal_half_heard_in_another_language_is_said_to_be_so(begin, text):
    reply = begin().say(text)

    assert reply.heard
    assert [line.text for line in reply.aside] == [
        "I read English only, and this seems to be in another language. Please put it to me in "
        "English, or ask your compliance lead."]


def test_a_deal_told_in_english_has_no_such_line(begin):
    assert begin().say("drones for the Bundespolizei in Berlin").aside == ()
