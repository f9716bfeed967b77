"""Phrases that differ in a word or two, written once: "who {should, must} {see, review} this"."""

from collections.abc import Sequence
from functools import lru_cache

import bracex

MOST = 1_000
"""Phrases that one may stand for."""
KEPT = 2_048
"""Phrases of which it is kept what they stand for: who edits a corpus has it read again and again,
and a fifth of that is this."""


def spelt_out(phrase: str) -> Sequence[str]:
    """The phrases that *phrase* stands for, as a shell spells out braces; else *phrase* alone.

    "{a, the} clause" stands for two, and "the {contract,} clause" for "the clause" too.  Blanks
    beside braces and commas part words and count for no more.

    Raises:
        ValueError: It stands for more than `MOST`, or for nothing; or a brace in it opens or
            closes no alternatives.
    """
    if not {"{", "}"}.intersection(phrase):
        return (phrase,)
    return _alternatives(phrase)


@lru_cache(KEPT)
def _alternatives(phrase: str) -> tuple[str, ...]:
    try:
        phrases = [" ".join(one.split()) for one in bracex.expand(phrase, limit=MOST)]
    except bracex.ExpansionLimitException:
        raise ValueError(f"it stands for more than {MOST:,} phrases: part it") from None
    if not all(phrases):
        raise ValueError("all of it may be missing, so that it would stand for nothing")
    for one in phrases:
        if {"{", "}"}.intersection(one):
            raise ValueError(f"a brace in it opens or closes no alternatives: {one!r}")
    return tuple(dict.fromkeys(phrases))
