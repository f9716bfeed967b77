"""What an edition is put together from: the model, the index, what reads and what searches.

A server imports this once it takes messages in: numpy and all that stands on it come with it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from bot.dialogue.messages.understood import Mends, as_written, lexicon_of
from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.cues import cues_of, intents_of
from bot.editions.edition import Edition
from bot.program import program
from retrieval import adapter
from retrieval.embedding import PackagedEmbeddings
from retrieval.finding.spelling import Mending, Spelling, of_release
from retrieval.guidance import Guidance
from retrieval.hearing import requests, suppositions, unknowns
from retrieval.hearing.pauses import Pausing
from retrieval.hearing.telling import Teller
from retrieval.hearing.wishes import Wishes, wishes_of
from retrieval.indexes.entries import entries_of
from retrieval.indexes.taken_over import Built, Progress
from retrieval.matches import Search
from retrieval.model.vectors import UnitEmbeddings
from retrieval.opening import open_release
from retrieval.search import strays
from retrieval.words.suppositions import Supposes
from retrieval.words.suppositions import never as nothing_supposed
from retrieval.words.tells import Tells
from retrieval.words.unknowns import SoundsUnknown
from retrieval.words.unknowns import never as nothing_unknown
from retrieval.written_words import shipped


def teller(embeddings: UnitEmbeddings) -> Tells | None:
    """What a model takes clauses to tell; None where *embeddings* are of another than ours."""
    if not isinstance(embeddings, PackagedEmbeddings):
        return None
    return Teller(embeddings, adapter.head(), shipped().words)


def hearer(embeddings: UnitEmbeddings) -> Wishes | None:
    """What hears wishes; None where *embeddings* are of another model than ours."""
    if not isinstance(embeddings, PackagedEmbeddings):
        return None
    return wishes_of(embeddings, adapter.head(adapter.WISHES))


def supposes_of(embeddings: UnitEmbeddings, meant: Callable[[str], str] = str) -> Supposes:
    """What hears suppositions; nothing where *embeddings* are of another model than ours.

    They are heard in what was *meant*, slips mended, over which the model passes in any case.
    """
    if not isinstance(embeddings, PackagedEmbeddings):
        return nothing_supposed
    supposes = suppositions.supposes_by(suppositions.shipped().by(embeddings))
    return lambda text, asks: supposes(meant(text), asks)


def sounds_unknown_of(
    embeddings: UnitEmbeddings, meant: Callable[[str], str] = str
) -> SoundsUnknown:
    """What hears "I don't know"; nothing where *embeddings* are of another model than ours.

    It is heard in what was *meant*, as suppositions are.
    """
    if not isinstance(embeddings, PackagedEmbeddings):
        return nothing_unknown
    sounds_unknown = unknowns.sounds_unknown_by(unknowns.shipped().by(embeddings))
    return lambda text: sounds_unknown(meant(text))


def mends_of(spelling: Spelling, embeddings: UnitEmbeddings) -> Mends:
    """The slips of a text and the marks left out of it; of the marks only our model hears."""
    if not isinstance(embeddings, PackagedEmbeddings):
        return spelling.mends
    pauses = Pausing(embeddings, shipped, meant=spelling.meant)
    return lambda text: (*spelling.mends(text), *pauses(text))


def work_out(guidance: Guidance) -> None:
    """Work out of *guidance* what needs no model; it is kept with it."""
    cues_of(guidance)
    intents_of(guidance)
    lexicon_of(guidance)
    entries_of(guidance)


def edition_of(
    guidance: Guidance,
    embeddings: UnitEmbeddings,
    tells: Tells | None,
    data_dir: Path,
    *,
    server: str | None,
    progress: Progress | None,
    reuse: Sequence[Search],
    on_built: Callable[[Built], None] | None,
) -> Edition:
    """What answers from *guidance*; builds its index the first time.

    Args:
        guidance: The content.
        embeddings: Embeds passages and queries alike.
        tells: What a model takes clauses to tell.
        data_dir: Holds the index.
        server: Address of a Chroma server that holds it instead.
        progress: Told how far a build is.
        reuse: Searches from which the vectors of texts that stayed the same are taken.
        on_built: Told how many texts had to be embedded.

    Raises:
        ReleaseNotReady: The index can't be built here.
    """
    spelling = of_release(guidance)
    mends = mends_of(spelling, embeddings)
    mending = tells and Mending(tells, mends)
    # The search is built later, since it asks what reads for words of the domain.
    reader = PlainReader(guidance, mending, (lambda text: strays(search, text)) if tells else None,
                         mends if tells else as_written, requests.shipped(),
                         supposes_of(embeddings, spelling.meant),
                         sounds_unknown_of(embeddings, spelling.meant))
    # On two busy cores a second BLAS thread costs more than it brings: p50 of a query went
    # from 6 to over 20 ms. Set for the process, before the first product of matrices.
    threadpool_limits(1, "blas")
    search = open_release(guidance, embeddings, data_dir, progress, server=server,
                          mentions_domain=reader.lexicon.knows, written=spelling.written,
                          wishes=hearer(embeddings),
                          reuse=reuse, program=program(), on_built=on_built)
    return Edition(guidance, reader, search)
