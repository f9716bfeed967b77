"""Which conversations a viewer looks through: by what, in which order, and page by page.

Pages begin where the one before ended, by the values that order them, so that what is added
meanwhile shifts nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    false,
    func,
    select,
    tuple_,
)

from bot.casebook.lines import (
    CONSIDERATION,
    FACT,
    FAINT,
    FLAG,
    GAP,
    MODEL,
    OPEN,
    REASON,
)
from bot.casebook.memory import Memory, remembered
from bot.casebook.standing import Standing
from bot.casebook.tags import of_both, values_of
from bot.casebook.words import sought
from bot.console.lines.filters import ME, Feedback, Filter, Order
from bot.console.lines.finding import FEW, Sought, compared, narrowed
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.people import called
from bot.schema import case_lines, case_tags
from bot.unseen import can_be_kept

MOST_LINES = 100
"""Most lines of a page."""
_MOST_URGENT = 2**31 - 1
"""The largest number that a column of numbers holds."""
MOST_CALLED = 500
"""People whom a name may mean at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the queue."""

    conversation: ConversationId
    asker: str
    opened_at: datetime
    updated_at: datetime
    turns: int
    state: str
    ups: int
    downs: int
    handed_over: bool
    reviewed: bool
    assigned: str
    """Slack's id of who is to review it; empty for nobody."""
    standing: Standing
    erased: int
    urgency: int
    reasons: tuple[tuple[str, int], ...]
    """Why it is worth a review, as code and count, the weightiest first."""
    memory: Memory


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where the next begin."""

    lines: tuple[Line, ...]
    after: str | None
    """What `page` takes to go on; None at the end."""


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The lines that *viewer* may see."""
    mine = case_lines.c.workspace == viewer.workspace
    if not viewer.role.includes(Role.REVIEWER):
        # Whoever was erased has no name left, and nobody has the empty one.
        mine &= and_(case_lines.c.asker == viewer.user, case_lines.c.asker != "")
    return mine


def page(
    connection: Connection, viewer: Viewer, wanted: Filter, after: str = "",
    limit: int = MOST_LINES,
) -> Page:
    """The lines that *wanted* lets pass and *viewer* may see, from *after* on."""
    limit = max(1, min(limit, MOST_LINES))
    keys = [case_lines.c.opened_at, case_lines.c.conversation]
    if wanted.order is Order.EXCEPTION:
        keys.insert(0, case_lines.c.urgency)
    query = _passing(connection, viewer, wanted).with_only_columns(case_lines.c.number, *keys)
    start = _start(after, len(keys))
    if start is not None:
        query = query.where(tuple_(*keys) < tuple_(*start))
    query = query.order_by(*(key.desc() for key in keys)).limit(limit + 1)
    # Which lines, by an index that holds all that is asked; then only those in full.
    found = connection.execute(query).all()
    wide = {row.number: row for row in connection.execute(select(case_lines).where(
        compared(connection, case_lines.c.workspace) == viewer.workspace,
        case_lines.c.number.in_([row.number for row in found[:limit]])))}
    lines = tuple(_line(wide[row.number]) for row in found[:limit])
    if len(found) <= limit:
        return Page(lines, None)
    last = found[limit - 1]
    return Page(lines, json.dumps([getattr(last, key.name) for key in keys]))


def count(
    connection: Connection, viewer: Viewer, wanted: Filter, most: int | None = None
) -> int:
    """How many lines *wanted* lets pass; where there are more than *most*, one more than that."""
    inner = _passing(connection, viewer, wanted).with_only_columns(case_lines.c.number)
    if most is not None:
        inner = inner.limit(most + 1)
    return int(connection.scalar(select(func.count()).select_from(inner.subquery())) or 0)


def names(connection: Connection, viewer: Viewer, wanted: Filter) -> Select[Any]:
    """The names of the conversations that *wanted* lets pass, as a query."""
    return _passing(connection, viewer, wanted).with_only_columns(case_lines.c.conversation)


def tags(connection: Connection, viewer: Viewer, kind: str) -> Sequence[str]:
    """The values of *kind* that any line of *viewer*'s has: what can be filtered by."""
    if not viewer.role.includes(Role.REVIEWER):
        return _tags_of(connection, viewer, kind)
    return sorted(values_of(connection, viewer.workspace, kind))


def _tags_of(connection: Connection, asker: Viewer, kind: str) -> Sequence[str]:
    """The values of *kind* of the lines of whoever asked."""
    if not asker.user:
        return []
    tag, line = case_tags.c, case_lines.c
    theirs = select(line.number).where(
        line.workspace == asker.workspace, line.asker == asker.user)
    if len(connection.scalars(theirs.limit(FEW + 1)).all()) > FEW:
        query = of_both(connection, select(tag.value.label("value")).distinct().where(
            tag.workspace == asker.workspace, tag.kind == kind, tag.number.in_(theirs)))
    else:
        query = select(tag.value).distinct().where(
            compared(connection, tag.kind) == kind, tag.conversation.in_(
                select(line.conversation).where(line.number.in_(theirs))))
    return sorted(set(connection.scalars(query)))


def line_of(
    connection: Connection, viewer: Viewer, conversation: ConversationId
) -> Line | None:
    """The line of *conversation*, if *viewer* may see it."""
    row = connection.execute(select(case_lines).where(
        visible(viewer), case_lines.c.conversation == conversation)).one_or_none()
    return None if row is None else _line(row)


def _passing(connection: Connection, viewer: Viewer, wanted: Filter) -> Select[Any]:
    lines = case_lines.c
    query = select(case_lines).where(lines.turns > 0)
    tagged = {FLAG: wanted.flag, CONSIDERATION: wanted.consideration, REASON: wanted.reason,
              GAP: wanted.gap, FAINT: wanted.faint, OPEN: wanted.open,
              MODEL: wanted.model,
              **{f"{FACT}{fact}": value for fact, value in wanted.facts.items()}}
    if wanted.since is not None:
        query = query.where(lines.updated_at >= wanted.since.isoformat())
    if wanted.until is not None and wanted.until < date.max:
        query = query.where(lines.opened_at < (wanted.until + timedelta(days=1)).isoformat())
    if wanted.opened is not None:
        query = query.where(lines.opened_at >= wanted.opened.isoformat())
    if wanted.waiting is not None:
        query = query.where(lines.urgency > 0 if wanted.waiting else lines.urgency == 0)
    if wanted.erased is not None:
        query = query.where(lines.erased >= lines.turns if wanted.erased
                            else lines.erased < lines.turns)
    if wanted.state:
        query = query.where(lines.state == wanted.state)
    if wanted.feedback is not None:
        query = query.where({
            Feedback.DOWN: lines.downs > 0, Feedback.UP: lines.ups > 0,
            Feedback.NONE: and_(lines.ups == 0, lines.downs == 0)}[wanted.feedback])
    if wanted.unchecked:
        query = query.where(lines.unchecked > 0)
    if wanted.handed_over is not None:
        query = query.where(lines.handed_over == int(wanted.handed_over))
    if wanted.reviewed is not None:
        query = query.where(lines.reviewed == int(wanted.reviewed))
    equal: list[tuple[Column[Any], str]] = []
    if wanted.assigned:
        # Who reviews is no business of whoever asked.
        if not viewer.role.includes(Role.REVIEWER):
            return query.where(false())
        equal.append((lines.assigned, viewer.user if wanted.assigned == ME else wanted.assigned))
    if wanted.standing is not None:
        equal.append((lines.standing, wanted.standing.value))
    words, _ = sought(wanted.text)  # which are left out, the page says
    if wanted.text and not words:
        return query.where(false())
    askers = _askers(connection, viewer, wanted.asker) if wanted.asker else []
    if not viewer.role.includes(Role.REVIEWER):
        # Whoever was erased has no name left, and nobody has the empty one.
        if not viewer.user or (wanted.asker and viewer.user not in askers):
            return query.where(false())
        askers = [viewer.user]
    if wanted.asker and not askers:
        return query.where(false())
    return narrowed(connection, query, Sought(
        viewer.workspace, [pair for pair in tagged.items() if pair[1]], words, askers, equal,
        wanted.cites))


def _askers(connection: Connection, viewer: Viewer, said: str) -> list[str]:
    """The ids of whoever *said* names: by id, else by what they are called."""
    # Somebody else may have taken an id for their name.
    if connection.scalar(select(exists().where(
            case_lines.c.workspace == viewer.workspace, case_lines.c.asker == said))):
        return [said]
    return called(connection, viewer.workspace, said)[:MOST_CALLED]


def _start(after: str, length: int) -> list[Any] | None:
    """Where a page starts; None for the first, and for what no page ever gave."""
    try:
        start = json.loads(after)
    except (ValueError, RecursionError):
        return None
    kinds: list[type] = [int, str, str][-length:]
    if not isinstance(start, list) or list(map(type, start)) != kinds:
        return None
    # What no database compares with: urgency is a small number, and times and names are text.
    return start if all(map(_is_comparable, start)) else None


def _is_comparable(value: int | str) -> bool:
    if isinstance(value, int):
        return abs(value) <= _MOST_URGENT
    return can_be_kept(value)


def _line(row: Row[Any]) -> Line:
    return Line(
        conversation=ConversationId(row.conversation),
        asker=row.asker,
        opened_at=datetime.fromisoformat(row.opened_at),
        updated_at=datetime.fromisoformat(row.updated_at),
        turns=row.turns,
        state=row.state,
        ups=row.ups,
        downs=row.downs,
        handed_over=bool(row.handed_over),
        reviewed=bool(row.reviewed),
        assigned=row.assigned,
        standing=Standing(row.standing),
        erased=row.erased,
        urgency=row.urgency,
        reasons=tuple((code, number) for code, number in json.loads(row.reasons)),
        memory=remembered(row.memory),
    )
