"""Phrases that differ in a word or two, written once: "who {should, must} {see, review} this"."""

import bracex

MOST = 1_000
"""Phrases that one may stand for."""


def spelt_out(phrase: str) -> list[str]:
    """The phrases that *phrase* stands for, as a shell spells out braces; else *phrase* alone.

    "{a, the} clause" stands for two, and "the {contract,} clause" for "the clause" too.  Blanks
    beside braces and commas part words and count for no more.

    Raises:
        ValueError: It stands for more than `MOST`, or for nothing; or a brace in it opens or
            closes no alternatives.
    """
    if not {"{", "}"}.intersection(phrase):
        return [phrase]
    try:
        phrases = [" ".join(one.split()) for one in bracex.expand(phrase, limit=MOST)]
    except bracex.ExpansionLimitException:
        raise ValueError(f"it stands for more than {MOST:,} phrases: part it") from None
    if not all(phrases):
        raise ValueError("all of it may be missing, so that it would stand for nothing")
    for one in phrases:
        if {"{", "}"}.intersection(one):
            raise ValueError(f"a brace in it opens or closes no alternatives: {one!r}")
    return list(dict.fromkeys(phrases))
