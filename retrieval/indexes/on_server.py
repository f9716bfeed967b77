"""Indexes on a Chroma server, which several machines may share: a collection each.

A lock holds off processes of this machine only.  Between machines the collection's name decides:
each builds under a name of its own, and the first to rename its collection wins.  A build that
runs says every minute that it is alive; one that has said nothing for an hour was killed.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import ReleaseId
from retrieval.indexes.nearness import Index
from retrieval.indexes.stored import (
    add,
    away,
    created,
    exact_index,
    is_gone,
    is_loss,
    opened,
    read_index,
    sound_vectors,
)
from retrieval.indexes.wanted import PREFIX, Wanted, digest_of_vectors, name_of
from retrieval.model.vectors import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma

_ASIDE = "building-"
_SILENT_SECONDS = 3600
"""Generous, since the clocks of two machines may differ."""
_TOLD_SECONDS = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OnServer:
    """The indexes on one server."""

    client: "ClientAPI"
    address: str

    def read(self, wanted: Wanted) -> Index | None:
        """The index *wanted*; None, and a line in the log, unless it is whole and the right one.

        Where the server goes away meanwhile its error is raised: nothing is known of the index.
        """
        try:
            if not self._exists(wanted.name):
                return None
            metadata = self.client.get_collection(wanted.name).metadata or {}
            wanted.check(metadata)
            return read_index(opened(self.client, wanted.name), wanted, metadata,
                              instead=partial(self._instead, wanted.name))
        except Exception as error:
            if is_loss(error):
                raise
            _log.warning(
                "Collection %s is not usable and will be built again: %s", wanted.name, error
            )
            return None

    @contextmanager
    def reading(self, release: ReleaseId) -> Iterator[tuple["Chroma", Mapping[str, Any]]]:
        """The collection of *release* as it is there, and its manifest.

        Raises:
            NotFoundError: Chroma's own, where there is none.
        """
        name = name_of(release)
        yield opened(self.client, name), self.client.get_collection(name).metadata or {}

    def build(self, wanted: Wanted, vectors: Vectors, like: Sequence[ReleaseId]) -> Index | None:  # noqa: ARG002  as indexes in a folder take it
        """Put the index *wanted* in place and open it; a server can't copy from those *like* it.

        Raises:
            ReleaseNotReady: It can't be built there, and no other machine has put its own in place.
        """
        ours = False
        aside = f"{_ASIDE}{uuid.uuid4().hex}"
        ids = [entry.id for entry in wanted.entries]
        manifest = {**wanted.manifest, "vectors": digest_of_vectors(ids, vectors)}
        mark: dict[str, str | int] = {"built_for": wanted.name, "begun": int(time.time())}
        try:
            store = created(self.client, aside, mark, exact=wanted.exact)
            add(store, wanted.rows, vectors, _alive(store, mark))
            sound_vectors(store, ids, manifest["vectors"])
            if self._exists(wanted.name) and (wanted.anew or self.read(wanted) is None):
                # Another machine may be asking it: it goes once ours stands in its place.
                self.client.get_collection(wanted.name).modify(
                    name=f"{aside}-before", metadata={**mark, "begun": int(time.time())})
            if not self._exists(wanted.name):
                self.client.get_collection(aside).modify(name=wanted.name, metadata=manifest)
                ours = True
        except Exception as error:
            if is_loss(error):
                raise
            # Another machine may have put its own in place between our look and our rename.
            if self.read(wanted) is None:
                raise ReleaseNotReady(
                    f"The index of release {wanted.release!r} can't be built on the Chroma "
                    f"server: {error}."
                ) from error
        finally:
            self._clear(aside)
            self._clear(f"{aside}-before")
        # What is ours was read back and compared; another machine's has to be looked at.
        return (exact_index(wanted, vectors) if ours else None) or self.read(wanted)

    def _instead(self, name: str, error: Exception) -> "Chroma":
        """The collection *name* as it stands now, where the one of before was built again."""
        if is_loss(error):
            raise away(self.address, error) from error
        if not is_gone(error):
            raise error
        return opened(self.client, name)

    def _clear(self, aside: str) -> None:
        """Delete the collection *aside* if it is there; one that stays is swept away later."""
        try:
            if self._exists(aside):
                self.client.delete_collection(aside)
        except Exception as error:  # else it would be told in the place of what went wrong before
            _log.info("Collection %s can't be deleted: %s", aside, error)

    def releases(self) -> tuple[ReleaseId, ...]:
        """The digests of all indexes, in order."""
        names = (one.name for one in self.client.list_collections())
        return tuple(
            sorted(ReleaseId(n.removeprefix(PREFIX)) for n in names if n.startswith(PREFIX))
        )

    def drop(self, release: ReleaseId) -> None:
        """Delete the index of *release*, unless another machine is building it."""
        name = name_of(release)
        if self._exists(name) and name not in self._being_built():
            self.client.delete_collection(name)

    def sweep(self, but: str = "") -> None:  # noqa: ARG002  as indexes in a folder take it
        """Delete what builds left that were killed, whoever ran them."""
        for name, metadata in self._asides():
            if not _is_alive(metadata):
                try:
                    self.client.delete_collection(name)
                except Exception as error:  # another machine was faster
                    _log.info("Collection %s can't be deleted: %s", name, error)

    def _exists(self, name: str) -> bool:
        return any(one.name == name for one in self.client.list_collections())

    def _asides(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (one.name, one.metadata or {})
            for one in self.client.list_collections()
            if one.name.startswith(_ASIDE)
        ]

    def _being_built(self) -> set[str]:
        return {
            str(metadata.get("built_for"))
            for _, metadata in self._asides()
            if _is_alive(metadata)
        }


def _is_alive(metadata: Mapping[str, Any]) -> bool:
    return time.time() - float(metadata.get("begun") or 0) < _SILENT_SECONDS


def _alive(store: "Chroma", mark: dict[str, str | int]) -> Callable[[], None]:
    told = time.monotonic()

    def tell() -> None:
        nonlocal told
        if time.monotonic() - told >= _TOLD_SECONDS:
            told = time.monotonic()
            store._collection.modify(metadata={**mark, "begun": int(time.time())})

    return tell
