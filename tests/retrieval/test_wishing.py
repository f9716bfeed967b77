"""What hears wishes goes on learning, and stays the head of the encoder in force."""

import json

import numpy as np
import pytest
from safetensors import safe_open

from retrieval import adapter
from retrieval.adapter import Head
from retrieval.guidance import Fact
from retrieval.hearing.telling import WINDOW
from retrieval.hearing.wishes import wishes_of
from retrieval.training.wishing import Texts, learned, windows_of
from retrieval.words.tells import ELSEWHERE, WANTS
from tests.retrieval.token_model import OneTokenAWord

BEGUN = Head(((Fact("colour"), "green"), (WANTS, ELSEWHERE)), np.zeros((2, 2), np.float32),
             np.full(2, -5.0, np.float32))


def test_a_text_has_a_vector_for_each_window():
    windows = windows_of(OneTokenAWord(), "one red two green three")

    assert np.allclose(windows * WINDOW, [[1, 0], [1, 1], [0, 1]])
    assert windows_of(OneTokenAWord(), "red").tolist() == [[1, 0]]


def test_what_was_not_heard_is_heard_after_learning():
    model = OneTokenAWord()
    said = [("sell it red please", True), ("red", True), ("sell it green please", False),
            ("sell it", False)]
    texts = Texts([windows_of(model, text) for text, _ in said], [1.0] * len(said),
                  [wants for _, wants in said])

    row = learned(texts, BEGUN)

    wishes = wishes_of(model, row)
    assert row.labels == ((WANTS, ELSEWHERE),)
    assert [wishes(text) > 0 for text, _ in said] == [wants for _, wants in said]


def test_a_head_without_wishes_is_refused():
    begun = Head(BEGUN.labels[:1], BEGUN.weights[:1], BEGUN.bias[:1])

    with pytest.raises(ValueError, match="not in tuple"):
        learned(Texts([np.zeros((1, 2), np.float32)], [1.0], [True]), begun)


def test_what_is_shipped_was_learned_for_the_encoder_in_force():
    # After a new adapter: `python -m retrieval.training.wishing`, then `python -m
    # retrieval.training.bordering`.
    with safe_open(adapter.WISHES, framework="numpy") as tensors:
        told = tensors.metadata()

    assert told["adapter"] == adapter.digest()
    assert json.loads(told["labels"]) == [[WANTS, ELSEWHERE]]
    assert adapter.head(adapter.WISHES).weights.shape == (1, 384)
