"""What a linear model weighs of a message: its words, their neighbours and runs of their letters.

Each is hashed into one of so many buckets, so that no list of words has to ship.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from retrieval.words.tokens import fold

BUCKETS = 1 << 15
"""Into so many is each feature hashed; twice as many hear requests no better."""

LATEST = 6
"""Texts whose features are held: a turn asks of each whether it supposes something, asks for
something and says that nobody knows, and so do the readings of a conversation and of its parts."""

_NEIGHBOURS, _LETTERS = (1, 2, 3), (2, 3, 4, 5)
"""Words and letters of a feature."""
_WORD = re.compile(r"[^\W_]+|\?")


def words_of(text: str) -> Sequence[str]:
    """The words of *text* as they count here, and its question marks."""
    return _WORD.findall(fold(text)[0].replace("'", ""))


@lru_cache(maxsize=LATEST)
def features(text: str) -> Mapping[int, float]:
    """The weight of each bucket that *text* fills.

    Words and their neighbours weigh one in all, in squares, and so do runs of letters.
    """
    words = words_of(text)
    found: dict[int, float] = defaultdict(float)
    for kind in (set(_neighbours(words)), set(_runs(words))):
        for one in kind:
            found[zlib.crc32(one.encode()) % BUCKETS] += len(kind) ** -0.5
    return MappingProxyType(found)


def _neighbours(words: Sequence[str]) -> Iterator[str]:
    row = ("^", *words, "$")
    for length in _NEIGHBOURS:
        for first in range(length == 1, len(row) - length + 1 - (length == 1)):
            yield " ".join(row[first : first + length])


def _runs(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for length in _LETTERS:
            for first in range(len(padded) - length + 1):
                yield f"#{padded[first : first + length]}"
