"""What a message tells is read window by window, wherever its stops are."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import adapter
from retrieval.adapter import Head
from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Fact
from retrieval.hearing.telling import MOST_WORDS, WINDOW, Teller, window_shares
from retrieval.words.tells import Told
from tests.retrieval.token_model import OneTokenAWord

COLOUR = Fact("colour")


def head(weight: float) -> Head:
    """Log-odds of 1 for a window with the colour in it, and of -9 for others."""
    labels = ((COLOUR, "red"), (COLOUR, "green"))
    return Head(labels, np.eye(2, dtype=np.float32) * weight, np.full(2, -9.0, dtype=np.float32))


teller = Teller(OneTokenAWord(), head(WINDOW * 10.0))
CHANCE = 1 / (1 + np.exp(-1.0))


def test_a_value_rests_on_the_windows_around_its_words():
    text = "one two three four red six seven eight nine"

    (told,) = teller(text)

    assert (told.fact, told.value) == (COLOUR, "red")
    assert told.chance == pytest.approx(CHANCE, rel=1e-5)
    assert text[told.start : told.end] == "four red six"


def test_words_are_heard_as_a_common_keyboard_has_them_and_where_they_were_written():
    text = "one ｒｅｄ three"

    (told,) = teller(text)

    assert (told.value, text[told.start : told.end]) == ("red", text)


def test_places_apart_are_told_apart():
    text = "red b c d e f green h i j k l red"

    told = teller(text)

    assert [(t.value, text[t.start : t.end]) for t in told] == [
        ("red", "red b c"), ("red", "k l red"), ("green", "f green h"),
    ]


@pytest.mark.parametrize(("text", "expected"), [("", []), ("  \n ", []), ("red", ["red"])])
def test_fewer_words_than_a_window_are_one_window(text: str, expected: list[str]):
    assert [one.value for one in Teller(OneTokenAWord(), head(30.0))(text)] == expected


@given(st.integers(1, 4 * MOST_WORDS).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_no_word_of_a_long_message_is_overlooked(case: tuple[int, int]):
    n, at = case
    words = ["word"] * n
    words[at] = "green"
    text = " ".join(words)

    found = Teller(OneTokenAWord(), head(WINDOW * 10.0))(text)

    start = len(" ".join(words[:at])) + (at > 0)
    assert found
    assert all(t.start <= start and start + len("green") <= t.end for t in found)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_the_words_of_a_window_count_alike_however_many_tokens_they_have(pieces: list[int]):
    """*pieces*: tokens per word, none for a word that was cut off."""
    words, tokens = [], []
    for n, count in enumerate(pieces):
        words.append((n * 10, n * 10 + 8))
        tokens += [(n * 10 + k, n * 10 + k + 1) for k in range(count)]
    tokens.append((0, 0))  # padding

    shares = window_shares(words, tokens)

    size = min(WINDOW, len(words))
    assert shares.shape == (len(words) - size + 1, len(tokens))
    assert not shares[:, -1].any()
    for row, first in zip(shares, range(len(words)), strict=False):
        known = sum(count > 0 for count in pieces[first : first + size])
        at = 0
        for n, count in enumerate(pieces):
            within = first <= n < first + size and known
            assert row[at : at + count].sum() == pytest.approx(
                1 / known if within and count else 0.0, abs=1e-6)
            at += count


def test_what_has_no_words_is_one_window_in_which_no_token_counts() -> None:
    shares = window_shares([], [(0, 0), (0, 1)])

    assert shares.shape == (1, 2)
    assert not shares.any()


def values(told: Sequence[Told], least: float = 0.5) -> set[tuple[str, str]]:
    """The likeliest value of each fact, as it is taken of those that exclude each other."""
    best = {one.fact: one for one in sorted(told, key=lambda one: one.chance)}
    return {(one.fact, one.value) for one in best.values() if one.chance >= least}


@pytest.mark.parametrize("text", [
    "It is for the national police in Kenya. No court order is needed before they look.",
    "We sell phone extraction kits through a reseller. The contract is signed, not delivered yet.",
    "The customer hosts it in its own data centre; our export review is still pending.",
])
def test_stops_make_little_difference(text: str, packaged: PackagedEmbeddings):
    teller = Teller(packaged, adapter.head())
    bare = "".join(c for c in text.lower() if c.isalnum() or c in " '")

    told = values(teller(text))

    assert len(told) >= 2
    assert values(teller(bare)) == told


def test_it_says_which_words_it_was_taught_with_in_whatever_ending() -> None:
    read = Teller(OneTokenAWord(), head(6.0), {"camera", "prosecutor"}).has_read
    assert [read(word) for word in ("cameras", "prosecutors", "12", "graylantern")] == [
        True, True, True, False]
    assert teller.has_read("graylantern")  # nobody said what it was taught with
