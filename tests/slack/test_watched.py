"""A bot at work in a workspace, watched: what it logs, counts and traces."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from bot.queue import desk, dispatching
from bot.serving.waiting import waiting_in
from bot.serving.watching import Watching
from bot.telemetry.exposition import Exposition
from bot.telemetry.log_lines import NOT_SHOWN
from bot.telemetry.metrics import Metrics
from bot.telemetry.tracing import Tracing, trace
from tests.operation.written import written
from tests.slack.joined import joined
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import APP_TOKEN, BOT_TOKEN, NOOR, SECRET

pytestmark = pytest.mark.xdist_group("watched")

CANARIES = ("zyxcanary", "Kenya", "drones", "New Comer", "Sam Ortiz", "Noor Haddad",
            BOT_TOKEN, APP_TOKEN, SECRET)
QUIET = ("advisor.bolt", "slack_sdk", "slack_sdk.web.base_client", "sqlalchemy.engine",
         "python_multipart", "uvicorn.error")


@dataclass(frozen=True)
class Watched:
    lines: list[dict[str, Any]]
    numbers: dict[str, float]
    spans: tuple[ReadableSpan, ...]
    known: tuple[str, str]
    """Key of the first delivery and its conversation."""


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory, guidance, reader, sentences, say
) -> Iterator[Watched]:
    """What a bot left behind that was talked to, with faults on the way, everything at DEBUG."""
    folder, metrics = tmp_path_factory.mktemp("watched"), Metrics()
    metrics.begin()
    spans = InMemorySpanExporter()
    tracing = Tracing()
    provider = trace(tracing, SimpleSpanProcessor(spans), "test-1")
    levels = {name: logging.getLogger(name).level for name in QUIET}
    waits = dispatching.POSTING_WAITS, desk.HANDLING_WAITS
    dispatching.POSTING_WAITS, desk.HANDLING_WAITS = (0.1,), (0.1,) * 4
    try:
        with written() as lines, joined(
                "http", folder, guidance, reader, sentences, say,
                metrics=metrics, tracing=tracing) as made:
            for name in QUIET:
                logging.getLogger(name).setLevel(logging.DEBUG)
            watching = Watching(made.store, folder, counts=False)
            watching.metrics, watching.tracing = metrics, tracing
            watching.step(made.parts.advisor.stepping)
            bot = Bot(made)
            ts = bot.mention(f"{DEAL} zyxcanary")
            known = next((span.attributes or {}) for span in spans.get_finished_spans()
                         if span.name == "handle")
            bot.command("zyxcanary drones to the police in Kenya")
            bot.direct("zyxcanary drones to Kenya", user=NOOR)
            for nth, kind in enumerate(("bad_json", "http_500", "reset_after_commit"), start=1):
                bot.workspace.order("faults", method="chat.postMessage", nth=nth, kind=kind)
            bot.say("zyxcanary to watch crowds at demonstrations", thread=ts)
            working = made.parts.advisor.edition
            made.parts.advisor.switch(replace(working, search=_failing))
            bot.say("zyxcanary what does the guidance say about audits?", thread=ts)
            made.parts.advisor.switch(working)
            bot.workspace.http.post("/", content=b"zyxcanary")
            assert waiting_in(made.store).queues["deliveries"].size == 0
    finally:
        dispatching.POSTING_WAITS, desk.HANDLING_WAITS = waits
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    text = Exposition(metrics, {}).scraped()[0].decode()
    numbers = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            numbers[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    yield Watched(lines, numbers, spans.get_finished_spans(),
                  (str(known["delivery"]), str(known["conversation"])))
    provider.shutdown()


def _failing(*_: object, **__: object) -> None:
    raise RuntimeError("zyxcanary drones to Kenya")


def test_no_words_names_or_secrets_are_logged(watched):
    assert len(watched.lines) > 100
    found = [(canary, line) for line in watched.lines for canary in CANARIES
             if canary.lower() in str(line).lower()]
    assert found == []


def test_libraries_did_log_and_what_they_said_is_not_shown(watched):
    loggers = {line["logger"] for line in watched.lines if line["event"] == NOT_SHOWN}
    assert {"slack_sdk.web.base_client"} <= loggers


def test_a_handling_that_failed_says_which_delivery_and_where(watched):
    failed = [line for line in watched.lines if line["event"] == "handling failed"]
    assert [line["tries"] for line in failed] == ["0", "1", "2", "3", "4"]
    for line in failed:
        assert (line["logger"], line["level"], line["act"]) == ("advisor.desk", "error", "message")
        assert line["conversation"] == watched.known[1]
        assert line["reference"].startswith("T-")
        assert [one["type"] for one in line["error"]] == ["RuntimeError"]
        assert line["error"][0]["frames"][-1].startswith("slack/test_watched.py:_failing:")


def test_what_happened_is_counted(watched):
    numbers = watched.numbers
    assert numbers["advisor_turns_total{act=message,door=slack,kind=ask}"] + numbers.get(
        "advisor_turns_total{act=message,door=slack,kind=advice}", 0) == 4
    assert numbers["advisor_turn_seconds_count{step=record}"] == 4
    assert numbers["advisor_deliveries_total{act=message,received=new}"] == 5
    assert numbers["advisor_deliveries_failed_total{end=again}"] == 4
    assert numbers["advisor_deliveries_failed_total{end=given_up}"] == 1
    assert numbers["advisor_reply_seconds_count"] == 4
    assert numbers["advisor_posts_total{end=unclear,post=message}"] == 3
    assert numbers["advisor_slack_calls_total{end=server_error,method=chat.postMessage}"] == 1
    assert numbers["advisor_acknowledgement_seconds_count{door=http}"] >= 5


def test_no_label_tells_who_or_what(watched):
    told = "".join(watched.numbers)
    for word in ("slack:", "T0", "U0", "C0", *CANARIES):
        assert word not in told


def test_a_delivery_is_one_trace_from_arrival_to_its_post(watched):
    key = watched.known[0]
    root = next(s for s in watched.spans
                if s.name == "receive" and (s.attributes or {})["delivery"] == key)
    mine = [s for s in watched.spans if s.context.trace_id == root.context.trace_id]
    names = [s.name for s in sorted(mine, key=lambda s: s.start_time)]
    assert names[0] == "receive"
    assert {"handle", "read", "search", "compose", "record", "post"} <= set(names)
    parents = {s.name: s.parent.span_id if s.parent else None for s in mine}
    handle = next(s for s in mine if s.name == "handle")
    assert parents["receive"] is None
    assert parents["handle"] == parents["post"] == root.context.span_id
    assert parents["search"] == handle.context.span_id


def test_spans_tell_ids_and_counts_and_no_words(watched):
    told = str([(s.name, dict(s.attributes or {}), s.status.description,
                 [dict(e.attributes or {}) for e in s.events]) for s in watched.spans])
    assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []
