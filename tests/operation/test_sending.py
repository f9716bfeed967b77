"""Traces and numbers sent by OpenTelemetry's protocol to a collector on loopback."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import grpc
import pytest
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from bot.errors import BadSetting
from bot.serving.watching import Watching
from bot.store import Store
from bot.telemetry import sending, tracing
from tests.store.migrated import sqlite_at

KEY = "slack:T0123ABCD:C0123ABCD:1767604363.000100"


@dataclass
class Collector(trace_service_pb2_grpc.TraceServiceServicer,
                metrics_service_pb2_grpc.MetricsServiceServicer):
    """Takes what is sent, over gRPC."""

    spans: list = field(default_factory=list)
    numbers: set = field(default_factory=set)

    def Export(self, request, _):  # noqa: N802  the protocol's name
        for one in getattr(request, "resource_spans", ()):
            for scope in one.scope_spans:
                self.spans += scope.spans
        for one in getattr(request, "resource_metrics", ()):
            for scope in one.scope_metrics:
                self.numbers |= {metric.name for metric in scope.metrics}
        of_traces = isinstance(request, trace_service_pb2.ExportTraceServiceRequest)
        return (trace_service_pb2.ExportTraceServiceResponse() if of_traces
                else metrics_service_pb2.ExportMetricsServiceResponse())


@pytest.fixture
def collector(monkeypatch) -> Iterator[Collector]:
    server, made = grpc.server(ThreadPoolExecutor(2)), Collector()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(made, server)
    metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(made, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    yield made
    server.stop(None)


def test_what_is_traced_and_counted_reaches_a_collector(collector, tmp_path):
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    watching = Watching(store, tmp_path, counts=True)
    watching.begin()
    watching.tracing.arrived(KEY, 0.002, {"delivery": KEY})
    with watching.tracing.within("handle", KEY, {"delivery": KEY}):
        watching.tracing.steps("turn", {}, [("search", 0.005, {})])
    watching.metrics.count("advisor_posts", "message", "sent")
    watching.metrics.time("advisor_reply_seconds", 1.5)
    watching.close()
    store.close()

    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"receive", "handle", "search"}
    assert {span.trace_id.hex() for span in collector.spans} == {
        hashlib.sha256(KEY.encode()).hexdigest()[:32]}
    assert spans["handle"].parent_span_id == spans["receive"].span_id
    assert spans["search"].parent_span_id == spans["handle"].span_id
    assert {"advisor_posts", "advisor_reply_seconds"} <= collector.numbers


def test_a_turn_that_no_delivery_asked_for_is_one_trace_too(collector, tmp_path):
    """The steps of one over HTTP came as four traces of a span each."""
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    watching = Watching(store, tmp_path, counts=False)
    watching.begin()
    watching.tracing.steps("turn", {"door": "api"}, [("read", 0.2, {}), ("search", 0.1, {})])
    watching.close()
    store.close()

    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"turn", "read", "search"}
    assert {spans[name].parent_span_id for name in ("read", "search")} == {spans["turn"].span_id}
    assert {span.trace_id for span in collector.spans} == {spans["turn"].trace_id}
    begun, ended = ([getattr(spans[name], what) for name in ("turn", "read", "search")]
                    for what in ("start_time_unix_nano", "end_time_unix_nano"))
    assert abs(begun[0] - begun[1]) < 1_000_000  # a millisecond: each is rounded by itself
    assert abs(ended[1] - begun[2]) < 5_000_000
    assert abs(ended[0] - ended[2]) < 5_000_000


def test_a_package_that_is_missing_is_named():
    with pytest.raises(BadSetting, match=r"'\.\[otel\]'"):
        tracing.exporter_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
                             "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"})


@pytest.mark.parametrize("name", [
    "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"])
def test_numbers_go_by_the_protocol_that_is_set(name):
    """They were sent by gRPC to a receiver of HTTP, where they never arrived."""
    where = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    with pytest.raises(BadSetting, match="sends numbers by http/protobuf is not installed"):
        sending.exporter_of({**where, name: "http/protobuf"})
    sending.exporter_of({**where, name: "grpc"}).shutdown()


def test_what_opentelemetry_refuses_is_told_as_a_setting(tmp_path, monkeypatch):
    """It was told as a fault of the program, with "nothing that you gave has to be wrong"."""
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")  # less than a batch has
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    watching = Watching(store, tmp_path, counts=False, environment={
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_BSP_MAX_QUEUE_SIZE": "1"})
    with pytest.raises(BadSetting, match=r"OTEL_BSP_MAX_QUEUE_SIZE, OTEL_EXPORTER_OTLP_ENDPOINT"):
        watching.begin()
    store.close()


def test_without_an_address_nothing_of_opentelemetry_is_loaded():
    code = ("import sys, bot.queue.desk, bot.serving.watching; "
            "print([m for m in sys.modules if m.startswith(('opentelemetry', 'prometheus'))])")
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
