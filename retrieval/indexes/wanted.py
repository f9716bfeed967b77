"""What an index has to hold in order to be the right one, and what says so beside it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.guidance import ReleaseId
from retrieval.indexes.entries import INDEX_FORMAT, Entry
from retrieval.model.vectors import UnitEmbeddings, Vectors

PREFIX = "guidance-"
"""What the names of all indexes begin with; the digest follows."""

Row = tuple[str, str, Mapping[str, str | int]]
"""One entry as it is stored: id, text and metadata."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One index: its name, its entries, and how they are embedded."""

    release: ReleaseId
    entries: tuple[Entry, ...]
    embeddings: UnitEmbeddings
    exact_up_to: int
    anew: bool = False
    """Whether it takes the place of one that is whole."""

    @property
    def name(self) -> str:
        """Names the folder or the collection."""
        return name_of(self.release)

    @property
    def exact(self) -> bool:
        """Whether all its vectors are compared, in memory; else a search follows Chroma's graph."""
        return len(self.entries) <= self.exact_up_to

    @property
    def rows(self) -> list[Row]:
        """What has to be stored, in the order of the entries."""
        return [(entry.id, entry.text, entry.metadata) for entry in self.entries]

    @property
    def made(self) -> dict[str, str | int]:
        """How its vectors are made: those of an index that was made so can be taken over."""
        return {"recipe": self.embeddings.recipe, "format": INDEX_FORMAT}

    @property
    def manifest(self) -> dict[str, str | int]:
        """What is kept beside the vectors and has to be found there."""
        return {"release": self.release, "count": len(self.entries), **self.made}

    def check(self, manifest: Mapping[str, Any]) -> None:
        """Raise ValueError unless *manifest* is this index's own."""
        found = {key: manifest.get(key) for key in self.manifest}
        if found != self.manifest:
            raise ValueError(f"it says {found}, not {self.manifest}")
        if not manifest.get("vectors"):
            raise ValueError("it was made by an earlier version, which kept no digest of vectors")


def name_of(release: ReleaseId) -> str:
    """The name of the folder or collection that holds the index of *release*."""
    return f"{PREFIX}{release}"


def fingerprint_of(rows: Iterable[Row]) -> str:
    """SHA-256 over ids, texts and metadata, whatever order they are stored in."""
    text = json.dumps(
        sorted([id_, text, dict(metadata)] for id_, text, metadata in rows),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digest_of_vectors(ids: Sequence[str], vectors: Vectors) -> str:
    """SHA-256 over every bit of *vectors*, whatever order they stand in."""
    order = sorted(range(len(ids)), key=lambda number: ids[number])
    digest = hashlib.sha256("\0".join([ids[number] for number in order]).encode("utf-8"))
    # By and by: all of them in this order at once would be written to memory twice more.
    for start in range(0, len(order), _ROWS):
        digest.update(np.ascontiguousarray(vectors[order[start : start + _ROWS]], "<f4").data)
    return digest.hexdigest()


_ROWS = 256
"""Vectors that are hashed at a time; more of them leave the nearer caches."""
