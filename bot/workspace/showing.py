"""The methods that show things to one person: views, assistant statuses, files, reactions.

Each takes a call, gives what its answer says beside "ok", and raises `Refusal` with the code that
Slack documents for what is wrong.
"""

import secrets
from dataclasses import replace
from typing import Any

from bot.workspace import limits, posting
from bot.workspace.calls import Call, Method
from bot.workspace.shapes import file_json, view_json
from bot.workspace.site import Refusal, Site, filled
from bot.workspace.triggers import Void
from bot.workspace.world import BOT_ID, BOT_USER, File, Message, Status, View

Json = dict[str, Any]


def views_open(call: Call) -> Json:
    """views.open."""
    return {"view": view_json(_put_on_top(call, push=False))}


def views_push(call: Call) -> Json:
    """views.push."""
    return {"view": view_json(_put_on_top(call, push=True))}


def views_update(call: Call) -> Json:
    """views.update."""
    body = checked(call)
    world = call.site.world
    view_id, external = call.text("view_id"), call.text("external_id")
    view = world.find_view(view_id) if view_id else world.find_external(external or "")
    if view is None:
        raise Refusal("not_found")
    wanted = call.text("hash")
    if wanted is not None and wanted != view.hash:
        raise Refusal("hash_conflict")
    return {"view": view_json(renewed(call.site, view, body))}


def views_publish(call: Call) -> Json:
    """views.publish."""
    user = call.site.world.users.get(call.need("user_id"))
    if user is None:
        raise Refusal("user_not_found")
    if not call.site.manifest.home_tab:
        raise Refusal("not_enabled")
    body = checked(call)
    if body["type"] != "home":
        raise Refusal("invalid_arguments",
                      "[ERROR] must be a home view [json-pointer:/view/type]")
    home = call.site.world.homes.get(user.id)
    wanted = call.text("hash")
    if home is not None and wanted is not None and wanted != home.hash:
        raise Refusal("hash_conflict")
    view_id = home.id if home is not None else call.site.world.new_id("V")
    view = View(view_id, user.id, body, _hash(call.site), view_id)
    call.site.world.put_home(view)
    return {"view": view_json(view)}


def checked(call: Call) -> Json:
    """The call's view, within the limits and with its ids filled in.

    Raises:
        Refusal: invalid_arguments or view_too_large.
    """
    body: Json = check_body(call.nested("view"))
    return body


def check_body(body: object) -> Json:
    """*body* as a view, within the limits and with its ids filled in.

    Raises:
        Refusal: invalid_arguments or view_too_large.
    """
    faults = limits.check_view(body)
    if faults or not isinstance(body, dict):
        raise Refusal("invalid_arguments", *faults)
    if limits.size_in_bytes(body) > limits.VIEW_BYTES:
        raise Refusal("view_too_large")
    return body | {"blocks": list(filled(body["blocks"]))}


def renewed(site: Site, view: View, body: Json) -> View:
    """*view* showing *body*; what was typed stays where block and action are still there."""
    kept = {block["block_id"]: view.values[block["block_id"]] for block in body["blocks"]
            if block["block_id"] in view.values}
    new = replace(view, body=body, hash=_hash(site), values=kept, errors={})
    site.world.put_view(new)
    return new


def pushed(site: Site, user: str, body: Json) -> View:
    """*body* as a new view on top of *user*'s stack.

    Raises:
        Refusal: push_limit_reached or duplicate_external_id.
    """
    stack = site.world.modals.get(user, [])
    if len(stack) >= limits.VIEW_STACK:
        raise Refusal("push_limit_reached")
    external = body.get("external_id")
    if external and site.world.find_external(external) is not None:
        raise Refusal("duplicate_external_id")
    view_id = site.world.new_id("V")
    view = View(view_id, user, body, _hash(site), stack[0].id if stack else view_id,
                stack[-1].id if stack else None)
    site.world.put_modals(user, [*stack, view])
    return view


def set_status(call: Call) -> Json:
    """assistant.threads.setStatus."""
    channel = call.channel("channel_id")
    thread_ts = call.need("thread_ts")
    messages = call.nested("loading_messages") or []
    if not isinstance(messages, list) or len(messages) > limits.LOADING_MESSAGES:
        raise Refusal("invalid_arguments", "[ERROR] no more than "
                      f"{limits.LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    call.site.world.put_status(Status(channel.id, thread_ts, call.text("status") or "",
                                      tuple(map(str, messages)), call.site.world.now()))
    return {}


def set_prompts(call: Call) -> Json:
    """assistant.threads.setSuggestedPrompts."""
    channel = call.channel("channel_id")
    prompts = call.nested("prompts")
    if not isinstance(prompts, list) or not prompts or len(prompts) > limits.PROMPTS:
        raise Refusal("invalid_arguments",
                      f"[ERROR] between 1 and {limits.PROMPTS} items [json-pointer:/prompts]")
    if any(not isinstance(p, dict) or not p.get("title") or not p.get("message")
           for p in prompts):
        raise Refusal("invalid_arguments",
                      "[ERROR] a prompt needs title and message [json-pointer:/prompts]")
    call.site.world.put_prompts(channel.id, {
        "channel": channel.id, "title": call.text("title") or "", "prompts": prompts,
        "thread_ts": call.text("thread_ts")})
    return {}


def set_title(call: Call) -> Json:
    """assistant.threads.setTitle."""
    channel = call.channel("channel_id")
    key = (channel.id, call.need("thread_ts"))
    call.site.world.titles[key] = call.need("title")
    call.site.world.changed("status", channel.id, None, thread_ts=key[1])
    return {}


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal."""
    name, length = call.need("filename"), call.number("length", 0)
    if length < 1:
        raise Refusal("invalid_arguments",
                      "[ERROR] must be greater than 0 [json-pointer:/length]")
    # The address is a secret, since it needs no token.
    file_id = "F" + secrets.token_hex(8).upper()
    call.site.world.put_file(File(file_id, name.replace("/", "_"), name, length, BOT_USER,
                                  created=int(call.site.world.now())))
    return {"upload_url": f"{call.base_url}workspace/upload/{file_id}", "file_id": file_id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal."""
    given = call.nested("files")
    world = call.site.world
    if not isinstance(given, list) or not given:
        raise Refusal("invalid_arguments",
                      "[ERROR] missing required field: files [json-pointer:/files]")
    channel = call.channel("channel_id") if call.text("channel_id") is not None else None
    if channel is not None and BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    files = []
    for item in given:
        file = world.files.get(str(item.get("id"))) if isinstance(item, dict) else None
        if file is None or file.content is None:
            raise Refusal("file_not_found")
        shared = (*file.shared_in, channel.id) if channel is not None else file.shared_in
        file = replace(file, title=item.get("title") or file.name, shared_in=shared)
        world.put_file(file)
        files.append(file)
    if channel is not None:
        posting.post(call.site, Message(
            channel.id, world.new_ts(), BOT_USER, call.text("initial_comment") or "",
            thread_ts=call.text("thread_ts"), blocks=filled(call.blocks()), bot_id=BOT_ID,
            subtype="file_share", files=tuple(file.id for file in files)))
    return {"files": [file_json(world, file) for file in files]}


def reactions_add(call: Call) -> Json:
    """reactions.add."""
    channel, name = call.channel(), call.need("name").strip(":")
    message = call.site.world.message(channel.id, call.need("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    if (name, BOT_USER) in message.reactions:
        raise Refusal("already_reacted")
    call.site.world.put_message(replace(
        message, reactions=(*message.reactions, (name, BOT_USER))))
    return {}


METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "views.open": (views_open, ()),
    "views.push": (views_push, ()),
    "views.update": (views_update, ()),
    "views.publish": (views_publish, ()),
    "assistant.threads.setStatus": (set_status, ("chat:write", "assistant:write")),
    "assistant.threads.setSuggestedPrompts": (set_prompts, ("assistant:write",)),
    "assistant.threads.setTitle": (set_title, ("assistant:write",)),
    "files.getUploadURLExternal": (get_upload_url, ("files:write",)),
    "files.completeUploadExternal": (complete_upload, ("files:write",)),
    "reactions.add": (reactions_add, ("reactions:write",)),
}
"""Each method and the scopes of which one is needed."""


def _put_on_top(call: Call, *, push: bool) -> View:
    body = checked(call)
    if body["type"] != "modal":
        raise Refusal("invalid_arguments",
                      "[ERROR] must be a modal view [json-pointer:/view/type]")
    try:
        user = call.site.triggers.exchange(call.need("trigger_id"))
    except Void as void:
        raise Refusal(str(void)) from void
    if not push and call.site.world.modals.get(user):
        # Opening anew replaces whatever was open, as Slack's client does.
        call.site.world.put_modals(user, [])
    return pushed(call.site, user, body)


def _hash(site: Site) -> str:
    return f"{int(site.world.now())}.{secrets.token_hex(4)}"
