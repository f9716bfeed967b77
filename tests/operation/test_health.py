"""Alive and ready: told in time, whatever hangs."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from bot.queue.deliveries import Deliveries
from bot.queue.desk import Desk
from bot.serving.loading import Loading
from bot.store import Store
from bot.telemetry.health import STUCK_SECONDS, Health
from bot.telemetry.timely import Timely, TooLate
from bot.web.app import Site, build_web
from retrieval.errors import IndexServerAway, IndexServerTooOld
from tests.store.migrated import postgresql_on, sqlite_at


class Workers:
    def __init__(self, **seconds):
        self._seconds = seconds

    def workers(self):
        return self._seconds


def health_of(**parts):
    given = {"database": lambda: None, "desk": lambda: None, "loaded": lambda: True,
             "sockets": lambda: None, "release_fault": lambda: None, **parts}
    return Health(**given)


def client_of(health, **parts):
    return TestClient(build_web(Site(
        slack=None, install=None, advisor=lambda: None, faults=health.faults, api_token=None,
        warnings=health.warnings, lifeless=health.lifeless, **parts)), client=("127.0.0.1", 1))


# --- in time ----------------------------------------------------------------------------------

def test_an_answer_is_asked_for_once_while_it_is_good():
    asked, now = [], [0.0]
    timely = Timely(lambda: asked.append(1) or len(asked), limit_seconds=5, keep_seconds=10,
                    clock=lambda: now[0])
    assert [timely.answer(), timely.answer()] == [1, 1]
    now[0] = 10.0
    assert timely.answer() == 2


def test_what_the_question_raises_is_raised():
    def fail():
        raise LookupError("no")

    with pytest.raises(LookupError):
        Timely(fail, limit_seconds=5).answer()


def test_a_question_that_hangs_is_not_asked_again_and_then_is_too_late_at_once():
    begun, go_on, asked, now = threading.Event(), threading.Event(), [], [0.0]

    def hang():
        asked.append(1)
        begun.set()
        go_on.wait(20)
        return "at last"

    timely = Timely(hang, limit_seconds=0.05, clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(TooLate):
            timely.answer()
        now[0] += 1
    assert begun.wait(20)
    assert asked == [1]
    go_on.set()
    deadline, told = time.monotonic() + 10, None
    while told is None and time.monotonic() < deadline:
        try:
            told = timely.answer()
        except TooLate:
            time.sleep(0.01)
    assert told == "at last"


# --- ready ------------------------------------------------------------------------------------

def test_ready_means_loaded_and_reached_and_connected():
    assert health_of().faults() == {}
    assert health_of(sockets=lambda: 2).faults() == {}
    assert health_of(loaded=lambda: False).faults() == {
        "loading": "guidance, model and index are being loaded"}
    assert health_of(sockets=lambda: 0).faults() == {
        "socket": "no Socket Mode connection is open"}


def test_while_slack_has_not_said_whose_token_it_is_messages_are_taken_in_and_it_says_so():
    """Were no replica ready while Slack's API is away, what people write would be lost."""
    client = client_of(health_of(slack_fault=lambda: "Slack does not say"))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["warnings"]) == (200, {"slack": "Slack does not say"})
    assert client.get("/healthz").json() == {"ok": True}


def test_while_the_index_is_away_whoever_may_ask_is_told_so_and_no_address():
    """`/readyz` asks for no token, and the error holds where the server is."""
    told, ended = [], threading.Event()

    def load():
        ended.set()
        raise IndexServerAway("The Chroma server at http://10.1.2.3:8000 does not answer.")

    loading = Loading(load, told.append)
    assert loading.at_last(ended) is None
    health = health_of(loaded=lambda: False, waiting_for=lambda: loading.waiting_for)

    assert client_of(health).get("/readyz").json()["faults"] == {"loading": (
        "the Chroma server can't be reached; start it, or correct ADVISOR_CHROMA_URL")}
    assert told == ["The Chroma server at http://10.1.2.3:8000 does not answer. Messages are taken "
                    "in and answered after that."]


def test_a_database_that_takes_no_writing_makes_it_unready_and_says_so(postgres):
    """After a failover to a copy each replica was ready, and refused whatever Slack sent."""
    with postgresql_on(postgres) as made:
        store = Store(made)
        health = health_of(database=store.insist_on_writing)
        assert health.faults() == {}
        name = store.engine.url.database
        with store.writing() as connection:
            connection.execute(text(
                f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        store.engine.dispose()  # as a failover ends all connections

        faults = health.faults()
        store.close()

    assert faults["database"].startswith("the database takes no writing: it is a copy of another ")


@pytest.mark.parametrize(("table", "status"), [("deliveries", 503), ("log", 200)])
def test_a_right_that_is_lacking_keeps_it_from_being_ready_where_nothing_can_be_stored(
        postgres, table, status):
    """All was well, while no answer could be recorded; were it not ready for that, what people
    write would be lost, which waits so."""
    with postgresql_on(postgres) as made:
        store = Store(made)
        store.upgrade()
        with store.writing() as connection:
            for told in ("CREATE ROLE most", "GRANT ALL ON ALL TABLES IN SCHEMA public TO most",
                         "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO most",
                         f"REVOKE INSERT ON {table} FROM most"):
                connection.execute(text(told))
        role = make_url(made).update_query_dict({"options": "-c role=most"})
        ours = Store(role.render_as_string(hide_password=False))
        answer = client_of(health_of(database=ours.insist_on_writing)).get("/readyz")
        ours.close()
        with store.writing() as connection:
            connection.execute(text("DROP OWNED BY most"))
            connection.execute(text("DROP ROLE most"))
        store.close()

    told = answer.json()
    assert answer.status_code == status
    if status == 200:
        assert told["warnings"] == {
            "rights": "our role lacks in the database: INSERT on log"}
    else:
        assert told["faults"]["database"].startswith("our role lacks a right in the database; ")


def test_an_old_chroma_server_is_told_as_one_and_not_as_away():
    loading = Loading(lambda: None, [].append)
    ended = threading.Event()

    def load():
        ended.set()
        raise IndexServerTooOld("The Chroma server at http://10.1.2.3:8000 is of version 0.5.3.")

    loading._load = load
    loading.at_last(ended)
    health = health_of(loaded=lambda: False, waiting_for=lambda: loading.waiting_for)

    assert health.faults() == {"loading": (
        "the Chroma server is older than 1.0, which is needed; start a newer one there, or "
        "correct ADVISOR_CHROMA_URL")}


def test_a_database_that_refuses_makes_it_unready_and_not_dead():
    def refuse():
        raise ConnectionRefusedError("zyxcanary")

    client = client_of(health_of(database=refuse))
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["faults"] == {"database": "ConnectionRefusedError"}
    assert client.get("/healthz").json() == {"ok": True}


def test_while_the_database_hangs_the_probes_answer():
    go_on = threading.Event()
    client = client_of(health_of(database=lambda: go_on.wait(60)))
    try:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["faults"]) == (
            503, {"database": "no answer within 1 s"})
        assert client.get("/healthz").status_code == 200
    finally:
        go_on.set()


def test_a_locked_database_is_told_and_is_ready_again_once_it_is_free(tmp_path):
    store = Store(sqlite_at(tmp_path / "advisor.sqlite3"))
    health = health_of(database=lambda: _write(store))
    with store.engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        assert health.faults() == {"database": "no answer within 1 s"}
        other.exec_driver_sql("ROLLBACK")
    deadline = time.monotonic() + 30
    while health.faults() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert health.faults() == {}
    store.close()


def _write(store):
    with store.writing() as connection:
        connection.execute(text("SELECT 1"))


def test_once_a_stop_was_asked_for_it_is_not_ready_but_alive():
    health = health_of()
    client = client_of(health)
    assert client.get("/readyz").status_code == 200
    health.drain()
    assert client.get("/readyz").json()["faults"] == {
        "stopping": "a stop was asked for; what is under way is finished"}
    assert client.get("/healthz").status_code == 200


# --- alive ------------------------------------------------------------------------------------

@pytest.mark.parametrize(("workers", "status", "warned"), [
    ({"a": 0.1, "b": 3.0}, 200, False),
    ({"a": 0.1, "b": STUCK_SECONDS + 1}, 200, True),
    ({"a": STUCK_SECONDS + 5, "b": STUCK_SECONDS + 1}, 503, True),
    ({"a": 0.1, "b": None}, 503, False),
])
def test_a_desk_that_is_stuck_or_has_lost_a_worker_shows(workers, status, warned):
    client = client_of(health_of(desk=lambda: Workers(**workers)))
    assert client.get("/healthz").status_code == status
    ready = client.get("/readyz")
    assert ready.status_code == status
    assert ("desk" in ready.json().get("warnings", {})) is warned


class Ends(BaseException):
    """What no worker survives."""


def test_the_desk_tells_how_long_each_worker_has_been_at_it(tmp_path, monkeypatch):
    store, hung, go_on = Store(sqlite_at(tmp_path / "a.sqlite3")), threading.Event(), (
        threading.Event())

    def work():
        if threading.current_thread().name == "desk-0":
            hung.set()
            go_on.wait(60)
        return False

    desk = Desk(Deliveries(store), None, None, workers=2, grace_seconds=0)
    monkeypatch.setattr(desk, "work", work)
    assert desk.workers() == {}
    desk.start()
    assert hung.wait(20)
    assert set(desk.workers()) == {"desk-0", "desk-1"}
    first = desk.workers()["desk-0"]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and desk.workers()["desk-0"] <= first:
        time.sleep(0.01)
    assert desk.workers()["desk-0"] > first
    go_on.set()
    desk.stop(20)
    store.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_has_ended_shows(tmp_path, monkeypatch):
    def work():
        raise Ends

    store = Store(sqlite_at(tmp_path / "a.sqlite3"))
    desk = Desk(Deliveries(store), None, None, workers=1, grace_seconds=0)
    monkeypatch.setattr(desk, "work", work)
    desk.start()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and desk.workers()["desk-0"] is not None:
        time.sleep(0.01)
    assert health_of(desk=lambda: desk).lifeless() == {"desk": "a worker has ended by an error"}
    desk.stop(5)
    store.close()


# --- the numbers' door ------------------------------------------------------------------------

def test_metrics_answer_this_machine_or_whoever_has_the_token():
    def scraped():
        return b"advisor_ready 1.0\n", "text/plain; version=1.0.0; charset=utf-8"

    def asked(near, token=None, **headers):
        site = Site(slack=None, install=None, advisor=lambda: None, faults=dict, api_token="other",
                    scraped=scraped, metrics_token=token)
        web = TestClient(build_web(site), client=(near, 1), base_url="http://127.0.0.1")
        return web.get("/metrics", headers=headers)

    assert asked("127.0.0.1").text == "advisor_ready 1.0\n"
    assert asked("127.0.0.1").headers["content-type"].startswith("text/plain; version=1.0.0")
    assert asked("203.0.113.9").status_code == 401
    assert asked("127.0.0.1", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    assert asked("203.0.113.9", "t0ken", Authorization="Bearer t0ken").status_code == 200
    assert asked("203.0.113.9", "t0ken", Authorization="Bearer other").status_code == 401


def test_without_metrics_their_door_is_closed():
    answer = client_of(health_of()).get("/metrics")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_here")
