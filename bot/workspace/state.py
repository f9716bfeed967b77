"""Everything one person can see, as JSON; and the stream of what changes."""

import json
from collections.abc import AsyncIterator
from typing import Any

from bot.workspace.shapes import (
    channel_json,
    message_json,
    team_json,
    user_json,
    view_json,
)
from bot.workspace.site import Site
from bot.workspace.world import APP_ID, BOT_ID, BOT_USER, Message

Json = dict[str, Any]

HEARTBEAT_SECONDS = 15.0


def state(
    site: Site, user_id: str, within: str | None = None, thread: str | None = None
) -> Json:
    """What *user_id* sees; of messages only those *within* a channel, or a *thread*, if given.

    Returns:
        seq, team, me, app, users, channels, messages by channel (oldest first, replies and
        ephemeral ones among them), views (the topmost last), home, status, prompts by channel,
        commands and shortcuts.

    Raises:
        KeyError: There is no such person.
    """
    world, manifest = site.world, site.manifest
    me = world.users[user_id]
    site.streams.settle()
    channels = [c for c in world.channels.values() if world.sees(user_id, c.id)]
    home = world.homes.get(user_id)
    prompts = {c.id: world.prompts[c.id] for c in channels if c.id in world.prompts}
    for channel in channels:
        if channel.kind == "im" and manifest.prompts:
            prompts.setdefault(channel.id, {"channel": channel.id, "title": "", "thread_ts": None,
                                            "prompts": [dict(p) for p in manifest.prompts]})
    return {
        "seq": world.seq, "team": team_json(), "me": user_json(me),
        "app": {"id": APP_ID, "name": manifest.display_name, "bot_id": BOT_ID,
                "bot_user": BOT_USER, "description": manifest.description,
                "agent_description": manifest.agent_description,
                "home_tab": manifest.home_tab, "messages_tab": manifest.messages_tab},
        "users": [user_json(user) for user in world.users.values()],
        "channels": [channel_json(c) | {"kind": c.kind, "members": list(c.members)}
                     for c in channels],
        "messages": {c.id: [_message(site, m) for m in world.messages[c.id].values()
                            if m.only_to in {None, user_id}
                            and thread in {None, m.ts, m.thread_ts}]
                     for c in channels if within in {None, c.id}},
        "views": [view_json(v) | {"errors": dict(v.errors)}
                  for v in world.modals.get(user_id, [])],
        "home": None if home is None else view_json(home),
        "status": [{"channel": s.channel, "thread_ts": s.thread_ts, "status": s.status,
                    "loading_messages": list(s.loading_messages)}
                   for s in world.live_statuses() if world.sees(user_id, s.channel)],
        "prompts": prompts,
        "commands": [dict(c) for c in manifest.commands],
        "shortcuts": [dict(s) for s in manifest.shortcuts],
    }


async def changes(site: Site, user_id: str, after: int) -> AsyncIterator[str]:
    """Server-sent events of what changes for *user_id* later than number *after*.

    A reader who was away for too long, or who remembers another run of the workspace, is told
    `reload`.
    """
    world = site.world
    if after > world.seq or (world.changes and after < world.changes[0].seq - 1):
        after = world.seq
        yield _event(after, {"kind": "reload"})
    while True:
        news = [c for c in world.changes if c.seq > after]
        for change in news:
            after = change.seq
            if world.sees_change(user_id, change):
                yield _event(change.seq, {"kind": change.kind, "channel": change.channel,
                                          **change.what})
        if not news:
            yield ": still here\n\n"
        await world.wait_change(after, HEARTBEAT_SECONDS)


def _event(seq: int, data: Json) -> str:
    return f"id: {seq}\nevent: change\ndata: {json.dumps({'seq': seq, **data})}\n\n"


def _message(site: Site, message: Message) -> Json:
    return message_json(site.world, site.manifest, message) | {
        "channel": message.channel, "is_ephemeral": message.only_to is not None,
        "streaming": message.streaming}
