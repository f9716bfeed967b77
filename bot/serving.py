"""`advisor serve`: the bot connected to Slack, or the local workspace where there is none.

The server listens at once and takes messages in; guidance, model and index are loaded beside it,
and what has arrived meanwhile is answered then.
"""

import gc
import logging
import secrets
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from filelock import FileLock, Timeout
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.brief import sentences as brief_sentences
from bot.cases import Cases
from bot.console.access import Address, require
from bot.console.app import Console, Entering, Person, build_console
from bot.console.case_pages import case_pages
from bot.console.integrity import Integrity
from bot.console.reviewing import Reading, pages
from bot.console.roles import Roles
from bot.console.sessions import Sessions
from bot.console.signing_in import SlackSignIn
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.doctor import SlackReach
from bot.editions import KEPT, Editions
from bot.errors import AdvisorError, BadSetting
from bot.settings import SlackSettings
from bot.slack import sentences
from bot.slack.app import Door, build_slack
from bot.slack.asking_people import AskingPeople
from bot.slack.audience import Audiences
from bot.slack.belonging import Belonging
from bot.slack.clients import Clients, client, told
from bot.slack.handing_over import HandingOver
from bot.slack.handler import Handler
from bot.slack.installing import Installations
from bot.slack.noting import Noting
from bot.slack.parts import Parts
from bot.slack.posting import Posting
from bot.slack.proving import Proving
from bot.slack.replying import Replying
from bot.slack.socket import Sockets
from bot.slack.surfaces import Surfaces
from bot.web import Site, build_web
from bot.workspace.app import WorkspaceSettings, build_workspace
from bot.workspace.world import TEAM_ID, World
from retrieval.guidance import Guidance, ReleaseId
from retrieval.releases import guidance_of

MANIFEST = Path(__file__).parent / "slack" / "manifest.yaml"
LOCAL_COMPLIANCE = "C0COMPLI01"
LOCAL_REVIEWERS = "U0KIM00001"
LOCAL_ADMINS = "U0KIM00001"
STOP_SECONDS = 25
"""How long workers may finish what they hold; most supervisors kill after thirty."""
SWITCH_SECONDS = 0.0005
"""How long a thread may compute before another gets its turn.

Taking a message in needs a dozen turns, for each statement and for the network.  With Python's
own 5 ms, Slack would wait for 60 ms and more whenever a thread loads or works on a reply.
"""
WATCH_SECONDS = 60
"""How often watch dates are looked at."""
LOOK_SECONDS = 2
"""How often the Socket Mode connections are looked at."""

_log = logging.getLogger("advisor.serve")


class CannotServe(AdvisorError):
    """The server can't start; the message says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("cannot_serve", message)


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
        BadSetting: The local workspace was asked for where it must not run.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    with _alone(parts), _listening(parts) as listener:
        return _Service(parts, slack, listener, tell).run()


def reach(slack: SlackSettings) -> SlackReach:
    """How Slack is to be reached, for whoever examines the installation."""
    return SlackReach(
        bot_token=_secret(slack.bot_token), app_token=_secret(slack.app_token),
        several=slack.client_id is not None and slack.bot_token is None, api_url=slack.api_url,
        scopes=frozenset(_manifest()["oauth_config"]["scopes"]["bot"]))


@contextmanager
def _alone(parts: Assembly) -> Iterator[None]:
    """Hold the data folder: SQLite serves one process."""
    holds: AbstractContextManager[Any] = nullcontext()
    if parts.settings.database.startswith("sqlite"):
        holds = FileLock(parts.data_dir / "serve.lock", timeout=0)
    try:
        with holds:
            yield
    except Timeout:
        raise CannotServe(
            f"Another 'advisor serve' uses the data folder {parts.data_dir}. Stop it, or set "
            "ADVISOR_DATA_DIR; several processes need PostgreSQL (ADVISOR_DATABASE_URL)."
        ) from None


@contextmanager
def _listening(parts: Assembly) -> Iterator[socket.socket]:
    host, port = parts.settings.host, parts.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CannotServe(f"Can't listen on {host}:{port}: {error.strerror}. Set "
                              "ADVISOR_PORT or ADVISOR_HOST to another.") from None
        yield listener


@dataclass
class _Service:
    parts: Assembly
    slack: SlackSettings
    listener: socket.socket
    tell: Callable[[str], None]
    loaded: "_Loaded | None" = None
    sockets: Sockets | None = None
    gave_up: str | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    proving: Proving | None = None
    entering: Entering | None = None
    watched: float = 0.0

    def run(self) -> int:
        """Serve."""
        local = not self.slack.connects
        if local and self.parts.settings.production:
            raise BadSetting("ADVISOR_PRODUCTION is set, so the local workspace does not start. "
                             "Set the SLACK_ variables; docs/slack-setup.md tells which.")
        if local and self.address[0] not in {"127.0.0.1", "::1"}:
            raise BadSetting("The local workspace listens on this machine only. Leave "
                             "ADVISOR_HOST at 127.0.0.1, or set the SLACK_ variables.")
        self.store = self.parts.database
        self.deliveries = Deliveries(self.store)
        self.cases = Cases(self.store)
        self.say = sentences.load(self.parts.settings.prompts_dir, self.parts.settings.contact)
        self.reviewing = self.parts.reviewing.asking_by(
            AskingPeople(self.deliveries.outbox, self.say))
        self.workspace = self._local_workspace() if local else None
        self.tokens = self._tokens()
        self.clients = Clients(self.tokens, self.slack.api_url)
        app = build_slack(self._door(), signing_secret=_secret(self.slack.signing_secret),
                          client=client(None, self.slack.api_url, []))
        if self.slack.app_token is not None and not local:
            self.sockets = Sockets(
                app, client(_secret(self.slack.app_token), self.slack.api_url, []),
                _secret(self.slack.app_token) or "")
        over_http = self.slack.signing_secret is not None
        self.server = uvicorn.Server(uvicorn.Config(
            build_web(Site(
                slack=app if over_http else None,
                install=(self.tokens.flow if isinstance(self.tokens, Installations) else None),
                advisor=lambda: self.loaded.advisor if self.loaded else None,
                faults=self.faults,
                api_token=_secret(self.parts.settings.api_token),
                more=self._mounted(),
                lifespan=self._lifespan,
            )),
            log_level="warning", access_log=False,
            # An open page of the local workspace holds its stream of changes for as long as it may.
            timeout_graceful_shutdown=2,
            # The local workspace sends Slack's own date, from which clocks are compared.
            date_header=not local, ws="websockets-sansio"))
        self._say_where(local)
        self.server.run(sockets=[self.listener])
        if self.gave_up is not None:
            self.tell(self.gave_up)
        return 0 if self.gave_up is None else 1

    @property
    def address(self) -> tuple[str, int]:
        """Where the server listens."""
        host, port = self.listener.getsockname()[:2]
        return str(host), int(port)

    # --- life -------------------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=self._load, name="loading", daemon=True).start()
        yield
        self.ended.set()
        if self.sockets is not None:
            self.sockets.close()
        if self.loaded is not None:
            self.loaded.desk.stop(STOP_SECONDS)
        if self.workspace is not None:
            await self.workspace.state.site.deliveries.close()

    def _load(self) -> None:
        """Load what takes long, begin to work, and then keep watch."""
        try:
            # What is loaded stays: looking through it for garbage, then or later, would stop every
            # thread for 100 ms.
            gc.disable()
            try:
                self.loaded = self._loaded()
                gc.freeze()
            finally:
                gc.enable()
            self._learn()
            self.loaded.desk.start()
            threading.Thread(target=self._sweep, name="sweeping", daemon=True).start()
            if self.sockets is not None:
                self.sockets.connect()
        except Exception as error:
            _log.exception("could not start")
            self._give_up(str(error))
            return
        _log.info("ready")
        while self.sockets is not None and not self.ended.wait(LOOK_SECONDS):
            self.sockets.mend()
            if self.sockets.deaf():
                self._give_up("All Socket Mode connections have been dead for five minutes; "
                              "ending, so that a supervisor can start anew.")
                return

    def _learn(self) -> None:
        """Ask Slack whose token it is; while Slack is away, ask again."""
        while not self.ended.is_set():
            try:
                if isinstance(self.tokens, _OneWorkspace):
                    self.tokens.learn()
                return
            except SlackApiError as error:
                reason = str(error.response.get("error"))
                if error.response.status_code == 200 and reason != "ratelimited":
                    raise CannotServe(f"Slack refuses SLACK_BOT_TOKEN ({reason}). Copy it again "
                                      "from the app's page, OAuth & Permissions.") from None
            except (SlackClientError, OSError) as error:
                _log.warning("Slack can't be reached yet: %s", error)
            self.ended.wait(LOOK_SECONDS)

    def _give_up(self, reason: str) -> None:
        self.gave_up = reason
        self.server.should_exit = True

    def _loaded(self) -> "_Loaded":
        advisor = self.parts.advisor
        parts = Parts(
            advisor=advisor, store=self.store, deliveries=self.deliveries, cases=self.cases,
            editions=Editions(self.store, advisor.guidance), audiences=Audiences(self.clients),
            say=self.say)
        replying = Replying(parts)
        settings = self.parts.settings
        channel = settings.compliance_channel or (LOCAL_COMPLIANCE if self.workspace else "")
        self.proving = Proving(self.store, self.parts.checkpoints, self.deliveries.outbox,
                               self.say, channel)
        handing_over = HandingOver(
            parts, replying, self.clients,
            brief_sentences.load(settings.prompts_dir, self.parts.wording), channel)
        desk = Desk(
            self.deliveries,
            Handler(parts, replying, handing_over, Noting(parts, replying)),
            Posting(self.clients, self.cases, self.deliveries.outbox.ref_of,
                    audiences=parts.audiences),
            workers=settings.workers, grace_seconds=settings.post_grace_seconds, tick=self._tick)
        surfaces = Surfaces(parts, handing_over, self._reviewers(), _now)
        return _Loaded(advisor, desk, surfaces)

    def _tick(self) -> None:
        """Once a minute: what watch dates call for, checkpoints that are due, words to erase."""
        if time.monotonic() - self.watched < WATCH_SECONDS:
            return
        self.watched = time.monotonic()
        if self.proving is not None:
            self.proving.look()
        self.parts.erasing.overdue()
        for reminder in self.cases.reminders(date.today(), _now()):
            self.deliveries.receive(reminder)

    # --- parts ------------------------------------------------------------------------------

    def _door(self) -> Door:
        return Door(
            store=self.store,
            deliveries=self.deliveries,
            clients=self.clients,
            say=self.say,
            surfaces=lambda: self.loaded.surfaces if self.loaded else None,
            wake=lambda: self.loaded.desk.wake() if self.loaded else None,
            prompts=_manifest()["features"]["agent_view"]["suggested_prompts"],
            removed=(self.tokens.removed if isinstance(self.tokens, Installations)
                     else lambda *_: None),
            now=_now,
        )

    def _tokens(self) -> "_OneWorkspace | Installations":
        slack, web = self.slack, client(None, self.slack.api_url, [])
        if slack.bot_token is None and slack.client_id and slack.client_secret:
            return Installations(
                self.store.engine, client_id=slack.client_id,
                client_secret=_secret(slack.client_secret) or "",
                scopes=_manifest()["oauth_config"]["scopes"]["bot"],
                key=_secret(self.parts.settings.token_key) or "", web=web)
        token = _secret(slack.bot_token) or ""
        return _OneWorkspace(client(token, slack.api_url, []), token)

    def _local_workspace(self) -> Starlette:
        host, port = self.address
        site = f"http://{host}:{port}"
        secret, bot, app = (secrets.token_hex(16) for _ in range(3))
        self.slack = SlackSettings.model_validate({
            "bot_token": f"xoxb-{bot}", "signing_secret": secret, "api_url": f"{site}/api/"})
        return build_workspace(WorkspaceSettings(
            bot_url=f"{site}/slack/events", signing_secret=secret, bot_token=f"xoxb-{bot}",
            app_token=f"xapp-{app}", manifest=MANIFEST,
            journal=self.parts.data_dir / "workspace.jsonl"))

    def _mounted(self) -> tuple[BaseRoute, ...]:
        local = () if self.workspace is None else (Mount("/", self.workspace),)
        return (*self._console(), *local)

    def _console(self) -> list[BaseRoute]:
        address, settings = self._public_address(), self.parts.settings
        if address is None:
            return []
        # self.slack is no longer what was set where the local workspace runs.
        if self.workspace is not None:
            world: World = self.workspace.state.world
            self.entering = Entering(TEAM_ID, lambda: _staff(world), self.tell)
        sign_in = None
        if self.workspace is None and self.slack.client_id and self.slack.client_secret:
            sign_in = SlackSignIn(self.slack.client_id,
                                  _secret(self.slack.client_secret) or "", address)
        return build_console(Console(
            self.store, Sessions(self.store), Roles(
                Belonging(self.clients), reviewers=self._reviewers(),
                admins=_listed(settings.admins or (LOCAL_ADMINS if self.workspace else "")),
                reviewer_group=settings.reviewer_group.strip(),
                admin_group=settings.admin_group.strip()),
            address, sign_in=sign_in, entering=self.entering), [*pages(Reading(
                self.store, lru_cache(KEPT)(self._edition),
                Integrity(self.parts.checkpoints)), require),
                *case_pages(self.parts.approving, self.store, _now, require)])

    def _sweep(self) -> None:
        """Hold what is signed against the release in force, whenever another one is put there."""
        while not self.ended.is_set():
            try:
                self.parts.reviewing.sweep(ended=self.ended.is_set)
            except Exception:
                # The database is away, say; the next sweep goes on where this one was.
                _log.exception("could not hold sign-offs against the release in force")
            self.ended.wait(WATCH_SECONDS)

    def _edition(self, release: ReleaseId) -> Guidance:
        """The guidance of *release*, from the database: it is there before any model is loaded."""
        return guidance_of(self.store.release_content(release), release)

    def _public_address(self) -> Address | None:
        """Where the console is; None where nobody has said where this server is reached."""
        base = self.parts.settings.base_url.rstrip("/")
        if self.workspace is not None:
            host, port = self.address
            base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            return Address(base) if base else None
        except ValueError as error:
            raise BadSetting(f"ADVISOR_BASE_URL can't be used: {error}.") from None

    def _reviewers(self) -> frozenset[str]:
        return _listed(self.parts.settings.reviewers or (LOCAL_REVIEWERS if self.workspace else ""))

    def faults(self) -> Mapping[str, str]:
        """What keeps the process from being ready."""
        faults = {}
        if self.loaded is None:
            faults["loading"] = "guidance, model and index are being loaded"
        try:
            self.deliveries.backlog()
        except Exception as error:
            faults["database"] = type(error).__name__
        if self.sockets is not None and self.loaded is not None and not self.sockets.open():
            faults["socket"] = "no Socket Mode connection is open"
        return faults

    def _say_where(self, local: bool) -> None:
        host, port = self.address
        if local:
            self.tell(f"The local workspace is at http://{host}:{port}/ (Ctrl-C ends it).")
            if self.entering is not None and (address := self._public_address()) is not None:
                self.entering.invite(address)
        elif self.sockets is not None:
            self.tell("Connecting to Slack by Socket Mode.")
        else:
            self.tell(f"Waiting for Slack at http://{host}:{port}/slack/events.")


@dataclass(frozen=True, slots=True)
class _Loaded:
    advisor: Advisor
    desk: Desk
    surfaces: Surfaces


class _OneWorkspace:
    """The token of the one workspace, given to no other."""

    def __init__(self, web: WebClient, token: str) -> None:
        self._web = web
        self._value = token
        self._team: str | None = None

    def learn(self) -> None:
        """Ask Slack which workspace it is.

        Raises:
            SlackApiError: Slack refuses the token.
        """
        self._team = str(told(self._web.auth_test())["team_id"])

    def __call__(self, team: str) -> str:
        # Before it is known, only acknowledging needs it; what is posted waits for it.
        if self._team is not None and team != self._team:
            raise LookupError(f"the app is not installed in the workspace {team!r}")
        return self._value


def _listed(ids: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, ids.split(","))))


def _staff(world: World) -> list[Person]:
    """Whom somebody may enter the console of the local workspace as."""
    return [Person(user.id, user.real_name, user.title) for user in world.users.values()
            if not user.is_bot and not user.is_stranger]


def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return found


def _secret(value: Any) -> str | None:
    return None if value is None else str(value.get_secret_value())


def _now() -> datetime:
    return datetime.now(UTC)
