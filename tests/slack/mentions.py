"""A mention in the office, as Slack tells of it."""

import json
from typing import Any

from slack_bolt import BoltRequest

from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL
from tests.workspace.running import BOT, SAM

TEAM = "T0ADVISOR1"


def event(ts: str, text: str = f"<@{BOT}> {DEAL}", **more: Any) -> dict[str, Any]:
    """A message in the office, as Slack tells of it."""
    said = {"type": "app_mention", "user": SAM, "text": text, "ts": ts, "channel": OFFICE,
            "event_ts": ts, **more}
    return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0ADVISOR1",
            "event_id": f"Ev{ts}", "event": said,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}]}


def dispatch(app: Any, body: Any) -> Any:
    """Hand *body* to Bolt itself, past signatures and the network."""
    return app.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))
