"""The pages on the language model: what is set, what goes to it, whether it may, what it drafted.

With none set they say so, and still which fields would go to one: that is what has to be known
before one is set.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.chat.calls import Use
from bot.chat.fields import Fields
from bot.console import model_refusals, model_usage
from bot.console.drawing import drawn, missing, root
from bot.console.model_calls import visible
from bot.console.reading_pages import Reading, Rule
from bot.console.viewer import Role, Viewer
from bot.log import logged
from bot.schema import log

CHAT_ALLOWED = "chat_allowed"
LONGEST_REASON = 1_000
"""Characters of the reason that an admin gives."""
LONGEST_PLACE = 12
"""Digits of the place that a page of drafts begins at."""


class Choice(Protocol):
    """What a workspace said."""

    @property
    def allowed(self) -> bool:
        """Whether a language model may be used for it."""

    @property
    def by(self) -> str:
        """Who said so."""

    @property
    def at(self) -> datetime:
        """When."""


class Choices(Protocol):
    """Whether a language model may be used, by workspace."""

    def of(self, workspace: str) -> Choice | None:
        """What *workspace* said last; None where it said nothing, and then it may."""

    def choose(self, workspace: str, *, allow: bool, by: str, reason: str) -> None:
        """Let *workspace* use it or not; *by* and *reason* go to its log."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is in force."""

    digest: str
    text: str
    places: Mapping[str, str]
    """By variable, the lines of the prompt that it stands in."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Whether the model is left alone because it failed too often."""

    resting: bool
    failures: int
    """In a row, of late."""
    most: int
    """After which it rests."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """What is set."""

    name: str
    """vendor:model; empty for none."""
    where: str
    """Where it is reached."""
    uses: frozenset[Use]
    masks: bool
    limits: tuple[tuple[str, str], ...]
    """Each with its name."""
    prices: str
    """Of a million tokens sent and received; empty where costs are not counted."""
    prompts: Mapping[Use, Prompt]
    fields: Fields


@dataclass(frozen=True, slots=True)
class Modelling:
    """What the pages are drawn from.

    Attributes:
        reading: The database, the time, the names of people.
        language_model: What is set.
        choices: Whether it may be used.
        rest: Whether it rests; None where it was not asked for anything yet.
        masked: A text as it is after masking.
    """

    reading: Reading
    language_model: LanguageModel
    choices: Choices
    rest: Callable[[], Rest | None] = lambda: None
    masked: Callable[[str], str] | None = None


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
        wanted, reason = (str(form.get(name) or "").strip() for name in ("allowed", "reason"))
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
        await run_in_threadpool(
            lambda: self._modelling.choices.choose(
                viewer.workspace, allow=wanted == "yes", by=viewer.user, reason=reason))
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
        now = {one.digest: use for use, one in self._modelling.language_model.prompts.items()}
        text = self._modelling.language_model.prompts[now[digest]].text if digest in now else (
            self._modelling.reading.store.wording_content(digest))
        if text is None:
            return missing(request, "There is no prompt of this digest, or it was never used here.")
        return drawn(request, "model_prompt.html", digest=digest, text=visible(text),
                     use=now.get(digest))

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
            request, "model.html", status, set_=made.language_model, uses=Use,
            masked=made.masked if made.language_model.masks else None, choice=choice, why=why,
            used=used, names=names, rest=made.rest(), problem=problem, reason=reason,
            admin=viewer.role.includes(Role.ADMIN), longest=LONGEST_REASON)


def _reason(connection: Connection, workspace: str) -> str:
    """Why *workspace* chose as it did; empty where that is not on record any more."""
    row = connection.execute(
        select(log).where(log.c.workspace == workspace, log.c.kind == CHAT_ALLOWED)
        .order_by(log.c.seq.desc()).limit(1)).one_or_none()
    return "" if row is None else visible(
        str(logged(row._mapping).detail.get("reason") or ""), LONGEST_REASON).shown


def _is_place(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= LONGEST_PLACE
