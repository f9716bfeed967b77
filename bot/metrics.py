"""What the process counts: turns, steps, waits, posts, calls to Slack and to models, faults.

Each number has its name, its meaning and its labels in one of the tables below; the dashboard, the
alerts and docs/operating.md go by them.  No label is a person, a conversation or a workspace: each
takes its values from a short list in the code, and whatever else is given counts as "other".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram, Meter
    from opentelemetry.util.types import Attributes

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds in seconds for what the machine does."""
SLOW = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
"""Bounds in seconds for what a person waits for."""
MOST_VALUES = 80
"""Values that a label may have; a hundredth would be a mistake in the code, and is "other"."""
OTHER = "other"


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
        "Tries to post: sent, found (an earlier try stood), refused, delayed, unclear, fault.",
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


class Metrics:
    """Counts, once it has begun; before that it does nothing.  Safe to share between threads."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._times: dict[str, Histogram] = {}
        self._seen: dict[str, set[str]] = {}
        self._kept: dict[tuple[object, ...], Attributes] = {}

    def begin(self, meter: "Meter") -> None:
        """Count from now on, by instruments of *meter*."""
        for name, number in COUNTED.items():
            self._counters[name] = meter.create_counter(name, description=number.meaning)
        for name, number in TIMED.items():
            self._times[name] = meter.create_histogram(
                name, unit="s", description=number.meaning,
                explicit_bucket_boundaries_advisory=number.bounds)
        # A number that nothing has happened of is 0, not missing: alerts go by that.
        for name, labels in _FROM_ZERO:
            self._counters[name].add(0, labels)

    def count(self, name: str, *values: str, by: int = 1) -> None:
        """Count *by* under *name* of `COUNTED`; *values* are those of its labels, in order."""
        counter = self._counters.get(name)
        if counter is not None:
            counter.add(by, self._labels(name, COUNTED[name].labels, values))

    def time(self, name: str, seconds: float, *values: str) -> None:
        """Note a duration under *name* of `TIMED`; *values* are those of its labels, in order."""
        histogram = self._times.get(name)
        if histogram is not None:
            histogram.record(seconds, self._labels(name, TIMED[name].labels, values))

    def _labels(self, name: str, labels: tuple[str, ...], values: tuple[str, ...]) -> "Attributes":
        key = (name, *values)
        kept = self._kept.get(key)
        if kept is None:
            kept = {label: self._bounded(f"{name}:{label}", value)
                    for label, value in zip(labels, values, strict=True)}
            if len(self._kept) < MOST_VALUES * MOST_VALUES:
                self._kept[key] = kept
        return kept

    def _bounded(self, label: str, value: str) -> str:
        """*value*, or "other" where the label has too many already."""
        seen = self._seen.setdefault(label, set())
        if value not in seen and len(seen) >= MOST_VALUES:
            return OTHER
        seen.add(value)
        return str(value)


_FROM_ZERO: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("advisor_deliveries_failed", {"end": "again"}),
    ("advisor_deliveries_failed", {"end": "given_up"}),
    *(("advisor_posts", {"post": "message", "end": end})
      for end in ("sent", "refused", "delayed", "unclear", "fault")),
    *(("advisor_slack_calls", {"method": "chat.postMessage", "end": end})
      for end in ("ok", "ratelimited", "server_error", "no_answer", "refused")),
    ("advisor_faults", {"logger": "advisor"}),
)

SILENT = Metrics()
"""Counts nothing."""


def read_by(meter: "Meter", name: str, reading: Callable[[], Reading]) -> None:
    """Have *name* of `READ` be read by *reading* whenever somebody scrapes.

    A reading that fails is left out, so that the others are still told.
    """
    from opentelemetry.metrics import CallbackOptions, Observation  # noqa: PLC0415  when counting

    def observed(_: CallbackOptions) -> Iterable[Observation]:
        try:
            return [Observation(value, labels) for value, labels in reading()]
        except Exception:
            return []

    meter.create_observable_gauge(name, [observed], description=READ[name].meaning)
