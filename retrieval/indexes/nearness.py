"""The vectors of one release, open for reading: which entries are most similar to a query."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.guidance import ReleaseId
from retrieval.indexes.entries import Entry
from retrieval.indexes.foremost import foremost
from retrieval.model.vectors import Vectors

if TYPE_CHECKING:
    from langchain_chroma import Chroma

Nearest = list[tuple[int, float]]
"""Positions in `Index.entries` and their similarity, most similar first."""

Instead = Callable[[Exception], "Chroma"]
"""Gives the collection to ask in the place of one that answered with an error, or raises."""

Near = tuple[NDArray[np.int64], NDArray[np.float64]]
"""The same as two arrays."""


_Answer = TypeVar("_Answer")


class Index(ABC):
    """The vectors of one release, open for reading and safe to share between threads."""

    def __init__(self, entries: tuple[Entry, ...], release: ReleaseId, recipe: str) -> None:
        self.entries = entries
        self.release = release
        self.recipe = recipe

    def nearest(self, queries: Vectors, count: int) -> list[Nearest]:
        """Find the *count* entries most similar to each of the *queries*, unit vectors in rows."""
        return [
            list(zip(positions.tolist(), similarities.tolist(), strict=True))
            for positions, similarities in self.near(queries, count)
        ]

    def near(self, queries: Vectors, count: int) -> list[Near]:
        """Find the same as `nearest`, as arrays."""
        count = min(count, len(self.entries))
        if not len(queries) or not count:
            return [(np.empty(0, dtype=np.int64), np.empty(0)) for _ in queries]
        return self._nearest(queries, count)

    def similarities(self, query: Vectors, positions: Sequence[int]) -> list[float]:
        """Say how similar the entries at *positions* are to one query."""
        similarities: list[float] = (self.rows(positions) @ query).tolist()
        return similarities

    @abstractmethod
    def close(self) -> None:
        """Give back what the index holds open; it can't be searched afterwards."""

    @abstractmethod
    def rows(self, positions: Sequence[int]) -> Vectors:
        """The vectors of the entries at *positions*."""

    @abstractmethod
    def _nearest(self, queries: Vectors, count: int) -> list[Near]:
        """The same, of equals the one at the lower position first."""


class ExactIndex(Index):
    """All vectors in memory: every one is compared."""

    def __init__(
        self, entries: tuple[Entry, ...], release: ReleaseId, recipe: str, matrix: Vectors
    ) -> None:
        super().__init__(entries, release, recipe)
        # What is asked of several provisions has the same vector at each, two of five in all:
        # it is compared once, and takes memory once.
        numbers: dict[bytes, int] = {}
        self._row = np.array(
            [numbers.setdefault(row.tobytes(), len(numbers)) for row in matrix], dtype=np.int64)
        first = np.empty(len(numbers), dtype=np.int64)
        first[self._row[::-1]] = np.arange(len(self._row))[::-1]
        self._rows: Vectors = matrix[first]

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def rows(self, positions: Sequence[int]) -> Vectors:
        """The vectors of the entries at *positions*."""
        rows: Vectors = self._rows[self._row[list(positions)]]
        return rows

    def _nearest(self, queries: Vectors, count: int) -> list[Near]:
        found = (queries @ self._rows.T)[:, self._row]
        tops = [foremost(row, count) for row in found]
        return [(top, row[top].astype(np.float64)) for top, row in zip(tops, found, strict=True)]


class ChromaIndex(Index):
    """Vectors in Chroma, too many for memory: those are compared that its graph leads to."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        release: ReleaseId,
        recipe: str,
        store: "Chroma",
        *,
        close: Callable[[], None],
        instead: Instead | None = None,
    ) -> None:
        super().__init__(entries, release, recipe)
        self._store = store
        self._close = close
        self._instead = instead
        self._position = {entry.id: position for position, entry in enumerate(entries)}

    def close(self) -> None:
        """Close the folder, or do nothing where a server holds the vectors."""
        self._close()

    def rows(self, positions: Sequence[int]) -> Vectors:
        """The vectors of the entries at *positions*."""
        ids = [self.entries[position].id for position in positions]
        return self._asked(lambda store: vectors_of(store, ids))

    def _nearest(self, queries: Vectors, count: int) -> list[Near]:
        # LangChain's own search takes one vector a call and hands back whole documents.
        found = self._asked(lambda store: store._collection.query(
            query_embeddings=queries, n_results=count, include=["distances"]
        ))
        return [
            _most_similar_first(
                np.array([self._position[id_] for id_ in ids], dtype=np.int64),
                1.0 - np.array(distances, dtype=np.float64),
            )
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]

    def _asked(self, ask: Callable[["Chroma"], _Answer]) -> _Answer:
        try:
            return ask(self._store)
        except Exception as error:
            if self._instead is None:
                raise
            self._store = self._instead(error)
            return ask(self._store)


def _most_similar_first(
    positions: NDArray[np.int64], similarities: NDArray[np.float64]
) -> Near:
    """The same, of equals the one at the lower position first."""
    places = np.argsort(positions)
    positions, similarities = positions[places], similarities[places]
    order = np.argsort(-similarities, kind="stable")
    return positions[order], similarities[order]


def vectors_of(store: "Chroma", ids: Sequence[str]) -> Vectors:
    """The vectors of *ids*, one a row in their order.

    Raises:
        ValueError: One is missing or is not of length one.
    """
    rows: dict[str, Any] = {}
    for start in range(0, len(ids), 1000):
        found = store.get(ids=list(ids[start : start + 1000]), include=["embeddings"])
        rows.update(zip(found["ids"], found["embeddings"], strict=True))
    missing = [id_ for id_ in ids if id_ not in rows]
    if missing:
        raise ValueError(f"{len(missing)} vectors are missing, such as {missing[0]!r}")
    matrix = np.array([rows[id_] for id_ in ids], dtype=np.float32)
    if ids and not np.allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-3):
        raise ValueError("some vectors are not of length one")
    return matrix
