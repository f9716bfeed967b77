"""Hears that a message supposes something of the deal, by its likeness to others.

"Pretend the broker is gone", "swap Kenya for Ghana, still that bad?" and "thoughts if we hosted
it" are put in more ways than any list of openings has, and what isn't heard as a supposition may be
noted as a fact.  It was learned from `guidance_corpus/suppositions`
(`retrieval.training.likening`) and ships with the program.
"""

from functools import lru_cache
from pathlib import Path

from retrieval.hearing.likeness import Chance, Likeness, likeness_in
from retrieval.hearing.word_features import words_of
from retrieval.words.suppositions import Supposes

FILE = Path(__file__).parents[1] / "suppositions.safetensors"

LIKELY, LIKELY_UNASKED = 0.6, 0.93
"""From this chance on a supposition is heard, and where nothing is asked: what is told is told
without a question, and what is taken for a supposition isn't noted (docs/decisions/0103)."""
FEWEST_WORDS, MOST_WORDS = 3, 60
"""Of fewer words most are answers, and more tell of a deal, whatever is supposed beside."""


def supposes_by(chance: Chance) -> Supposes:
    """What hears suppositions by the *chance* that a text is one."""

    def supposes(text: str, asks: bool) -> bool:
        words = sum(word != "?" for word in words_of(text))
        return FEWEST_WORDS <= words <= MOST_WORDS and (
            chance(text) >= (LIKELY if asks else LIKELY_UNASKED))

    return supposes


@lru_cache(maxsize=1)
def shipped() -> Likeness:
    """What ships with the program.

    Raises:
        ModelNotUsable: Its file is missing or damaged.
    """
    return likeness_in(FILE)
