"""The methods that look things up: auth, conversations, users, bots, blocks, oauth.

Each takes a call, gives what its answer says beside "ok", and raises `Refusal` with the code that
Slack documents for what is wrong.
"""

from typing import Any

from bot.workspace import limits, posting
from bot.workspace.calls import Call, Method, missing_scope
from bot.workspace.shapes import bot_profile, channel_json, message_json, team_json, user_json
from bot.workspace.site import Refusal
from bot.workspace.world import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    PARTNER_TEAM_ID,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    Message,
    User,
)

Json = dict[str, Any]

MOST_AT_ONCE = 1000


def api_test(_call: Call) -> Json:
    """api.test: that the interface answers at all, and when."""
    return {}


def auth_test(call: Call) -> Json:
    """auth.test."""
    return {"url": call.base_url, "team": TEAM_NAME, "team_id": TEAM_ID,
            "user": call.site.world.users[BOT_USER].name, "user_id": BOT_USER, "bot_id": BOT_ID,
            "is_enterprise_install": False}


def auth_revoke(call: Call) -> Json:
    """auth.revoke."""
    if call.flag("test"):
        return {"revoked": False}
    revoke(call)
    return {"revoked": True}


def revoke(call: Call) -> None:
    """Void the bot's token and tell the app."""
    token = call.site.settings.bot_token
    call.site.world.revoked.add(token)
    call.site.world.keep("revoked", "bot", {"token": token})
    call.site.events.tokens_revoked()


def connections_open(call: Call) -> Json:
    """apps.connections.open."""
    if call.site.sockets.disabled:
        raise Refusal("internal_error")
    base = call.base_url.replace("http", "ws", 1)
    return {"url": f"{base}workspace/socket/{call.site.sockets.ticket()}"}


def bots_info(call: Call) -> Json:
    """bots.info."""
    if call.text("bot") not in {None, BOT_ID}:
        raise Refusal("bot_not_found")
    profile = bot_profile(call.site.manifest)
    # Asked for, a bot names its user where in messages it names the workspace.
    return {"bot": {k: v for k, v in profile.items() if k != "team_id"} | {"user_id": BOT_USER}}


def blocks_validate(call: Call) -> Json:
    """blocks.validate: a dry run of the checks."""
    given = [name for name in ("blocks", "message", "view") if call.args.get(name) is not None]
    if len(given) != 1:
        raise Refusal("invalid_arguments")
    value = call.nested(given[0])
    if given[0] == "view":
        faults = limits.check_view(value)
    else:
        blocks = value.get("blocks") if isinstance(value, dict) else value
        faults = limits.check_blocks(blocks, "message")
    errors = []
    for fault in faults:
        message, _, pointer = fault.removeprefix("[ERROR] ").rpartition(" [json-pointer:")
        errors.append({"pointer": pointer.rstrip("]"), "message": message,
                       "code": "invalid_blocks"})
    return {"errors": errors, "valid": not errors}


def conversations_open(call: Call) -> Json:
    """conversations.open, for one person."""
    if call.text("channel") is not None:
        return {"channel": {"id": call.channel().id}, "no_op": True, "already_open": True}
    users = [user for user in (call.text("users") or "").split(",") if user]
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 1:
        raise missing_scope(call.site, ["mpim:write"])
    user = call.site.world.users.get(users[0])
    if user is None:
        raise Refusal("user_not_found")
    if user.is_bot:
        raise Refusal("cannot_dm_bot")
    channel = call.site.world.direct(user.id)
    shown = channel_json(channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": True, "already_open": True}


def conversations_info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel()
    call.scope_for(channel, "read")
    return {"channel": channel_json(channel)}


def conversations_members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel()
    call.scope_for(channel, "read")
    page, cursor = _page(call, list(channel.members), 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def conversations_history(call: Call) -> Json:
    """conversations.history: top-level messages, newest first."""
    channel = _readable(call)
    found = [m for m in call.site.world.messages[channel.id].values() if m.only_to is None
             and (m.thread_ts is None or m.subtype == "thread_broadcast") and _between(call, m)]
    page, cursor = _page(call, list(reversed(found)), 100)
    return _messages(call, page, cursor) | {"pin_count": 0}


def conversations_replies(call: Call) -> Json:
    """conversations.replies: a parent and its replies, oldest first."""
    channel = _readable(call)
    parent = call.site.world.message(channel.id, call.need("ts"))
    if parent is None:
        raise Refusal("thread_not_found")
    if parent.thread_ts is not None:
        return _messages(call, [parent], "")
    replies = [m for m in call.site.world.replies(channel.id, parent.ts) if _between(call, m)]
    page, cursor = _page(call, [parent, *replies], MOST_AT_ONCE)
    return _messages(call, page, cursor)


def conversations_join(call: Call) -> Json:
    """conversations.join."""
    channel = call.channel()
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    answer: Json = {}
    if not posting.join(call.site, channel.id, BOT_USER):
        answer["warning"] = "already_in_channel"
    return answer | {"channel": channel_json(call.site.world.channels[channel.id])}


def users_info(call: Call) -> Json:
    """users.info."""
    user = call.site.world.users.get(call.need("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": user_json(user)}


def users_list(call: Call) -> Json:
    """users.list: the team's own people; an outsider only shows in users.info."""
    users: list[User] = [u for u in call.site.world.users.values()
                         if u.team_id != PARTNER_TEAM_ID]
    page, cursor = _page(call, users, MOST_AT_ONCE)
    return {"members": [user_json(user) for user in page], "cache_ts": int(call.site.world.now()),
            "response_metadata": {"next_cursor": cursor}}


def oauth_access(call: Call) -> Json:
    """oauth.v2.access: exchanges a code that the control API gave out."""
    settings = call.site.settings
    if settings.client_id is None or call.text("client_id") != settings.client_id:
        raise Refusal("invalid_client_id")
    if call.text("client_secret") != settings.client_secret:
        raise Refusal("bad_client_secret")
    code = call.text("code")
    if code not in call.site.oauth_codes:
        raise Refusal("invalid_code")
    call.site.oauth_codes.discard(code)
    call.site.world.revoked.discard(settings.bot_token)
    call.site.world.keep("revoked", "bot", None)
    team = team_json()
    return {"app_id": APP_ID, "access_token": settings.bot_token, "token_type": "bot",
            "scope": ",".join(sorted(call.site.manifest.scopes)), "bot_user_id": BOT_USER,
            "team": {"id": team["id"], "name": team["name"]}, "enterprise": None,
            "is_enterprise_install": False, "authed_user": {"id": "U0KIM00001"}}


def usergroups_users_list(call: Call) -> Json:
    """usergroups.users.list: there is no user group here."""
    call.need("usergroup")
    raise Refusal("no_such_subteam")


METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "api.test": (api_test, ()),
    "auth.test": (auth_test, ()),
    "auth.revoke": (auth_revoke, ()),
    "bots.info": (bots_info, ("users:read",)),
    "blocks.validate": (blocks_validate, ()),
    "conversations.open": (conversations_open, ("im:write",)),
    "conversations.info": (conversations_info, ()),
    "conversations.members": (conversations_members, ()),
    "conversations.history": (conversations_history, ()),
    "conversations.replies": (conversations_replies, ()),
    "conversations.join": (conversations_join, ("channels:join",)),
    "usergroups.users.list": (usergroups_users_list, ("usergroups:read",)),
    "users.info": (users_info, ("users:read",)),
    "users.list": (users_list, ("users:read",)),
}
"""Each method and the scopes of which one is needed; conversations need those of their kind."""


def _readable(call: Call) -> Channel:
    """The channel whose messages are asked for, once streams that have had their time are dead."""
    channel = call.channel()
    call.scope_for(channel, "history")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    call.site.streams.settle()
    return channel


def _between(call: Call, message: Message) -> bool:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")
    ts = float(message.ts)
    after = oldest is None or ts > float(oldest) or (inclusive and ts == float(oldest))
    before = latest is None or ts < float(latest) or (inclusive and ts == float(latest))
    return after and before


def _page(call: Call, items: list[Any], default: int) -> tuple[list[Any], str]:
    start = call.text("cursor")
    if start is not None and not start.isdecimal():
        raise Refusal("invalid_cursor")
    first = int(start or 0)
    limit = min(call.number("limit", default), MOST_AT_ONCE)
    rest = first + limit < len(items)
    return items[first:first + limit], str(first + limit) if rest else ""


def _messages(call: Call, messages: list[Message], cursor: str) -> Json:
    shown = call.flag("include_all_metadata")
    return {"messages": [message_json(call.site.world, call.site.manifest, m, metadata=shown)
                         for m in messages],
            "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}
