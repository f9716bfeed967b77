"""The app's manifest asks for exactly what the code needs, and stays within Slack's limits.

What the code calls is read from its source; what each call is named at Slack, from the SDK's.
"""

import ast
import inspect
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from bot.slack import inbound, names
from bot.workspace.webapi import METHODS as STAND_IN
from tests.conftest import PROJECT

MANIFEST = PROJECT / "bot" / "slack" / "manifest.yaml"
SOURCES = tuple(PROJECT / "bot" / name for name in (
    "slack", "serving", "connecting/slack.py", "web"))

BOT_USER = "U0ADVISORB"

NO_SCOPE: tuple[frozenset[str], ...] = ()
READ = (frozenset({"channels:read"}), frozenset({"groups:read"}))
HISTORY = (frozenset({"channels:history"}), frozenset({"groups:history"}),
           frozenset({"im:history"}))

SCOPES: Mapping[str, tuple[frozenset[str], ...]] = {
    "apps.connections.open": NO_SCOPE,  # with the app-level token: connections:write
    "assistant.threads.setStatus": (frozenset({"chat:write"}),),
    "assistant.threads.setSuggestedPrompts": (frozenset({"assistant:write"}),),
    "api.test": NO_SCOPE,
    "auth.test": NO_SCOPE,
    "chat.getPermalink": NO_SCOPE,
    "chat.postEphemeral": (frozenset({"chat:write"}),),
    "chat.postMessage": (frozenset({"chat:write"}),),
    "chat.startStream": (frozenset({"chat:write"}),),
    "chat.appendStream": (frozenset({"chat:write"}),),
    "chat.stopStream": (frozenset({"chat:write"}),),
    "chat.update": (frozenset({"chat:write"}),),
    "chat.delete": (frozenset({"chat:write"}),),
    "conversations.history": HISTORY,
    "conversations.info": READ,  # a direct message is never looked up, so no im:read
    "conversations.members": READ,
    "conversations.open": (frozenset({"im:write"}),),
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": (frozenset({"files:write"}),),
    "files.getUploadURLExternal": (frozenset({"files:write"}),),
    "oauth.v2.access": NO_SCOPE,
    "usergroups.users.list": (frozenset({"usergroups:read"}),),
    "users.info": (frozenset({"users:read"}),),
    "users.list": (frozenset({"users:read"}),),
    "views.open": NO_SCOPE,
    "views.publish": NO_SCOPE,
}
"""Bot scopes of each method, all of them needed here: docs.slack.dev/reference/methods, "Scopes".

Where the scope depends on the kind of conversation there is one for each kind the bot works in:
public and private channels, and direct messages.
"""

EVENT_SCOPES: Mapping[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": frozenset(),
    "channel_shared": frozenset({"channels:read", "groups:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "tokens_revoked": frozenset(),
}
"""Scopes of each event: docs.slack.dev/reference/events, "Scopes"."""

KINDS = {"message.channels": "channel", "message.groups": "group", "message.im": "im"}


# --- what the code does ---------------------------------------------------------------------


@cache
def sdk() -> dict[str, frozenset[str]]:
    """For each method of the SDK's client, the Web API methods that it calls."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(WebClient)))  # type: ignore[arg-type]
    whole = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "WebClient")
    direct: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for function in (n for n in whole.body if isinstance(n, ast.FunctionDef)):
        calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)
                 and isinstance(n.func, ast.Attribute) and ast.unparse(n.func.value) == "self"]
        direct[function.name] = {
            c.args[0].value for c in calls if c.func.attr == "api_call"  # type: ignore[attr-defined]
            and c.args and isinstance(c.args[0], ast.Constant)}
        others[function.name] = {c.func.attr for c in calls}  # type: ignore[attr-defined]
    direct["chat_stream"] = {"chat.startStream", "chat.appendStream", "chat.stopStream"}
    for _ in range(3):
        for name in direct:
            for other in others.get(name, set()) & direct.keys():
                direct[name] |= direct[other]
    return {name: frozenset(methods) for name, methods in direct.items() if methods}


def nodes(sources: Iterable[Path]) -> list[ast.AST]:
    """Everything in the code under *sources*."""
    files = [f for s in sources for f in (sorted(s.glob("**/*.py")) if s.is_dir() else [s])]
    return [node for f in files for node in _nodes(f.read_text(encoding="utf-8"))]


@cache
def _nodes(code: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(code)))


def methods_called(sources: Iterable[Path]) -> set[str]:
    """Web API methods that the code under *sources* calls or hands on."""
    known, found = sdk(), set()
    for node in nodes(sources):
        if isinstance(node, ast.Attribute):
            found |= known.get(node.attr, frozenset())
        if isinstance(node, ast.Name) and node.id == "SocketModeHandler":
            found.add("apps.connections.open")
    return found


def events_handled(sources: Iterable[Path]) -> set[str]:
    """Events that the code does something about, as subscriptions."""
    found = set()
    for node in nodes(sources):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "event" and node.args and isinstance(node.args[0], ast.Constant):
            found.add(str(node.args[0].value))
    # What is kept of messages is decided by one function; what it keeps, it handles.
    found |= {name for name, kind in KINDS.items() if _kept("message", kind)}
    if _kept("app_mention", "channel"):
        found.add("app_mention")
    return found


def _kept(event: str, kind: str) -> bool:
    body = {"team_id": "T1", "event": {
        "type": event, "channel_type": kind, "channel": "C1", "user": "U1", "text": "yes",
        "ts": "1790000000.000002", "thread_ts": "1790000000.000001"}}
    return inbound.from_event(body, BOT_USER) is not None


# --- what is wrong with a manifest ----------------------------------------------------------


def faults(manifest: Mapping[str, Any], sources: Iterable[Path] = SOURCES) -> list[str]:
    """What a manifest lacks, or asks for in vain."""
    sources = list(sources)
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    called, handled = methods_called(sources), events_handled(sources)
    found = [f"{m} is called and the table does not know it" for m in called - SCOPES.keys()]
    needed = {"commands"} | {s for m in called & SCOPES.keys() for s in set().union(*SCOPES[m])}
    needed |= {s for e in events & EVENT_SCOPES.keys() for s in EVENT_SCOPES[e]}
    found += [f"scope {s} is missing" for s in needed - scopes]
    found += [f"scope {s} is needed by nothing" for s in scopes - needed]
    found += [f"event {e} is handled and not subscribed to" for e in handled - events]
    found += [f"event {e} is subscribed to and not handled" for e in events - handled]
    found += [f"event {e} is one that the table does not know"
              for e in events - EVENT_SCOPES.keys()]
    features = manifest["features"]
    if [c["command"] for c in features["slash_commands"]] != [names.COMMAND]:
        found.append("the commands are not those of the code")
    shortcuts = {(s["type"], s["callback_id"]) for s in features["shortcuts"]}
    if shortcuts != {("message", names.CHECK_DEAL), ("global", names.DESCRIBE_DEAL)}:
        found.append("the shortcuts are not those of the code")
    return sorted(found)


@pytest.fixture
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def test_the_manifest_asks_for_exactly_what_the_code_needs(manifest: dict[str, Any]) -> None:
    assert faults(manifest) == []


def test_every_method_that_the_code_calls_is_found_in_its_source() -> None:
    assert methods_called(SOURCES) == {
        "api.test", "apps.connections.open", "assistant.threads.setStatus",
        "assistant.threads.setSuggestedPrompts", "auth.test", "chat.delete", "chat.getPermalink",
        "chat.postEphemeral", "chat.postMessage", "chat.startStream", "chat.stopStream",
        "chat.update", "conversations.history", "conversations.info", "conversations.members",
        "conversations.open", "conversations.replies", "files.completeUploadExternal",
        "files.getUploadURLExternal", "usergroups.users.list", "users.info", "users.list",
        "views.open", "views.publish",
    }


def test_a_scope_that_is_taken_away_is_missed(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    for scope in list(scopes):
        scopes.remove(scope)
        assert f"scope {scope} is missing" in faults(manifest)
        scopes.append(scope)


def test_a_scope_that_nothing_needs_is_found(manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].append("users:read.email")
    assert faults(manifest) == ["scope users:read.email is needed by nothing"]


@pytest.mark.parametrize(("call", "fault"), [
    ("client.reactions_add(name='eyes')", "reactions.add is called and the table does not know it"),
    ("client.users_lookupByEmail(email=e)",
     "users.lookupByEmail is called and the table does not know it"),
    ("app.event('reaction_added')(f)", "event reaction_added is handled and not subscribed to"),
])
def test_a_call_or_event_that_is_added_to_the_code_is_found(
    manifest: dict[str, Any], tmp_path: Path, call: str, fault: str
) -> None:
    code = tmp_path / "slack"
    shutil.copytree(SOURCES[0], code, ignore=shutil.ignore_patterns("__pycache__"))
    (code / "added.py").write_text(f"def act(app, client, e, f):\n    {call}\n")

    assert faults(manifest, [code, *SOURCES[1:]]) == [fault]


def test_an_event_that_is_taken_away_or_added_is_found(manifest: dict[str, Any]) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    events.remove("app_mention")
    events.append("team_join")

    found = faults(manifest)

    assert "event app_mention is handled and not subscribed to" in found
    assert "event team_join is subscribed to and not handled" in found
    assert "scope app_mentions:read is needed by nothing" in found


def test_a_renamed_command_or_shortcut_is_found(manifest: dict[str, Any]) -> None:
    manifest["features"]["slash_commands"][0]["command"] = "/adviser"
    manifest["features"]["shortcuts"][0]["callback_id"] = "check"

    assert faults(manifest) == ["the commands are not those of the code",
                                "the shortcuts are not those of the code"]


def test_the_stand_in_asks_for_the_same_scopes() -> None:
    for method in methods_called(SOURCES):
        _, any_of = STAND_IN[method]
        ours = set().union(*SCOPES[method]) if SCOPES[method] else set()
        assert not any_of or ours & set(any_of), method


# --- limits ---------------------------------------------------------------------------------

LIMITS: Mapping[str, tuple[int, int]] = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (174, 4000),
    "features.agent_view.agent_description": (1, 300),
    "features.bot_user.display_name": (1, 80),
}
"""Characters, least and most: docs.slack.dev/reference/app-manifest."""


def test_the_manifest_keeps_to_slacks_limits(manifest: dict[str, Any]) -> None:
    for path, (least, most) in LIMITS.items():
        value: Any = manifest
        for step in path.split("."):
            value = value[step]
        assert least <= len(value) <= most, path
    features = manifest["features"]
    assert re.fullmatch(r"#[0-9a-f]{6}", manifest["display_information"]["background_color"])
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 1 <= len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert 1 <= len(shortcut["name"]) <= 24
        assert 1 <= len(shortcut["description"]) <= 150
        assert 1 <= len(shortcut["callback_id"]) <= 255
    assert len(manifest["oauth_config"]["scopes"]["bot"]) <= 255
    assert len(manifest["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_scopes_and_events_stand_once_and_in_order(manifest: dict[str, Any]) -> None:
    for listed in (manifest["oauth_config"]["scopes"]["bot"],
                   manifest["settings"]["event_subscriptions"]["bot_events"]):
        assert listed == sorted(set(listed))
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False}
