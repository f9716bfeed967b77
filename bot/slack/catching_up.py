"""A mention that came late: what was said in its thread meanwhile is read there and taken in.

What is said where no conversation is going on is none of ours and dropped on arrival.  If it was
said after a mention that arrives only then, it was ours after all, and Slack doesn't send it again.
So the worker that handles the mention reads the thread, and what it finds goes the way of all
deliveries, with the keys that their events have.  Decision record 58.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.queue.deliveries import Deliveries, Received
from bot.slack import inbound
from bot.slack.clients import Clients, reason_of, told
from bot.slack.wellformed import mend, trouble
from bot.turns.delivery import Act, Case, Delivery, Place, Taken

LATE = timedelta(seconds=1)
"""From mention to conversation: within less nobody answers, and clocks differ by less."""
PAGE = 200
"""Messages that are asked for at a time."""
MOST_PAGES = 10
"""Pages that are read of a thread."""
LOOK_SECONDS = 10.0
"""How long further pages are asked for, since somebody waits for an answer."""

_log = logging.getLogger("advisor.slack")


class CatchingUp:
    """Takes in what was passed over before a mention arrived; safe to share between threads."""

    def __init__(self, deliveries: Deliveries, clients: Clients) -> None:
        self._deliveries = deliveries
        self._clients = clients

    def look(self, taken: Taken, case: Case) -> None:
        """Take in what was said after the mention *taken*, where something may be missing.

        Slack's refusal or silence is logged and nothing more: the mention is answered all the
        same.  Done twice, it takes in the same once.

        Args:
            taken: A message.
            case: Its conversation.
        """
        delivery, place = taken.delivery, taken.delivery.place
        if place is None or case.private or delivery.body["direct"] or (
                not delivery.body["mentioned"]):
            return
        moment = inbound.moment_of(inbound.called_at(delivery))
        late = case.opened_at - moment >= LATE
        if not late and not self._deliveries.passed_over.after(place, moment):
            return
        count = sum(self._deliveries.receive(found) is Received.NEW
                    for found in self._said_since(delivery, place))
        if count:
            _log.info("what came before its mention was taken in", extra={"count": count})

    def _said_since(self, mention: Delivery, place: Place) -> Iterator[Delivery]:
        us = self._asked(place.team, WebClient.auth_test).get("user_id")
        if not isinstance(us, str):
            return
        moment = inbound.moment_of(inbound.called_at(mention))
        for message in self._messages(place, inbound.ts_of(mention)):
            found = _delivery(message, mention, place, us)
            if found is not None and (found.act is Act.EDIT or found.sent_at > moment):
                yield found

    def _messages(self, place: Place, oldest: str) -> Iterator[Mapping[str, Any]]:
        """The messages of a thread from *oldest* on, and its first one."""
        cursor, ends = "", time.monotonic() + LOOK_SECONDS
        for _ in range(MOST_PAGES):
            page = self._asked(
                place.team, WebClient.conversations_replies, channel=place.channel,
                ts=place.thread, oldest=oldest, inclusive=True, limit=PAGE, cursor=cursor or None)
            messages, more = page.get("messages"), page.get("response_metadata")
            if isinstance(messages, list):
                yield from (one for one in messages if isinstance(one, Mapping))
            cursor = str(more.get("next_cursor") or "") if isinstance(more, Mapping) else ""
            if not cursor:
                return
            if time.monotonic() > ends:
                break
        _log.warning("a thread is longer than what is read of it before a mention is answered")

    def _asked(
        self, team: str, method: Callable[..., SlackResponse], **given: Any
    ) -> Mapping[str, Any]:
        """What Slack answers; nothing where it doesn't."""
        try:
            return told(method(self._clients.of(team).reads, **given))
        except (SlackApiError, SlackClientError, OSError, HTTPException, LookupError) as error:
            _log.warning("could not look up what was said before a mention arrived",
                         extra={"slack_error": reason_of(error)})
            return {}


def _delivery(
    message: Mapping[str, Any], mention: Delivery, place: Place, us: str
) -> Delivery | None:
    """What the event of *message* would have made; of the mention itself, what its edit would."""
    event = {**message, "type": "message", "channel": place.channel}
    if message.get("ts") == inbound.ts_of(mention):
        edited = message.get("edited")
        at = edited.get("ts") if isinstance(edited, Mapping) else None
        if at is None or at == mention.body.get("edited"):
            return None
        event = {"type": "message", "subtype": "message_changed", "channel": place.channel,
                 "ts": at, "message": dict(message), "previous_message": {}}
    body = {"type": "event_callback", "team_id": place.team, "event": event,
            "is_ext_shared_channel": mention.body["shared"]}
    mend(body)
    return inbound.from_event(body, us) if trouble(body) is None else None
