"""What the process counts: turns, steps, waits, posts, calls to Slack and to models, faults.

Each number has its name, its meaning and its labels in one of the tables below; the dashboard, the
alerts and docs/telemetry.md go by them.  No label is a person, a conversation or a workspace: each
takes its values from a short list in the code, and whatever else is given counts as "other".
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds in seconds for what the machine does."""
SLOW = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
"""Bounds in seconds for what a person waits for."""
MOST_VALUES = 80
"""Values that a label may have; a hundredth would be a mistake in the code, and is "other"."""
OTHER = "other"
LOGGERS = (
    "advisor", "advisor.bolt", "advisor.console", "advisor.database", "advisor.desk",
    "advisor.doctor", "advisor.erasing", "advisor.looking", "advisor.publishing",
    "advisor.release", "advisor.reviews", "advisor.serve", "advisor.slack", "advisor.web",
    "retrieval", "asyncio", "opentelemetry", "slack_bolt", "slack_sdk", "sqlalchemy", "uvicorn",
    OTHER)
"""What faults are counted under: our loggers, and those of libraries that serve.

The list is closed, so that each is there from zero: `increase` does not see a series begin, and of
four faults under a name that nobody knew before, an alert would count none.
"""


def logger_of(name: str) -> str:
    """Which of `LOGGERS` a fault of the logger *name* counts under: "slack_sdk.web" as a part."""
    while name and name not in LOGGERS:
        name = name.rpartition(".")[0]
    return name or OTHER


@dataclass(frozen=True, slots=True)
class Number:
    """What a number means.

    Attributes:
        meaning: In words, for whoever scrapes it.
        labels: What it is split by.
        bounds: Of a duration, between which seconds it is counted.
    """

    meaning: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


COUNTED: Mapping[str, Number] = {
    "advisor_turns": Number("Turns recorded.", ("door", "act", "kind")),
    "advisor_searches_abstained": Number(
        "Questions for which nothing in the guidance was near enough.", ("door",)),
    "advisor_deliveries": Number(
        "What Slack delivered, by what became of it on arrival: new, repeat, not_ours.",
        ("act", "received")),
    "advisor_deliveries_failed": Number(
        "Deliveries whose handling failed: again (it is tried again) or given_up.", ("end",)),
    "advisor_posts": Number(
        "Tries to post: sent, found (an earlier try stood), waits (one may be under way), refused, "
        "delayed, unclear, fault.",
        ("post", "end")),
    "advisor_slack_calls": Number(
        "Calls of Slack's Web API, by how they ended.", ("method", "end")),
    "advisor_slack_retries": Number(
        "Calls that were answered so that a reading call is tried again.", ("why",)),
    "advisor_model_calls": Number("Calls of the language model.", ("use", "end")),
    "advisor_model_drafts_refused": Number(
        "Drafts of the language model that are not shown.", ("why",)),
    "advisor_second_looks": Number(
        "Second looks: replaced, or why the answer stands.", ("end",)),
    "advisor_database_errors": Number("Errors of the database.", ("kind",)),
    "advisor_faults": Number("Errors that were logged with where they were raised.", ("logger",)),
}
"""What only grows; each is scraped as its name and `_total`."""

TIMED: Mapping[str, Number] = {
    "advisor_turn_seconds": Number(
        "Time of a turn by step: read, search, compose, record.", ("step",), FAST),
    "advisor_acknowledgement_seconds": Number(
        "From Slack's request to our acknowledgement.", ("door",), FAST),
    "advisor_reply_seconds": Number(
        "From a message's arrival to its reply standing in Slack.", (), SLOW),
    "advisor_slack_call_seconds": Number(
        "Time of a call of Slack's Web API, retries included.", ("method",), SLOW),
    "advisor_model_call_seconds": Number(
        "Time of a call of the language model.", ("use",), SLOW),
}
"""Durations; each is scraped as its name with `_bucket`, `_sum` and `_count`."""

READ: Mapping[str, Number] = {
    "advisor_ready": Number("Whether the process can take traffic: 1 or 0."),
    "advisor_database_up": Number("Whether the database answered in time: 1 or 0."),
    "advisor_queue": Number("What waits in the database: deliveries, posts, looks.", ("queue",)),
    "advisor_queue_oldest_seconds": Number(
        "How long the oldest of what waits has waited.", ("queue",)),
    "advisor_unproven_seconds": Number(
        "How old the oldest row of a log is that no checkpoint covers yet; 0 if there is none."),
    "advisor_backup_age_seconds": Number(
        "How old the last good back-up is that 'advisor db backup' made; how old the installation, "
        "where there was none."),
    "advisor_workers": Number("Workers of the desk: looping, stuck, ended.", ("state",)),
    "advisor_slack_sockets": Number("Open connections of Socket Mode."),
    "advisor_release": Number("1, for the release that answers in this process.", ("release",)),
    "advisor_release_behind": Number(
        "Whether the release in force can't be opened here: 1 or 0."),
    "advisor_build": Number("1, for the version of the program.", ("version", "python")),
    "advisor_disk_free_bytes": Number("Room left where the data folder lies."),
    "advisor_disk_bytes": Number("Size of the disk that the data folder lies on."),
}
"""What is looked up when somebody scrapes."""

Reading = Iterable[tuple[float, Mapping[str, str]]]
"""Values with their labels."""

Readings = Mapping[str, Callable[[], Reading]]
"""How each number of `READ` is read."""


class Tally:
    """A duration's distribution.

    Attributes:
        counts: How many fell at or under each bound, and last how many were over all of them.
        total: The sum, in seconds.
    """

    __slots__ = ("counts", "total")

    def __init__(self, bounds: int) -> None:
        self.counts = [0] * (bounds + 1)
        self.total = 0.0


Key = tuple[str, ...]
"""The name of a number and the values of its labels, in order."""

Hear = Callable[[str, float, Mapping[str, str]], None]
"""Told of a duration: its name, the seconds, its labels."""


class Metrics:
    """Counts, once it has begun; before that it does nothing.  Safe to share between threads.

    It keeps its own tallies: OpenTelemetry's take eight microseconds a time, and a turn has
    fourteen of them.
    """

    def __init__(self) -> None:
        self._on = False
        self._lock = threading.Lock()
        self._counts: dict[Key, int] = {}
        self._tallies: dict[Key, Tally] = {}
        self._values: dict[tuple[str, int], set[str]] = {}
        self._hear: Hear | None = None

    def begin(self, hear: Hear | None = None) -> None:
        """Count from now on; *hear* is told of each duration too."""
        self._hear = hear
        # A number that nothing has happened of is 0, not missing: alerts go by that.
        for key in _FROM_ZERO:
            self._counts.setdefault(key, 0)
        self._on = True

    def count(self, name: str, *values: str) -> None:
        """Count one more under *name* of `COUNTED`; *values* are those of its labels, in order."""
        if not self._on:
            return
        key = (name, *values)
        with self._lock:
            if key not in self._counts:
                key = self._bounded(COUNTED[name], key)
            self._counts[key] = self._counts.get(key, 0) + 1

    def time(self, name: str, seconds: float, *values: str) -> None:
        """Note a duration under *name* of `TIMED`; *values* are those of its labels, in order."""
        if not self._on:
            return
        key, number = (name, *values), TIMED[name]
        with self._lock:
            if key not in self._tallies:
                key = self._bounded(number, key)
                self._tallies.setdefault(key, Tally(len(number.bounds)))
            tally = self._tallies[key]
            tally.counts[bisect_left(number.bounds, seconds)] += 1
            tally.total += seconds
        if self._hear is not None:
            self._hear(name, seconds, dict(zip(number.labels, key[1:], strict=True)))

    def counts(self) -> Mapping[Key, int]:
        """What was counted until now."""
        with self._lock:
            return dict(self._counts)

    def tallies(self) -> Mapping[Key, tuple[list[int], float]]:
        """The durations until now: how many fell under each bound, and their sum."""
        with self._lock:
            return {key: (list(t.counts), t.total) for key, t in self._tallies.items()}

    def _bounded(self, number: Number, key: Key) -> Key:
        """*key*, with "other" for what a label that has many values already never had."""
        if len(key) != len(number.labels) + 1:
            raise ValueError(f"{key[0]} is split by {number.labels}")
        values = []
        for n, value in enumerate(map(str, key[1:])):
            seen = self._values.setdefault((key[0], n), set())
            if value not in seen and len(seen) >= MOST_VALUES:
                values.append(OTHER)
                continue
            seen.add(value)
            values.append(value)
        return (key[0], *values)


_FROM_ZERO: tuple[Key, ...] = (
    ("advisor_deliveries_failed", "again"),
    ("advisor_deliveries_failed", "given_up"),
    *(("advisor_posts", "message", end)
      for end in ("sent", "refused", "delayed", "unclear", "fault")),
    *(("advisor_slack_calls", "chat.postMessage", end)
      for end in ("ok", "ratelimited", "server_error", "no_answer", "refused",
                  "invalid_auth", "not_authed", "account_inactive", "token_revoked",
                  "token_expired", "missing_scope")),
    *(("advisor_faults", name) for name in LOGGERS),
)

SILENT = Metrics()
"""Never begins."""
