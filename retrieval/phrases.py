"""Phrases that steer, deny, hedge or answer, as they are looked for in a message."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from retrieval.tokens import Form, Token, forms_of

ARTICLES = frozenset({"the", "a", "an"})
"""How a phrase or a name may begin, or not: what matches is the same."""


class Phrases:
    """Cue phrases of one kind, looked for in tokens; the longest at a place counts."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in phrases:
            words = forms_of(phrase)
            for form in {words, unarticled(words)}:
                norms = tuple([norm for norm, _ in form])
                if norms:
                    self._by_first[norms[0]].append(norms)

    @cached_property
    def words(self) -> frozenset[str]:
        """The phrases of one word, as `Token.norm` has them."""
        return frozenset(norms[0] for phrases in self._by_first.values() for norms in phrases
                         if len(norms) == 1)

    def find(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Spans of tokens (first, last exclusive), without overlaps, in order."""
        by_first, spans, free = self._by_first, [], 0
        # Most lists have no word in common with a message.
        for position in [n for n, token in enumerate(tokens) if token.norm in by_first]:
            if position < free:
                continue
            best = 0
            for norms in by_first[tokens[position].norm]:
                n = len(norms)
                if n > best and (
                    n == 1 or tuple([t.norm for t in tokens[position : position + n]]) == norms
                ):
                    best = n
            if best:
                free = position + best
                spans.append((position, free))
        return spans

    def starts(self, tokens: Sequence[Token]) -> int:
        """Words of the longest phrase that *tokens* begin with, 0 if none."""
        return max(
            (len(norms)
             for norms in (self._by_first.get(tokens[0].norm, ()) if tokens else ())
             if tuple(t.norm for t in tokens[: len(norms)]) == norms),
            default=0,
        )


def unarticled(words: tuple[Form, ...]) -> tuple[Form, ...]:
    """*words* without a leading article, which would only shift the match."""
    return words[1:] if len(words) > 1 and words[0][0] in ARTICLES else words
