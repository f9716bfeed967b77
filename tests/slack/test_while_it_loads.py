"""What people do while the guidance still loads waits, or is told that it does."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack.app import QUIET, build_slack
from bot.slack.clients import client
from bot.slack.door import Door
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.mentions import TEAM, dispatch, event
from tests.slack.playing import Bot, words
from tests.workspace.running import (
    SAM,
    eventually,
)


@pytest.fixture(scope="session")
def transport() -> str:
    """Payloads are handed to Bolt itself, so how they come makes no difference."""
    return "http"


@pytest.fixture
def starting(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> Iterator[Bot]:
    """A bot whose guidance is still being loaded: its listeners have no surfaces, no desk works."""
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0) as made:
        yield Bot(made)


def _starting_app(bot: Bot) -> Any:
    made = bot.joined
    door = Door(
        store=made.store, deliveries=made.deliveries, clients=made.clients, say=made.parts.say,
        surfaces=lambda: None, wake=lambda: None, prompts=[], removed=lambda *_: None,
        now=lambda: datetime.now(UTC))
    return build_slack(door, signing_secret=None,
                       client=client(None, bot.workspace.base + "api/", []))


def test_bolt_is_quietened_and_nothing_of_ours(starting: Bot) -> None:
    ours = logging.getLogger("advisor")
    before, ours.level = ours.level, logging.INFO
    try:
        # It sets a level for the name of the app with each request.
        dispatch(_starting_app(starting), event(starting.workspace.say("Morning", OFFICE)))
        assert logging.getLogger("advisor").level == logging.INFO
        assert logging.getLogger("advisor.bolt").level == QUIET["advisor.bolt"]
    finally:
        ours.level = before


def test_what_is_said_while_it_starts_waits_and_is_answered(starting: Bot) -> None:
    bot, app = starting, _starting_app(starting)
    ts = bot.workspace.say("Morning", OFFICE)
    bot.workspace.order("settle")

    assert dispatch(app, event(ts)).status == 200
    assert eventually(lambda: [c for c in bot.workspace.log("call")
                               if c["method"] == "assistant.threads.setStatus"])
    assert bot.replies(OFFICE, ts) == []

    while bot.joined.desk.work():
        pass
    assert "Kenya" in words(bot.last(OFFICE, ts))


def test_words_are_acknowledged_without_a_listener(starting: Bot) -> None:
    def listeners() -> set[int | None]:
        return {one.ident for one in threading.enumerate() if one.name.startswith("listener")}

    app, before = _starting_app(starting), listeners()
    for n, kind in enumerate(("message", "app_mention", "message")):
        told = event(f"1795000009.00000{n}")
        answer = dispatch(app, {**told, "event": {**told["event"], "type": kind}})
        assert (answer.status, answer.body) == (200, "")
    assert listeners() == before

    told = event("1795000009.000009")
    other = {**told, "event": {**told["event"], "type": "reaction_added"}}
    assert dispatch(app, other).status == 200
    assert len(listeners() - before) == 1


@pytest.mark.parametrize("word", ["new", "brief", "status"])
def test_the_command_says_that_it_starts(starting: Bot, word: str) -> None:
    answer = dispatch(_starting_app(starting), {
        "command": "/advisor", "text": word, "team_id": TEAM, "user_id": SAM,
        "channel_id": OFFICE, "trigger_id": "1.2.3"})

    assert answer.status == 200
    assert answer.body == "I am just starting. Please try again in a moment."


def test_forms_and_the_home_tab_say_that_it_starts(starting: Bot) -> None:
    bot, app = starting, _starting_app(starting)
    for body in (
        {"type": "shortcut", "callback_id": "describe_deal"},
        {"type": "block_actions", "container": {"type": "message", "channel_id": OFFICE},
         "actions": [{"action_id": "correct", "block_id": "b", "type": "button",
                      "value": '{"c":"x","t":1}', "action_ts": "1.2"}]},
    ):
        assert dispatch(app, {**body, "team": {"id": TEAM}, "user": {"id": SAM},
                              "trigger_id": "1.2.3"}).status == 200
    home = {**event("1.1"), "event": {"type": "app_home_opened", "user": SAM, "tab": "home",
                                      "channel": "D0SAM00001"}}
    assert dispatch(app, home).status == 200

    opened = eventually(lambda: [c for c in bot.workspace.log("call")
                                 if c["method"] == "views.open"][1:])
    published = eventually(lambda: [c for c in bot.workspace.log("call")
                                    if c["method"] == "views.publish"])
    for call in (*opened, *published):
        assert "I am just starting." in json.dumps(call["args"])
