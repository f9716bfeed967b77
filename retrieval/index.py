# chromadb and langchain_chroma take two seconds to import, so only opening an index does.
# ruff: noqa: PLC0415
"""One Chroma collection per release: built aside, put in place whole, read by many.

The index is a cache of the content and can always be built again from it, so whatever is
missing, half-built or damaged is rebuilt rather than repaired.  Two writers damage a Chroma
folder without an error (measured), hence: a release has a folder of its own, one process
builds it under a lock in a temporary folder, and a rename makes it visible.  A live collection
is never written to again.
"""

import json
import logging
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from filelock import BaseFileLock, FileLock, Timeout

from retrieval.entries import Entry, entries_of
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.nearness import ChromaIndex, ExactIndex, Index, vectors_of
from retrieval.vectors import UnitEmbeddings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from langchain_chroma import Chroma

INDEX_FORMAT = 2
"""Raise it when what is embedded or stored changes; older indexes are then built again."""

EXACT_UP_TO = 20_000
"""Vectors up to which all are read into memory and compared exactly.

There a look-up costs 4 ms on one core, as much as Chroma's approximate one, and misses nothing.
"""

Progress = Callable[[int, int], None]
"""Called with (done, total) while texts are embedded."""

_BATCH = 64
# Longer than any build we expect (20,000 passages on one core take some five minutes).
_LOCK_TIMEOUT_SECONDS = 1800

_log = logging.getLogger(__name__)


def open_index(
    guidance: Guidance,
    release: ReleaseId,
    embeddings: UnitEmbeddings,
    data_dir: Path,
    *,
    server: str | None = None,
    progress: Progress | None = None,
    exact_up_to: int = EXACT_UP_TO,
) -> Index:
    """Open the index of *release*, building it first where it is missing or damaged.

    Args:
        guidance: The content of the release.
        release: Digest of that content and of how it is embedded; names the collection.
        embeddings: Embeds what has to be built, and has to be what embeds the queries.
        data_dir: Holds the index, or only the lock where a *server* holds it.
        server: Address of a Chroma server, `http://host:port`.
        progress: Told how far a build is; not called when nothing has to be built.
        exact_up_to: Most vectors that are read into memory.

    Raises:
        ReleaseNotReady: It could not be built here; the message says why.
    """
    wanted = _Wanted(f"guidance-{release}", entries_of(guidance), release, embeddings, exact_up_to)
    try:
        if server:
            return _open_on_server(_connect(server), wanted, data_dir, progress)
        return _open_in_folder(data_dir / "index", wanted, progress)
    except Timeout as error:
        raise ReleaseNotReady(
            f"Another process has been building the index of release {release!r} for more than "
            f"{_LOCK_TIMEOUT_SECONDS // 60} minutes. Stop it and start again."
        ) from error
    except OSError as error:
        raise ReleaseNotReady(
            f"The index of release {release!r} can't be written under {data_dir}: {error}. Make "
            "sure that the data folder can be written to and has space."
        ) from error


def drop_index(release: ReleaseId, data_dir: Path, *, server: str | None = None) -> None:
    """Delete the index of *release*, if there is one; it can be built again from the content."""
    name = f"guidance-{release}"
    if server:
        client = _connect(server)
        if name in {collection.name for collection in client.list_collections()}:
            client.delete_collection(name)
        return
    with _lock(data_dir / "index", name):
        shutil.rmtree(data_dir / "index" / name, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an index has to hold in order to be the right one."""

    name: str
    entries: tuple[Entry, ...]
    release: ReleaseId
    embeddings: UnitEmbeddings
    exact_up_to: int

    @property
    def manifest(self) -> dict[str, str | int]:
        return {
            "release": self.release,
            "recipe": self.embeddings.recipe,
            "count": len(self.entries),
            "format": INDEX_FORMAT,
        }


# In a folder ------------------------------------------------------------------------------


def _open_in_folder(parent: Path, wanted: _Wanted, progress: Progress | None) -> Index:
    folder = parent / wanted.name
    index = _read_folder(folder, wanted)
    if index is not None:
        return index
    with _lock(parent, wanted.name):
        # Whoever held the lock before us has probably built it.
        index = _read_folder(folder, wanted)
        if index is None:
            _build_folder(folder, wanted, progress)
            index = _read_folder(folder, wanted)
    if index is None:
        raise ReleaseNotReady(
            f"The index of release {wanted.release!r} was built in {folder} but can't be read "
            "back; the log says why. The disk may be full or failing."
        )
    return index


def _lock(parent: Path, name: str) -> BaseFileLock:
    parent.mkdir(parents=True, exist_ok=True)
    return FileLock(parent / f"{name}.lock", timeout=_LOCK_TIMEOUT_SECONDS)


def _build_folder(folder: Path, wanted: _Wanted, progress: Progress | None) -> None:
    for orphan in folder.parent.glob(f".{wanted.name}-*"):  # of builds that were killed
        shutil.rmtree(orphan, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{wanted.name}-", dir=folder.parent))
    try:
        # Chroma keeps one connection per path and process; a path used once meets no stale one.
        vectors = f"vectors-{uuid.uuid4().hex}"
        client = _local_client(aside / vectors)
        try:
            _fill(client, wanted.name, {}, wanted, progress)
        finally:
            client.close()
        manifest = {**wanted.manifest, "folder": vectors}
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        if folder.exists():
            folder.rename(folder.with_name(f".{wanted.name}-{uuid.uuid4().hex}"))
        aside.rename(folder)
    finally:
        for left in folder.parent.glob(f".{wanted.name}-*"):
            shutil.rmtree(left, ignore_errors=True)


def _read_folder(folder: Path, wanted: _Wanted) -> Index | None:
    """The index in *folder*; None, and a line in the log, unless it is whole and the right one."""
    if not folder.exists():
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        vectors = manifest.pop("folder")
        if manifest != wanted.manifest:
            raise ValueError(f"its manifest says {manifest}, not {wanted.manifest}")
        client = _local_client(folder / vectors)
        try:
            index = _read(client, wanted, client.close)
        except BaseException:
            client.close()
            raise
        if isinstance(index, ExactIndex):
            client.close()
        return index
    except Exception as error:
        _log.warning("The index in %s is not usable and will be built again: %s", folder, error)
        return None


def _local_client(folder: Path) -> "Client":
    import chromadb
    from chromadb.api.client import Client
    from chromadb.config import Settings

    # Settings are changed by the client that takes them, so each gets its own.
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return cast(Client, client)  # the declared interface lacks `close`


# On a server ------------------------------------------------------------------------------


def _connect(server: str) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ReleaseNotReady(
            f"{server!r} is not the address of a Chroma server, such as http://chroma:8000. "
            "Correct ADVISOR_CHROMA_URL, or leave it out to keep the index in the data folder."
        )
    secure = parts.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if secure else 8000),
            ssl=secure,
            settings=Settings(anonymized_telemetry=False),
        )
    except Exception as error:
        raise ReleaseNotReady(
            f"The Chroma server at {server} does not answer ({error}). Start it, or correct "
            "ADVISOR_CHROMA_URL."
        ) from error


def _open_on_server(
    client: "ClientAPI", wanted: _Wanted, data_dir: Path, progress: Progress | None
) -> Index:
    """Open or build a collection that other machines may be building as well.

    The lock holds off processes of this machine only.  Between machines the collection's name
    decides: each builds under a name of its own, and the first to rename its collection wins.
    """
    index = _read_collection(client, wanted)
    if index is not None:
        return index
    with _lock(data_dir / "index", wanted.name):
        index = _read_collection(client, wanted)
        if index is None:
            _build_collection(client, wanted, progress)
            index = _read_collection(client, wanted)
    if index is None:
        raise ReleaseNotReady(
            f"The index of release {wanted.release!r} was built on the Chroma server but can't be "
            "read back; the log says why."
        )
    return index


def _build_collection(client: "ClientAPI", wanted: _Wanted, progress: Progress | None) -> None:
    aside = f"building-{uuid.uuid4().hex}"
    try:
        _fill(
            client, aside, {"built_for": wanted.name, "begun": int(time.time())}, wanted, progress
        )
        if _exists(client, wanted.name) and _read_collection(client, wanted) is None:
            client.delete_collection(wanted.name)
        if not _exists(client, wanted.name):
            client.get_collection(aside).modify(name=wanted.name, metadata={**wanted.manifest})
    except Exception as error:
        # Another machine may have put its own in place between our look and our rename.
        if _read_collection(client, wanted) is None:
            raise ReleaseNotReady(
                f"The index of release {wanted.release!r} can't be built on the Chroma server: "
                f"{error}."
            ) from error
    finally:
        if _exists(client, aside):
            client.delete_collection(aside)


def _read_collection(client: "ClientAPI", wanted: _Wanted) -> Index | None:
    try:
        if not _exists(client, wanted.name):
            return None
        metadata = client.get_collection(wanted.name).metadata or {}
        if {key: metadata.get(key) for key in wanted.manifest} != wanted.manifest:
            raise ValueError(f"its metadata says {metadata}, not {wanted.manifest}")
        return _read(client, wanted)
    except Exception as error:
        _log.warning("Collection %s is not usable and will be built again: %s", wanted.name, error)
        return None


def _exists(client: "ClientAPI", name: str) -> bool:
    return any(collection.name == name for collection in client.list_collections())


# In either --------------------------------------------------------------------------------


def _store(
    client: "ClientAPI",
    name: str,
    embeddings: UnitEmbeddings,
    metadata: Mapping[str, str | int] | None = None,
) -> "Chroma":
    """The collection *name*, created with *metadata* unless that is None."""
    from langchain_chroma import Chroma

    return Chroma(
        collection_name=name,
        embedding_function=embeddings,
        client=client,
        collection_metadata=dict(metadata) if metadata else None,
        collection_configuration={"hnsw": {"space": "cosine"}},
        create_collection_if_not_exists=metadata is not None,
    )


def _fill(
    client: "ClientAPI",
    name: str,
    metadata: Mapping[str, str | int],
    wanted: _Wanted,
    progress: Progress | None,
) -> None:
    store = _store(client, name, wanted.embeddings, metadata)
    total, done = len(wanted.entries), 0
    # Batches of like length waste less on padding.
    by_length = sorted(wanted.entries, key=lambda entry: (len(entry.text), entry.text))
    for start in range(0, total, _BATCH):
        batch = by_length[start : start + _BATCH]
        store.add_texts(
            [entry.text for entry in batch],
            metadatas=[entry.metadata for entry in batch],
            ids=[entry.id for entry in batch],
        )
        done += len(batch)
        if progress is not None:
            progress(done, total)


def _read(client: "ClientAPI", wanted: _Wanted, close: Callable[[], None] = lambda: None) -> Index:
    """Open the collection, or raise whatever shows that it is not the whole one."""
    store = _store(client, wanted.name, wanted.embeddings)
    ids = [entry.id for entry in wanted.entries]
    stored = set(store.get(include=[])["ids"])
    if stored != set(ids):
        raise ValueError(f"it holds {len(stored)} entries that are not the {len(ids)} expected")
    if len(ids) <= wanted.exact_up_to:
        return ExactIndex(wanted.entries, vectors_of(store, ids))
    index = ChromaIndex(wanted.entries, store, close)
    # Proves that vectors can be read, and warms up what the first query would wait for.
    index.nearest(vectors_of(store, ids[:1]), 1)
    return index
