"""The local workspace in place of Slack: who is in it, and how the bot and it reach each other."""

import secrets
from pathlib import Path

from starlette.applications import Starlette

from bot.connecting.slack import MANIFEST
from bot.console.app import Person
from bot.settings import SlackSettings
from bot.workspace.app import WorkspaceSettings, build_workspace
from bot.workspace.world import World


def local_workspace(site: str, journal: Path) -> tuple[Starlette, SlackSettings]:
    """The local workspace, and the settings with which the bot reaches it.

    Args:
        site: Where this server is reached, with no slash at the end.
        journal: The file in which the workspace keeps what happened in it.
    """
    secret, bot, app = (secrets.token_hex(16) for _ in range(3))
    slack = SlackSettings.model_validate({
        "bot_token": f"xoxb-{bot}", "signing_secret": secret, "api_url": f"{site}/api/"})
    return build_workspace(WorkspaceSettings(
        bot_url=f"{site}/slack/events", signing_secret=secret, bot_token=f"xoxb-{bot}",
        app_token=f"xapp-{app}", manifest=MANIFEST, journal=journal)), slack


def staff(world: World) -> list[Person]:
    """Whom somebody may enter the console of the local workspace as."""
    return [Person(user.id, user.real_name, user.title) for user in world.users.values()
            if not user.is_bot and not user.is_stranger]
