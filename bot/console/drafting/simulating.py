"""The page on which a case is played against what is live and against the draft.

Playing keeps nothing.  Who plays a stored conversation reads it, and that is on record as it is
on its own page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.conversations.casefile import take_up
from bot.console.conversations.reading_pages import Rule
from bot.console.drawing import drawn
from bot.console.entry.pressing import typed
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.errors import AdvisorError, BadInput
from bot.record.turn_rows import turn_of
from bot.simulating.playing import LONGEST_MESSAGE, Edition, Manner
from bot.simulating.scripts import Mode, Script, StateOf, answers_of, invented, stored
from bot.simulating.simulation import said, simulate
from bot.store import Store
from retrieval.editing.differences import RunKind
from retrieval.errors import RetrievalError

MOST_MESSAGES = 20
"""Messages of an invented case."""
PATH = "/corpus/simulate"
_WRONG = {"empty": "messages", "too_long": "messages", "bad_answers": "answers",
          "both": "conversation", "unknown": "conversation"}
"""The field that a refusal is about, by its code."""


@dataclass(frozen=True, slots=True)
class Simulating:
    """What the page plays with.

    Attributes:
        store: The database.
        live: What answers now.
        draft: What may follow it; raises where there is none that could answer.
        manner: What is the same for both.
        state_of: Gives another conversation of the person as it stood.
        now: The time.
    """

    store: Store
    live: Callable[[], Edition]
    draft: Callable[[], Edition]
    manner: Callable[[], Manner]
    state_of: StateOf
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Form:
    """The form as it was filled in."""

    messages: str = ""
    answers: str = ""
    conversation: str = ""
    mode: Mode = Mode.READ


def simulate_pages(simulating: Simulating, rule: Rule) -> list[Route]:
    """The routes of the page; *rule* wraps each endpoint by the role that it takes."""
    made, reviewer = _Pages(simulating), rule(Role.REVIEWER)
    return [Route(PATH, reviewer(made.ask), methods=["GET"]),
            Route(PATH, reviewer(made.play), methods=["POST"])]


class _Pages:
    def __init__(self, simulating: Simulating) -> None:
        self._with = simulating

    def ask(self, request: Request) -> Response:
        """The form; a link may name a conversation, which is played once the button is pressed."""
        name = request.query_params.get("conversation", "")
        return self._drawn(request, _Form(conversation=name))

    async def play(self, request: Request) -> Response:
        """Play what the form holds."""
        given = await request.form()
        mode = Mode.FACTS if typed(given, "mode") == Mode.FACTS else Mode.READ
        form = _Form(typed(given, "messages"), typed(given, "answers"),
                     typed(given, "conversation"), mode)
        return await run_in_threadpool(self._played, request, form)

    def _played(self, request: Request, form: _Form) -> Response:
        try:
            # First the editions: without them nobody need have read a conversation.
            live, draft = self._with.live(), self._with.draft()
            script = self._script(request.state.viewer, form)
            found = simulate(script, live, draft, self._with.manner())
        except (AdvisorError, RetrievalError) as error:
            wrong = _WRONG.get(error.code, "") if isinstance(error, BadInput) else ""
            return self._drawn(request, form, problem=str(error), wrong=wrong, status=400)
        return self._drawn(request, form, found=found)

    def _script(self, viewer: Viewer, form: _Form) -> Script:
        if form.conversation and form.messages:
            raise BadInput("both", "Give messages or the id of a conversation, and leave the "
                           "other empty.")
        if form.conversation:
            return self._stored(viewer, ConversationId(form.conversation), form.mode)
        says = _messages(form.messages)
        if len(says) > MOST_MESSAGES:
            raise BadInput("too_long", f"Those are {len(says)} messages; {MOST_MESSAGES} are "
                           "played at most. Put a blank line between messages that have several "
                           "lines.")
        return invented(says, answers_of(_answers(form.answers)) if form.answers else None)

    def _stored(self, viewer: Viewer, name: ConversationId, mode: Mode) -> Script:
        with self._with.store.writing() as connection:
            rows = take_up(connection, viewer, name, self._with.now())
        if rows is None:
            # Whether it exists for somebody else is nobody's business.
            raise BadInput("unknown", "There is no such conversation, or none that you may see. "
                           "Its id stands at the end of its page's address.")
        return stored([turn_of(row, None) for row in rows.turns], mode, self._with.state_of)

    def _drawn(
        self, request: Request, form: _Form, *, status: int = 200, problem: str = "",
        wrong: str = "", found: object = None,
    ) -> Response:
        return drawn(request, "simulate.html", status, form=form, problem=problem, wrong=wrong,
                     found=found, said=said, Run=RunKind, Mode=Mode, path=PATH, most=MOST_MESSAGES,
                     longest=LONGEST_MESSAGE)


def _messages(text: str) -> list[str]:
    """One message a paragraph where there are paragraphs, else one a line."""
    paragraphs = [one.strip() for one in text.split("\n\n") if one.strip()]
    return paragraphs if len(paragraphs) > 1 else [
        line.strip() for line in text.splitlines() if line.strip()]


def _answers(text: str) -> dict[str, list[str] | None]:
    """A fact a line, its values after a colon; without values it is "I don't know"."""
    found: dict[str, list[str] | None] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        fact, colon, values = line.partition(":")
        if not colon:
            raise BadInput("bad_answers", f"“{line}” is no answer: write a fact, a colon and its "
                           "values, such as “end_user: police”.")
        listed = [value.strip() for value in values.split(",") if value.strip()]
        found[fact.strip()] = listed or None
    return found
