import json
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bot.advisor import Advisor, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
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


def turn(client, name, text, key):
    return client.post("/api/turns", json={"conversation": name, "text": text},
                       headers={"Idempotency-Key": key}).json()


def test_no_key_of_one_conversation_is_another_key_of_another(serve):
    """What was said in the first was told to whoever asked in the second."""
    client = serve()
    first = turn(client, "deal:7", "drones for the police in Kenya", "8")
    second = turn(client, "deal", "CCTV for the city of Accra", "7:8")

    assert (first["conversation"], first["deal"]["country"]) == ("deal:7", ["KE"])
    assert (second["conversation"], second["deal"]["country"]) == ("deal", ["GH"])
    assert turn(client, "deal:7", "drones for the police in Kenya", "8") == first
    assert turn(client, "deal", "CCTV for the city of Accra", "7:8") == second
    assert turn(client, "deal%3A7", "kits for Chad", "8")["deal"]["country"] == ["TD"]


def test_what_was_answered_under_a_key_of_the_former_form_is_found_and_not_told_elsewhere(
    serve, advisor
):
    client, name = serve(), ConversationId("old:1")
    advisor.take_turn(Said(MessageKey("api:old:1:k"), name, "api", datetime.now(UTC),
                           "drones for the police in Kenya"))

    again = turn(client, "old:1", "drones for the police in Kenya", "k")
    elsewhere = turn(client, "old", "CCTV for the city of Accra", "1:k")

    assert (again["turn"], again["deal"]["country"]) == (1, ["KE"])
    assert elsewhere == {"error": {
        "code": "key_taken", "message": "That key names a message of another conversation. Send "
        "this one under a key of its own."}}


@pytest.mark.parametrize(("body", "code"), [
    ('{"conversation": "c", "text": ' + "9" * 5_000 + "}", "bad_json"),
    ("[" * 100_000, "bad_json"), ('{"a":' * 100_000, "bad_json"),
    ("{", "bad_json"), ("[]", "bad_json"), ('{"conversation": ""}', "bad_conversation"),
    ('{"conversation": "c", "text": 3}', "bad_text"), ('{"conversation": "c"}', "empty"),
    ('{"conversation": "c", "answers": {"colour": ["red"]}}', "unknown_fact"),
])
def test_what_cannot_be_read_is_answered_with_what_was_wrong(serve, body, code):
    answer = serve().post("/api/turns", content=body,
                          headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_the_name_of_a_conversation_has_an_end(serve):
    long = serve().post("/api/turns", json={**SAID, "conversation": "c" * 256})
    longest = serve().post("/api/turns", json={**SAID, "conversation": "c" * 255})

    assert (long.status_code, long.json()["error"]) == (400, {
        "code": "bad_conversation", "message": "The name of a conversation has 256 characters; "
        "at most 255 are taken."})
    assert longest.json()["conversation"] == "c" * 255


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
