"""Hears that a message supposes something of the deal, by its words and parts of words.

"Pretend the broker is gone", "swap Kenya for Ghana, still that bad?" and "thoughts if we hosted
it" are put in more ways than any list of openings has, and what isn't heard as a supposition may be
noted as a fact.  A linear model over words and runs of letters was learned from
`guidance_corpus/suppositions` (`retrieval.training.suppositions`) and ships with the program.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelNotUsable
from retrieval.hearing.word_features import features, words_of
from retrieval.words.suppositions import Supposes

FILE = Path(__file__).parents[1] / "suppositions.safetensors"

LIKELY, LIKELY_UNASKED = 0.6, 0.9
"""From this chance on a supposition is heard, and where nothing is asked: what is told is told
without a question mark, and what is taken for a supposition isn't noted (docs/decisions/0103)."""
FEWEST_WORDS, MOST_WORDS = 3, 60
"""Of fewer words most are answers, and more tell of a deal, whatever is supposed beside."""


def supposes_with(weights: NDArray[np.float32], bias: float) -> Supposes:
    """What hears with *weights*, one for each bucket, and *bias*; safe between threads."""

    def supposes(text: str) -> bool:
        words = words_of(text)
        if not FEWEST_WORDS <= len(words) - words.count("?") <= MOST_WORDS:
            return False
        found = features(text)
        odds = weights[list(found)] @ np.array(list(found.values()), np.float32) + bias
        least = LIKELY if "?" in words else LIKELY_UNASKED
        return bool(odds >= np.log(least / (1 - least)))

    return supposes


@lru_cache(maxsize=1)
def shipped() -> Supposes:
    """What hears with the weights that ship.

    Raises:
        ModelNotUsable: Their file is missing or damaged.
    """
    from safetensors import safe_open  # noqa: PLC0415  once messages are taken in

    try:
        with safe_open(FILE, framework="numpy") as tensors:
            weights, bias = tensors.get_tensor("weights"), tensors.get_tensor("bias")
    except Exception as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error}). Install the project again.") from error
    return supposes_with(weights.astype(np.float32), float(bias[0]))
