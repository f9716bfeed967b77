"""Whether a message that was edited says something else than it did.

Only words are held against each other: what they tell of a deal is for the reader to hear.
"""

import re

from rapidfuzz import fuzz

WORTH_A_WORD = 3
"""New words from which on somebody added or changed something, and didn't only add a thanks."""
_SAME = 70
"""Likeness, of 100, from which on a new word is a slip that was mended."""
_WORD = re.compile(r"\w{3,}")


def says_otherwise(now: str, before: str) -> bool:
    """Whether *now* has several words that *before* had not, in no spelling.

    False where *before* was erased and is empty, since nothing is known then.
    """
    was, is_now = (frozenset(_WORD.findall(text.casefold())) for text in (before, now))
    gone = was - is_now
    new = [word for word in is_now - was if all(fuzz.ratio(word, one) < _SAME for one in gone)]
    return bool(was) and len(new) >= WORTH_A_WORD
