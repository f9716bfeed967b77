"""The methods of chat.*: posting, changing, deleting, streaming.

Each takes a call, gives what its answer says beside "ok", and raises `Refusal` with the code that
Slack documents for what is wrong.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.workspace import limits, posting
from bot.workspace.calls import Call, Method
from bot.workspace.shapes import message_json
from bot.workspace.site import Refusal, filled
from bot.workspace.streams import StreamRefusal
from bot.workspace.world import BOT_ID, BOT_USER, Channel, Message

Json = dict[str, Any]

_NOT_OF_AN_UPDATE = frozenset({"ts", "thread_ts", "parent_user_id"})
"""What the message in the answer to chat.update does not say."""


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = _writable(call, call.channel(users=True))
    text, blocks, warnings = _content(call)
    if len(text) > limits.TEXT_KEPT:
        text = text[:limits.TEXT_KEPT]
        warnings.append("message_truncated")
    thread_ts = _thread(call, channel)
    broadcast = thread_ts is not None and call.flag("reply_broadcast")
    message = posting.post(call.site, Message(
        channel.id, call.site.world.new_ts(), BOT_USER, text, thread_ts=thread_ts,
        blocks=filled(blocks), attachments=_attachments(call), bot_id=BOT_ID,
        metadata=call.metadata(), subtype="thread_broadcast" if broadcast else None))
    answer: Json = {"channel": channel.id, "ts": message.ts, "message": _shown(call, message)}
    if warnings:
        answer |= {"warning": ",".join(warnings), "response_metadata": {"warnings": warnings}}
    return answer


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = _writable(call, call.channel())
    user = call.need("user")
    if user not in call.site.world.users or user not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks, _ = _content(call)
    if len(text) > limits.TEXT_KEPT:
        raise Refusal("msg_too_long")
    message = posting.whisper(call.site, channel.id, user, text, blocks=filled(blocks),
                              thread_ts=_thread(call, channel))
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """chat.update."""
    before = call.own()
    if call.site.streams.is_streaming(before):
        raise Refusal("streaming_state_conflict")
    given = call.text("text")
    if given is not None and len(given) > limits.UPDATE_TEXT:
        raise Refusal("msg_too_long")
    text, blocks, _ = _content(call)
    # What is not mentioned stays; an empty list or object takes it away.
    metadata = call.metadata() if call.args.get("metadata") is not None else before.metadata
    attachments = (_attachments(call) if call.args.get("attachments") is not None
                   else before.attachments)
    if call.args.get("blocks") is None and call.text("markdown_text") is None:
        blocks = list(before.blocks)
    text = text or before.text
    edited = before.edited
    if text != before.text:
        edited = {"user": BOT_USER, "ts": call.site.world.new_ts()}
    call.site.streams.forget(before)
    after = posting.edit(call.site, before, replace(
        before, text=text, blocks=filled(blocks), metadata=metadata, edited=edited,
        attachments=attachments, streaming=False))
    shown = {k: v for k, v in _shown(call, after).items() if k not in _NOT_OF_AN_UPDATE}
    return {"channel": after.channel, "ts": after.ts, "text": after.text, "message": shown}


def delete(call: Call) -> Json:
    """chat.delete."""
    message = call.own("cant_delete_message")
    call.site.streams.forget(message)
    posting.delete(call.site, message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink: an address on the workspace's own page."""
    channel, ts = call.channel(), call.need("message_ts")
    message = call.site.world.message(channel.id, ts)
    if message is None:
        raise Refusal("message_not_found")
    link = f"{call.base_url}archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts is not None:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def start_stream(call: Call) -> Json:
    """chat.startStream."""
    channel = _writable(call, call.channel())
    if channel.kind != "im":
        recipient = call.text("recipient_user_id")
        if call.text("recipient_team_id") is None:
            raise Refusal("missing_recipient_team_id")
        if recipient is None:
            raise Refusal("missing_recipient_user_id")
        if recipient not in call.site.world.users:
            raise Refusal("user_not_found")
    elif call.text("thread_ts") is None:
        raise Refusal("invalid_arguments",
                      "[ERROR] missing required field: thread_ts [json-pointer:/thread_ts]")
    message = Message(channel.id, call.site.world.new_ts(), BOT_USER, "", bot_id=BOT_ID,
                      thread_ts=_thread(call, channel))
    try:
        message = call.site.streams.start(
            message, call.text("task_display_mode") == "plan", _chunks(call))
    except StreamRefusal as refusal:
        raise Refusal(refusal.code, *refusal.messages) from refusal
    posting.post(call.site, message)
    return {"channel": channel.id, "ts": message.ts}


def append_stream(call: Call) -> Json:
    """chat.appendStream."""
    message = call.own("message_not_owned_by_app")
    chunks = _chunks(call)
    if not chunks:
        raise Refusal("no_text")
    try:
        call.site.streams.append(message, chunks)
    except StreamRefusal as refusal:
        raise Refusal(refusal.code, *refusal.messages) from refusal
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(call: Call) -> Json:
    """chat.stopStream."""
    before = call.own("message_not_owned_by_app")
    blocks = call.blocks()
    try:
        after = call.site.streams.stop(before, _chunks(call), filled(blocks), call.metadata())
    except StreamRefusal as refusal:
        raise Refusal(refusal.code, *refusal.messages) from refusal
    call.site.world.clear_status(after.channel, after.thread_ts or after.ts)
    posting.edit(call.site, before, after)
    return {"channel": after.channel, "ts": after.ts, "message": _shown(call, after)}


METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "chat.postMessage": (post_message, ("chat:write",)),
    "chat.postEphemeral": (post_ephemeral, ("chat:write",)),
    "chat.update": (update, ("chat:write",)),
    "chat.delete": (delete, ("chat:write",)),
    "chat.getPermalink": (get_permalink, ()),
    "chat.startStream": (start_stream, ("chat:write",)),
    "chat.appendStream": (append_stream, ("chat:write",)),
    "chat.stopStream": (stop_stream, ("chat:write",)),
}
"""Each method and the scopes of which one is needed."""


def _writable(call: Call, channel: Channel) -> Channel:
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if channel.kind == "im" and not call.site.manifest.messages_tab:
        raise Refusal("messages_tab_disabled")
    return channel


def _content(call: Call) -> tuple[str, list[Json], list[str]]:
    markdown = call.text("markdown_text")
    text, blocks, warnings = call.text("text"), call.blocks(), []
    if markdown is not None:
        if text is not None or blocks:
            raise Refusal("markdown_text_conflict")
        if len(markdown) > limits.MARKDOWN:
            raise Refusal("msg_too_long")
        return markdown, [{"type": "markdown", "text": markdown}], []
    if text is None and not blocks and not _attachments(call):
        raise Refusal("no_text")
    if text is None and blocks:
        warnings.append("missing_text_in_message")
    return text or "", blocks, warnings


def _attachments(call: Call) -> tuple[Json, ...]:
    attachments = call.nested("attachments")
    if attachments is None:
        return ()
    if not isinstance(attachments, list):
        raise Refusal("invalid_attachments")
    if len(attachments) > 100:
        raise Refusal("too_many_attachments")
    return tuple(attachments)


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    parent = call.site.world.message(channel.id, thread_ts)
    # Slack takes a reply's ts for its parent's.
    return parent.thread_ts if parent is not None and parent.thread_ts else thread_ts


def _chunks(call: Call) -> Sequence[Json]:
    markdown, chunks = call.text("markdown_text"), call.nested("chunks") or []
    if not isinstance(chunks, list):
        raise Refusal("invalid_arguments", "[ERROR] must be an array [json-pointer:/chunks]")
    return [*([{"type": "markdown_text", "text": markdown}] if markdown else ()), *chunks]


def _shown(call: Call, message: Message) -> Json:
    return message_json(call.site.world, call.site.manifest, message, metadata=True)


