"""The log: whatever happened, row after row, in one chain for each workspace.

A row is a turn, or something beside the turns: feedback, a hand-over, a review, an export, a view,
an erasure.  What a person typed, and who it was, lie in columns of their own, where they can be
erased; the body holds a salted hash of them, so the chain verifies with them and without.

The functions work in the transaction of whoever calls, so that a row commits with what it tells of
or not at all.  A row takes the head of its workspace first, so a chain never forks.  Whether rows
are as they were recorded is for `bot.record.intact` to say.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from bot.casebook.lines import Line, follow
from bot.database import prepared
from bot.database.upserting import put_once
from bot.dialogue.conversation import ConversationId
from bot.errors import LostEnd
from bot.ledger import (
    GENESIS,
    Head,
    chained,
    committed,
    plain,
    timestamp,
    written,
    written_in_parts,
)
from bot.record import workspace_names
from bot.record.merkle import Edge
from bot.schema import checkpoints, conversations, log, log_heads, turns
from bot.turns.echoes import ECHOES, ECHOES_SHA256
from bot.turns.turn import Turn

BEFORE_WORKSPACES = ""
"""The chain of the turns that were recorded when all workspaces shared one."""
TURN = "turn"
FORM = 2
"""Stands in each body: by which rules the row was recorded; rows of before 2 have none.

Of 2: whatever takes words out of a row, or records one without them, says in the row of an
erasure which rows those are, in the same transaction; see `bot.record.erasures`.
"""
PLACE = frozenset({"workspace", "seq", "kind", "key", "conversation", "at", "personal_sha256",
                   "log_form", "took"})
"""What a body says of where and when, and of which other rows, beside what it tells."""
SAID_IN_BODIES = frozenset({"reason"})
"""What a body may say that somebody typed: it is kept with the words, and reads as if it weren't.

Whoever erases the words of a person may name that person in the reason.
"""
READ_AT_ONCE = 200
"""Rows held in memory while a log is read; some 100 kB each at most."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What a row tells."""

    kind: str
    key: str
    """No two rows share it: recording the same happening again finds the row that is there."""
    at: datetime
    actor: str | None
    """Whose doing it was; None where nobody's."""
    conversation: ConversationId | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    """What is kept for ever."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What a person said, kept until it is erased."""
    turn: Turn | None = None
    """For a turn, what the body is of: it need not be read again, and is of JSON types already."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A row as it stands."""

    workspace: str
    seq: int
    kind: str
    key: str
    conversation: ConversationId | None
    at: datetime
    actor: str | None
    body: Mapping[str, Any]
    words: Mapping[str, Any] | None
    """None once erased."""
    digest: str

    @property
    def detail(self) -> dict[str, Any]:
        """What the body says beside where and when, with the reason that was given."""
        said = {name: value for name, value in (self.words or {}).items()
                if name in SAID_IN_BODIES}
        return {**{name: value for name, value in self.body.items() if name not in PLACE}, **said}


def append(connection: Connection, workspace: str, happening: Happening) -> Logged | None:
    """Put *happening* at the end of the log of *workspace*.

    Returns:
        The row; None if there is one with its key, which then stays as it is.
    """
    ending = lock(connection, workspace)
    if prepared.scalar(connection, _KNOWN, {"its_key": happening.key}) is not None:
        return None
    return append_after(connection, workspace, happening, ending)


def append_after(
    connection: Connection, workspace: str, happening: Happening, ending: tuple[Head, Edge],
    line: Line | None = None,
) -> Logged:
    """Put *happening*, whose key no row has, at the *ending* that `lock` gave.

    *line* is what is known of the conversation's; None to look it up.
    """
    head, edge = ending
    row, body, words = _linked(workspace, happening, head)
    prepared.change(connection, _ADD, row)
    grown = edge.with_row(bytes.fromhex(row["digest"]))
    prepared.change(connection, _GROW, {
        "its_workspace": workspace, "count": row["seq"], "digest": row["digest"],
        "edge": grown.dump()})
    follow(connection, row, body, happening.turn, line)
    return Logged(
        workspace, row["seq"], happening.kind, happening.key, happening.conversation,
        datetime.fromisoformat(row["at"]), happening.actor, body, words, row["digest"])


_KNOWN = select(log.c.seq).where(log.c.key == bindparam("its_key"))
_ADD = log.insert()
_GROW = update(log_heads).where(log_heads.c.workspace == bindparam("its_workspace"))
_END = (select(log_heads.c.count, log_heads.c.digest, log_heads.c.edge)
        .where(log_heads.c.workspace == bindparam("its_workspace")).with_for_update())


def lock(connection: Connection, workspace: str) -> tuple[Head, Edge]:
    """Where the log of *workspace* ends; nobody else appends to it until this transaction ends.

    Raises:
        LostEnd: It has rows, and where it ends is not kept or can't be read.
    """
    found = prepared.first(connection, _END, {"its_workspace": workspace})
    if found is None:
        _insist_on_none(connection, workspace)
        put_once(connection, log_heads, {
            "workspace": workspace, "count": 0, "digest": GENESIS, "edge": Edge().dump()})
        found = prepared.one(connection, _END, {"its_workspace": workspace})
    return _end(workspace, found)


def kept_end(connection: Connection, workspace: str) -> tuple[Head, Edge] | None:
    """Where the log of *workspace* ends, as it is kept; None where nothing is kept of that.

    Raises:
        LostEnd: What is kept can't be read.
    """
    found = connection.execute(
        select(log_heads.c.count, log_heads.c.digest, log_heads.c.edge)
        .where(log_heads.c.workspace == workspace)).one_or_none()
    return None if found is None else _end(workspace, found)


def _end(workspace: str, found: Any) -> tuple[Head, Edge]:
    count, digest, right = found
    try:
        if isinstance(count, int) and isinstance(digest, str):
            return Head(count, digest), Edge.load(right)
    except (ValueError, TypeError, AttributeError):
        pass  # somebody has put something else there
    raise LostEnd(workspace)


def _insist_on_none(connection: Connection, workspace: str) -> None:
    """Stop where there are rows of *workspace*, of which nobody knows how many there should be."""
    its = select(log.c.seq).where(log.c.workspace == workspace).limit(1)
    if connection.scalar(its) is not None:
        raise LostEnd(workspace)


def head(connection: Connection, workspace: str) -> Head:
    """Where the log of *workspace* ends; kept elsewhere, it proves the log up to here.

    Raises:
        LostEnd: As `lock`.
    """
    return end(connection, workspace)[0]


def edge(connection: Connection, workspace: str) -> Edge:
    """The right edge of the tree over the log of *workspace*.

    Raises:
        LostEnd: As `lock`.
    """
    return end(connection, workspace)[1]


def end(connection: Connection, workspace: str) -> tuple[Head, Edge]:
    """As `lock`, for whoever only reads."""
    kept = kept_end(connection, workspace)
    if kept is None:
        _insist_on_none(connection, workspace)
    return kept or (Head(), Edge())


def workspaces(connection: Connection) -> tuple[str, ...]:
    """Every workspace that anything of a log is kept of.

    Whoever takes away where a log ends, or its rows, doesn't thereby take away that there was one.
    """
    return workspace_names.every(connection, log_heads, log, checkpoints, turns, conversations)


def rows(connection: Connection, conversation: ConversationId) -> Iterator[Logged]:
    """The rows on *conversation*, in the order in which they were written."""
    query = (select(log).where(log.c.conversation == conversation)
             .order_by(log.c.workspace, log.c.seq))
    return (logged(row._mapping) for row in connection.execute(query))


def _linked(
    workspace: str, happening: Happening, head: Head
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """*happening* as the row after *head*, and its body and words as JSON types."""
    typed = {name: happening.body[name] for name in SAID_IN_BODIES & happening.body.keys()}
    told = {name: value for name, value in happening.body.items() if name not in typed}
    said = plain({**happening.words, **typed})
    words = written(said)
    salt = secrets.token_hex(16)
    place = {
        "workspace": workspace,
        "seq": head.count + 1,
        "kind": happening.kind,
        "key": happening.key,
        "conversation": happening.conversation,
        "at": timestamp(happening.at),
        "personal_sha256": committed(salt, _personal(happening.actor, said)),
    }
    whole = {**(told if happening.turn is not None else plain(told)), **place, "log_form": FORM}
    body = written_in_parts(whole)
    row = {**place, "actor": happening.actor, "words": words, "salt": salt, "body": body,
           "previous": head.digest, "digest": chained(head.digest, body)}
    return row, whole, said


def personal(actor: str | None, words: str) -> str:
    """What a row's `personal_sha256` covers.

    Of the echoes of other people's words it covers a salted hash of their own, so that they can
    be erased by themselves.  Echoes that don't fit their hash are covered as they stand, and thus
    fit nothing.
    """
    return _personal(actor, json.loads(words))


def _personal(actor: str | None, words: Mapping[str, Any] | None) -> str:
    said = None if words is None else dict(words)
    if said is not None and ECHOES in said:
        echoes = said[ECHOES]
        if committed(echoes["salt"], echoes["quotes"]) == said.get(ECHOES_SHA256):
            del said[ECHOES]
    return written({"author": actor, **({"words": None} if said is None else said)})


def logged(row: RowMapping | Mapping[str, Any]) -> Logged:
    """The row with these columns."""
    return Logged(
        workspace=row["workspace"], seq=row["seq"], kind=row["kind"], key=row["key"],
        conversation=row["conversation"] and ConversationId(row["conversation"]),
        at=datetime.fromisoformat(row["at"]), actor=row["actor"], body=json.loads(row["body"]),
        words=None if row["words"] is None else json.loads(row["words"]), digest=row["digest"])
