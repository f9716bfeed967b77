"""Pieces of a document made into provisions, with ids that an unchanged document gives again.

Pure.  Ids are for logs and links.  They carry the document's number where there is one, and else
the heading and a count of ours, which is shown nowhere as the document's.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from retrieval.guidance import Checked, Provision, ProvisionId, Source
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece, words_of

MAX_SLUG_CHARACTERS = 40
UNNAMED = "text"
"""Stands for a heading that has no Latin letter, and for none."""

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_FRAGMENT = "#"


def provisions_of(
    pieces: Sequence[Piece], extracted: Extracted, source: Source, document_sha256: str,
    is_pdf: bool = False,
) -> tuple[Provision, ...]:
    """The provisions that *pieces* make, those that are left out aside.

    Args:
        pieces: As cut and corrected.
        extracted: The document that they were cut from.
        source: What they belong to.
        document_sha256: Of the file, in hex.
        is_pdf: Whether the source's address leads to that file as a PDF, so that a page can be
            linked to.
    """
    kept = [piece for piece in pieces if not piece.left_out and words_of(piece, extracted)]
    units = Counter(p.number for p in kept if p.number and p.kind != "commentary" and p.part <= 1)
    ids = ids_of(kept, source.id)
    return tuple(
        Provision(
            id=id_, source=source.id, pinpoint=piece.cited, heading=piece.heading,
            text=words_of(piece, extracted), checked=Checked.OFFICIAL, kind=piece.kind,
            number=_number(piece, units), basis=f"document {document_sha256[:12]}",
            url=_address(source.url, piece) if is_pdf else "", page=piece.page)
        for piece, id_ in zip(kept, ids, strict=True))


def ids_of(pieces: Sequence[Piece], source: str) -> tuple[ProvisionId, ...]:
    """An id for each of *pieces*, every one another."""
    taken: set[str] = set()
    main = Counter(p.kind for p in pieces if p.number).most_common(1)
    ids = []
    for piece in pieces:
        stem = _stem(piece, main[0][0] if main else "")
        if piece.part > 1:
            stem = f"{stem}-part-{piece.part}"
        base = id_ = f"{source}-{stem}"
        count = 1
        while id_ in taken:
            count += 1
            id_ = f"{base}-{count}"
        taken.add(id_)
        ids.append(ProvisionId(id_))
    return tuple(ids)


def slug(words: str) -> str:
    """*words* as a part of an id; empty where they have no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    made = _NOT_IN_SLUGS.sub("-", "".join(c for c in plain if not unicodedata.combining(c)))
    return made.strip("-")[:MAX_SLUG_CHARACTERS].strip("-")


def _stem(piece: Piece, main: str) -> str:
    number = slug(piece.number)
    if not number:
        return slug(piece.heading) or UNNAMED
    held = "-".join(part for part in (slug(piece.within), number) if part)
    if piece.kind == "commentary":
        return f"{held}-commentary"
    return held if piece.kind == main else f"{slug(piece.kind)}-{held}".strip("-")


def _number(piece: Piece, units: Counter[str]) -> str | None:
    """What people cite it by; None where the same number is another's as well, or it is a part."""
    if not piece.number or piece.kind == "commentary" or piece.part > 1:
        return None
    return piece.number if units[piece.number] == 1 else None


def _address(url: str, piece: Piece) -> str:
    if not url or piece.page.pdf is None:
        return ""
    return f"{url.partition(_FRAGMENT)[0]}#page={piece.page.pdf}"
