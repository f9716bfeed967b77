"""Traces: from a delivery's arrival over each step to its reply standing in Slack.

All spans of one delivery are one trace whichever process works on it: the trace's id is made from
the delivery's key, so nothing has to be handed on beside it.  A span tells ids and counts, never
words.  Without an exporter nothing is traced and nothing of OpenTelemetry is loaded.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from bot.telemetry.protocols import sent_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""What has to be set in the environment for traces to be sent; OpenTelemetry's own names."""
SERVICE = "advisor"
_BILLION = 1_000_000_000

Attributes = Mapping[str, str | int | float | bool]
Step = tuple[str, float, Attributes]
"""A step of what was done: its name, the seconds that it took, and what its span holds."""

_ROOT: ContextVar[tuple[int, int] | None] = ContextVar("root", default=None)
"""Ids that the next span takes, where it begins a trace."""


class Tracing:
    """Makes spans, once it has begun; before that it does nothing."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None

    def begin(self, tracer: "Tracer") -> None:
        """Make spans from now on, as *tracer*'s."""
        self._tracer = tracer

    def arrived(self, key: str, seconds: float, attributes: Attributes) -> None:
        """The delivery *key* has arrived, which took *seconds*: the first span of its trace."""
        if self._tracer is None:
            return
        from opentelemetry.context import Context  # noqa: PLC0415  when tracing

        token = _ROOT.set(_ids(key))
        try:
            self._ended("receive", seconds, attributes, Context())
        finally:
            _ROOT.reset(token)

    def within(
        self, name: str, key: str | None, attributes: Attributes
    ) -> AbstractContextManager[object]:
        """A span for as long as the block goes on, in the trace of the delivery *key*.

        Without a key it is a part of whatever goes on in this thread.
        """
        return nullcontext() if self._tracer is None else self._within(name, key, attributes)

    def steps(self, whole: str, attributes: Attributes, steps: Iterable[Step]) -> None:
        """*steps* followed one another until now, within the span of this thread.

        Where it has none, as of a turn over HTTP, they lie in one of their own, called *whole* and
        with *attributes*: each would be a trace by itself.
        """
        if self._tracer is None:
            return
        from opentelemetry.trace import (  # noqa: PLC0415  when tracing
            get_current_span,
            set_span_in_context,
        )

        steps = list(steps)
        left = sum(seconds for _, seconds, _ in steps)
        around, context = None, None
        now = time.time_ns()
        if not get_current_span().get_span_context().is_valid:
            around = self._tracer.start_span(
                whole, attributes=attributes, start_time=now - round(left * _BILLION))
            context = set_span_in_context(around)
        for name, seconds, told in steps:
            left -= seconds
            self._ended(name, seconds, told, context, left)
        if around is not None:
            around.end(now)

    @contextmanager
    def _within(self, name: str, key: str | None, attributes: Attributes) -> "Iterator[None]":
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415  when tracing

        assert self._tracer is not None  # noqa: S101  for the type checker
        context = None if key is None else _under(key)
        # What is raised holds words: its kind is told, and nothing that it says.
        with self._tracer.start_as_current_span(
                name, context, attributes=attributes, record_exception=False,
                set_status_on_exception=False) as span:
            try:
                yield
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def _ended(self, name: str, seconds: float, attributes: Attributes, context: Any,
               ended_ago: float = 0.0) -> None:
        assert self._tracer is not None  # noqa: S101  for the type checker
        end = time.time_ns() - round(ended_ago * _BILLION)
        span = self._tracer.start_span(name, context, attributes=attributes,
                                       start_time=end - round(seconds * _BILLION))
        span.end(end)


UNTRACED = Tracing()
"""Traces nothing."""


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether *environment* says where traces go."""
    return any(environment.get(name) for name in ENDPOINTS)


def trace(tracing: Tracing, processor: "SpanProcessor", replica: str) -> "TracerProvider":
    """Have *tracing* begin, through *processor*; gives what has to be shut down at the end."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  when tracing
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415

    class Ids(RandomIdGenerator):
        """Random ids, but for a span that begins the trace of a delivery."""

        def generate_trace_id(self) -> int:
            root = _ROOT.get()
            return super().generate_trace_id() if root is None else root[0]

        def generate_span_id(self) -> int:
            root = _ROOT.get()
            return super().generate_span_id() if root is None else root[1]

    provider = TracerProvider(id_generator=Ids(), shutdown_on_exit=False, resource=Resource.create({
        "service.name": SERVICE, "service.instance.id": replica}))
    provider.add_span_processor(processor)
    tracing.begin(provider.get_tracer(SERVICE))
    return provider


def exporter_of(environment: Mapping[str, str]) -> "SpanProcessor":
    """What sends spans where *environment* says, in batches and beside everything else.

    Raises:
        BadSetting: The package that sends them is not installed, or can't read what is given.
    """
    protocol = sent_by(environment, "TRACES")
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter  # noqa: PLC0415

    made: SpanExporter
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import trace_exporter  # noqa: PLC0415

        made = trace_exporter.OTLPSpanExporter()
    else:
        from opentelemetry.exporter.otlp.proto.http import (  # noqa: PLC0415
            trace_exporter as over_http,
        )

        made = over_http.OTLPSpanExporter()
    return BatchSpanProcessor(made)


def _ids(key: str) -> tuple[int, int]:
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:24], "big")


def _under(key: str) -> Any:
    """The context of the first span of the delivery *key*, wherever that was made."""
    from opentelemetry.trace import (  # noqa: PLC0415  when tracing
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    trace, span = _ids(key)
    return set_span_in_context(NonRecordingSpan(SpanContext(
        trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))))
