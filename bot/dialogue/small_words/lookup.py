"""What a text names of the corpus, as a value: provisions, a source, a term, and what is wanted."""

from dataclasses import dataclass
from enum import StrEnum

from retrieval.guidance import ProvisionId, SourceId


class Wants(StrEnum):
    """What of the named is wanted, where it isn't what it says."""

    LIST = "list"
    """All considerations."""
    ABOUT = "about"
    """Who issued a source, when, and where it can be read."""
    WORDING = "wording"
    """The official words."""
    FLAGS = "flags"
    """The red flags of the considerations that are named."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A provision that is named and not held."""

    cited: str
    """As it is written: "UNGP 45"."""
    source: SourceId | None
    """Its source; None where several are cited so, or it goes by a word."""
    held: tuple[str, ...]
    """What is held of its kind, in order: numbers of the source, else as they are written."""
    nearest: ProvisionId
    span: tuple[int, int]
    """Where it is named."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a text names of the corpus."""

    text: str
    """The text; of "and 22?" after "UNGP 19" what it stands for."""
    held: tuple[ProvisionId, ...] = ()
    missing: tuple[Missing, ...] = ()
    source: SourceId | None = None
    """The source that is named as a whole."""
    term: str | None = None
    """The glossary entry that makes up a bare message."""
    bare: bool = False
    """Nothing else is said, but perhaps words that ask for it."""
    asks: bool = False
    """Such words are there."""
    wants: Wants | None = None
    spans: tuple[tuple[int, int], ...] = ()
    """Characters of the text that name provisions and sources."""
    beneath: tuple[ProvisionId, ...] = ()
    """What else stands under a part that is named by a word: the items of "appendix 2"."""

    @property
    def names(self) -> bool:
        """Whether provisions are named, held or not."""
        return bool(self.held or self.missing)
