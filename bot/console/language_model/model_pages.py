"""The pages on the language model: what is set, what goes to it, whether it may, what it drafted.

With none set they say so, and still which fields would go to one: that is what has to be known
before one is set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.chat.calls import Use
from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn, missing, root
from bot.console.entry.pressing import typed
from bot.console.language_model import model_refusals, model_usage
from bot.console.language_model.model_set import LanguageModel
from bot.console.turns.model_calls import visible
from bot.console.viewer import Role, Viewer
from bot.language_model.choices import ChatChoices, last_chosen

if TYPE_CHECKING:
    from bot.chat.calling import Standing

LONGEST_REASON = 1_000
"""Characters of the reason that an admin gives."""
LONGEST_PLACE = 12
"""Digits of the place that a page of drafts begins at."""


@dataclass(frozen=True, slots=True)
class Modelling:
    """What the pages are drawn from.

    Attributes:
        reading: The database, the time, the names of people.
        settled: What is set; asked for when a page is, since it takes part of LangChain.
        choices: Whether it may be used.
        standing: How calls go by now; None where the model was not made ready yet.
    """

    reading: Reading
    settled: Callable[[], LanguageModel]
    choices: ChatChoices
    standing: Callable[[], "Standing | None"] = lambda: None


def model_pages(modelling: Modelling, rule: Rule) -> list[Route]:
    """The routes; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(modelling)
    reviewer, admin = rule(Role.REVIEWER), rule(Role.ADMIN)
    return [
        Route("/model", reviewer(made.show), methods=["GET"]),
        Route("/model/choice", admin(made.choose), methods=["POST"]),
        Route("/model/refused", reviewer(made.refused), methods=["GET"]),
        Route("/model/prompts/{digest}", reviewer(made.prompt), methods=["GET"]),
    ]


class _Pages:
    def __init__(self, modelling: Modelling) -> None:
        self._modelling = modelling

    def show(self, request: Request) -> Response:
        """What is set, what is sent, what the workspace chose, and what it took."""
        return self._page(request)

    async def choose(self, request: Request) -> Response:
        """Allow the model in the workspace, or not."""
        viewer: Viewer = request.state.viewer
        form = await request.form()
        wanted, reason = typed(form, "allowed"), typed(form, "reason")
        problem = ""
        if wanted not in {"yes", "no"}:
            problem = "Say whether it may be used."
        elif not reason:
            problem = "Say why: the reason stands in the log."
        elif len(reason) > LONGEST_REASON:
            problem = (f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} "
                       "are kept. Shorten it.")
        if problem:
            return await run_in_threadpool(
                self._page, request, 400, problem, reason[:LONGEST_REASON])
        allow = wanted == "yes"
        await run_in_threadpool(lambda: self._modelling.choices.choose(
            viewer.workspace, allow=allow, by=viewer.user, reason=reason))
        return RedirectResponse(f"{root(request)}/model#choice", 303)

    def refused(self, request: Request) -> Response:
        """Drafts that were refused, the last first.

        They hold words of conversations, so looking at them is on record like reading those.
        """
        viewer: Viewer = request.state.viewer
        given = request.query_params.get("before", "")
        before = int(given) if _is_place(given) else None
        reading = self._modelling.reading
        with reading.store.writing() as connection:
            found = model_refusals.taken_up(connection, viewer, before, reading.now())
        return drawn(request, "model_refused.html", found=found, started=before is not None)

    def prompt(self, request: Request) -> Response:
        """The text of a prompt as it was."""
        digest = request.path_params["digest"]
        now = next((one for one in self._modelling.settled().prompts.values()
                    if one.digest == digest), None)
        text = self._modelling.reading.store.wording_content(digest) if now is None else now.text
        if text is None:
            return missing(request, "There is no prompt of this digest, or it was never used here.")
        return drawn(request, "model_prompt.html", digest=digest, text=visible(text),
                     use=None if now is None else now.use)

    def _page(
        self, request: Request, status: int = 200, problem: str = "", reason: str = ""
    ) -> Response:
        viewer: Viewer = request.state.viewer
        made, reading = self._modelling, self._modelling.reading
        choice = made.choices.of(viewer.workspace)
        with reading.store.reading() as connection:
            used = model_usage.usage(connection, viewer, reading.now().date())
            names = reading.names(connection, viewer, [choice.by] if choice else [])
            why = _reason(connection, viewer.workspace) if choice else ""
        return drawn(
            request, "model.html", status, set_=made.settled(), uses=Use, choice=choice, why=why,
            used=used, names=names, standing=made.standing(), problem=problem, reason=reason,
            admin=viewer.role.includes(Role.ADMIN), longest=LONGEST_REASON)


def _reason(connection: Connection, workspace: str) -> str:
    """Why *workspace* chose as it did; empty where that is not on record any more."""
    last = last_chosen(connection, workspace)
    return "" if last is None else visible(
        str(last.detail.get("reason") or ""), LONGEST_REASON).shown


def _is_place(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= LONGEST_PLACE
