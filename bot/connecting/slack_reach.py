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


_FROM = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions; it begins with xoxb-",
    "SLACK_APP_TOKEN": "Basic Information, App-Level Tokens; it begins with xapp- and needs "
                       "connections:write",
}
"""Where Slack shows each token, and what tells it from the others."""


def refused(setting: str, reason: object) -> str:
    """What is said of the token in *setting* that Slack refuses; *reason* is Slack's code."""
    return (f"Slack refuses {setting} ({reason}). Copy it again from the app's page, "
            f"{_FROM[setting]}.")
