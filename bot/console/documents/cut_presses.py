"""The presses by which an admin corrects a cut, says what it is of, and takes it into the draft.

The words of a document can't be edited here, only where they are parted and what the parts are
called.  Each press says which version of the cut it was made in view of, so two who correct the
same cut never undo each other unseen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.documents.cut_preview import WHY, Preview
from bot.console.documents.cut_view import Show, former_of, sheet, shown_of
from bot.console.documents.document_pages import Library
from bot.console.documents.opened_cut import Cuts, Opened, cut_number, no_such, place_of
from bot.console.documents.piece_page import piece_changed, piece_page
from bot.console.documents.source_form import NotASource, filled, source_of
from bot.console.drawing import missing, root
from bot.console.viewer import Viewer
from bot.console.wording.keepers import Who, is_by, on_record
from bot.documents.values import Cut, CutState, ReadableCut, SourceTaken, StaleCut, UnknownCut
from bot.publishing.drafts import NotEdited
from retrieval.errors import CorpusError
from retrieval.guidance import SourceId
from retrieval.ingesting.carrying import carried
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

NO_ISSUER = ("Say who issued the document. Its words will be shown to everybody as official text, "
             "so somebody has to say whose they are.")
ANEW = "anew"
"""The act by which a cut that can't be read begins anew."""


class CutPresses:
    """What becomes of a cut by each press."""

    def __init__(self, library: Library, cuts: Cuts, preview: Preview) -> None:
        self._library, self._cuts, self._preview = library, cuts, preview

    def correct(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Merge, leave out, take in, carry over, put the cut away, or begin anew with it."""
        if sent.get("act") == ANEW:
            return self._begin_anew(request)
        opened = self._cuts.named(request)
        if opened is None:
            return no_such(request)
        place, act = place_of(sent.get("piece", "")), sent.get("act", "")
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
        asked = cut_number(request)
        if asked is None:
            return no_such(request)
        try:
            made = self._library.fetching().cut_anew(asked, on_record(request.state.viewer))
        except UnknownCut:
            return no_such(request)
        except (ReadableCut, StaleCut) as error:
            return self._refused(request, error)
        except CorpusError as error:
            return missing(request, f"Nothing was cut anew: {error}")
        return self._back(request, made.id, None, ANEW)

    def _refused(
        self, request: Request, error: BadCut | ReadableCut | StaleCut | SourceTaken,
        place: int | None = None, sent: Mapping[str, str] | None = None,
    ) -> Response:
        opened = self._cuts.named(request)
        if opened is None:
            return no_such(request)
        stale = isinstance(error, (ReadableCut, StaleCut, SourceTaken))
        return self._preview.of(
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
        return carried(before.pieces, self._cuts.text_of(kept.sha256), opened.cut.pieces,
                       opened.extracted)

    def _back(
        self, request: Request, cut: int, place: int | None, act: str, count: int | None = None,
        of: str | None = None, moved: int | None = None,
    ) -> Response:
        """To the page of the piece that was corrected; *moved* is an edit that was taken back."""
        show = shown_of(request.query_params.get("show", ""))
        opened = self._cuts.named(request)
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
        if moved is not None:
            query["moved"] = moved + 1
        if of or (of is None and (of := request.query_params.get("of"))):
            query["of"] = of
        anchor = "" if place is None else f"#piece-{place + 1}"
        return RedirectResponse(
            f"{root(request)}/corpus/documents/cuts/{cut}?{urlencode(query)}{anchor}", 303)

    def describe(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Save what the source is called, by whom it is, and what may be done with it."""
        opened = self._cuts.named(request)
        if opened is None:
            return no_such(request)
        cut = opened.cut
        try:
            source = source_of(sent, cut.source)
            _insist_on_version(cut, sent)
            # A piece that was merged names two places, each after a semicolon.
            called = re.compile(rf"(^|; ){re.escape(cut.source.short_title)}")
            pieces = tuple(replace(piece, pinpoint=called.sub(
                lambda at: f"{at[1]}{source.short_title}", piece.pinpoint)) for piece in cut.pieces)
            self._library.documents.save_cut(
                replace(cut, source=source, pieces=pieces, state=CutState.OPEN), cut.version,
                on_record(request.state.viewer))
        except NotASource as error:
            return self._preview.of(request, opened, str(error), 400, given=sent, wrong=error.field)
        except (StaleCut, SourceTaken) as error:
            return self._refused(request, error, sent=sent)
        return self._back(request, cut.id, None, "source")

    def take(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Put its provisions into the draft."""
        opened = self._cuts.named(request)
        if opened is None:
            return no_such(request)
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
                return self._preview.of(
                    request, opened, NO_ISSUER, 409, wrong="issuer",
                    given={**filled(opened.cut.source), "of": of},
                    not_done="Nothing was taken into the draft.")
            library.taking().take(
                opened.cut, on_record(viewer), SourceId(of) if of else None)
            moved = library.taking().leave_former_ids(opened.cut, on_record(viewer))
        except StaleCut as error:
            return self._refused(request, error)
        except (NotEdited, CorpusError) as error:
            found = self._cuts.named(request) or opened
            return self._preview.of(request, found, str(error), 409, given={"of": of})
        return self._back(request, opened.cut.id, None, "taken", of=of,
                          moved=moved[0].id if moved else None)

    def alter(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Part a piece, end it elsewhere, or call it otherwise."""
        opened, place = self._cuts.named(request), place_of(request.path_params["piece"])
        if opened is None or place is None:
            return no_such(request, "piece")
        cut, act = opened.cut, sent.get("act", "")
        try:
            _insist_on_version(cut, sent)
            pieces = piece_changed(cut.pieces, place, sent, opened.extracted)
            self._library.documents.save_cut(
                replace(cut, pieces=pieces, state=CutState.OPEN), cut.version,
                on_record(request.state.viewer))
        except (BadCut, StaleCut) as error:
            now = self._cuts.named(request) or opened
            if place >= len(now.cut.pieces):
                return self._refused(request, error)
            return piece_page(
                request, now.cut, now.extracted, place,
                problem=self._told(request, error),
                wrong=error.field if isinstance(error, BadCut) else "",
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


def _insist_on_version(cut: Cut, sent: Mapping[str, str]) -> None:
    if sent.get("version", "") != str(cut.version):
        raise StaleCut(cut)
