"""How people name what the texts speak of, and the small words by which they steer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from retrieval.content.sources import ProvisionId
from retrieval.content.tables import Fact, Table


@dataclass(frozen=True, slots=True)
class Term:
    """How people name one value of one fact.

    `near` holds alternatives; each is a tuple of groups, and one word of every group has to
    stand in the same sentence ("arrested" with "journalists").
    """

    fact: Fact
    value: str
    terms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    """Count only when the message says nothing better about the fact."""
    exactly: tuple[str, ...] = ()
    """Like `weak`, and only as they are spelt: so many that a slip would lead astray."""
    near: tuple[tuple[tuple[str, ...], ...], ...] = ()
    asked: tuple[str, ...] = ()
    """Say it only in answer to the fact's own question ("by the book", "they refused")."""
    but_not: tuple[str, ...] = ()
    """Longer phrases in which a term means something else."""
    shared: tuple[str, ...] = ()
    """Those of its names that another value of the fact bears as well: the Congo of two countries.
    Such a name counts for the value that has it among its terms, and is asked back."""
    negated: str | None = None
    """The value that the opposite states: "courts aren't independent" is `weak`."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word a sales person may ask about in the middle of things."""

    id: str
    names: tuple[str, ...]
    text: str
    authorities: tuple[ProvisionId, ...]


@dataclass(frozen=True, slots=True)
class Refinement:
    """A reading that only the facts together allow: police in the United States are domestic."""

    when: Table
    fact: Fact
    value: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How people name things, hedge, deny, correct themselves and steer the conversation."""

    terms: tuple[Term, ...]
    cues: Mapping[str, tuple[str, ...]]
    intents: Mapping[str, tuple[str, ...]]
    glossary: tuple[GlossaryEntry, ...]
    refinements: tuple[Refinement, ...] = ()
    english: frozenset[str] = frozenset()
    """Ordinary English words, which are never taken for a misspelt term."""
    within: Mapping[Fact, frozenset[Fact]] = field(default_factory=lambda: MappingProxyType({}))
    """By fact those within whose longer names its own still count: "Services Australia"."""
