"""Joins what watches over a serving process: its health, its numbers, its traces, its log."""

import logging
import os
import platform
import shutil
import threading
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ExceptionContext, event

from bot.dialogue.messages.searched_twice import decisive
from bot.second_look.looked import Looked
from bot.serving.waiting import Waiting, waiting_in
from bot.store import Store
from bot.telemetry import sending
from bot.telemetry import tracing as traces
from bot.telemetry.health import Health
from bot.telemetry.log_lines import replica
from bot.telemetry.metrics import Metrics, Reading, Readings, logger_of
from bot.telemetry.protocols import set_up_by
from bot.telemetry.timely import Timely
from bot.telemetry.tracing import Tracing
from bot.turns.circumstances import Where

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

    from bot.answering.stepping import Step, Stepping
    from bot.telemetry.exposition import Exposition

SCRAPE_SECONDS = 1.0
"""How long a scrape waits for the database; without its answer the rest is told."""
KEPT_SECONDS = 5.0
"""How long what was read of the database is good for, however many scrape."""


class Serving(Protocol):
    """What is looked up of the process."""

    def release(self) -> str | None:
        """The release that answers; None while there is none."""

    def sockets_open(self) -> int | None:
        """How many connections of Socket Mode are open; None where Slack comes by HTTP."""


class Watching:
    """The numbers and traces of one process.

    Nothing is counted or traced before `begin`: what that loads takes a tenth of a second, and
    the process has to acknowledge before.

    Args:
        store: The database.
        data_dir: Whose disk is watched.
        counts: Whether anything is counted.
        environment: Says where OpenTelemetry's data goes, if anywhere.
    """

    def __init__(self, store: Store, data_dir: Path, *, counts: bool,
                 environment: Mapping[str, str] = os.environ) -> None:
        self._store = store
        self._data_dir = data_dir
        self._exposition: Exposition | None = None
        self._provider: TracerProvider | None = None
        self._sent_by: MeterProvider | None = None
        self._counts = counts
        self._environment = environment
        self._told_of: tuple[Health, Serving] | None = None
        self._beginning = threading.Lock()
        self.metrics, self.tracing = Metrics(), Tracing()
        self._faults: _Faults | None = None
        self._waiting = Timely(lambda: waiting_in(store), limit_seconds=SCRAPE_SECONDS,
                               keep_seconds=KEPT_SECONDS)

    def begin(self) -> None:
        """Count and trace from now on.

        Raises:
            BadSetting: Something is to be sent, but what sends it is not installed, or can't be
                set up as the environment says.
        """
        with self._beginning:
            if traces.wanted(self._environment) and self._provider is None:
                with set_up_by(self._environment):
                    self._provider = traces.trace(
                        self.tracing, traces.exporter_of(self._environment), replica())
            if self._counts and self._exposition is None:
                self._exposition = self._count()

    def _count(self) -> "Exposition":
        from bot.telemetry.exposition import Exposition  # noqa: PLC0415  where anything is counted

        told_of, hear = self._told_of, None
        readings = {} if told_of is None else _readings(*told_of, self._waiting, self._data_dir)
        if sending.wanted(self._environment):
            with set_up_by(self._environment):
                self._sent_by, hear = sending.send(
                    self.metrics, readings, replica(), sending.exporter_of(self._environment))
        self.metrics.begin(hear)
        event.listen(self._store.engine, "handle_error", self._database_failed)
        self._faults = _Faults(self.metrics)
        logging.getLogger().addHandler(self._faults)
        return Exposition(self.metrics, readings)

    def _database_failed(self, context: ExceptionContext) -> None:
        self.metrics.count("advisor_database_errors", type(context.original_exception).__name__)

    @property
    def scraped(self) -> Callable[[], tuple[bytes, str]] | None:
        """What is counted, as Prometheus reads it; None where nothing is."""
        return self._scraped if self._counts else None

    def _scraped(self) -> tuple[bytes, str]:
        self.begin()
        if self._exposition is None:
            raise LookupError("nothing is counted")
        return self._exposition.scraped()

    def over(self, health: Health, serving: Serving) -> None:
        """Tell of *health* and *serving* too, whenever somebody scrapes; before `begin`."""
        self._told_of = health, serving

    def step(self, stepping: "Stepping") -> None:
        """Count the turns that *stepping* records, and put their steps into the traces."""
        stepping.watch = self._stepped

    def _stepped(self, step: "Step", where: Where | None, recording: float) -> None:
        metrics, tracing = self.metrics, self.tracing
        door = "unknown" if where is None else where.door
        act = "message" if where is None else where.act
        metrics.count("advisor_turns", door, act, step.reply.kind.value)
        if any(one.abstained for one in decisive(step.decision.message, step.found)):
            metrics.count("advisor_searches_abstained", door)
        reading, searching, composing = step.seconds
        for name, seconds in (("read", reading), ("search", searching), ("compose", composing),
                              ("record", recording)):
            metrics.time("advisor_turn_seconds", seconds, name)
        tracing.steps("turn", {"door": door}, (
            ("read", reading, {}),
            ("search", searching, {"queries": len(step.found)}),
            ("compose", composing, {"kind": step.reply.kind.value}),
            ("record", recording, {"turn": step.decision.conversation.version})))

    def looked(self, looked: Looked) -> None:
        """Count a second look and the calls of the language model that it made."""
        for call in looked.calls:
            self.metrics.count("advisor_model_calls", call.use.value, call.ended.value)
            self.metrics.time("advisor_model_call_seconds", call.took_ms / 1000, call.use.value)
        if looked.refused is not None:
            self.metrics.count("advisor_model_drafts_refused", looked.refused)
        end = "replaced" if looked.outcome is not None else (
            "stands" if looked.dropped is None else looked.dropped.value)
        self.metrics.count("advisor_second_looks", end)

    def close(self) -> None:
        """Send what is left and let go."""
        if self._faults is not None:
            logging.getLogger().removeHandler(self._faults)
        if self._exposition is not None:
            event.remove(self._store.engine, "handle_error", self._database_failed)
        if self._sent_by is not None:
            self._sent_by.shutdown(timeout_millis=2_000)
        if self._provider is not None:
            self._provider.force_flush(2_000)
            self._provider.shutdown()


class _Faults(logging.Handler):
    """Counts errors that were logged with where they were raised; writes nothing."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.ERROR)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._metrics.count("advisor_faults", logger_of(record.name))


def _readings(
    health: Health, serving: Serving, waiting: Timely[Waiting], data_dir: Path
) -> Readings:
    """How each number of `bot.telemetry.metrics.READ` is read."""

    def release() -> Reading:
        answers = serving.release()
        return [] if answers is None else [(1, {"release": answers})]

    def sockets() -> Reading:
        found = serving.sockets_open()
        return [] if found is None else [(found, {})]

    def disk(which: str) -> Callable[[], Reading]:
        return lambda: [(getattr(shutil.disk_usage(data_dir), which), {})]

    built = {"version": version("advisor"), "python": platform.python_version()}
    return {
        "advisor_ready": lambda: [(int(not health.faults()), {})],
        "advisor_database_up": lambda: [(int(health.database_fault() is None), {})],
        "advisor_queue": lambda: [
            (queue.size, {"queue": name}) for name, queue in waiting.answer().queues.items()],
        "advisor_queue_oldest_seconds": lambda: [
            (queue.oldest_seconds, {"queue": name})
            for name, queue in waiting.answer().queues.items()],
        "advisor_unproven_seconds": lambda: [(waiting.answer().unproven_seconds, {})],
        "advisor_backup_age_seconds": lambda: [(waiting.answer().backup_seconds, {})],
        "advisor_workers": lambda: [
            (n, {"state": state}) for state, n in health.workers().items()],
        "advisor_slack_sockets": sockets,
        "advisor_release": release,
        "advisor_release_behind": lambda: [(int("release" in health.warnings()), {})],
        "advisor_build": lambda: [(1, built)],
        "advisor_disk_free_bytes": disk("free"),
        "advisor_disk_bytes": disk("total"),
    }
