"""The preview of a cut: every piece in order, what is left out and why."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.console.documents.cut_view import BEGINS, Show, former_of, sheet, shown_of
from bot.console.documents.document_pages import HERE, Library
from bot.console.documents.opened_cut import Cuts, Opened, no_such
from bot.console.documents.source_form import filled
from bot.console.drawing import drawn
from bot.console.guidance import provision_words
from bot.console.paging import from_one
from bot.console.viewer import Role
from bot.console.wording.keepers import Who
from bot.documents.values import Cut, CutState
from retrieval.editing.edits import AddDocument
from retrieval.guidance import SourceKind

WHY = "Not relied on here"
"""Why a piece is left out where nobody says otherwise."""


class Preview:
    """The preview of cuts, as it is and with what was tried."""

    def __init__(self, library: Library, cuts: Cuts) -> None:
        self._library, self._cuts = library, cuts

    def show(self, request: Request) -> Response:
        """Every piece in order, what is left out and why."""
        opened = self._cuts.named(request)
        return no_such(request) if opened is None else self.of(request, opened)

    def of(
        self, request: Request, opened: Opened, problem: str = "", status: int = 200, *,
        holding: int | None = None, given: Mapping[str, str] | None = None, wrong: str = "",
        not_done: str = "The source was not saved.",
    ) -> Response:
        """The preview of a cut that is *opened*.

        Args:
            request: Says which pieces are listed.
            opened: The cut.
            problem: What is wrong with what was tried.
            status: Of the answer.
            holding: The place of a piece that has to be listed.
            given: What was filled in.
            wrong: The field of it that is wrong.
            not_done: What the problem kept from being done.
        """
        library, viewer, cut = self._library, request.state.viewer, opened.cut
        query = request.query_params
        show = shown_of(query.get("show", ""))
        found = sheet(cut, opened.extracted, show, from_one(query.get("page", "")), holding)
        taking, drafts = library.taking(), library.drafts()
        official = taking.official_of(cut)
        of = (given or {}).get("of") or query.get("of", "") or str(
            (official.of if official is not None else None) or taking.of_in_draft(cut) or "")
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
            done=query.get("done", ""), count=from_one(query.get("count", "")) - 1,
            moved=from_one(query.get("moved", "")) - 1, doubles=taking.doubles(cut),
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
