"""Who belongs to a workspace, and to a user group there, as Slack says at the moment."""

import logging

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.audience import NOT_OURS
from bot.slack.clients import Clients, reason_of, told

_log = logging.getLogger("advisor.slack")


class Belonging:
    """Asks Slack, each time; whoever asks often keeps the answers."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def belongs(self, workspace: str, user: str) -> bool | None:
        """Whether *user* has an account in *workspace*, which has the app; None if untold."""
        try:
            clients = self._clients.of(workspace)
        except LookupError:
            return False
        try:
            # Not tried again: somebody waits for a page.
            person = told(clients.once.users_info(user=user)).get("user")
        except (SlackApiError, SlackClientError, OSError) as error:
            reason = reason_of(error)
            if reason in NOT_OURS:
                return False
            _log.warning("could not look up whether somebody is of the workspace",
                         extra={"slack_error": reason})
            return None
        if not isinstance(person, dict):
            return None
        if person.get("deleted") or person.get("is_bot"):
            return False
        homes = {person.get("team_id"), *(person.get("enterprise_user") or {}).get("teams", ())}
        return workspace in homes

    def members(self, workspace: str, group: str) -> frozenset[str] | None:
        """Who is in the user group *group*; None if untold."""
        try:
            found = told(self._clients.of(workspace).once.usergroups_users_list(usergroup=group))
        except LookupError:
            return None
        except (SlackApiError, SlackClientError, OSError) as error:
            _log.warning("could not look up who is in a user group",
                         extra={"slack_error": reason_of(error)})
            return None
        return frozenset(map(str, found.get("users", ())))
