"""What Slack is asked to show somebody at once: a modal, the Home tab, prompts to begin with.

Whoever is to see it waits for it, so it is tried once, and a failure is noted.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.clients import Clients, reason_of
from bot.slack.splitting import Block

_log = logging.getLogger("advisor.slack")


def open_view(clients: Clients, team: str, trigger: str, view: Block) -> None:
    """Open a modal; an expired trigger can't be helped: the person has gone on."""
    _offer(clients, team, "could not open a modal",
           lambda client: client.views_open(trigger_id=trigger, view=view))


def show_home(clients: Clients, team: str, user: str, view: Block) -> None:
    """Draw somebody's Home tab; where it can't be drawn, Slack shows it as it was before."""
    _offer(clients, team, "could not draw a Home tab",
           lambda client: client.views_publish(user_id=user, view=view))


def set_prompts(clients: Clients, team: str, channel: str, prompts: Sequence[Mapping[str, str]],
                title: str) -> None:
    """Offer prompts in the agent's messages tab; they are only a help."""
    _offer(clients, team, "could not offer prompts",
           lambda client: client.assistant_threads_setSuggestedPrompts(
               channel_id=channel, prompts=[dict(p) for p in prompts], title=title))


def _offer(
    clients: Clients, team: str, failed: str, call: Callable[[WebClient], object]
) -> None:
    try:
        # Not by Bolt's own client, whose time-out begins anew with each byte of an answer.
        call(clients.of(team).once)
    except (SlackApiError, SlackClientError, OSError, LookupError) as error:
        _log.warning(failed, extra={"slack_error": reason_of(error)})
