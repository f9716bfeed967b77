"""Who is what: from the settings, and from Slack's user groups where the settings name some.

Everybody of the workspace is an asker.  What Slack says is kept for a minute, so whoever is taken
out of a group or leaves the company loses what they could see within it.  While Slack can't be
reached nobody gains anything: the groups count as empty, and nobody new is let in.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.console.viewer import Role

KEPT_SECONDS = 60.0
"""How long an answer of Slack is used."""
TRIED_AGAIN_SECONDS = 15.0
"""How long Slack is left alone once it could not be reached: each try may take ten seconds."""
MOST_KEPT = 10_000

_T = TypeVar("_T")


class People(Protocol):
    """Tells who belongs where; None where that can't be told now."""

    def belongs(self, workspace: str, user: str) -> bool | None:
        """Whether *user* is of *workspace*, and the app is installed there."""

    def members(self, workspace: str, group: str) -> frozenset[str] | None:
        """Who is in the user group *group*."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is, as far as can be told now."""

    role: Role
    belongs: bool | None
    """Whether they are of the workspace; None where that can't be told."""


class Roles:
    """Looks up what people are."""

    def __init__(
        self,
        people: People,
        *,
        reviewers: frozenset[str] = frozenset(),
        admins: frozenset[str] = frozenset(),
        reviewer_group: str = "",
        admin_group: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._people = people
        self._listed = {Role.ADMIN: admins, Role.REVIEWER: reviewers}
        self._groups = {Role.ADMIN: admin_group, Role.REVIEWER: reviewer_group}
        self._belonging: _Kept[bool] = _Kept(clock)
        self._members: _Kept[frozenset[str]] = _Kept(clock)

    def of(self, workspace: str, user: str) -> Standing:
        """What *user* of *workspace* is now."""
        belongs = self._belonging.get(
            (workspace, user), lambda: self._people.belongs(workspace, user))
        if belongs is False:
            return Standing(Role.ASKER, False)
        for role in (Role.ADMIN, Role.REVIEWER):
            if user in self._listed[role] or user in self._in_group(workspace, role):
                return Standing(role, belongs)
        return Standing(Role.ASKER, belongs)

    def reviewers(self, workspace: str) -> frozenset[str]:
        """Who reviews in *workspace*, as far as can be told without asking Slack for each.

        The settings name people and not workspaces, so somebody of another one may be among them
        until `of` has been asked for them.
        """
        found: frozenset[str] = frozenset()
        for role in (Role.REVIEWER, Role.ADMIN):
            found |= self._listed[role] | self._in_group(workspace, role)
        return frozenset(user for user in found
                         if self._belonging.known((workspace, user)) is not False)

    def _in_group(self, workspace: str, role: Role) -> frozenset[str]:
        group = self._groups[role]
        if not group:
            return frozenset()
        found = self._members.get(
            (workspace, group), lambda: self._people.members(workspace, group))
        return found or frozenset()


class _Kept(Generic[_T]):
    """Answers, each used for a while; what could not be told is used for less long."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._answers: dict[tuple[str, str], tuple[_T | None, float]] = {}
        self._lock = threading.Lock()

    def known(self, key: tuple[str, str]) -> _T | None:
        """The last answer for *key*, however old; None where there is none."""
        with self._lock:
            kept = self._answers.get(key)
        return None if kept is None else kept[0]

    def get(self, key: tuple[str, str], ask: Callable[[], _T | None]) -> _T | None:
        with self._lock:
            kept = self._answers.get(key)
        if kept is not None and kept[1] > self._clock():
            return kept[0]
        answer = ask()
        until = self._clock() + (TRIED_AGAIN_SECONDS if answer is None else KEPT_SECONDS)
        with self._lock:
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[key] = (answer, until)
        return answer
