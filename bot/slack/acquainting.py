"""Asks Slack what people are called, beside everything else."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.people import People
from bot.slack.clients import Clients, reason_of, told
from bot.telemetry.told_once import tell_failure

AT_ONCE = 40
"""Names asked for in one round; Slack lets a workspace ask for 100 in a minute."""
SWEEP_SECONDS = 3600.0
RESTING_SECONDS = 300.0
"""How long a workspace is left alone in which nobody could be looked up."""
_GONE = frozenset({"user_not_found", "user_not_visible"})

_log = logging.getLogger("advisor.slack")


def name_of(person: Mapping[str, Any]) -> str:
    """The name of somebody as users.info shows them; empty where it shows none."""
    profile = person.get("profile") or {}
    return str(profile.get("real_name") or person.get("real_name") or "")


def beside(work: Callable[[], None]) -> None:
    """Do *work* in a thread of its own."""
    threading.Thread(target=work, name="acquainting", daemon=True).start()


class Acquainting:
    """Keeps names fresh.

    Args:
        people: Where they are kept.
        clients: How Slack is asked.
        start: Is handed each round.
    """

    def __init__(
        self,
        people: People,
        clients: Clients,
        start: Callable[[Callable[[], None]], None] = beside,
    ) -> None:
        self._people = people
        self._clients = clients
        self._start = start
        self._busy = threading.Lock()
        self._swept = time.monotonic()
        self._resting: dict[str, float] = {}
        """Workspaces of which nobody is asked for, and until when."""

    def look(self) -> None:
        """Begin a round, unless one is under way."""
        if self._busy.acquire(blocking=False):
            self._start(self._round)

    def _round(self) -> None:
        try:
            if time.monotonic() - self._swept >= SWEEP_SECONDS:
                self._swept = time.monotonic()
                self._people.sweep()
            now = time.monotonic()
            self._resting = {home: until for home, until in self._resting.items() if until > now}
            for workspace, user in self._people.due(AT_ONCE, but=self._resting):
                if workspace in self._resting:
                    continue
                name = self._ask(workspace, user)
                if name is None:
                    # Slack is away, wants to be left alone, or takes our token no more: of the
                    # others' names none has to wait for that.
                    self._resting[workspace] = now + RESTING_SECONDS
                else:
                    self._people.learn(workspace, user, name)
        except Exception as error:
            tell_failure(_log, error, failed="could not keep names fresh",
                         waits="names are kept fresh once it is back")
        finally:
            self._busy.release()

    def _ask(self, workspace: str, user: str) -> str | None:
        """What *user* is called; empty where Slack knows none, None where it does not answer."""
        try:
            return name_of(told(
                self._clients.of(workspace).once.users_info(user=user)).get("user") or {})
        except LookupError:
            return ""
        except (SlackApiError, SlackClientError, OSError) as error:
            reason = reason_of(error)
            if reason in _GONE:
                return ""
            _log.info("could not look up what somebody is called", extra={"slack_error": reason})
        return None
