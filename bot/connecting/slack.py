"""How Slack is reached: the app's manifest, its tokens, and what the settings say of both."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from slack_sdk import WebClient

from bot.connecting.slack_reach import SlackReach
from bot.ledger import timestamp
from bot.record.log import Happening
from bot.settings import SlackSettings
from bot.slack.clients import client, told
from bot.store import Store

if TYPE_CHECKING:
    from bot.slack.installing import Installations, Installed

INSTALLED = "installed"
MANIFEST = Path(__file__).parents[1] / "slack" / "manifest.yaml"


class OneWorkspace:
    """The token of the one workspace, given to no other."""

    def __init__(self, web: WebClient, token: str) -> None:
        self._web = web
        self._value = token
        self._team: str | None = None

    def learn(self) -> None:
        """Ask Slack which workspace it is.

        Raises:
            SlackApiError: Slack refuses the token.
        """
        self._team = str(told(self._web.auth_test())["team_id"])

    def __call__(self, team: str) -> str:
        """The token for *team*.

        Raises:
            LookupError: It is another workspace.
        """
        # Before it is known, only acknowledging needs it; what is posted waits for it.
        if self._team is not None and team != self._team:
            raise LookupError(f"the app is not installed in the workspace {team!r}")
        return self._value


def tokens_of(slack: SlackSettings, store: Store, key: str) -> "OneWorkspace | Installations":
    """The bot tokens: the one that is set, or those of the workspaces that installed the app.

    Args:
        slack: How Slack is reached.
        store: The database that installations lie in, and whose log tells of each.
        key: What they are sealed with there.
    """
    web = client(None, slack.api_url, [])
    if slack.bot_token is None and slack.client_id and slack.client_secret:
        # It brings SQLAlchemy's half for asyncio, 130 ms that one workspace need not wait for.
        from bot.slack.installing import Installations  # noqa: PLC0415

        return Installations(
            store.engine, client_id=slack.client_id,
            client_secret=secret_of(slack.client_secret) or "",
            scopes=manifest()["oauth_config"]["scopes"]["bot"], key=key, web=web,
            tell=lambda made: note_installed(store, made))
    token = secret_of(slack.bot_token) or ""
    return OneWorkspace(client(token, slack.api_url, []), token)


def note_installed(store: Store, made: "Installed") -> None:
    """Say in the log of a workspace that the app was installed there, by whom, and what it may."""
    store.note(made.workspace, Happening(
        INSTALLED, f"{INSTALLED}:{made.workspace}:{timestamp(made.at)}", made.at, made.by,
        body={"scopes": list(made.scopes)}))


def reach(slack: SlackSettings) -> SlackReach:
    """How Slack is to be reached, for whoever examines the installation."""
    return SlackReach(
        bot_token=secret_of(slack.bot_token), app_token=secret_of(slack.app_token),
        several=slack.client_id is not None and slack.bot_token is None, api_url=slack.api_url,
        scopes=frozenset(manifest()["oauth_config"]["scopes"]["bot"]))


def manifest() -> dict[str, Any]:
    """The app's manifest, as Slack takes it."""
    found: dict[str, Any] = yaml.load(
        MANIFEST.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def secret_of(value: Any) -> str | None:
    """The text of a secret setting; None where it isn't set."""
    return None if value is None else str(value.get_secret_value())
