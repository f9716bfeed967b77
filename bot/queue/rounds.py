"""Whose turn it is: workspaces are served in a round, and within each its people.

Of somebody who waits, the conversation that has waited longest comes first.  Whoever sends five
hundred messages so delays everybody else by one turn a round, and not by five hundred.  A look
costs a few steps down an index, however much waits.

What is owed and could not be posted at once is looked for too, in turn with what has arrived.
"""

import itertools
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)

from bot.dialogue.conversation import ConversationId
from bot.queue.dueness import moments
from bot.schema import cases, deliveries, outgoing
from bot.store import Store

Person = tuple[str, str]
"""Workspace and person."""

LOOKED_AT = 64
"""People looked at before a worker gives up for this time; the next look begins after them."""
OF_ONE = 64
"""Rows of one person that are looked through for a conversation that can be had."""
OWED = 256
"""Posts that are due, of which the one is taken whose person holds least."""


class Rounds:
    """The order in which conversations are taken up; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._workspace = ""
        self._people: dict[str, str] = {}
        """Who was looked at last, by workspace."""
        self._kinds = itertools.cycle((("arrived", "owed"), ("owed", "arrived")))

    def waiting(
        self, now: datetime, held: Counter[Person], taken: frozenset[ConversationId],
        most: int | None,
    ) -> Iterator[tuple[ConversationId, Person]]:
        """Conversations that have something to do, each with whom it is done for, best first.

        Args:
            now: What is due later is left out.
            held: How many conversations of each person are being worked on here.
            taken: Conversations that are being worked on here.
            most: How many of one person may be; None for any number.
        """
        between = moments(now)
        with self._lock:
            kinds = next(self._kinds)
        for kind in kinds:
            looking = (self._arrived(between, held, taken, most) if kind == "arrived"
                       else self._owed(between, held, taken, most))
            yield from looking

    def _arrived(
        self, between: Mapping[str, str], held: Counter[Person],
        taken: frozenset[ConversationId], most: int | None,
    ) -> Iterator[tuple[ConversationId, Person]]:
        seen: set[Person] = set()
        through: set[str] = set()
        for _ in range(LOOKED_AT):
            with self._store.reading() as connection:
                person = self._next(connection)
                if person is None:
                    return
                if person in seen:
                    through.add(person[0])
                    if through >= {workspace for workspace, _ in seen}:
                        return
                    continue
                seen.add(person)
                if most is not None and held[person] >= most:
                    continue
                found = [c for c in connection.scalars(_OF_PERSON, {
                    "workspace": person[0], "person": person[1], **between,
                    "rows": OF_ONE + len(taken)}) if c not in taken]
            for conversation in dict.fromkeys(found):
                yield ConversationId(conversation), person

    def _next(self, connection: Connection) -> Person | None:
        """Whose turn it is next, of all those of whom something waits."""
        with self._lock:
            workspace = connection.scalar(_NEXT_WORKSPACE, {"after": self._workspace})
            if workspace is None:
                self._people.clear()  # nobody waits: what was remembered serves nobody
                return None
            self._workspace = workspace
            person = connection.scalar(_NEXT_PERSON, {
                "workspace": workspace, "after": self._people.get(workspace, "")})
            if person is None:
                return workspace, ""  # handled by another worker meanwhile
            self._people[workspace] = person
            return workspace, person

    def _owed(
        self, between: Mapping[str, str], held: Counter[Person],
        taken: frozenset[ConversationId], most: int | None,
    ) -> Iterator[tuple[ConversationId, Person]]:
        with self._store.reading() as connection:
            rows = connection.execute(_OWED, {**between, "rows": OWED}).all()
            if not rows:
                rows = connection.execute(_OWED_BEFORE, {**between, "rows": OWED}).all()
        by_person: dict[Person, deque[ConversationId]] = {}
        for row in rows:
            person = (row.team, row.asker or row.conversation)
            if row.conversation not in taken and (most is None or held[person] < most):
                by_person.setdefault(person, deque()).append(ConversationId(row.conversation))
        served = Counter({person: held[person] for person in by_person})
        seen = set()
        while by_person:
            # Those who hold least come first; of these, who has waited longest.
            person = min(by_person, key=served.__getitem__)
            conversation = by_person[person].popleft()
            served[person] += 1
            if not by_person[person]:
                del by_person[person]
            if conversation not in seen:
                seen.add(conversation)
                yield conversation, person


def _state(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    # Written out, or SQLite would not use an index over these rows alone.
    return column == literal(value, Text, literal_execute=True)


def _next_workspace() -> Select[Any]:
    new = _state(deliveries.c.state, "new")
    lowest = select(func.min(deliveries.c.team)).where(new)
    after = lowest.where(deliveries.c.team > bindparam("after"))
    return select(func.coalesce(after.scalar_subquery(), lowest.scalar_subquery()))


def _next_person() -> Select[Any]:
    here = and_(_state(deliveries.c.state, "new"), deliveries.c.team == bindparam("workspace"))
    lowest = select(func.min(deliveries.c.author)).where(here)
    after = lowest.where(deliveries.c.author > bindparam("after"))
    return select(func.coalesce(after.scalar_subquery(), lowest.scalar_subquery()))


def _of_person() -> Select[Any]:
    """Conversations of one person, the longest waiting first, once for each delivery."""
    other = deliveries.alias()
    # One that has to wait holds back those behind it, so the whole conversation waits.
    blocked = exists().where(
        _state(other.c.state, "new"), other.c.conversation == deliveries.c.conversation,
        *_ahead(other.c.due), other.c.tries > 0)
    return (
        select(deliveries.c.conversation)
        .where(_state(deliveries.c.state, "new"),
               deliveries.c.team == bindparam("workspace"),
               deliveries.c.author == bindparam("person"), ~blocked)
        .order_by(deliveries.c.id).limit(bindparam("rows"))
    )


def _ahead(due: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """As `bot.queue.dueness.is_due`: what is later still was put off before a clock went back."""
    return due > bindparam("at"), due <= bindparam("latest")


def held_up() -> ColumnElement[bool]:
    """Whether a post that is owed has to wait, itself or for one that goes to the same place.

    The same target is the same place.  With the moments of `bot.queue.dueness.moments`.
    """
    other = outgoing.alias()
    return exists().where(
        _state(other.c.state, "waiting"), other.c.conversation == outgoing.c.conversation,
        other.c.target.is_not_distinct_from(outgoing.c.target),
        *_ahead(other.c.due), other.c.error.is_not(None))


def _owed(due: ColumnElement[bool]) -> Select[Any]:
    return (
        select(outgoing.c.conversation, outgoing.c.team, cases.c.asker)
        .join_from(outgoing, cases, cases.c.conversation == outgoing.c.conversation,
                   isouter=True)
        .where(_state(outgoing.c.state, "waiting"), due, ~held_up())
        .order_by(outgoing.c.due, outgoing.c.id).limit(bindparam("rows"))
    )


_NEXT_WORKSPACE = _next_workspace()
_NEXT_PERSON = _next_person()
_OF_PERSON = _of_person()
_OWED = _owed(outgoing.c.due <= bindparam("at"))
_OWED_BEFORE = _owed(
    or_(outgoing.c.due > bindparam("latest"),
        and_(outgoing.c.due > bindparam("at"), outgoing.c.error.is_(None))))
"""What a clock that went back has left ahead; looked for where nothing else is owed."""
