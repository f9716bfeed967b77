"""The words of a text, and each two that follow one another, by which texts are told apart."""

import re
from itertools import pairwise

from retrieval.words.tokens import stem

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def parts_of(text: str) -> set[str]:
    """The stemmed words of *text*, and each two that follow one another."""
    words = [stem(word) for word in _WORD.findall(text.lower().replace("’", "'"))]
    return {*words, *(f"{one} {after}" for one, after in pairwise(words))}
