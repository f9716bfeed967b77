"""The form in which a document's source is described."""

import re
from collections.abc import Mapping
from dataclasses import replace

from retrieval.guidance import Source, SourceId, SourceKind

LONGEST = 600
CITED_AS_MARK = "{n}"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDED: Mapping[str, str] = {"title": "The title", "short_title": "The short title"}
FIELDS = ("id", "title", "short_title", "issuer", "kind", "jurisdiction", "edition", "licence",
          "url", "cited_as")


class NotASource(Exception):
    """What was filled in can't describe a source; `field` says which field is wrong."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def filled(source: Source) -> dict[str, str]:
    """The fields of the form, as *source* has them."""
    return {**{name: str(getattr(source, name)) for name in FIELDS if name != "cited_as"},
            "kind": source.kind.value, "cited_as": "\n".join(source.cited_as)}


def source_of(sent: Mapping[str, str], before: Source) -> Source:
    """*before*, described as *sent* says.

    Raises:
        NotASource: A field can't be taken.
    """
    given = {name: " ".join(sent.get(name, "").split()) for name in FIELDS if name != "cited_as"}
    for name, value in given.items():
        if len(value) > LONGEST:
            raise NotASource(name, f"{len(value)} characters are too many; {LONGEST} are kept.")
        if not value.isprintable():
            raise NotASource(name, "It holds characters that can’t be kept. Type it again.")
    for name, what in _NEEDED.items():
        if not given[name]:
            raise NotASource(name, f"{what} is missing.")
    if not _ID.fullmatch(given["id"]) or len(given["id"]) > 40:
        raise NotASource("id", "The id has small letters, digits and single hyphens, and at most "
                         "40 of them, such as eu-guidelines-2024.")
    if given["url"] and not given["url"].lower().startswith(("http://", "https://")):
        raise NotASource("url", "The address begins with https://, or is empty.")
    if given["kind"] not in set(SourceKind):
        raise NotASource("kind", "Choose one of the kinds that are offered.")
    patterns = tuple(filter(None, (" ".join(line.split())
                                   for line in sent.get("cited_as", "").splitlines())))
    for pattern in patterns:
        if CITED_AS_MARK not in pattern or len(pattern) > LONGEST:
            raise NotASource("cited_as", f"Each line needs {CITED_AS_MARK} where the number "
                             "stands, such as “UNGP {n}”.")
    return replace(
        before, id=SourceId(given["id"]), title=given["title"], short_title=given["short_title"],
        issuer=given["issuer"], kind=SourceKind(given["kind"]),
        jurisdiction=given["jurisdiction"], edition=given["edition"], licence=given["licence"],
        url=given["url"], cited_as=patterns)
