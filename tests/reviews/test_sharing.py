"""Words that go into the shared corpus: what tells which deal it is is gone, what matters stays."""

import time

import pytest

from bot.exporting.redacting import Redaction, Redactor
from bot.reviews.sharing import Sharing

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def sharing(guidance):
    return Sharing(guidance, Redactor(frozenset(Redaction)).clean)


@pytest.mark.parametrize(("said", "left"), [
    ("Write to ada.byron@example.com or call +44 20 7946 0958.",
     "Write to [contact] or call [contact]."),
    ("The deal is worth $2.5m, or EUR 2,300,000 in all.",
     "The deal is worth [amount], or [amount] in all."),
    ("They pay 300 thousand dollars on 3 March 2026, the rest by 2026-09-01.",
     "They pay [amount] on [date], the rest by [date]."),
    ("Delivery in Q3 2026 for 1200 units", "Delivery in [date] for [amount] units"),
    ("Acme Trading Ltd sells it on for us.", "[name] sells it on for us."),
    ("We met Mr Otieno Odhiambo of the police in Lodwarra.",
     "We met [name] of the police in [name]."),
    ("Ada Byron wants it. Will Otieno sign?", "[name] wants it. Will [name] sign?"),
    ("Falcontech wants our phone spyware.", "[name] wants our phone spyware."),
    ("the buyer is FalconTech, their product is the GX-4400",
     "the buyer is [name], their product is the [name]"),
    ("The kenyan KQJ wants it.", "The kenyan [name] wants it."),
    ("It goes by the name “Project Sunrise” here.", "It goes by the name [name] here."),
])
def test_what_tells_the_deal_is_taken_out(sharing, said, left):
    assert sharing.clean(said) == left


@pytest.mark.parametrize("said", [
    "Phone spyware for the police of Kenya, who will watch crowds at demonstrations.",
    "Cell-site simulators for the Ministry of Interior in Saudi Arabia. They use DPI.",
    "Is that OK in the United Arab Emirates? I don't know. We'd host it.",
    "Customer in Côte d'Ivoire wants 12 kits of mobile forensics through a reseller.",
    "Does the Kenyan military need a warrant? Courts there are weak.",
    "IMSI catchers for the army of the USA and the UK",
    "they said “we won't use it on journalists”",
])
def test_what_the_case_is_about_stays(sharing, said):
    assert sharing.clean(said) == said


def test_cleaning_twice_changes_nothing(sharing):
    once = sharing.clean("Acme Trading Ltd of Nairobi pays $2m on 3 March 2026 to ada@example.com.")

    assert sharing.clean(once) == once


def test_the_marks_tell_the_bot_nothing(sharing, reader):
    found = reader.lexicon.find("[name] [amount] [date] [contact] and [name], [date].")

    assert found.by_fact() == {}


def test_every_country_and_kind_of_end_user_stays(sharing, guidance):
    for fact in ("country", "end_user"):
        for choice in guidance.questions[fact].choices:
            said = f"It goes to {choice.label}."
            assert sharing.clean(said) == said


def taken(do, text):
    """Seconds of processor time, the least of three tries."""
    tries = []
    for _ in range(3):
        began = time.process_time()
        do(text)
        tries.append(time.process_time() - began)
    return min(tries)


@pytest.mark.parametrize(("lead", "unit"), [
    ("\n" * 1_000, " a"), (" " * 1_000, "a "), ("", "1 "), ("", "1,"), ("", "1. "), ("", "\"a "),
    ("", "Ab "), ("", ". A")],
    ids=["lines", "blanks", "numbers", "commas", "points", "quotes", "capitals", "sentences"])
def test_what_somebody_types_to_hold_it_up_does_not(sharing, lead, unit):
    """Lines without words took five minutes of the 8,000 characters that a message may have."""
    text = (lead + unit * 2_000)[:2_000]
    half = (lead[:len(lead) // 2] + unit * 1_000)[:1_000]

    # Of the cube it would be eight times as much; a moment is let by for what else runs.
    assert taken(sharing.clean, text) < 5 * taken(sharing.clean, half) + 0.1


@pytest.mark.parametrize("apart", [" ", ", ", "; "])
def test_of_a_long_list_of_amounts_no_digit_stays(sharing, apart):
    for count in range(1, 30):
        said = f"They pay USD {apart.join(['1,250,000'] * count)} a year."
        assert not any(sign.isdigit() for sign in sharing.clean(said)), said
