"""What reaches us and what we owe in return, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey

UPDATE, REPLACE, REMOVE = "update", "replace", "remove"
"""Kinds of post that change what stands: a message drawn anew, which its body names by "channel"
and "ts"; a post put in the place of an earlier one, whose key its body names under "replaces"; and
an earlier post taken away, named under "removes"."""

Json = Mapping[str, Any]
_EMPTY: Json = MappingProxyType({})


class Act(StrEnum):
    """What somebody did."""

    MESSAGE = "message"
    EDIT = "edit"
    """The words of an earlier message were changed, or the message was deleted.

    A deletion is an edit that leaves no words, which programs of before there were deletions set
    aside rather than stumble over.
    """
    ANSWER = "answer"
    """A choice was pressed."""
    STEER = "steer"
    """A button that stands for words: why, more safeguards, advise now."""
    FORM = "form"
    """The intake form was sent."""
    CORRECTION = "correction"
    FEEDBACK = "feedback"
    COMMENT = "comment"
    COMPLIANCE = "compliance"
    BRIEF = "brief"
    LISTENING = "listening"
    """Listening in a thread was paused or resumed."""
    WATCH = "watch"
    """A watch date was set or removed."""
    REMINDER = "reminder"
    """A watch date has come."""
    UNCHANGED = "unchanged"
    """Nothing has changed since the deal was looked at."""


ASIDE = "aside"
"""State of a delivery that was not for us."""
GONE = "gone"
"""State of a message that was deleted in Slack before it was handled."""
UNHEARD = (ASIDE, GONE)
"""States of deliveries by which nobody has spoken to us."""

_OF_ANSWER = f":{Act.ANSWER}:"
_EDIT = ":edit:"
OF_DELETION = f"{_EDIT}deleted"
"""What the key of a deletion has behind that of the message: a message is deleted once."""


def key_of_edit(message: MessageKey, edited_at: str) -> MessageKey:
    """Key of the edit of *message* that was made at *edited_at*, Slack's id of the moment."""
    return MessageKey(f"{message}{_EDIT}{edited_at}")


def key_of_deletion(message: MessageKey) -> MessageKey:
    """Key of the deletion of *message*."""
    return MessageKey(f"{message}{OF_DELETION}")


def edited(key: MessageKey) -> MessageKey | None:
    """Key of the message that *key* is the edit or the deletion of; None if it is neither."""
    message, edit, _ = key.rpartition(_EDIT)
    return MessageKey(message) if edit else None


def told(key: str) -> str:
    """*key* of a delivery as it may stand in a log line or a trace.

    That of an answer names what was chosen, so that the same choice is one deed; a deal is told by
    that, and whoever reads lines and traces need not be of those who may know of it.
    """
    before, answer, _ = key.partition(_OF_ANSWER)
    return f"{before}{answer}".removesuffix(":")


@dataclass(frozen=True, slots=True)
class Place:
    """A thread of a channel."""

    team: str
    channel: str
    thread: str
    """The `ts` of its first message."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that somebody did, to be handled exactly once.

    `key` names the deed and not its transport: a message that arrives as two events has one key.
    """

    key: MessageKey
    act: Act
    team: str
    author: str
    """Slack's id of the person; "" where Slack doesn't tell who did it."""
    sent_at: datetime
    body: Json = field(default_factory=lambda: _EMPTY)
    place: Place | None = None
    """Where it was done; None when the conversation is named."""
    conversation: ConversationId | None = None
    opens: bool = False
    """Whether it may open a conversation; if not, it counts only where one is going on."""
    private: bool = False
    """Answered by direct message, wherever it was done."""
    event_id: str = ""
    just_written: bool = False
    """Of a deletion: its message was written so shortly before that it may be arriving just now."""

    @property
    def deletes(self) -> bool:
        """Whether it is the deletion of a message."""
        return self.key.endswith(OF_DELETION)


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation's place in Slack."""

    conversation: ConversationId
    team: str
    asker: str
    """Slack's id of who opened it."""
    opened_at: datetime
    channel: str | None
    """Where replies go; None until a direct message with the asker is open."""
    thread: str | None
    private: bool
    """Replies go to the asker alone, whatever was said elsewhere."""
    listening: bool
    """Whether messages in its thread count without a mention."""
    link: str | None
    watch_on: date | None

    @property
    def direct(self) -> bool:
        """Whether it is held in a direct message with its asker."""
        return self.private or (self.channel or "").startswith("D")

    def is_theirs(self, user: str) -> bool:
        """Whether *user* may act on it: a deal told in a direct message is its asker's alone.

        Once the asker is erased nobody knows any more whose it was.
        """
        return not self.direct or self.asker in {"", user}


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery with its conversation, as a worker takes it up."""

    id: int
    delivery: Delivery
    conversation: ConversationId
    tries: int
    reference: str | None
    """What the person was told to quote, if it failed before."""
    received_at: datetime | None = None
    """When it was stored."""
    case: Case | None = None
    """Its conversation's place in Slack, as it was when the delivery was taken up."""
    deleted_at: datetime | None = None
    """When its message was deleted; None if Slack has told of no such thing by now."""
    erased: int = 0
    """Number, in the log of its workspace, of the last erasure before it was taken up."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call to Slack that is owed, to be made exactly once.

    `target` None means the conversation's own thread.  Otherwise it names a channel
    (`{"channel": …}`, with `thread` if any), a person to write to (`{"user": …}`), or the thread
    under another post (`{"after": key}`).  What goes to the same target is made in order; one
    target that takes nothing holds up no other.
    """

    key: str
    method: str
    """Name of the kind of post; see `bot.slack.posting`."""
    body: Json
    target: Json | None = None
    turn: int | None = None
    """Number of the turn whose reply this is; such a post goes stale when somebody writes again."""
    opens_thread: bool = False
    """Its message becomes the conversation's thread."""
    then: "Then | None" = None
    """What comes of it; None where nothing does."""


class Overtaken(Exception):
    """Another process has gone on with it, or has erased words in it; nothing was written."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An outgoing call as it waits."""

    id: int
    outgoing: Outgoing
    conversation: ConversationId
    team: str
    tries: int
    in_doubt: bool
    """A try was begun and nobody knows how it ended."""
    tried_at: datetime | None
    marker: str
    """An opaque id that the post carries as metadata."""
    ref: str | None
    """What an unfinished try has left at Slack, such as an open stream."""


@dataclass(frozen=True, slots=True)
class Unshown:
    """Replies of a conversation that wait and were never shown."""

    turns: tuple[int, ...]
    shown: Conversation
    """The conversation as the person last saw it."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a conversation beside its turns, kept for reviewers."""

    kind: str
    author: str | None
    """Slack's id of whose doing it was; None where nobody knows."""
    body: Json = field(default_factory=lambda: _EMPTY)
    words: Json = field(default_factory=lambda: _EMPTY)
    """What the person typed, which can be erased."""


@dataclass(frozen=True, slots=True)
class Then:
    """What comes of a post: it is kept with the post, so nothing of it is said or kept too early.

    Its posts are of no turn, and its events hold no words.
    """

    posts: tuple[Outgoing, ...] = ()
    """What is owed once the post stands."""
    events: tuple[CaseEvent, ...] = ()
    """What has happened once the post stands."""
    late: Outgoing | None = None
    """The word that is owed, once, where the post is long in coming to stand."""


_THEN = "then"
"""In the body of a post as it is kept: what comes of it."""


def kept_body(post: Outgoing) -> Json:
    """The body of *post* as the outbox keeps it, with what comes of the post."""
    then = post.then
    if then is None:
        return post.body
    return {**post.body, _THEN: {
        "posts": [_kept(one) for one in then.posts],
        "events": [{"kind": one.kind, "author": one.author, "body": one.body}
                   for one in then.events],
        "late": None if then.late is None else _kept(then.late),
    }}


def from_kept(body: Json) -> tuple[Json, Then | None]:
    """The body of a post and what comes of the post, from what `kept_body` gave."""
    found = body.get(_THEN)
    if found is None:
        return body, None
    late = found["late"]
    return {name: value for name, value in body.items() if name != _THEN}, Then(
        tuple(map(_from_kept, found["posts"])),
        tuple(CaseEvent(one["kind"], one["author"], one["body"]) for one in found["events"]),
        None if late is None else _from_kept(late))


def _kept(post: Outgoing) -> Json:
    return {"key": post.key, "method": post.method, "body": kept_body(post),
            "target": post.target}


def _from_kept(kept: Json) -> Outgoing:
    body, then = from_kept(kept["body"])
    return Outgoing(kept["key"], kept["method"], body, kept["target"], then=then)
