import json

import pytest
from starlette.testclient import TestClient

from bot.advisor import Advisor
from bot.store import Store
from bot.web import MOST_BYTES, Site, build_web
from retrieval.releases import content_of
from tests.dialogue.talking import LIMIT, WordSearch
from tests.store.migrated import sqlite_at

SAID = {"conversation": "c1", "text": "drones for the police in Kenya"}


@pytest.fixture(scope="module")
def advisor(tmp_path_factory, guidance, reader, sentences):
    store = Store(sqlite_at(tmp_path_factory.mktemp("web") / "advisor.sqlite3"))
    store.keep_release(guidance.release, content_of(guidance))
    store.activate(guidance.release)
    yield Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                  wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)
    store.close()


@pytest.fixture
def serve(advisor):
    """The application, as *overrides* of its parts say, seen from *near*."""

    def start(near="127.0.0.1", **overrides):
        parts = {"slack": None, "install": None, "advisor": lambda: advisor,
                 "faults": dict, "api_token": None, **overrides}
        return TestClient(build_web(Site(**parts)), client=(near, 50_000))

    return start


def test_a_turn_is_answered_by_the_machine_protocol(serve):
    answer = serve().post("/api/turns", json=SAID)

    assert answer.status_code == 200
    told = answer.json()
    assert told["conversation"] == "c1"
    assert told["deal"] == {"product": ["drone"], "end_user": ["police"], "country": ["KE"]}
    assert told["question"]["fact"] in told["open_facts"]


def test_the_same_key_gives_the_same_answer_and_one_turn(serve):
    said = {"conversation": "c2", "text": "drones for the police in Kenya"}
    client = serve()

    first = client.post("/api/turns", json=said, headers={"Idempotency-Key": "k1"}).json()
    again = client.post("/api/turns", json=said, headers={"Idempotency-Key": "k1"}).json()
    other = client.post("/api/turns", json=said, headers={"Idempotency-Key": "k2"}).json()

    assert again == first
    assert (first["turn"], other["turn"]) == (1, 2)


@pytest.mark.parametrize(("body", "code"), [
    ("{", "bad_json"), ("[]", "bad_json"), ('{"conversation": ""}', "bad_conversation"),
    ('{"conversation": "c", "text": 3}', "bad_text"), ('{"conversation": "c"}', "empty"),
    ('{"conversation": "c", "answers": {"colour": ["red"]}}', "unknown_fact"),
])
def test_what_cannot_be_read_is_answered_with_what_was_wrong(serve, body, code):
    answer = serve().post("/api/turns", content=body,
                          headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_without_a_token_only_this_machine_may_ask(serve):
    assert serve(near="203.0.113.9").post("/api/turns", json=SAID).status_code == 401
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    assert serve().post("/api/turns", json=SAID, headers=forwarded).status_code == 401


def test_with_a_token_whoever_has_it_may_ask(serve):
    client = serve(near="203.0.113.9", api_token="s3cret")

    for given in ("Bearer s3cre", "Bearer s3crét", "s3cret", ""):
        headers = {"Authorization": given.encode()}
        assert client.post("/api/turns", json=SAID, headers=headers).status_code == 401
    allowed = client.post("/api/turns", json=SAID, headers={"Authorization": "Bearer s3cret"})
    assert allowed.status_code == 200


def test_a_web_page_cannot_make_a_browser_ask(serve):
    answer = serve().post("/api/turns", content=json.dumps(SAID),
                          headers={"Content-Type": "text/plain"})

    assert answer.status_code == 415


def test_a_body_over_the_limit_is_refused_by_name(serve):
    answer = serve().post("/api/turns", content=b"x" * (MOST_BYTES + 1),
                          headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert "1,000,000" in answer.json()["error"]["message"]


def test_bytes_that_are_no_text_are_refused(serve):
    answer = serve().post("/api/turns", content=b"\xff\xfe",
                          headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_encoding")


def test_while_the_guidance_loads_it_is_alive_and_not_ready(serve):
    client = serve(advisor=lambda: None, faults=lambda: {"loading": "guidance"})

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        503, {"ok": False, "faults": {"loading": "guidance"}})
    assert client.post("/api/turns", json=SAID).status_code == 503


def test_ready_means_nothing_is_missing(serve):
    ready = serve().get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ok": True, "faults": {}})


def test_slack_over_http_is_not_there_where_it_comes_by_socket(serve):
    assert serve().post("/slack/events", json={}).status_code == 404
