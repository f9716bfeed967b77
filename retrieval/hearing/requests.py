"""Hears what a message asks of Advisor itself, by its words and parts of words.

People put "what weighs most" in more ways than any list of phrases has; a linear model over which
words, neighbours and runs of letters a message holds is near enough to them all.  It was learned
from `guidance_corpus/requests` (`retrieval.training.requesting`) and ships with the program.  The
encoder that reads facts was tried beside it, and brought nothing (docs/decisions/0091).
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelNotUsable
from retrieval.hearing.word_features import features, words_of
from retrieval.words.requests import OTHERWISE, Hears, Request

FILE = Path(__file__).parents[1] / "requests.safetensors"

LIKELY = 0.5
"""From this chance on a request is heard: with .4 three in a hundred messages that are near to one
are taken for it, and with .5 half as many (docs/decisions/0091)."""
MOST_WORDS = 60
"""A longer message tells, whatever it asks for."""


def hears_with(
    labels: Sequence[str], weights: NDArray[np.float32], bias: NDArray[np.float32]
) -> Hears:
    """What hears with *weights*, (labels, buckets), and *bias*, (labels); safe between threads."""
    requests = [None if label == OTHERWISE else Request(label) for label in labels]

    def hears(text: str) -> Request | None:
        if not 0 < len(words_of(text)) <= MOST_WORDS:
            return None
        found = features(text)
        odds = weights[:, list(found)] @ np.array(list(found.values()), np.float32) + bias
        shares = np.exp(odds - odds.max())
        chances = shares / shares.sum()
        likeliest = int(chances.argmax())
        return requests[likeliest] if chances[likeliest] >= LIKELY else None

    return hears


@lru_cache(maxsize=1)
def shipped() -> Hears:
    """What hears with the weights that ship.

    Raises:
        ModelNotUsable: Their file is missing or damaged.
    """
    from safetensors import safe_open  # noqa: PLC0415  once messages are taken in

    try:
        with safe_open(FILE, framework="numpy") as tensors:
            labels = json.loads(tensors.metadata()["labels"])
            weights, bias = tensors.get_tensor("weights"), tensors.get_tensor("bias")
    except Exception as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error}). Install the project again.") from error
    return hears_with(labels, weights.astype(np.float32), bias.astype(np.float32))
