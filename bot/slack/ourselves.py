"""Who we are in a workspace: Slack says it of each token once, and somebody waits meanwhile."""

import logging
import queue
import threading

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.acquainting import beside
from bot.slack.calling import Caller
from bot.slack.clients import Clients, reason_of, told

_log = logging.getLogger("advisor.slack")


class Ourselves:
    """Looks up our own user id; safe to share between threads."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def user_id(self, team: str, seconds: float) -> str | None:
        """Our id in *team*; None if Slack doesn't say it within *seconds*.

        It is kept once it is told, so the next time it is there.
        """
        try:
            client = self._clients.of(team).once
        except LookupError:
            return None
        with self._lock:
            known = self._known.get(str(client.token))
        if known is not None:
            return known
        asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        beside(lambda: asked.put(self._asked(client)))
        try:
            return asked.get(timeout=seconds)
        except queue.Empty:
            _log.warning("Slack takes long to say who we are")
            return None

    def _asked(self, client: Caller) -> str | None:
        try:
            us = told(client.auth_test()).get("user_id")
        except (SlackApiError, SlackClientError, OSError) as error:
            _log.warning("could not look up who we are", extra={"slack_error": reason_of(error)})
            return None
        if not isinstance(us, str):
            return None
        with self._lock:
            self._known[str(client.token)] = us
        return us
