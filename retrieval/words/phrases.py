"""Phrases that steer, deny, hedge or answer, as they are looked for in a message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from retrieval.words.tokens import Form, Token, Tokens, norms_of

ARTICLES = frozenset({"the", "a", "an"})
"""How a phrase or a name may begin, or not: what matches is the same."""


class Phrases:
    """Cue phrases of one kind, looked for in tokens; the longest at a place counts."""

    def __init__(self, phrases: Iterable[str]) -> None:
        alone: set[str] = set()
        # Of phrases that begin alike most go on otherwise.
        longer: dict[str, dict[str, list[tuple[str, ...]]]] = defaultdict(dict)
        for phrase in phrases:
            words = norms_of(phrase)
            for norms in (words, words[1:]) if words and words[0] in ARTICLES else (words,):
                if len(norms) == 1:
                    alone.add(norms[0])
                elif norms:
                    longer[norms[0]].setdefault(norms[1], []).append(norms)
        for seconds in longer.values():
            for same in seconds.values():
                same.sort(key=len, reverse=True)
        self.words = frozenset(alone)
        """The phrases of one word, as `Token.norm` has them."""
        self._longer: Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]] = dict(longer)
        """The others by their first two words, the longest first."""
        self.longest = max((len(same[0]) for seconds in longer.values()
                            for same in seconds.values()), default=min(len(alone), 1))
        """How many words the longest has; 0 of none."""
        self.vocabulary = self.words.union(*(
            norms for seconds in longer.values() for same in seconds.values() for norms in same))
        """The words that occur in any, as `Token.norm` has them."""
        self.firsts = self.words | longer.keys()
        """The words that they begin with, as `Token.norm` has them."""

    def find(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Spans of tokens (first, last exclusive), without overlaps, in order."""
        if not isinstance(tokens, Tokens):
            return self._spans(tokens)
        found = tokens.found.get(self)
        if found is None:
            # Most lists have no word in common with a message.
            found = tokens.found[self] = () if self.firsts.isdisjoint(tokens.norms) else tuple(
                self._spans(tokens))
        return [*found]

    def _spans(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        firsts, spans, free = self.firsts, [], 0
        for position in [n for n, token in enumerate(tokens) if token.norm in firsts]:
            if position < free:
                continue
            best = self._longest(tokens, position)
            if best:
                free = position + best
                spans.append((position, free))
        return spans

    def starts(self, tokens: Sequence[Token]) -> int:
        """Words of the longest phrase that *tokens* begin with, 0 if none."""
        return self._longest(tokens, 0) if tokens and tokens[0].norm in self.firsts else 0

    def _longest(self, tokens: Sequence[Token], position: int) -> int:
        """Words of the longest phrase at *position*, whose word begins one; 0 if none."""
        first = tokens[position].norm
        longer = self._longer.get(first)
        if longer is not None and position + 1 < len(tokens):
            for norms in longer.get(tokens[position + 1].norm, ()):
                n = len(norms)
                if n == 2 or tuple([t.norm for t in tokens[position : position + n]]) == norms:
                    return n
        return 1 if first in self.words else 0


def unarticled(words: tuple[Form, ...]) -> tuple[Form, ...]:
    """*words* without a leading article, which would only shift the match."""
    return words[1:] if len(words) > 1 and words[0][0] in ARTICLES else words
