"""The page of one piece of a cut: where it is parted, where it ends, what it is called."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.console.documents.document_pages import HERE
from bot.console.drawing import drawn
from bot.console.guidance import provision_words
from bot.console.viewer import Role
from bot.documents.values import Cut
from retrieval.ingesting.correcting import BadCut, Pieces, called, moved, split
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.sentences import Sentence, place_of, sentences_of

NAMES = ("number", "pinpoint", "heading", "kind")


def piece_page(
    request: Request, cut: Cut, extracted: Extracted, place: int, *,
    problem: str = "", wrong: str = "", status: int = 200, sent: Mapping[str, str] | None = None,
) -> Response:
    """The page of the piece at *place*, after a change was *sent* and refused.

    What was *wrong* is a field of its form; empty where it is none by itself.
    """
    piece = cut.pieces[place]
    viewer, given = request.state.viewer, sent or {}
    carried = {name: request.query_params[name] for name in ("show", "of")
               if name in request.query_params}
    following = cut.pieces[place + 1] if place + 1 < len(cut.pieces) else None
    return drawn(
        request, "corpus_piece.html", status, here=HERE, cut=cut, place=place, piece=piece,
        page=provision_words.page(piece.page), total=len(cut.pieces), problem=problem,
        wrong=wrong, act=given.get("act", ""), admin=viewer.role.includes(Role.ADMIN),
        names={name: given.get(name, getattr(piece, name)) for name in NAMES},
        sentences=sentences_of(piece, extracted), following=following,
        next_sentences=() if following is None else sentences_of(following, extracted),
        given=given, query=f"?{urlencode(carried)}" if carried else "",
        kinds=sorted({one.kind for one in cut.pieces}), words=provision_words)


def piece_changed(
    pieces: Pieces, place: int, sent: Mapping[str, str], extracted: Extracted
) -> Pieces:
    """*pieces* after what was *sent* for the one at *place*.

    Raises:
        BadCut: It can't be done.
    """
    act = sent.get("act", "")
    if act == "names":
        return called(pieces, place, **{name: sent.get(name) for name in NAMES})
    if not 0 <= place < len(pieces):
        raise BadCut(f"There is no piece {place + 1}: the document has {len(pieces)}.")
    if act == "split":
        return split(pieces, place, _at(pieces, place, sent, extracted), extracted)
    if act == "move":
        following = pieces[place + 1:place + 2]
        offered = [*sentences_of(pieces[place], extracted),
                   *(sentence for one in following for sentence in sentences_of(one, extracted))]
        return moved(pieces, place, _chosen(sent.get("at", ""), offered), extracted)
    raise BadCut("Choose what to do by one of the buttons.")


def _at(pieces: Pieces, place: int, sent: Mapping[str, str], extracted: Extracted) -> int:
    words = sent.get("words", "")
    if words.strip() or not sent.get("at"):
        return place_of(words, pieces[place], extracted)
    return _chosen(sent["at"], sentences_of(pieces[place], extracted))


def _chosen(at: str, offered: list[Sentence] | tuple[Sentence, ...]) -> int:
    found = next((one.at for one in offered if str(one.at) == at), None)
    if found is None:
        raise BadCut("Choose one of the sentences that are offered.")
    return found
