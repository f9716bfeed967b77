"""The peer of every part: a plain LangChain chain over the same corpus, as its tutorials have it.

The recursive splitter at its customary sizes, Chroma in a folder, the prompt, and in place of a
language model one that answers at once with a fixed sentence, since ours asks none either.  It
keeps nothing, checks nothing and remembers nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_text_splitters import RecursiveCharacterTextSplitter

from retrieval import corpus
from retrieval.measuring.plain_rag import CHUNK_CHARACTERS, OVERLAP_CHARACTERS, source_texts
from retrieval.model.weights import load_reference, packaged_weights
from tests.bench.server import ROOT

PASSAGES = 4
"""How many chunks go into the prompt: LangChain's default."""
PROMPT = """Answer the question from the context. Cite what you use.

Context:
{context}

Question: {question}"""


class Torch(Embeddings):
    """The packaged weights as sentence-transformers runs them, on one thread."""

    def __init__(self) -> None:
        self._model = load_reference(str(packaged_weights()), offline=True)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        rows: list[list[float]] = self._model.encode(texts, normalize_embeddings=True).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""
        return self.embed_documents([text])[0]


def plain(folder: Path, embeddings: Embeddings | None = None) -> Callable[[str], Any]:
    """The chain over the shipped corpus, its chunks embedded and stored in *folder*.

    Args:
        folder: An empty one.
        embeddings: What a user would take, `Torch`, if None.
    """
    texts = source_texts(corpus.read(ROOT / "guidance_corpus"))
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS)
    chunks = splitter.create_documents(
        [one.text for one in texts], [{"source": one.source} for one in texts])
    store = Chroma(
        collection_name="plain", embedding_function=embeddings or Torch(),
        client=chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False)))
    store.add_documents(chunks)
    retriever = store.as_retriever(search_kwargs={"k": PASSAGES})
    model = FakeListChatModel(responses=["The guidance asks for due diligence [1]."])
    whole: Any = (
        {"context": retriever | _joined, "question": RunnablePassthrough()}
        | ChatPromptTemplate.from_template(PROMPT) | model | StrOutputParser())
    invoke: Callable[[str], Any] = whole.invoke
    return invoke


def _joined(found: Sequence[Document]) -> str:
    return "\n\n".join(one.page_content for one in found)
