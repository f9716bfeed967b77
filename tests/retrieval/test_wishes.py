"""What a message wants is heard wherever it stands in it."""

import numpy as np
import pytest

from retrieval.adapter import Head
from retrieval.guidance import Fact
from retrieval.hearing.telling import MOST_WORDS, OVERLAP, WINDOW, Teller
from retrieval.hearing.wishes import MOST, wishes_of
from retrieval.words.tells import ELSEWHERE, WANTS
from tests.retrieval.token_model import OneTokenAWord


def head(weight: float) -> Head:
    """A window with "red" in it wants something else; one with "green" tells a colour."""
    labels = ((WANTS, ELSEWHERE), (Fact("colour"), "green"))
    return Head(labels, np.eye(2, dtype=np.float32) * weight * WINDOW,
                np.full(2, -5.0, dtype=np.float32))


@pytest.mark.parametrize(("text", "expected"), [
    ("one two three", -5.0),
    ("one two three red", 1.0),
    ("red one two three", 1.0),
    ("red red red", 7.0 + 6.0),
    (" ".join(["word"] * (2 * MOST_WORDS - OVERLAP) + ["red"]), 1.0),
    ("red", 13.0),
    ("", -MOST),
    ("  ", -MOST),
])
def test_the_likeliest_place_counts_however_far_off(text, expected):
    wishes = wishes_of(OneTokenAWord(), head(6.0))

    assert wishes(text) == pytest.approx(max(-MOST, min(MOST, expected)))


def test_nothing_is_surer_than_the_utmost():
    assert wishes_of(OneTokenAWord(), head(100.0))("red red red") == MOST


def test_a_wish_is_no_fact_of_a_deal():
    told = Teller(OneTokenAWord(), head(6.0))("one red two green three")

    assert [(one.fact, one.value) for one in told] == [("colour", "green")]


def test_a_head_that_has_not_learned_wishes_hears_none():
    with pytest.raises(ValueError, match="not in tuple"):
        wishes_of(OneTokenAWord(), Head(((Fact("colour"), "red"),), np.zeros((1, 2), np.float32),
                                        np.zeros(1, np.float32)))
