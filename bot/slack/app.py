"""The Bolt app: what Slack sends is stored, then acknowledged, and the desk is woken.

A message is stored by a middleware that runs before Slack hears from us: if the database is away
Slack gets no acknowledgement and delivers again.  The listeners come after it; see
`bot.slack.listeners`.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.queue.deliveries import Received, turns_before
from bot.slack import inbound, senders
from bot.slack.clients import Clients
from bot.slack.door import Body, Door
from bot.slack.listeners import AUDIENCE_CHANGES, Listeners
from bot.slack.wellformed import mend, trouble
from bot.telemetry.told_once import tell_failure
from bot.turns.delivery import Delivery

LISTENERS = 12
"""Threads of listeners; each is held for as long as one call to Slack takes at most."""
BUSY = 12
"""Turns before theirs at which a person is shown that the bot is at it: with fewer, the answer is
there as soon as the status would be."""
MANY = 100
"""Deliveries that wait from which on who waits is not looked up for each message."""
LOOKED_SECONDS = 0.25
"""How long it then counts who was found to wait."""
QUIET = {
    "advisor.bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "slack_sdk.web.base_client": logging.CRITICAL,
}
"""Loggers that would write whole payloads below these levels, deals included.

Bolt writes requests that are not signed or not expected, and the client an answer that it can't
read, which for a post repeats the post.  Whoever called says in its own words what went wrong.
"""

_WORDS = frozenset({"message", "app_mention"})
"""Events that tell of something written."""

_log = logging.getLogger("advisor.slack")


class _Sturdy(App):
    """Sets aside what Bolt itself can't look into."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Have the request taken; see Bolt."""
        try:
            return super().dispatch(req)
        except (AttributeError, LookupError, TypeError, ValueError):
            # Its own matching fails, and then so does what tells our error handler of it.
            _log.warning("a payload that is not as Slack's are was set aside")
            return BoltResponse(status=200)


def build_slack(door: Door, *, signing_secret: str | None, **options: Any) -> App:
    """The Bolt app over *door*.

    Args:
        door: See there.
        signing_secret: Checks requests over HTTP; None where only Socket Mode is used.
        options: Further arguments of `slack_bolt.App`, such as those of an OAuth installation.
    """
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    app = _Sturdy(
        # Without one Bolt goes through every module that is imported for the name of this file.
        name="advisor.bolt",
        # Bolt's own loggers take their levels from this one, or else from the root.
        logger=logging.getLogger("advisor.bolt"),
        signing_secret=signing_secret or "unused",
        request_verification_enabled=signing_secret is not None,
        authorize=_authorizing(door.clients),
        before_authorize=_Keeping(door).keep_delivery,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener"),
        attaching_conversation_kwargs_enabled=False,
        **options,
    )
    app.error(_failed)
    Listeners(door).attach(app)
    return app


def _authorizing(clients: Clients) -> Callable[..., AuthorizeResult]:
    """Gives a workspace's token without a call to Slack, which may be away."""

    def authorize(team_id: str | None) -> AuthorizeResult | None:
        try:
            token = clients.of(team_id or "").once.token
        except LookupError:
            return None
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=token)

    return cast("Callable[..., AuthorizeResult]", authorize)


def _failed(error: Exception) -> BoltResponse:
    """Answer so that Slack sends it again, and write no payload, as Bolt itself would.

    Whoever reads the answer, in Slack's delivery log or a balancer's, is told what the log says.
    """
    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("a request that nothing here is for was set aside")
        return BoltResponse(status=200)
    away = tell_failure(_log, error, failed="what Slack sent could not be taken in",
                        waits="what Slack sent was not taken in, and it sends it again")
    if away is None:
        return _not_taken(500, "internal", "something went wrong here, and the log says where")
    return _not_taken(503, "away", away)


def _not_taken(status: int, code: str, why: str) -> BoltResponse:
    return BoltResponse(status=status, body={"error": {
        "code": code, "message": f"Not taken in: {why}. Send it again."}})


class _Keeping:
    """Keeps what was done, and says so where the answer will be a while in coming."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._say = door.say
        self._looked: tuple[float, Mapping[tuple[str, str], int]] = (-LOOKED_SECONDS, {})

    def keep_delivery(
        self, body: Body, next: Callable[[], BoltResponse]  # noqa: A002  Bolt passes it by name
    ) -> BoltResponse:
        """Store what was done, before Slack hears that it arrived."""
        mend(body)
        wrong = trouble(body)
        if wrong is not None:
            _log.warning("a payload that is not as Slack's are was set aside",
                         extra={"code": wrong})
            return BoltResponse(status=200)
        if not _of_no_workspace(body) and not self._is_ours(body):
            # Bolt would write to an address that stands in the request, and fail where it can't.
            return BoltResponse(status=200)
        if body.get("type") == "event_callback" and body["event"]["type"] in AUDIENCE_CHANGES:
            self._forget_readers(body)
        delivery = _delivery(body)
        if delivery is not None and self._door.receive(delivery) is Received.NEW:
            self._show_waiting(delivery)
        # What Bolt does next for words takes longer than keeping them, and ends in `acknowledge`.
        return BoltResponse(status=200) if _are_words(body) else next()

    def _forget_readers(self, body: Body) -> None:
        """Look up anew who reads a channel, from before Slack hears that we know of the change.

        A listener may have to wait for others, and an answer would still go to who came.
        """
        surfaces = self._door.surfaces()
        if surfaces is not None:
            surfaces.parts.audiences.forget(senders.team_of(body), str(body["event"]["channel"]))

    def _is_ours(self, body: Body) -> bool:
        """Whether it is for a workspace where the app is: what is said elsewhere is not ours.

        What is for another workspace than it comes from is put down to the one that it is for.
        """
        if self._installed(senders.team_of(body)):
            return True
        heard_by = senders.heard_by(body)
        if heard_by is not None and self._installed(heard_by["team_id"]):
            body.update(heard_by)
            return True
        _log.warning("what came of a workspace where the app is not installed was set aside")
        return False

    def _installed(self, team: str) -> bool:
        try:
            self._door.clients.of(team)
        except LookupError:
            return False
        return True

    def _show_waiting(self, delivery: Delivery) -> None:
        """Say what the bot is doing, where an answer will be a while in coming."""
        place = delivery.place
        if place is None or not delivery.opens:
            return
        starting = self._door.surfaces() is None
        if not starting:
            waiting = self._waiting()
            if sum(waiting.values()) <= BUSY or turns_before(
                    waiting, delivery.team, delivery.author) <= BUSY:
                return
        status = self._say.say("acts.waking" if starting else "acts.reading")
        self._door.clients.soon(
            place.team,
            lambda client: client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread, status=status))

    def _waiting(self) -> Mapping[tuple[str, str], int]:
        """Who waits; where many do, as of a moment ago, since to count them holds up all."""
        looked, found = self._looked
        if sum(found.values()) <= MANY or time.monotonic() - looked >= LOOKED_SECONDS:
            found = self._door.deliveries.waiting()
            self._looked = (time.monotonic(), found)
        return found


def _of_no_workspace(body: Body) -> bool:
    """Whether it comes while the app is being set up, or tells that it is installed no more."""
    event = body.get("event")
    kind = event.get("type") if isinstance(event, Mapping) else None
    return body.get("type") == "url_verification" or kind in {"app_uninstalled", "tokens_revoked"}


def _delivery(body: Body) -> Delivery | None:
    """What a payload asks to be kept; forms and commands are kept by their listeners."""
    kind = body.get("type")
    if kind == "event_callback":
        return inbound.from_event(body, senders.our_id(body))
    if kind == "block_actions":
        try:
            return inbound.from_action(body)
        except (ValueError, KeyError):
            _log.warning("a press that is none of ours, or was altered, was set aside")
    return None


def _are_words(body: Body) -> bool:
    """Whether a payload only tells of something that was written: no listener does more with it."""
    return body.get("type") == "event_callback" and body["event"]["type"] in _WORDS
