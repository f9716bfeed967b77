"""What Slack is asked to show somebody at once: a modal, prompts to begin with."""

import logging
from collections.abc import Mapping, Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.clients import reason_of
from bot.slack.splitting import Block

_log = logging.getLogger("advisor.slack")


def open_view(client: WebClient, trigger: str, view: Block) -> None:
    """Open a modal; an expired trigger can't be helped: the person has gone on."""
    try:
        client.views_open(trigger_id=trigger, view=view)
    except (SlackApiError, SlackClientError, OSError) as error:
        _log.warning("could not open a modal", extra={"slack_error": reason_of(error)})


def set_prompts(client: WebClient, channel: str, prompts: Sequence[Mapping[str, str]],
                title: str) -> None:
    """Offer prompts in the agent's messages tab; they are only a help, so a refusal is noted."""
    try:
        client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, prompts=[dict(p) for p in prompts], title=title)
    except (SlackApiError, SlackClientError, OSError) as error:
        _log.warning("could not offer prompts", extra={"slack_error": reason_of(error)})
