"""The numbers that are scraped, and that dashboard and alerts go by no others."""

import json
import logging
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.advisor import Advisor
from bot.backing_up.noting import last_made, note_made
from bot.checkpoints import Checkpoints
from bot.machine.exchange import take
from bot.migrations.upgrading import newest
from bot.queue.deliveries import Deliveries
from bot.record.history import enter_first
from bot.record.signed_notes import signer_of
from bot.serving.waiting import waiting_in
from bot.serving.watching import Watching
from bot.store import Store
from bot.telemetry.exposition import Exposition
from bot.telemetry.health import Health
from bot.telemetry.metrics import COUNTED, LOGGERS, MOST_VALUES, READ, TIMED, Metrics
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WordSearch
from tests.slack.office import said
from tests.store.clocks import put_ahead
from tests.store.migrated import holding, postgresql_on

DASHBOARD = PROJECT / "docker" / "grafana" / "advisor.json"
ALERTS = PROJECT / "docker" / "prometheus" / "alerts.yaml"
RUNBOOK = PROJECT / "docs" / "runbook.md"
TELEMETRY = PROJECT / "docs" / "telemetry.md"
PROCESS = {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds",
           "process_start_time_seconds"}
_NAME = re.compile(r"\b(?:advisor|process)_[a-z_]+\b(?!\")")


class Served:
    def release(self):
        return "0123456789ab"

    def sockets_open(self):
        return 2


@pytest.fixture
def store(tmp_path, guidance, content):
    with holding(guidance.release, content, tmp_path) as made:
        yield made


@pytest.fixture
def watching(store, tmp_path):
    made = Watching(store, tmp_path, counts=True, environment={})
    health = Health(database=store.active_release, desk=lambda: None, loaded=lambda: True,
                    sockets=lambda: 2, release_fault=lambda: None)
    made.over(health, Served())
    made.begin()
    yield made
    made.close()


def scraped(watching):
    text = watching.scraped()[0].decode()
    return {(s.name, *(f"{k}={v}" for k, v in sorted(s.labels.items()))): s.value
            for family in text_string_to_metric_families(text) for s in family.samples}


def exposed():
    """The name of every series that a process can expose."""
    histograms = {f"{name}_{end}" for name in TIMED for end in ("bucket", "sum", "count")}
    return {f"{name}_total" for name in COUNTED} | histograms | set(READ) | PROCESS


def test_what_is_declared_is_exposed_under_its_name():
    metrics = Metrics()
    metrics.begin()
    for name, number in COUNTED.items():
        metrics.count(name, *("x" for _ in number.labels))
    for name, number in TIMED.items():
        metrics.time(name, 0.2, *("x" for _ in number.labels))
    readings = {name: (lambda labels=number.labels: [(1, dict.fromkeys(labels, "x"))])
                for name, number in READ.items()}
    text = Exposition(metrics, readings).scraped()[0].decode()
    names = {sample.name for family in text_string_to_metric_families(text)
             for sample in family.samples}
    ours = {name for name in names if not name.startswith("python_") and (
        not name.endswith("_created"))}
    assert exposed() <= ours
    assert {name for name in ours if name.startswith("advisor_")} == exposed() - PROCESS


def test_what_is_looked_up_is_there_when_somebody_scrapes(watching, tmp_path):
    found = scraped(watching)
    assert found["advisor_ready",] == found["advisor_database_up",] == 1
    assert found["advisor_release", "release=0123456789ab"] == 1
    assert found["advisor_slack_sockets",] == 2
    assert found["advisor_queue", "queue=deliveries"] == 0
    assert found["advisor_disk_bytes",] == shutil.disk_usage(tmp_path).total
    assert found["advisor_deliveries_failed_total", "end=given_up"] == 0
    assert {name for name, *_ in found} >= set(READ)


def test_a_label_that_grows_without_end_is_cut_off():
    metrics = Metrics()
    metrics.begin()
    for n in range(MOST_VALUES + 50):
        metrics.count("advisor_database_errors", f"Error{n}")
    text = Exposition(metrics, {}).scraped()[0].decode()
    values = [s for f in text_string_to_metric_families(text)
              for s in f.samples if s.name == "advisor_database_errors_total"]
    assert len(values) == MOST_VALUES + 1
    assert [s.value for s in values if s.labels["kind"] == "other"] == [50]


def test_before_it_begins_nothing_is_counted_and_nothing_fails():
    metrics = Metrics()
    metrics.count("advisor_deliveries_failed", "again")
    metrics.time("advisor_reply_seconds", 1.0)
    metrics.begin()
    found = {(s.name, s.labels.get("end")): s.value
             for f in text_string_to_metric_families(Exposition(metrics, {}).scraped()[0].decode())
             for s in f.samples}
    assert found["advisor_deliveries_failed_total", "again"] == 0
    assert {v for (name, _), v in found.items() if name.startswith("advisor_reply_seconds")} <= {0}


def test_durations_fall_between_their_bounds():
    metrics, heard = Metrics(), []
    metrics.begin(lambda *told: heard.append(told))
    for seconds in (0.0005, 0.001, 0.3, 99.0):
        metrics.time("advisor_turn_seconds", seconds, "read")
    found = {s.labels.get("le"): s.value for f in text_string_to_metric_families(
                 Exposition(metrics, {}).scraped()[0].decode())
             for s in f.samples if s.name == "advisor_turn_seconds_bucket"}
    assert (found["0.001"], found["0.25"], found["0.5"], found["10.0"], found["+Inf"]) == (
        2, 2, 3, 3, 4)
    assert heard[0] == ("advisor_turn_seconds", 0.0005, {"step": "read"})


def test_a_number_has_the_labels_that_its_table_says():
    metrics = Metrics()
    metrics.begin()
    with pytest.raises(ValueError, match="split by"):
        metrics.count("advisor_turns", "slack")


def test_while_the_database_is_away_the_rest_is_still_told(watching, store):
    store.engine.dispose()
    with store.engine.connect() as held:
        held.exec_driver_sql("ROLLBACK")
        held.exec_driver_sql("DROP TABLE second_looks")
    found = scraped(watching)
    assert ("advisor_queue", "queue=deliveries") not in found
    assert found["advisor_release", "release=0123456789ab"] == 1
    assert found["advisor_database_errors_total", "kind=OperationalError"] >= 1


def test_turns_of_the_machine_protocol_are_counted(
    watching, store, guidance, reader, sentences
):
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)
    watching.step(advisor.stepping)
    first = take(advisor, "c", "a", "drones for the police in Kenya", door="api")
    take(advisor, "c", "a", "to watch crowds", door="pipe")
    found = scraped(watching)
    kind = f"kind={first.reply.kind.value}"
    assert found["advisor_turns_total", "act=message", "door=api", kind] == 1
    assert [found["advisor_turn_seconds_count", f"step={step}"]
            for step in ("read", "search", "compose", "record")] == [2, 2, 2, 2]


# --- what waits ------------------------------------------------------------------------------

def test_how_long_something_waits_no_replica_tells_by_a_clock_of_its_own(postgres, monkeypatch):
    """One that is minutes ahead would wake somebody whenever anything waits."""
    with postgresql_on(postgres) as url:
        store = Store(url)
        Deliveries(store).receive(said("a"))
        put_ahead(monkeypatch, "bot.serving.waiting")
        assert waiting_in(store).queues["deliveries"].oldest_seconds < 150  # of 300
        store.close()


def test_what_waits_is_told_with_its_age(store):
    began = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    box = Deliveries(store, lambda: began)
    box.receive(said("a"))
    box.receive(said("b", 1))

    found = waiting_in(store, lambda: began + timedelta(seconds=90))

    assert (found.queues["deliveries"].size, found.queues["deliveries"].oldest_seconds) == (2, 90)
    assert (found.queues["posts"].size, found.queues["posts"].oldest_seconds) == (0, 0)


def test_what_no_checkpoint_covers_is_told_with_its_age(
    store, tmp_path, guidance, reader, sentences
):
    began = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=store, question_limit=LIMIT, message_limit=8000,
                      now=lambda: began)
    checkpoints = Checkpoints(store, signer_of(None, tmp_path / "log.key"))
    take(advisor, "c", "a", "drones for the police in Kenya")
    later = began + timedelta(hours=3)
    assert waiting_in(store, lambda: later).unproven_seconds == 3 * 3600
    checkpoints.take_due()
    assert waiting_in(store, lambda: later).unproven_seconds == 0


def test_how_old_the_last_good_back_up_is_is_told_or_how_old_what_has_none(store):
    """Cron had ceased to make any, and nothing that is watched knew of it."""
    begun = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    with store.writing() as connection:
        enter_first(connection, store.active_release(), begun, "us", None)
    assert waiting_in(store, lambda: begun + timedelta(days=2)).backup_seconds == 2 * 86400

    assert note_made(store, newest(), took_seconds=60)
    assert 60 <= waiting_in(store).backup_seconds < 75
    assert note_made(store, newest(), took_seconds=0)  # a later one takes its place
    assert waiting_in(store).backup_seconds < 15
    assert last_made(store) is not None


def test_a_database_that_takes_no_note_of_its_back_up_is_no_fault_of_that(store):
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE last_backup")
    assert not note_made(store, newest(), 0)
    assert note_made(store, "0017", 0)  # of before it, nobody expects one


# --- the files that come with it -------------------------------------------------------------

def panels():
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]


def rules():
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_the_dashboard_is_what_grafana_takes():
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time",
            "annotations"} <= set(dashboard)
    assert dashboard["id"] is None if "id" in dashboard else True
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    taken = set()
    for panel in panels():
        assert {"id", "type", "title", "gridPos"} <= set(panel)
        at = panel["gridPos"]
        assert at["x"] >= 0 and at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["type"] in {"stat", "timeseries"}
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        refs = [target["refId"] for target in panel["targets"]]
        assert refs and len(set(refs)) == len(refs)
    assert [v["name"] for v in dashboard["templating"]["list"]] == [
        "datasource", "job", "replica"]


def test_an_end_of_a_post_that_an_alert_goes_by_is_there_before_it_happens(watching):
    """`increase` of a number whose first value is 1 is 0: the first refusal woke nobody."""
    ends = {end for one in re.findall(r'advisor_slack_calls_total\{[^}]*end=~"([^"]+)"',
                                      ALERTS.read_text("utf-8")) for end in one.split("|")}
    found = scraped(watching)
    assert {end: found["advisor_slack_calls_total", f"end={end}", "method=chat.postMessage"]
            for end in ends} == dict.fromkeys(ends, 0)
    assert {"missing_scope", "token_revoked", "server_error"} <= ends


def test_faults_are_counted_from_zero_whoever_logs_them(watching, monkeypatch, caplog):
    """A logger was there from its first fault on, at 1: of four in a row an alert saw none."""
    # A server of another test, in this process, may keep uvicorn's lines to itself or leave them
    # out; that of `bot serve` has no `log_config` and lets errors through.
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    caplog.set_level(logging.WARNING, "uvicorn.error")
    before = {key for key in scraped(watching) if key[0] == "advisor_faults_total"}
    for name in ("advisor", "advisor.desk", "advisor.bolt.oauth", "advisor.new", "slack_sdk.web",
                 "retrieval.indexes.in_folder", "uvicorn.error", "nobody.knows.it", "root"):
        logging.getLogger(name).error("broken", exc_info=RuntimeError("x"))
    after = {key: value for key, value in scraped(watching).items()
             if key[0] == "advisor_faults_total"}
    assert set(after) == before
    assert {key[1].partition("=")[2]: n for key, n in after.items() if n} == {
        "advisor": 2, "advisor.desk": 1, "advisor.bolt": 1, "slack_sdk": 1, "retrieval": 1,
        "uvicorn": 1, "other": 2}


def test_each_of_our_loggers_has_a_number_of_its_own():
    named = {name for file in (PROJECT / "bot").rglob("*.py")
             for name in re.findall(r'getLogger\("(advisor(?:\.\w+)?)', file.read_text("utf-8"))}
    assert "advisor.desk" in named
    assert named <= set(LOGGERS)


def test_every_number_of_the_dashboard_and_the_alerts_is_one_that_is_exposed():
    expressions = [t["expr"] for p in panels() for t in p.get("targets", ())]
    expressions += [rule["expr"] for rule in rules()]
    named = {name for expression in expressions for name in _NAME.findall(expression)}
    assert named <= exposed()
    shown = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in named}
    declared = {*COUNTED, *TIMED, *READ}
    assert declared - shown == {"advisor_build"}


def test_what_tells_nothing_before_it_happens_is_not_missed():
    """A replica that is gone tells nothing; a series that begins at 1 has no increase."""
    expressions = {rule["alert"]: rule["expr"] for rule in rules()}
    assert 'or up{job="advisor"} == 0' in expressions["AdvisorReplicaUnready"]
    assert "unless advisor_slack_calls_total offset 10m) > 0" in (
        expressions["AdvisorSlackRefusesToken"])


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_says_what_to_do(rule):
    page, _, heading = rule["annotations"]["runbook"].partition("#")
    assert PROJECT / page == RUNBOOK
    headings = re.findall(r"^#+ (.+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert heading in {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in headings}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert rule["annotations"]["summary"].endswith(".")


def test_every_number_is_explained():
    page = TELEMETRY.read_text(encoding="utf-8")
    assert [name for name in (*COUNTED, *TIMED, *READ) if f"`{name}`" not in page] == []
