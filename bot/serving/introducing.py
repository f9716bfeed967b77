"""Asking Slack whose token it is, over and over until it says: nothing is answered before.

What is taken in meanwhile waits in the database.
"""

import logging
import threading
from collections.abc import Callable

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.connecting.slack_reach import refused
from bot.serving.listening import CannotServe
from bot.slack.clients import reason_of
from bot.slack.slack_errors import is_refusal

AGAIN_SECONDS = 2
"""How long until Slack is asked again."""

_log = logging.getLogger("advisor.serve")


class Introducing:
    """Asks until Slack says.

    Args:
        learn: Asks Slack once.
        tell: Says something to whoever started the server.
    """

    def __init__(self, learn: Callable[[], object], tell: Callable[[str], None]) -> None:
        self._learn = learn
        self._tell = tell
        self.waiting_for: str | None = None
        """What keeps Slack from being asked, and what to do; None where nothing does."""
        self.done = False
        """Whether Slack has said whose token it is."""

    def at_last(self, ended: threading.Event) -> None:
        """Return once Slack has said whose token it is, or the process is to end.

        Raises:
            CannotServe: Slack refuses the token.
        """
        while not ended.is_set():
            try:
                self._learn()
            except SlackApiError as error:
                if is_refusal(error):
                    raise CannotServe(refused("SLACK_BOT_TOKEN", reason_of(error))) from None
                self._wait(error)
            except (SlackClientError, OSError) as error:
                self._wait(error)
            else:
                self.waiting_for, self.done = None, True
                return
            ended.wait(AGAIN_SECONDS)

    def _wait(self, error: Exception) -> None:
        """Say once that Slack is away: it may be for hours."""
        if self.waiting_for is None:
            _log.warning("Slack can't be reached yet; it is asked every two seconds",
                         extra={"slack_error": reason_of(error)})
            self.waiting_for = ("Slack does not say whose token it is; look at status.slack.com, "
                                "and whether this machine reaches slack.com:443.")
            self._tell(f"{self.waiting_for} Messages are taken in and answered after that.")
