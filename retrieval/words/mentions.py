"""What is found in a message: which of its words name a value of a fact, and how firmly."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from retrieval.guidance import Fact
from retrieval.words.tokens import Tokens


class Strength(StrEnum):
    """How firmly a mention says what it is taken to say."""

    TERM = "term"
    FUZZY = "fuzzy"
    NEAR = "near"
    WEAK = "weak"
    """A hint, which counts only where nothing better is said."""
    ASKED = "asked"
    """Says it only in answer to the fact's own question."""
    TOLD = "told"
    """No word of the vocabulary: a model takes the whole clause to say it."""

    @property
    def is_firm(self) -> bool:
        """True for what says it wherever it stands."""
        return self not in _FAINT


_FAINT = frozenset({Strength.WEAK, Strength.ASKED})


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a message that name a value of a fact.

    `first` and `last` are token positions, `last` exclusive; `parts` are the spans within them
    that say it (one for a term, one per group for a `near` pattern).
    """

    fact: Fact
    value: str
    negated_value: str | None
    first: int
    last: int
    strength: Strength
    parts: tuple[tuple[int, int], ...]

    @property
    def length(self) -> int:
        """Words covered."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Shield:
    """Words that only sound like a value of a fact: "firmware" is no spyware."""

    fact: Fact
    value: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its tokens, and what was found in them."""

    text: str
    tokens: Tokens
    mentions: tuple[Mention, ...]
    shields: tuple[Shield, ...] = ()
    """Where it holds phrases that are listed as no names of a value."""
    coined: tuple[tuple[int, int], ...] = ()
    """Characters of words that somebody made up as the name of a firm: "ProSec" of "ProSec FZE"."""

    new: tuple[Mention, ...] = ()
    """Terms with a word that no model was taught with, since they came into the vocabulary later:
    what it hears there is guessed by the letters, and its silence says nothing."""

    def words(self, mention: Mention) -> str:
        """The person's own words that *mention* rests on."""
        return self.text[self.tokens[mention.first].start : self.tokens[mention.last - 1].end]

    def by_fact(self) -> Mapping[Fact, frozenset[str]]:
        """Values named per fact, firm ones where there are any: topics for a search."""
        values: dict[Fact, set[str]] = defaultdict(set)
        firm = {m.fact for m in self.mentions if m.strength.is_firm}
        for m in self.mentions:
            if m.strength.is_firm or (m.strength is Strength.WEAK and m.fact not in firm):
                values[m.fact].add(m.value)
        return {fact: frozenset(found) for fact, found in values.items()}
