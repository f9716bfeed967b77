"""A citation: where in a release an assertion stands."""

from dataclasses import dataclass

from retrieval.guidance import Checked, ProvisionId, ReleaseId, SourceId


@dataclass(frozen=True, slots=True)
class Citation:
    """A pinned pointer into a release: the span that an assertion rests on."""

    provision: ProvisionId
    pinpoint: str
    source: SourceId
    source_title: str
    checked: Checked
    url: str
    release: ReleaseId
    start: int
    end: int
    sha256: str
    quote: str | None = None
    """The official document's own words; None for a digest, which is never a quotation."""

    def __hash__(self) -> int:
        # An advice looks some hundred citations up four times over; this tells them apart.
        return hash(self.sha256)
