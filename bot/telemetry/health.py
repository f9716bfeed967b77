"""Whether the process is alive and whether it can take traffic, asked without waiting long.

A process that is not alive is to be ended and started anew, and nothing but that helps; one that is
not ready is to be left alone until it is.  The database being away makes it unready, never dead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.outages import in_log
from bot.telemetry.timely import Timely, TooLate

DATABASE_SECONDS = 1.0
"""How long the database may take to answer before it counts as away."""
STUCK_SECONDS = 180.0
"""How long a worker may be at one thing: longer than all calls of a post take with their waits."""


class Desk(Protocol):
    """Whose workers are looked at."""

    def workers(self) -> Mapping[str, float | None]:
        """Seconds since each worker was last seen to go on; None if it has ended unasked."""


class Health:
    """Tells how the process is; safe to share between threads.

    Args:
        database: Asks whether messages can be stored in the database; raises where they can't, and
            gives what else may not be done there, of what has to be.
        desk: Gives None while there is none yet.
        loaded: Whether guidance, model and index are there.
        sockets: How many connections of Socket Mode are open; None where Slack comes by HTTP.
        waiting_for: What loading waits for, as a sentence; None where it goes on.
        slack_fault: Why Slack has not said yet whose token it is; None where it has.
        release_fault: Why the release in force is not the one that answers; None where it is.
    """

    def __init__(
        self,
        *,
        database: Callable[[], Sequence[str]],
        desk: Callable[[], Desk | None],
        loaded: Callable[[], bool],
        sockets: Callable[[], int | None],
        release_fault: Callable[[], str | None],
        waiting_for: Callable[[], str | None] = lambda: None,
        slack_fault: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._database = Timely(database, limit_seconds=DATABASE_SECONDS)
        self._desk = desk
        self._loaded = loaded
        self._sockets = sockets
        self._release_fault = release_fault
        self._waiting_for = waiting_for
        self._slack_fault = slack_fault
        self._lacks: Sequence[str] = ()
        self._draining = False

    def drain(self) -> None:
        """From now on the process is not ready, so that a balancer sends nobody here any more."""
        self._draining = True

    def faults(self) -> Mapping[str, str]:
        """What keeps the process from being ready, by name; it takes a second and a bit at most."""
        faults = {}
        if self._draining:
            faults["stopping"] = "a stop was asked for; what is under way is finished"
        if not self._loaded():
            faults["loading"] = (
                self._waiting_for() or "guidance, model and index are being loaded")
        database = self.database_fault()
        if database is not None:
            faults["database"] = database
        if self._loaded() and not self._draining and self._sockets() == 0:
            faults["socket"] = "no Socket Mode connection is open"
        return {**faults, **self.lifeless()}

    def database_fault(self) -> str | None:
        """Why the database counts as away; None where it answers and messages can be stored."""
        try:
            self._lacks = self._database.answer()
        except TooLate:
            return f"no answer within {DATABASE_SECONDS:g} s"
        except Exception as error:
            return in_log(error) or type(error).__name__
        return None

    def lifeless(self) -> Mapping[str, str]:
        """What only a new start helps against, by name."""
        states = self.workers()
        if states["ended"]:
            return {"desk": "a worker has ended by an error"}
        if states["stuck"] and not states["looping"]:
            return {"desk": f"no worker has gone on for {STUCK_SECONDS:g} s"}
        return {}

    def workers(self) -> Mapping[str, int]:
        """How many workers of the desk are looping, stuck, and ended."""
        desk = self._desk()
        states = {"looping": 0, "stuck": 0, "ended": 0}
        for seconds in () if desk is None else desk.workers().values():
            states[_state(seconds)] += 1
        return states

    def warnings(self) -> Mapping[str, str]:
        """What is wrong while the process takes messages in, by name."""
        warnings = {}
        # What arrives meanwhile is stored; sent elsewhere, where nobody is better off, it is lost.
        slack = self._slack_fault()
        if slack is not None:
            warnings["slack"] = slack
        if self._lacks:
            warnings["rights"] = f"our role lacks in the database: {', '.join(self._lacks)}"
        fault, stuck = self._release_fault(), self.workers()["stuck"]
        if fault is not None:
            warnings["release"] = fault
        if stuck:
            warnings["desk"] = f"{stuck} of the workers have been at one thing for too long"
        return warnings


def _state(seconds: float | None) -> str:
    if seconds is None:
        return "ended"
    return "stuck" if seconds > STUCK_SECONDS else "looping"
