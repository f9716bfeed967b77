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

_KINDS = {
    "xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a person's token",
    "xoxe.xoxp-": "a person's token", "xoxe-": "a token that renews others",
}
"""How tokens of Slack begin, and of what kind each then is (docs.slack.dev/authentication/tokens).

A bot token that is renewed from time to time begins with xoxe.xoxb-.
"""
_MEANT = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}


def refused(setting: str, reason: object) -> str:
    """What is said of the token in *setting* that Slack refuses; *reason* is Slack's code."""
    return (f"Slack refuses {setting} ({reason}). Copy it again from the app's page, "
            f"{_FROM[setting]}.")


def misplaced(setting: str, token: str) -> str | None:
    """What is said where *token* is one of Slack's of another kind than *setting* takes.

    A start that nobody knows is left to Slack: a proxy or a test may have tokens of its own.
    """
    begins = next((one for one in _KINDS if token.startswith(one)), None)
    if begins is None or begins == _MEANT.get(setting):
        return None
    return (f"{setting} holds {_KINDS[begins]}: it begins with {begins}. Copy what belongs there "
            f"from the app's page, {_FROM.get(setting, 'Basic Information, App Credentials')}.")
