"""The pages of a cut: its preview, one piece of it, and what became of the former edition's."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.documents.cut_presses import CutPresses
from bot.console.documents.cut_preview import Preview
from bot.console.documents.cut_view import former_of
from bot.console.documents.document_pages import HERE, Library
from bot.console.documents.opened_cut import Cuts, no_such, place_of
from bot.console.documents.piece_page import piece_page
from bot.console.drawing import drawn, missing
from bot.console.entry.pressing import Press, pressed
from bot.console.paging import from_one, paged
from bot.console.viewer import Role
from retrieval.editing.differences import word_diff
from retrieval.ingesting.carrying import Fate, compared

COMPARED_A_PAGE = 40


def cut_pages(library: Library, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    cuts = Cuts(library)
    made, preview = _Pages(library, cuts), Preview(library, cuts)
    presses = CutPresses(library, cuts, preview)
    reviewer, admin = rule(Role.REVIEWER), rule(Role.ADMIN)
    own = "/corpus/documents/cuts/{cut}"

    def page(path: str, shown: Callable[[Request], Response]) -> Route:
        return Route(path, reviewer(cuts.or_unreadable(shown)), methods=["GET"])

    def press(path: str, done: Press) -> Route:
        return Route(path, admin(pressed(cuts.or_unreadable(done))), methods=["POST"])

    return [
        page(own, preview.show),
        press(own, presses.correct),
        press(f"{own}/source", presses.describe),
        press(f"{own}/take", presses.take),
        page(f"{own}/changes", made.changes),
        page(f"{own}/pieces/{{piece}}", made.piece),
        press(f"{own}/pieces/{{piece}}", presses.alter),
    ]


class _Pages:
    def __init__(self, library: Library, cuts: Cuts) -> None:
        self._library, self._cuts = library, cuts

    def changes(self, request: Request) -> Response:
        """What became of each piece of the former edition."""
        opened = self._cuts.named(request)
        if opened is None:
            return no_such(request)
        former = former_of(self._library.documents, opened.cut, opened.kept)
        if former is None:
            return missing(request, "No former edition of this document is kept here, so there is "
                                    "nothing to compare it with.")
        before, kept = former
        found = compared(before.pieces, self._cuts.text_of(kept.sha256), opened.cut.pieces,
                         opened.extracted)
        counts = {fate: sum(pair.fate is fate for pair in found) for fate in Fate}
        differing = [pair for pair in found if pair.fate is not Fate.SAME]
        here = paged(differing, from_one(request.query_params.get("page", "")), COMPARED_A_PAGE)
        return drawn(
            request, "corpus_cut_changes.html", here=HERE, cut=opened.cut, kept=opened.kept,
            former=before, former_kept=kept, counts=counts, fates=Fate, page=here.page,
            pages=here.pages,
            pairs=[(pair, word_diff(pair.said, pair.says)) for pair in here.rows],
            places={piece: n + 1 for n, piece in enumerate(opened.cut.pieces)},
            turn=lambda to: f"page={to}")

    def piece(self, request: Request) -> Response:
        """One piece: where it could be parted, what it is called."""
        opened, place = self._cuts.named(request), place_of(request.path_params["piece"])
        if opened is None or place is None or place >= len(opened.cut.pieces):
            return no_such(request, "piece")
        return piece_page(request, opened.cut, opened.extracted, place)
