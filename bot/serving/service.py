"""`advisor serve`: the bot connected to Slack, or the local workspace where there is none.

The server listens at once and takes messages in; guidance, model and index are loaded beside it,
and what has arrived meanwhile is answered then.
"""

import gc
import logging
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount

from bot.assembly import Assembly
from bot.casebook.filing import Filing
from bot.connecting.entrance import address_of, page_of
from bot.connecting.preconditions import insist
from bot.connecting.slack import OneWorkspace, manifest, secret_of, tokens_of
from bot.connecting.slack_reach import refused
from bot.console.entry.access import HOME, Address
from bot.database import standing_still
from bot.errors import AdvisorError
from bot.impact.telling import Telling
from bot.outages import told
from bot.queue.cases import Cases
from bot.queue.clock import DatabaseClock
from bot.queue.deliveries import Deliveries
from bot.serving.console import ServedConsole
from bot.serving.dawdling import HeadInTime
from bot.serving.draining import Server, closing
from bot.serving.giving_back import give_back
from bot.serving.introducing import Introducing
from bot.serving.later import Later
from bot.serving.listening import CannotServe, alone, listening
from bot.serving.loading import Loading
from bot.serving.upkeep import Upkeep
from bot.serving.watching import Watching
from bot.settings import SlackSettings
from bot.slack import sentences
from bot.slack.acquainting import Acquainting
from bot.slack.app import build_slack
from bot.slack.asking_people import AskingPeople
from bot.slack.clients import Clients, client
from bot.slack.door import Door
from bot.slack.socket import Sockets
from bot.slack.telling_of_reviews import TellingOfReviews
from bot.slack.telling_people import TellingPeople
from bot.telemetry.health import Health
from bot.telemetry.log_lines import reclaim
from bot.web.app import Site, build_web
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.serving.loaded import Loaded

STOP_SECONDS = 25
"""How long workers may finish what they hold; most supervisors kill after thirty."""
ANSWER_SECONDS = 10
"""How long requests that were begun may go on being answered, once no more are taken in."""
LOOK_STOP_SECONDS = 2
"""How long second looks may finish before that; what is left of them waits in the database."""
SWITCH_SECONDS = 0.0005
"""How long a thread may compute before another gets its turn.

Taking a message in needs a dozen turns, for each statement and for the network.  With Python's
own 5 ms, Slack would wait for 60 ms and more whenever a thread loads or works on a reply.
"""
LOADING = "loading"
"""The name of the thread that loads what takes long, and then keeps watch."""
LOOK_SECONDS = 2
"""How often the Socket Mode connections are looked at."""

_log = logging.getLogger("advisor.serve")


def serve(parts: Assembly, slack: SlackSettings, tell: Callable[[str], None]) -> int:
    """Serve until told to stop.

    Args:
        parts: The parts of this process.
        slack: How Slack is reached.
        tell: Says to whoever started the server where it is, or why it ends.

    Returns:
        The exit status: 0 after a stop that was asked for, 1 when the process gave up.

    Raises:
        CannotServe: The port or the data folder is taken.
        BadSetting: Something that a server insists on does not hold.
    """
    insist(parts.settings, slack, tell)
    sys.setswitchinterval(SWITCH_SECONDS)
    with alone(parts), listening(parts) as listener:
        return _Service(parts, slack, listener, tell).run()


def loads() -> bool:
    """Whether something is still being loaded in this process, or a watch kept that ends soon."""
    return any(thread.name == LOADING for thread in threading.enumerate())


def _told(error: Exception) -> str:
    """Why nothing can be served; what a fault of ours says may be what somebody said."""
    if isinstance(error, AdvisorError | RetrievalError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"This can't start: {error.filename}: {error.strerror}."
    return (f"This can't start, by a fault of the program ({type(error).__name__}). Nothing that "
            "you gave has to be wrong; the log says where the fault was.")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class _Service:
    parts: Assembly
    slack: SlackSettings
    listener: socket.socket
    tell: Callable[[str], None]
    loaded: "Loaded | None" = None
    sockets: Sockets | None = None
    gave_up: str | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    console: Later | None = None
    """None where nobody has said where it is reached."""
    stopping: threading.Thread | None = None
    """Lets the workers finish what they hold."""
    once: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> int:
        """Serve."""
        local = not self.slack.connects
        self.store = self.parts.database
        self.watching = Watching(
            self.store, self.parts.data_dir, counts=self.parts.settings.metrics)
        self.health = Health(
            database=self.store.active_release,
            desk=lambda: self.loaded.desk if self.loaded else None,
            loaded=lambda: self.loaded is not None,
            sockets=self.sockets_open,
            release_fault=lambda: self.loaded.following.warning if self.loaded else None,
            waiting_for=lambda: self.loading.waiting_for,
            slack_fault=lambda: self.introducing.waiting_for)
        self.watching.over(self.health, self)
        self.clock = DatabaseClock()
        self.deliveries = Deliveries(self.store, self.clock, self.clock.hear)
        self.cases = Cases(self.store)
        self.say = sentences.load(self.parts.settings.prompts_dir, self.parts.settings.contact)
        self.reviewing = self.parts.reviewing
        self.reviewing.speak(AskingPeople(self.deliveries.outbox, self.say),
                             TellingOfReviews(self.deliveries.outbox, self.say))
        self.telling = Telling(
            self.store, self.parts.releases, self.parts.on_impact,
            TellingPeople(self.deliveries.outbox, self.say))
        self.workspace = self._local_workspace() if local else None
        self.tokens = tokens_of(self.slack, self.store,
                                secret_of(self.parts.settings.token_key) or "")
        self.clients = Clients(self.tokens, self.slack.api_url, self.watching.metrics)
        acquainting = Acquainting(self.parts.people, self.clients)
        self.parts.people.on_stranger = acquainting.look
        self.upkeep = Upkeep(
            self.parts, self.cases, self.deliveries, acquainting, self.reviewing, self.tell, _now,
            Filing(self.store, _now).look)
        self.loading = Loading(self._joined, self.tell)
        # Of several workspaces each one's token says whose it is.
        one = self.tokens if isinstance(self.tokens, OneWorkspace) else None
        self.introducing = Introducing(
            (lambda: None) if one is None else one.learn, self.tell)
        app = build_slack(self._door(), signing_secret=secret_of(self.slack.signing_secret),
                          client=client(None, self.slack.api_url, []))
        if self.slack.app_token is not None and not local:
            self.sockets = Sockets(
                app, client(secret_of(self.slack.app_token), self.slack.api_url, []),
                secret_of(self.slack.app_token) or "", metrics=self.watching.metrics)
        self.web = self._site(app)
        self.server = self._server(local)
        self._say_where(local)
        if local and self.console is not None:
            self.console.make()  # the way into it is told once the console is there
        self.server.run(sockets=[self.listener])
        if self.gave_up is not None:
            self.tell(self.gave_up)
        return 0 if self.gave_up is None else 1

    def _site(self, app: "App") -> Starlette:
        """All that is served over HTTP; *app* takes in what Slack sends."""
        over_http = self.slack.signing_secret is not None
        return build_web(Site(
            slack=app if over_http else None,
            install=(None if isinstance(self.tokens, OneWorkspace) else self.tokens.flow),
            advisor=lambda: self.loaded.advisor if self.loaded else None,
            second_look=lambda: self.parts.second_look if self.loaded else None,
            faults=self.health.faults,
            warnings=self.health.warnings,
            lifeless=self.health.lifeless,
            metrics=self.watching.metrics,
            scraped=self.watching.scraped,
            metrics_token=secret_of(self.parts.settings.metrics_token),
            api_token=secret_of(self.parts.settings.api_token),
            api_workspace=self.parts.settings.api_workspace,
            more=self._mounted(),
            lifespan=self._lifespan,
        ))

    def _server(self, local: bool) -> Server:
        """What serves it; *local* is whether that is to the local workspace."""
        return Server(uvicorn.Config(
            closing(self.web, lambda: self.server.draining),
            # Its own handlers would write past ours, which show no words.
            log_config=None, log_level="warning", access_log=False,
            # An open page of the local workspace holds its stream of changes for as long as it may.
            timeout_graceful_shutdown=2 if local else ANSWER_SECONDS,
            # The local workspace sends Slack's own date, from which clocks are compared.
            date_header=not local, ws="websockets-sansio", http=HeadInTime),
            self.parts.settings.drain_seconds, self._stop)

    @property
    def address(self) -> tuple[str, int]:
        """Where the server listens."""
        host, port = self.listener.getsockname()[:2]
        return str(host), int(port)

    @property
    def site(self) -> str:
        """The same as the start of a URL."""
        host, port = self.address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _joined(self) -> "Loaded":
        from bot.serving.loaded import Joining  # noqa: PLC0415  once messages are taken in

        return Joining(
            self.parts, self.cases, self.deliveries, self.clients, self.say, self.watching,
            self.upkeep, self.tell, self.clock, local=self.workspace is not None,
            page_of=page_of(self._public_address())).loaded()

    # --- life -------------------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=self._load, name=LOADING, daemon=True).start()
        yield
        # Where a signal has begun it, it has been under way while requests were answered.
        await run_in_threadpool(self._stop)
        if self.workspace is not None:
            await self.workspace.state.site.deliveries.close()

    def _stop(self) -> None:
        """Take up no more work; returns once what is held is finished, or waits for others."""
        with self.once:
            if self.stopping is None:
                self.stopping = threading.Thread(
                    target=self._finish, name="finishing", daemon=True)
                self.stopping.start()
        self.stopping.join(STOP_SECONDS)

    def _finish(self) -> None:
        began = time.monotonic()
        self.health.drain()
        self.ended.set()
        self.upkeep.stop()
        if self.loaded is not None:
            self.loaded.desk.stop(0)  # it takes up nothing more; what it holds is waited for below
        if self.sockets is not None:
            # Slack sends to the connections of other replicas, or once more when we are back.
            self.sockets.close()
        if self.loaded is not None:
            self.loaded.following.stop()
            if self.loaded.looking is not None:
                self.loaded.looking.stop(LOOK_STOP_SECONDS)
            self.loaded.desk.stop(STOP_SECONDS - (time.monotonic() - began))
        self.upkeep.join(STOP_SECONDS - (time.monotonic() - began))
        self.watching.close()

    def _load(self) -> None:
        """Load what takes long, begin to work, and then keep watch."""
        try:
            self.watching.begin()
            threading.Thread(target=standing_still.watch, args=(self.store, self.ended),
                             name="standing still", daemon=True).start()
            # What is loaded stays: looking through it for garbage, then or later, would stop every
            # thread for 100 ms.
            gc.disable()
            try:
                self.loaded = self.loading.at_last(self.ended)
                if self.loaded is None:
                    return
                reclaim()
                give_back()
                gc.freeze()
            finally:
                gc.enable()
            self.introducing.at_last(self.ended)
            if self.ended.is_set():
                return
            self.loaded.desk.start()
            if self.loaded.looking is not None:
                self.loaded.looking.start()
            self.upkeep.start()
            threading.Thread(target=self.loaded.following.run, name="following",
                             daemon=True).start()
            if self.console is not None:
                threading.Thread(target=self._make_console, name="console", daemon=True).start()
            if self.sockets is not None:
                self.sockets.connect()
                if self.sockets.refused is not None and not self.sockets.open():
                    raise CannotServe(refused("SLACK_APP_TOKEN", self.sockets.refused))
        except Exception as error:
            away = told(error)
            if away is None and not isinstance(error, AdvisorError | RetrievalError):
                # What is wrong with settings or content is told in a sentence: no fault of ours.
                _log.exception("could not start")
            self._give_up(_told(error) if away is None else f"This can't start, since {away}.")
            return
        _log.info("ready")
        while self.sockets is not None and not self.ended.wait(LOOK_SECONDS):
            self.sockets.mend()
            if self.sockets.deaf():
                why = ("" if self.sockets.refused is None else
                       f" Slack refuses SLACK_APP_TOKEN ({self.sockets.refused}).")
                self._give_up("All Socket Mode connections have been dead for five minutes; "
                              f"ending, so that a supervisor can start anew.{why}")
                return

    def _give_up(self, reason: str) -> None:
        self.gave_up = reason
        self.server.should_exit = True

    # --- parts ------------------------------------------------------------------------------

    def _door(self) -> Door:
        return Door(
            store=self.store,
            deliveries=self.deliveries,
            clients=self.clients,
            say=self.say,
            surfaces=lambda: self.loaded.surfaces if self.loaded else None,
            wake=lambda: self.loaded.desk.wake() if self.loaded else None,
            prompts=manifest()["features"]["agent_view"]["suggested_prompts"],
            removed=((lambda *_: None) if isinstance(self.tokens, OneWorkspace)
                     else self.tokens.removed),
            now=_now,
            metrics=self.watching.metrics,
            tracing=self.watching.tracing,
        )

    def _local_workspace(self) -> Starlette:
        from bot.connecting.local_workspace import local_workspace  # noqa: PLC0415  only here, not with Slack

        workspace, self.slack = local_workspace(
            self.site, self.parts.data_dir / "workspace.jsonl")
        return workspace

    def _mounted(self) -> tuple[BaseRoute, ...]:
        address = self._public_address()
        if address is not None:
            console = ServedConsole(
                self.parts, self.slack, self.clients, self.workspace, self.reviewing, self.telling,
                self.tell, lambda: self.loaded)
            self.console = Later(HOME, lambda: console.routes(address))
        later = () if self.console is None else (self.console,)
        local = () if self.workspace is None else (Mount("/", self.workspace),)
        return (*later, *local)

    def _make_console(self) -> None:
        assert self.console is not None  # noqa: S101  started for it
        try:
            self.console.make()
        except Exception as error:
            if not isinstance(error, AdvisorError):
                _log.exception("could not make the console")
            self._give_up(f"The console can't be made. {_told(error)}")

    def _public_address(self) -> Address | None:
        return address_of(self.parts.settings, None if self.workspace is None else self.site)

    # --- what is watched --------------------------------------------------------------------

    def release(self) -> str | None:
        """The release that answers; None while there is none."""
        return None if self.loaded is None else self.loaded.advisor.edition.release

    def sockets_open(self) -> int | None:
        """How many connections of Socket Mode are open; None where Slack comes by HTTP."""
        return None if self.sockets is None else self.sockets.open()

    def _say_where(self, local: bool) -> None:
        host, port = self.address
        if local:
            self.tell(f"The local workspace is at http://{host}:{port}/ (Ctrl-C ends it).")
        elif self.sockets is not None:
            self.tell("Connecting to Slack by Socket Mode.")
        else:
            self.tell(f"Waiting for Slack at http://{host}:{port}/slack/events.")
