"""What is not as Slack's payloads are is noticed at the door, and nothing else is."""

import copy
from typing import Any

import pytest

from bot.slack.wellformed import mend, trouble
from tests.faults.samples import COMMANDS, EVENTS, INTERACTIONS


@pytest.mark.parametrize("payload", [
    *EVENTS.values(), *INTERACTIONS.values(), *COMMANDS.values()])
def test_what_slack_documents_passes(payload: dict[str, Any]) -> None:
    assert trouble(payload) is None


@pytest.mark.parametrize(("name", "at", "value", "told"), [
    ("message.im", ("event", "ts"), "1e9", "event.ts"),
    ("message.im", ("event", "ts"), "99999999999.1", "event.ts"),
    ("message.im", ("event", "channel"), "C1\n", "event.channel"),
    ("message.im", ("event", "channel"), None, "event.channel"),
    ("message.im", ("event", "text"), {}, "event.text"),
    ("message.im", ("event",), [], "event"),
    ("message.im", ("team_id",), 7, "team_id"),
    ("message.im", ("authorizations",), [None], "authorizations"),
    ("message_changed", ("event", "message"), "gone", "event.message"),
    ("message_deleted", ("event", "deleted_ts"), None, "event.deleted_ts"),
    ("message_deleted", ("event", "previous_message", "user"), 7, "event.previous_message.user"),
    ("message_deleted with answers", ("event", "message", "subtype"), [], "event.message.subtype"),
    ("app_home_opened", ("event", "user"), None, "event.user"),
])
def test_what_is_not_is_told_by_its_path(
    name: str, at: tuple[str, ...], value: Any, told: str
) -> None:
    payload = copy.deepcopy(EVENTS[name])
    *before, last = at
    holder = payload
    for step in before:
        holder = holder[step]
    holder[last] = value

    assert trouble(payload) == told


@pytest.mark.parametrize("payload", [None, [], "x", 7, {}, {"type": 7}, {"type": None}])
def test_what_is_no_payload_at_all_is_told(payload: Any) -> None:
    assert trouble(payload) is not None


def test_a_form_without_what_it_was_opened_for_is_told() -> None:
    payload = copy.deepcopy(next(
        one for one in INTERACTIONS.values() if one["type"] == "view_submission"))
    del payload["view"]["private_metadata"]

    assert trouble(payload) == "view.private_metadata"


def test_a_character_that_no_database_takes_costs_nobody_their_answer() -> None:
    payload = copy.deepcopy(EVENTS["message.im"])
    payload["event"]["text"] = "Drones\0 for \ud800Kenya"

    mend(payload)

    assert payload["event"]["text"] == "Drones\ufffd for \ufffdKenya"
    assert trouble(payload) is None


def test_a_payload_without_such_characters_is_left_as_it_is() -> None:
    payload = copy.deepcopy(EVENTS["message.im"])
    payload["event"]["text"] = "Überwachung \N{PILE OF POO}"
    before = copy.deepcopy(payload)

    mend(payload)

    assert payload == before
