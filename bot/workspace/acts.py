"""What a person does in the workspace, at `/workspace/do/{act}`: JSON in, JSON out.

The answer is `{"ok": true, …}`, or `{"ok": false, "error": "a sentence for the page"}`.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.workspace import interactions, posting, texts
from bot.workspace.act import Act
from bot.workspace.elements import check_options
from bot.workspace.forms import submit_view
from bot.workspace.forwarding import share_of
from bot.workspace.interactions import Impossible
from bot.workspace.responding import respond
from bot.workspace.shapes import view_json
from bot.workspace.site import Site
from bot.workspace.world import BOT_USER, File, Message, View

Json = dict[str, Any]

NO_ANSWER = "The app did not respond. Try again."
MOST_TYPED = 12_000
"""Characters that Slack's client lets a person send at once."""


async def do(site: Site, name: str, given: Mapping[str, Any]) -> Json:
    """Do the act *name*, as `user` in *given*."""
    act = _ACTS.get(name)
    if act is None:
        return {"ok": False, "error": f"There is no act {name}."}
    user = site.world.users.get(str(given.get("user")))
    if user is None or user.is_bot:
        return {"ok": False, "error": "There is no such person."}
    try:
        return {"ok": True, **(await act(Act(site, user, given)) or {})}
    except Impossible as impossible:
        return {"ok": False, "error": str(impossible)}


async def _message(act: Act) -> Json:
    site, channel_id = act.site, act.joined()
    text = act.text("text")
    files = _uploads(act, channel_id)
    if not text.strip() and not files:
        raise Impossible("There is nothing to send.")
    if len(text) > MOST_TYPED:
        raise Impossible(f"A message has at most {MOST_TYPED:,} characters.")
    typed = texts.typed(text, site.world.users.values(), site.world.channels.values())
    thread_ts = _thread(act, channel_id)
    subtype = "file_share" if files else (
        "thread_broadcast" if thread_ts and act.given.get("broadcast") else None)
    message = posting.post(site, Message(
        channel_id, site.world.new_ts(), act.user.id, typed, thread_ts=thread_ts,
        blocks=tuple(texts.rich_text(typed)), subtype=subtype, files=files,
        client_msg_id=secrets.token_hex(16)))
    channel = site.world.channels[channel_id]
    if BOT_USER in texts.mentioned(typed) and BOT_USER not in channel.members:
        posting.whisper(site, channel_id, act.user.id,
                        f"<@{BOT_USER}> is not in this channel, so they were not notified. "
                        "Invite them to bring them in.", from_app=False)
    return {"ts": message.ts}


async def _forward(act: Act) -> Json:
    """Pass a message on, with words of one's own or none: to the app, unless it says where."""
    site, message = act.site, act.message()
    if message.only_to is not None or message.subtype == "tombstone":
        raise Impossible("That message can't be forwarded.")
    if not act.text("to") and act.user.is_stranger:
        raise Impossible("You have no direct messages with the app.")
    to = act.joined("to") if act.text("to") else site.world.direct(act.user.id).id
    typed = texts.typed(act.text("text"), site.world.users.values(),
                        site.world.channels.values())
    sent = posting.post(site, Message(
        to, site.world.new_ts(), act.user.id, typed, blocks=tuple(texts.rich_text(typed)),
        attachments=(share_of(site.world, message),), client_msg_id=secrets.token_hex(16)))
    return {"channel": to, "ts": sent.ts}


async def _edit(act: Act) -> Json:
    before = act.own()
    typed = texts.typed(act.text("text"), act.site.world.users.values(),
                        act.site.world.channels.values())
    if not typed.strip() and not before.attachments:
        raise Impossible("There is nothing left; delete the message instead.")
    after = replace(before, text=typed, blocks=tuple(texts.rich_text(typed)),
                    edited={"user": act.user.id, "ts": act.site.world.new_ts()})
    posting.edit(act.site, before, after)
    return {"ts": after.ts}


async def _delete(act: Act) -> Json:
    message = act.message()
    if message.only_to is None:
        message = act.own()
    posting.delete(act.site, message)
    return {}


async def _press(act: Act) -> Json:
    site, message = act.site, act.message()
    block, element = interactions.find(message.blocks, act.given.get("block_id"),
                                       act.given.get("action_id"))
    done = interactions.action(site, block, element, act.given)
    key = (act.user.id, message.channel, message.ts)
    state = _with(act.state(), block, element, act.given)
    values = interactions.state_values(message.blocks, state, site.world.inputs.get(key, {}))
    site.world.inputs[key] = values
    return await _ask(site, interactions.pressed_in_message(site, act.user, message, done, values))


async def _press_home(act: Act) -> Json:
    home = act.site.world.homes.get(act.user.id)
    if home is None:
        raise Impossible("The app has not filled this page yet.")
    return await _press_in(act, home)


async def _press_view(act: Act) -> Json:
    return await _press_in(act, act.view())


async def _press_in(act: Act, view: View) -> Json:
    block, element = interactions.find(view.body["blocks"], act.given.get("block_id"),
                                       act.given.get("action_id"))
    done = interactions.action(act.site, block, element, act.given)
    state = _with(act.state(), block, element, act.given)
    values = interactions.state_values(view.body["blocks"], state, view.values)
    view = replace(view, values=values)
    act.site.world.remember(view)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {}
    return await _ask(act.site, interactions.pressed_in_view(act.site, act.user, view, done))


async def _submit(act: Act) -> Json:
    return await submit_view(act.site, act.user, act.view(), act.state())


async def _close(act: Act) -> Json:
    site, view = act.site, act.view()
    stack = site.world.modals[act.user.id]
    clear = bool(view.body.get("clear_on_close") or act.given.get("all"))
    gone = stack if clear else stack[stack.index(view):]
    site.world.put_modals(act.user.id, stack[:len(stack) - len(gone)])
    for each in reversed(gone):
        if each.body.get("notify_on_close"):
            await site.deliveries.ask("interactive", interactions.closed(
                act.user, each, cleared=clear))
    return {}


async def _command(act: Act) -> Json:
    site, channel_id, name = act.site, act.channel(), act.text("command")
    known = next((c for c in site.manifest.commands if c["command"] == name), None)
    if known is None:
        raise Impossible(f"{name} is not a valid command.")
    text = act.text("text").strip()
    if known.get("should_escape"):
        text = texts.typed(text, site.world.users.values(), site.world.channels.values())
    payload = interactions.command(site, act.user, channel_id, name, text)
    answer = await site.deliveries.ask("command", payload)
    if not answer.ok:
        posting.whisper(site, channel_id, act.user.id,
                        f"{name} failed because the app did not respond.", from_app=False)
        return {}
    if answer.body:
        body = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
        problem = respond(site, site.response_urls.use(
            payload["response_url"].rpartition("/")[2]), body)
        if problem is not None:
            raise Impossible(f"{name} failed with the error \"{problem}\".")
    return {}


async def _shortcut(act: Act) -> Json:
    name = _known_shortcut(act, "global")
    return await _ask(act.site, interactions.shortcut(act.site, act.user, name))


async def _message_shortcut(act: Act) -> Json:
    name, message = _known_shortcut(act, "message"), act.message()
    return await _ask(act.site, interactions.message_shortcut(act.site, act.user, name, message))


async def _open_home(act: Act) -> Json:
    tab = act.text("tab")
    if tab not in {"home", "messages"}:
        raise Impossible("The app has the tabs home and messages.")
    act.site.events.home_opened(act.user.id, tab)
    return {}


async def _options(act: Act) -> Json:
    site = act.site
    if act.text("view_id"):
        home = site.world.homes.get(act.user.id)
        view = home if home is not None and home.id == act.text("view_id") else act.view()
        blocks: Any = view.body["blocks"]
        where = {"container": {"type": "view", "view_id": view.id},
                 "view": view_json(view)}
    else:
        message = act.message()
        blocks, where = message.blocks, interactions.in_message(site, message)
    block, element = interactions.find(blocks, act.given.get("block_id"),
                                       act.given.get("action_id"))
    query = act.text("query")
    if len(query) < element.get("min_query_length", 3):
        return {"options": []}
    answer = await site.deliveries.ask("interactive", interactions.suggestion(
        act.user, block, element, query, where))
    body = answer.body if answer.ok and isinstance(answer.body, dict) else {}
    if "option_groups" in body:
        return {"option_groups": body["option_groups"]}
    options = body.get("options")
    if options == []:
        return {"options": []}
    faults = check_options(options)
    if faults:
        site.log.add("refused", what="options", messages=faults)
        raise Impossible("The choices could not be loaded.")
    return {"options": options}


async def _stop_stream(act: Act) -> Json:
    before = act.message()
    after = act.site.streams.stop_by_user(before)
    if after is None:
        raise Impossible("Nothing is being written there.")
    posting.edit(act.site, before, after)
    act.site.events.session_stopped(act.user.id, after)
    return {}


async def _join(act: Act) -> Json:
    posting.join(act.site, act.channel(), act.user.id)
    return {}


async def _invite(act: Act) -> Json:
    invited = act.text("invited") or BOT_USER
    if invited not in act.site.world.users:
        raise Impossible("There is no such person.")
    posting.join(act.site, act.joined(), invited, act.user.id)
    return {}


_ACTS: dict[str, Callable[[Act], Awaitable[Json]]] = {
    "message": _message, "forward": _forward, "edit": _edit, "delete": _delete, "press": _press,
    "press_home": _press_home, "press_view": _press_view, "submit_view": _submit,
    "close_view": _close, "command": _command, "shortcut": _shortcut,
    "message_shortcut": _message_shortcut, "open_home": _open_home, "options": _options,
    "stop_stream": _stop_stream, "join": _join, "invite": _invite,
}


def _with(state: Mapping[str, Any], block: Json, element: Json, given: Mapping[str, Any]) -> Json:
    """*state* with what was given for the element that was just used."""
    merged = {block_id: dict(entries) for block_id, entries in state.items()}
    merged.setdefault(block["block_id"], {})[element["action_id"]] = given
    return merged


def _thread(act: Act, channel_id: str) -> str | None:
    thread_ts = act.text("thread_ts")
    if not thread_ts:
        return None
    parent = act.site.world.message(channel_id, thread_ts)
    if parent is None:
        raise Impossible("That thread is no longer there.")
    return parent.thread_ts or parent.ts


def _known_shortcut(act: Act, kind: str) -> str:
    name = act.text("callback_id")
    if not any(s["callback_id"] == name and s["type"] == kind
               for s in act.site.manifest.shortcuts):
        raise Impossible("There is no such shortcut.")
    return name


def _uploads(act: Act, channel_id: str) -> tuple[str, ...]:
    names = []
    for item in act.given.get("files") or ():
        content = str(item["text"]).encode()
        file = File(act.site.world.new_id("F"), str(item["name"]), str(item["name"]),
                    len(content), act.user.id, content, (channel_id,),
                    int(act.site.world.now()))
        act.site.world.put_file(file)
        names.append(file.id)
    return tuple(names)


async def _ask(site: Site, payload: Json) -> Json:
    answer = await site.deliveries.ask("interactive", payload)
    if not answer.ok:
        raise Impossible(NO_ANSWER)
    return {}
