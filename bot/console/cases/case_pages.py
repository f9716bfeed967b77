"""The page of verdicts, and the form in which one becomes a labelled case.

Approving shows words of a conversation, so looking at the form is on record like looking at the
conversation itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.cases import case_form
from bot.console.conversations.casefile import Rows, take_up
from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn, missing, root
from bot.console.entry.pressing import pressed
from bot.console.lines.deal_titles import titles
from bot.console.paging import number_in
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.record.turn_rows import turn_of
from bot.reviews.acting import NotReviewed
from bot.reviews.approving import Approving, Proposal
from bot.reviews.labelling import Labelled, Shape
from bot.reviews.review import Verdict
from bot.reviews.reviewing import Reviewer
from retrieval.guidance import Guidance
from retrieval.labelled.cases import BadGold

LONGEST_KEY = 64
_STATUS = {"own_verdict": 403, "settled": 409, "locked": 409, "unknown_verdict": 404,
           "not_there": 404, "no_release": 503}
_WRONG = {"no_text": "reason", "not_confirmed": "confirmed"}
"""The field that a refusal is about, where it is about one."""


@dataclass(frozen=True, slots=True)
class _Form:
    """The form as it is drawn, anew or with what was tried."""

    conversation: ConversationId
    number: int
    fields: Mapping[str, str]
    problem: str = ""
    reason: str = ""


def case_pages(approving: Approving, reading: Reading, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(approving, reading)
    reviewer = rule(Role.REVIEWER)
    return [
        Route("/cases", reviewer(made.listed), methods=["GET"]),
        Route("/cases/verdict", reviewer(made.verdict), methods=["GET"]),
        Route("/cases/approve", reviewer(pressed(made.approve)), methods=["POST"]),
        Route("/cases/refuse", reviewer(pressed(made.refuse)), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, approving: Approving, reading: Reading) -> None:
        self._approving = approving
        self._reading = reading

    def listed(self, request: Request) -> Response:
        """The verdicts: those that wait first."""
        viewer: Viewer = request.state.viewer
        guidance = self._reading.current()
        with self._reading.store.reading() as connection:
            found = self._approving.listed(connection, viewer.workspace)
            every = (*found.waiting, *found.approved, *found.refused)
            names = self._reading.names(connection, viewer, [
                by for one in every for by in (one.verdict.by, one.verdict.settled_by)])
            called = titles(connection, viewer, guidance, {one.conversation for one in every})
        unwritten, unreadable = frozenset[str](), ""
        try:
            unwritten = frozenset(str(case["id"]) for case in self._approving.unwritten())
        except (BadGold, OSError) as error:
            unreadable = str(error)
        return drawn(request, "cases.html", here="/cases", found=found, names=names,
                     titles=called, unwritten=unwritten,
                     unreadable=unreadable, said=_SAID, done=request.query_params.get("done", ""),
                     viewer_id=viewer.user, admin=viewer.role.includes(Role.ADMIN))

    def verdict(self, request: Request) -> Response:
        """One verdict, and the case that it would become."""
        name = ConversationId(request.query_params.get("conversation", ""))
        return self._form(request, name, number_in(request.query_params.get("number", "")))

    def approve(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Let a verdict become the case that was filled in."""
        viewer: Viewer = request.state.viewer
        name = ConversationId(sent.get("conversation", ""))
        number = number_in(sent.get("number", ""))
        shape = Shape.QUESTION if sent.get("shape") == Shape.QUESTION else Shape.DEAL
        try:
            self._approving.approve(
                _reviewer(viewer), name, number, case_form.filled(shape, sent),
                admin=viewer.role.includes(Role.ADMIN), confirmed=sent.get("confirmed") == "yes",
                key=_key("approve", sent))
        except NotReviewed as error:
            return self._form(request, name, number, error, sent)
        return _done(request, "approved")

    def refuse(self, request: Request, sent: Mapping[str, str]) -> Response:
        """Let a verdict become nothing."""
        name = ConversationId(sent.get("conversation", ""))
        number = number_in(sent.get("number", ""))
        try:
            self._approving.refuse(_reviewer(request.state.viewer), name, number,
                                   sent.get("reason", ""), key=_key("refuse", sent))
        except NotReviewed as error:
            return self._form(request, name, number, error, sent)
        return _done(request, "refused")

    def _form(
        self, request: Request, name: ConversationId, number: int,
        error: NotReviewed | None = None, sent: Mapping[str, str] | None = None,
    ) -> Response:
        viewer: Viewer = request.state.viewer
        reading = self._reading
        current = reading.current()
        with reading.store.writing() as connection:
            rows = take_up(connection, viewer, name, reading.now())
            names: Mapping[str, str] = {}
            called = ""
            if rows is not None:
                names = reading.names(connection, viewer, [row.actor for row in rows.others])
                called = titles(connection, viewer, current, [name]).get(name, "")
        found, problem = None, "" if error is None else str(error)
        if rows is not None:
            try:
                found = self._proposal(rows, number)
            except NotReviewed as second:
                return drawn(request, "nothing.html", 503, heading="Not now", why=str(second))
        if found is None:
            return missing(request, problem or "There is no such verdict, or none that still "
                                               "waits. The list of verdicts says what became "
                                               "of it.")
        case, guidance = found.case, self._approving.guidance()
        if sent is not None and case is not None and error is not None and error.code != "no_text":
            case = case_form.filled(case.shape, sent) if "shape" in sent else case
        return drawn(
            request, "case.html", 200 if error is None else _STATUS.get(error.code, 400),
            here="/cases", names=names, called=called, proposal=found, verdict=found.verdict,
            case=case,
            fields={} if case is None else case_form.fields(case), name=name, number=number,
            problem=problem, wrong="" if error is None else _WRONG.get(error.code, ""),
            reason=(sent or {}).get("reason", ""), said=_SAID, key=uuid4().hex,
            own=found.verdict.by == viewer.user and not viewer.role.includes(Role.ADMIN),
            guidance=guidance, about=_about(found.verdict, guidance), deal=_is_deal(case))

    def _proposal(self, rows: Rows, number: int) -> Proposal | None:
        turns = (turn_of(row, None) for row in rows.turns)
        return self._approving.proposal((*rows.turns, *rows.others), turns, number)


_SAID: Mapping[str, str] = {
    "wrong_citation": "Wrong citation",
    "missing_consideration": "Missing consideration",
    "wrong_safeguard": "Wrong safeguard",
    "fine": "Fine",
    "corrected_answer": "Corrected answer",
}


def _about(verdict: Verdict, guidance: Guidance | None) -> tuple[tuple[str, str, str], ...]:
    """What a verdict speaks of: as what, by which id, and by its title."""
    titles = {
        **{str(one.id): one.title for one in guidance.considerations},
        **{str(one.id): one.title for one in guidance.safeguards.values()},
        **{str(one.id): one.title for one in guidance.red_flags},
        **{str(one.id): one.heading for one in guidance.provisions.values()},
    } if guidance is not None else {}
    return tuple((name, str(value), titles.get(str(value), ""))
                 for name, value in verdict.about.items() if isinstance(value, str))


def _is_deal(case: Labelled | None) -> bool:
    return case is not None and case.shape is Shape.DEAL


def _reviewer(viewer: Viewer) -> Reviewer:
    return Reviewer(viewer.workspace, viewer.user, viewer.name)


def _key(act: str, sent: Mapping[str, str]) -> str:
    """Names the row, so that a form that was pressed twice writes one."""
    return f"{act}:{sent.get('key', '')[:LONGEST_KEY] or uuid4().hex}"


def _done(request: Request, what: str) -> Response:
    return RedirectResponse(f"{root(request)}/cases?done={quote(what)}", 303)
