"""Every route of the running server, asked for by everybody who could ask: the table of who may.

    python -m tests.console.walking        # writes docs/console-access.md anew (make access)

The server is the one that `advisor serve` starts, once with Slack and once with the local
workspace, but for the model, whose place words take.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.advisor import Advisor
from bot.console.documents.fetch_runs import FetchRuns
from bot.console.entry.access import COOKIE, rules
from bot.console.entry.sessions import Opened, Sessions
from bot.console.viewer import Role
from bot.following import Following
from bot.publishing.beside import Beside
from bot.publishing.trying import NotTried, Trying
from bot.serving import service as serving
from bot.serving.loaded import Loaded
from bot.settings import SlackSettings
from bot.workspace.world import TEAM_ID
from retrieval.releases import content_of
from tests.console.talking import DEAL, Desk
from tests.console.test_serving import TOKENS, served
from tests.dialogue.talking import LIMIT, WordSearch

FILE = Path(__file__).parents[2] / "docs" / "console-access.md"
PUBLIC = "https://advisor.example.com"
NOBODY = "nobody"
VISITORS = (NOBODY, "asker", "another asker", "reviewer", "admin", "reviewer elsewhere")
"""Who asks: the first asker has opened the conversation that is asked for; "elsewhere" is
another workspace."""
HELD = (Role.ASKER, Role.ASKER, Role.REVIEWER, Role.ADMIN, Role.REVIEWER)
FILLED = {
    "conversation": "c1", "method": "auth.test", "id": "none", "name": "none", "act": "none",
    "what": "none", "document": "none", "cut": "1", "piece": "1", "edit": "none",
    "digest": "none",
    "channel": "C0NONE", "ts": "1", "thread_ts": "1.1", "ticket": "none"}
ASKED = {"/console/exports/conversation": "?conversation=c1"}


@dataclass
class Place:
    """A server, with somebody of each kind."""

    name: str
    service: Any
    desk: Desk
    client: httpx.Client
    base: str
    workspace: str
    elsewhere: str
    users: tuple[str, ...]
    origin: str
    filled: dict[str, str]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def routes(self) -> list[Any]:
        """Of the whole server, the console's among them."""
        console = self.service.console
        return [one for found in self.service.web.routes
                for one in (console.make().routes if found is console else [found])]

    def open(self, visitor: str) -> Opened | None:
        """A new session of *visitor*."""
        if visitor == NOBODY:
            return None
        place = VISITORS.index(visitor) - 1
        team = self.elsewhere if visitor == VISITORS[-1] else self.workspace
        return Sessions(self.desk.store).open(
            team, self.users[place], f"Name of {visitor}", HELD[place], by="test")

    def send(
        self, method: str, path: str, opened: Opened | None, *, token: str | None = None,
        origin: str | None = None, cookie: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request; what is left out is as a page of ours would have it."""
        console = path.startswith("/console")
        headers = {"Origin": self.origin if origin is None else origin}
        if console:
            # An address of its own, or the limit on tries to sign in would answer.
            headers["X-Forwarded-For"] = f"2001:db8:0:{next(self._numbers):x}::1"
        secret = cookie if cookie is not None else opened.secret if opened else None
        if secret is not None:
            headers["Cookie"] = f"{COOKIE}={secret}"
        if method == "POST" and console:
            own = opened.session.token if opened else ""
            more["data"] = {"token": own if token is None else token, **more.get("data", {})}
        elif method in ("POST", "PUT"):
            more.setdefault("json", {})
        return self.client.request(method, path, headers=headers, **more)


def leaves(routes: list[Any], under: str = "") -> Iterator[tuple[str, str]]:
    """Every route as method and path; what can't be told stops the walk."""
    for route in routes:
        path = under + route.path
        if isinstance(route, Mount):
            if isinstance(route.app, StaticFiles):
                yield "GET", f"{path}/"
            else:
                yield from leaves(route.routes, path)
        elif isinstance(route, WebSocketRoute):
            yield "GET", path
        elif isinstance(route, Route):
            for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                yield method, path
        else:
            raise TypeError(f"{route!r} is of a kind that the walk doesn't know")


def filled(place: Place, path: str) -> str:
    """*path* with something in the place of each parameter."""
    if path.endswith("/static/"):
        return path + ("console.css" if "/console/" in path else "workspace.css")
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: place.filled[found[1]], path)


def data_for(place: Place, path: str) -> dict[str, str]:
    """What a form of ours would send to *path*, about the first asker and their conversation."""
    victim = place.open("asker") if "/sessions/" in path else None
    return {
        "/console/filters": {"name": "mine", "query": "text=police"},
        "/console/filters/drop": {"name": "mine"},
        "/console/sessions/end": {"session": victim.session.id if victim else ""},
        "/console/sessions/end-person": {"user": place.users[0]},
        "/console/exports": {"form": "csv", "reason": "walk", "query": ""},
        "/console/exports/conversation": {
            "conversation": "c1", "form": "md", "reason": "walk"},
    }.get(path, {"conversation": "c1"})


def ask(place: Place, method: str, path: str, visitor: str, **more: Any) -> httpx.Response:
    """*visitor* asks for *path*, in a new session."""
    console = path.startswith("/console")
    if method == "POST" and console:
        more["data"] = {**data_for(place, path), **more.get("data", {})}
    query = ASKED.get(path, "") if method == "GET" else ""
    return place.send(method, filled(place, path) + query, place.open(visitor), **more)


@dataclass(frozen=True)
class Line:
    """What a route answers to each."""

    method: str
    path: str
    rule: str
    statuses: tuple[int, ...]


def walk(place: Place) -> list[Line]:
    """All routes of *place*, asked for by all visitors."""
    stated = {(method, rule.path): rule.role.value if rule.role else "everybody"
              for rule in rules(console_routes(place), "/console")
              for method in rule.methods}
    return [
        Line(method, path, stated.get((method, path.removesuffix("/static/") + (
            "/static" if path.endswith("/static/") else "")), "–"),
            tuple(ask(place, method, path, visitor).status_code for visitor in VISITORS))
        for method, path in leaves(place.routes)]


def console_routes(place: Place) -> list[Any]:
    """The routes of the console alone."""
    (mount,) = (one for one in place.routes if isinstance(one, Mount) and one.path == "/console")
    return mount.routes


@contextmanager
def with_slack(guidance: Any, reader: Any, sentences: Any) -> Iterator[Place]:
    """The server as it runs with Slack, which is out of reach."""
    slack = SlackSettings(_env_file=None, client_id="1.2", client_secret="x", **TOKENS)
    users = ("U0ASKER01", "U0OTHER01", "U0REVIEW1", "U0ADMIN01", "U0AWAY001")
    with _up(guidance, reader, sentences, slack, base_url=PUBLIC, api_token="t0ken",
             reviewers=f"{users[2]},{users[4]}", admins=users[3]) as (service, desk, client):
        yield _talked("with Slack", service, desk, client, "T0HERE0001", users, PUBLIC)


@contextmanager
def local(guidance: Any, reader: Any, sentences: Any) -> Iterator[Place]:
    """The server as it runs with the local workspace."""
    users = ("U0SAM00001", "U0NOOR0001", "U0ALEX0001", "U0KIM00001", "U0AWAY001")
    with _up(guidance, reader, sentences, None, reviewers=f"{users[2]},{users[4]}",
             admins=users[3]) as (service, desk, client):
        yield _talked("local", service, desk, client, TEAM_ID, users,
                      str(client.base_url).rstrip("/"))


@contextmanager
def _up(guidance: Any, reader: Any, sentences: Any, slack: Any, **more: Any) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                     "all_proxy", "NO_PROXY", "no_proxy", "SLACK_BOT_TOKEN", "SLACK_CLIENT_ID",
                     "ADVISOR_BASE_URL", "ADVISOR_PRODUCTION"):
            patch.delenv(name, raising=False)
        if slack is not None:
            # A Slack that nobody reaches: no connection leaves this machine.
            patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        patch.setattr(serving.Service, "_load", lambda _: None)
        with served(Path(folder), slack, **more) as (client, _, service):
            store = service.intake.parts.database
            store.keep_release(guidance.release, content_of(guidance))
            store.activate(guidance.release)
            advisor = Advisor(
                guidance=guidance, reader=reader, search=WordSearch(guidance), wording=sentences,
                store=store, question_limit=LIMIT, message_limit=8000)
            # Nor is anything prepared or tried: that takes the model.
            patch.setattr(Beside, "begin", lambda *_: "none")
            patch.setattr(Trying, "edition", _no_draft)
            # And no publisher is asked for anything.
            patch.setattr(FetchRuns, "begin", lambda *_: True)
            following = Following(store, advisor, service.intake.parts.open_edition)
            service.loaded = Loaded(advisor, _Idle(), None, following)
            client.timeout = httpx.Timeout(60)
            yield service, Desk(store, advisor), client


def _no_draft(_: Trying) -> Any:
    raise NotTried("Nothing is opened here.")


class _Idle:
    """Stands where the desk works and releases are followed, which have nothing to do here."""

    fault = None

    def stop(self, _: float = 0) -> None:
        pass

    def wake(self) -> None:
        pass

    def nudge(self) -> None:
        pass

    def workers(self) -> dict[str, float | None]:
        """None."""
        return {}


def _talked(
    name: str, service: Any, desk: Desk, client: httpx.Client, workspace: str,
    users: tuple[str, ...], origin: str,
) -> Place:
    desk.say("c1", DEAL, user=users[0], workspace=workspace)
    desk.say("c2", DEAL, user=users[1], workspace=workspace)
    desk.say("d1", DEAL, user=users[4], workspace="T0AWAY0001")
    guidance = desk.advisor.guidance
    fill = {**FILLED, "release": guidance.release, "provision": next(iter(guidance.provisions))}
    return Place(name, service, desk, client, str(client.base_url), workspace, "T0AWAY0001",
                 users, origin, fill)


def document(slack: list[Line], near: list[Line]) -> str:
    """The table as a page of the documentation."""
    known = {(line.method, line.path, line.statuses) for line in slack}
    return INTRODUCTION + _table(slack) + NEAR + _table(
        [line for line in near if (line.method, line.path, line.statuses) not in known])


def _table(lines: list[Line]) -> str:
    head = ["route", "rule", *VISITORS]
    rows = [[f"`{line.method} {line.path}`", line.rule, *map(str, line.statuses)]
            for line in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]) + "\n"


INTRODUCTION = """# Who may see what

This page is written by a test that asks the running server for every route, as everybody who could ask (`make access`).
A test fails when the server answers otherwise than what stands here.

*Asker* is somebody who opened the conversation that is asked for, *another asker* somebody who didn't; a *reviewer elsewhere* reviews in another workspace.
They sign in, send our own forms with the right token, and ask for the conversation, the session and the exports of the first asker.
*Rule* is what the route states; the routes outside of the console prove otherwise who asks.

| status | means |
| --- | --- |
| 200, 303 | done; of a list only what is theirs: [a test](../tests/console/test_walk.py) looks into every page for what is not |
| 303 for nobody | sent to sign in |
| 401 | signed out, or no proof; nothing was changed |
| 403 | not for that role, or begun elsewhere; nothing was changed |
| 404, 409 | there is no such thing, as far as they may know |
| 503 | Slack is out of reach in the test |

## With Slack

"""  # noqa: E501
NEAR = """
`POST /slack/events` takes only what Slack has signed, `POST /api/turns` only the token that is set.

## In the local workspace

It listens on this machine alone, and whoever reaches it may be anybody there: that is what it is for.
These routes are there besides, or answer otherwise.
A reviewer of another workspace is nobody here, so their session ends.

"""  # noqa: E501


def main() -> None:
    """Write the table anew."""
    from bot import wording
    from bot.dialogue.reading import PlainReader
    from retrieval import corpus
    from tests.conftest import PROJECT

    guidance = corpus.read(PROJECT / "guidance_corpus")
    sentences = wording.load(PROJECT / "prompts", "your compliance lead")
    tables = []
    for server in (with_slack, local):
        with server(guidance, PlainReader(guidance), sentences) as place:
            tables.append(walk(place))
    FILE.write_text(document(*tables), "utf-8")
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
