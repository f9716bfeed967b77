"""How Slack is to be reached, as settings and manifest say together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlackReach:
    """How Slack is to be reached, and the scopes that the app needs.

    `several` is set where workspaces install the app by themselves.
    """

    bot_token: str | None
    app_token: str | None
    several: bool
    api_url: str
    scopes: frozenset[str]
