"""What was asked and no text answers, in the words in which it was asked.

The queue and the overview tell it by its group, since whoever reads words of a conversation is on
record with it; so is whoever reads them here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.casebook.unanswered import gaps
from bot.console.conversations.casefile import VIEWED
from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn
from bot.console.lines import listing
from bot.console.lines.deal_titles import title_of
from bot.console.lines.filters import Filter, Order
from bot.console.lines.listing import Line
from bot.console.paging import in_full
from bot.console.viewer import Role, Viewer
from bot.console.wording.called import Called
from bot.console.wording.filtered import filter_in_words, unread_in_words
from bot.dialogue.conversation import ConversationId
from bot.people import mentioned
from bot.record.log import BEFORE_WORKSPACES, TURN, Happening, append, logged
from bot.record.turn_rows import turn_of
from bot.schema import log
from bot.turns.turn import Turn
from retrieval.guidance import Guidance

A_PAGE = 20
"""Questions that fill a page; conversations are looked through by so many."""
MOST_LOOKED_THROUGH = 200
"""Conversations that are looked through for them at once."""


@dataclass(frozen=True, slots=True)
class Declined:
    """A question that was declined."""

    conversation: ConversationId
    turn: Turn
    deal: str
    """What the deal beside which it was asked is called; empty where none was told."""
    about: tuple[str, ...]
    """What it fell into, by the names of the release in force."""


def declined_page(reading: Reading, rule: Rule) -> list[Route]:
    """The route of the page; *rule* wraps its endpoint by the role that it takes."""

    def show(request: Request) -> Response:
        viewer: Viewer = request.state.viewer
        wanted = replace(Filter.parse(in_full(request.url.query)), order=Order.NEWEST)
        after = request.query_params.get("after", "")
        guidance = reading.current()
        with reading.store.writing() as connection:
            found: list[Declined] = []
            goes_on: str | None = after
            for _ in range(MOST_LOOKED_THROUGH // A_PAGE):
                page = listing.page(connection, viewer, wanted, goes_on or "", A_PAGE)
                found += [one for line in page.lines for one in _of(
                    connection, viewer, line, wanted.gap, guidance, reading.now())]
                goes_on = page.after
                if goes_on is None or len(found) >= A_PAGE:
                    break
            names = reading.names(connection, viewer, [
                *(one.turn.author for one in found),
                *mentioned(*(one.turn.text for one in found))])
        return drawn(
            request, "declined.html", found=found, names=names, started=bool(after),
            after=goes_on, query=wanted.query(), chosen=filter_in_words(wanted, guidance),
            unread=unread_in_words(wanted, guidance))

    return [Route("/declined", rule(Role.REVIEWER)(show), methods=["GET"])]


def _of(
    connection: Connection, viewer: Viewer, line: Line, gap: str,
    guidance: Guidance | None, at: datetime,
) -> list[Declined]:
    """The declined questions of one conversation, and the row that says that they were read."""
    name = line.conversation
    rows = connection.execute(
        select(log).where(
            log.c.workspace.in_([viewer.workspace, BEFORE_WORKSPACES]),
            log.c.conversation == name, log.c.kind == TURN,
            log.c.body.contains('"abstained":true', autoescape=True))
        .order_by(log.c.workspace, log.c.seq)).all()
    called = None if guidance is None else Called(guidance)
    found = []
    for turn in (turn_of(logged(row._mapping), None) for row in rows):
        codes = sorted(one for one in gaps(turn) if called is None or called.lacks(one))
        # A second look at an answer is no second question.
        if turn.retakes is None and (gap in codes if gap else codes):
            found.append(Declined(name, turn, title_of(guidance, line.memory), tuple(
                one if called is None else called.gap(one) for one in codes)))
    if found:
        append(connection, viewer.workspace, Happening(
            VIEWED, f"{VIEWED}:{uuid4().hex}", at, viewer.user, name,
            {"session": viewer.session}))
    return found
