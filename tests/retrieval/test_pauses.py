"""Where somebody who types without marks would pause, and what that does to a message."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

from retrieval import adapter
from retrieval.errors import ModelNotUsable
from retrieval.finding.spelling import Mending
from retrieval.guidance import Fact
from retrieval.hearing import pauses
from retrieval.hearing.pauses import (
    FEWEST_WORDS,
    MARK,
    Layers,
    Pausing,
    by_habit,
    layers,
    layers_in,
    word_vectors,
)
from retrieval.training.pausing import learned, sides_of, unmarked
from retrieval.words.tells import Told
from retrieval.words.tokens import Mend, tokenise
from retrieval.written_words import NONE, counted
from tests.retrieval.token_model import OneTokenAWord

AFTER_RED = Layers(np.array([[1.0, 0, 0, 0]], np.float32), np.zeros(1, np.float32),
                   np.array([4.0], np.float32), -2.0)
"""A pause behind every "red", which `OneTokenAWord` gives the vector (1, 0)."""


def pausing(meant=str):
    return Pausing(OneTokenAWord(), lambda: NONE, AFTER_RED, meant)


def behind(text, mends):
    return [text[:mend.start].split()[-1] for mend in mends]


def test_a_pause_stands_in_the_blank_where_it_is_heard():
    text = "we like red and they like red or blue"
    found = pausing()(text)
    assert behind(text, found) == ["red", "red"]
    assert [(text[m.start:m.end], m.word) for m in found] == [(" ", MARK)] * 2


def test_whoever_puts_marks_is_taken_at_their_word():
    """Of each line by itself; a line end is a mark that everybody puts."""
    assert pausing()("we like red, and they like red or blue") == ()
    text = "is it so? we like red and blue\nthey like red or blue too"
    assert behind(text, pausing()(text)) == ["red"]
    assert pausing()(text)[0].start > text.index("\n")


def test_short_lines_are_taken_as_they_stand():
    words = ["red"] * (FEWEST_WORDS - 1)
    assert pausing()(" ".join(words)) == ()
    assert len(pausing()(" ".join([*words, "red"]))) == FEWEST_WORDS - 1


def test_what_is_misspelt_is_heard_as_meant():
    text = "we like rde and they like blue"
    assert pausing()(text) == ()
    assert behind(text, pausing(lambda line: line.replace("rde", "red"))(text)) == ["rde"]


def test_habits_count_beside_what_the_model_hears():
    habits = counted(["signed last week. we ship on monday"] * 20 + ["the last week"] * 5)
    assert by_habit("week", "we", habits) > by_habit("last", "week", habits)
    assert by_habit("+", "we", habits) == 0.0


def test_a_mark_left_out_is_a_token_of_its_own():
    """It divides as one that was typed does, and the words keep their places."""
    typed, left_out = tokenise("no go, we ship"), tokenise("no go we ship", [Mend(5, 6, MARK)])
    assert [t.norm for t in left_out] == [t.norm for t in typed]
    assert [t.ends_clause for t in left_out] == [t.ends_clause for t in typed]
    assert [(t.start, t.end) for t in left_out] == [(0, 2), (3, 5), (5, 6), (6, 8), (9, 13)]


words = st.lists(st.sampled_from(["we", "red", "Überwachung", "rde"]), min_size=1, max_size=20)


@given(words, st.sampled_from([" ", "  ", " \n"]))
def test_what_is_told_of_a_message_with_pauses_points_at_its_words(chosen, blank):
    text = blank.join(chosen)

    def tells(meant):
        at = 0
        for word in meant.split():
            at = meant.index(word, at)
            yield Told(Fact("product"), word.rstrip(","), 0.5, at, at + len(word))
            at += len(word)

    told = Mending(lambda meant: list(tells(meant)), pausing())(text)
    assert [text[one.start:one.end] for one in told] == chosen
    assert [one.value for one in told] == chosen


def test_the_words_of_an_exemplar_are_taken_without_their_marks():
    clauses = ["we don't sell 2.5 km cams,", "not yet (I think)", "ship it"]
    assert unmarked(clauses, bare=True) == (
        ["we", "dont", "sell", "2.5", "km", "cams", "not", "yet", "I", "think", "ship", "it"],
        [False] * 5 + [True, False, True, False, True, False, False])
    assert unmarked(["we ship", "they pay"], bare=False)[1] == [False, True, False, True]


@pytest.mark.long
def test_what_was_left_out_is_heard_after_learning():
    said = [(["we", "red", "they", "two", "red", "so"], [False, True, False, False, True, False])]
    sides, paused = next(iter(sides_of(OneTokenAWord(), said)))
    found = learned(np.concatenate([sides] * 400), paused * 400)
    heard = Layers(found["inner"].astype(np.float32), found["inner_bias"], found["outer"],
                   float(found["outer_bias"][0])).heard(
        word_vectors([(0, 2), (3, 6), (7, 9)], [(0, 2), (3, 6), (7, 9)],
                     OneTokenAWord().token_vectors(["we red so"])[0][0]))
    assert [odds > 0 for odds in heard] == [False, True]


def test_what_is_shipped_was_learned_for_the_encoder_in_force():
    # After a new adapter: `python -m retrieval.training.pausing`.
    with safe_open(pauses.FILE, framework="numpy") as tensors:
        assert tensors.metadata() == {"adapter": adapter.digest()}
    assert layers().inner.shape[1] == 2 * 384


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ModelNotUsable, match="Install the project again"):
        layers_in(tmp_path / "none.safetensors")
