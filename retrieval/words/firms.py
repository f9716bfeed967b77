"""Names of firms in a text: the words before a legal form, "ProSec FZE", "Milatec GmbH".

A name that somebody made up resembles a word of the domain as often as not: it is no misspelling
of that word, and nothing follows from what it sounds like.
"""

from collections.abc import Iterator, Sequence

from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token

LEGAL_FORM = "legal_form"
"""The cue list of legal forms."""
MOST_NAME_WORDS = 4
"""Most words of a name before the legal form."""


def names_of_firms(tokens: Sequence[Token], forms: Phrases) -> Iterator[int]:
    """Positions of the words of *tokens* that are of a firm's name, its legal form left out.

    These are the capitalised words right before one of *forms*; in hurried writing, the one word
    there whatever its case.
    """
    for first, _ in forms.find(tokens):
        begin = first
        while begin > max(0, first - MOST_NAME_WORDS) and tokens[begin - 1].text[:1].isupper():
            begin -= 1
        if begin == first and first > 0 and tokens[first - 1].is_word:
            begin -= 1
        yield from range(begin, first)
