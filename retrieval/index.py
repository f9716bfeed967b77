"""One index per release: built aside, put in place whole, read by many.

The index is a cache of the content and can always be built again from it, so whatever is
missing, half-built or damaged is rebuilt rather than repaired.  A live index is never written to
again; the next one takes over the vectors of the texts that have stayed the same.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import BaseFileLock, Timeout

from retrieval.beforehand import made_beforehand
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.indexes.entries import entries_of
from retrieval.indexes.in_folder import LOCK_TIMEOUT_SECONDS, InFolder, lock
from retrieval.indexes.nearness import Index
from retrieval.indexes.on_server import OnServer
from retrieval.indexes.stored import (
    away,
    connect,
    is_loss,
    is_of_store,
    rows_in,
    sound_vectors,
)
from retrieval.indexes.taken_over import (
    Built,
    ByText,
    Progress,
    Source,
    digests_in,
    of_index,
    of_store,
    vectors_for,
)
from retrieval.indexes.wanted import PREFIX, Wanted, fingerprint_of, name_of
from retrieval.model.vectors import UnitEmbeddings

EXACT_UP_TO = 100_000
"""Vectors up to which all are read into memory and compared exactly.

There a look-up costs 11 ms on one core and 150 MB, and misses nothing.  Chroma takes 28 ms for
`search.CANDIDATES` of 20,000 already, and misses one in twenty-five.
"""

Home = InFolder | OnServer
"""Where indexes are kept."""


def open_index(
    guidance: Guidance,
    release: ReleaseId,
    embeddings: UnitEmbeddings,
    data_dir: Path,
    *,
    server: str | None = None,
    progress: Progress | None = None,
    exact_up_to: int = EXACT_UP_TO,
    reuse: Sequence[ReleaseId | Index] = (),
    on_built: Callable[[Built], None] | None = None,
    anew: bool = False,
) -> Index:
    """Open the index of *release*, building it first where it is missing or damaged.

    Args:
        guidance: The content of the release.
        release: Digest of that content and of how it is embedded; names the index.
        embeddings: Embeds what has to be built, and has to be what embeds the queries.
        data_dir: Holds the index, or only the lock where a *server* holds it.
        server: Address of a Chroma server, `http://host:port`.
        progress: Told how far the embedding is; not called when nothing has to be embedded.
        exact_up_to: Most vectors that are read into memory.
        reuse: Earlier indexes whose vectors are taken over where a text is the same, the best
            first: open ones, which are read from memory, or digests.  One that is damaged, gone
            or made in another way costs time and nothing else.
        on_built: Told how many texts had to be embedded, none if the index was there.
        anew: Build it even if it is there and whole.

    Raises:
        ReleaseNotReady: It could not be built here; the message says why.
    """
    wanted = Wanted(release, entries_of(guidance), embeddings, exact_up_to, anew)
    told = on_built or (lambda _built: None)
    texts = len({entry.text for entry in wanted.entries})
    home = _home(data_dir, server)
    with _told_why(release, data_dir, in_folder=server is None), _answering(server):
        index = None if anew else home.read(wanted)
        if index is not None:
            told(Built(texts, 0))
            return index
        with _lock(data_dir, wanted.name):
            # Whoever held the lock before us has probably built it.
            index = None if anew else home.read(wanted)
            if index is not None:
                told(Built(texts, 0))
                return index
            home.sweep(but=wanted.name)
            vectors, built = vectors_for(wanted, _sources(home, wanted, reuse), progress)
            index = home.build(wanted, vectors, digests_in(reuse))
    if index is None:
        raise ReleaseNotReady(
            f"The index of release {release!r} was built but can't be read back; the log says why."
        )
    told(built)
    return index


@contextmanager
def _answering(server: str | None) -> Iterator[None]:
    """Says in a sentence that the *server* went away within, as `connect` does at the beginning.

    Raises:
        IndexServerAway: It did.
    """
    try:
        yield
    except Exception as error:
        if server is None or not is_loss(error):
            raise
        raise away(server, error) from error


@contextmanager
def _told_why(release: ReleaseId, data_dir: Path, *, in_folder: bool) -> Iterator[None]:
    """Says in a sentence why the index of *release* could not be built within.

    Raises:
        ReleaseNotReady: Its lock was held for too long, or *data_dir* can't be written to.
    """
    try:
        yield
    except Timeout as error:
        raise ReleaseNotReady(
            f"Another process has been building the index of release {release!r} for more than "
            f"{LOCK_TIMEOUT_SECONDS // 60} minutes. Stop it and start again."
        ) from error
    except Exception as error:
        # Of a full disk Chroma tells in a way of its own.
        if not (isinstance(error, OSError) or (in_folder and is_of_store(error))):
            raise
        raise ReleaseNotReady(
            f"The index of release {release!r} can't be written under {data_dir}: {error}. Make "
            "sure that the data folder can be written to and has space."
        ) from error


def tidy(
    keep: Collection[ReleaseId], data_dir: Path, *, server: str | None = None
) -> tuple[ReleaseId, ...]:
    """Delete every index that is not to be kept, and what builds left that were killed.

    An index is left where a build of it is running.

    Args:
        keep: Digests of the indexes to keep: of every release that may yet be put in force.
        data_dir: Holds the indexes, or only their locks.
        server: Address of a Chroma server that holds them instead.

    Returns:
        The digests whose indexes are gone now.

    Raises:
        IndexServerAway: The server does not answer.
    """
    home = _home(data_dir, server)
    with _answering(server):
        home.sweep()
        before = home.releases()
        locked = {
            ReleaseId(file.name.removeprefix(PREFIX).removesuffix(".lock"))
            for file in (data_dir / "index").glob(f"{PREFIX}*.lock")
        }
        for release in sorted({*before, *locked} - set(keep)):
            try:
                with _lock(data_dir, name_of(release), 0) as held:
                    home.drop(release)
                    _forget(held)
            except Timeout:  # a build of it is running
                continue
        return tuple(sorted(set(before) - set(home.releases())))


def fingerprint(release: ReleaseId, data_dir: Path, *, server: str | None = None) -> str | None:
    """SHA-256 over the ids, texts and metadata that the index of *release* holds.

    None where there is none or it can't be read, its vectors included.
    """
    try:
        with _home(data_dir, server).reading(release) as (store, manifest):
            rows = rows_in(store)
            sound_vectors(store, [id_ for id_, _, _ in rows], manifest.get("vectors"))
            return fingerprint_of(rows)
    except ReleaseNotReady:
        raise
    except Exception:
        return None


def _home(data_dir: Path, server: str | None) -> Home:
    return OnServer(connect(server), server) if server else InFolder(data_dir / "index")


def _lock(data_dir: Path, name: str, timeout: float = LOCK_TIMEOUT_SECONDS) -> BaseFileLock:
    return lock(data_dir / "index", name, timeout)


def _forget(held: BaseFileLock) -> None:
    """Delete a lock's file; who waits for it sees that it is gone and makes another."""
    Path(held.lock_file).unlink(missing_ok=True)


def _sources(home: Home, wanted: Wanted, reuse: Sequence[ReleaseId | Index]) -> list[Source]:
    # Its own where it is there, since a graph alone may be another than is needed now.
    own = [wanted.release] if wanted.release in home.releases() and not wanted.anew else []
    earlier = [
        of_index(one, wanted)
        if isinstance(one, Index)
        else partial(_read_from, home, ReleaseId(one), wanted)
        for one in (*own, *reuse)
    ]
    return [*earlier, partial(made_beforehand, wanted.embeddings.recipe)]


def _read_from(
    home: Home, release: ReleaseId, wanted: Wanted, texts: Collection[str]
) -> ByText:
    with home.reading(release) as (store, manifest):
        return of_store(store, manifest, wanted, texts)
