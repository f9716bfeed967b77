"""What arrives signed and is not as Slack's payloads are costs nobody an answer, and no error.

Each of these was found by `tests.faults.of_payloads`, which sends thousands of a kind.
"""

import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack import names, socket
from bot.slack.wellformed import trouble
from retrieval.guidance import Guidance
from tests.faults.samples import COMMANDS, EVENTS, INTERACTIONS, PRESS
from tests.slack.joined import joined
from tests.slack.playing import Bot
from tests.workspace.running import eventually


@pytest.fixture(scope="module")
def bot(
    tmp_path_factory: pytest.TempPathFactory, guidance: Guidance, reader: PlainReader,
    sentences: Wording, say: Wording,
) -> Iterator[Bot]:
    """One of our own: the workspace refuses what is asked for with triggers that it never gave."""
    with joined("http", tmp_path_factory.mktemp("bot"), guidance, reader, sentences, say) as made:
        yield Bot(made)


def sent(bot: Bot, payload: dict[str, Any]) -> int:
    """The status that a payload is answered with, once its listener has done its work."""
    return int(bot.dispatch(payload).status)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def altered(payload: dict[str, Any], *path: str, to: Any = None) -> dict[str, Any]:
    """A copy with what stands at *path* replaced, or gone where *to* is None."""
    made = copy.deepcopy(payload)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    if to is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return made


def test_the_messages_tab_without_its_channel_is_set_aside(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """It was answered 500 every now and then: as the listener failed before or after the word."""
    payload = altered(EVENTS["app_home_opened messages"], "event", "channel")

    with caplog.at_level(logging.WARNING, "advisor.slack"):
        assert sent(bot, payload) == 200
        assert eventually(lambda: caplog.records)

    assert [one.getMessage() for one in caplog.records] == [
        "a payload that is not as Slack's are was set aside"]


@pytest.mark.parametrize("name", ["intake", "view_closed", "shortcut", "options", "button why"])
def test_a_workspace_told_by_its_id_alone_is_understood(
    bot: Bot, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Bolt takes `team` as an id too; ours looked into it as if it were an object."""
    payload = altered(INTERACTIONS[name], "team", to="T0ADVISOR1")

    assert sent(bot, payload) == 200

    bot.settle()
    assert errors(caplog) == []


def test_a_shared_message_of_a_workspace_told_by_its_id_alone_is_checked(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    payload = altered(INTERACTIONS["message_action"], "team", to="T0ADVISOR1")

    assert sent(bot, payload) == 200

    bot.settle()
    assert errors(caplog) == []


@pytest.mark.parametrize("name", ["correction", "comment", "watch"])
@pytest.mark.parametrize("opened_for", [
    "96", "", "null", "[]", "drones", '{"c": 7}', '{"c":"x","t":"1"}', "[" * 100_000,
    '{"c":"x","t":-1}', '{"c":"x","t":true}', f'{{"c":"x","t":{10**30}}}', '{"c":"x\\u0000"}',
    '{"c":"\\ud800"}'])
def test_a_form_that_says_wrongly_what_it_was_opened_for_is_set_aside(
    bot: Bot, caplog: pytest.LogCaptureFixture, name: str, opened_for: str
) -> None:
    """The person saw "we had some trouble connecting", and the log a traceback."""
    payload = altered(INTERACTIONS[name], "view", "private_metadata", to=opened_for)

    assert sent(bot, payload) == 200

    bot.settle()
    assert errors(caplog) == []


@pytest.mark.parametrize("value", [
    "[" * 100_000, '{"c":' * 50_000, "96", f'{{"c":"x","t":{10**30}}}', '{"c":"\\u0000","t":1}'])
def test_a_press_of_any_depth_is_set_aside(
    bot: Bot, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    payload = copy.deepcopy(INTERACTIONS[f"button {names.WHY}"])
    payload["actions"][0]["value"] = value

    assert sent(bot, payload) == 200

    bot.settle()
    assert errors(caplog) == []


@pytest.mark.parametrize(("option", "told"), [
    ({}, "actions.selected_option"),
    ({"selected_option": None}, "actions.selected_option"),
    ({"selected_option": {}}, "actions.selected_option.value"),
    ({"selected_option": {"value": None}}, "actions.selected_option.value"),
])
@pytest.mark.parametrize("action_id", [names.ANSWER_SELECT, f"{names.ANSWER_SELECT}:1"])
def test_a_menu_in_which_nothing_is_picked_is_set_aside(
    bot: Bot, caplog: pytest.LogCaptureFixture, action_id: str, option: dict[str, Any],
    told: str,
) -> None:
    payload = copy.deepcopy(INTERACTIONS["select"])
    (action,) = payload["actions"]
    del action["selected_option"]
    action |= {"action_id": action_id, **option}

    assert trouble(payload) == told
    assert sent(bot, payload) == 200

    bot.settle()
    assert errors(caplog) == []


@pytest.mark.parametrize("event", ["x", [], 7, {"type": ["tokens_revoked"]}, {"type": {}}])
@pytest.mark.parametrize("payload", [
    {"type": "x", "team_id": "T0ADVISOR1"}, INTERACTIONS["shortcut"], COMMANDS["/advisor"]],
    ids=["of no kind", "shortcut", "command"])
def test_an_event_where_none_belongs_is_set_aside(
    bot: Bot, caplog: pytest.LogCaptureFixture, payload: dict[str, Any], event: Any
) -> None:
    """Bolt looks into `event` whatever else a payload says that it is."""
    assert sent(bot, payload | {"event": event}) == 200

    assert errors(caplog) == []


class Envelopes(SocketModeClient):
    """Keeps what is acknowledged; connects to nothing."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.logger = logging.getLogger("envelopes")

    def send_socket_mode_response(self, response: Any) -> None:
        self.acknowledged.append(response.envelope_id)


@pytest.mark.parametrize("payload", [
    altered(EVENTS["reaction_added"], "event", "user", to=367),
    altered(EVENTS["reaction_added"], "event", "item", to=7),
    altered(EVENTS["assistant_thread_started"], "event", "assistant_thread", to=7),
    altered(INTERACTIONS["correction"], "view", "type"),
    altered(INTERACTIONS["view_closed"], "view", "callback_id"),
    altered(INTERACTIONS["watch"], "view", "type", to=[]),
], ids=["user", "item", "thread", "view of no type", "closed view of no name", "view type"])
def test_what_bolt_itself_fails_on_is_acknowledged_over_a_socket(
    bot: Bot, caplog: pytest.LogCaptureFixture, payload: dict[str, Any]
) -> None:
    """Slack sent such an envelope again and again, since nothing acknowledged it."""
    envelopes = Envelopes()
    handler = socket._Handler(bot.joined.app, "xapp-1", web_client=WebClient())

    handler.handle(envelopes, SocketModeRequest("events_api", "e1", payload))

    assert envelopes.acknowledged == ["e1"]
    assert errors(caplog) == []


def test_what_slack_documents_is_still_taken(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    for payload in (*EVENTS.values(), *INTERACTIONS.values(), *COMMANDS.values()):
        assert sent(bot, payload) == 200
    bot.settle()
    assert PRESS  # what the forms and buttons above were made for
    assert errors(caplog) == []
