"""Opens the search over a release: its index is found, or built first."""

from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.abstaining import MentionsDomain
from retrieval.counts import Counts, counts_of, key_of
from retrieval.finding.dense import Leading
from retrieval.guidance import Guidance, ReleaseId
from retrieval.hearing.wishes import Wishes
from retrieval.index import open_index
from retrieval.indexes.kept_counts import keep_counts, kept_counts
from retrieval.indexes.nearness import Index
from retrieval.indexes.taken_over import Built, Progress
from retrieval.indexes.wanted import name_of
from retrieval.matches import Search
from retrieval.model.vectors import UnitEmbeddings
from retrieval.releases import index_digest_of
from retrieval.search import build_search, index_of


def open_release(
    guidance: Guidance,
    embeddings: UnitEmbeddings,
    data_dir: Path,
    progress: Progress | None = None,
    *,
    server: str | None = None,
    mentions_domain: MentionsDomain | None = None,
    written: Callable[[str], str] = str,
    wishes: Wishes | None = None,
    reuse: Sequence[ReleaseId | Search] = (),
    program: str | None = None,
    on_built: Callable[[Built], None] | None = None,
) -> Search:
    """Open the search over *guidance*, building its index first where there is none.

    The index is found by the digest of what *guidance* embeds now, whatever its `release` says,
    so content never meets another content's vectors.

    Args:
        guidance: Content of one release.
        embeddings: Embeds passages and queries alike.
        data_dir: Holds the index.
        progress: Called with (done, total) if the index has to be built.
        server: Address of a Chroma server that holds the index instead.
        mentions_domain: Whether a text holds a word of the domain; see `build_search`.
        written: A query as it was probably meant; see `build_search`.
        wishes: Hears what a query wants; see `build_search`.
        reuse: Where vectors of texts that stayed the same are taken from, the release in force
            first: searches that are open, or digests of indexes (`index_digest_of`).
        program: What names this program, down to each line of it; what it counts of a release is
            kept with an index in the folder.  None where nothing is to be kept.
        on_built: Told how many texts had to be embedded, none if the index was there.

    Raises:
        ReleaseNotReady: The index could not be built here.
    """
    name = index_digest_of(guidance, embeddings.recipe)
    index = open_index(
        guidance, name, embeddings, data_dir, server=server, progress=progress,
        reuse=[one if isinstance(one, str) else index_of(one) for one in reuse],
        on_built=on_built,
    )  # fmt: skip
    folder = None if server or program is None else data_dir / "index" / name_of(name)
    return build_search(
        guidance, index, embeddings, mentions_domain=mentions_domain, written=written,
        wishes=wishes,
        counted=lambda leading: _counted(guidance, index, leading, folder, program or ""))


def _counted(
    guidance: Guidance, index: Index, leading: Leading, folder: Path | None, program: str
) -> Counts:
    """What is counted of *guidance*: as it is kept in *folder*, else counted, and kept there."""
    if folder is None:
        return counts_of(guidance, index.entries, leading)
    key = key_of(guidance, index.release, program)
    kept = kept_counts(folder, key)
    if kept is not None:
        return Counts.of_fields(kept, guidance, index.entries, leading)
    counts = counts_of(guidance, index.entries, leading)
    keep_counts(folder, key, counts.fields)
    return counts
