"""What a message says, heard by its likeness to others: its words, and what a model makes of them.

"Pretend the broker is gone" and "haven't the foggiest" are put in more ways than any list has.  A
linear model weighs the words of a message, their neighbours and runs of their letters
(`retrieval.hearing.word_features`), and beside them the mean of the vectors that the packaged model
gives for its tokens: the same pass that it is read with.  Words alone lean on the names that they
were learned with, and vectors alone on the matter; together they hear a fifth to two thirds more
(docs/decisions/0111).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelNotUsable
from retrieval.hearing.telling import TokenVectors
from retrieval.hearing.word_features import features
from retrieval.model.vectors import Vectors
from retrieval.words.tokens import plain

Chance = Callable[[str], float]
"""How likely a text is what was learned, 0 to 1."""


@dataclass(frozen=True)
class Likeness:
    """What was learned of one thing that messages say."""

    words: NDArray[np.float32]
    """What each bucket of `word_features` weighs, (buckets)."""
    meaning: NDArray[np.float32]
    """What the mean of the token vectors weighs, (dimensions)."""
    bias: float

    def by(self, model: TokenVectors) -> Chance:
        """What hears with it and *model*; safe to share between threads."""

        def chance(text: str) -> float:
            found = features(text)
            odds = (self.words[list(found)] @ np.array(list(found.values()), np.float32)
                    + self.meaning @ meaning_of(text, model) + self.bias)
            return float(1.0 / (1.0 + np.exp(-odds)))

        return chance

    def tensors(self) -> Mapping[str, NDArray[np.generic]]:
        """What is written of it."""
        return {"words": self.words.astype(np.float16),
                "meaning": self.meaning.astype(np.float32),
                "bias": np.array([self.bias], np.float32)}


def meaning_of(text: str, model: TokenVectors) -> Vectors:
    """The mean of the vectors that *model* gives for *text*, (dimensions).

    Blanks around it are left out, as where a message is read, so that both take one pass.
    """
    ((vectors, _),) = model.token_vectors([plain(text.strip())])
    mean: Vectors = vectors.mean(axis=0)
    return mean


def likeness_in(file: Path) -> Likeness:
    """What *file* holds.

    Raises:
        ModelNotUsable: It is missing or damaged.
    """
    from safetensors import safe_open  # noqa: PLC0415  once messages are taken in

    try:
        with safe_open(file, framework="numpy") as tensors:
            words, meaning, bias = map(tensors.get_tensor, ("words", "meaning", "bias"))
    except Exception as error:
        raise ModelNotUsable(
            f"{file} can't be read ({error}). Install the project again.") from error
    return Likeness(words.astype(np.float32), meaning.astype(np.float32), float(bias[0]))
