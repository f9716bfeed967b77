"""The things of a workspace, as values: people, channels, messages, views, files, statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM_ID = "T0ADVISOR1"
TEAM_NAME = "Northwind Sensors"
TEAM_DOMAIN = "northwind-sensors"
PARTNER_TEAM_ID = "T0PARTNER1"
APP_ID = "A0ADVISOR1"
BOT_ID = "B0ADVISOR1"
BOT_USER = "U0ADVISORB"


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot user."""

    id: str
    name: str
    real_name: str
    title: str = ""
    team_id: str = TEAM_ID
    is_bot: bool = False
    is_restricted: bool = False
    """A guest."""

    @property
    def is_stranger(self) -> bool:
        """Whether they belong to another company and meet us in a shared channel."""
        return self.team_id != TEAM_ID


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation: a public or private channel, or a person's direct messages with the app."""

    id: str
    name: str
    kind: str
    """"channel", "private" or "im"."""
    members: tuple[str, ...] = ()
    is_ext_shared: bool = False
    topic: str = ""
    user: str | None = None
    """The person, in a direct message."""

    @property
    def channel_type(self) -> str:
        """The kind as message events name it."""
        return {"channel": "channel", "private": "group", "im": "im"}[self.kind]


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `ts` is its id within its channel."""

    channel: str
    ts: str
    user: str
    text: str
    thread_ts: str | None = None
    """Set on replies only; a parent's is worked out from its replies."""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    subtype: str | None = None
    bot_id: str | None = None
    only_to: str | None = None
    """The one person who sees an ephemeral message."""
    edited: Json | None = None
    metadata: Json | None = None
    files: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    """Name and user of each."""
    inviter: str | None = None
    client_msg_id: str | None = None
    streaming: bool = False
    """Still being written; the stream itself knows what has been said so far."""


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab as the app gave it, and what Slack adds."""

    id: str
    user: str
    body: Json
    """type, title, blocks, … as given."""
    hash: str
    root: str
    previous: str | None = None
    values: Json = field(default_factory=dict)
    """block_id → action_id → state, as last seen."""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file; it appears nowhere until it is shared."""

    id: str
    name: str
    title: str
    size: int
    user: str
    content: bytes | None = None
    shared_in: tuple[str, ...] = ()
    created: int = 0
    """Seconds of the epoch."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the app says it is doing in a thread."""

    channel: str
    thread_ts: str
    status: str
    loading_messages: tuple[str, ...]
    since: float
