"""The real bot joined to a workspace on loopback, over HTTP or over Socket Mode.

Everything is as `advisor serve` joins it, but for three things: the search goes by shared words
instead of a model, there are no rate limits, and a stream may always begin.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from slack_bolt import App
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.advisor import Advisor
from bot.answering.replaying import Replaying
from bot.brief import sentences as brief_sentences
from bot.connecting.slack import MANIFEST
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.language_model.fence import Fence
from bot.language_model.looks import Looks
from bot.language_model.usage import ChatUsage, Prices
from bot.queue.cases import Cases
from bot.queue.deliveries import Deliveries
from bot.queue.desk import Desk
from bot.record.in_force import InForce
from bot.second_look.journey import SecondLook
from bot.second_look.looking import Looking
from bot.slack.app import build_slack
from bot.slack.audience import Audiences
from bot.slack.catching_up import CatchingUp
from bot.slack.clients import Clients, client
from bot.slack.door import Door
from bot.slack.handing_over import HandingOver
from bot.slack.handler import Handler
from bot.slack.home_tab import HomeTab
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.posting import Posting
from bot.slack.replying import Replying
from bot.slack.second_replies import SecondReplies
from bot.slack.socket import Sockets
from bot.slack.surfaces import Surfaces
from bot.store import Store
from bot.telemetry.metrics import SILENT, Metrics
from bot.telemetry.tracing import UNTRACED, Tracing
from bot.web.app import Site, build_web
from bot.workspace.app import WorkspaceSettings, build_workspace
from bot.workspace.world import BOT_USER, PARTNER_TEAM_ID, Channel, User, World
from retrieval.guidance import Guidance
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WordSearch
from tests.second_look.scripted import Script
from tests.store.migrated import sqlite_at
from tests.store.small import RELEASE
from tests.workspace.running import (
    APP_TOKEN,
    BOT_TOKEN,
    KIM,
    PATIENCE_SECONDS,
    SECRET,
    Workspace,
    serving,
)

COMPLIANCE_CHANNEL = "C0COMPLI01"
NEWCOMERS = 120
"""People who have never met the bot, for tests that need one."""
BUDGET, LEASE = 600.0, 25.0
"""How long an answer may still be changed, and how long a look may be silent, in seconds."""
OFFICE = "C0OFFICE01"
"""A channel of the company with the bot in it, which tests fill with threads of their own."""


@dataclass(frozen=True)
class Joined:
    """A bot at work in a workspace, and its parts."""

    transport: str
    workspace: Workspace
    world: World
    app: App
    parts: Parts
    desk: Desk
    surfaces: Surfaces
    handing_over: HandingOver
    clients: Clients
    web: str
    """Address of its web application."""
    looking: Looking | None = None
    """What looks at answers again, at the test's word."""

    @property
    def store(self) -> Store:
        return self.parts.store

    @property
    def deliveries(self) -> Deliveries:
        return self.parts.deliveries

    @property
    def cases(self) -> Cases:
        return self.parts.cases


class _Later:
    """An application whose address has to be known before it can be built."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            raise RuntimeError("nothing is served here yet")
        await self.app(scope, receive, send)


@contextmanager
def joined(
    transport: str,
    folder: Path,
    guidance: Guidance,
    reader: PlainReader,
    sentences: Wording,
    say: Wording,
    *,
    compliance: str = COMPLIANCE_CHANNEL,
    page_of: Callable[[str], str] | None = None,
    workers: int = 4,
    grace_seconds: float = 0.0,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    database: str | None = None,
    in_force: InForce | None = None,
    model: Script | None = None,
    fence: Fence | None = None,
    metrics: Metrics = SILENT,
    tracing: Tracing = UNTRACED,
    draws_home: bool = False,
    **workspace: Any,
) -> Iterator[Joined]:
    """The bot in a workspace of its own.

    Args:
        transport: "http" or "socket".
        folder: Where the database goes.
        guidance, reader: Content, and what reads messages with it.
        sentences: Those of the replies.
        say: Those of Slack.
        compliance: Id of the compliance channel, "" for none.
        page_of: Gives the address of a conversation in the console; None for no console.
        workers: Threads of the desk; 0 leaves its work to the test.
        grace_seconds: The desk's.
        now: Clock of the store, the inbox and the desk.
        database: Its address, if it is not to be SQLite.
        in_force: What the log is told of the settings; nothing if None.
        model: Looks at answers again; there is none if None.
        fence: Judges what it words.
        metrics, tracing: Of the process; nothing is counted or traced if left out.
        draws_home: Whether Home tabs are drawn anew when a deal begins elsewhere: beside all else,
            so a test that opens one would not know which it sees.
        workspace: Further settings of the workspace.
    """
    over_http = transport == "http"
    web = _Later()
    with ExitStack() as stack:
        address = stack.enter_context(serving(web))
        bot_url = address + "slack/events" if over_http else None
        site = build_workspace(WorkspaceSettings(**{
            "bot_url": bot_url, "signing_secret": SECRET, "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN, "manifest": MANIFEST, "rate_scale": 0.0, "retry_delays": (),
            "ack_seconds": PATIENCE_SECONDS, **workspace}))
        _people(site.state.world)
        slack = Workspace(stack.enter_context(serving(site)))
        stack.callback(slack.http.close)
        file = folder / "advisor.sqlite3"
        kept = f"sqlite:///{file}" if file.exists() else None  # of the bot before a restart
        store = Store(database or kept or sqlite_at(file), now=now)
        stack.callback(store.close)
        store.upgrade()
        store.keep_release(guidance.release or RELEASE, '{"b":1}')
        store.activate(guidance.release or RELEASE)
        clients = Clients(_token, slack.base + "api/", metrics)
        made = _parts(store, clients, guidance, reader, sentences, say, now, in_force)
        if model is not None:
            made = replace(made, looks=Looks(
                store, budget_seconds=BUDGET, lease_seconds=LEASE, now=now))
        replying = Replying(made)
        handing_over = HandingOver(
            made, replying, clients, brief_sentences.load(PROJECT / "prompts", sentences),
            compliance, page_of=page_of)
        surfaces = Surfaces(made, handing_over, frozenset({KIM}), now)
        home_tab = HomeTab(clients, made.cases, surfaces.home)
        desk = Desk(
            made.deliveries,
            Handler(made, replying, handing_over, Noting(made, replying)),
            Posting(clients, made.cases, made.deliveries.outbox.posts.ref_of,
                    clock=itertools.count(0.0, 60.0).__next__),
            workers=workers, grace_seconds=grace_seconds, now=now, metrics=metrics,
            tracing=tracing, begun=home_tab.begun if draws_home else lambda *_: None)
        app = build_slack(
            replace(_door(made, clients, desk, surfaces, now), metrics=metrics, tracing=tracing),
            signing_secret=SECRET if over_http else None,
            client=client(None, slack.base + "api/", []))
        web.app = build_web(Site(
            slack=app if over_http else None, install=None, advisor=lambda: made.advisor,
            faults=dict, api_token=None, metrics=metrics))
        desk.start()
        stack.callback(desk.stop, 10)
        if not over_http:
            sockets = Sockets(app, client(APP_TOKEN, slack.base + "api/", []), APP_TOKEN,
                              metrics=metrics)
            stack.callback(sockets.close)
            sockets.connect()
        looking = None if model is None or fence is None else looking_over(made, model, fence, now)
        yield Joined(transport, slack, site.state.world, app, made, desk, surfaces,
                     handing_over, clients, address, looking)


def _token(team: str) -> str:
    """The bot's token; the partner's workspace has not installed the app."""
    if team == PARTNER_TEAM_ID:
        raise LookupError(team)
    return BOT_TOKEN


def looking_over(
    parts: Parts, model: Script, fence: Fence, now: Callable[[], datetime]
) -> Looking:
    """What looks at answers again with *model*, once for each call of its `work`."""
    if parts.looks is None:
        raise ValueError("nothing is put down for it to look at")
    second_look = SecondLook(
        advisor=parts.advisor, store=parts.store,
        replaying=Replaying(parts.store, parts.editions.of), looks=parts.looks,
        usage=ChatUsage(parts.store, Prices(0.0, 0.0), now=now), uses=model.uses,
        fence=fence, budget_seconds=BUDGET, now=now)
    return Looking(parts.looks, second_look, SecondReplies(parts, Replying(parts)).along, workers=0)


def _parts(
    store: Store, clients: Clients, guidance: Guidance, reader: PlainReader, sentences: Wording,
    say: Wording, now: Callable[[], datetime], in_force: InForce | None,
) -> Parts:
    advisor = Advisor(
        guidance=guidance, reader=reader, search=WordSearch(guidance), wording=sentences,
        store=store, question_limit=LIMIT, message_limit=8_000, now=now,
        in_force=in_force, recipe="words")
    deliveries = Deliveries(store, now)
    return Parts(advisor=advisor, store=store, deliveries=deliveries,
                 cases=Cases(store), editions=advisor.editions,
                 audiences=Audiences(clients), catching_up=CatchingUp(deliveries, clients),
                 say=say)


def _door(parts: Parts, clients: Clients, desk: Desk, surfaces: Surfaces,
          now: Callable[[], datetime]) -> Door:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return Door(
        store=parts.store, deliveries=parts.deliveries, clients=clients, say=parts.say,
        surfaces=lambda: surfaces, wake=desk.wake,
        prompts=manifest["features"]["agent_view"]["suggested_prompts"],
        removed=lambda *_: None, now=now)


def newcomer(n: int) -> str:
    """Id of the newcomer with number *n*, from 0."""
    return f"U0NEW{n:05d}"


def _people(world: World) -> None:
    for n in range(NEWCOMERS):
        world.put_user(User(newcomer(n), f"new{n}", f"New Comer {n}", "Sales"))
        world.direct(newcomer(n))
    staff = ("U0SAM00001", KIM, "U0NOOR0001")
    world.put_channel(Channel(OFFICE, "office", "channel", (*staff, BOT_USER)))
