"""What gets documents from their publishers, put together."""

from bot.documents.fetching import Fetching
from bot.documents.kept import Documents
from bot.settings import Settings
from retrieval import corpus
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.downloading import DownloadRules
from retrieval.ingesting.hosts import allowed_hosts
from retrieval.ingesting.limits import MB, limits_of
from retrieval.reading import publishers


def fetching(settings: Settings, documents: Documents) -> Fetching:
    """What gets documents, as *settings* allow it, and keeps them in *documents*.

    Raises:
        CorpusError: The corpus, or its list of official documents, can't be used.
    """
    most = settings.document_megabytes * MB
    return Fetching(
        documents,
        publishers.read(settings.corpus_dir, corpus.read(settings.corpus_dir)),
        DownloadRules(most_bytes=most, most_seconds=settings.fetch_seconds,
                      allowed=allowed_hosts(settings.fetch_from), proxy=settings.fetch_proxy),
        limits_of(
            file_bytes=most, pages=settings.document_pages,
            characters=settings.document_characters, seconds=settings.document_seconds,
            memory_bytes=settings.document_memory_megabytes * MB),
        read_document, cut)
