"""The pages that export: one conversation, or all that a filter shows.

Every press is an export of its own, with a row of the log before a byte of it leaves; the name of
the file begins the digest that the row has, so that each file finds its row.
"""

import re
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.console.conversations.casefile import FOR_ASKERS
from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn, missing
from bot.console.exporting.export_words import FORMS, TAKES_OUT
from bot.console.lines import listing
from bot.console.lines.deal_titles import title_of
from bot.console.lines.filters import Filter
from bot.console.lines.listing import Line
from bot.console.navigation import ENTRIES
from bot.console.paging import in_full
from bot.console.viewer import Role, Viewer
from bot.console.wording.filtered import filter_in_words, unread_in_words
from bot.dialogue.conversation import ConversationId
from bot.exporting.asked import Asked, Form
from bot.exporting.exports import Export, Exporting
from bot.exporting.manifest import MANIFEST_SUFFIX
from bot.exporting.many import Chosen
from bot.exporting.redacting import NAMES_STAY, PLACES_STAY, Redaction
from bot.exporting.rows import NotExported

MOST_ROWS = 100_000
"""Most rows that go out by one press; more take the command."""
LONGEST_REASON = 500
AT_ONCE = 2
"""Tables made at the same time: each goes through a whole log."""
PIECE = 1 << 16
MEMOS = (Form.PDF, Form.DOCX, Form.MD)
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Exports:
    """What the pages are made of.

    Attributes:
        reading: What all pages are drawn from.
        exporting: Gives what exports.
        most_rows: Most rows that go out by one press.
        room: Lets in as many tables at once as are made.
    """

    reading: Reading
    exporting: Callable[[], Exporting]
    most_rows: int = MOST_ROWS
    room: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))


def export_pages(exports: Exports, rule: Rule) -> list[Route]:
    """The routes; *rule* wraps each endpoint by the role that it takes."""
    made = _ExportPages(exports)
    asker, reviewer = rule(Role.ASKER), rule(Role.REVIEWER)
    return [
        Route("/exports", reviewer(made.ask_many), methods=["GET"]),
        Route("/exports", reviewer(made.give_many), methods=["POST"]),
        Route("/exports/conversation", asker(made.ask_one), methods=["GET"]),
        Route("/exports/conversation", asker(made.give_one), methods=["POST"]),
        Route("/exports/checking", asker(made.checking), methods=["GET"]),
    ]


class _Refused(Exception):
    """Nothing is exported; it says why, with which status, and for which field, if for one."""

    def __init__(self, why: str, status: int = 400, field: str = "") -> None:
        self.why = why
        self.status = status
        self.field = field
        super().__init__(why)


class _ExportPages:
    def __init__(self, exports: Exports) -> None:
        self._exports = exports
        self._reading = exports.reading

    # --- one conversation -------------------------------------------------------------------

    def ask_one(self, request: Request) -> Response:
        """Asks as what, and why."""
        name = request.query_params.get("conversation", "")
        line = self._line(request.state.viewer, name)
        return _not_there(request) if line is None else self._one(request, line, FormData())

    async def give_one(self, request: Request) -> Response:
        """Gives out one conversation."""
        form = await request.form()
        return await run_in_threadpool(self._give_one, request, form)

    def _give_one(self, request: Request, form: FormData) -> Response:
        viewer: Viewer = request.state.viewer
        line = self._line(viewer, _text(form, "conversation"))
        if line is None:
            return _not_there(request)
        try:
            kind = _form(form, _offered(viewer))
            reviews = viewer.role.includes(Role.REVIEWER)
            self._reading.hold(viewer, line.conversation)
            made = self._exports.exporting().one(
                viewer.workspace, line.conversation, kind, _asked(viewer, form),
                None if reviews else FOR_ASKERS)
        except _Refused as refused:
            return self._one(request, line, form, refused.why, refused.status, refused.field)
        except NotExported as error:
            return self._one(request, line, form, str(error), 409)
        return _file(line.conversation, made, packed=form.get("manifest") == "yes")

    def _one(
        self, request: Request, line: Line, form: FormData, wrong: str = "", status: int = 200,
        field: str = "",
    ) -> Response:
        return drawn(request, "export_one.html", status, line=line, wrong=wrong, field=field,
                     title=title_of(self._reading.current(), line.memory),
                     **_shared(form, _offered(request.state.viewer)))

    def _line(self, viewer: Viewer, name: str) -> Line | None:
        with self._reading.store.reading() as connection:
            line = listing.line_of(connection, viewer, ConversationId(name))
        return None if line is None or not line.turns else line

    # --- many -------------------------------------------------------------------------------

    def ask_many(self, request: Request) -> Response:
        """Says what the filter shows, and asks as what, and why."""
        return self._many(request, Filter.parse(in_full(request.url.query)), FormData())

    async def give_many(self, request: Request) -> Response:
        """Gives out all that the filter shows."""
        form = await request.form()
        return await run_in_threadpool(self._give_many, request, form)

    def _give_many(self, request: Request, form: FormData) -> Response:
        viewer: Viewer = request.state.viewer
        wanted = Filter.parse(in_full(_text(form, "query")))
        try:
            kind = _form(form, [one for one in Form if one.holds_many])
            asked = _asked(viewer, form)
            if wanted.unread:
                raise _Refused("A part of the filter can't be read.")
            if not self._exports.room.acquire(blocking=False):
                raise _Refused("Other tables are being made. Try again in a minute.", 503)
            try:
                return self._table(viewer, wanted, kind, asked)
            finally:
                self._exports.room.release()
        except _Refused as refused:
            return self._many(request, wanted, form, refused.why, refused.status, refused.field)
        except NotExported as error:
            return self._many(request, wanted, form, str(error), 409)

    def _table(self, viewer: Viewer, wanted: Filter, kind: Form, asked: Asked) -> Response:
        with self._reading.store.reading() as connection:
            if not listing.count(connection, viewer, wanted):
                raise _Refused("No conversation that you may see fits this filter.", 409)
        chosen = Chosen(
            viewer.workspace,
            conversations=lambda connection: listing.names(connection, viewer, wanted),
            words={"filter": wanted.query()}, most=self._exports.most_rows)
        with tempfile.TemporaryDirectory(prefix="advisor-export-") as folder:
            out = Path(folder) / f"conversations.{kind.value}"
            written = self._exports.exporting().many(out, kind, chosen, asked)
            digest = _digest_of(written.manifest)
            # Without a name once the folder is gone, so that nothing of it stays on the disk.
            whole = tempfile.TemporaryFile()  # noqa: SIM115  closed once it is sent
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as box:
                for file in (written.file, written.manifest):
                    box.write(file, file.name)
        size = whole.tell()
        whole.seek(0)
        return StreamingResponse(
            _pieces(whole), media_type="application/zip",
            headers={**_attached(f"conversations-{digest[:12]}.zip"),
                     "Content-Length": str(size)})

    def _many(
        self, request: Request, wanted: Filter, form: FormData, wrong: str = "",
        status: int | None = None, field: str = "",
    ) -> Response:
        viewer: Viewer = request.state.viewer
        guidance = self._reading.current()
        with self._reading.store.reading() as connection:
            total = listing.count(connection, viewer, wanted)
        return drawn(
            request, "export_many.html", status or 200,
            query=wanted.query(), chosen=filter_in_words(wanted, guidance),
            unread=unread_in_words(wanted, guidance),
            total=total, most=self._exports.most_rows, wrong=wrong, field=field,
            **_shared(form, [one for one in Form if one.holds_many]))

    # --- how it is checked ------------------------------------------------------------------

    def checking(self, request: Request) -> Response:
        """Says how a file is held against the log, without us."""
        return drawn(request, "export_checking.html", key=self._exports.exporting().key)


def _shared(form: FormData, offered: list[Form]) -> Mapping[str, Any]:
    given = _text(form, "form")
    return {
        "forms": [(one.value, *FORMS[one]) for one in offered],
        "form": given if given in {one.value for one in offered} else offered[0].value,
        "redactions": [(kind.value, *TAKES_OUT[kind]) for kind in Redaction],
        "redact": [str(kind) for kind in form.getlist("redact")],
        "reason": _text(form, "reason"), "longest": LONGEST_REASON,
        "manifest": not form or form.get("manifest") == "yes",
        "stays": (NAMES_STAY, PLACES_STAY)}


def _offered(viewer: Viewer) -> list[Form]:
    """As what *viewer* may take a conversation; only reviewers see all rows of it."""
    return [Form.ZIP, *MEMOS] if viewer.role.includes(Role.REVIEWER) else list(MEMOS)


def _text(form: FormData, name: str) -> str:
    """A field of *form*; a file in its place counts as none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _form(form: FormData, offered: list[Form]) -> Form:
    given = _text(form, "form")
    found = next((one for one in offered if one.value == given), None)
    if found is None:
        raise _Refused("Choose one of the forms that are offered here.")
    return found


def _asked(viewer: Viewer, form: FormData) -> Asked:
    reason = " ".join(_text(form, "reason").translate(_WITHOUT_WIDTH).split())
    if not reason:
        raise _Refused("Say why: the reason stays on record.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise _Refused(f"The reason has {len(reason):,} characters; at most {LONGEST_REASON} are "
                       "kept.", field="reason")
    if not _storable(reason):
        raise _Refused("The reason holds characters that can’t be kept. Type it again.",
                       field="reason")
    given = {str(kind) for kind in form.getlist("redact")}
    known = {kind.value for kind in Redaction}
    if given - known:
        raise _Refused("Choose what to take out among what is offered here.")
    return Asked(viewer.user, reason, frozenset(map(Redaction, given)))


_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"))
"""What comes along from a page or a document that is copied from, and says nothing."""
_JOINERS = "\u200c\u200d"
"""What joins or parts the letters of Persian or Hindi, and the signs of a family."""


def _storable(words: str) -> bool:
    return all(c.isprintable() or c in _JOINERS for c in words)


def _file(conversation: str, made: Export, *, packed: bool) -> Response:
    """The response that hands *made* over."""
    name = _file_name(conversation, sha256(made.manifest).hexdigest())
    data, ending = made.data, made.form.value
    if packed and made.form is not Form.ZIP:
        inner = f"memo.{ending}"
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
            box.writestr(inner, data)
            box.writestr(inner + MANIFEST_SUFFIX, made.manifest)
        data, ending = out.getvalue(), "zip"
    return Response(data, media_type=MEDIA[ending], headers=_attached(f"{name}.{ending}"))


MEDIA: Mapping[str, str] = {
    "zip": "application/zip", "pdf": "application/pdf", "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def _file_name(conversation: str, digest: str) -> str:
    """A name that every system takes and no header is broken by."""
    safe = _UNSAFE.sub("-", conversation)[:60].strip("-_") or "conversation"
    return f"{safe}-{digest[:12]}"


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        digest = sha256()
        while piece := opened.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(whole: IO[bytes]) -> Iterator[bytes]:
    with whole:
        while piece := whole.read(PIECE):
            yield piece


def _not_there(request: Request) -> Response:
    # Whether it exists for somebody else is nobody's business.
    return missing(request, "There is no such conversation, or none that you may export.",
                   above=ENTRIES[0])
