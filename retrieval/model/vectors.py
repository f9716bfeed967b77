"""Vectors of length one, and what makes them of texts."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class UnitEmbeddings(ABC):
    """Embeddings of length one, so that a dot product is a cosine.

    LangChain takes them for its own `Embeddings`, since they have its methods.  They don't inherit
    it: its import costs a start 100 ms, and what serves needs nothing of it.
    """

    @abstractmethod
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed what is searched."""

    @abstractmethod
    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""

    @property
    @abstractmethod
    def recipe(self) -> str:
        """What made the vectors; two vectors can be compared only if their recipes are equal."""

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed questions, in one batch where the model allows it."""
        return [self.embed_query(text) for text in texts]


def unit(vectors: Vectors) -> Vectors:
    """*vectors*, one a row, scaled to length one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return units
