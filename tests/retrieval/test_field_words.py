"""A field is named only to a question that has a word of that field's own."""

from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from retrieval.finding.field_words import FieldWords
from retrieval.indexes.entries import Entry
from retrieval.matches import Query
from retrieval.opening_words import Said

pytestmark = pytest.mark.xdist_group("field words")

ASKS = [*(Entry(f"p{n}", None, f"how long is the price list {n}", "prices") for n in range(4)),
        *(Entry(f"s{n}", None, f"how long is the invoice {n}", "sales") for n in range(6))]
SAID = {"the": 600, "how": 400, "long": 40, "price": 4, "list": 40, "invoic": 6}


def test_a_word_is_a_fields_own_where_its_texts_say_it_ten_times_as_often():
    own = FieldWords(ASKS, {}, SAID, 1_000, {"how"})

    assert own("a price for it?", "prices")
    # Forty of a thousand texts hold it, and four of these four.
    assert own("the list", "prices")
    assert not own("the price", "sales")
    assert not own("xyzzy", "prices")


def test_a_small_word_is_of_no_field():
    common = {**SAID, "how": 10}

    assert FieldWords(ASKS, {}, common, 1_000, ())("how so", "sales")
    assert not FieldWords(ASKS, {}, common, 1_000, {"how"})("how so", "sales")


def test_words_of_openings_count_as_those_of_asks():
    openings = {"sales": Said(10, {"crate": 5, "the crate": 5})}

    assert FieldWords(ASKS, openings, {**SAID, "crate": 5}, 1_000, ())("crates", "sales")
    assert not FieldWords(ASKS, openings, {**SAID, "crate": 300}, 1_000, ())("crates", "sales")


def test_where_words_are_not_counted_every_field_is_named():
    assert FieldWords(ASKS, {}, {}, 0, ())("xyzzy", "prices")


@pytest.fixture(scope="module")
def parts(data_dir: Path) -> Assembly:
    return Assembly(Settings(data_dir=data_dir, database_url="sqlite://", _env_file=None))


@pytest.mark.parametrize("text", [
    "how long is it going to take me", "what do I tell my boss", "satellite pics", "how much is it",
    "who is in charge", "how much time do I have", "is it worth it", "can I print this",
    "how do I explain this to the customer", "how long will it be",
])
def test_what_has_no_word_of_another_field_is_declined_without_one(text: str, parts: Assembly):
    (found,) = parts.search([Query(text)])

    assert (found.abstained, found.gap, found.nearest) == (True, None, None)


@pytest.mark.parametrize(("text", "gap"), [
    ("how do I lose weight", "fitness"),
    ("best film of 2019", "films-tv-music"),
    ("my wife left me", "relationships"),
    ("patch our VPN server", "own-cybersecurity"),
    ("what's the weather in Oslo", "weather"),
    ("my dog is sick", "pets"),
    ("who won the world cup", "sports"),
    ("is there a discount", "pricing-commission"),
    ("how do I reset my password", "it-helpdesk"),
])
def test_what_has_one_is_told_of_which_field_it_is(text: str, gap: str, parts: Assembly):
    (found,) = parts.search([Query(text)])

    assert (found.abstained, found.gap) == (True, gap)
