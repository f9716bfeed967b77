"""Which gap a question falls into, by the words of its asks and of the openings shipped."""

import math

import pytest

from retrieval.finding.gap_words import GapWords
from retrieval.indexes.entries import Entry
from retrieval.opening_words import Said

ASKS = [*(Entry(f"p{n}", None, f"the price number {n}", "prices") for n in range(3)),
        *(Entry(f"s{n}", None, f"the invoice number {n}", "sales") for n in range(2))]
KNOWN = {"the", "price", "invoic", "the invoic", "crate"}


def test_the_gap_is_told_by_its_own_words():
    found = GapWords(ASKS, KNOWN, {})("has the invoice gone out")

    # "the" stands in every ask, "invoice" and "the invoice" in those of one gap.
    assert found == pytest.approx({
        "sales": 3 * math.log(2.3 / 3),
        "prices": math.log(3.3 / 4) + 2 * math.log(0.3 / 4),
    })


def test_words_of_openings_count_as_those_of_asks():
    words = GapWords(ASKS, KNOWN, {"sales": Said(3, {"crate": 2}), "gone": Said(9, {"crate": 9})})

    assert words("the crate") == pytest.approx({
        "sales": math.log(2.3 / 6) + math.log(2.3 / 6),
        "prices": math.log(3.3 / 4) + math.log(0.3 / 4),
    })


def test_what_nobody_counts_says_the_same_of_all():
    assert set(GapWords(ASKS, KNOWN, {})("xyzzy 7").values()) == {0}
