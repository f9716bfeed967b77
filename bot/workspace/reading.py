"""What one person sees: their channels, the messages of a place, a thread, a form.

Read models for the pages.  They hold finished texts and rendered blocks, so that the templates
only lay out.  Every row carries a digest of its HTML, by which the script knows whether a row
that is already on the page has changed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any
from zlib import crc32

from markupsafe import Markup

from bot.workspace.manifest import Manifest
from bot.workspace.markup import Names, as_typed, mrkdwn
from bot.workspace.render import Scene, environment, render_blocks
from bot.workspace.world import BOT_USER, Channel, Message, Status, User, View, World

COMPACT_WITHIN = timedelta(minutes=5)
"""Messages of one author no further apart share one name and avatar, as in Slack."""
SHOWN_AT_ONCE = 100
"""Messages of a channel on one page; earlier ones are one link away."""
COLOURS = 6
"""Avatar colours in the style sheet."""
SLACKBOT = User("USLACKBOT", "slackbot", "Slackbot")
"""Who speaks where the workspace itself does."""


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of a list: its key there, a digest of its HTML, and the HTML."""

    key: str
    digest: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Face:
    """What stands for a picture of somebody: letters on a colour of the style sheet."""

    initials: str
    colour: int
    is_app: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A channel in the list at the left."""

    id: str
    name: str
    kind: str
    is_ext_shared: bool
    latest: str
    """ts of its newest message; "" when there is none."""


class Reader:
    """The workspace as *user* sees it.

    Args:
        world: The workspace.
        manifest: The app's; its prompts stand in a conversation that has not begun.
        user: Whose eyes; what others alone can see is left out.
        link: A path of these pages as a link that stays with *user*.
    """

    def __init__(
        self, world: World, manifest: Manifest, user: User, link: Callable[[str], str]
    ) -> None:
        self.world = world
        self.user = user
        self._manifest = manifest
        self.link = link
        self.names = Names(
            users={u.id: u.real_name for u in world.users.values()},
            channels={c.id: c.name for c in world.channels.values() if c.name},
            reader=user.id,
            zone=datetime.now().astimezone().tzinfo or Names().zone,
        )

    def lines(self) -> list[Line]:
        """The channels that they can open, then their direct messages with the app."""
        self.direct()
        mine = [c for c in self.world.channels.values() if self.world.sees(self.user.id, c.id)]
        return [self._line(c) for c in sorted(mine, key=lambda c: (c.kind == "im", c.name))]

    def direct(self) -> Channel | None:
        """Their direct messages with the app; people of another company have none."""
        return None if self.user.is_stranger else self.world.direct(self.user.id)

    def first(self) -> Channel | None:
        """What they find open when they come: direct messages, or else their first channel."""
        channels = self.world.channels
        return self.direct() or next((channels[line.id] for line in self.lines()), None)

    def _line(self, channel: Channel) -> Line:
        name = self.title(channel)
        latest = max((m.ts for m in self._visible(channel.id)), default="")
        return Line(channel.id, name, channel.kind, channel.is_ext_shared, latest)

    def title(self, channel: Channel) -> str:
        """A channel's name; the app's for direct messages."""
        return self.world.users[BOT_USER].real_name if channel.kind == "im" else channel.name

    def people(self) -> list[User]:
        """Everybody one can act as: all but the app."""
        return [u for u in self.world.users.values() if not u.is_bot]

    def mentionable(self, channel: Channel) -> list[User]:
        """The members of *channel* but oneself, the app first."""
        members = [self.world.users[m] for m in channel.members if m in self.world.users]
        return sorted((u for u in members if u.id != self.user.id), key=lambda u: not u.is_bot)

    # --- messages ---------------------------------------------------------------------------

    def _visible(self, channel: str) -> Iterator[Message]:
        for message in self.world.messages.get(channel, {}).values():
            if message.only_to in (None, self.user.id):
                yield message

    def in_channel(self, channel: str, most: int | None) -> tuple[list[Row], bool]:
        """The newest *most* messages outside threads as rows; whether there are earlier ones."""
        own = [m for m in self._visible(channel)
               if m.thread_ts in (None, m.ts) or m.subtype == "thread_broadcast"]
        shown = own if most is None else own[-most:]
        return list(self._rows(shown, "m")), len(shown) < len(own)

    def in_thread(self, channel: str, thread_ts: str) -> list[Row]:
        """The parent of a thread and its replies as rows; empty when there is no such thread."""
        parent = [m for m in self._visible(channel) if m.ts == thread_ts]
        replies = [m for m in self._visible(channel)
                   if m.thread_ts == thread_ts and m.ts != thread_ts]
        return list(self._rows([*parent, *replies], "t"))

    def _rows(self, messages: Sequence[Message], place: str) -> Iterator[Row]:
        before: Message | None = None
        for message in messages:
            day = self._when(message.ts).date()
            if place == "m" and (before is None or self._when(before.ts).date() != day):
                html = _macro("messages.html", "day", self._day(message.ts))
                yield _digested(f"day-{day.isoformat()}", html)
                before = None
            yield self._row(message, place, compact=_continues(before, message))
            before = message

    def _row(self, message: Message, place: str, *, compact: bool) -> Row:
        author = self.world.users.get(message.user, SLACKBOT)
        prefix = f"{place}-{message.ts.replace('.', '-')}"
        replies = self.world.replies(message.channel, message.ts) if place == "m" else []
        when = self._when(message.ts)
        return _digested(message.ts, _macro(
            "messages.html", "message",
            message=message, place=place, link=self.link, prefix=prefix,
            compact=compact and not replies,
            author=author, face=face(author), typed=as_typed(message.text, self.names),
            own=message.user == self.user.id and message.only_to is None,
            time=f"{when:%H:%M}", at=f"{when:%Y-%m-%d %H:%M:%S}", iso=when.isoformat(),
            body=self.body(message, prefix), files=self._files(message),
            replies=len(replies),
            repliers=[face(self.world.users[u]) for u in dict.fromkeys(m.user for m in replies)
                      if u in self.world.users][:3],
            last_reply=f"{self._when(replies[-1].ts):%H:%M}" if replies else "",
        ))  # fmt: skip

    def body(self, message: Message, prefix: str) -> Markup:
        """What a message says: its blocks when it has any, its text otherwise, and attachments."""
        chosen = self.world.inputs.get((self.user.id, message.channel, message.ts), {})
        scene = Scene(prefix, self.names, values=chosen)
        if message.blocks:
            html = render_blocks(message.blocks, scene)
        else:
            html = Markup('<div class="msg-text">{}</div>').format(mrkdwn(message.text, self.names))
        for number, attachment in enumerate(message.attachments):
            inner = Scene(f"{prefix}-a{number}", self.names, values=chosen)
            blocks = attachment.get("blocks")
            by = " · ".join(filter(None, (attachment.get("author_name"), attachment.get("footer"))))
            html += Markup('<div class="attachment">{}{}</div>').format(
                Markup('<p class="msg-time">{}</p>').format(by) if by else "",
                render_blocks(blocks, inner) if blocks
                else mrkdwn(str(attachment.get("text") or attachment.get("fallback", "")),
                            self.names)
            )  # fmt: skip
        return html

    def _files(self, message: Message) -> list[dict[str, str]]:
        files = (self.world.files[f] for f in message.files if f in self.world.files)
        return [{"id": f.id, "name": f.name, "title": f.title or f.name, "size": size(f.size)}
                for f in files]

    def _when(self, ts: str) -> datetime:
        return datetime.fromtimestamp(float(ts), self.names.zone)

    def _day(self, ts: str) -> str:
        when, today = self._when(ts), datetime.fromtimestamp(self.world.now(), self.names.zone)
        ago = (today.date() - when.date()).days
        return {0: "Today", 1: "Yesterday"}.get(ago, f"{when:%A, %B} {when.day}")

    # --- App Home, forms, what the app is doing ---------------------------------------------

    def home(self) -> Markup | None:
        """The Home tab, or None before the app has published one."""
        view = self.world.homes.get(self.user.id)
        return None if view is None else self._blocks_of(view, "home")

    def modal(self) -> Row | None:
        """The topmost open form."""
        stack = self.world.modals.get(self.user.id)
        if not stack:
            return None
        view = stack[-1]
        html = _macro("modal.html", "modal", view=view.body, depth=len(stack),
                      app=self.world.users[BOT_USER].real_name, blocks=self._blocks_of(view, "v"))
        return _digested(view.id, html)

    def _blocks_of(self, view: View, prefix: str) -> Markup:
        scene = Scene(prefix, self.names, errors=view.errors, values=view.values)
        return render_blocks(view.body.get("blocks", ()), scene)

    def statuses(self, channel: str, thread_ts: str | None) -> list[Status]:
        """What the app says it does in a thread, or in all threads of a channel."""
        return [s for s in self.world.live_statuses()
                if s.channel == channel and thread_ts in (None, s.thread_ts)]

    def prompts(self, channel: str, thread_ts: str | None) -> Mapping[str, Any]:
        """The suggested prompts offered there: title and prompts, or nothing."""
        offered = self.world.prompts.get(channel)
        if offered is not None:
            return offered if (offered.get("thread_ts") or None) == thread_ts else {}
        is_new = thread_ts is None and not self.world.messages.get(channel)
        return {"prompts": self._manifest.prompts} if is_new and self._is_direct(channel) else {}

    def _is_direct(self, channel: str) -> bool:
        return self.world.channels[channel].kind == "im"


def _continues(before: Message | None, message: Message) -> bool:
    if before is None or before.user != message.user or before.only_to or message.only_to:
        return False
    if before.bot_id != message.bot_id:
        return False
    return float(message.ts) - float(before.ts) < COMPACT_WITHIN.total_seconds()


def _macro(template: str, macro: str, /, *args: Any, **kwargs: Any) -> Markup:
    module = environment().get_template(template).module
    return Markup(getattr(module, macro)(*args, **kwargs))  # noqa: S704  the template escapes


def _digested(key: str, html: Markup) -> Row:
    return Row(key, sha256(html.encode()).hexdigest()[:12], html)


def face(user: User) -> Face:
    """The avatar of *user*; its colour is always the same for the same id."""
    letters = "".join(word[0] for word in user.real_name.split()[:2]).upper()
    return Face(letters or "?", crc32(user.id.encode()) % COLOURS, user.is_bot)


def size(count: int) -> str:
    """A size in bytes as people say it."""
    steps = [(1, "bytes"), (1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB")]
    for (unit, name), (next_unit, _) in pairwise(steps):
        if count < next_unit:
            return f"{count / unit:.0f} {name}"
    return f"{count / 1_000_000_000:.1f} GB"
