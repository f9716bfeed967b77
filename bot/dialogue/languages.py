"""Whether a text is in another language than ours: "dürfen wir Kameras nach Ägypten liefern".

To such a question it would be wrong to say that the texts are silent on it; it was not understood.
"""

from retrieval.guidance import Guidance
from retrieval.tokens import tokenise

FEWEST = 2
"""Small words of other languages from which on a text counts as being in one."""


def in_another_language(text: str, guidance: Guidance) -> bool:
    """Whether *text* has more different small words of other languages than English ones."""
    cues = guidance.vocabulary.cues
    words = {token.norm for token in tokenise(text) if token.is_word}
    foreign, english = (sum(word in of for word in words) for of in (
        cues.get("other_language", ()), cues.get("function_words", ())))
    return foreign >= FEWEST and foreign > english
