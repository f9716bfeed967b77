"""Slack's rate limits, counted."""

import pytest

from bot.workspace.rates import Rates
from tests.workspace.running import DEALS, RANDOM, Clock, running


@pytest.mark.parametrize(("method", "a_minute"), [
    ("chat.startStream", 20), ("users.list", 20), ("chat.update", 50), ("views.open", 100),
    ("auth.test", 600),
])
def test_a_method_may_be_called_as_often_as_its_tier_says(clock: Clock, method, a_minute):
    rates = Rates(clock)

    assert [rates.take(method, None) for _ in range(a_minute)] == [0] * a_minute
    wait = rates.take(method, None)
    assert wait == max(1, -(-60 // a_minute))
    clock.now += wait
    assert rates.take(method, None) == 0


def test_a_channel_takes_a_small_burst_and_then_one_post_a_second(clock: Clock):
    rates = Rates(clock)

    assert [rates.take("chat.postMessage", DEALS) for _ in range(6)] == [0] * 5 + [1]
    assert rates.take("chat.postMessage", RANDOM) == 0
    clock.now += 1
    assert [rates.take("chat.postMessage", DEALS) for _ in range(2)] == [0, 1]


def test_limits_can_be_scaled_and_switched_off(clock: Clock):
    assert [Rates(clock, 0.1).take("users.list", None) for _ in range(1)] == [0]
    tight, off = Rates(clock, 0.1), Rates(clock, 0)

    assert [tight.take("users.list", None) for _ in range(3)] == [0, 0, 30]
    assert {off.take("users.list", None) for _ in range(1000)} == {0}


def test_a_call_too_many_is_refused_with_429_and_told_when_to_come_back(clock):
    with running(clock=clock, rate_scale=1.0) as workspace:
        for n in range(5):
            workspace.slack.chat_postMessage(channel=DEALS, text=str(n))
        response = workspace.http.post(
            "api/chat.postMessage", json={"channel": DEALS, "text": "one too many"},
            headers={"Authorization": "Bearer xoxb-for-tests"})
        clock.now += 1
        later = workspace.call("chat.postMessage", channel=DEALS, text="later")

        assert (response.status_code, response.headers["retry-after"]) == (429, "1")
        assert response.json() == {"ok": False, "error": "ratelimited"}
        assert later["ok"]
        assert workspace.messages()[-1]["text"] == "later"
