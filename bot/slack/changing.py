"""Change messages that stand; all of it can be done twice."""

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.clients import reason_of

GONE = "message_not_found"
_UNDELETABLE = frozenset({"cant_delete_message", "compliance_exports_prevent_deletion"})

Body = Mapping[str, Any]


def redrawn(once: WebClient, body: Body) -> str:
    """Update the message that *body* names by `channel` and `ts`; where it stands."""
    _update(once, body["channel"], body["ts"], body)
    return f"{body['channel']}:{body['ts']}"


def _update(
    once: WebClient, channel: str, ts: str, body: Body, metadata: dict[str, Any] | None = None
) -> None:
    # Unlike a new message's, the text of an update is looked through for mentions otherwise.
    once.chat_update(channel=channel, ts=ts, text=body["text"], blocks=body.get("blocks"),
                     metadata=metadata, parse="none", link_names=False)


def rewritten(
    once: WebClient, ref: str, body: Body, metadata: dict[str, Any] | None = None
) -> bool:
    """Make the message at *ref* say what *body* says; False if there is no such message any more.

    It never streams: what is there was read before, and is replaced at once and whole.
    """
    channel, ts = ref.split(":")
    try:
        _update(once, channel, ts, body, metadata)
    except SlackApiError as error:
        if reason_of(error) != GONE:
            raise
        return False
    return True


def remove(once: WebClient, ref: str | None, body: Body) -> None:
    """Take away the message at *ref*; where Slack forbids that, *body* stands in its place.

    A workspace whose messages are kept for compliance lets nobody delete any.
    """
    if ref is None:
        return
    channel, ts = ref.split(":")
    try:
        once.chat_delete(channel=channel, ts=ts)
    except SlackApiError as error:
        reason = reason_of(error)
        if reason in _UNDELETABLE:
            rewritten(once, ref, body)
        elif reason != GONE:
            raise
