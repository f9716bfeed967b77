"""Calls of a model over a real connection, whatever it does."""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langsmith.run_trees import get_cached_client
from langsmith.utils import get_env_var

from bot.chat.calling import MOMENT_SECONDS, RECEIVED_MOST
from bot.chat.calls import Ended, Use
from bot.chat.opening import OWN_ANSWER_TOKENS_MOST
from bot.chat.shapes import Queries
from tests.chat.conftest import KEY
from tests.chat.scripted_server import (
    ScriptedServer,
    breaks_off,
    calls_tool,
    cut_short,
    drips,
    filtered,
    hangs,
    held_until,
    in_turn,
    late,
    raw,
    refuses,
    says,
    status,
)

SAID = {"question": "what about resellers?", "topics": ""}
GOOD = says({"queries": ["resellers"]})


def ask(calls, said=SAID, spent=0):
    return calls.ask(Use.SEARCH, said, shape=Queries, spent=spent)


def test_what_was_sent_and_received_is_kept_exactly(calls, server):
    server.script = says('{"queries":  ["résellers"]}')
    call = ask(calls())
    assert call.ended is Ended.ANSWERED
    assert call.received == '{"queries":  ["résellers"]}'
    assert call.parsed == {"queries": ["résellers"]}
    assert [dict(m) for m in call.sent] == server.asked[0].body["messages"]
    assert (call.tokens_in, call.tokens_out, call.tries, call.why) == (100, 20, 1, "")


def test_tokens_are_counted_roughly_where_the_server_says_nothing(calls):
    call = ask(calls(says({"queries": ["abc"]}, tokens=None)))
    assert call.tokens_out == 5  # 20 characters
    assert call.tokens_in == sum(-(-len(m["content"]) // 4) for m in call.sent)


@pytest.mark.parametrize(("script", "ended", "received", "why"), [
    (says('{"queries": ["half'), Ended.MALFORMED, '{"queries": ["half', "json_invalid"),
    (says({"queries": []}), Ended.MALFORMED, '{"queries": []}', "too_short"),
    (says({"queries": ["x"], "more": 1}), Ended.MALFORMED, '{"queries": ["x"], "more": 1}',
     "extra_forbidden"),
    (says({"queries": ["x" * 201]}), Ended.MALFORMED, '{"queries": ["%s"]}' % ("x" * 201),
     "string_too_long"),
    (says('```json\n{"queries": ["x"]}\n```'), Ended.MALFORMED, '```json\n{"queries": ["x"]}\n```',
     "json_invalid"),
    (says("I would rather not."), Ended.MALFORMED, "I would rather not.", "json_invalid"),
    (says("[" * 5000), Ended.MALFORMED, "[" * 5000, "json_invalid"),
    (says('{"queries": ["a\\u0000b"]}'), Ended.MALFORMED, '{"queries": ["a\\u0000b"]}',
     "value_error"),
    (says('{"queries": ["\\ud800"]}'), Ended.MALFORMED, '{"queries": ["\\ud800"]}',
     "json_invalid"),
    (says(""), Ended.MALFORMED, "", "empty"),
    (refuses("I can't help with that."), Ended.MALFORMED, "I can't help with that.", "declined"),
    (filtered(), Ended.MALFORMED, "", "filter"),
    (cut_short('{"queries": ["ha'), Ended.MALFORMED, '{"queries": ["ha', "limit of tokens"),
    (calls_tool("send_mail", {"to": "x"}), Ended.MALFORMED,
     '[{"name": "send_mail", "args": {"to": "x"}}]', "list_type|model_type"),
    (raw(b"<html>Sign in</html>", "text/html"), Ended.MALFORMED, "<html>Sign in</html>",
     "no chat completion"),
    (raw(b""), Ended.MALFORMED, "", "no chat completion"),
    (raw(b"{}"), Ended.MALFORMED, "{}", "no chat completion"),
    (raw(b'{"choices": ['), Ended.MALFORMED, '{"choices": [', "no chat completion"),
    (raw(b'{"a": "\xff"}'), Ended.MALFORMED, '{"a": "�"}', "no chat completion"),
    (status(401), Ended.FAILED, None, "HTTP 401, scripted, look at ADVISOR_CHAT_API_KEY"),
    (status(404), Ended.FAILED, None, "look at ADVISOR_CHAT_MODEL"),
    (status(500), Ended.FAILED, None, "HTTP 500"),
    (raw(b"<h1>Bad gateway</h1>", "text/html", 502), Ended.FAILED, "<h1>Bad gateway</h1>",
     "HTTP 502"),
    (status(429, retry_after="1e999"), Ended.FAILED, None, "HTTP 429"),
    (breaks_off(), Ended.FAILED, "", "broke off"),
])
def test_a_call_never_raises_and_says_what_was_wrong(calls, script, ended, received, why):
    call = ask(calls(script))
    assert call.ended is ended, call.why
    assert any(part in call.why for part in why.split("|")), call.why
    assert call.parsed is None
    assert call.left
    if received is not None:
        assert call.received == received


def test_a_megabyte_is_cut_and_malformed(calls):
    call = ask(calls(says("x" * 1_000_000)))
    assert (call.ended, len(call.received)) == (Ended.MALFORMED, RECEIVED_MOST)
    assert call.why == f"the answer is longer than {RECEIVED_MOST} characters"


@pytest.mark.parametrize("script", [hangs(), drips()])
def test_what_never_ends_is_broken_off(calls, server, script):
    call = ask(calls(script, seconds=1))
    assert (call.ended, call.why, call.received) == (Ended.TIMED_OUT, "no answer in time", "")
    assert (call.tries, call.left) == (1, True)
    server.script = GOOD
    assert ask(calls()).ended is Ended.ANSWERED


def test_nothing_leaves_where_nobody_listens(calls):
    with ScriptedServer(GOOD) as gone:
        pass
    made = calls()
    made._structured._chat.root_async_client.base_url = gone.url
    call = ask(made)
    assert (call.ended, call.sent, call.left) == (Ended.FAILED, (), False)
    assert "can't be reached" in call.why


def test_it_tries_again_only_after_what_may_pass(calls, server):
    call = ask(calls(in_turn(status(503), GOOD), retries=1))
    assert (call.ended, call.tries) == (Ended.ANSWERED, 2)
    call = ask(calls(in_turn(status(401), GOOD), retries=5))
    assert (call.ended, call.tries) == (Ended.FAILED, 1)
    call = ask(calls(in_turn(hangs(), GOOD), retries=5, seconds=1))
    assert (call.ended, call.tries) == (Ended.TIMED_OUT, 1)
    call = ask(calls(in_turn(says("no"), GOOD), retries=5))
    assert (call.ended, call.tries) == (Ended.MALFORMED, 1)


def test_it_waits_as_long_as_the_server_asks_but_not_past_its_budget(calls):
    call = ask(calls(in_turn(status(429, retry_after="0.2"), GOOD), retries=1))
    assert (call.ended, call.tries) == (Ended.ANSWERED, 2)
    call = ask(calls(in_turn(status(429, retry_after="120"), GOOD), retries=1))
    assert (call.ended, call.tries) == (Ended.FAILED, 1)
    assert call.why == "HTTP 429, scripted, asks to wait 120 seconds"


def test_a_model_that_fails_again_and_again_rests_and_then_one_call_tries_it(
        calls, server, pass_seconds):
    made = calls(status(500), failures=3, rest_seconds=3600)
    assert [ask(made).ended for _ in range(5)] == [Ended.FAILED] * 3 + [Ended.RESTING] * 2
    assert len(server.asked) == 3
    assert made.standing().resting_until is not None
    assert not ask(made).left
    pass_seconds(3600)
    may_go = threading.Event()
    server.script = held_until(may_go, GOOD)
    with ThreadPoolExecutor(3) as pool:
        trying = pool.submit(ask, made)
        while len(server.asked) < 4:
            time.sleep(0.01)
        assert [ask(made).ended for _ in range(2)] == [Ended.RESTING] * 2
        may_go.set()
        assert trying.result().ended is Ended.ANSWERED
    assert ask(made).ended is Ended.ANSWERED
    assert (made.standing().failures, made.standing().resting_until) == (0, None)


def test_a_trial_that_fails_lets_it_rest_again(calls, pass_seconds):
    made = calls(status(500), failures=1, rest_seconds=3600)
    assert ask(made).ended is Ended.FAILED
    pass_seconds(3601)
    assert ask(made).ended is Ended.FAILED
    assert ask(made).ended is Ended.RESTING


def test_a_weak_model_never_rests_for_its_answers(calls):
    made = calls(says("no JSON"), failures=2)
    assert {ask(made).ended for _ in range(6)} == {Ended.MALFORMED}


def test_a_refused_request_is_no_sign_of_a_sick_model(calls):
    made = calls(in_turn(GOOD, status(400)), failures=2)
    ask(made)
    assert {ask(made).ended for _ in range(5)} == {Ended.FAILED}


def test_no_more_calls_at_a_time_than_set_and_the_others_are_busy(calls, server):
    may_go = threading.Event()
    made = calls(held_until(may_go, GOOD), parallel=2)
    with ThreadPoolExecutor(5) as pool:
        first = [pool.submit(ask, made) for _ in range(2)]
        while len(server.asked) < 2:
            time.sleep(0.01)
        others = [pool.submit(ask, made) for _ in range(3)]
        busy = [one.result() for one in others]
        assert made.standing().under_way == 2
        may_go.set()
        assert {one.result().ended for one in first} == {Ended.ANSWERED}
    assert {(one.ended, one.left) for one in busy} == {(Ended.BUSY, False)}
    assert server.most_at_once == 2
    assert MOMENT_SECONDS < 5


def test_calls_run_beside_one_another(calls, server):
    made = calls(late(0.2, GOOD), parallel=8)
    with ThreadPoolExecutor(8) as pool:
        assert {one.ended for one in pool.map(lambda _: ask(made), range(8))} == {Ended.ANSWERED}
    assert server.most_at_once > 1


def test_the_tokens_of_the_day_end_the_calls(calls, server):
    made = calls(tokens_per_day=1000)
    assert ask(made, spent=999).ended is Ended.ANSWERED
    call = ask(made, spent=1000)
    assert (call.ended, call.left) == (Ended.SPENT, False)
    assert len(server.asked) == 1


def only(method):
    """A server that knows one form of structure alone."""
    return lambda asked: GOOD if asked.method == method else status(
        422, {"detail": [{"loc": ["body", "response_format"]}]})


@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_a_server_is_asked_in_the_form_that_it_knows_and_that_is_remembered(calls, server, method):
    made = calls(only(method))
    assert ask(made).parsed == {"queries": ["resellers"]}
    before = len(server.asked)
    assert ask(made).ended is Ended.ANSWERED
    assert [one.method for one in server.asked[before:]] == [method]
    assert made.standing().method == method


def test_a_server_that_refuses_a_form_with_a_status_of_its_own_is_asked_in_the_next(calls, server):
    broken = {"error": {"message": "[{'loc': ('body', 'response_format', 'type')}]"}}
    made = calls(lambda asked: GOOD if asked.method == "function_calling" else status(500, broken))
    assert ask(made).ended is Ended.ANSWERED
    assert [one.method for one in server.asked] == ["json_schema", "function_calling"]


def test_a_gateway_to_a_vendor_that_refuses_the_limits_old_name_is_asked_without_it(calls, server):
    refused = {"error": {"message": "Unsupported parameter: 'max_tokens'", "code": "unsupported"}}
    made = calls(lambda asked: status(400, refused) if "max_tokens" in asked.body else GOOD)
    assert [ask(made).ended for _ in range(2)] == [Ended.ANSWERED] * 2
    assert [one.body.get("max_tokens") for one in server.asked] == [
        OWN_ANSWER_TOKENS_MOST, None, None]
    assert {one.method for one in server.asked} == {"json_schema"}


def test_the_schema_that_is_sent_holds_the_limits(calls, server):
    ask(calls())
    assert (server.asked[0].shape, server.asked[0].use) == ("Queries", "search")
    assert server.asked[0].schema["properties"]["queries"] == {
        "type": "array", "minItems": 1, "maxItems": 3,
        "items": {"type": "string", "minLength": 1, "maxLength": 200}}


def test_the_key_is_sent_and_comes_out_nowhere(calls, server, caplog):
    caplog.set_level(logging.DEBUG)
    made = calls(raw(f"no such key: {KEY}".encode(), "text/plain", 401))
    call = ask(made)
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert call.received == "no such key: [key]"
    told = [repr(made), repr(made.standing()), repr(call), caplog.text]
    assert not any(KEY in text for text in told)
    assert "what about resellers" not in caplog.text


def test_a_message_that_is_too_long_is_cut_at_a_sentence_and_the_call_says_so(calls, server):
    call = ask(calls(), said={"question": "What about resellers? " * 100, "topics": ""})
    assert call.ended is Ended.ANSWERED
    assert call.why == "question cut from 2200 to 989 characters"
    assert server.asked[0].lines[-1].endswith("resellers?")


def test_langchains_own_service_is_told_nothing(calls, server, monkeypatch):
    get_env_var.cache_clear()
    with ScriptedServer(GOOD) as tracing:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_x")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracing.url)
        assert ask(calls()).ended is Ended.ANSWERED
        get_cached_client().flush()
    get_env_var.cache_clear()
    assert tracing.asked == []


@pytest.mark.long
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/html", "text/plain"]),
       st.sampled_from([200, 400, 500]))
def test_whatever_bytes_come_back_a_call_ends_and_can_be_stored(
        calls, server, body, media_type, code):
    made = calls(raw(body, media_type, code), failures=100)
    call = ask(made)
    assert call.ended in {Ended.MALFORMED, Ended.FAILED}
    assert call.parsed is None
    assert "\x00" not in call.received.encode().decode()


@pytest.mark.long
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["queries", "facts", "x"]), inner, max_size=3), max_leaves=12))
def test_whatever_json_comes_back_only_the_shape_is_answered(calls, server, value):
    call = ask(calls(says(json.dumps(value))))
    fits = isinstance(value, dict) and list(value) == ["queries"] and isinstance(
        value["queries"], list) and 1 <= len(value["queries"]) <= 3 and all(
        isinstance(one, str) and one and not any(ord(sign) < 32 and sign not in "\t\n\r"
                                                 for sign in one) for one in value["queries"])
    assert (call.ended is Ended.ANSWERED) == fits
