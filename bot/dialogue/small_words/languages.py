"""Whether a text is in another language than ours: "dürfen wir Kameras nach Ägypten liefern".

To such a question it would be wrong to say that the texts are silent on it; it was not understood.
And what was heard of a deal told so is what looked like English in it.
"""

from retrieval.guidance import Guidance
from retrieval.words.tokens import tokenise

FEWEST = 2
"""Small words of other languages from which on a text counts as being in one."""
STRANGE = 4
"""Words that English does not have from which on one small word of another language is enough."""


def in_another_language(text: str, guidance: Guidance) -> bool:
    """Whether *text* has more different small words of other languages than English ones.

    One is enough where no small word is English alone, and most words are not English at all:
    "wir verkaufen Drohnen an die Bundespolizei".  A text in another script is in another language.
    """
    vocabulary = guidance.vocabulary
    words = {token.norm for token in tokenise(text) if token.is_word}
    lettered = {word for word in words if not any(c.isdigit() for c in word)}
    other_script = {word for word in lettered if not any(c.isascii() for c in word)}
    if len(other_script) >= FEWEST and 2 * len(other_script) > len(lettered):
        return True
    small, ours, shared = (words.intersection(vocabulary.cues.get(name, ())) for name in (
        "other_language", "function_words", "in_several_languages"))
    if len(small) >= FEWEST and len(small) > len(ours):
        return True
    strange = small | {word for word in lettered if word not in vocabulary.english}
    return bool(small) and ours <= shared and len(strange) >= STRANGE and (
        2 * len(strange) > len(lettered))
