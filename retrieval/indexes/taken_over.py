"""The vectors of texts: taken over from earlier indexes where they hold the very text, else made.

A vector depends on its text and the recipe alone, so one index's vectors serve another.  What can't
be read costs time and nothing else: the text is embedded again.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import ReleaseId
from retrieval.indexes.nearness import Index
from retrieval.indexes.stored import rows_in, sound_vectors
from retrieval.indexes.wanted import Wanted
from retrieval.model.vectors import Vectors

if TYPE_CHECKING:
    from langchain_chroma import Chroma

Progress = Callable[[int, int], None]
"""Called with (done, total) while texts are embedded."""

ByText = dict[str, Vectors]
"""Vectors by the text that they are of."""

Source = Callable[[Collection[str]], Mapping[str, Vectors]]
"""Gives the vectors that it has of some texts; raises whatever keeps it from that."""

_BATCH = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """How much work an index was: how many texts it is made of, each counted once."""

    total: int
    embedded: int
    """Those that no earlier index held."""


def vectors_for(
    wanted: Wanted, sources: Iterable[Source], progress: Progress | None
) -> tuple[Vectors, Built]:
    """The vectors of all entries, one a row in their order, and how many had to be made."""
    texts = {entry.text for entry in wanted.entries}
    known: ByText = {}
    for source in sources:
        missing = texts - known.keys()
        if not missing:
            break
        try:
            known.update(source(missing))
        except Exception as error:
            _log.warning("Vectors of an earlier index can't be taken over: %s", error)
    missing = texts - known.keys()
    known.update(_embedded(missing, wanted, progress))
    rows = [known[entry.text] for entry in wanted.entries]
    vectors = np.array(rows, dtype=np.float32) if rows else np.empty((0, 0), dtype=np.float32)
    return vectors, Built(len(texts), len(missing))


def _embedded(texts: Collection[str], wanted: Wanted, progress: Progress | None) -> ByText:
    # Batches of like length waste less on padding.
    by_length = sorted(texts, key=lambda text: (len(text), text))
    made: ByText = {}
    for start in range(0, len(by_length), _BATCH):
        batch = by_length[start : start + _BATCH]
        try:
            vectors = np.array(wanted.embeddings.embed_documents(batch), dtype=np.float32)
        except Exception as error:
            raise ReleaseNotReady(
                f"The texts of release {wanted.release!r} can't be embedded: {error}. Make sure "
                "that the embedding model answers, and try again."
            ) from error
        made.update(zip(batch, vectors, strict=True))
        if progress is not None:
            progress(len(made), len(by_length))
    return made


def of_index(index: Index, wanted: Wanted) -> Source:
    """What *index*, which is open, holds."""

    def source(texts: Collection[str]) -> ByText:
        if index.recipe != wanted.embeddings.recipe:
            raise ValueError(f"it is embedded by {index.recipe}")
        positions = {
            entry.text: position
            for position, entry in enumerate(index.entries)
            if entry.text in texts
        }
        if not positions:
            return {}
        return dict(zip(positions, index.rows(list(positions.values())), strict=True))

    return source


def of_store(
    store: "Chroma", manifest: Mapping[str, Any], wanted: Wanted, texts: Collection[str]
) -> ByText:
    """The vectors of those of *texts* that a collection holds.

    Raises:
        ValueError: The collection was made in another way, or isn't what was stored.
    """
    check_made(manifest, wanted.made)
    rows = rows_in(store)
    vectors = sound_vectors(store, [id_ for id_, _, _ in rows], manifest.get("vectors"))
    return {
        text: vector for (_, text, _), vector in zip(rows, vectors, strict=True) if text in texts
    }


def check_made(manifest: Mapping[str, Any], made: Mapping[str, str | int]) -> None:
    """Raise ValueError unless the vectors beside *manifest* are made as *made* says."""
    found = {key: manifest.get(key) for key in made}
    if found != made:
        raise ValueError(f"it is made by {found}, not {dict(made)}")


def digests_in(reuse: Sequence[ReleaseId | Index]) -> list[ReleaseId]:
    """The digests of the indexes in *reuse*, whether they are open or only named."""
    return [one.release if isinstance(one, Index) else one for one in reuse]
