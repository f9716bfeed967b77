"""Citations checked from outside, against the files of the corpus.

Nothing here is shared with what made them.
The texts are read from the YAML files themselves, so that a slip in loading the corpus, in pinning
a citation or in the product's own check shows here.  What an installation has added or corrected
stands in no file: such a release is read as the database has it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml


class Pinned(Protocol):
    """What is looked at of a citation."""

    @property
    def provision(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def pinpoint(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def quote(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a reply asserts, and what it cites for it."""

    kind: str
    id: str
    citations: tuple[Pinned, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A provision as the file of its source has it."""

    source: str
    pinpoint: str
    text: str
    official: bool


@dataclass(frozen=True, slots=True)
class Grounding:
    """What a check of many claims found."""

    claims: int
    citations: int
    uncited: tuple[str, ...]
    """Claims without a citation."""
    faults: tuple[str, ...]
    """What is wrong with citations, each with its claim."""


def printed(corpus: Path) -> Mapping[str, Printed]:
    """Every provision in the source files under *corpus*, by id."""
    return {
        one["id"]: Printed(
            document["source"]["id"], one["pinpoint"], one["text"], one["checked"] == "official"
        )
        for file in sorted((corpus / "sources").glob("*.yaml"))
        for document in _documents(file)
        for one in document["provisions"]
    }


def printed_in(content: str) -> Mapping[str, Printed]:
    """Every provision in *content*, which the database keeps of a release, by id."""
    return {
        id_: Printed(one["source"], one["pinpoint"], one["text"], one["checked"] == "official")
        for id_, one in json.loads(content)["provisions"].items()
    }


def _documents(file: Path) -> Iterable[dict[str, Any]]:
    loaded = yaml.safe_load_all(file.read_text("utf-8"))
    return [document for document in loaded if document is not None]


def check(claims: Iterable[Claim], texts: Mapping[str, Printed]) -> Grounding:
    """Look up every citation of *claims* in *texts*."""
    number, citations = 0, 0
    uncited: list[str] = []
    faults: list[str] = []
    for claim in claims:
        number += 1
        citations += len(claim.citations)
        if not claim.citations:
            uncited.append(f"{claim.kind} {claim.id}")
        faults += [
            f"{claim.kind} {claim.id}: {fault}"
            for citation in claim.citations
            if (fault := fault_of(citation, texts)) is not None
        ]
    return Grounding(number, citations, tuple(uncited), tuple(faults))


def together(parts: Sequence[Grounding]) -> Grounding:
    """What several checks found, as one."""
    return Grounding(
        sum(one.claims for one in parts),
        sum(one.citations for one in parts),
        tuple(name for one in parts for name in one.uncited),
        tuple(fault for one in parts for fault in one.faults),
    )


def fault_of(citation: Pinned, texts: Mapping[str, Printed]) -> str | None:
    """What is wrong with *citation*; None for nothing."""
    found = texts.get(citation.provision)
    if found is None:
        return f"{citation.provision} is in no file"
    if (citation.source, citation.pinpoint) != (found.source, found.pinpoint):
        return f"{citation.provision} stands at {found.pinpoint}, not at {citation.pinpoint}"
    if not 0 <= citation.start < citation.end <= len(found.text):
        return f"{citation.provision} has no characters {citation.start} to {citation.end}"
    span = found.text[citation.start : citation.end]
    if hashlib.sha256(span.encode()).hexdigest() != citation.sha256:
        return f"{citation.provision} says something else there"
    if citation.quote is not None and not found.official:
        return f"{citation.provision} is our digest and was quoted"
    if citation.quote not in (None, span):
        return f"{citation.provision} was quoted wrongly"
    return None
