"""One conversation to read: its turns, and whatever happened beside them.

Whoever reads is written to the log in the transaction that reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, select

from bot.casebook.standing import KINDS
from bot.console.conversations.stretches import Stretches, stretches
from bot.console.lines.listing import Line, line_of
from bot.console.turns.exchange import Editions, Exchange, exchange
from bot.console.turns.model_calls import calls_of
from bot.console.turns.model_calls import turn_of as turn_asked_about
from bot.console.viewer import Role, Viewer
from bot.console.wording.beside import in_words
from bot.console.wording.wording import what_is_gone
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.exporting.recorded import Recorded
from bot.record.deletions import DELETED, Deletion, What, by_turn
from bot.record.deletions import read as read_deletion
from bot.record.erasure_list import ERASED, HELD, RELEASED
from bot.record.in_force import settings_of
from bot.record.log import BEFORE_WORKSPACES, TURN, Happening, Logged, append, logged
from bot.record.model_calls import MODEL_CALL
from bot.record.turn_rows import turn_of
from bot.schema import log, turns
from bot.turns.delivery import edited
from bot.turns.echoes import readable
from bot.turns.posted import Draw, as_text
from bot.turns.turn import Turn

VIEWED = "viewed"
LOOKING = frozenset({VIEWED, "exported"})
"""Kinds of rows that say who has looked."""
FOR_ASKERS = frozenset({
    "feedback", "comment", "handed_over", "briefed", "watch", "reminded", "unchanged",
    "listening", "moved", "erased", "unanswered", "undelivered", "delivered_late",
    DELETED})
"""Kinds of rows beside the turns that whoever asked may see: their own doings, and erasures."""
_OF_ERASURES = frozenset({"scope", "rows", "reason"})
"""Not whose words: the hash of an id is undone by trying the ids of a workspace."""
_OF_REVIEWS = frozenset({
    "to", "number", "consideration", "opinion", "verdict", "turn", "case", "text"})


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One conversation."""

    line: Line
    title: str
    turns: tuple[Turn, ...]
    """All of them, in order."""
    stretches: Stretches
    exchanges: tuple[Exchange, ...]
    """The turns that are shown."""
    before: Exchange | None
    """The turn before these; None where they begin with the first."""
    gone: frozenset[int]
    """The numbers of turns whose message or reply was deleted in Slack since."""
    timeline: tuple[Logged, ...]
    """What happened beside the turns, oldest first."""
    looked: tuple[Logged, ...]
    """Who has looked; empty for whoever asked."""
    settings: Mapping[str, Mapping[str, Any]]
    """Settings that were ever in force in the workspace, by digest; empty for whoever asked."""
    read: "Read"

    @property
    def held(self) -> Logged | None:
        """The row on the legal hold that it is under; None where it is under none."""
        last = next((row for row in reversed(self.timeline) if row.kind in {HELD, RELEASED}), None)
        return last if last is not None and last.kind == HELD else None


@dataclass(frozen=True, slots=True)
class Read:
    """What came of holding the rows of one conversation against their own digests."""

    rows: int
    newest: int
    """The number of the newest of them in the log of the workspace."""
    wrong: str | None
    """Which is not as it was recorded, and why: "Row 5: its words"; None if all are."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What the log holds of one conversation."""

    line: Line
    turns: tuple[Logged, ...]
    others: tuple[Logged, ...]
    settings: Mapping[str, Mapping[str, Any]]
    read: Read
    posted: Mapping[int, str] = field(default_factory=dict)
    """Where the reply of each turn was posted, by the turn's number; none where it was not."""


def take_up(
    connection: Connection, viewer: Viewer, conversation: ConversationId, at: datetime
) -> Rows | None:
    """The rows of *conversation*, and the row that says that *viewer* has read it.

    Args:
        connection: A transaction that writes.
        viewer: Who reads.
        conversation: Which one.
        at: When.

    Returns:
        None if there is no such conversation that *viewer* may see; then nothing is written.
    """
    if not viewed(connection, viewer, conversation, at):
        return None
    return there(connection, viewer, conversation)


def viewed(
    connection: Connection, viewer: Viewer, conversation: ConversationId, at: datetime
) -> bool:
    """Say in the log that *viewer* reads *conversation*; False if there is none they may see."""
    line = line_of(connection, viewer, conversation)
    if line is None or not line.turns:
        return False
    append(connection, viewer.workspace, Happening(
        VIEWED, f"{VIEWED}:{uuid4().hex}", at, viewer.user, conversation,
        {"session": viewer.session}))
    return True


def there(connection: Connection, viewer: Viewer, conversation: ConversationId) -> Rows | None:
    """The rows of *conversation*, which is on record as read by *viewer*; None as `take_up`."""
    line = line_of(connection, viewer, conversation)
    if line is None or not line.turns:
        return None
    found = connection.execute(
        select(log)
        .where(log.c.workspace.in_([viewer.workspace, BEFORE_WORKSPACES]),
               log.c.conversation == conversation)).all()
    # Ordered here: asked to, SQLite goes through the whole log in order.
    every = sorted((row._mapping for row in found), key=lambda row: (row["workspace"], row["seq"]))
    read = _read(Recorded(connection), viewer.workspace, every)
    rows = list(filter(None, map(_readable, every)))
    return Rows(line, tuple(row for row in rows if row.kind == TURN),
                tuple(row for row in rows if row.kind != TURN),
                settings_of(connection, viewer.workspace), read,
                _posted(connection, conversation))


def _posted(connection: Connection, conversation: ConversationId) -> dict[int, str]:
    """Where each reply was posted: it is known after its turn is, and so beside the log."""
    return {row.version: row.posted_ref for row in connection.execute(
        select(turns.c.version, turns.c.posted_ref).where(
            turns.c.conversation == conversation, turns.c.posted_ref.is_not(None)))}


def _read(recorded: Recorded, workspace: str, rows: Sequence[RowMapping]) -> Read:
    wrong = next((f"Row {row['seq']}: {why}" for row in rows
                  if (why := recorded.wrong(row)) is not None), None)
    newest = max(row["seq"] for row in rows if row["workspace"] == workspace)
    return Read(len(rows), newest, wrong)


def _readable(row: RowMapping) -> Logged | None:
    """*row*, unless somebody has put into it what is no row any more; that is named as wrong."""
    try:
        made = logged(row)
    except (ValueError, TypeError):
        return None
    return made if isinstance(made.words, dict | None) else None


def laid_out(
    rows: Rows, viewer: Viewer, editions: Editions, title: str, draw: Draw = as_text,
    turn: str = "", turns: str = "",
) -> CaseFile:
    """*rows* as they are read by *viewer*.

    Args:
        rows: What the log holds.
        viewer: Who reads.
        editions: Gives the guidance of a release.
        title: What the deal is called.
        draw: Draws replies as they were posted.
        turn: As *turns*, which turns are shown; see `stretches`.
        turns: See *turn*.
    """
    reviews = viewer.role.includes(Role.REVIEWER)
    told = [replace(turn, posted_ref=rows.posted.get(turn.version))
            for turn in (turn_of(row, None) for row in rows.turns)]
    parts = stretches([one.version for one in told], turn, turns)
    here = frozenset(parts.shown)
    calls = calls_of(rows.others, told)
    there = {turn.version for turn in told}
    numbers = {turn.key: turn.version for turn in told}
    rewords = {turn.version: numbers.get(edited(turn.key) or MessageKey("")) for turn in told}
    beside = [row for row in rows.others if row.kind not in LOOKING
              and (reviews or row.kind in FOR_ASKERS)
              and not (row.kind == MODEL_CALL and turn_asked_about(row) in there)]
    looked = [row for row in rows.others if row.kind in LOOKING] if reviews else []
    gone = by_turn(rows.others)
    deleted = {turn.version: _deleted(gone, turn.version, rewords[turn.version]) for turn in told}
    before = next((one for one in reversed(told) if here and one.version < min(here)), None)
    return CaseFile(
        rows.line, title, tuple(told), parts,
        tuple(replace(
            exchange(turn, editions, draw), rewords=rewords[turn.version],
            reworded_in=tuple(n for n, of in rewords.items() if of == turn.version),
            deleted=deleted[turn.version],
            calls=tuple(one if reviews else one.without_words
                        for one in calls.get(turn.version, ())))
            for turn in told if turn.version in here),
        None if before is None else exchange(before, editions),
        frozenset(version for version, found in deleted.items() if found),
        tuple(sorted(beside, key=lambda row: row.at)), tuple(looked),
        rows.settings if reviews else {}, rows.read)


def _deleted(
    gone: Mapping[int, tuple[Deletion, ...]], turn: int, rewords: int | None
) -> tuple[Deletion, ...]:
    """What of *gone* is of *turn*; the message that it *rewords* is its message too."""
    first = () if rewords is None else gone.get(rewords, ())
    return (*(one for one in first if one.what is What.MESSAGE), *gone.get(turn, ()))


def detail_of(row: Logged) -> Mapping[str, Any]:
    """What a row says beside when and who, with the words as far as they are kept.

    Of a review's rows only what is short: what was signed stands in the review itself.  Of a call
    of a language model nothing of what was said: it stands with its turn.  Of a deletion what was
    deleted, in words.  Of an erasure how much it took and why.  `said` has what is told in words.
    """
    if row.kind == MODEL_CALL:
        return row.detail
    if row.kind == DELETED:
        gone = read_deletion(row.body)
        return {} if gone is None else {"turn": gone.turn, "deleted": what_is_gone(gone)}
    told = {**row.detail, **readable(row.words or {})}
    if row.kind == ERASED:
        return {name: value for name, value in told.items() if name in _OF_ERASURES}
    said, instead = in_words(row.kind, told)
    kept = {name: value for name, value in told.items() if name not in instead and (
        row.kind not in KINDS or (name in _OF_REVIEWS and value not in (None, "")))}
    return {**kept, "said": said} if said else kept
