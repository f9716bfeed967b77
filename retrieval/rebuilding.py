"""An index thrown away and built again from the content, and proof that it is the same."""

from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId
from retrieval.index import fingerprint, open_index
from retrieval.indexes.entries import entries_of
from retrieval.indexes.taken_over import Progress
from retrieval.indexes.wanted import fingerprint_of
from retrieval.model.vectors import UnitEmbeddings
from retrieval.releases import index_digest_of


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What an index held before it was built again, and what it holds now, as digests.

    Each is a SHA-256 over all ids, texts and metadata as Chroma gives them back.
    """

    index: ReleaseId
    before: str | None
    """None where there was none, or one that could not be read."""
    after: str

    @property
    def same(self) -> bool:
        """Whether it holds again, byte for byte, what it held."""
        return self.before == self.after


def rebuild_index(
    guidance: Guidance,
    embeddings: UnitEmbeddings,
    data_dir: Path,
    progress: Progress | None = None,
    *,
    server: str | None = None,
) -> Rebuilt:
    """Build the index of *guidance* again from nothing but the content.

    Every text is embedded again; nothing is taken over.  The old index answers until the new one
    is whole, and stays where that fails.

    Args:
        guidance: Content of one release.
        embeddings: Embeds its texts.
        data_dir: Holds the index.
        progress: Called with (done, total) while texts are embedded.
        server: Address of a Chroma server that holds the index instead.

    Raises:
        ReleaseNotReady: It could not be built, or does not hold what the content says.
    """
    name = index_digest_of(guidance, embeddings.recipe)
    before = fingerprint(name, data_dir, server=server)
    open_index(
        guidance, name, embeddings, data_dir, server=server, progress=progress, anew=True
    ).close()
    after = fingerprint(name, data_dir, server=server)
    expected = fingerprint_of((e.id, e.text, e.metadata) for e in entries_of(guidance))
    if after != expected:
        raise ReleaseNotReady(
            f"The index {name!r} was built again and does not hold what the content says. The disk "
            "may be failing, or another process writes to the index."
        )
    return Rebuilt(name, before, after)
