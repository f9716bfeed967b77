"""Who can read a channel: people of the company only, or also guests and other organisations.

What can't be found out counts as unsafe: a deal that leaked can't be taken back.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.slack.clients import Clients, reason_of, told

KEPT_SECONDS = 600
"""How long a channel's answer is kept; a change of members is noticed after this at the latest."""
ONE_BY_ONE = 40
"""Members looked up one by one; for more, the list of the whole workspace takes fewer calls."""
PAGE = 1000
MOST_PAGES = 20
"""Pages of members or people that are read; what is larger can't be told in time."""

_log = logging.getLogger("advisor.slack")


class Audience(StrEnum):
    """Who can read what is posted in a channel."""

    COLLEAGUES = "colleagues"
    OUTSIDERS = "outsiders"
    """Shared with another organisation."""
    GUESTS = "guests"
    UNKNOWN = "unknown"
    """Slack would not tell, or there are too many to be looked through."""


@dataclass(frozen=True, slots=True)
class _Kept:
    audience: Audience
    until: float


class Audiences:
    """Looks channels up and keeps the answers for a while."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()

    def of(self, team: str, channel: str) -> Audience:
        """Who can read *channel*; a direct message with us is read by its person alone."""
        try:
            return self.find(team, channel)
        except (SlackApiError, SlackClientError, OSError, LookupError) as error:
            _log.warning("could not look up who reads a channel",
                         extra={"slack_error": reason_of(error)})
            return Audience.UNKNOWN

    def find(self, team: str, channel: str) -> Audience:
        """The same as `of`, for whoever can wait: what keeps it from being known is raised.

        Raises:
            SlackApiError: Slack would not tell.
            SlackClientError, OSError, HTTPException: Slack can't be reached.
            LookupError: The app is not installed, or Slack's answer lacks what belongs into it.
        """
        if channel.startswith("D"):
            return Audience.COLLEAGUES
        with self._lock:
            kept = self._kept.get((team, channel))
        if kept is not None and kept.until > self._clock():
            return kept.audience
        audience = self._look(team, channel)
        with self._lock:
            self._kept[team, channel] = _Kept(audience, self._clock() + KEPT_SECONDS)
        return audience

    def forget(self, team: str, channel: str) -> None:
        """Look *channel* up again the next time: its members have changed."""
        with self._lock:
            self._kept.pop((team, channel), None)

    def _look(self, team: str, channel: str) -> Audience:
        reads = self._clients.of(team).reads
        info = told(reads.conversations_info(channel=channel))["channel"]
        if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
            return Audience.OUTSIDERS
        members = _all(reads.conversations_members(channel=channel, limit=PAGE), "members")
        if members is None:
            return Audience.UNKNOWN
        if len(members) > ONE_BY_ONE:
            people = _all(reads.users_list(limit=PAGE), "members")
            if people is None:
                return Audience.UNKNOWN
            guests = {p["id"] for p in people if _is_guest(p)}
            unsafe = any(m in guests for m in members)
        else:
            unsafe = any(_is_guest(told(reads.users_info(user=m))["user"]) for m in members)
        return Audience.GUESTS if unsafe else Audience.COLLEAGUES


def _all(pages: SlackResponse, key: str) -> list[Any] | None:
    """Everything on *pages*; None if they are too many."""
    found: list[Any] = []
    for n, page in enumerate(pages, start=1):
        found += page[key]
        if n == MOST_PAGES and (page.get("response_metadata") or {}).get("next_cursor"):
            return None
    return found


def _is_guest(person: Mapping[str, Any]) -> bool:
    return any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted",
                                             "is_stranger"))
