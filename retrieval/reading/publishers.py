"""Official documents and where their publishers keep them: read beside the guidance, not in it.

The list says what an admin may fetch.  No release holds it, since no answer rests on it; what an
answer rests on is the document itself, once somebody fetched it, cut it and published the result.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, NewType
from urllib.parse import urlsplit

from pydantic import ConfigDict

from retrieval.errors import CorpusError
from retrieval.guidance import Guidance, ProvisionId, Source, SourceId, SourceKind
from retrieval.ingesting.media import Form
from retrieval.reading.documents import Reader

FILE = "publishers.yaml"

OfficialId = NewType("OfficialId", str)


class Standing(StrEnum):
    """What is known of an address before an installation has tried it."""

    SEEN = "seen"
    """It was read in a reliable source, and not tried."""
    BELIEVED = "believed"
    """It is believed to be right, and was neither read nor tried."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a document may be."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    url: str
    standing: Standing
    note: str = ""

    @property
    def caution(self) -> str:
        """What to tell whoever is about to use it."""
        known = {Standing.SEEN: "seen elsewhere, not tried",
                 Standing.BELIEVED: "believed, not tried"}[self.standing]
        return f"{known}; {self.note}" if self.note else known


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """An official document that can be fetched, and what its text becomes a source of."""

    id: OfficialId
    title: str
    short_title: str
    issuer: str
    kind: SourceKind
    jurisdiction: str
    edition: str
    licence: str
    """May the text be reused."""
    form: Form
    """What its addresses answer with; anything else is not it."""
    page: str
    """Where a person finds it with a browser."""
    addresses: tuple[Address, ...]
    """In the order in which they are tried."""
    of: SourceId | None = None
    """The digest whose official text it is; None where we have no digest of it."""
    provisions: tuple[ProvisionId, ...] = ()
    """The digest's provisions that it is the text of; empty for all of `of`."""
    cited_as: tuple[str, ...] = ()
    """Patterns by which people cite its numbered provisions, as a source's."""
    note: str = ""
    """What to know of it before it is fetched or cut."""
    checklist: tuple[str, ...] = ()
    """What to settle first, with the document open; the tick list begins with it."""

    def source(self, id: SourceId, url: str = "") -> Source:  # noqa: A002  as sources call it
        """The source that this document's own text becomes.

        Args:
            id: What it is to be called; the digest keeps the id that it has.
            url: Where the text came from; empty for where a person finds it.
        """
        return Source(
            id=id, title=self.title, short_title=self.short_title, issuer=self.issuer,
            kind=self.kind, jurisdiction=self.jurisdiction, url=url or self.page,
            edition=self.edition, licence=self.licence, cited_as=self.cited_as)


def read(root: Path, guidance: Guidance) -> dict[OfficialId, OfficialDocument]:
    """The official documents that the corpus under *root* lists, by id, in their order.

    Args:
        root: The corpus.
        guidance: Its content, which the documents name sources and provisions of.

    Raises:
        CorpusError: With every problem found, each with file and line.
    """
    found, problems = read_all(root, guidance)
    if problems:
        raise CorpusError(problems)
    return {document.id: document for document in found}


def read_all(root: Path, guidance: Guidance) -> tuple[list[OfficialDocument], list[str]]:
    """Read as much as can be read, and list what is wrong instead of raising.

    A corpus without the file lists none: nothing can be fetched then, and all else works.
    """
    if not (root / FILE).exists():
        return [], []
    reader = Reader(root)
    documents = reader.entries(FILE, OfficialDocument)
    places = {name: place for (_, name), place in reader.places.items()}
    found = [
        f"{places.get(document.id, FILE)}: official document {str(document.id)!r}: {problem}"
        for document in documents for problem in _problems(document, guidance)
    ]
    return documents, reader.problems + found


def _problems(document: OfficialDocument, guidance: Guidance) -> list[str]:
    found: list[str] = []
    if not document.addresses:
        found.append("it has no address, so nothing could be fetched; add one or remove it")
    urls = [address.url for address in document.addresses]
    found += [f"{url!r} is no https:// address without a password"
              for url in [*urls, document.page] if not _is_address(url)]
    found += [f"the address {url} is listed twice; keep one"
              for n, url in enumerate(urls) if url in urls[:n]]
    if document.of is not None and document.of not in guidance.sources:
        found.append(f"there is no source {str(document.of)!r}; the files in sources/ name them")
        return found
    for id_ in document.provisions:
        provision = guidance.provisions.get(id_)
        if provision is None:
            found.append(f"there is no provision {str(id_)!r}")
        elif provision.source != document.of:
            found.append(f"provision {str(id_)!r} is one of {provision.source!r}, and the "
                         f"document says it is of {str(document.of)!r}")
    found += [f"the pattern {pattern!r} has no {{n}} where the number stands"
              for pattern in document.cited_as if "{n}" not in pattern]
    return found


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme == "https" and bool(url.hostname) and "@" not in url.netloc
