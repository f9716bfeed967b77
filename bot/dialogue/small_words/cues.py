"""The cue lists of a release, looked for in a message: words that change how others are read.

The lists are content (`phrases.yaml`); code knows them by their names only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from retrieval.guidance import Guidance
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, Tokens

Span = tuple[int, int]
"""The tokens from the first to before the second."""

FUNCTION_WORDS = "function_words"
"""The cue list of words that carry nothing by themselves: "the", "of"."""
_NONE: frozenset[str] = frozenset()


class _Lists(dict[str, Phrases]):
    """Lists by name; one that is asked for and isn't there is empty, and is not kept.

    A release of before lacks what was added since, and answers until another is published.
    """

    def __missing__(self, name: str) -> Phrases:
        return Phrases(())


@dataclass(frozen=True, eq=False)
class Cues:
    """The compiled cue lists of a release; a list that the release lacks finds nothing."""

    by_name: Mapping[str, Phrases]

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]]) -> "Cues":
        """Compile *lists* of phrases, by name."""
        return cls(_Lists((name, Phrases(phrases)) for name, phrases in lists.items()))

    @cached_property
    def _by_first(self) -> Mapping[str, frozenset[str]]:
        begun: dict[str, set[str]] = defaultdict(set)
        for name, phrases in self.by_name.items():
            for first in phrases.firsts:
                begun[first].add(name)
        return {first: frozenset(names) for first, names in begun.items()}

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase of any list has."""
        return max((phrases.longest for phrases in self.by_name.values()), default=0)

    def begun_by(self, token: Token) -> frozenset[str]:
        """The lists of which a phrase may begin with *token*; most words begin none.

        Whoever would look for phrases of many lists at every word of a message looks here first.
        """
        return self._by_first.get(token.norm, _NONE)

    def find(self, name: str, tokens: Sequence[Token]) -> list[Span]:
        """Where phrases of the list *name* stand in *tokens*."""
        phrases = self.by_name.get(name)
        return phrases.find(tokens) if phrases else []

    def words(self, name: str) -> frozenset[str]:
        """The single words of the list *name*, as `Token.norm` has them."""
        phrases = self.by_name.get(name)
        return phrases.words if phrases else frozenset()

    def words_within(self, *names: str) -> frozenset[str]:
        """The words that occur in phrases of the lists *names*, as `Token.norm` has them."""
        lists = [self.by_name[name] for name in names if name in self.by_name]
        return _NONE.union(*(phrases.vocabulary for phrases in lists))

    def starts(self, name: str, tokens: Sequence[Token]) -> int:
        """How many of the first *tokens* are a phrase of the list *name*; 0 for none."""
        phrases = self.by_name.get(name)
        return phrases.starts(tokens) if phrases else 0

    def covered(self, tokens: Sequence[Token], *names: str) -> frozenset[int]:
        """Which of *tokens* are of phrases of the lists *names*."""
        if not isinstance(tokens, Tokens):
            return covered(span for name in names for span in self.find(name, tokens))
        # Of a message it is asked again by each that looks for what names nothing.
        made: frozenset[int] | None = tokens.found.get((self, names))
        if made is None:
            made = tokens.found[self, names] = covered(
                span for name in names for span in self.find(name, tokens))
        return made

    def only(self, tokens: Sequence[Token], *names: str) -> bool:
        """Whether every word of *tokens* is of phrases of the lists *names*; true of no words."""
        mine = self.covered(tokens, *names)
        return all(i in mine for i, token in enumerate(tokens) if token.is_word)

    def is_one(self, name: str, tokens: Sequence[Token]) -> bool:
        """Whether *tokens* are one phrase of the list *name*, and nothing else."""
        return bool(tokens) and self.starts(name, tokens) == len(tokens)


def covered(spans: Iterable[Span]) -> frozenset[int]:
    """The tokens that stand in any of *spans*."""
    return frozenset(i for first, last in spans for i in range(first, last))


def cues_of(guidance: Guidance) -> Cues:
    """The cue lists of *guidance*, compiled once."""
    return _compiled(guidance, "cues", guidance.vocabulary.cues)


def intents_of(guidance: Guidance) -> Cues:
    """The lists of *guidance* by which people steer, compiled once."""
    return _compiled(guidance, "intents", guidance.vocabulary.intents)


def _compiled(guidance: Guidance, kind: str, lists: Mapping[str, Sequence[str]]) -> Cues:
    known = guidance.worked_out.of(_compiled)
    made = known.get(kind)
    if made is None:
        made = known[kind] = Cues.of(lists)
    return made
