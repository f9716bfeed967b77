"""Whether the rows of a log are as they were recorded: held against their digests and checkpoints.

One pass in the transaction of whoever calls, in memory that doesn't grow with the log.
`bot.record.wholeness` holds a log against what it tells of itself, too.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from bot.errors import LostEnd
from bot.ledger import Break, Entry, Head, Wrong, verify, written
from bot.record import workspace_names
from bot.record.log import BEFORE_WORKSPACES, READ_AT_ONCE, TURN, kept_end, personal
from bot.record.merkle import Edge
from bot.schema import checkpoints, conversations, log, log_heads, turns
from bot.turns.echoes import lacks_echoes


@dataclass(frozen=True, slots=True)
class Proven:
    """Up to where a log was found whole and as a checkpoint has it.

    It proves nothing once somebody else could have changed it, so it stays in memory.
    """

    head: Head
    edge: Edge


@dataclass(frozen=True, slots=True)
class Held:
    """What came of holding a log against its digests."""

    broken: Break | None
    """The first row that is not as it was recorded; None if all are."""
    proven: Proven | None
    """Where to go on the next time; None where there is no checkpoint that fits."""
    rows: int = 0
    """How many it has by what is kept of its end; if that is lost, how many there are."""


def held(
    connection: Connection, workspace: str, roots: Mapping[int, bytes],
    since: Proven | None = None,
    along: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
) -> Held:
    """Hold the log of *workspace* against its digests and *roots*.

    One pass, in memory that doesn't grow with the log.  `bot.record.wholeness` holds it against
    what it tells of itself, too.

    Args:
        connection: A transaction that sees one state of the database.
        workspace: Whose log.
        roots: By the number of rows, the roots of the tree that checkpoints hold.
        since: Where it was found whole before.  Rows up to there are not read again, but for the
            last of them.
        along: Sees each row as it passes.
    """
    kept = _kept_end(connection, workspace)
    end = None if kept is None else kept[0]
    start = None if since is None else since.head
    if start is not None and _digest_at(connection, workspace, start.count) != start.digest:
        return Held(Break(start.count, Wrong.ALTERED), None, start.count)
    watched = _Watched(roots, since)
    stream = entries(connection, workspace, 0 if start is None else start.count)
    broken = verify(watched.passing(along(stream)), end, start)
    if broken is None:
        broken = watched.off
    count = watched.edge.size if end is None else end.count
    if broken is None and any(size > count for size in roots):
        broken = Break(count + 1, Wrong.REMOVED)
    if broken is None and kept is None:
        broken = _without_end(connection, workspace, count)
    if broken is None and kept is not None and watched.edge != kept[1]:
        broken = Break(max(count, 1), Wrong.ALTERED)
    return Held(broken, None if broken is not None else watched.proven, count)


def _kept_end(connection: Connection, workspace: str) -> tuple[Head, Edge] | None:
    try:
        return kept_end(connection, workspace)
    except LostEnd:
        return None


def _without_end(connection: Connection, workspace: str, count: int) -> Break | None:
    """What is wrong with a log of *count* rows of which no end is kept that can be read."""
    if count:
        return Break(count, Wrong.ENDLESS)
    # Nothing is of a workspace that never had a log; whatever else names it had one.
    return Break(1, Wrong.REMOVED) if _had_one(connection, workspace) else None


def _had_one(connection: Connection, workspace: str) -> bool:
    """Whether anything tells that there was a log of *workspace*.

    A conversation of before logs were of workspaces doesn't: its turns stand in the log of then.
    """
    if workspace in workspace_names.every(connection, log_heads, log, checkpoints, turns):
        return True
    elsewhere = exists().where(
        turns.c.conversation == conversations.c.id, turns.c.workspace != workspace)
    return connection.scalar(select(conversations.c.id).where(
        conversations.c.workspace == workspace, ~elsewhere).limit(1)) is not None


def entries(connection: Connection, workspace: str, after: int = 0) -> Iterator[Entry]:
    """The rows of *workspace* after number *after* in order, as a stream, for `ledger.verify`.

    What a turn's own row repeats of the body is among the columns, so that neither can be changed
    without the other telling; a turn without one counts as altered.
    """
    query = (
        select(log, turns.c.key.label("turn"), turns.c.version, turns.c.release,
               turns.c.conversation.label("turn_conversation"))
        .join(turns, (turns.c.workspace == log.c.workspace) & (turns.c.seq == log.c.seq),
              isouter=True)
        .where(log.c.workspace == workspace)
        .order_by(log.c.seq)
    )
    if after:  # none of the first pass: a row of number 0 or less is one too many
        query = query.where(log.c.seq > after)
    # An option of the statement: one of the connection would stay, and go for writes as well.
    stream = connection.execute(query, execution_options={"yield_per": READ_AT_ONCE})
    return map(_entry, stream)


def _digest_at(connection: Connection, workspace: str, seq: int) -> str | None:
    return connection.scalar(select(log.c.digest).where(
        log.c.workspace == workspace, log.c.seq == seq))


class _Watched:
    """Grows the tree over rows as they pass, and holds it against checkpoints."""

    def __init__(self, roots: Mapping[int, bytes], since: Proven | None) -> None:
        self.edge = Edge() if since is None else since.edge
        self.off: Break | None = None
        self.proven = since
        self._roots = roots

    def passing(self, rows: Iterator[Entry]) -> Iterator[Entry]:
        for row in rows:
            self.edge = self.edge.with_row(bytes_of(row.digest))
            root = self._roots.get(self.edge.size)
            if root is not None and self.off is None:
                if root == self.edge.root:
                    self.proven = Proven(Head(self.edge.size, row.digest), self.edge)
                else:
                    whole = 0 if self.proven is None else self.proven.head.count
                    self.off = Break(whole + 1, Wrong.ALTERED, until=self.edge.size)
            yield row


def bytes_of(digest: str) -> bytes:
    """*digest*, in hexadecimal, as the 32 bytes of a leaf.

    Where somebody put another text in its place, that text in UTF-8: the root tells then.
    """
    try:
        return bytes.fromhex(digest)
    except ValueError:
        return digest.encode()


def _entry(row: Row[Any]) -> Entry:
    erased = row.actor is None and row.words is None
    words = _text(row.words)
    columns: dict[str, object] = {
        "key": row.key, "conversation": row.conversation, "personal_sha256": row.personal_sha256}
    if row.workspace != BEFORE_WORKSPACES:
        columns |= {"workspace": row.workspace, "kind": row.kind, "at": row.at}
    if row.kind == TURN or row.turn is not None:
        same = (row.turn, row.turn_conversation) == (row.key, row.conversation)
        columns |= {"version": row.version, "release": row.release,
                    **({} if same else {"key": None})}
    return Entry(
        seq=row.seq if isinstance(row.seq, int) else _NO_PLACE, body=_text(row.body) or "",
        previous=_text(row.previous) or "", digest=_text(row.digest) or "",
        personal=None if erased else _covered(row.actor, words),
        salt=_text(row.salt), columns=columns, emptied=erased or lacks_echoes(words))


_NO_PLACE = -1


def _text(value: object) -> str | None:
    """*value* of a column of text; empty where it is none, which fits nothing: SQLite takes any."""
    return value if value is None or isinstance(value, str) else ""


def _covered(actor: str | None, words: str | None) -> str:
    """As `personal`, for whatever somebody may have put into the columns.

    Words alone, or a name alone, were not erased but taken out: such a row fits nothing, and
    neither do words that are none, or that are written otherwise than they were.
    """
    text = "null" if words is None else words
    try:
        return personal(actor, text) if written(json.loads(text)) == text else ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
