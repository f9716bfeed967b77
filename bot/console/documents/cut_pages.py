"""The preview of a cut, and the presses by which an admin corrects it.

The words of a document can't be edited here, only where they are parted and what the parts are
called.  Each press says which version of the cut it was made in view of, so two who correct the
same cut never undo each other unseen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.documents.cut_view import (
    BEGINS,
    Show,
    Texts,
    former_of,
    sheet,
    shown_of,
    texts_of,
)
from bot.console.documents.document_pages import HERE, Library
from bot.console.documents.piece_page import piece_changed, piece_page
from bot.console.documents.source_form import NotASource, filled, source_of
from bot.console.drawing import drawn, missing, root
from bot.console.guidance import provision_words
from bot.console.guidance.differing import LONGEST_COMPARED
from bot.console.guidance.provision_search import number
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who, is_by, on_record
from bot.documents.values import (
    Cut,
    CutState,
    Kept,
    ReadableCut,
    SourceTaken,
    StaleCut,
    UnknownCut,
    UnreadableCut,
)
from bot.publishing.drafts import NotEdited
from retrieval.editing.differences import Run, RunKind, word_diff
from retrieval.editing.edits import AddDocument
from retrieval.errors import CorpusError
from retrieval.guidance import SourceId, SourceKind
from retrieval.ingesting.carrying import Fate, Pair, carried, compared
from retrieval.ingesting.correcting import (
    BadCut,
    Pieces,
    left_out,
    left_out_after,
    left_out_before,
    merged,
    taken_in,
)
from retrieval.ingesting.extracted import Extracted

WHY = "Not relied on here"
"""Why a piece is left out where nobody says otherwise."""
NO_ISSUER = ("Say who issued the document. Its words will be shown to everybody as official text, "
             "so somebody has to say whose they are.")
COMPARED_A_PAGE = 40
ANEW = "anew"
"""The act by which a cut that can't be read begins anew."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A cut with what it is of."""

    cut: Cut
    kept: Kept
    extracted: Extracted


def cut_pages(library: Library, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(library)
    reviewer, admin = rule(Role.REVIEWER), rule(Role.ADMIN)
    own = "/corpus/documents/cuts/{cut}"
    return [
        Route(own, reviewer(made.show), methods=["GET"]),
        Route(own, admin(made.correct), methods=["POST"]),
        Route(f"{own}/source", admin(made.describe), methods=["POST"]),
        Route(f"{own}/take", admin(made.take), methods=["POST"]),
        Route(f"{own}/changes", reviewer(made.changes), methods=["GET"]),
        Route(f"{own}/pieces/{{piece}}", reviewer(made.piece), methods=["GET"]),
        Route(f"{own}/pieces/{{piece}}", admin(made.alter), methods=["POST"]),
    ]


_Asked = ParamSpec("_Asked")


def _said_if_unreadable(
    page: Callable[Concatenate["_Pages", Request, _Asked], Response],
) -> Callable[Concatenate["_Pages", Request, _Asked], Response]:
    """*page*, which says so where the cut that it is of can't be read by this version.

    An admin is offered to cut the document anew.
    """
    @wraps(page)
    def said(
        self: "_Pages", request: Request, /, *args: _Asked.args, **named: _Asked.kwargs
    ) -> Response:
        try:
            return page(self, request, *args, **named)
        except UnreadableCut as error:
            return self.unreadable(request, error)

    return said


class _Pages:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._texts: Texts = texts_of(library.documents)

    def _open(self, request: Request) -> Opened | None:
        asked = _asked_for(request)
        if asked is None:
            return None
        try:
            cut = self._library.documents.cut(asked)
        except UnknownCut:
            return None
        return Opened(cut, self._library.documents.get(cut.document), self._texts(cut.document))

    def unreadable(self, request: Request, error: UnreadableCut) -> Response:
        """In the place of every page of a cut that another version of the program wrote."""
        return drawn(
            request, "corpus_cut_unreadable.html", 404, here=HERE, why=str(error),
            cut=self._library.documents.listed_cut(error.number),
            admin=request.state.viewer.role.includes(Role.ADMIN))

    # --- the preview ------------------------------------------------------------------------

    @_said_if_unreadable
    def show(self, request: Request) -> Response:
        """Every piece in order, what is left out and why."""
        opened = self._open(request)
        return _none(request) if opened is None else self._show(request, opened)

    def _show(
        self, request: Request, opened: Opened, problem: str = "", status: int = 200, *,
        holding: int | None = None, given: Mapping[str, str] | None = None, wrong: str = "",
        not_done: str = "The source was not saved.",
    ) -> Response:
        library, viewer, cut = self._library, request.state.viewer, opened.cut
        query = request.query_params
        show = shown_of(query.get("show", ""))
        found = sheet(cut, opened.extracted, show, number(query.get("page", "")), holding)
        taking, drafts = library.taking(), library.drafts()
        official = taking.official_of(cut)
        of = (given or {}).get("of") or query.get("of", "") or (
            str(official.of) if official is not None and official.of else "")
        former = former_of(library.documents, cut, opened.kept)
        with library.reading.store.reading() as connection:
            who = Who(connection, library.reading.names, viewer, [cut.by, opened.kept.by])
        return drawn(
            request, "corpus_cut.html", status, here=HERE, cut=cut, kept=opened.kept,
            notes=opened.extracted.notes, file_pages=opened.extracted.pages, sheet=found,
            problem=problem, wrong=wrong, not_done=not_done, who=who,
            admin=viewer.role.includes(Role.ADMIN),
            words=provision_words, begins=BEGINS, why=WHY, states=CutState, shows=Show, of=of,
            official=official, former=former, came=query.get("came", ""),
            done=query.get("done", ""), count=number(query.get("count", "")) - 1,
            in_draft=self._in_draft(cut), kinds=[kind.value for kind in SourceKind],
            source=given if given is not None and "id" in given else filled(cut.source),
            typed=given is not None and "id" in given,
            sources=[(one.id, one.short_title) for one in drafts.base().sources.values()],
            turn=lambda to: urlencode({"show": show.value, "page": to,
                                       **({"of": of} if of else {})}))

    def _in_draft(self, cut: Cut) -> str:
        """What of the cut's source is in the draft: "", "same", "earlier" or "edition"."""
        rows = [row.made.edit for row in self._library.drafts().rows(str(cut.source.id))
                if row.holds and isinstance(row.made.edit, AddDocument)]
        if not rows:
            return ""
        last = rows[-1]
        if last.document_sha256 != cut.document:
            return "edition"
        same = (last.source == cut.source
                and last.provisions == self._library.taking().provisions(cut))
        return "same" if same else "earlier"

    # --- corrections --------------------------------------------------------------------------

    async def correct(self, request: Request) -> Response:
        """Merge, leave out, take in, carry over, put the cut away, or begin anew with it."""
        return await run_in_threadpool(self._correct, request, await _sent(request))

    @_said_if_unreadable
    def _correct(self, request: Request, sent: Mapping[str, str]) -> Response:
        if sent.get("act") == ANEW:
            return self._begin_anew(request)
        opened = self._open(request)
        if opened is None:
            return _none(request)
        place, act = _place(sent.get("piece", "")), sent.get("act", "")
        why = sent.get("why", "").strip() or WHY
        cut, extracted = opened.cut, opened.extracted
        count: int | None = None
        try:
            _insist_on_version(cut, sent)
            if act == "carry":
                pieces, count = self._carry(opened)
                changed = replace(cut, pieces=pieces, state=CutState.OPEN)
                place = None
            elif act in {"drop", "reopen"}:
                changed = replace(
                    cut, state=CutState.DROPPED if act == "drop" else CutState.OPEN)
                place = None
            else:
                correction = _CORRECTIONS.get(act)
                if correction is None or place is None:
                    raise BadCut("Choose what to do by one of the buttons.")
                changed = replace(cut, pieces=correction(cut.pieces, place, why, extracted),
                                  state=CutState.OPEN)
            self._library.documents.save_cut(
                changed, cut.version, on_record(request.state.viewer))
        except (BadCut, StaleCut) as error:
            return self._refused(request, error, place)
        return self._back(request, cut.id, place, act, count)

    def _begin_anew(self, request: Request) -> Response:
        """Cut the document of a cut anew that this version can't read."""
        asked = _asked_for(request)
        if asked is None:
            return _none(request)
        try:
            made = self._library.fetching().cut_anew(asked, on_record(request.state.viewer))
        except UnknownCut:
            return _none(request)
        except (ReadableCut, StaleCut) as error:
            return self._refused(request, error)
        except CorpusError as error:
            return missing(request, f"Nothing was cut anew: {error}")
        return self._back(request, made.id, None, ANEW)

    def _refused(
        self, request: Request, error: BadCut | ReadableCut | StaleCut | SourceTaken,
        place: int | None = None, sent: Mapping[str, str] | None = None,
    ) -> Response:
        opened = self._open(request)
        if opened is None:
            return _none(request)
        stale = isinstance(error, (ReadableCut, StaleCut, SourceTaken))
        return self._show(
            request, opened, self._told(request, error), 409 if stale else 400, holding=place,
            given=sent)

    def _told(self, request: Request, error: Exception) -> str:
        if not isinstance(error, StaleCut):
            return str(error)
        viewer, by, reading = request.state.viewer, error.now.by, self._library.reading
        if is_by(viewer, by):
            return ("You have changed this cut yourself since you opened that page. Nothing of "
                    "this press was kept; make it again on the page as it is now.")
        with reading.store.reading() as connection:
            return error.told(Who(connection, reading.names, viewer, [by]).said(by))

    def _carry(self, opened: Opened) -> tuple[Pieces, int]:
        former = former_of(self._library.documents, opened.cut, opened.kept)
        if former is None:
            raise BadCut("There is no former edition whose corrections could be carried over.")
        before, kept = former
        return carried(before.pieces, self._texts(kept.sha256), opened.cut.pieces,
                       opened.extracted)

    def _back(
        self, request: Request, cut: int, place: int | None, act: str, count: int | None = None,
        of: str | None = None,
    ) -> Response:
        """To the page of the piece that was corrected."""
        show = shown_of(request.query_params.get("show", ""))
        opened = self._open(request)
        query: dict[str, Any] = {}
        if show is not Show.ALL:
            query["show"] = show.value
        if opened is not None and place is not None:
            place = min(place, len(opened.cut.pieces) - 1)
            on = sheet(opened.cut, opened.extracted, show, holding=place).page
            if on > 1:
                query["page"] = on
        query["done"] = act
        if count is not None:
            query["count"] = count + 1
        if of or (of is None and (of := request.query_params.get("of"))):
            query["of"] = of
        anchor = "" if place is None else f"#piece-{place + 1}"
        return RedirectResponse(
            f"{root(request)}/corpus/documents/cuts/{cut}?{urlencode(query)}{anchor}", 303)

    async def describe(self, request: Request) -> Response:
        """Save what the source is called, by whom it is, and what may be done with it."""
        return await run_in_threadpool(self._describe, request, await _sent(request))

    @_said_if_unreadable
    def _describe(self, request: Request, sent: Mapping[str, str]) -> Response:
        opened = self._open(request)
        if opened is None:
            return _none(request)
        cut = opened.cut
        try:
            source = source_of(sent, cut.source)
            _insist_on_version(cut, sent)
            pieces = tuple(
                replace(piece, pinpoint=source.short_title + piece.pinpoint.removeprefix(
                    cut.source.short_title))
                if piece.pinpoint.startswith(cut.source.short_title) else piece
                for piece in cut.pieces)
            self._library.documents.save_cut(
                replace(cut, source=source, pieces=pieces, state=CutState.OPEN), cut.version,
                on_record(request.state.viewer))
        except NotASource as error:
            return self._show(request, opened, str(error), 400, given=sent, wrong=error.field)
        except (StaleCut, SourceTaken) as error:
            return self._refused(request, error, sent=sent)
        return self._back(request, cut.id, None, "source")

    # --- into the draft -----------------------------------------------------------------------

    async def take(self, request: Request) -> Response:
        """Put its provisions into the draft."""
        return await run_in_threadpool(self._take, request, await _sent(request))

    @_said_if_unreadable
    def _take(self, request: Request, sent: Mapping[str, str]) -> Response:
        opened = self._open(request)
        if opened is None:
            return _none(request)
        viewer: Viewer = request.state.viewer
        of, library = sent.get("of", ""), self._library
        try:
            _insist_on_version(opened.cut, sent)
            if of and SourceId(of) not in library.drafts().base().sources:
                raise NotEdited(f"There is no source {of!r}. Choose one of those offered.")
            if opened.cut.source.id in library.drafts().base().sources:
                raise NotEdited(
                    f"The shipped corpus has a source {opened.cut.source.id!r} of its own. Give "
                    "this one another id below.")
            if any(not one.left_out for one in opened.cut.pieces) and not opened.cut.source.issuer:
                return self._show(
                    request, opened, NO_ISSUER, 409, wrong="issuer",
                    given={**filled(opened.cut.source), "of": of},
                    not_done="Nothing was taken into the draft.")
            library.taking().take(
                opened.cut, on_record(viewer), SourceId(of) if of else None)
        except StaleCut as error:
            return self._refused(request, error)
        except (NotEdited, CorpusError) as error:
            found = self._open(request) or opened
            return self._show(request, found, str(error), 409, given={"of": of})
        return self._back(request, opened.cut.id, None, "taken", of=of)

    # --- editions -----------------------------------------------------------------------------

    @_said_if_unreadable
    def changes(self, request: Request) -> Response:
        """What became of each piece of the former edition."""
        opened = self._open(request)
        if opened is None:
            return _none(request)
        former = former_of(self._library.documents, opened.cut, opened.kept)
        if former is None:
            return missing(request, "No former edition of this document is kept here, so there is "
                                    "nothing to compare it with.")
        before, kept = former
        found = compared(before.pieces, self._texts(kept.sha256), opened.cut.pieces,
                         opened.extracted)
        counts = {fate: sum(pair.fate is fate for pair in found) for fate in Fate}
        differing = [pair for pair in found if pair.fate is not Fate.SAME]
        pages = max(1, -(-len(differing) // COMPARED_A_PAGE))
        page = min(number(request.query_params.get("page", "")), pages)
        return drawn(
            request, "corpus_cut_changes.html", here=HERE, cut=opened.cut, kept=opened.kept,
            former=before, former_kept=kept, counts=counts, fates=Fate, page=page, pages=pages,
            pairs=[(pair, _runs(pair)) for pair in
                   differing[(page - 1) * COMPARED_A_PAGE:page * COMPARED_A_PAGE]],
            places={piece: n + 1 for n, piece in enumerate(opened.cut.pieces)},
            turn=lambda to: f"page={to}")

    # --- one piece ----------------------------------------------------------------------------

    @_said_if_unreadable
    def piece(self, request: Request) -> Response:
        """One piece: where it could be parted, what it is called."""
        opened, place = self._open(request), _place(request.path_params["piece"])
        if opened is None or place is None or place >= len(opened.cut.pieces):
            return _none(request, "piece")
        return piece_page(request, opened.cut, opened.extracted, place)

    async def alter(self, request: Request) -> Response:
        """Part a piece, end it elsewhere, or call it otherwise."""
        return await run_in_threadpool(self._alter, request, await _sent(request))

    @_said_if_unreadable
    def _alter(self, request: Request, sent: Mapping[str, str]) -> Response:
        opened, place = self._open(request), _place(request.path_params["piece"])
        if opened is None or place is None:
            return _none(request, "piece")
        cut, act = opened.cut, sent.get("act", "")
        try:
            _insist_on_version(cut, sent)
            pieces = piece_changed(cut.pieces, place, sent, opened.extracted)
            self._library.documents.save_cut(
                replace(cut, pieces=pieces, state=CutState.OPEN), cut.version,
                on_record(request.state.viewer))
        except (BadCut, StaleCut) as error:
            now = self._open(request) or opened
            if place >= len(now.cut.pieces):
                return self._refused(request, error)
            return piece_page(
                request, now.cut, now.extracted, place,
                problem=self._told(request, error),
                status=409 if isinstance(error, StaleCut) else 400, sent=sent)
        return self._back(request, cut.id, place, act)


_Correction = Callable[[Pieces, int, str, Extracted], Pieces]
_CORRECTIONS: Mapping[str, _Correction] = {
    "merge": lambda pieces, place, _, __: merged(pieces, place),
    "out": lambda pieces, place, why, _: left_out(pieces, place, why),
    "in": lambda pieces, place, _, extracted: taken_in(pieces, place, extracted),
    "before": lambda pieces, place, why, _: left_out_before(pieces, place, why),
    "after": lambda pieces, place, why, _: left_out_after(pieces, place, why),
}


def _runs(pair: Pair) -> tuple[Run, ...]:
    """In what words a piece differs; of very long ones both states, since nobody waits for it."""
    if len(pair.said) + len(pair.says) > LONGEST_COMPARED:
        return Run(RunKind.GONE, pair.said), Run(RunKind.NEW, pair.says)
    return word_diff(pair.said, pair.says)


def _insist_on_version(cut: Cut, sent: Mapping[str, str]) -> None:
    if sent.get("version", "") != str(cut.version):
        raise StaleCut(cut)


def _asked_for(request: Request) -> int | None:
    """The number of the cut that the address names; None where that is no number."""
    name = request.path_params["cut"]
    return int(name) if name.isascii() and name.isdigit() and len(name) <= 9 else None


def _place(given: str) -> int | None:
    """The place of the piece that the page calls *given*; None where that is no number."""
    readable = given.isascii() and given.isdigit() and len(given) <= 6 and int(given) > 0
    return int(given) - 1 if readable else None


def _none(request: Request, what: str = "cut") -> Response:
    return missing(request, f"There is no such {what}. The list of documents leads to all cuts.")


async def _sent(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items()
            if isinstance(value, str)}
