"""Who can read a channel: people of the company only, or also guests and other organisations.

And whether somebody is of the company, where what Slack sends of them doesn't say so.  What can't
be found out counts as unsafe: a deal that leaked can't be taken back.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.slack.clients import Clients, reason_of, told

KEPT_SECONDS = 600
"""How long a channel's answer is kept; a change of members is noticed after this at the latest."""
ONE_BY_ONE = 40
"""Members looked up one by one; for more, the list of the whole workspace takes fewer calls."""
PERSON_SECONDS = 60
"""How long it is kept whether somebody is a guest: what goes to compliance is looked after three
times, and Slack lets a workspace ask for 100 people in a minute."""
NOT_OURS = frozenset({"user_not_found", "user_not_visible"})
"""What Slack says where it is asked about somebody of elsewhere."""
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


@dataclass(frozen=True, slots=True)
class _Known:
    colleague: bool
    until: float


@dataclass(frozen=True, slots=True)
class _Guest:
    is_one: bool
    until: float


class Audiences:
    """Looks channels up and keeps the answers for a while."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._forgotten: Counter[tuple[str, str]] = Counter()
        self._known: dict[tuple[str, str], _Known] = {}
        self._guests: dict[tuple[str, str], _Guest] = {}
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
        while True:
            with self._lock:
                forgotten = self._forgotten[team, channel]
            audience = self._look(team, channel)
            until = self._clock() + KEPT_SECONDS
            with self._lock:
                # Else its members have changed meanwhile, and Slack may have told the former ones.
                if self._forgotten[team, channel] == forgotten:
                    self._kept[team, channel] = _Kept(audience, until)
                    return audience

    def is_colleague(self, team: str, user: str, organisation: str = "") -> bool | None:
        """Whether *user* is of the company that has the app in *team*; None if Slack won't say.

        A guest of the workspace counts as a colleague here, who is spoken to.

        Args:
            team: The workspace.
            user: Slack's id of the person.
            organisation: Slack's id of the organisation that *team* is one workspace of; "" if it
                is of none.
        """
        with self._lock:
            known = self._known.get((team, user))
        if known is not None and known.until > self._clock():
            return known.colleague
        try:
            person = told(self._clients.of(team).reads.users_info(user=user)).get("user")
            colleague = _is_of(person, team, organisation)
        except (SlackApiError, SlackClientError, OSError, HTTPException, LookupError) as error:
            reason = reason_of(error)
            if reason not in NOT_OURS:
                _log.warning("could not look up whether somebody is of the company",
                             extra={"slack_error": reason})
            colleague = False if reason in NOT_OURS else None
        if colleague is not None:
            with self._lock:
                self._known[team, user] = _Known(colleague, self._clock() + KEPT_SECONDS)
        return colleague

    def is_outside(
        self, team: str, user: str, told: bool | None, organisation: str = ""
    ) -> bool | None:
        """Whether *user* is of another organisation; None if nobody says.

        Slack is asked only where what it sent, *told*, doesn't tell.
        """
        if told is not None:
            return told
        colleague = self.is_colleague(team, user, organisation)
        return None if colleague is None else not colleague

    def forget(self, team: str, channel: str) -> None:
        """Look *channel* up again the next time: its members have changed."""
        with self._lock:
            self._kept.pop((team, channel), None)
            self._forgotten[team, channel] += 1

    def _look(self, team: str, channel: str) -> Audience:
        reads = self._clients.of(team).reads
        info = told(reads.conversations_info(channel=channel))["channel"]
        if info.get("is_ext_shared") or info.get("is_pending_ext_shared"):
            return Audience.OUTSIDERS
        members = _all(reads.conversations_members(channel=channel, limit=PAGE), "members")
        if members is None:
            return Audience.UNKNOWN
        unsafe = False
        if len(members) > ONE_BY_ONE:
            people = _all(reads.users_list(limit=PAGE), "members")
            if people is None:
                return Audience.UNKNOWN
            listed = {p["id"]: _is_guest(p) for p in people}
            unsafe = any(listed.get(m) for m in members)
            # In a channel of several workspaces of one organisation are people of the others.
            members = [m for m in members if m not in listed]
            if len(members) > ONE_BY_ONE:
                return Audience.GUESTS if unsafe else Audience.UNKNOWN
        unsafe = unsafe or any(self._looked_at(reads, team, m) for m in members)
        return Audience.GUESTS if unsafe else Audience.COLLEAGUES

    def _looked_at(self, reads: WebClient, team: str, user: str) -> bool:
        """Whether *user* is a guest, by themselves."""
        with self._lock:
            kept = self._guests.get((team, user))
        if kept is not None and kept.until > self._clock():
            return kept.is_one
        is_one = _is_guest(told(reads.users_info(user=user))["user"])
        with self._lock:
            self._guests[team, user] = _Guest(is_one, self._clock() + PERSON_SECONDS)
        return is_one


def _all(pages: SlackResponse, key: str) -> list[Any] | None:
    """Everything on *pages*; None if they are too many."""
    found: list[Any] = []
    for n, page in enumerate(pages, start=1):
        found += page[key]
        if n == MOST_PAGES and (page.get("response_metadata") or {}).get("next_cursor"):
            return None
    return found


def _is_of(person: Any, team: str, organisation: str) -> bool | None:
    """Whether *person*, as Slack tells of them, is of *team* or of its organisation."""
    if not isinstance(person, Mapping):
        return None
    of_org = person.get("enterprise_user")
    of_org = of_org if isinstance(of_org, Mapping) else {}
    if person.get("is_stranger"):
        return False
    homes = {person.get("team_id"), *(of_org.get("teams") or ())} - {None}
    if organisation and of_org.get("enterprise_id") == organisation:
        return True
    return team in homes if homes else None


def _is_guest(person: Mapping[str, Any]) -> bool:
    return any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted",
                                             "is_stranger"))
