"""Hears that an answer says "I don't know", by its likeness to others.

"Haven't the foggiest", "Aisha would know" and "too early to tell" are put in more ways than any
list has, and who isn't heard is asked the same again.  It was learned from
`guidance_corpus/unknowns` (`retrieval.training.likening`) and ships with the program.
"""

from functools import lru_cache
from pathlib import Path

from retrieval.hearing.likeness import Chance, Likeness, likeness_in
from retrieval.hearing.word_features import words_of
from retrieval.words.unknowns import SoundsUnknown

FILE = Path(__file__).parents[1] / "unknowns.safetensors"

FEWEST_WORDS, MOST_WORDS = 2, 40
"""A single word is known by lists, and who says more tells something beside."""


def sounds_unknown_by(chance: Chance) -> SoundsUnknown:
    """What hears "don't know" by the *chance* that a text is one."""

    def sounds_unknown(text: str) -> float:
        words = [word for word in words_of(text) if word != "?"]
        return chance(text) if FEWEST_WORDS <= len(words) <= MOST_WORDS else 0.0

    return sounds_unknown


@lru_cache(maxsize=1)
def shipped() -> Likeness:
    """What ships with the program.

    Raises:
        ModelNotUsable: Its file is missing or damaged.
    """
    return likeness_in(FILE)
