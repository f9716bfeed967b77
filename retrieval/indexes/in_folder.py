"""Indexes in the data folder: a folder each, built aside under a lock and put in place whole.

Two writers damage a Chroma folder without an error (measured), hence one process builds, in a
temporary folder, and a rename makes it visible.  The lock tells a build that runs from one that
was killed, since the system gives it back with the process.
"""

import json
import logging
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import BaseFileLock, FileLock, Timeout

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import ReleaseId
from retrieval.indexes.nearness import ExactIndex, Index
from retrieval.indexes.stored import (
    add,
    created,
    exact_index,
    insist_on_graph,
    local_client,
    opened,
    read_index,
    remove,
    rows_in,
    sound_vectors,
)
from retrieval.indexes.taken_over import check_made
from retrieval.indexes.wanted import PREFIX, Wanted, digest_of_vectors, name_of
from retrieval.model.vectors import Vectors
from retrieval.model.weights import file_sha256

if TYPE_CHECKING:
    from langchain_chroma import Chroma

BESIDE = "vectors.npy"
"""What the vectors are read from at the start, in the order of the entries."""

_MOST_REPLACED = 0.2
"""Share of entries that may have changed since all were written; more makes the graph poor."""

# Longer than any build we expect (20,000 passages on one core take some five minutes).
LOCK_TIMEOUT_SECONDS = 1800

_log = logging.getLogger(__name__)


def lock(parent: Path, name: str, timeout: float = LOCK_TIMEOUT_SECONDS) -> BaseFileLock:
    """What a build of *name* holds; `filelock.Timeout` where another holds it for so long."""
    parent.mkdir(parents=True, exist_ok=True)
    return FileLock(parent / f"{name}.lock", timeout=timeout)


@dataclass(frozen=True, slots=True)
class InFolder:
    """The indexes in one folder."""

    parent: Path

    def read(self, wanted: Wanted) -> Index | None:
        """The index *wanted*; None, and a line in the log, unless it is whole and the right one."""
        folder = self.parent / wanted.name
        if not folder.exists():
            return None
        try:
            manifest = _manifest(folder)
            wanted.check(manifest)
            beside = self._read_beside(folder, wanted, manifest)
            if beside is not None:
                return beside
            client = local_client(folder / manifest["folder"])
            try:
                store = opened(client, wanted.name)
                index = read_index(store, wanted, manifest, client.close)
            except BaseException:
                client.close()
                raise
            if isinstance(index, ExactIndex):
                client.close()
                _keep_beside(folder, manifest, index.rows(range(len(index.entries))))
            return index
        except Exception as error:
            _log.warning(
                "The index in %s is not usable and will be built again: %s", folder, error
            )
            return None

    def _read_beside(
        self, folder: Path, wanted: Wanted, manifest: Mapping[str, Any]
    ) -> Index | None:
        """The same vectors from the file beside Chroma's; None unless every bit of both is sound.

        Opening Chroma to read them takes a second, and memory that is never given back.
        """
        try:
            if file_sha256(_database(folder, manifest)) != manifest.get("database"):
                return None
            vectors = np.load(folder / BESIDE, allow_pickle=False)
            if digest_of_vectors([e.id for e in wanted.entries], vectors) != manifest["vectors"]:
                return None
        except Exception:
            # An empty file, an archive, a garbled header: numpy has another exception for each.
            return None
        return exact_index(wanted, vectors)

    @contextmanager
    def reading(self, release: ReleaseId) -> Iterator[tuple["Chroma", Mapping[str, Any]]]:
        """The collection of *release* as it lies there, and its manifest.

        Raises:
            ValueError: There is none, or its manifest is none.
            Exception: Whatever Chroma raises of a database that it can't read.
        """
        folder = self.parent / name_of(release)
        manifest = _manifest(folder)
        vectors = folder / manifest["folder"]
        # Chroma would make an empty one.
        if not (vectors / "chroma.sqlite3").exists():
            raise ValueError(f"{vectors} has no database")
        client = local_client(vectors)
        try:
            yield opened(client, name_of(release)), manifest
        finally:
            client.close()

    def build(self, wanted: Wanted, vectors: Vectors, like: Sequence[ReleaseId]) -> Index | None:
        """Put the index *wanted* in place and open it.

        Args:
            wanted: What it holds.
            vectors: Of its entries, in their order.
            like: Indexes that may hold most of it already; the first that does is copied.
        """
        folder = self.parent / wanted.name
        self._sweep_own(wanted.name)
        aside = Path(tempfile.mkdtemp(prefix=f".{wanted.name}-", dir=self.parent))
        try:
            manifest = self._written(aside, wanted, vectors, like)
            _write_beside(aside, manifest, vectors)
            if folder.exists():
                folder.rename(folder.with_name(f".{wanted.name}-{uuid.uuid4().hex}"))
            aside.rename(folder)
        finally:
            self._sweep_own(wanted.name)
        # The vectors were read back from the disk and compared.
        return exact_index(wanted, vectors) or self.read(wanted)

    def releases(self) -> tuple[ReleaseId, ...]:
        """The digests of all indexes, in order."""
        names = (folder.name for folder in self.parent.glob(f"{PREFIX}*") if folder.is_dir())
        return tuple(sorted(ReleaseId(name.removeprefix(PREFIX)) for name in names))

    def drop(self, release: ReleaseId) -> None:
        """Delete the index of *release*; the caller holds its lock."""
        shutil.rmtree(self.parent / name_of(release), ignore_errors=True)

    def sweep(self, but: str = "") -> None:
        """Delete what builds left that were killed, except of *but*, whose lock is held."""
        for name in {orphan.name[1:].rpartition("-")[0] for orphan in self._orphans()} - {but}:
            try:
                with lock(self.parent, name, 0):
                    self._sweep_own(name)
                    if not (self.parent / name).exists():
                        # Whoever waits for the lock sees that its file is gone and takes another.
                        (self.parent / f"{name}.lock").unlink(missing_ok=True)
            except Timeout:
                continue

    def _orphans(self, name: str = PREFIX) -> Iterator[Path]:
        return self.parent.glob(f".{name}*")

    def _sweep_own(self, name: str) -> None:
        for left in self._orphans(f"{name}-"):
            shutil.rmtree(left, ignore_errors=True)

    # Writing ------------------------------------------------------------------------------

    def _written(
        self, aside: Path, wanted: Wanted, vectors: Vectors, like: Sequence[ReleaseId]
    ) -> dict[str, Any]:
        """Write a folder of vectors into *aside* and read it back; gives the manifest."""
        digest = digest_of_vectors([entry.id for entry in wanted.entries], vectors)
        manifest: dict[str, Any] = {**wanted.manifest, "vectors": digest}
        for release in like:
            try:
                return manifest | self._copied(aside, wanted, vectors, digest, release)
            except Exception as error:
                _log.info("Index %s can't be copied, all is written anew: %s", release, error)
        into = _new_name()
        with closing(local_client(aside / into)) as client:
            store = created(client, wanted.name, {"release": wanted.release}, exact=wanted.exact)
            add(store, wanted.rows, vectors)
        _read_back(aside / into, wanted, digest)
        return {**manifest, "folder": into, "replaced": 0}

    def _copied(
        self, aside: Path, wanted: Wanted, vectors: Vectors, digest: str, release: ReleaseId
    ) -> dict[str, Any]:
        folder = self.parent / name_of(release)
        manifest = _manifest(folder)
        check_made(manifest, wanted.made)
        into = _new_name()
        _copy(folder / manifest["folder"], aside / into)
        try:
            with closing(local_client(aside / into)) as client:
                store = opened(client, name_of(release))
                if not wanted.exact:  # it has grown too large for memory
                    insist_on_graph(store)
                held = {id_: (text, metadata) for id_, text, metadata in rows_in(store)}
                changed = [
                    number
                    for number, (id_, text, metadata) in enumerate(wanted.rows)
                    if held.get(id_) != (text, metadata)
                ]
                kept = {entry.id for entry in wanted.entries} - {
                    wanted.entries[number].id for number in changed
                }
                gone = sorted(held.keys() - kept)
                replaced = int(manifest["replaced"]) + max(len(changed), len(gone))
                if replaced > _MOST_REPLACED * len(wanted.entries):
                    raise ValueError(f"{replaced} entries differ since all were written")
                remove(store, gone)
                add(store, [wanted.rows[number] for number in changed], vectors[changed])
                store._collection.modify(
                    name=wanted.name, metadata={"release": wanted.release}
                )
            _read_back(aside / into, wanted, digest)
        except BaseException:
            shutil.rmtree(aside / into, ignore_errors=True)
            raise
        return {"folder": into, "replaced": replaced}


def _read_back(vectors: Path, wanted: Wanted, digest: str) -> None:
    """Raise ReleaseNotReady unless what was written can be read from the disk again."""
    try:
        with closing(local_client(vectors)) as client:
            sound_vectors(opened(client, wanted.name), [e.id for e in wanted.entries], digest)
    except Exception as error:
        raise ReleaseNotReady(
            f"The index of release {wanted.release!r} was built in {vectors.parent.parent} but "
            f"can't be read back: {error}. The disk may be full or failing."
        ) from error


def _new_name() -> str:
    # Chroma keeps one connection per path and process; a path used once meets no stale one.
    return f"vectors-{uuid.uuid4().hex}"


def _write_beside(folder: Path, manifest: Mapping[str, Any], vectors: Vectors) -> None:
    """Put *vectors* beside Chroma's, and the manifest that vouches for both."""
    stamped = {**manifest, "database": file_sha256(_database(folder, manifest))}
    made = uuid.uuid4().hex
    np.save(folder / f".{made}.npy", vectors, allow_pickle=False)
    (folder / f".{made}.npy").replace(folder / BESIDE)
    (folder / f".{made}.json").write_text(json.dumps(stamped, indent=2) + "\n", "utf-8")
    (folder / f".{made}.json").replace(folder / "manifest.json")


def _keep_beside(folder: Path, manifest: Mapping[str, Any], vectors: Vectors) -> None:
    """Do the same for an index that Chroma has just read: the next start need not ask it again.

    Chroma writes to its file whenever it opens it, so what vouches for it has to be renewed.
    """
    try:
        _write_beside(folder, manifest, vectors)
    except OSError as error:
        _log.info("The vectors in %s can't be put beside Chroma's: %s", folder, error)


def _database(folder: Path, manifest: Mapping[str, Any]) -> Path:
    return folder / str(manifest["folder"]) / "chroma.sqlite3"


def _manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    if not isinstance(manifest, dict) or not isinstance(manifest.get("folder"), str):
        raise ValueError(f"the manifest in {folder} names no folder of vectors")
    return manifest


def _copy(source: Path, target: Path) -> None:
    """Copy a folder of Chroma's that others may be reading."""
    if not (source / "chroma.sqlite3").exists():
        raise ValueError(f"{source} has no database")
    target.mkdir()
    # By SQLite's own hand, so that a reader's lock or journal can't tear it.
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as old,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as new,
    ):
        old.backup(new)
    for graph in source.iterdir():
        if graph.is_dir():
            shutil.copytree(graph, target / graph.name)
