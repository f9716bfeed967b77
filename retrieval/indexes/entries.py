"""What is embedded of the guidance, and the passage or the gap that each text leads to.

What is embedded is not what is quoted.  Each passage is embedded with its source and headings
before it; each of a provision's `asks`, and of the questions that it is known to answer, is
embedded as well and leads to the provision's first passage; so does the digest that a confirmed
provision was before it took on the official words.  None of these can be quoted by mistake: an
entry's `text` never leaves this package.  What people ask that no text answers (`Gap`) is embedded
too, so that it is recognised.
"""

from dataclasses import dataclass, replace

from retrieval.guidance import Guidance, Provision, ProvisionId
from retrieval.passages import Passage, passage, passages_of

INDEX_FORMAT = 2
"""Raise it when what is embedded or stored changes; older indexes are then built again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that is embedded, and what it leads to: a passage, or a gap in the texts."""

    id: str
    passage: Passage | None
    text: str
    gap: str | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Where the passage stands in its provision; nowhere for a gap."""
        return (self.passage.start, self.passage.end) if self.passage else (0, 0)

    @property
    def metadata(self) -> dict[str, str | int]:
        """What is kept beside the vector."""
        if self.passage is None:
            return {"gap": self.gap or ""}
        start, end = self.span
        return {"provision": self.passage.provision, "start": start, "end": end}


def entries_of(guidance: Guidance) -> tuple[Entry, ...]:
    """Everything that is embedded of *guidance*, in the order of its provisions, then its gaps."""
    kept = guidance.worked_out.of(entries_of)
    if None not in kept:
        kept[None] = _entries_in(guidance)
    return kept[None]


def _entries_in(guidance: Guidance) -> tuple[Entry, ...]:
    provisions = [
        entry
        for provision in guidance.provisions.values()
        for entry in _entries_of(provision, heading_path(guidance, provision.id))
    ]
    gaps = [
        Entry(f"{gap.id}!{number}", None, ask, gap.id)
        for gap in guidance.gaps
        for number, ask in enumerate(gap.asks)
        if ask.strip()
    ]
    return (*provisions, *gaps)


def _entries_of(provision: Provision, path: str) -> list[Entry]:
    passages = list(passages_of(provision)) or [passage(provision)]
    cut = [
        Entry(f"{provision.id}#{number}", one, f"{path}\n{one.text}")
        for number, one in enumerate(passages)
    ]
    # Word for word what was embedded before somebody confirmed it, so its vectors are there.
    restated = [
        Entry(f"{provision.id}~{number}", passages[0], f"{path}\n{one.text}")
        for number, one in enumerate(_restated(provision))
    ]
    asked = [
        Entry(f"{provision.id}?{number}", passages[0], ask)
        for number, ask in enumerate((*provision.asks, *provision.answered))
        if ask.strip()
    ]
    return cut + restated + asked


def _restated(provision: Provision) -> list[Passage]:
    if provision.confirmed is None:
        return []
    return list(passages_of(replace(provision, text=provision.confirmed.restated)))


def heading_path(guidance: Guidance, provision: ProvisionId) -> str:
    """Where *provision* stands, for embedding: "UN Guiding Principles: Due diligence"."""
    found = guidance.provisions[provision]
    within = guidance.consideration_by_id.get(found.consideration or "")
    parts = [guidance.sources[found.source].short_title, within.title if within else "", ""]
    parts[2] = found.heading if found.heading != parts[1] else ""
    return ": ".join(part for part in parts if part)
