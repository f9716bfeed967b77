"""What the app is sent when somebody presses, chooses, submits or calls a command."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.shapes import TEAM, message_json, view_json
from bot.workspace.site import Site
from bot.workspace.world import APP_ID, TEAM_ID, Message, User, View

Json = dict[str, Any]


class Impossible(Exception):
    """A person cannot do this; the text says why, to be shown on the page."""


_CHOSEN = {
    "static_select": "selected_option", "external_select": "selected_option",
    "radio_buttons": "selected_option", "overflow": "selected_option",
    "multi_static_select": "selected_options", "multi_external_select": "selected_options",
    "checkboxes": "selected_options", "datepicker": "selected_date",
    "timepicker": "selected_time", "datetimepicker": "selected_date_time",
    "users_select": "selected_user", "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel", "multi_channels_select": "selected_channels",
    "plain_text_input": "value", "email_text_input": "value", "url_text_input": "value",
    "number_input": "value", "rich_text_input": "rich_text_value", "file_input": "files",
}
"""Where each kind of element keeps what was chosen."""
_INITIAL = {
    "selected_option": "initial_option", "selected_options": "initial_options",
    "selected_date": "initial_date", "selected_time": "initial_time",
    "selected_date_time": "initial_date_time", "value": "initial_value",
    "selected_user": "initial_user", "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations", "selected_channel": "initial_channel",
    "selected_channels": "initial_channels", "rich_text_value": "initial_value",
}
_MANY = frozenset({"selected_options", "selected_users", "selected_conversations",
                   "selected_channels", "files"})
_NO_STATE = frozenset({"button", "overflow", "feedback_buttons", "icon_button",
                       "workflow_button", "image"})


def elements(blocks: object) -> Iterator[tuple[Json, Json]]:
    """Each block with each of its interactive elements."""
    if not isinstance(blocks, list | tuple):
        return
    for block in blocks:
        if block["type"] in {"actions", "context_actions"}:
            found = block["elements"]
        elif block["type"] == "card":
            found = block.get("actions") or []
        else:
            found = [block[key] for key in ("accessory", "element") if block.get(key)]
        for element in found:
            if element.get("type") != "image":
                yield block, element


def find(blocks: object, block_id: object, action_id: object) -> tuple[Json, Json]:
    """The block and element of these ids.

    Raises:
        Impossible: They are not there.
    """
    for block, element in elements(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return block, element
    raise Impossible("That is no longer there.")


def state_values(blocks: object, given: Mapping[str, Any], known: Mapping[str, Any]) -> Json:
    """`state.values` of *blocks*: what is *given* now, was *known* before, or stood there at first.

    Raises:
        Impossible: Something was chosen that was not offered.
    """
    values: Json = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind in _NO_STATE:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        entry = given.get(block_id, {}).get(action_id)
        if entry is not None:
            held: Json = {"type": kind, **chosen(element, entry)}
        else:
            key = _CHOSEN[kind]
            held = known.get(block_id, {}).get(action_id) or {
                "type": kind, key: element.get(_INITIAL.get(key, ""),
                                               [] if key in _MANY else None)}
        values.setdefault(block_id, {})[action_id] = held
    return values


def chosen(element: Json, given: Mapping[str, Any]) -> Json:
    """What was *given* for *element*, as Slack writes it: options in full.

    Raises:
        Impossible: It is not among what the element offers.
    """
    kind = element["type"]
    key = _CHOSEN.get(kind)
    if key is None:
        return {}
    value = given.get(key)
    if value is None and "value" in given:
        value = given["value"]
    if key == "selected_option":
        return {key: None if value in (None, "") else _option(element, value)}
    if key == "selected_options":
        return {key: [_option(element, item) for item in value or ()]}
    if key in _MANY:
        return {key: list(value or ())}
    return {key: None if value == "" else value}


def action(site: Site, block: Json, element: Json, given: Mapping[str, Any]) -> Json:
    """One entry of a block_actions payload.

    Raises:
        Impossible: Something was chosen that was not offered.
    """
    kind = element["type"]
    act: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind == "button":
        act |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    elif kind == "feedback_buttons":
        sides = [element["positive_button"], element["negative_button"]]
        pressed = next((b for b in sides if b.get("value") == given.get("value")), None)
        if pressed is None:
            raise Impossible("That button is not there.")
        act |= {"value": pressed.get("value"), "text": pressed["text"]}
    elif kind == "icon_button":
        act |= {key: element.get(key) for key in ("icon", "value", "text")}
    else:
        act |= chosen(element, given)
    act["action_ts"] = site.world.new_ts()
    return act


def pressed(site: Site, user: User, act: Json) -> Json:
    """The part of a block_actions payload that messages, modals and Home share."""
    return {"type": "block_actions", **_common(user, "username", "name"), "api_app_id": APP_ID,
            "actions": [act],
            "trigger_id": site.triggers.mint(user.id)}


def pressed_in_message(site: Site, user: User, message: Message, act: Json, values: Json) -> Json:
    """block_actions of a message."""
    return pressed(site, user, act) | in_message(site, message) | {
        "state": {"values": values}, "response_url": response_url(site, user, message)}


def pressed_in_view(site: Site, user: User, view: View, act: Json) -> Json:
    """block_actions of a modal or a Home tab."""
    return pressed(site, user, act) | {
        "container": {"type": "view", "view_id": view.id}, "view": view_json(view)}


def in_message(site: Site, message: Message) -> Json:
    """Where in which message something was done."""
    container: Json = {"type": "message", "message_ts": message.ts,
                       "channel_id": message.channel, "is_ephemeral": message.only_to is not None}
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    return {"container": container, "channel": _channel(site, message.channel),
            "message": message_json(site.world, site.manifest, message, metadata=True)}


def submitted(site: Site, user: User, view: View) -> Json:
    """view_submission."""
    return {"type": "view_submission", **_common(user, "name"), "api_app_id": APP_ID,
            "view": view_json(view), "trigger_id": site.triggers.mint(user.id),
            "response_urls": []}


def closed(user: User, view: View, *, cleared: bool) -> Json:
    """view_closed."""
    return {"type": "view_closed", **_common(user, "name"), "api_app_id": APP_ID,
            "view": view_json(view), "is_cleared": cleared}


def suggestion(user: User, block: Json, element: Json, query: str,
               where: Json) -> Json:
    """block_suggestion: the app is to say which options there are; *where* is a view or message."""
    return {"type": "block_suggestion", **_common(user, "name"), "api_app_id": APP_ID,
            "value": query, "action_id": element["action_id"], "block_id": block["block_id"],
            **where}


def shortcut(site: Site, user: User, callback_id: str) -> Json:
    """A global shortcut."""
    return {"type": "shortcut", **_common(user, "username"), "callback_id": callback_id,
            "trigger_id": site.triggers.mint(user.id), "action_ts": site.world.new_ts()}


def message_shortcut(site: Site, user: User, callback_id: str, message: Message) -> Json:
    """message_action: a shortcut on one message."""
    return {"type": "message_action", **_common(user, "username", "name"),
            "callback_id": callback_id, "trigger_id": site.triggers.mint(user.id),
            "action_ts": site.world.new_ts(),
            "message_ts": message.ts, "channel": _channel(site, message.channel),
            "message": message_json(site.world, site.manifest, message),
            "response_url": response_url(site, user, message)}


def command(site: Site, user: User, channel_id: str, name: str, text: str) -> Json:
    """A slash command; sent as a form."""
    return {"token": "local", "team_id": TEAM_ID, "team_domain": TEAM["domain"],
            "channel_id": channel_id, "channel_name": _channel(site, channel_id)["name"],
            "user_id": user.id, "user_name": user.name, "command": name, "text": text,
            "api_app_id": APP_ID, "is_enterprise_install": "false",
            "response_url": _url(site, site.response_urls.mint(user.id, channel_id)),
            "trigger_id": site.triggers.mint(user.id)}


def response_url(site: Site, user: User, message: Message) -> str:
    """An address that answers what *user* did to *message*."""
    return _url(site, site.response_urls.mint(user.id, message.channel, message.ts,
                                              message.thread_ts))


def _url(site: Site, url_id: str) -> str:
    return f"{site.world.base}workspace/response/{url_id}"


def _common(user: User, *names: str) -> Json:
    # By which keys a person's name goes is not the same for all payloads.
    return {"user": {"id": user.id, **dict.fromkeys(names, user.name), "team_id": user.team_id},
            "token": "local", "team": dict(TEAM), "enterprise": None,
            "is_enterprise_install": False}


def _channel(site: Site, channel_id: str) -> Json:
    channel = site.world.channels[channel_id]
    name = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
    return {"id": channel.id, "name": name}


def _option(element: Json, given: Any) -> Json:
    value = given.get("value") if isinstance(given, Mapping) else given
    offered = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        offered += group["options"]
    for option in offered:
        if option.get("value") == value:
            return dict(option)
    # What an external menu offers is only known to the app, which is asked each time.
    if element["type"].endswith("external_select") and isinstance(given, Mapping) and given.get(
            "text"):
        return dict(given)
    raise Impossible("That choice is not offered.")
