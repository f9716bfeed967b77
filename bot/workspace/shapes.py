"""What exists in the world, as Slack's JSON shows it."""

import mimetypes
from typing import Any
from urllib.parse import quote

from bot.workspace.manifest import Manifest
from bot.workspace.world import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    File,
    Message,
    User,
    View,
    World,
)

Json = dict[str, Any]

TEAM: Json = {"id": TEAM_ID, "domain": TEAM_DOMAIN}
PARENT_SHOWS_USERS = 5
"""Repliers that a parent names."""
_SHARED_IN = {"channels": "channel", "groups": "private", "ims": "im"}
"""Where a file names the conversations of each kind."""


def team_json() -> Json:
    """The team, as oauth.v2.access and the page's state show it."""
    return {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN}


def user_json(user: User) -> Json:
    """A person as users.info shows them."""
    body: Json = {
        "id": user.id, "team_id": user.team_id, "name": user.name, "deleted": False,
        "real_name": user.real_name, "is_bot": user.is_bot, "is_app_user": False,
        "is_restricted": user.is_restricted, "is_ultra_restricted": False,
        "is_admin": False, "is_owner": False, "tz": "Etc/UTC", "tz_label": "UTC", "tz_offset": 0,
        "is_stranger": user.is_stranger, "updated": 0,
        "profile": {"real_name": user.real_name, "display_name": user.name, "title": user.title,
                    "team": user.team_id},
    }
    if user.id == BOT_USER:
        body["profile"] |= {"api_app_id": APP_ID, "bot_id": BOT_ID}
    return body


def channel_json(channel: Channel) -> Json:
    """A conversation as conversations.info shows it."""
    if channel.kind == "im":
        return {"id": channel.id, "created": 0, "is_im": True, "is_org_shared": False,
                "context_team_id": TEAM_ID, "user": channel.user, "is_user_deleted": False,
                "is_open": True, "is_ext_shared": False, "priority": 0}
    private = channel.kind == "private"
    return {
        "id": channel.id, "name": channel.name, "name_normalized": channel.name,
        "is_channel": not private, "is_group": private, "is_im": False, "is_mpim": False,
        "is_private": private, "is_archived": False, "is_general": False, "created": 0,
        "is_shared": channel.is_ext_shared, "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False, "is_pending_ext_shared": False, "context_team_id": TEAM_ID,
        "is_member": BOT_USER in channel.members, "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def bot_profile(manifest: Manifest) -> Json:
    """The app as its messages carry it."""
    return {"id": BOT_ID, "app_id": APP_ID, "name": manifest.display_name, "icons": {},
            "deleted": False, "updated": 0, "team_id": TEAM_ID}


def file_json(world: World, file: File) -> Json:
    """A file as messages and files.completeUploadExternal show it."""
    path = f"{world.base}workspace/files/{file.id}/{quote(file.name)}"
    kind = file.name.rpartition(".")[2]
    places = [world.channels[place] for place in file.shared_in]
    return {
        "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name,
        "title": file.title, "size": file.size, "user": file.user, "mode": "hosted",
        "mimetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": kind, "pretty_type": kind.upper(), "editable": False, "username": "",
        "is_external": False, "external_type": "", "public_url_shared": False,
        "is_public": any(place.kind == "channel" for place in places), "is_starred": False,
        "user_team": world.users[file.user].team_id, "file_access": "visible",
        "media_display_type": "unknown", "has_rich_preview": False, "permalink_public": "",
        "display_as_bot": False, "url_private": path, "url_private_download": path,
        "permalink": path, **{name: [place.id for place in places if place.kind == which]
                              for name, which in _SHARED_IN.items()}}


def message_json(
    world: World, manifest: Manifest, message: Message, *, metadata: bool = False
) -> Json:
    """A message as conversations.history shows it.

    Args:
        world: For its replies and files.
        manifest: For the app's name.
        message: The message.
        metadata: Whether to show the metadata that it was posted with.
    """
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text,
                  "team": world.users[message.user].team_id if message.user in world.users
                  else TEAM_ID}
    if message.subtype is not None:
        body["subtype"] = message.subtype
    if message.bot_id is not None:
        body |= {"bot_id": message.bot_id, "app_id": APP_ID, "bot_profile": bot_profile(manifest)}
    for key in ("client_msg_id", "inviter", "edited"):
        value = getattr(message, key)
        if value is not None:
            body[key] = value
    if message.blocks:
        body["blocks"] = list(message.blocks)
    if message.attachments:
        body["attachments"] = list(message.attachments)
    if message.files:
        body["files"] = [file_json(world, world.files[f]) for f in message.files]
    if message.reactions:
        body["reactions"] = _reactions(message)
    if message.thread_ts is not None:
        body["thread_ts"] = message.thread_ts
        parent = world.message(message.channel, message.thread_ts)
        if parent is not None:
            body["parent_user_id"] = parent.user
            if message.subtype == "thread_broadcast":
                body["root"] = message_json(world, manifest, parent)
    elif message.only_to is None:
        body |= _thread(world, message)
    if metadata and message.metadata is not None:
        body["metadata"] = message.metadata
    return body


def view_json(view: View) -> Json:
    """A view as views.open answers and payloads carry it."""
    given = view.body
    body: Json = {
        "id": view.id, "team_id": TEAM_ID, "type": given["type"], "blocks": given["blocks"],
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""), "state": {"values": view.values},
        "hash": view.hash,
        "title": given.get("title", {"type": "plain_text", "text": "View Title"}),
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "close": given.get("close"), "submit": given.get("submit"),
        "previous_view_id": view.previous, "root_view_id": view.root, "app_id": APP_ID,
        "external_id": given.get("external_id", ""), "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
    return body


def _thread(world: World, message: Message) -> Json:
    replies = world.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {"thread_ts": message.ts, "reply_count": len(replies),
            "reply_users_count": len(users), "reply_users": users[:PARENT_SHOWS_USERS],
            "latest_reply": replies[-1].ts, "is_locked": False, "subscribed": False}


def _reactions(message: Message) -> list[Json]:
    by_name: dict[str, list[str]] = {}
    for name, user in message.reactions:
        by_name.setdefault(name, []).append(user)
    return [{"name": name, "users": users, "count": len(users)}
            for name, users in by_name.items()]
