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
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from bot.assembly import Assembly
from bot.connecting.entrance import page_of
from bot.connecting.preconditions import insist
from bot.connecting.slack_reach import refused
from bot.database import standing_still
from bot.errors import AdvisorError
from bot.outages import told
from bot.serving.giving_back import give_back
from bot.serving.intake import Intake, intake_of
from bot.serving.later import Later
from bot.serving.listening import CannotServe, alone, listening, site_of
from bot.serving.loading import Loading
from bot.serving.reached_by import pages_of, server_of, slack_of, sockets_of, web_of
from bot.settings import SlackSettings
from bot.telemetry.health import Health
from bot.telemetry.log_lines import reclaim
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.serving.loaded import Loaded

STOP_SECONDS = 25
"""How long workers may finish what they hold; most supervisors kill after thirty."""
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
        return service_of(parts, slack, listener, tell).run()


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


def service_of(
    parts: Assembly, slack: SlackSettings, listener: socket.socket, tell: Callable[[str], None]
) -> "Service":
    """What serves over *listener*, joined and not yet running; the rest is as for `serve`."""
    return Service(intake_of(parts, slack, site_of(listener), tell), listener)


class Service:
    """The life of a serving process: it listens, loads, is at work, and finishes what it holds.

    Args:
        intake: What takes messages in.
        listener: The port that is served over.

    Attributes:
        loaded: What answers; None until it is loaded.
        sockets: The connections of Socket Mode; None where Slack comes by HTTP.
        console: The console's pages; None where nobody has said where it is reached.
        web: All that is served over HTTP.
        server: What serves it.
    """

    def __init__(self, intake: Intake, listener: socket.socket) -> None:
        self.intake = intake
        self.loaded: Loaded | None = None
        self._listener = listener
        self._ended = threading.Event()
        self._gave_up: str | None = None
        """Why the process ends unasked."""
        self._finishing: threading.Thread | None = None
        """Lets the workers finish what they hold."""
        self._once = threading.Lock()
        self._loading = Loading(self._joined, intake.tell)
        self._health = self._watched()
        app = slack_of(intake, self._answers)
        self.sockets = sockets_of(intake, app)
        self.console = pages_of(intake, self._answers)
        self.web = web_of(
            intake, self._answers, self._health, app, self.console, self._lifespan)
        self.server = server_of(intake, self.web, self._stop)

    def run(self) -> int:
        """Serve until told to stop; gives the exit status, as `serve` does."""
        self._say_where()
        if self.intake.local and self.console is not None:
            self.console.make()  # the way into it is told once the console is there
        self.server.run(sockets=[self._listener])
        if self._gave_up is not None:
            self.intake.tell(self._gave_up)
        return 0 if self._gave_up is None else 1

    def _say_where(self) -> None:
        if self.intake.local:
            self.intake.tell(
                f"The local workspace is at {self.intake.site}/ (Ctrl-C ends it).")
        elif self.sockets is not None:
            self.intake.tell("Connecting to Slack by Socket Mode.")
        else:
            self.intake.tell(f"Waiting for Slack at {self.intake.site}/slack/events.")

    def _answers(self) -> "Loaded | None":
        return self.loaded

    # --- parts ------------------------------------------------------------------------------

    def _watched(self) -> Health:
        """How the process is, told to whoever asks and to whoever scrapes."""
        health = Health(
            database=self.intake.parts.database.insist_on_writing,
            desk=lambda: self.loaded.desk if self.loaded else None,
            loaded=lambda: self.loaded is not None,
            sockets=self.sockets_open,
            release_fault=lambda: self.loaded.following.warning if self.loaded else None,
            waiting_for=lambda: self._loading.waiting_for,
            slack_fault=lambda: self.intake.introducing.waiting_for)
        self.intake.watching.over(health, self)
        return health

    def _joined(self) -> "Loaded":
        from bot.serving.loaded import Joining  # noqa: PLC0415  once messages are taken in

        intake = self.intake
        return Joining(
            intake.parts, intake.cases, intake.deliveries, intake.clients, intake.say,
            intake.watching, intake.upkeep, intake.tell, intake.clock, local=intake.local,
            page_of=page_of(intake.public_address)).loaded()

    # --- life -------------------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=self._load, name=LOADING, daemon=True).start()
        yield
        # Where a signal has begun it, it has been under way while requests were answered.
        await run_in_threadpool(self._stop)
        if self.intake.workspace is not None:
            await self.intake.workspace.state.site.deliveries.close()

    def _load(self) -> None:
        """Load what takes long, begin to work, and then keep watch."""
        try:
            self.intake.watching.begin()
            threading.Thread(target=standing_still.watch,
                             args=(self.intake.parts.database, self._ended),
                             name="standing still", daemon=True).start()
            self.loaded = self._loaded()
            if self.loaded is None:
                return
            # What needs no Slack doesn't wait for it: programs are answered by now.
            self.intake.upkeep.start()
            threading.Thread(
                target=self.loaded.following.run, name="following", daemon=True).start()
            self.intake.introducing.at_last(self._ended)
            if self._ended.is_set():
                return
            self._begin(self.loaded)
        except Exception as error:
            away = told(error)
            if away is None and not isinstance(error, AdvisorError | RetrievalError):
                # What is wrong with settings or content is told in a sentence: no fault of ours.
                _log.exception("could not start")
            self._give_up(_told(error) if away is None else f"This can't start, since {away}.")
            return
        _log.info("ready")
        self._mend_sockets()

    def _loaded(self) -> "Loaded | None":
        """What answers, as soon as it can be had; None where the process is to end before."""
        # What is loaded stays: looking through it for garbage, then or later, would stop every
        # thread for 100 ms.
        gc.disable()
        try:
            loaded = self._loading.at_last(self._ended)
            if loaded is not None:
                reclaim()
                give_back()
                gc.freeze()
            return loaded
        finally:
            gc.enable()

    def _begin(self, loaded: "Loaded") -> None:
        """Have all that works with Slack begin.

        Raises:
            CannotServe: Slack refuses the app-level token.
        """
        loaded.desk.start()
        if loaded.looking is not None:
            loaded.looking.start()
        if self.console is not None:
            threading.Thread(target=self._make_console, args=(self.console,), name="console",
                             daemon=True).start()
        if self.sockets is not None:
            self.sockets.connect()
            if self.sockets.refused is not None and not self.sockets.open():
                raise CannotServe(refused("SLACK_APP_TOKEN", self.sockets.refused))

    def _make_console(self, console: Later) -> None:
        try:
            console.make()
        except Exception as error:
            if not isinstance(error, AdvisorError):
                _log.exception("could not make the console")
            self._give_up(f"The console can't be made. {_told(error)}")

    def _mend_sockets(self) -> None:
        """Keep connections of Socket Mode open until the process ends, or none can be had."""
        while self.sockets is not None and not self._ended.wait(LOOK_SECONDS):
            self.sockets.mend()
            if self.sockets.deaf():
                why = ("" if self.sockets.refused is None else
                       f" Slack refuses SLACK_APP_TOKEN ({self.sockets.refused}).")
                self._give_up("All Socket Mode connections have been dead for five minutes; "
                              f"ending, so that a supervisor can start anew.{why}")
                return

    def _give_up(self, reason: str) -> None:
        self._gave_up = reason
        self.server.should_exit = True

    def _stop(self) -> None:
        """Take up no more work; returns once what is held is finished, or waits for others."""
        with self._once:
            if self._finishing is None:
                self._finishing = threading.Thread(
                    target=self._finish, name="finishing", daemon=True)
                self._finishing.start()
        self._finishing.join(STOP_SECONDS)

    def _finish(self) -> None:
        began = time.monotonic()
        self._health.drain()
        self._ended.set()
        self.intake.upkeep.stop()
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
        self.intake.upkeep.join(STOP_SECONDS - (time.monotonic() - began))
        self.intake.watching.close()

    # --- what is watched --------------------------------------------------------------------

    def release(self) -> str | None:
        """The release that answers; None while there is none."""
        return None if self.loaded is None else self.loaded.advisor.edition.release

    def sockets_open(self) -> int | None:
        """How many connections of Socket Mode are open; None where Slack comes by HTTP."""
        return None if self.sockets is None else self.sockets.open()
