"""Whether a single word tells what is wanted of the texts: "whistleblowers"."""

from collections import Counter

from retrieval.guidance import Guidance
from retrieval.words.tokens import Token, words_of

TELLING_LETTERS = 7
"""Fewest letters of a word that is looked for where it is all that is said."""
FEW_TEXTS = 12
"""Most provisions that have such a word: what stands in more is of no matter in particular."""


def is_of_few_texts(word: Token, guidance: Guidance) -> bool:
    """Whether *word* stands in some provisions of *guidance*, and in few."""
    return len(word.norm) >= TELLING_LETTERS and 0 < _counted(guidance)[word.stem] <= FEW_TEXTS


def _counted(guidance: Guidance) -> Counter[str]:
    """By its stem, in how many provisions a word stands; counted once."""
    known = guidance.worked_out.of(_counted)
    if "" not in known:
        known[""] = Counter(
            stem for p in guidance.provisions.values()
            for stem in {token.stem for token in words_of(f"{p.heading} {p.text}")})
    return known[""]
