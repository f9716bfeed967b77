"""An installation's own edits of the guidance, as values.

The shipped content is where every draft starts; edits lie over it, so that a newer version of the
program brings its newer content and what counsel here ticked, corrected, retired or added stays.
What the guidance is with them, `retrieval.editing.applying` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retrieval.guidance import Provision, ProvisionId, Source, SourceId, sha256_of

CORRECTABLE = ("heading", "pinpoint", "text", "note", "number")
"""What of a provision can be corrected; the text only of a digest, official words are as they are.
"""


@dataclass(frozen=True, slots=True)
class AddDocument:
    """An official document with the provisions cut out of it; a later one of its source counts."""

    source: Source
    provisions: tuple[Provision, ...]
    document_sha256: str
    of: SourceId | None = None
    """The source whose digests these are the official words of, if it is known."""
    of_these: tuple[ProvisionId, ...] = ()
    """Which of its digests; empty for all."""
    kind: Literal["add_document"] = "add_document"

    @property
    def subject(self) -> str:
        """What it edits."""
        return str(self.source.id)


@dataclass(frozen=True, slots=True)
class Confirm:
    """A tick: the digest says what these official words say, and from now on they are shown."""

    provision: ProvisionId
    passage: ProvisionId
    """The official provision that the words stand in."""
    start: int
    end: int
    words_sha256: str
    """Of the words, so that another edition of the document can't be quoted by this tick."""
    was: str
    """`state_of` the digest that was held against them."""
    kind: Literal["confirm"] = "confirm"

    @property
    def subject(self) -> str:
        """What it edits."""
        return str(self.provision)


@dataclass(frozen=True, slots=True)
class Correct:
    """Other words, pinpoint, heading, number or note for a provision."""

    provision: ProvisionId
    fields: Mapping[str, str]
    """By name, one of `CORRECTABLE`."""
    reason: str
    was: str
    """`state_of` the provision that was corrected."""
    kind: Literal["correct"] = "correct"

    @property
    def subject(self) -> str:
        """What it edits."""
        return str(self.provision)


@dataclass(frozen=True, slots=True)
class Retire:
    """Nobody may rely on a provision any more; what rests on nothing else goes with it."""

    provision: ProvisionId
    reason: str
    instead: ProvisionId | None = None
    was: str = field(default="", compare=False)
    """`state_of` the provision that was retired; empty where it was made before that was kept."""
    kind: Literal["retire"] = "retire"

    @property
    def subject(self) -> str:
        """What it edits."""
        return str(self.provision)


@dataclass(frozen=True, slots=True)
class Renumber:
    """The official number of a consideration, looked up in the document."""

    consideration: str
    number: int
    kind: Literal["renumber"] = "renumber"

    @property
    def subject(self) -> str:
        """What it edits."""
        return self.consideration


Edit = AddDocument | Confirm | Correct | Retire | Renumber


@dataclass(frozen=True, slots=True)
class Made:
    """An edit, and who made it."""

    id: int
    by: str
    at: str
    """When, as text that sorts."""
    edit: Edit


def state_of(provision: Provision) -> str:
    """A digest of what an edit of *provision* was made in view of: text, heading and pinpoint."""
    return sha256_of("\n".join((provision.text, provision.heading, provision.pinpoint)))
