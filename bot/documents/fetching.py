"""The use case of getting official documents: fetch, compare with what is kept, propose a cut.

Nothing here runs unless an admin asked for it, by a command or by a button.  Each try is written
down, also the one that came to nothing.  A document that a publisher doesn't hand to programs is
downloaded with a browser and added by hand; it is compared in the same way.
"""

import hashlib
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.documents.fetched import Fetched, Outcome, Touched
from bot.documents.kept import Documents
from bot.documents.values import Cut, CutState, Fetch, Kept, UnreadableCut
from bot.errors import BadInput
from retrieval.errors import NotDownloaded, NotIngested
from retrieval.guidance import Source, SourceId
from retrieval.ingesting.changes import Change, changes, concerned
from retrieval.ingesting.charsets import by_its_server
from retrieval.ingesting.doubtful import doubts, what_is
from retrieval.ingesting.downloading import Downloaded, DownloadRules, Marks, download
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.media import (
    Form,
    NoDocument,
    form_called,
    form_of,
    media_type_of,
    name_for,
)
from retrieval.ingesting.pieces import Naming, Piece
from retrieval.ingesting.proposing import proposed_source
from retrieval.reading.publishers import OfficialDocument, OfficialId

Reader = Callable[[bytes, str, Limits], Extracted]
"""Reads a document by its bytes and name; raises NotIngested."""
Cutter = Callable[[Extracted, Naming], tuple[Piece, ...]]
"""Proposes how a document is cut into provisions."""

BY_HAND = "file:"
"""Begins what stands for the address of a document that somebody added as a file."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Came:
    """A document that came, and could be read."""

    fetch: Fetch
    """How it came, which is not noted yet."""
    data: bytes
    name: str
    """What its file is called."""
    media_type: str
    extracted: Extracted


@dataclass(frozen=True)
class Fetching:
    """Gets official documents, and other people's."""

    documents: Documents
    listed: Mapping[OfficialId, OfficialDocument]
    """The official documents that can be fetched."""
    rules: DownloadRules
    limits: Limits
    read: Reader
    cut: Cutter
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def fetch(
        self, by: str, ids: Iterable[str] | None = None,
        told: Callable[[Fetched], None] = lambda _one: None,
    ) -> list[Fetched]:
        """Fetch official documents from their publishers.

        Args:
            by: Who asked for it.
            ids: Which of the list; all of it if None.
            told: Called with each as soon as it is known, since all of them take minutes.

        Returns:
            What became of each, in the order of *ids* or of the list.  One that fails stops no
            other.

        Raises:
            BadInput: An id is not in the list; then nothing was fetched.
        """
        wanted = [self._official(id_) for id_ in (self.listed if ids is None else ids)]
        done: list[Fetched] = []
        for official in wanted:
            done.append(self._fetch_one(official, by))
            told(done[-1])
        return done

    def add(
        self, where: str, by: str, official: str | None = None, source: Source | None = None
    ) -> Fetched:
        """Add one document: a file, or what is at an address.

        Args:
            where: Path of a file, or an http or https address.
            by: Who asked for it.
            official: The official document that it is, where it was downloaded by hand.
            source: What its pieces become provisions of; a proposal of ours if None.

        Returns:
            What became of it, with its cut.  It never failed: what goes wrong is raised.

        Raises:
            BadInput: There is no such file, or it can't be taken; or no such official document.
            NotDownloaded: The address gave no document.
            NotIngested: It can't be read.
            UnreadableCut: It is cut already, by another version of the program.
        """
        known = None if official is None else self._official(official)
        if not _ADDRESS.match(where):
            path = Path(where)
            return self.add_data(self._bytes_of(path), path.name, by, official, source)
        try:
            got = download(where, self.rules)
        except NotDownloaded as error:
            self._note(known, error, by)
            raise
        if not isinstance(got, Downloaded):
            raise TypeError("an answer of 304 to a request that named no state")
        fetch = self._fetch_of(known, got, by)
        try:
            extracted = self._read(by_its_server(got.data, got.charset), got.name,
                                   form_called(got.media_type), unquote(urlsplit(where).path))
        except NotIngested as error:
            self._note_as(fetch, error=str(error))
            raise
        came = _Came(fetch, got.data, got.name, got.media_type, extracted)
        return self._added(known, self._take(known, came, source), source)

    def add_data(
        self, data: bytes, name: str, by: str, official: str | None = None,
        source: Source | None = None,
    ) -> Fetched:
        """Add one document by its bytes, such as an upload; all else is as in `add`.

        Args:
            data: The file's bytes.
            name: What it is called.
            by: Who asked for it.
            official: The official document that it is.
            source: What its pieces become provisions of.

        Raises:
            BadInput: It is no document of a form that is read, or there is no such official one.
            NotIngested: It can't be read.
            UnreadableCut: It is cut already, by another version of the program.
        """
        known = None if official is None else self._official(official)
        try:
            form = form_of(data, "", name)
        except NoDocument as error:
            raise BadInput("no_document", f"{name!r} is {error}; {error.to_do}.") from error
        tidy = name_for(form, name)
        extracted = self._read(data, tidy, form, name)
        fetch = Fetch(url=BY_HAND + tidy, at=self.now(), by=by,
                      official=known.id if known else "",
                      sha256=hashlib.sha256(data).hexdigest())
        came = _Came(fetch, data, tidy, media_type_of(form), extracted)
        return self._added(known, self._take(known, came, source), source)

    def propose(self, document: str, by: str, source: Source) -> Cut:
        """Propose a cut of a kept document, unless there is one for *source* already.

        Args:
            document: The document's SHA-256.
            by: Who asked for it.
            source: What its pieces become provisions of.

        Raises:
            UnknownDocument: There is none of that hash.
            UnreadableCut: There is one that another version of the program wrote.
        """
        return self.documents.open_cut(document, source, self._cut_into(source, document), by)

    def cut_anew(self, cut: int, by: str) -> Cut:
        """Propose a cut in the place of one that this version of the program can't read.

        Args:
            cut: Its number.
            by: Who asked for it.

        Raises:
            UnknownCut: There is none of that number.
            ReadableCut: It can be read: what people corrected is never proposed away.
            StaleCut: Somebody else was faster.
        """
        listed = self.documents.listed_cut(cut)
        return self.documents.renew_cut(listed, self._cut_into(listed.source, listed.document), by)

    def _cut_into(self, source: Source, document: str) -> tuple[Piece, ...]:
        return self.cut(self.documents.extracted(document),
                        Naming(source.id, source.short_title))

    def history(self, official: str, limit: int = 100) -> list[Fetch]:
        """Every try to get an official document, the newest first."""
        return self.documents.fetches(self._official(official).id, limit=limit)

    # --- one official document --------------------------------------------------------------

    def _official(self, id_: str) -> OfficialDocument:
        found = self.listed.get(OfficialId(id_))
        if found is None:
            close = get_close_matches(id_, [str(one) for one in self.listed], n=1)
            nearest = f" The nearest is {close[0]!r}." if close else ""
            raise BadInput("unknown_official", f"There is no official document {id_!r} in "
                           f"publishers.yaml.{nearest}")
        return found

    def _fetch_one(self, official: OfficialDocument, by: str) -> Fetched:
        last = self.documents.last_taken(official.id)
        tries: list[Fetch] = []
        for address in official.addresses:
            marks = Marks(last.final_url, last.etag, last.last_modified) if last else None
            try:
                got = download(address.url, self.rules, marks)
            except NotDownloaded as error:
                tries.append(self._note(official, error, by))
                continue
            if not isinstance(got, Downloaded):
                return self._not_modified(official, last, tries, url=address.url,
                                          final_url=got.final_url, by=by)
            fetch = self._fetch_of(official, got, by)
            form = form_called(got.media_type)
            if form is not official.form:
                tries.append(self._note_as(fetch, error=(
                    f"the address answers with {what_is(form) if form else got.media_type} where "
                    f"{what_is(official.form)} was expected")))
                continue
            name = name_for(official.form, official.id)
            try:
                extracted = self._read(by_its_server(got.data, got.charset), name, form)
            except NotIngested as error:
                tries.append(self._note_as(fetch, error=str(error)))
                continue
            return self._take(official, _Came(fetch, got.data, name, got.media_type, extracted),
                              tries=tries)
        return Fetched(Outcome.FAILED, tuple(tries), official, self._document_of(last))

    def _not_modified(
        self, official: OfficialDocument, last: Fetch | None, tries: list[Fetch], *, url: str,
        final_url: str, by: str,
    ) -> Fetched:
        """The server says that the document is as it was."""
        if last is None:
            raise TypeError("an answer of 304 to a request that named no state")
        noted = self.documents.note(Fetch(
            url=url, at=self.now(), by=by, official=official.id, final_url=final_url,
            sha256=last.sha256, document=last.document, etag=last.etag,
            last_modified=last.last_modified))
        kept = self._document_of(last)
        return Fetched(Outcome.UNCHANGED, (*tries, noted), official, kept, kept)

    # --- any document -----------------------------------------------------------------------

    def _read(
        self, data: bytes, name: str, form: Form | None, called: str = ""
    ) -> Extracted:
        """What is read of *data*, with why it may not be what was meant.

        Args:
            data: The bytes.
            name: What the file is called here.
            form: What its bytes are.
            called: What whoever added it calls it.
        """
        read = self.read(data, name, self.limits)
        if form is None:
            return read
        return replace(read, notes=(*read.notes, *doubts(read, form, called)))

    def _take(
        self, official: OfficialDocument | None, came: _Came, source: Source | None = None,
        tries: Iterable[Fetch] = (),
    ) -> Fetched:
        """Keep what came, compare it with the former state, and propose a cut of it if it's new."""
        fetch = came.fetch
        before = self._former(official, fetch)
        same = before is not None and before.sha256 == fetch.sha256
        found: tuple[Change, ...] = ()
        if before is not None and not same:
            former = self.documents.extracted(before.sha256)
            found = changes(former, came.extracted)
            # A page whose words are the same is not kept again for what is packed around them.
            # In another form it is: who adds the PDF after the web page wants the PDF's pages.
            same = not found and before.media_type == came.media_type
        if before is not None and same:
            noted = self._note_as(fetch, document=before.sha256)
            return Fetched(Outcome.UNCHANGED, (*tries, noted), official, before, before,
                           cut=self._cut_of(before))
        kept = self.documents.keep(came.data, came.name, came.media_type, came.extracted, fetch.by)
        noted = self._note_as(fetch, document=kept.sha256)
        try:
            cut = self.propose(kept.sha256, fetch.by, source or _source_of(official, kept, fetch))
        except UnreadableCut:
            cut = None  # the others are still to be fetched; the list of documents leads to it
        return Fetched(
            Outcome.FIRST if before is None else Outcome.CHANGED, (*tries, noted), official, kept,
            before, found, self._touched(before, found), cut)

    def _added(
        self, official: OfficialDocument | None, got: Fetched, source: Source | None
    ) -> Fetched:
        """*got* with a cut in any case: who adds a document wants to go on with it."""
        if got.document is None or (got.cut and source in {None, got.cut.source}):
            return got
        noted = got.tries[-1]
        return replace(got, cut=self.propose(got.document.sha256, noted.by, source or _source_of(
            official, got.document, noted)))

    def _former(self, official: OfficialDocument | None, fetch: Fetch) -> Kept | None:
        """What *fetch* is compared with: the document's last state, or that of its address."""
        if official is not None:
            return self._document_of(self.documents.last_taken(official.id))
        last = None
        if not fetch.url.startswith(BY_HAND):
            last = self.documents.last_taken("", fetch.url)
        return self._document_of(last) or self.documents.find(fetch.sha256 or "")

    def _cut_of(self, kept: Kept) -> Cut | None:
        return next((cut for cut in self.documents.cuts(kept.sha256)
                     if cut.state is not CutState.DROPPED), None)

    def _touched(self, before: Kept | None, found: tuple[Change, ...]) -> tuple[Touched, ...]:
        if before is None:
            return ()
        cuts = [cut for cut in self.documents.cuts(before.sha256)
                if cut.state is not CutState.DROPPED]
        touched = [Touched(cut, concerned(cut.pieces, found)) for cut in cuts]
        return tuple(one for one in touched if one.pieces)

    def _document_of(self, fetch: Fetch | None) -> Kept | None:
        return self.documents.find(fetch.document) if fetch and fetch.document else None

    def _fetch_of(self, official: OfficialDocument | None, got: Downloaded, by: str) -> Fetch:
        return Fetch(url=got.url, at=got.at, by=by, official=official.id if official else "",
                     final_url=got.final_url, sha256=got.sha256, etag=got.etag,
                     last_modified=got.last_modified)

    def _note(self, official: OfficialDocument | None, error: NotDownloaded, by: str) -> Fetch:
        # The address as the error has it: without a password that somebody may have typed.
        return self.documents.note(Fetch(
            url=error.url, at=self.now(), by=by, official=official.id if official else "",
            error=error.reason))

    def _note_as(
        self, fetch: Fetch, *, document: str | None = None, error: str | None = None
    ) -> Fetch:
        return self.documents.note(Fetch(
            fetch.url, fetch.at, fetch.by, fetch.official, fetch.final_url, fetch.sha256,
            document, error, fetch.etag, fetch.last_modified))

    def _bytes_of(self, path: Path) -> bytes:
        """The bytes of a file that somebody named."""
        most = self.limits.file_bytes
        try:
            # A pipe or a device would be waited for, or read for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                raise BadInput("no_file", f"{str(path)!r} is no file; name one document.")
            with path.open("rb") as file:
                data = file.read(most + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise BadInput("no_file", f"{str(path)!r} can't be read ({reason}); name a file or "
                           "an address that begins with https://.") from error
        if len(data) > most:
            raise BadInput("file_too_large", f"{str(path)!r} is larger than {most // 2**20} MB; "
                           "raise ADVISOR_DOCUMENT_MEGABYTES, or split it into parts.")
        return data


def _source_of(official: OfficialDocument | None, kept: Kept, fetch: Fetch) -> Source:
    """The source that a document becomes where nobody says otherwise."""
    if official is not None:
        return official.source(SourceId(official.id), fetch.final_url)
    return proposed_source(kept.title, kept.name, kept.sha256, fetch.final_url)
