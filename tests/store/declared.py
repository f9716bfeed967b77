"""A document on a server of loopback, and what gets it from there."""

import hashlib
from datetime import timedelta

from bot.documents.fetching import Fetching
from bot.documents.kept import Documents
from retrieval.guidance import SourceKind
from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.downloading import DownloadRules
from retrieval.ingesting.hosts import AllowedHost
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.media import Form
from retrieval.reading.publishers import Address, OfficialDocument, OfficialId, Standing
from tests.store.small import START


def page(*articles, stamp=""):
    body = "".join(f"<h2>Article {n}</h2><p>{words}</p>" for n, words in enumerate(articles, 1))
    return (f"<!doctype html><html lang=en><head><title>Declaration</title></head><body>"
            f"<!-- {stamp} --><main><h1>Declaration</h1>{body}</main></body></html>").encode()


ARTICLES = ("Everyone has the right to life.", "No one shall be held in slavery.",
            "No one shall be watched without a law that says so.")
FIRST = page(*ARTICLES)
REWORDED = page(ARTICLES[0], ARTICLES[1], "No one shall be watched without a published law.")


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def official(*urls, id_="decl", form=Form.HTML):
    return OfficialDocument(
        OfficialId(id_), "The Declaration", "Decl", "UN", SourceKind.DECLARATION, "international",
        "1948", "free", form, "https://example.org/decl",
        tuple(Address(url, Standing.BELIEVED) for url in urls), cited_as=("Decl {n}",))


def making(store, server):
    """Makes the use case for some official documents; reads in this process, for speed."""
    def make(*listed, read=extract):
        clock = Clock()
        return Fetching(
            Documents(store, clock), {one.id: one for one in listed},
            DownloadRules(allowed=(AllowedHost("127.0.0.1", server.port),), now=clock),
            LIMITS, read, cut, clock)
    return make


def sha256(data):
    return hashlib.sha256(data).hexdigest()
