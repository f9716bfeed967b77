"""The pages that are read: the queue and one conversation.

Each is one complete page, drawn on the server and readable without script.  The routes expect who
looks as `request.state.viewer`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.brief.told_beside import spoken_of
from bot.casebook.lines import FACT, MODEL
from bot.casebook.memory import Memory
from bot.casebook.words import MOST_SOUGHT, sought
from bot.console.conversations.casefile import detail_of, laid_out, there, viewed
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.review_acts import acts
from bot.console.conversations.review_panel import Panel, Reviews, Tried
from bot.console.drawing import drawn, missing, root
from bot.console.lines import listing, saved_filters
from bot.console.lines.deal_titles import title_of
from bot.console.lines.filters import Feedback, Filter, Order
from bot.console.lines.listing import MOST_LINES
from bot.console.lines.next_up import NOTHING_LEFT, next_up
from bot.console.lines.open_reviews import SENT, open_reviews
from bot.console.lines.saved_filters import Saving
from bot.console.lines.sent import sent
from bot.console.paging import in_full
from bot.console.turns.exchange import Editions, Exchange
from bot.console.turns.quoting import quoted
from bot.console.turns.sources import numbered
from bot.console.viewer import Role, Viewer
from bot.console.wording import called
from bot.console.wording.filtered import filter_in_words, unread_in_words
from bot.console.wording.provenance import came_about
from bot.dialogue.citation import Citation
from bot.dialogue.conversation import ConversationId
from bot.dialogue.naming import naming_questions
from bot.errors import UnknownRelease
from bot.people import People, mentioned
from bot.plain import STATES
from bot.store import Store
from bot.turns.posted import Draw, as_text
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Fact, Guidance, Question, ReleaseId

MOST_COUNTED = 1_000
"""Conversations that are counted; of more it is said that there are more."""
UNTITLED = "Nothing told of a deal yet"
UNNAMED = "A deal without product, end-user and country yet"

Endpoint = Callable[[Request], Response | Awaitable[Response]]
Rule = Callable[[Role], Callable[[Any], Any]]
"""States which role an endpoint takes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pages are drawn from.

    Attributes:
        store: The database.
        editions: Gives the guidance of a release.
        integrity: Whether a log is as it was recorded.
        now: The time.
        reviews: Draws reviews and takes them in; None where there are none.
        people: What people are called.
        draw: Draws replies as they were posted.
    """

    store: Store
    editions: Editions
    integrity: Integrity
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    reviews: Reviews | None = None
    people: People | None = None
    draw: Draw = as_text

    def names(
        self, connection: Connection, viewer: Viewer, actors: Collection[str | None]
    ) -> Mapping[str, str]:
        """What *actors* are called, by id."""
        return {} if self.people is None else self.people.names(
            connection, viewer.workspace, actors)

    def current(self) -> Guidance | None:
        """The guidance in force; None before the first release is kept."""
        release = self.store.active_release()
        return None if release is None else self.edition(release)

    def edition(self, release: ReleaseId) -> Guidance | None:
        """The guidance of *release*; None where it can't be read."""
        try:
            return self.editions(release)
        except (UnknownRelease, ReleaseNotReady):
            return None

    def unsettled(self, connection: Connection, viewer: Viewer) -> bool:
        """Whether a sign-off may stand as signed that the release in force lets lapse."""
        return self.reviews is not None and self.reviews.reviewing.sweeping.under_way(
            connection, viewer.workspace)

    def hold(self, viewer: Viewer, name: ConversationId) -> None:
        """Have a sign-off of *name* lapse that no longer holds, before somebody reads that it does.

        The sweep that follows a publication may not have come to it yet.
        """
        if self.reviews is not None:
            self.reviews.reviewing.sweeping.hold(viewer.workspace, name)


def pages(reading: Reading, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(reading)
    asker = rule(Role.ASKER)
    return [
        Route("/", asker(made.queue), methods=["GET"]),
        Route("/filters", asker(made.save), methods=["POST"]),
        Route("/filters/drop", asker(made.drop), methods=["POST"]),
        Route("/conversations/{conversation:path}", asker(made.conversation), methods=["GET"]),
        *([] if reading.reviews is None
          else acts(reading.reviews, reading.store, made.shown, rule)),
    ]


class _Pages:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def queue(self, request: Request) -> Response:
        """The conversations to look through."""
        viewer: Viewer = request.state.viewer
        wanted = Filter.parse(in_full(request.url.query))
        after = request.query_params.get("after", "")
        guidance = self._reading.current()
        with self._reading.store.reading() as connection:
            page = listing.page(connection, viewer, wanted, after)
            total = listing.count(connection, viewer, wanted, MOST_COUNTED)
            saved = saved_filters.saved(connection, viewer)
            reviews = None
            if viewer.role.includes(Role.REVIEWER):
                reviews = open_reviews(connection, viewer)
            unsettled = self._reading.unsettled(connection, viewer)
            handed = sent(connection, viewer, [
                line.conversation for line in page.lines if line.handed_over])
            names = self._reading.names(connection, viewer, [
                *(person for line in page.lines for person in (line.asker, line.assigned)),
                *(one.by for one in handed.values())])
            modelled = bool(listing.tags(connection, viewer, MODEL))
            choices = [] if guidance is None else [
                _Choices.of(connection, viewer, question)
                for question in naming_questions(guidance)]
        base, (looked_for, left_out) = wanted.query(), sought(wanted.text)
        more = None if page.after is None else f"?{_joined(base, after=page.after)}"
        return drawn(
            request, "queue.html",
            wanted=wanted, page=page, total=total, saved=saved, choices=choices, more=more,
            first=f"?{base}", started=bool(after), most=MOST_LINES, counted=MOST_COUNTED,
            unsettled=unsettled, names=names, chosen=filter_in_words(wanted, guidance),
            flags=[] if guidance is None else [(f.id, f.title) for f in guidance.red_flags],
            considerations=[] if guidance is None else [
                (c.id, f"{c.number}. {c.title}") for c in guidance.considerations],
            title=lambda line: _called(guidance, line.memory),
            outstanding=lambda line: called.what_stands_out(guidance, line.memory),
            orders={order: f"?{replace(wanted, order=order).query()}" for order in Order},
            looked_for=looked_for, left_out=left_out, most_words=MOST_SOUGHT,
            unread=unread_in_words(wanted, guidance),
            also=called.choices(guidance, wanted, modelled=modelled), feedbacks=Feedback, fact=FACT,
            untitled=UNTITLED, reviews=reviews, unbegun=SENT, handed=handed)

    async def save(self, request: Request) -> Response:
        """Keep a filter under a name."""
        viewer: Viewer = request.state.viewer
        form = await request.form()
        name, query = str(form.get("name") or ""), str(form.get("query") or "")
        wanted, instead = Filter.parse(in_full(query)), form.get("instead") == "yes"

        def write() -> Response:
            with self._reading.store.writing() as connection:
                came = saved_filters.save(connection, viewer, name, wanted, instead=instead)
                there = dict(saved_filters.saved(connection, viewer))
            if came is Saving.KEPT:
                return RedirectResponse(f"{root(request)}/?{wanted.query()}", 303)
            if came is not Saving.TAKEN:
                return drawn(request, "nothing.html", 400, heading="Not kept", why=(
                    "A filter needs a name." if came is Saving.NAMELESS else
                    f"At most {saved_filters.MOST_SAVED} are kept for each person. Keep one of "
                    "yours no longer, then this one."), back=f"/?{wanted.query()}")
            kept, guidance = there[saved_filters.called(name)], self._reading.current()
            return drawn(request, "filter_there.html", 409, name=saved_filters.called(name),
                         kept=kept, before=filter_in_words(Filter.parse(kept), guidance),
                         query=wanted.query(), now=filter_in_words(wanted, guidance),
                         longest=saved_filters.LONGEST_NAME)

        return await run_in_threadpool(write)

    async def drop(self, request: Request) -> Response:
        """Keep a filter no longer."""
        viewer: Viewer = request.state.viewer
        name = str((await request.form()).get("name") or "")

        def write() -> None:
            with self._reading.store.writing() as connection:
                saved_filters.drop(connection, viewer, name)

        await run_in_threadpool(write)
        return RedirectResponse(f"{root(request)}/", 303)

    def conversation(self, request: Request) -> Response:
        """One conversation."""
        return self.shown(request, ConversationId(request.path_params["conversation"]))

    def shown(
        self, request: Request, name: ConversationId, tried: Tried | None = None
    ) -> Response:
        """The page of the conversation *name*, after an act of review was *tried* and refused."""
        viewer: Viewer = request.state.viewer
        reviews = self._reading.reviews
        with self._reading.store.writing() as connection:
            known = viewed(connection, viewer, name, self._reading.now())
        if known:
            self._reading.hold(viewer, name)
        # Read behind what holds the log, and as one state: who signs has seen all that they sign.
        with self._reading.store.snapshot() as connection:
            rows = there(connection, viewer, name) if known else None
            names = {} if rows is None else self._reading.names(connection, viewer, [
                rows.line.asker, *(row.actor for row in (*rows.turns, *rows.others)),
                *mentioned(*(str((row.words or {}).get("text") or "") for row in rows.turns))])
            handed = None if rows is None or not rows.line.handed_over else (
                sent(connection, viewer, [name]).get(name))
            panel = None if rows is None or reviews is None else reviews.panel(
                connection, viewer, rows, tried)
            through = (isinstance(panel, Panel) and panel.refusal is not None
                       and panel.refusal.code in NOTHING_LEFT)
            next_line = next_up(
                connection, viewer, name, self._reading.now()) if through else None
        if rows is None:
            # Whether it exists for somebody else is nobody's business.
            return missing(request, "There is no such conversation, or none that you may see.")
        current = self._reading.current()
        title = _called(current, rows.line.memory)
        asked = request.query_params
        turn = asked.get("turn", "") if tried is None else tried.typed("verdict", "turn")
        file = laid_out(rows, viewer, self._reading.editions, title, self._reading.draw,
                        turn, asked.get("turns", ""))
        return drawn(
            request, "conversation.html", 200 if tried is None else tried.status, panel=panel,
            through=through, next_line=next_line,
            next_title="" if next_line is None else _called(current, next_line.memory),
            names=names, handed=handed, considerations={} if current is None else {
                one.id: one.title for one in current.considerations},
            file=file, quotes=quoted(file.exchanges, self._reading.editions),
            mark=self._reading.integrity.of(viewer.workspace),
            spoken_of=tuple(spoken_of(file.turns, current, self._reading.edition)),
            numbered=_numbered, coverage=STATES, detail=detail_of, came_about=came_about,
            untitled=UNTITLED)


@dataclass(frozen=True, slots=True)
class _Choices:
    """A fact that can be filtered by, with the values that occur."""

    fact: Fact
    label: str
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, connection: Connection, viewer: Viewer, question: Question) -> "_Choices":
        found = listing.tags(connection, viewer, f"{FACT}{question.fact}")
        named = sorted(((value, question.label_of(value)) for value in found),
                       key=lambda pair: pair[1].casefold())
        return cls(question.fact, question.label, tuple(named))


def _called(guidance: Guidance | None, memory: Memory) -> str:
    """What a deal is called; empty where nothing is told of one."""
    told = guidance is not None and any(memory.facts.values())
    return title_of(guidance, memory) or (UNNAMED if told else "")


def _numbered(exchange: Exchange) -> Callable[[Citation], int]:
    """Gives the number that a citation has in the reply of *exchange*."""
    return numbered(exchange.sources)


def _joined(query: str, **more: str) -> str:
    return "&".join(filter(None, [query, urlencode(more)]))
