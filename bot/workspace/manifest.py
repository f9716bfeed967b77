"""The app's manifest as the workspace obeys it: what it may call and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was asked for at installation."""

    name: str
    display_name: str
    description: str
    agent_description: str
    scopes: frozenset[str]
    """The bot token's."""
    events: frozenset[str]
    """Subscribed bot events, as written: `message.im`, `app_mention`."""
    commands: tuple[Mapping[str, Any], ...]
    """command, description, usage_hint, should_escape."""
    shortcuts: tuple[Mapping[str, Any], ...]
    """name, type ("message" or "global"), callback_id, description."""
    prompts: tuple[Mapping[str, str], ...]
    """title and message of each suggested prompt."""
    home_tab: bool
    messages_tab: bool
    interactivity: bool


def read_manifest(path: Path) -> Manifest:
    """The manifest in the YAML file *path*.

    Raises:
        ValueError: The file is not a mapping with the parts that every app has.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or "display_information" not in data:
        raise ValueError(f"{path} is not an app manifest: it has no display_information.")
    features = data.get("features", {})
    settings = data.get("settings", {})
    home = features.get("app_home", {})
    agent = features.get("agent_view", {})
    name = data["display_information"]["name"]
    return Manifest(
        name=name,
        display_name=features.get("bot_user", {}).get("display_name", name),
        description=data["display_information"].get("description", ""),
        agent_description=agent.get("agent_description", ""),
        scopes=frozenset(data.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands=tuple(features.get("slash_commands", ())),
        shortcuts=tuple(features.get("shortcuts", ())),
        prompts=tuple(agent.get("suggested_prompts", ())),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False),
        interactivity=settings.get("interactivity", {}).get("is_enabled", False),
    )
