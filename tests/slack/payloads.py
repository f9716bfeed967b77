"""What Slack sends of what Sam says and presses."""

from typing import Any

US, SAM, TEAM, HERE, DIRECT = "U0ADVISORB", "U0SAM00001", "T1", "C1", "D1"
TS, LATER = "1795578087.899805", "1795578088.100000"


def event(kind: str = "message", **more: Any) -> dict[str, Any]:
    """An event_callback with a message of Sam's."""
    said = {"type": kind, "user": SAM, "channel": HERE, "ts": TS, "text": "Drones for the police",
            "channel_type": "channel", **more}
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1",
            "event": {k: v for k, v in said.items() if v is not None}}


def press(action_id: str, value: str | None, **more: Any) -> dict[str, Any]:
    """A block_actions payload of a button in a message."""
    action = {"action_id": action_id, "block_id": "b", "action_ts": LATER, "type": "button"}
    return {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SAM},
            "container": {"type": "message", "message_ts": TS, "channel_id": HERE},
            "channel": {"id": HERE}, "trigger_id": "1.2",
            "actions": [action | ({} if value is None else {"value": value})], **more}
