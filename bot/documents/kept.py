"""Documents of others in the database: their bytes, what was read out of them, and their cuts.

A document is known by the SHA-256 of its bytes and never changes.  A cut says how its text becomes
the provisions of a source; people correct it over days, so it is saved by version, and whoever
saves over somebody else's work is told whose it is.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, func, select, update

from bot.database.upserting import put_once
from bot.documents.values import (
    Cut,
    CutState,
    Fetch,
    Kept,
    ListedCut,
    ReadableCut,
    SourceTaken,
    StaleCut,
    UnknownCut,
    UnknownDocument,
    UnreadableCut,
)
from bot.ledger import timestamp
from bot.schema import document_cuts, documents, fetches
from bot.store import Store
from retrieval.guidance import Source
from retrieval.ingesting import kept_cuts
from retrieval.ingesting.correcting import BadCut
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.pieces import Piece

_EXTRACTED = TypeAdapter(Extracted)
_SOURCE = TypeAdapter(Source)


class Documents:
    """The documents in one database."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now

    # --- documents --------------------------------------------------------------------------

    def keep(
        self, data: bytes, name: str, media_type: str, extracted: Extracted, by: str
    ) -> Kept:
        """Keep a document; one that is there already stays as it is, under its first name.

        Args:
            data: Its bytes.
            name: What the file is called.
            media_type: What it is.
            extracted: What was read out of it.
            by: Who brought it in.

        Returns:
            The document as it is kept now.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        row = {
            "sha256": sha256, "name": _storable(name), "media_type": media_type, "bytes": data,
            "size": len(data), "title": _storable(extracted.title),
            "extracted": _written(_EXTRACTED, extracted), "kept_at": timestamp(self._now()),
            "by": by,
        }
        with self._store.writing() as connection:
            put_once(connection, documents, row)
            return _kept(connection.execute(_KEPT.where(documents.c.sha256 == sha256)).one())

    def get(self, sha256: str) -> Kept:
        """The document of that hash.

        Raises:
            UnknownDocument: There is none.
        """
        found = self.find(sha256)
        if found is None:
            raise UnknownDocument(sha256)
        return found

    def find(self, sha256: str) -> Kept | None:
        """The document of that hash; None if there is none."""
        with self._store.reading() as connection:
            row = connection.execute(_KEPT.where(documents.c.sha256 == sha256)).one_or_none()
        return None if row is None else _kept(row)

    def kept(self, most: int | None = None, after: int = 0) -> list[Kept]:
        """Every document, the newest first; at most *most*, from the one *after* so many on."""
        query = _KEPT.order_by(documents.c.kept_at.desc(), documents.c.sha256)
        if most is not None:
            query = query.limit(most).offset(after)
        with self._store.reading() as connection:
            return [_kept(row) for row in connection.execute(query)]

    def count(self) -> int:
        """How many documents are kept."""
        with self._store.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(documents)) or 0)

    def original(self, sha256: str) -> bytes:
        """The bytes of a document, as they came.

        Raises:
            UnknownDocument: There is none of that hash.
        """
        return bytes(self._column(sha256, documents.c.bytes))

    def extracted(self, sha256: str) -> Extracted:
        """What was read out of a document.

        Raises:
            UnknownDocument: There is none of that hash.
        """
        extracted: Extracted = _read(
            _EXTRACTED, self._column(sha256, documents.c.extracted))
        return extracted

    def _column(self, sha256: str, column: Any) -> Any:
        with self._store.reading() as connection:
            found = connection.scalar(select(column).where(documents.c.sha256 == sha256))
        if found is None:
            raise UnknownDocument(sha256)
        return found

    # --- cuts -------------------------------------------------------------------------------

    def open_cut(
        self, document: str, source: Source, pieces: tuple[Piece, ...], by: str
    ) -> Cut:
        """Begin a cut of *document* into *source*, unless there is one already.

        Args:
            document: The document's SHA-256.
            source: The source-to-be.
            pieces: How it is proposed to be cut.
            by: Who began.

        Returns:
            The new cut, or the one that is there: what people corrected is never proposed away.
            One that was dropped is open again, as proposed.

        Raises:
            UnknownDocument: There is none of that hash.
            UnreadableCut: There is one that another version of the program wrote.
        """
        self.get(document)
        row = {"document": document, "source": source.id, **self._body(source, pieces, by),
               "state": CutState.OPEN}
        here = (document_cuts.c.document == document) & (document_cuts.c.source == source.id)
        with self._store.writing() as connection:
            if not put_once(connection, document_cuts, {**row, "version": 1}):
                connection.execute(update(document_cuts).where(
                    here, document_cuts.c.state == CutState.DROPPED,
                ).values(**row, version=document_cuts.c.version + 1))
            return _cut(connection.execute(select(document_cuts).where(here)).one())

    def cut(self, cut: int) -> Cut:
        """The cut of that number.

        Raises:
            UnknownCut: There is none.
            UnreadableCut: Another version of the program wrote it.
        """
        with self._store.reading() as connection:
            return self._current(connection, cut)

    def cuts(self, document: str | None = None, state: CutState | None = None) -> list[Cut]:
        """The cuts of *document*, or of all, in *state* if one is given; the newest first.

        What another version of the program wrote and this one can't read is not among them.
        """
        query = select(document_cuts).order_by(
            document_cuts.c.updated_at.desc(), document_cuts.c.id.desc())
        if document is not None:
            query = query.where(document_cuts.c.document == document)
        if state is not None:
            query = query.where(document_cuts.c.state == state)
        with self._store.reading() as connection:
            return [found for row in connection.execute(query)
                    if (found := _cut_if_readable(row)) is not None]

    def listed_cuts(self) -> list[ListedCut]:
        """All cuts, the newest first, as a list shows them: their pieces are not read."""
        query = _LISTED.order_by(
            document_cuts.c.updated_at.desc(), document_cuts.c.id.desc())
        with self._store.reading() as connection:
            return [_listed_cut(row) for row in connection.execute(query)]

    def listed_cut(self, cut: int) -> ListedCut:
        """The cut of that number, as a list shows it: also one that can't be read.

        Raises:
            UnknownCut: There is none.
        """
        with self._store.reading() as connection:
            row = connection.execute(_LISTED.where(document_cuts.c.id == cut)).one_or_none()
        if row is None:
            raise UnknownCut(cut)
        return _listed_cut(row)

    def renew_cut(self, cut: ListedCut, pieces: tuple[Piece, ...], by: str) -> Cut:
        """Begin anew with *cut*, which this version of the program can't read.

        Args:
            cut: As it is listed.
            pieces: How it is proposed to be cut now.
            by: Who begins anew.

        Raises:
            UnknownCut: There is none of that number.
            ReadableCut: It can be read: what people corrected is never proposed away.
            StaleCut: Somebody else was faster.
        """
        here = document_cuts.c.id == cut.id
        with self._store.writing() as connection:
            row = connection.execute(select(document_cuts).where(here)).one_or_none()
            if row is None:
                raise UnknownCut(cut.id)
            if _cut_if_readable(row) is not None:
                raise ReadableCut(cut.id)
            changed = connection.execute(
                update(document_cuts).where(here, document_cuts.c.version == cut.version).values(
                    **self._body(cut.source, pieces, by), state=CutState.OPEN,
                    version=cut.version + 1))
            current = self._current(connection, cut.id)
            if not changed.rowcount:
                raise StaleCut(current)
            return current

    def provisions_in(self, cuts: Collection[int]) -> Mapping[int, int]:
        """How many pieces of each of these *cuts* are taken in, by the number of the cut.

        The database counts them, so that no cut has to be read for its number alone.
        """
        # Within a text the quotes would stand behind strokes, so nothing else reads like this.
        taken = func.length(document_cuts.c.pieces) - func.length(
            func.replace(document_cuts.c.pieces, kept_cuts.TAKEN_IN, ""))
        query = select(document_cuts.c.id, taken.label("taken")).where(document_cuts.c.id.in_(cuts))
        with self._store.reading() as connection:
            return {row.id: row.taken // len(kept_cuts.TAKEN_IN)
                    for row in connection.execute(query)}

    def save_cut(self, cut: Cut, expected_version: int, by: str) -> Cut:
        """Save source, pieces and state of *cut*.

        Args:
            cut: As it is to be.
            expected_version: The version that was loaded and changed.
            by: Who changed it.

        Returns:
            The cut with its new version.

        Raises:
            UnknownCut: There is none of that number.
            StaleCut: Somebody else saved it first; the error says who and when.
            SourceTaken: Another cut of the document has the source's id.
        """
        with self._store.writing() as connection:
            here = document_cuts.c.id == cut.id
            taken = select(document_cuts.c.id).where(
                ~here, document_cuts.c.document == cut.document,
                document_cuts.c.source == cut.source.id)
            if connection.scalar(taken) is not None:
                raise SourceTaken(cut.source.id)
            changed = connection.execute(
                update(document_cuts).where(here, document_cuts.c.version == expected_version)
                .values(source=cut.source.id, **self._body(cut.source, cut.pieces, by),
                        state=cut.state, version=expected_version + 1))
            current = self._current(connection, cut.id)
            if not changed.rowcount:
                raise StaleCut(current)
            return current

    def _body(
        self, source: Source, pieces: tuple[Piece, ...], by: str
    ) -> dict[str, str]:
        return {"about": _written(_SOURCE, source), "pieces": kept_cuts.written(pieces),
                "updated_at": timestamp(self._now()), "by": by}

    def _current(self, connection: Connection, cut: int) -> Cut:
        row = connection.execute(
            select(document_cuts).where(document_cuts.c.id == cut)).one_or_none()
        if row is None:
            raise UnknownCut(cut)
        return _cut(row)

    # --- tries to get one -------------------------------------------------------------------

    def note(self, fetch: Fetch) -> Fetch:
        """Write down a try; nothing that was written down is ever changed."""
        row = {name: getattr(fetch, name) for name in _NOTED}
        row |= {"at": timestamp(fetch.at), "error": fetch.error and _storable(fetch.error),
                "url": _storable(fetch.url), "final_url": _storable(fetch.final_url),
                "etag": _storable(fetch.etag), "last_modified": _storable(fetch.last_modified)}
        with self._store.writing() as connection:
            id_ = connection.scalar(fetches.insert().values(row).returning(fetches.c.id))
        return replace(fetch, id=id_)

    def fetches(self, official: str | None = None, limit: int = 100) -> list[Fetch]:
        """Tries, the newest first.

        Args:
            official: Only those of this official document; "" for addresses that people gave.
            limit: Most tries.
        """
        query = select(fetches).order_by(fetches.c.id.desc()).limit(limit)
        if official is not None:
            query = query.where(fetches.c.official == official)
        with self._store.reading() as connection:
            return [_fetch(row) for row in connection.execute(query)]

    def last_taken(self, official: str, url: str | None = None) -> Fetch | None:
        """The last try that brought a document; None before the first.

        Args:
            official: The official document; "" for addresses that people gave.
            url: Only from this address.
        """
        query = select(fetches).where(
            fetches.c.official == official, fetches.c.document.is_not(None))
        if url is not None:
            query = query.where(fetches.c.url == url)
        with self._store.reading() as connection:
            row = connection.execute(query.order_by(fetches.c.id.desc()).limit(1)).one_or_none()
        return None if row is None else _fetch(row)

    def came_from(self, sha256: str, url: str) -> bool:
        """Whether the document of that hash came from *url*, by itself or after redirects."""
        query = select(fetches.c.id).where(
            fetches.c.document == sha256, (fetches.c.url == url) | (fetches.c.final_url == url))
        with self._store.reading() as connection:
            return connection.scalar(query.limit(1)) is not None


_KEPT: Select[Any] = select(
    *(documents.c[name] for name in Kept.__dataclass_fields__))
_LISTED: Select[Any] = select(
    *(column for column in document_cuts.c if column is not document_cuts.c.pieces))
_NOTED = tuple(name for name in Fetch.__dataclass_fields__ if name != "id")


def _kept(row: Row[Any]) -> Kept:
    return Kept(**{**row._mapping, "kept_at": datetime.fromisoformat(row.kept_at)})


def _fetch(row: Row[Any]) -> Fetch:
    return Fetch(**{**row._mapping, "at": datetime.fromisoformat(row.at)})


def _listed_cut(row: Row[Any]) -> ListedCut:
    return ListedCut(
        id=row.id, document=row.document, source=_read(_SOURCE, row.about), version=row.version,
        updated_at=datetime.fromisoformat(row.updated_at), by=row.by, state=CutState(row.state))


def _cut(row: Row[Any]) -> Cut:
    try:
        pieces = kept_cuts.read(row.pieces)
    except BadCut as error:
        raise UnreadableCut(row.id, str(error)) from None
    return Cut(
        id=row.id, document=row.document, source=_read(_SOURCE, row.about), pieces=pieces,
        version=row.version, updated_at=datetime.fromisoformat(row.updated_at), by=row.by,
        state=CutState(row.state))


def _cut_if_readable(row: Row[Any]) -> Cut | None:
    try:
        return _cut(row)
    except UnreadableCut:
        return None


def _written(adapter: TypeAdapter[Any], value: object) -> str:
    # Escaped to ASCII, so that no character of a stranger's document is one that a database
    # doesn't take.
    return json.dumps(adapter.dump_python(value, mode="json"))


def _read(adapter: TypeAdapter[Any], text: str) -> Any:
    return adapter.validate_python(json.loads(text))


def _storable(text: str) -> str:
    """*text* without what a database or a page can't take: it may be a stranger's."""
    return "".join(c for c in text if c.isprintable())
