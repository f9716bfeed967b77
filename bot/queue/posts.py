"""Posts looked up: where they stand at Slack, which of them wait, which may be made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from bot.dialogue.conversation import ConversationId
from bot.ledger import timestamp
from bot.schema import WAITING, outgoing
from bot.store import Store
from bot.turns.delivery import REMOVE


@dataclass(frozen=True, slots=True)
class ReplyPost:
    """A post of a reply, as it stands at Slack."""

    post: str
    """Its key."""
    turn: int
    part: int
    """Which message of the reply it is, from 1."""
    parts: int


class Posts:
    """The posts of all conversations, only read; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def posts_of(
        self, connection: Connection, conversation: ConversationId, turn: int
    ) -> Mapping[str, str]:
        """Keys of the posts of a turn's reply, each with its workspace, in order."""
        query = (
            select(outgoing.c.key, outgoing.c.team)
            .where(outgoing.c.conversation == conversation, outgoing.c.turn == turn)
            .order_by(outgoing.c.id)
        )
        return {row.key: row.team for row in connection.execute(query)}

    def reply_at(self, conversation: ConversationId, ref: str) -> ReplyPost | None:
        """The reply of *conversation* that stands at Slack as *ref*; None if none does.

        Of one that has taken the place of another, the one that stands.
        """
        here = (outgoing.c.conversation == conversation) & outgoing.c.turn.is_not(None)
        with self._store.reading() as connection:
            last = connection.execute(
                select(outgoing.c.key, outgoing.c.turn)
                .where(here, outgoing.c.ref == ref, outgoing.c.state == "sent")
                .order_by(outgoing.c.id.desc()).limit(1)).one_or_none()
            if last is None:
                return None
            posts = list(connection.scalars(
                select(outgoing.c.key)
                .where(here, outgoing.c.turn == last.turn, outgoing.c.method != REMOVE)
                .order_by(outgoing.c.id)))
        return ReplyPost(last.key, last.turn, posts.index(last.key) + 1, len(posts))

    def may_be_made(self, key: str) -> bool:
        """Whether Slack has taken the post *key*, or a try was begun and it may have."""
        made = or_(outgoing.c.state == "sent",
                   (outgoing.c.state == WAITING) & (outgoing.c.tries > 0))
        with self._store.reading() as connection:
            return connection.scalar(
                select(outgoing.c.id).where(outgoing.c.key == key, made)) is not None

    def waits(self, key: str) -> bool:
        """Whether the post *key* is still to be made."""
        with self._store.reading() as connection:
            return connection.scalar(select(outgoing.c.id).where(
                outgoing.c.key == key, outgoing.c.state == WAITING)) is not None

    def waiting(self, conversation: ConversationId, ending: str) -> Mapping[str, int]:
        """How often each post of *conversation* that waits was tried, whose key ends so, by key."""
        with self._store.reading() as connection:
            return {row.key: row.tries for row in connection.execute(
                select(outgoing.c.key, outgoing.c.tries).where(
                    outgoing.c.conversation == conversation, outgoing.c.state == WAITING,
                    outgoing.c.key.endswith(ending, autoescape=True)))}

    def owed_since(
        self, conversation: ConversationId, ending: str, since: datetime
    ) -> Sequence[str]:
        """Keys of the posts of *conversation* that end with *ending* and came up after *since*."""
        with self._store.reading() as connection:
            return connection.scalars(select(outgoing.c.key).where(
                outgoing.c.conversation == conversation,
                outgoing.c.key.endswith(ending, autoescape=True),
                outgoing.c.due > timestamp(since))).all()

    def ref_of(self, key: str) -> str | None:
        """Where the post *key* stands at Slack; None if it doesn't."""
        with self._store.reading() as connection:
            return connection.scalar(select(outgoing.c.ref).where(
                outgoing.c.key == key, outgoing.c.state == "sent"))

    def refs_of(self, keys: Collection[str]) -> Mapping[str, str]:
        """Where the posts *keys* stand at Slack, by key; those that don't stand are left out."""
        with self._store.reading() as connection:
            found = connection.execute(select(outgoing.c.key, outgoing.c.ref).where(
                outgoing.c.key.in_(keys), outgoing.c.state == "sent",
                outgoing.c.ref.is_not(None)))
            return {row.key: row.ref for row in found}
