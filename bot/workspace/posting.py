"""Posting, editing and deleting: the change in the world and what the app is told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.workspace.site import Site
from bot.workspace.world import BOT_ID, BOT_USER, Message

Json = dict[str, Any]


def post(site: Site, message: Message) -> Message:
    """Put *message* where it belongs, and tell whoever listens."""
    world = site.world
    with _counted(site, message):
        world.put_message(message)
        if message.only_to is None:
            if message.bot_id is not None:
                world.clear_status(message.channel, message.thread_ts or message.ts)
            site.events.posted(message)
    return message


def edit(site: Site, before: Message, after: Message) -> Message:
    """Replace *before* by *after*."""
    was = site.events.shown(before)
    site.world.put_message(after)
    site.events.changed(was, after)
    return after


def delete(site: Site, message: Message) -> None:
    """Take *message* away; one that was answered leaves a tombstone, as in Slack."""
    world = site.world
    with _counted(site, message):
        if message.only_to is None and world.replies(message.channel, message.ts):
            # Slack tells of this as of a change, and of no deletion.
            edit(site, message, Message(message.channel, message.ts, "USLACKBOT",
                                        "This message was deleted.", subtype="tombstone"))
        else:
            world.drop_message(message.channel, message.ts)
            site.events.deleted(message)


@contextmanager
def _counted(site: Site, reply: Message) -> Iterator[None]:
    """Tell, once *reply* has come or gone, that its parent has one more or one less.

    Slack tells of a new reply count as an edit of the parent without `edited`.
    """
    world = site.world
    parent = world.message(reply.channel, reply.thread_ts or "")
    was = None if parent is None else site.events.shown(parent)
    yield
    if reply.only_to is None and parent is not None and was is not None:
        world.changed("message_changed", parent.channel, None, ts=parent.ts, thread_ts=None)
        site.events.changed(was, parent)


def join(site: Site, channel_id: str, user_id: str, inviter: str | None = None) -> bool:
    """Make somebody a member, which the channel shows; False if they were one."""
    world = site.world
    if not world.join(channel_id, user_id):
        return False
    channel = world.channels[channel_id]
    site.events.joined(channel, user_id, inviter)
    post(site, Message(channel_id, world.new_ts(), user_id,
                       f"<@{user_id}> has joined the channel", subtype="channel_join",
                       inviter=inviter))
    return True


def whisper(site: Site, channel_id: str, user_id: str, text: str, *,
            blocks: tuple[Json, ...] = (), thread_ts: str | None = None,
            from_app: bool = True) -> Message:
    """Show an ephemeral message to one person."""
    author = BOT_USER if from_app else "USLACKBOT"
    return post(site, Message(channel_id, site.world.new_ts(), author, text, blocks=blocks,
                              thread_ts=thread_ts, only_to=user_id,
                              bot_id=BOT_ID if from_app else None))
