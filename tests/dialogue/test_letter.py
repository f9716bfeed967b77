"""What of a pasted mail is the matter, and what is the letter around it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.deciding import question_query
from bot.dialogue.messages.letter import Letter, Letters
from bot.dialogue.small_words.cues import Cues
from tests.dialogue.talking import WHEN

DEAL = "We want to sell drones to the police in Kenya."
GREETINGS = ("Hi team,", "Dear Ms Okafor,", "good morning everyone", "Hallo zusammen,",
             "To whom it may concern:", "Hey 👋", "Hi Jo,\nhope you had a good weekend!",
             "Dear all,\n\nI trust this finds you well.")
CLOSINGS = (
    "Best regards,\nAlex Morgan\nRegional Sales Manager",
    "thx\nsam",
    "Cheers, Jo\n--\nSent from my iPhone",
    "Mit freundlichen Grüßen\nM. Keller | Account Executive | +49 30 1234567",
    "Kind regards,\nJ. Doe\nHead of Sales\nAcme Vision Ltd\njdoe@acme.example\nwww.acme.example",
    "--\nPriya N.\nBids and tenders",
    "Get Outlook for iOS",
    "Many thanks and kind regards\nJ. Doe\nHead of Sales Surveillance Drones\n+49 30 1234567",
    "Best,\nAlex Morgan\nRegional Sales Manager\n"
    "Acme Vision GmbH | Hauptstr. 5, 10115 Berlin | +49 30 1234567 | alex@acme.example",
    "Thanks in advance!",
    "Sincerely yours\n\nThis e-mail and any attachments are confidential and meant for the "
    "intended recipient only.",
)
QUOTED = (
    "On Tue, Nov 3, 2026 at 9:14 AM Sam Reed <sam@a.example> wrote:\n> Any news on Chad?\n> Thanks",
    "On Tue, Nov 3, 2026 at 9:14 AM Sam Reed\n<sam@a.example> wrote:\n>\n> Any news?\n>> Spyware?",
    "Am 3.11.2026 um 09:14 schrieb Sam Reed <sam@a.example>:\nGibt es etwas Neues aus Chad?",
    "Le mar. 3 nov. 2026 à 09:14, Sam Reed <sam@a.example> a écrit :\n> Du nouveau?",
    "-----Original Message-----\nFrom: Sam Reed\nSent: Tuesday\nSubject: RE: spyware\n\nSee below.",
    "________________________________\nVon: Sam Reed\nGesendet: Dienstag\nBetreff: AW: Chad\n\nSo.",
    "---------- Forwarded message ---------\nFrom: Sam Reed <sam@a.example>\nDate: 3 Nov\n\nSo.",
)


@pytest.fixture(scope="module")
def letters(guidance, reader) -> Letters:
    return Letters(Cues.of(guidance.vocabulary.cues), reader.lexicon.knows)


@pytest.mark.parametrize(("greeting", "closing", "quoted"), [
    *((g, "", "") for g in GREETINGS), *(("", c, "") for c in CLOSINGS),
    *(("", "", q) for q in QUOTED), *product(GREETINGS[:2], CLOSINGS[:5], QUOTED)])
def test_what_is_around_the_matter_is_blanked(letters, greeting, closing, quoted):
    text = "\n\n".join(part for part in (greeting, DEAL, closing, quoted) if part)

    letter = letters.letter(text)

    assert letter.own.strip() == DEAL
    assert letter.own.index(DEAL) == text.index(DEAL)
    assert len(letter.own) == len(letter.whole) == len(text)


@pytest.mark.parametrize("text", [
    DEAL,
    "Hi team, we sell drones to the police in Kenya",
    "Hi\nThanks!",
    "thanks",
    "hello all\n\ncheers, Jo",
    "Product: drones\nCountry: Kenya\nTo: the police",
    "hi Kenya police\nwe sell drones",
    "drones for the police\nin Kenya\nhosted by us",
    "the customer says:\nno warrants needed",
    "we sell to the police.\nthanks for checking whether they ask a judge",
    "From: a reseller in Dubai, drones for Chad\nthe army buys",
    "drones\n- police in Kenya\n- via a reseller",
    "Hope you had a good day with the police in Kenya\ndrones for them",
    "drones for Kenya\nmany thanks and now the army",
])
def test_what_only_looks_like_a_letter_stays(letters, text):
    assert letters.letter(text) == Letter(text, text)


@pytest.mark.parametrize(("text", "own"), [
    ("drones for Chad\nthanks\nhosted by us", "drones for Chad\n      \nhosted by us"),
    ("drones for Chad\nCheers, Jo\nPS it goes through a broker",
     "drones for Chad\n          \nPS it goes through a broker"),
    ("the customer says:\n> no warrants needed", "the customer says:\n  no warrants needed"),
    ("drones for Chad\nthanks\nKenya too", "drones for Chad\n      \nKenya too"),
])
def test_what_tells_behind_a_courtesy_is_kept(letters, text, own):
    assert letters.letter(text).own == own


def test_answers_between_quoted_lines_are_kept(letters):
    text = ("On 3 Nov 2026 Sam <sam@a.example> wrote:\n> Who buys?\nThe police.\n"
            "> And where?\nKenya.")

    assert letters.letter(text).own.split() == ["The", "police.", "Kenya."]


@given(st.text(alphabet="ab \n>-:@1,.", max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_character_that_is_left_stands_where_it_stood(letters, text):
    letter = letters.letter(text)

    for part in (letter.own, letter.whole):
        assert len(part) == len(text)
        assert all(new in {old, " "} for old, new in zip(text, part, strict=True))


def test_a_question_in_a_mail_is_searched_without_what_is_around_it(reader, guidance):
    asked = "What does the guidance say about resellers?"
    mail = f"Hi team,\n\n{asked}\n\nBest regards,\nAlex Morgan\nHead of Sales, Berlin"

    in_mail, alone = read(reader, mail), read(reader, asked)

    assert in_mail.text == mail
    assert in_mail.matter == asked
    assert alone.matter == ""
    empty = Conversation(ConversationId("c"))
    assert question_query(empty, in_mail, guidance) == question_query(
        empty, alone, guidance)


def read(reader, text, conversation=None):
    return reader.read(text, conversation or Conversation(ConversationId("c")),
                       key=MessageKey("m"), author="a", sent_at=WHEN)


@pytest.mark.parametrize("closing", CLOSINGS)
@pytest.mark.parametrize("quoted", QUOTED)
def test_a_pasted_mail_says_what_its_matter_says(reader, closing, quoted):
    plain = read(reader, DEAL)
    text = f"Hi all,\n\n{DEAL}\n\n{closing}\n\n{quoted}"

    message = read(reader, text)

    assert {f: (a.values, a.said, a.sure) for f, a in message.heard.items()} == {
        f: (a.values, a.said, a.sure) for f, a in plain.heard.items()}
    assert all(text[a.start : a.end] == a.said for a in message.heard.values())
    assert message.intent is plain.intent


@pytest.mark.parametrize("above", ["fyi", "see below, what do you think?", "Hi\n\nthoughts?", ""])
@pytest.mark.parametrize("head", [
    "---------- Forwarded message ---------\nFrom: Sam Reed <sam@a.example>\nSubject: RE: visit\n",
    "On Tue, Nov 3, 2026 at 9:14 AM Sam Reed <sam@a.example> wrote:\n",
])
@pytest.mark.parametrize("mark", ["", "> "])
def test_a_mail_passed_on_is_the_deal_where_nothing_else_tells_of_one(reader, above, head, mark):
    message = read(reader, f"{above}\n\n{head}\n{mark}{DEAL}".strip())

    assert {f: a.values for f, a in message.heard.items()} == {
        f: a.values for f, a in read(reader, DEAL).heard.items()}


@pytest.mark.parametrize("above", [
    "Hi team,\n\nforwarding this from our partner in Lagos, what do we need before quoting?",
    "passing this on from the reseller, they are negotiating",
    "for renewal, via our disti. thoughts?",
])
def test_a_mail_is_the_deal_where_the_words_above_it_say_neither_what_nor_to_whom(reader, above):
    """Who passed on what a partner wrote was asked what is sold, and nothing of the mail was said:
    where the partner is and how far the deal is were taken for the deal."""
    below = f"---\nFrom: Sam Reed\nSubject: opportunity\n\nDear Mark, {DEAL}"

    message = read(reader, f"{above}\n\n{below}")

    told = {f: a.values for f, a in read(reader, DEAL).heard.items()}
    assert told.items() <= {f: a.values for f, a in message.heard.items()}.items()


def test_a_mail_below_an_answer_is_no_part_of_it(reader, begin):
    talk = begin()
    talk.say(DEAL)
    before = replace(talk.conversation)

    message = read(reader, f"ok\n\n{QUOTED[0]}", before)

    assert not message.heard


@pytest.mark.parametrize("thanks", ["Thanks", "Best regards,\nAlex Morgan"])
def test_what_is_filled_in_below_a_courtesy_is_no_signature(letters, thanks):
    """Three lines of a deal were taken for name, title and address, and nothing was said of it."""
    form = "Product: Facial recognition\nEnd user: Kenya Police\nVia: Reseller in Dubai"

    letter = letters.letter(f"New one for you.\n{thanks}\n{form}")

    assert letter.own.endswith(form)
