"""What exists in the workspace, who can see it, and what has changed.

Everything here runs on one event loop and nothing awaits, so each method is atomic.  The world
numbers every visible change; it knows nothing of HTTP, of limits or of whom to tell.  What must
outlive a restart is handed to a `keep` function as rows.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.workspace.entities import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    PARTNER_TEAM_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    Channel,
    File,
    Json,
    Message,
    Status,
    User,
    View,
)

__all__ = [
    "APP_ID",
    "BOT_ID",
    "BOT_USER",
    "PARTNER_TEAM_ID",
    "TEAM_DOMAIN",
    "TEAM_ID",
    "TEAM_NAME",
    "Change",
    "Channel",
    "File",
    "Json",
    "Message",
    "Status",
    "User",
    "View",
    "World",
]

STATUS_SECONDS = 120
"""How long an assistant status stands when no message follows."""
CHANGES_KEPT = 10_000
"""Changes a reader who was away can catch up on; one who was away longer must reload."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody can now see; `users` None is everybody who sees the channel."""

    seq: int
    kind: str
    channel: str | None
    users: frozenset[str] | None
    what: Json


Keep = Callable[[str, str, Json | None], None]
"""Kind, key and row (None: gone) of what must outlive a restart."""


class World:
    """The workspace's state."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.offset = 0.0
        """Seconds that the workspace's clock runs ahead of the real one."""
        self.base = "http://127.0.0.1/"
        """Where the workspace was last reached, ending in "/"; links to it begin so."""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        """By channel and ts, oldest first; ephemeral ones among them."""
        self._threads: dict[tuple[str, str], dict[str, None]] = {}
        """The ts of each thread's replies, oldest first."""
        self.modals: dict[str, list[View]] = {}
        """Each person's stack, the topmost last."""
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.prompts: dict[str, Json] = {}
        """By channel: title, prompts, thread_ts."""
        self.titles: dict[tuple[str, str], str] = {}
        self.inputs: dict[tuple[str, str, str], Json] = {}
        """What somebody has chosen in a message's menus: by user, channel and ts."""
        self.revoked: set[str] = set()
        self.changes: deque[Change] = deque(maxlen=CHANGES_KEPT)
        self.seq = 0
        self.keep: Keep = lambda _kind, _key, _row: None
        self._last_micros = 0
        self._woken = asyncio.Event()

    # --- time and names ---------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970 by the workspace's clock."""
        return self._clock() + self.offset

    def new_ts(self) -> str:
        """A message id: seconds with six digits, later than every one before."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    @staticmethod
    def new_id(prefix: str) -> str:
        """An id as Slack's look: a letter and ten capitals or digits."""
        return prefix + secrets.token_hex(5).upper()

    # --- people and channels ----------------------------------------------------------------

    def put_user(self, user: User) -> None:
        """Add or replace a person."""
        self.users[user.id] = user
        self.keep("user", user.id, asdict(user))

    def put_channel(self, channel: Channel) -> None:
        """Add or replace a channel."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self.keep("channel", channel.id, asdict(channel))
        self.changed("channel", channel.id)

    def join(self, channel_id: str, user_id: str) -> bool:
        """Make *user_id* a member; False if they were one."""
        channel = self.channels[channel_id]
        if user_id in channel.members:
            return False
        self.put_channel(replace(channel, members=(*channel.members, user_id)))
        return True

    def direct(self, user_id: str) -> Channel:
        """The direct messages of *user_id* with the app, opened when first asked for."""
        for channel in self.channels.values():
            if channel.user == user_id:
                return channel
        # From the person's id, so that the address stays when the world is made anew.
        channel = Channel("D" + user_id[1:], "", "im", (user_id, BOT_USER), user=user_id)
        self.put_channel(channel)
        return channel

    def sees(self, user_id: str, channel_id: str) -> bool:
        """Whether *user_id* may read *channel_id*."""
        channel = self.channels.get(channel_id)
        user = self.users.get(user_id)
        if channel is None or user is None:
            return False
        if user_id in channel.members:
            return True
        return channel.kind == "channel" and not user.is_restricted and not user.is_stranger

    # --- messages ---------------------------------------------------------------------------

    def put_message(self, message: Message) -> None:
        """Add a message, or replace the one of its channel and ts."""
        known = message.ts in self.messages[message.channel]
        self.lift_message(message)
        if message.only_to is not None:
            kind, users = "ephemeral", frozenset([message.only_to])
        else:
            kind, users = "message_changed" if known else "message", None
            self.keep("message", f"{message.channel}:{message.ts}", asdict(message))
        self.changed(kind, message.channel, users, ts=message.ts, thread_ts=message.thread_ts)

    def lift_message(self, message: Message) -> None:
        """Put *message* in its place without telling anybody, as after a restart."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        if message.thread_ts is not None and message.only_to is None:
            self._threads.setdefault((message.channel, message.thread_ts), {})[message.ts] = None

    def drop_message(self, channel_id: str, ts: str) -> None:
        """Take a message away."""
        message = self.messages[channel_id].pop(ts)
        self._threads.get((channel_id, message.thread_ts or ""), {}).pop(ts, None)
        users = None if message.only_to is None else frozenset([message.only_to])
        self.keep("message", f"{channel_id}:{ts}", None)
        self.changed("message_deleted", channel_id, users, ts=ts, thread_ts=message.thread_ts)

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message that everybody sees there, or None."""
        found = self.messages.get(channel_id, {}).get(ts)
        return found if found is not None and found.only_to is None else None

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """What was answered under *thread_ts*, oldest first, without its parent."""
        found = self.messages.get(channel_id, {})
        return [found[ts] for ts in self._threads.get((channel_id, thread_ts), ())]

    # --- views ------------------------------------------------------------------------------

    def put_home(self, view: View) -> None:
        """Show *view* as its person's Home tab."""
        self.homes[view.user] = view
        self.keep("home", view.user, asdict(view))
        self.changed("home", None, frozenset([view.user]), view_id=view.id)

    def put_modals(self, user_id: str, stack: list[View]) -> None:
        """Make *stack* the modals of *user_id*; empty closes them."""
        closed = not stack
        self.modals[user_id] = stack
        top = None if closed else stack[-1].id
        kind = "view_closed" if closed else "view"
        self.changed(kind, None, frozenset([user_id]), view_id=top)

    def find_view(self, view_id: str) -> View | None:
        """An open modal or a Home tab."""
        return next((v for v in self._views() if v.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        """An open modal or a Home tab by the app's own id."""
        return next((v for v in self._views() if v.body.get("external_id") == external_id), None)

    def put_view(self, view: View) -> None:
        """Replace the open modal or the Home tab of the same id."""
        home = self.homes.get(view.user)
        if home is not None and home.id == view.id:
            self.put_home(view)
            return
        stack = [view if v.id == view.id else v for v in self.modals.get(view.user, [])]
        self.put_modals(view.user, stack)

    def remember(self, view: View) -> None:
        """Keep what somebody typed or chose in an open view, without redrawing it for them."""
        if view.user in self.homes and self.homes[view.user].id == view.id:
            self.homes[view.user] = view
        self.modals[view.user] = [view if v.id == view.id else v
                                  for v in self.modals.get(view.user, [])]

    def _views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    # --- what an app says it does -----------------------------------------------------------

    def put_status(self, status: Status) -> None:
        """Show *status*; an empty text clears it."""
        key = (status.channel, status.thread_ts)
        if status.status:
            self.statuses[key] = status
        elif self.statuses.pop(key, None) is None:
            return
        self.changed("status", status.channel, None, thread_ts=status.thread_ts,
                     status=status.status, loading_messages=list(status.loading_messages))

    def live_statuses(self) -> list[Status]:
        """Those not older than two minutes."""
        return [s for s in self.statuses.values() if self.now() - s.since < STATUS_SECONDS]

    def clear_status(self, channel_id: str, thread_ts: str) -> None:
        """End the status of a thread, as a message does."""
        self.put_status(Status(channel_id, thread_ts, "", (), self.now()))

    def put_prompts(self, channel_id: str, prompts: Json) -> None:
        """Offer *prompts* (title, prompts, thread_ts) in a direct message."""
        self.prompts[channel_id] = prompts
        self.keep("prompts", channel_id, prompts)
        self.changed("prompts", channel_id)

    def put_file(self, file: File) -> None:
        """Add or replace a file."""
        self.files[file.id] = file
        self.keep("file", file.id, asdict(file))

    # --- changes ----------------------------------------------------------------------------

    def changed(
        self, kind: str, channel: str | None = None, users: frozenset[str] | None = None,
        **what: Any,
    ) -> None:
        """Number a change and wake whoever watches."""
        self.seq += 1
        self.changes.append(Change(self.seq, kind, channel, users, what))
        self._woken.set()

    def sees_change(self, user_id: str, change: Change) -> bool:
        """Whether *change* is one that *user_id* can see."""
        if change.users is not None:
            return user_id in change.users
        return change.channel is None or self.sees(user_id, change.channel)

    async def wait_change(self, after: int, seconds: float) -> None:
        """Return once there is a change later than *after*, or after *seconds*."""
        if self.seq > after:
            return
        self._woken.clear()
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
