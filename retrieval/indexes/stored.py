# chromadb and langchain_chroma take two seconds to import, so only opening an index does.
# ruff: noqa: PLC0415
"""Chroma: how it is reached, and how a collection is filled and read back."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np

from retrieval.errors import IndexServerAway, IndexServerTooOld, ReleaseNotReady
from retrieval.indexes.nearness import ChromaIndex, ExactIndex, Index, Instead, vectors_of
from retrieval.indexes.wanted import Row, Wanted, digest_of_vectors
from retrieval.ingesting.hosts import without_password
from retrieval.model.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_chroma import Chroma

_HEARTBEAT = "/api/v2/heartbeat"
_VERSION = re.compile(r"\d+(\.\w+){1,5}")
_HEARTBEAT_SECONDS = 10
"""How long a server may take to say that it is there."""
_ANSWER_SECONDS = 60
"""How long it may take over one request; Chroma's own client would wait for ever."""
_AWAY = frozenset({502, 503, 504})
_TOLD_CHARACTERS = 200
"""Of what a server answers, which may be a page, as many are told."""

# Chroma writes what it was given to disk each thousand: larger batches gain nothing, and a
# server refuses a request of more than 40 MB.
_BATCH = 1000

_QUICK = 10
"""How many neighbours are looked at for an entry of a graph that no search follows.

Chroma looks at 100 if nothing is said, which takes a quarter of a build.
"""


def local_client(folder: "Path") -> "Client":
    """A client of its own for *folder*, which is made if it is missing."""
    import chromadb
    from chromadb.api.client import Client
    from chromadb.config import Settings

    # Settings are changed by the client that takes them, so each gets its own.
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return cast(Client, client)  # the declared interface lacks `close`


def connect(server: str) -> "ClientAPI":
    """A client of the Chroma server at *server*.

    Raises:
        ReleaseNotReady: That is no address; `IndexServerAway` where nobody answers there in time,
            or something that is no such server.
    """
    import chromadb
    import httpx  # what chromadb speaks by
    from chromadb.config import Settings

    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ReleaseNotReady(
            f"{without_password(server)!r} is not the address of a Chroma server, such as "
            "http://chroma:8000. Correct ADVISOR_CHROMA_URL, or leave it out to keep the index in "
            "the data folder."
        )
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    try:
        # Asked first, since the client asks while it is made, and then waits as long as it takes.
        _insist_on_chroma(httpx.URL(scheme=parts.scheme, host=parts.hostname, port=port), server)
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=port,
            ssl=secure,
            settings=Settings(anonymized_telemetry=False),
        )
    except IndexServerAway:
        raise
    except Exception as error:
        raise away(server, error) from error
    session = client._server._session  # type: ignore[attr-defined]  # no other way to say it
    session.timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_HEARTBEAT_SECONDS)
    return client


def _insist_on_chroma(address: "httpx.URL", server: str) -> None:
    """Raise what shows that no Chroma server answers at *address*, or one that is too old.

    One of another generation answers, and then fails at what it is asked in words that tell nobody
    why.  Once a newer one stands in its place all is well, as where it had been away.

    Raises:
        IndexServerTooOld: It is; told of the address *server*.
    """
    import httpx

    answer = httpx.get(address.copy_with(path=_HEARTBEAT), timeout=_HEARTBEAT_SECONDS)
    if answer.status_code != httpx.codes.NOT_FOUND:
        answer.raise_for_status()
    try:
        there = answer.is_success and "nanosecond heartbeat" in answer.json()
    except (ValueError, TypeError):
        there = False
    version = _version_at(address.copy_with(path="/api/v2/version" if there else "/api/v1/version"))
    if version is not None and version.startswith("0."):
        raise IndexServerTooOld(
            f"The Chroma server at {without_password(server)} is of version {version}, and one of "
            "1.0 or newer is needed. Start such a one there, or correct ADVISOR_CHROMA_URL.")
    if not there:
        answer.raise_for_status()
        raise ValueError("what answers there is no Chroma server")


def _version_at(address: "httpx.URL") -> str | None:
    """The version that is told at *address*; None where none is."""
    import httpx

    answer = httpx.get(address, timeout=_HEARTBEAT_SECONDS)
    said = answer.text.strip().strip('"')
    return said if answer.is_success and _VERSION.fullmatch(said) else None


def away(server: str, error: Exception) -> IndexServerAway:
    """That nobody answers at the address *server*, as *error* says."""
    import httpx

    under = _status_of(error)
    if under is not None:
        why = f"HTTP {under.response.status_code} {under.response.reason_phrase}".rstrip()
    elif isinstance(error, httpx.TimeoutException):
        why = "it takes too long"
    else:
        why = " ".join(str(error).split())[:_TOLD_CHARACTERS] or type(error).__name__
    return IndexServerAway(
        f"The Chroma server at {without_password(server)} does not answer ({why}). Start it, or "
        "correct ADVISOR_CHROMA_URL."
    )


def is_of_store(error: Exception) -> bool:
    """Whether *error* is Chroma's, or of the database that it keeps a folder in."""
    import sqlite3

    from chromadb.errors import ChromaError

    return isinstance(error, (ChromaError, sqlite3.Error))


def is_loss(error: BaseException) -> bool:
    """Whether *error* is that a server which did answer does so no more.

    What stands before a server says that it is away by 502, 503 or 504.  A server's own 500 may be
    of a damaged collection, which is no loss: built again it answers.
    """
    import httpx  # what chromadb speaks by

    if isinstance(error, httpx.TransportError):
        return True
    under = _status_of(error)
    return under is not None and under.response.status_code in _AWAY


def _status_of(error: BaseException) -> "httpx.HTTPStatusError | None":
    """What of HTTP lies under *error*: Chroma's client raises what the answer held in its place."""
    import httpx

    under = error if isinstance(error, httpx.HTTPStatusError) else error.__context__
    return under if isinstance(under, httpx.HTTPStatusError) else None


def is_gone(error: Exception) -> bool:
    """Whether *error* is that a collection is there no more."""
    from chromadb.errors import NotFoundError

    return isinstance(error, NotFoundError)


def opened(client: "ClientAPI", name: str) -> "Chroma":
    """The collection *name*, which has to be there."""
    return _store(client, name, None)


def created(
    client: "ClientAPI", name: str, metadata: Mapping[str, str | int], *, exact: bool
) -> "Chroma":
    """A new collection *name* with *metadata*; its graph is a poor one where it is to be *exact*.

    There all vectors are compared, and nothing ever follows the graph that Chroma makes.
    """
    return _store(client, name, metadata, exact=exact)


def insist_on_graph(store: "Chroma") -> None:
    """Raise ValueError unless a search may follow the graph of *store*."""
    made: Mapping[str, Any] = store._collection.configuration_json.get("hnsw") or {}
    if made.get("ef_construction") == _QUICK:
        raise ValueError("its graph was made for vectors that are all compared")


def _store(
    client: "ClientAPI", name: str, metadata: Mapping[str, str | int] | None, *, exact: bool = False
) -> "Chroma":
    from langchain_chroma import Chroma

    # Of unit vectors the inner product is the cosine.  Chroma's own "cosine" scales what it is
    # given once more, which changes the last bit of every fourth vector each time that vectors
    # are taken over.
    graph: CreateHNSWConfiguration = {"space": "ip"}
    if exact:
        graph["ef_construction"] = _QUICK
    return Chroma(
        collection_name=name,
        client=client,
        collection_metadata=dict(metadata) if metadata else None,
        collection_configuration={"hnsw": graph},
        create_collection_if_not_exists=metadata is not None,
    )


def add(
    store: "Chroma", rows: Sequence[Row], vectors: Vectors, alive: Callable[[], None] | None = None
) -> None:
    """Add *rows* and their *vectors*, telling *alive* before each batch."""
    # LangChain's own way in embeds whatever it is given.
    collection = store._collection
    batch = min(_BATCH, collection._client.get_max_batch_size())
    for start in range(0, len(rows), batch):
        if alive is not None:
            alive()
        some = rows[start : start + batch]
        collection.add(
            ids=[id_ for id_, _, _ in some],
            documents=[text for _, text, _ in some],
            metadatas=[dict(metadata) for _, _, metadata in some],
            embeddings=vectors[start : start + batch],
        )


def remove(store: "Chroma", ids: Sequence[str]) -> None:
    """Delete *ids*."""
    for start in range(0, len(ids), _BATCH):
        store._collection.delete(ids=list(ids[start : start + _BATCH]))


def ids_in(store: "Chroma") -> set[str]:
    """Every id that *store* holds."""
    return set(store.get(include=[])["ids"])


def rows_in(store: "Chroma") -> list[Row]:
    """All that *store* holds beside its vectors.

    Raises:
        ValueError: A text or the metadata of one is missing.
    """
    ids = sorted(ids_in(store))
    rows: list[Row] = []
    for start in range(0, len(ids), _BATCH):
        found: dict[str, Any] = store.get(
            ids=ids[start : start + _BATCH], include=["documents", "metadatas"]
        )
        rows += zip(found["ids"], found["documents"], found["metadatas"], strict=True)
    for id_, text, metadata in rows:
        if text is None or metadata is None:
            raise ValueError(f"{id_!r} has lost its text or its metadata")
    return rows


def sound_vectors(store: "Chroma", ids: Sequence[str], digest: object) -> Vectors:
    """The vectors of *ids*, which are all that *store* holds, one a row in their order.

    Raises:
        ValueError: An entry is missing or one too many, or a vector isn't what was stored.
    """
    held = ids_in(store)
    if held != set(ids):
        raise ValueError(f"it holds {len(held)} entries that are not the {len(ids)} expected")
    vectors = vectors_of(store, ids) if ids else np.empty((0, 0), dtype=np.float32)
    if digest_of_vectors(ids, vectors) != digest:
        raise ValueError("its vectors are not those that were stored")
    return vectors


def read_index(
    store: "Chroma",
    wanted: Wanted,
    manifest: Mapping[str, Any],
    close: Callable[[], None] = lambda: None,
    instead: Instead | None = None,
) -> Index:
    """Open the collection *store*.

    Args:
        store: What was stored of the index.
        wanted: What it has to hold.
        manifest: What was noted of it when it was built.
        close: Called when the index is closed, where it is not one in memory.
        instead: Gives what is asked in its place later on, once a call to it has failed.

    Raises:
        ValueError: It does not hold just the entries that are wanted, or their vectors are not
            those of *manifest*.
        Exception: Whatever Chroma raises of a collection that it can't read.
    """
    ids = [entry.id for entry in wanted.entries]
    if wanted.exact:
        vectors = sound_vectors(store, ids, manifest.get("vectors"))
        return ExactIndex(wanted.entries, wanted.release, wanted.embeddings.recipe, vectors)
    insist_on_graph(store)
    held = ids_in(store)
    if held != set(ids):
        raise ValueError(f"it holds {len(held)} entries that are not the {len(ids)} expected")
    index = ChromaIndex(wanted.entries, wanted.release, wanted.embeddings.recipe, store,
                        close=close, instead=instead)
    # Proves that vectors can be read, and warms up what the first query would wait for.
    index.nearest(vectors_of(store, ids[:1]), 1)
    return index


def exact_index(wanted: Wanted, vectors: Vectors) -> Index | None:
    """The index with *vectors* in memory; None if they are too many for that."""
    if not wanted.exact:
        return None
    return ExactIndex(wanted.entries, wanted.release, wanted.embeddings.recipe, vectors)
