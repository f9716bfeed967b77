"""How one advice differs from another, as it is told."""

from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.citation import Citation
from retrieval.guidance import ProvisionId


class Part(StrEnum):
    """What two advices can differ in."""

    FACTS = "facts"
    FLAGS_ADDED = "flags_added"
    FLAGS_REMOVED = "flags_removed"
    CONSIDERATIONS = "considerations"
    SAFEGUARDS_ADDED = "safeguards_added"
    SAFEGUARDS_REMOVED = "safeguards_removed"
    FACTS_OPENED = "facts_opened"
    """Facts that have to be found out in the second case only."""
    FACTS_NEEDLESS = "facts_needless"
    """Facts that had to be found out in the first case only."""


class Ground(StrEnum):
    """Why two advices are held against each other."""

    CORRECTION = "correction"
    SUPPOSITION = "supposition"
    COMPARISON = "comparison"
    ALTERNATIVE = "alternative"
    """Two ways that a deal may go, of which neither need be what is known."""


@dataclass(frozen=True, slots=True)
class Named:
    """A flag, safeguard, consideration or fact by its name, and what it rests on."""

    id: str
    title: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What differs in one part, under the words that say how."""

    part: Part
    heading: str
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """How the advice differs from another one: that of before, or of another deal."""

    of: Ground
    groups: tuple[Group, ...]
    """Only parts in which something differs."""
    kept: tuple[str, ...]
    """Ids of the flags and safeguards that are in both."""
    rest: str
    """What is said of all else."""

    def named(self, part: Part) -> tuple[Named, ...]:
        """What differs in *part*."""
        return next((group.named for group in self.groups if group.part is part), ())


class Became(StrEnum):
    """What has become of a provision that was cited to somebody, in the order of telling."""

    CHANGED = "changed"
    """Its text or pinpoint is another, or it is less well checked."""
    RETIRED = "retired"
    """It isn't relied on any more."""
    CHECKED = "checked"
    """Our digest was held against a reliable source, and stands."""
    OFFICIAL = "official"
    """The official words stand where our digest stood."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A provision that was cited to somebody, and what has become of it since."""

    provision: ProvisionId
    became: Became
    instead: ProvisionId | None = None
    """What is relied on in its place, where there is anything."""
