"""The vectors of one release, open for reading: which entries are most similar to a query."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.entries import Entry
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from langchain_chroma import Chroma

Nearest = list[tuple[int, float]]
"""Positions in `Index.entries` and their similarity, most similar first."""


class Index(ABC):
    """The vectors of one release, open for reading and safe to share between threads."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    def nearest(self, queries: Vectors, count: int) -> list[Nearest]:
        """Find the *count* entries most similar to each of the *queries*, unit vectors in rows."""
        count = min(count, len(self.entries))
        if not len(queries) or not count:
            return [[] for _ in queries]
        return [
            sorted(one, key=lambda hit: (-hit[1], hit[0])) for one in self._nearest(queries, count)
        ]

    def similarities(self, query: Vectors, positions: Sequence[int]) -> list[float]:
        """Say how similar the entries at *positions* are to one query."""
        similarities: list[float] = (self._rows(positions) @ query).tolist()
        return similarities

    @abstractmethod
    def close(self) -> None:
        """Give back what the index holds open; it can't be searched afterwards."""

    @abstractmethod
    def _rows(self, positions: Sequence[int]) -> Vectors: ...

    @abstractmethod
    def _nearest(self, queries: Vectors, count: int) -> list[Nearest]: ...


class ExactIndex(Index):
    """All vectors in memory: every one is compared."""

    def __init__(self, entries: tuple[Entry, ...], matrix: Vectors) -> None:
        super().__init__(entries)
        self._matrix = matrix

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _rows(self, positions: Sequence[int]) -> Vectors:
        rows: Vectors = self._matrix[list(positions)]
        return rows

    def _nearest(self, queries: Vectors, count: int) -> list[Nearest]:
        found = queries @ self._matrix.T
        top = np.argpartition(-found, count - 1, axis=1)[:, :count]
        return [
            list(zip(positions.tolist(), row[positions].tolist(), strict=True))
            for positions, row in zip(top, found, strict=True)
        ]


class ChromaIndex(Index):
    """Vectors in Chroma, too many for memory: those are compared that its graph leads to."""

    def __init__(
        self, entries: tuple[Entry, ...], store: "Chroma", close: Callable[[], None]
    ) -> None:
        super().__init__(entries)
        self._store = store
        self._close = close
        self._position = {entry.id: position for position, entry in enumerate(entries)}

    def close(self) -> None:
        """Close the folder, or do nothing where a server holds the vectors."""
        self._close()

    def _rows(self, positions: Sequence[int]) -> Vectors:
        return vectors_of(self._store, [self.entries[position].id for position in positions])

    def _nearest(self, queries: Vectors, count: int) -> list[Nearest]:
        # LangChain's own search takes one vector a call and hands back whole documents.
        found = self._store._collection.query(
            query_embeddings=queries, n_results=count, include=["distances"]
        )
        return [
            [(self._position[id_], 1.0 - distance) for id_, distance in zip(*one, strict=True)]
            for one in zip(found["ids"], found["distances"] or [], strict=True)
        ]


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
