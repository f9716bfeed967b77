"""Answers to a response URL, and to a command in its acknowledgement."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace import limits, posting
from bot.workspace.site import Site, filled
from bot.workspace.triggers import ResponseUrl
from bot.workspace.world import BOT_ID, BOT_USER, Message


def respond(site: Site, url: ResponseUrl, body: Mapping[str, Any]) -> str | None:
    """Do what *body* says: post, replace or delete.

    Returns:
        Slack's code for what is wrong, or None.
    """
    blocks = body.get("blocks") or []
    if limits.check_blocks(blocks, "message"):
        return "invalid_blocks"
    if limits.too_long(blocks):
        return "msg_blocks_too_long"
    original = site.world.messages[url.channel].get(url.message_ts or "")
    if body.get("delete_original"):
        if original is None or original.user != BOT_USER:
            return "message_not_found"
        posting.delete(site, original)
        return None
    text = str(body.get("text") or "")
    if not text and not blocks:
        return "no_text"
    if body.get("replace_original"):
        if original is None or original.user != BOT_USER:
            return "message_not_found"
        posting.edit(site, original, replace(
            original, text=text, blocks=filled(blocks),
            metadata=body.get("metadata") or original.metadata))
        return None
    thread_ts = body.get("thread_ts")
    if body.get("response_type") == "in_channel":
        posting.post(site, Message(url.channel, site.world.new_ts(), BOT_USER, text,
                                   thread_ts=thread_ts, blocks=filled(blocks), bot_id=BOT_ID,
                                   metadata=body.get("metadata")))
    else:
        posting.whisper(site, url.channel, url.user, text, blocks=filled(blocks),
                        thread_ts=thread_ts)
    return None
