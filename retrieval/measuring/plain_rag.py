"""Plain peers to measure the search against: what a user would build in an afternoon.

`PlainRag` is the LangChain recipe as its tutorials have it: the corpus text of each source, the
recursive splitter, Chroma, the packaged model.  A chunk knows no provisions, so it is mapped
back to those it covers by the characters it was cut from.  `WordsAlone` and `MeaningAlone` are
BM25 and cosine over the provisions, with nothing added up or declined.

Each can be built with the provisions' `asks` too.  Those are our own work, which somebody with
the guidance and a splitter wouldn't have; with them, a peer shows what the rest of the search
is worth.

None of the three ever declines to answer, save where BM25 meets no word that it knows.
"""

# chromadb and LangChain take seconds to import, and only `PlainRag` needs them.
# ruff: noqa: PLC0415

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import bm25s
import numpy as np
import Stemmer

from retrieval.guidance import Guidance, Provision, ProvisionId, SourceId
from retrieval.model.vectors import UnitEmbeddings
from retrieval.passages import passages_of

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
"""The splitter's customary sizes, as in LangChain's own tutorials."""

LEAST_CHARACTERS = 50
"""A chunk covers a provision if it holds so many characters of it, or all."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of one source in one piece, and where each provision stands in it."""

    source: SourceId
    text: str
    spans: tuple[tuple[int, int, ProvisionId], ...]
    """Start, end (exclusive) and id."""

    def covered(self, start: int, end: int) -> list[ProvisionId]:
        """Provisions of which characters *start* to *end* hold enough, most of it first."""
        shares = {
            id_: min(end, last) - max(start, first)
            for first, last, id_ in self.spans
            if min(end, last) - max(start, first) >= min(LEAST_CHARACTERS, last - first)
        }
        return sorted(shares, key=lambda id_: -shares[id_])


def source_texts(guidance: Guidance, *, with_asks: bool = False) -> list[SourceText]:
    """The corpus as running text, one piece for each source."""
    pieces: dict[SourceId, str] = dict.fromkeys(guidance.sources, "")
    spans: dict[SourceId, list[tuple[int, int, ProvisionId]]] = {id_: [] for id_ in pieces}
    for provision in guidance.provisions.values():
        text = "\n".join(_lines(provision, with_asks))
        start = len(pieces[provision.source])
        pieces[provision.source] += f"{text}\n\n"
        spans[provision.source].append((start, start + len(text), provision.id))
    return [SourceText(id_, text, tuple(spans[id_])) for id_, text in pieces.items() if text]


def _lines(provision: Provision, with_asks: bool) -> list[str]:
    return [provision.heading, provision.text, *(provision.asks if with_asks else ())]


class PlainRag:
    """Split, embed, store, retrieve: the chain up to where a language model would answer."""

    def __init__(
        self,
        guidance: Guidance,
        embeddings: UnitEmbeddings,
        *,
        with_asks: bool = False,
        limit: int = 10,
    ) -> None:
        """Embed the whole corpus into a collection in memory; *limit* is in chunks."""
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._texts = {one.source: one for one in source_texts(guidance, with_asks=with_asks)}
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
        )
        chunks = splitter.create_documents(
            [one.text for one in self._texts.values()],
            [{"source": one.source} for one in self._texts.values()],
        )
        store = Chroma(
            collection_name=f"plain-{uuid.uuid4().hex}",
            embedding_function=cast("Embeddings", embeddings),
            client=chromadb.EphemeralClient(Settings(anonymized_telemetry=False)),
        )
        store.add_documents(chunks)
        self._retriever = store.as_retriever(search_kwargs={"k": min(limit, len(chunks))})

    def retrieve(self, question: str) -> "list[Document]":
        """The retrieve step of the chain."""
        return self._retriever.invoke(question)

    def __call__(self, questions: Sequence[str]) -> list[list[ProvisionId]]:
        """Provisions that the chunks found for each question cover, without repeats."""
        return [
            list(dict.fromkeys(id_ for c in self.retrieve(one) for id_ in self._covered(c)))
            for one in questions
        ]

    def _covered(self, chunk: "Document") -> list[ProvisionId]:
        start = chunk.metadata["start_index"]
        text = self._texts[SourceId(chunk.metadata["source"])]
        return text.covered(start, start + len(chunk.page_content))


class WordsAlone:
    """BM25 over the provisions and nothing else."""

    def __init__(self, guidance: Guidance, *, with_asks: bool = False) -> None:
        self._ids = list(guidance.provisions)
        self._bm25 = bm25s.BM25()
        texts = ["\n".join(_lines(p, with_asks)) for p in guidance.provisions.values()]
        self._bm25.index(_words(texts), show_progress=False)

    def __call__(self, questions: Sequence[str]) -> list[list[ProvisionId]]:
        """All provisions that share a word with each question, best first."""
        return [self._ranked(words) for words in _words(questions)]

    def _ranked(self, words: list[str]) -> list[ProvisionId]:
        known = self._bm25.get_tokens_ids(words)
        if not known:
            return []
        relevance = self._bm25.get_scores_from_ids(known)
        order = np.argsort(-relevance, kind="stable")
        return [self._ids[position] for position in order if relevance[position] > 0]


def _words(texts: Sequence[str]) -> list[list[str]]:
    words: list[list[str]] = bm25s.tokenize(
        list(texts),
        stopwords="en",
        stemmer=Stemmer.Stemmer("english"),
        return_ids=False,
        show_progress=False,
    )
    return words


class MeaningAlone:
    """Cosine over the passages and nothing else; a provision counts by its nearest passage."""

    def __init__(
        self, guidance: Guidance, embeddings: UnitEmbeddings, *, with_asks: bool = False
    ) -> None:
        self._embeddings = embeddings
        texts = [
            (provision.id, text)
            for provision in guidance.provisions.values()
            for text in (
                *(f"{provision.heading}\n{one.text}" for one in passages_of(provision)),
                *(provision.asks if with_asks else ()),
            )
        ]
        self._ids = [id_ for id_, _ in texts]
        self._matrix = np.asarray(embeddings.embed_documents([text for _, text in texts]))

    def __call__(self, questions: Sequence[str]) -> list[list[ProvisionId]]:
        """All provisions for each question, nearest first."""
        vectors = np.asarray([self._embeddings.embed_query(one) for one in questions])
        nearness = vectors @ self._matrix.T
        orders = np.argsort(-nearness, axis=1, kind="stable")
        return [list(dict.fromkeys(self._ids[position] for position in row)) for row in orders]
