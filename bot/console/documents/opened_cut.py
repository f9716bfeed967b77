"""The cut that an address names, opened, and what is answered where it can't be."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from starlette.requests import Request
from starlette.responses import Response

from bot.console.documents.cut_view import Texts, texts_of
from bot.console.documents.document_pages import HERE, Library
from bot.console.drawing import drawn, missing
from bot.console.viewer import Role
from bot.documents.values import Cut, Kept, UnknownCut, UnreadableCut
from retrieval.ingesting.extracted import Extracted

_Asked = ParamSpec("_Asked")


@dataclass(frozen=True, slots=True)
class Opened:
    """A cut with what it is of."""

    cut: Cut
    kept: Kept
    extracted: Extracted


class Cuts:
    """The cuts that are kept, as addresses name them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.text_of: Texts = texts_of(library.documents)

    def named(self, request: Request) -> Opened | None:
        """The cut that the address names; None where there is none.

        Raises:
            UnreadableCut: Another version of the program wrote it.
        """
        number = cut_number(request)
        if number is None:
            return None
        try:
            cut = self._library.documents.cut(number)
        except UnknownCut:
            return None
        return Opened(cut, self._library.documents.get(cut.document), self.text_of(cut.document))

    def or_unreadable(
        self, page: Callable[Concatenate[Request, _Asked], Response]
    ) -> Callable[Concatenate[Request, _Asked], Response]:
        """*page*, which says so where the cut that it is of can't be read by this version.

        An admin is offered to cut the document anew.
        """
        @wraps(page)
        def said(request: Request, /, *args: _Asked.args, **named: _Asked.kwargs) -> Response:
            try:
                return page(request, *args, **named)
            except UnreadableCut as error:
                return self._unreadable(request, error)

        return said

    def _unreadable(self, request: Request, error: UnreadableCut) -> Response:
        """In the place of every page of a cut that another version of the program wrote."""
        return drawn(
            request, "corpus_cut_unreadable.html", 404, here=HERE, why=str(error),
            cut=self._library.documents.listed_cut(error.number),
            admin=request.state.viewer.role.includes(Role.ADMIN))


def cut_number(request: Request) -> int | None:
    """The number of the cut that the address names; None where that is no number."""
    name = request.path_params["cut"]
    return int(name) if name.isascii() and name.isdigit() and len(name) <= 9 else None


def place_of(given: str) -> int | None:
    """The place of the piece that the page calls *given*; None where that is no number."""
    readable = given.isascii() and given.isdigit() and len(given) <= 6 and int(given) > 0
    return int(given) - 1 if readable else None


def no_such(request: Request, what: str = "cut") -> Response:
    """A page that says that there is no such cut, or no such other thing."""
    return missing(request, f"There is no such {what}. The list of documents leads to all cuts.")
