"""Which gap a question falls into, by the words of its asks and of the openings shipped."""

import math
from collections import defaultdict

import pytest

from retrieval import corpus, gap_words
from retrieval.border import Words
from retrieval.entries import Entry, entries_of
from retrieval.errors import ModelNotUsable
from retrieval.gap_words import GapWords, Said, counted, shipped, written
from retrieval.openings import read_openings

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"

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


def test_what_is_said_once_is_not_shipped():
    said = counted({"sales": ["The crate, an invoice", "the crate"], "prices": ["price"]},
                   {"the", "crate", "invoic", "price"})

    assert said == {"prices": Said(1, {}), "sales": Said(2, {"crate": 2, "the": 2})}


def test_a_damaged_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(gap_words, "FILE", tmp_path / "gap_words.json")
    (tmp_path / "gap_words.json").write_text('{"sales": 3}')
    shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"whom to ask\. Install the project again"):
            shipped()
    finally:
        shipped.cache_clear()


def test_what_is_shipped_was_counted_in_the_openings_of_the_corpus():
    guidance = corpus.read(CORPUS)
    said = defaultdict(list)
    for opening in read_openings(CORPUS, guidance):
        said[opening.gap].append(opening.beyond)
    known = Words(entries_of(guidance)).known

    # After an edit of the corpus: python -m retrieval.bordering
    assert gap_words.FILE.read_text("utf-8") == written(counted(said, known))
