"""Conversations as Slack sees them: whose they are, where replies go, and whether we listen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, and_, bindparam, func, select, update

from bot.casebook.memory import remembered
from bot.casebook.standing import ASKED, Standing
from bot.database import in_bulk, prepared
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.ledger import timestamp
from bot.record.log import Logged, lock, logged
from bot.schema import case_lines, cases, conversations, deliveries, log, places
from bot.store import Store
from bot.turns.delivery import ASIDE, GONE, Act, Case, Delivery, Place, Taken

DOUBLE_TAP = timedelta(seconds=3)
"""How soon after a tap on a button another one on it is taken for the same."""


__all__ = ["Awaited", "Case", "Cases", "Listed", "UnderWay", "case_in"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list, with how it stands."""

    case: Case
    state: Conversation
    """As its last turn left it; a fresh one if it has none."""
    updated_at: datetime | None
    """When it last had a turn; None if it had none."""
    handed_over: bool
    """Whether it was ever sent to compliance."""
    standing: Standing = Standing.NONE
    """How far its review is."""
    outcome: str = ""
    """What a review that is complete came to; empty for any other, and in rows of before."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The conversation that somebody is in the middle of, beside one that they may open."""

    case: Case
    state: Conversation
    opened: bool
    """Whether the other one has turns already."""
    seq: int = 0
    """Number of its last turn in the log of the workspace."""
    asked: bool = False
    """Whether a reviewer may wait for an answer of theirs, in whichever conversation."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A conversation in direct messages in which a reviewer waits for an answer."""

    case: Case
    state: Conversation
    seq: int
    """Number of the last question in the log of the workspace."""


class Cases:
    """The cases of all workspaces; every look-up names the workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def case(self, team: str, conversation: ConversationId) -> Case | None:
        """The case of *conversation*; None if *team* has no such conversation."""
        with self._store.looking() as connection:
            row = connection.execute(
                _CASE, {"its_team": team, "its_conversation": conversation}).one_or_none()
        return None if row is None else case_in(row)

    def at(self, team: str, channel: str, thread: str) -> Case | None:
        """The case that is going on in a thread, if one is."""
        query = select(cases).join(
            places, places.c.conversation == cases.c.conversation
        ).where(places.c.team == team, places.c.channel == channel, places.c.thread == thread)
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else case_in(row)

    def here(self, taken: Taken) -> Case:
        """The case that a delivery belongs to, as it was when the delivery was taken up.

        Raises:
            LookupError: There is none: its row is gone.
        """
        case = taken.case or self.case(taken.delivery.team, taken.conversation)
        if case is None:
            raise LookupError(f"no case for {taken.conversation!r}")
        return case

    def of(self, team: str, asker: str, limit: int) -> list[Listed]:
        """The cases that *asker* opened and had an answer in, the one spoken in last first."""
        return self._listed(
            _LISTED
            .where(cases.c.team == team, cases.c.asker == asker, conversations.c.id.is_not(None))
            .order_by(conversations.c.last_seq.desc())
            .limit(limit))

    def under_way(
        self, team: str, asker: str, conversation: ConversationId
    ) -> UnderWay | None:
        """Of the conversations that *asker* opened the one spoken in last; None if there is none.

        *conversation* is the one that they may be about to open.
        """
        with self._store.looking() as connection:
            row = prepared.first(connection, _UNDER_WAY, {
                "its_team": team, "its_asker": asker, "its_conversation": conversation})
        return None if row is None else UnderWay(
            case_in(row), _CONVERSATION.validate_json(row.state), bool(row.version),
            row.last_seq, bool(row.asked))

    def awaited(self, team: str, user: str) -> list[Awaited]:
        """The conversations in direct messages with *user*, in which a reviewer waits for them."""
        with self._store.looking() as connection:
            rows = connection.execute(
                _AWAITED, {"its_team": team, "its_asker": user, "its_kind": ASKED}).all()
        return [Awaited(case_in(row), _CONVERSATION.validate_json(row.state), row.seq)
                for row in rows if user in remembered(row.memory).review.waiting.values()]

    def handed_over(self, team: str, limit: int) -> list[Listed]:
        """Cases that were sent to compliance, each once, the one sent last first."""
        last = (
            select(log.c.conversation, func.max(log.c.seq).label("seq"))
            .where(log.c.workspace == team, log.c.kind == "handed_over")
            .group_by(log.c.conversation)
            .subquery()
        )
        return self._listed(
            _LISTED
            .join(last, last.c.conversation == cases.c.conversation)
            .where(cases.c.team == team)
            .order_by(last.c.seq.desc())
            .limit(limit))

    def _listed(self, query: Select[Any]) -> list[Listed]:
        with self._store.reading() as connection:
            return [_listed_in(row) for row in connection.execute(query)]

    def happened(self, conversation: ConversationId, kind: str) -> Sequence[Logged]:
        """Every time that *kind* happened in *conversation*, oldest first."""
        with self._store.reading() as connection:
            return [logged(row._mapping) for row in connection.execute(
                _HAPPENED, {"its_conversation": conversation, "its_kind": kind})]

    def happened_in(
        self, names: Collection[ConversationId], kind: str
    ) -> Mapping[ConversationId, Sequence[Logged]]:
        """Every time that *kind* happened in each of the conversations *names*, oldest first."""
        found: dict[ConversationId, list[Logged]] = {name: [] for name in names}
        query = select(log).where(log.c.conversation.in_(found), log.c.kind == kind)
        with self._store.reading() as connection:
            for row in connection.execute(query.order_by(log.c.seq)):
                found[row.conversation].append(logged(row._mapping))
        return found

    def keep_links(self, team: str, links: Mapping[ConversationId, str]) -> None:
        """Keep the addresses of the threads of several cases of *team*."""
        with self._store.writing() as connection:
            if connection.dialect.name == "postgresql":  # on SQLite nobody else writes meanwhile
                lock(connection, team)  # as an erasure, which then forgets who asked, one by one
            in_bulk.run(connection, _KEEP_LINK, [
                {"its_conversation": name, "its_link": link} for name, link in links.items()])

    def change(
        self, connection: Connection, conversation: ConversationId, **values: Any
    ) -> None:
        """Set columns of a case in the transaction of *connection*."""
        connection.execute(
            update(cases).where(cases.c.conversation == conversation).values(**values))

    def settle_at(
        self, connection: Connection, conversation: ConversationId, place: Place
    ) -> None:
        """Let what is said at *place* belong to *conversation*, unless it belongs to one."""
        self._store.insert(connection, places, {
            "team": place.team, "channel": place.channel, "thread": place.thread,
            "conversation": conversation,
        })

    def reminders(self, today: date, at: datetime) -> list[Delivery]:
        """What the watch dates that have come call for; the same again until it is handled."""
        query = select(cases).where(cases.c.watch_on <= today.isoformat())
        with self._store.reading() as connection:
            due = list(connection.execute(query))
        return [
            Delivery(
                key=MessageKey(f"{row.conversation}:watch:{row.watch_on}"), act=Act.REMINDER,
                team=row.team, author=row.asker, sent_at=at, body={"on": row.watch_on},
                conversation=ConversationId(row.conversation))
            for row in due
        ]

    def is_second_tap(self, taken: Taken) -> bool:
        """Whether *taken* is the second tap of a hasty thumb: the same deed as just before."""
        delivery = taken.delivery
        deed = delivery.key.rpartition(":")[0]
        query = (
            select(deliveries.c.id)
            .where(deliveries.c.conversation == taken.conversation,
                   deliveries.c.act == delivery.act.value,
                   deliveries.c.author == delivery.author,
                   deliveries.c.id < taken.id,
                   deliveries.c.key.startswith(f"{deed}:", autoescape=True),
                   deliveries.c.sent_at >= timestamp(delivery.sent_at - DOUBLE_TAP))
            .limit(1)
        )
        with self._store.reading() as connection:
            return connection.scalar(query) is not None

    def last_aside(self, conversation: ConversationId, before: int) -> bool:
        """Whether the last message before delivery *before* was none for us.

        One that was deleted before anybody read it here is nobody's talk: its author may well
        write it again.
        """
        query = (
            select(deliveries.c.state)
            .where(deliveries.c.conversation == conversation, deliveries.c.id < before,
                   deliveries.c.act == Act.MESSAGE, deliveries.c.state != GONE)
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
        with self._store.reading() as connection:
            return connection.scalar(query) == ASIDE

    def others_spoke(self, conversation: ConversationId, before: int, author: str) -> bool:
        """Whether others than *author* have talked aside since a message was for us last."""
        mine = (deliveries.c.conversation == conversation, deliveries.c.id < before,
                deliveries.c.act == Act.MESSAGE)
        heard = select(func.max(deliveries.c.id)).where(
            *mine, deliveries.c.state.not_in((ASIDE, GONE))).scalar_subquery()
        query = select(deliveries.c.id).where(
            *mine, deliveries.c.state == ASIDE, deliveries.c.author != author,
            deliveries.c.id > func.coalesce(heard, 0)).limit(1)
        with self._store.reading() as connection:
            return connection.scalar(query) is not None

    def awaits(self, conversation: ConversationId, user: str) -> bool:
        """Whether a reviewer has asked *user* something and waits for the answer."""
        query = select(case_lines.c.memory).where(case_lines.c.conversation == conversation)
        with self._store.reading() as connection:
            memory = connection.scalar(query)
        return memory is not None and user in remembered(memory).review.waiting.values()

    def last_partner(self, conversation: ConversationId) -> str | None:
        """Who said or pressed what we answered last."""
        query = (
            select(deliveries.c.author)
            .where(deliveries.c.conversation == conversation, deliveries.c.state == "done")
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
        with self._store.reading() as connection:
            return connection.scalar(query)


_CONVERSATION = TypeAdapter(Conversation)

_LISTED = select(
    cases, conversations.c.state, conversations.c.updated_at,
    select(log.c.seq).where(
        log.c.conversation == cases.c.conversation, log.c.kind == "handed_over")
    .exists().label("handed_over"),
    case_lines.c.standing, case_lines.c.memory,
).join(conversations, conversations.c.id == cases.c.conversation, isouter=True
).join(case_lines, and_(case_lines.c.conversation == cases.c.conversation,
                        case_lines.c.workspace == cases.c.team), isouter=True)
_KEEP_LINK = update(cases).where(cases.c.conversation == bindparam("its_conversation")).values(
    link=bindparam("its_link"))
_other = conversations.alias()
_CASE = select(cases).where(
    cases.c.team == bindparam("its_team"), cases.c.conversation == bindparam("its_conversation"))
_named_in_line = and_(
    case_lines.c.workspace == bindparam("its_team"), case_lines.c.asker == bindparam("its_asker"),
    # Of a line's memory only a question to them names whoever opened the conversation.
    case_lines.c.memory.contains(bindparam("its_asker")))
_mine, _its_state = cases.alias(), conversations.alias()
# Found by itself, so that of all others not the rows are sorted, with what they remember.
_SPOKEN_IN_LAST = (
    select(_mine.c.conversation)
    .join(_its_state, _its_state.c.id == _mine.c.conversation)
    .where(_mine.c.team == bindparam("its_team"), _mine.c.asker == bindparam("its_asker"))
    .order_by(_its_state.c.last_seq.desc())
    .limit(1)
    .scalar_subquery()
)
_UNDER_WAY = (
    select(cases, conversations.c.state, conversations.c.last_seq,
           select(_other.c.version).where(_other.c.id == bindparam("its_conversation"))
           .scalar_subquery().label("version"),
           select(case_lines.c.number).where(_named_in_line).exists().label("asked"))
    .join(conversations, conversations.c.id == cases.c.conversation)
    .where(cases.c.conversation == _SPOKEN_IN_LAST)
)
_AWAITED = (
    select(cases, conversations.c.state, case_lines.c.memory,
           select(func.max(log.c.seq)).where(
               log.c.conversation == cases.c.conversation,
               log.c.workspace == bindparam("its_team"), log.c.kind == bindparam("its_kind"))
           .scalar_subquery().label("seq"))
    .join(conversations, conversations.c.id == cases.c.conversation)
    .join(case_lines, case_lines.c.conversation == cases.c.conversation)
    .where(_named_in_line, cases.c.team == bindparam("its_team"), cases.c.channel.startswith("D"))
)
_HAPPENED = select(log).where(
    log.c.conversation == bindparam("its_conversation"), log.c.kind == bindparam("its_kind")
).order_by(log.c.seq)


def _listed_in(row: Row[Any]) -> Listed:
    case = case_in(row)
    standing = Standing.NONE if row.standing is None else Standing(row.standing)
    return Listed(
        case=case,
        state=Conversation(case.conversation) if row.state is None else (
            _CONVERSATION.validate_json(row.state)),
        updated_at=None if row.updated_at is None else datetime.fromisoformat(row.updated_at),
        handed_over=bool(row.handed_over),
        standing=standing,
        outcome=remembered(row.memory).review.outcome if standing is Standing.SIGNED else "")


def case_in(row: Row[Any]) -> Case:
    """The case of a row of `cases`."""
    return Case(
        conversation=ConversationId(row.conversation),
        team=row.team,
        asker=row.asker,
        opened_at=datetime.fromisoformat(row.opened_at),
        channel=row.channel,
        thread=row.thread,
        private=bool(row.private),
        listening=bool(row.listening),
        link=row.link,
        watch_on=None if row.watch_on is None else date.fromisoformat(row.watch_on),
    )
