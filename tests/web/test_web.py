import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import anyio
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.advisor import Advisor, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.store import Store
from bot.web import bodies
from bot.web.app import Site, build_web
from bot.web.bodies import MOST_BYTES
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
        return TestClient(build_web(Site(**parts)), client=(near, 50_000),
                          base_url="http://127.0.0.1")

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


def test_a_key_that_no_index_holds_is_refused_and_nothing_is_recorded(serve):
    """PostgreSQL files keys of 2,700 bytes at most: such a message was said to be sent again."""
    client, said = serve(), {"conversation": "c9", "text": "drones for the police in Kenya"}
    longest = secrets.token_hex(128)[:255]

    answer = client.post("/api/turns", json=said, headers={"Idempotency-Key": f"{longest}x"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_key")
    assert client.post("/api/turns", json=said,
                       headers={"Idempotency-Key": longest}).json()["turn"] == 1


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


@pytest.mark.parametrize("header", [
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "CF-Connecting-IP"])
def test_what_a_proxy_brings_is_not_of_this_machine(serve, header):
    client = serve(scraped=lambda: (b"", "text/plain"))

    assert client.post("/api/turns", json=SAID, headers={header: "for=1"}).status_code == 401
    assert client.get("/metrics", headers={header: "for=1"}).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:18180", "127.0.0.1.evil.example",
                                  "[::1", ""])
def test_a_name_elsewhere_that_leads_here_is_refused_without_a_token(serve, host):
    """A page of that name could have had the browser read conversations here."""
    client = serve(scraped=lambda: (b"", "text/plain"))
    for answer in (client.post("/api/turns", json=SAID, headers={"Host": host}),
                   client.get("/metrics", headers={"Host": host})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (421, "not_here")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_this_machine_is_reached_by_its_names(serve, host):
    answer = serve().post("/api/turns", json={"conversation": host, "text": "hello"},
                          headers={"Host": host, "Origin": f"http://{host}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[::1"])
def test_a_page_of_another_site_is_refused_without_a_token(serve, origin):
    answer = serve().post("/api/turns", json=SAID, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "elsewhere")


def test_with_a_token_any_name_will_do(serve):
    answer = serve(near="203.0.113.9", api_token="s3cret").post(
        "/api/turns", json={"conversation": "named", "text": "hello"},
        headers={"Authorization": "Bearer s3cret", "Host": "advisor.example",
                 "X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("media", "status"), [
    ("application/json-evil", 415), ("application/jsonx; charset=utf-8", 415), ("", 415),
    ("application/json; charset=utf-8", 200), ("Application/JSON", 200)])
def test_only_json_is_read(serve, media, status):
    answer = serve().post("/api/turns", content=json.dumps({**SAID, "conversation": "media"}),
                          headers={"Content-Type": media})
    assert answer.status_code == status


@pytest.mark.parametrize("body", [
    r'{"conversation":"a","text":"\ud800"}', r'{"conversation":"\ud800","text":"x"}',
    r'{"conversation":"a\u0000","text":"x"}', r'{"conversation":"a","answers":{"\udfff":["x"]}}',
    r'{"conversation":"a","answers":{"end_user":["\ud800"]}}',
])
def test_half_a_pair_of_surrogates_is_told_and_no_fault_of_ours(serve, body):
    answer = serve().post("/api/turns", content=body,
                          headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_characters")


def test_another_message_under_the_same_key_is_refused_and_not_lost(serve):
    """“Spyware for Syria” got the answer on drones for Kenya, and was nowhere recorded."""
    client, key = serve(), {"Idempotency-Key": "k"}
    said = {"conversation": "reused", "text": SAID["text"],
            "answers": {"conflict": ["yes"], "detentions": None}}
    first = client.post("/api/turns", json=said, headers=key)
    assert first.status_code == 200

    for other in ({"text": "spyware for Syria"}, {"text": SAID["text"].lower()},
                  {"answers": {"conflict": ["no"]}}, {"answers": {"conflict": None}},
                  {"answers": {"onward_supply": ["yes"]}}):
        answer = client.post("/api/turns", json={**said, **other}, headers=key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "key_reused"), other
    assert client.post("/api/turns", json=said, headers=key).json() == first.json()
    later = client.post("/api/turns", json={**said, "text": "spyware for Syria"})
    assert later.json()["turn"] == 2

    key = {"Idempotency-Key": "supposed"}
    supposed = {"conversation": "reused", "suppose": {"conflict": "no"}}
    first = client.post("/api/turns", json=supposed, headers=key)
    assert (first.status_code, first.json()["turn"]) == (200, 3)
    assert client.post("/api/turns", json=supposed, headers=key).json() == first.json()
    for other in ({"suppose": {"conflict": "yes"}}, {"suppose": {"onward_supply": "no"}}):
        answer = client.post("/api/turns", json={**supposed, **other}, headers=key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "key_reused"), other


def test_messages_of_one_conversation_at_once_are_all_answered(serve):
    """42 of 64 were told that the conversation had moved on, as if that were their fault."""
    with serve() as client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: client.post("/api/turns", json={
            "conversation": "at once", "text": f"message {n}: kits for Kenya"}), range(32)))

    assert [one.status_code for one in answers] == [200] * 32
    assert sorted(one.json()["turn"] for one in answers) == list(range(1, 33))


def test_a_conversation_that_others_move_on_all_the_time_is_a_conflict(advisor, serve, monkeypatch):
    """Another process answers a message of it each time that this one is about to record."""
    store, name, n = advisor._store, ConversationId("raced"), count()
    stands = store.stands

    def overtaken(conversation, key):
        found = stands(conversation, key)
        if not str(key).startswith("other"):
            advisor.take_turn(Said(MessageKey(f"other{next(n)}"), name, "b", datetime.now(UTC),
                                   "hello"))
        return found

    monkeypatch.setattr(store, "stands", overtaken)
    answer = serve().post("/api/turns", json={**SAID, "conversation": name})
    monkeypatch.undo()

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_conversation")
    assert len(store.turns(name)) == next(n)


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


@pytest.mark.parametrize(("parts", "status"), [
    ([b"x" * 100] * 4, 200),  # in 2.5 s: 2 s are given at once, and 10 s for each part
    ([b"x"] * 4, 408)])
def test_a_body_may_take_the_longer_the_more_of_it_has_come(monkeypatch, parts, status):
    """Documents of 20 MB came to an end where less than 8 Mbit came in a second."""
    monkeypatch.setattr(bodies, "BODY_SECONDS", 2.0)
    monkeypatch.setattr(bodies, "BODY_BYTES_A_SECOND", 10)

    async def kept(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = build_web(Site(None, None, lambda: None, dict, None,
                         more=(Route("/kept", kept, methods=["POST"]),)))
    coming, sent = iter(parts), []

    async def receive():
        await anyio.sleep(0.5)
        part = next(coming, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(message):
        sent.append(message)

    # In a thread of its own: a Chromium that this process drives has a loop in this one.
    with start_blocking_portal() as portal:
        portal.call(app, {"type": "http", "method": "POST", "path": "/kept", "headers": [],
                          "query_string": b"", "http_version": "1.1"}, receive, send)

    assert sent[0]["status"] == status


def test_twenty_megabytes_may_take_seven_minutes():
    assert bodies.in_all(0) == 20
    assert bodies.in_all(20_000_000) == 420
