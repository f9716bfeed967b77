"""What words say of provisions, by a library that logs whatever it does unless told not to."""

import subprocess
import sys

import numpy as np
import pytest

from retrieval.finding import lexical
from retrieval.finding.lexical import Lexical, words_in
from retrieval.indexes.entries import Entry, entries_of
from retrieval.passages import passage
from tests.conftest import PROJECT

from . import small

BUILD = """
import logging
logging.basicConfig(level=logging.INFO)
{}
"""
LEXICAL = """
from pathlib import Path
from retrieval.corpus import read
from retrieval.indexes.entries import entries_of
from retrieval.finding.lexical import Lexical
content = read(Path("guidance_corpus"))
Lexical(content, entries_of(content)).ranking("due diligence")
"""
PLAIN = """
import bm25s
from retrieval.measuring import plain_rag
index = plain_rag.bm25s.BM25()
index.index([["due", "diligence"]], show_progress=False)
"""


@pytest.mark.long
@pytest.mark.parametrize("made", [LEXICAL, PLAIN])
def test_building_an_index_of_words_says_nothing_in_the_log(made: str):
    # In a process of its own: the library sets its level when it is imported, whatever was set.
    ended = subprocess.run([sys.executable, "-c", BUILD.format(made)], cwd=PROJECT, check=True,
                           capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("", "")


PROVISIONS = [small.provision("ungp-1", "Nought."), small.provision("ungp-2", "Nought.")]
FIRST, SECOND = (passage(provision) for provision in PROVISIONS)


def counted(*texts: tuple[int, str]) -> Lexical:
    """The words of *texts*, each of which leads to the first provision, the second, or a gap."""
    lead = [(FIRST, None), (SECOND, None), (None, "prices")]
    entries = [Entry(f"e{n}", lead[to][0], text, lead[to][1])
               for n, (to, text) in enumerate(texts)]
    return Lexical(small.guidance(PROVISIONS), entries)


def test_of_single_texts_the_best_few_speak_by_their_mean_and_silent_ones_count():
    spoken = counted((0, "alpha beta"), (0, "gamma delta"), (1, "alpha beta"), (2, "alpha")).spoken

    assert spoken(["alpha"]).tolist() == [0.5, 1.0]
    assert spoken(["gamma"]).tolist() == [1.0, 0.0]


def test_no_more_than_the_voices_of_a_provision_speak():
    spoken = counted(*[(0, "alpha beta")] * 6, (0, "gamma delta"), (1, "alpha beta")).spoken

    assert spoken(["alpha"]).tolist() == [1.0, 1.0]


def test_more_texts_than_are_heard_leave_the_best(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lexical, "HEARD", 1)
    spoken = counted((0, "alpha beta gamma delta"), (1, "alpha")).spoken

    assert spoken(["alpha"]).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("words", [[], ["xyzzy"], ["prices"]])
def test_words_that_nobody_says_say_nothing(words: list[str]):
    found = counted((0, "alpha"), (1, "beta"), (2, "prices"), (1, "of the"))

    assert found.whole(words).tolist() == found.spoken(words).tolist() == [0.0, 0.0]


def test_a_provision_as_a_whole_is_all_that_is_embedded_of_it_and_what_it_is_called():
    guidance = small.ordinary()
    found = Lexical(guidance, entries_of(guidance))

    assert found.whole(words_in("complaints of a victim")).tolist() == [0, 1, 0, 0]
    assert found.ranking("complaints of a victim").tolist() == [1]
    for number, provision in enumerate(guidance.provisions.values()):
        assert found.whole(words_in(provision.heading))[number] == pytest.approx(1.0)


def test_a_release_without_provisions_or_words_says_nothing():
    assert Lexical(small.guidance([]), ()).spoken(["alpha"]).tolist() == []
    assert np.array_equal(Lexical(small.guidance(PROVISIONS), ()).spoken(["alpha"]), [0.0, 0.0])
