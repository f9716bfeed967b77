"""Draws the Home tab of somebody anew once a deal of theirs has its thread, beside all else."""

import logging
from collections.abc import Callable

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.dialogue.conversation import ConversationId
from bot.queue.cases import Cases
from bot.slack.acquainting import beside
from bot.slack.clients import Clients, reason_of
from bot.slack.splitting import Block
from bot.telemetry.told_once import tell_failure

_log = logging.getLogger("advisor.slack")


class HomeTab:
    """Keeps the Home tab of whoever looks at it while a deal begins elsewhere.

    Slack draws what it was given last until the tab is opened again, and a form that is sent from
    there leaves it open.  What can't be drawn now is drawn then, so nothing is tried twice.

    Args:
        clients: How Slack is reached.
        cases: Whose a conversation is.
        home: Draws the tab of a person, by workspace and Slack's id.
    """

    def __init__(
        self,
        clients: Clients,
        cases: Cases,
        home: Callable[[str, str], Block],
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._home = home

    def begun(self, team: str, conversation: ConversationId) -> None:
        """The thread of *conversation* stands."""
        beside(lambda: self._draw(team, conversation))

    def _draw(self, team: str, conversation: ConversationId) -> None:
        try:
            case = self._cases.case(team, conversation)
            if case is not None and case.asker:  # nobody's once it was erased
                self._clients.of(team).once.views_publish(
                    user_id=case.asker, view=self._home(team, case.asker))
        except LookupError:
            return  # the app was removed from the workspace
        except (SlackApiError, SlackClientError, OSError) as error:
            _log.info("could not draw a Home tab anew", extra={"slack_error": reason_of(error)})
        except Exception as error:
            tell_failure(
                _log, error, level=logging.INFO, failed="could not draw a Home tab anew",
                waits="a Home tab is drawn once it is opened")
