"""Apostrophes that a phone leaves out: "whats noted", "wheres the flag", "theyre police".

What else a phone writes, "dont" and "havent", is known wherever words are.
"""

from collections.abc import Iterator

from bot.dialogue.small_words.cues import Cues
from retrieval.words.tokens import Mend, tokenise


def apostrophes_left_out(text: str, cues: Cues) -> Iterator[Mend]:
    """The words of *text* that lack an apostrophe, as they are meant; the places are of *text*.

    Which they are is content, `left_out_apostrophe`: none that is a word of its own without it
    ("its", "lets", "well"), and each is one word to the phrases, with or without what is contracted
    in it.
    """
    short = cues.words("left_out_apostrophe")
    for token in tokenise(text):
        if token.norm in short:
            yield Mend(token.start, token.end, _meant(token.norm))


def _meant(word: str) -> str:
    """*word* with its apostrophe: before its last letter, or before two of "re", "ve" and "ll"."""
    behind = 2 if word.endswith(("re", "ve", "ll")) else 1
    return f"{word[:-behind]}'{word[-behind:]}"
