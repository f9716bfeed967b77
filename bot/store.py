"""The one class that speaks SQL for writing: releases, conversations, and the log of turns.

A turn, the state of its conversation and the head of the log commit together or not at all.
No transaction is open while anything is computed: a caller loads, steps, and records what came
of it at the version it loaded.  If another turn came between, recording says so and nothing has
happened.  What the log is made of stands in `bot.log`.

SQLite and PostgreSQL differ in how a transaction begins and in nothing else.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Table,
    create_engine,
    event,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import URL, make_url

from bot import case_lines
from bot import log as log_
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.errors import (
    AlreadyAnswered,
    BadInput,
    OtherWorkspace,
    StaleConversation,
    UnknownRelease,
)
from bot.ledger import Break, Head, canonical, timestamp
from bot.log import LOCAL, TURN, Happening, Logged
from bot.migrations.upgrading import upgrade
from bot.schema import active_release, conversations, log, releases, turns, wordings
from bot.turn import Turn, lift, put_back, turn_from
from retrieval.guidance import ReleaseId

WAIT_SECONDS = 30
"""How long a write waits for another process on SQLite; a write takes milliseconds."""
IDLE_TRANSACTION_MS = 60_000
"""When PostgreSQL gives up on a transaction whose owner has gone silent and frees its locks."""

_WRITES = "advisor_writes"
_ONE = 1

_CONVERSATION = TypeAdapter(Conversation)


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One conversation in a list."""

    id: ConversationId
    workspace: str
    version: int
    """How many turns it has."""
    created_at: str
    updated_at: str
    """Together with the id, where the next page starts."""


class Store:
    """The database behind a SQLAlchemy URL; safe to share between threads."""

    def __init__(self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.engine = _engine(make_url(url))
        self._now = now
        self._turn = _turn_to_write(self.engine)

    def upgrade(self) -> None:
        """Bring the schema to the newest version.

        Raises:
            AdvisorError: A newer version of the program has written the database.
        """
        upgrade(self.engine)
        with self.writing() as connection:
            case_lines.catch_up(connection)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    # --- releases ---------------------------------------------------------------------------

    def keep_release(
        self, release: ReleaseId, content: str | Mapping[str, Any], at: datetime | None = None
    ) -> None:
        """Keep the *content* of *release*, so that answers drawn from it can be read again.

        Args:
            release: Names the content by its digest; keeping it a second time changes nothing.
            content: JSON text, kept to the byte, or what becomes canonical JSON.
            at: When; the store's clock if None.
        """
        text = content if isinstance(content, str) else canonical(content)
        with self.writing() as connection:
            # Two replicas that start at once both keep the release: a head's row makes them
            # take turns.
            log_.lock(connection, LOCAL)
            known = connection.scalar(select(releases.c.id).where(releases.c.id == release))
            if known is None:
                connection.execute(releases.insert().values(
                    id=release, content=text, created_at=timestamp(at or self._now())))

    def activate(self, release: ReleaseId, at: datetime | None = None) -> None:
        """Let new turns take *release*.

        Raises:
            UnknownRelease: It was never kept.
        """
        row = {"release": release, "since": timestamp(at or self._now())}
        with self.writing() as connection:
            log_.lock(connection, LOCAL)
            _insist_on(connection, release)
            changed = connection.execute(
                update(active_release).where(active_release.c.id == _ONE).values(row))
            if not changed.rowcount:
                connection.execute(active_release.insert().values(id=_ONE, **row))

    def active_release(self) -> ReleaseId | None:
        """The release that new turns take; None before the first was activated."""
        with self.engine.begin() as connection:
            release = connection.scalar(select(active_release.c.release))
        return None if release is None else ReleaseId(release)

    def release_content(self, release: ReleaseId) -> str:
        """The content of *release* as JSON text.

        Raises:
            UnknownRelease: It was never kept.
        """
        with self.engine.begin() as connection:
            text = connection.scalar(select(releases.c.content).where(releases.c.id == release))
        if text is None:
            raise UnknownRelease(release)
        return str(text)

    # --- conversations and turns ------------------------------------------------------------

    def load(self, conversation: ConversationId) -> Conversation:
        """The conversation as its last turn left it; a fresh one if it has none."""
        query = select(conversations.c.state).where(conversations.c.id == conversation)
        with self.engine.begin() as connection:
            state = connection.scalar(query)
        return Conversation(conversation) if state is None else _CONVERSATION.validate_json(state)

    def turn_for(self, key: MessageKey) -> Turn | None:
        """The turn that answered the message *key*, if one did."""
        with self.engine.begin() as connection:
            row = connection.execute(_TURNS_LOGGED.where(turns.c.key == key)).one_or_none()
        return None if row is None else _turn(row)

    def record(
        self,
        turn: Turn,
        conversation: Conversation,
        expected_version: int,
        along: Callable[[Connection], None] | None = None,
        *,
        workspace: str = LOCAL,
    ) -> Turn:
        """Write *turn* and the *conversation* after it, in one transaction.

        Args:
            turn: What happened.
            conversation: The state it leaves, of the turn's version.
            expected_version: The version that was loaded; 0 for a fresh conversation.
            along: Writes what has to commit together with the turn.
            workspace: Whose log it goes to.

        Returns:
            The turn with its number in the log and its digest.

        Raises:
            AlreadyAnswered: The message has a turn.
            StaleConversation: Another turn came between; load and step again.
            OtherWorkspace: The conversation is one of another workspace.
            UnknownRelease: The release of the reply was never kept.
            BadInput: The text holds characters that no database takes.
        """
        if not turn.version == conversation.version == expected_version + 1:
            raise ValueError(
                f"turn {turn.version} and conversation {conversation.version} must both follow "
                f"version {expected_version}"
            )
        for words in (turn.text, turn.author, turn.key, turn.conversation):
            _insist_on_storable(words)
        state = canonical(conversation)
        happening = _happening(turn)
        with self.writing() as connection:
            log_.lock(connection, workspace)
            if connection.scalar(select(turns.c.key).where(turns.c.key == turn.key)) is not None:
                raise AlreadyAnswered(turn.key)
            _insist_on(connection, turn.release)
            logged = log_.append(connection, workspace, happening)
            if logged is None:
                raise AlreadyAnswered(turn.key)
            state = _without_erased(connection, turn.conversation, state)
            _advance(connection, turn, state, expected_version, workspace, logged.seq)
            connection.execute(turns.insert().values(
                key=turn.key, conversation=turn.conversation, version=turn.version,
                release=turn.release, workspace=workspace, seq=logged.seq,
                posted_ref=turn.posted_ref))
            if along is not None:
                along(connection)
        return turn_of(logged, turn.posted_ref)

    def note(self, workspace: str, happening: Happening) -> Logged | None:
        """Put *happening* into the log by itself; None if it is there already."""
        with self.writing() as connection:
            return log_.append(connection, workspace, happening)

    def keep_wording(self, digest: str, content: str) -> None:
        """Keep the bot's own sentences, so that replies worded with them can be made again."""
        with self.writing() as connection:
            log_.put_once(connection, wordings, {"digest": digest, "content": content})

    def wording_content(self, digest: str) -> str | None:
        """The sentences of *digest* as JSON text; None if they were never kept."""
        with self.engine.begin() as connection:
            return connection.scalar(select(wordings.c.content).where(wordings.c.digest == digest))

    def turn_at(self, conversation: ConversationId, version: int) -> Turn | None:
        """Turn number *version* of *conversation*, from 1."""
        query = _TURNS_LOGGED.where(
            turns.c.conversation == conversation, turns.c.version == version)
        with self.engine.begin() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _turn(row)

    def turns(self, conversation: ConversationId) -> list[Turn]:
        """The turns of *conversation* in order; none if there is no such conversation."""
        query = _TURNS_LOGGED.where(turns.c.conversation == conversation)
        query = query.order_by(turns.c.version)
        with self.engine.begin() as connection:
            return [_turn(row) for row in connection.execute(query)]

    def declined(self, limit: int = 10_000) -> list[Turn]:
        """Turns whose question the texts did not answer, the newest first."""
        query = _TURNS_LOGGED.where(log.c.body.contains('"abstained":true', autoescape=True))
        with self.engine.begin() as connection:
            query = query.order_by(log.c.at.desc(), log.c.seq.desc()).limit(limit)
            return [_turn(row) for row in connection.execute(query)]

    def updated_at(self, conversation: ConversationId) -> datetime | None:
        """When *conversation* last had a turn; None if it had none."""
        query = select(conversations.c.updated_at).where(conversations.c.id == conversation)
        with self.engine.begin() as connection:
            at = connection.scalar(query)
        return None if at is None else datetime.fromisoformat(at)

    def conversations(
        self, limit: int = 100, before: ConversationLine | None = None
    ) -> list[ConversationLine]:
        """List conversations, the one spoken in last first.

        Args:
            limit: Most lines.
            before: Last line of the page before.
        """
        at = tuple_(conversations.c.updated_at, conversations.c.id)
        query: Select[Any] = select(*(conversations.c[name] for name in _LINE))
        if before is not None:
            query = query.where(at < tuple_(before.updated_at, before.id))
        query = query.order_by(
            conversations.c.updated_at.desc(), conversations.c.id.desc()).limit(limit)
        with self.engine.begin() as connection:
            return [ConversationLine(**row._mapping) for row in connection.execute(query)]

    def latest(self, author: str | None = None) -> Conversation | None:
        """The conversation spoken in last, by *author* if given; None if there is none."""
        query = select(conversations.c.state).join(
            log, (log.c.conversation == conversations.c.id) & (log.c.kind == TURN))
        if author is not None:
            query = query.where(log.c.actor == author)
        query = query.order_by(log.c.at.desc(), log.c.seq.desc()).limit(1)
        with self.engine.begin() as connection:
            state = connection.scalar(query)
        return None if state is None else _CONVERSATION.validate_json(state)

    def opened_by(self, author: str, limit: int) -> list[Conversation]:
        """The conversations whose first message is *author*'s, the one spoken in last first."""
        query = (
            select(conversations.c.state)
            .join(turns, turns.c.conversation == conversations.c.id)
            .join(log, (log.c.workspace == turns.c.workspace) & (log.c.seq == turns.c.seq))
            .where(turns.c.version == 1, log.c.actor == author)
            .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
            .limit(limit)
        )
        with self.engine.begin() as connection:
            return [_CONVERSATION.validate_json(state) for state in connection.scalars(query)]

    # --- the log ----------------------------------------------------------------------------

    def head(self, workspace: str = LOCAL) -> Head:
        """Where the log of *workspace* ends; kept elsewhere, it proves the log up to here."""
        with self.engine.begin() as connection:
            return log_.head(connection, workspace)

    def workspaces(self) -> tuple[str, ...]:
        """Every workspace that has a log."""
        with self.engine.begin() as connection:
            return log_.workspaces(connection)

    def verify_log(self) -> Break | None:
        """The first row of any workspace's log that is not as it was recorded; None if all are.

        It holds the rows against one another; `bot.checkpoints` holds them against what left the
        house.
        """
        with self.snapshot() as connection:
            for workspace in log_.workspaces(connection):
                broken = log_.first_break(connection, workspace)
                if broken is not None:
                    return broken
        return None

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that reads one state of the database, whatever is written meanwhile."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            yield connection

    def insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert *row*; False if one with its key is there, which then stays as it is."""
        return log_.put_once(connection, table, row)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it commits or nothing does."""
        engine = self.engine.execution_options(**{_WRITES: True})
        with self._turn, engine.begin() as connection:
            yield connection


_TURNS: dict[str, AbstractContextManager[Any]] = {}


def _turn_to_write(engine: Engine) -> AbstractContextManager[Any]:
    """What the threads of this process hold while they write to the database of *engine*.

    SQLite takes one writer at a time and has the others ask again and again, in no order: of
    sixteen threads some would wait a second, where here each waits its turn, some 20 ms.
    """
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _TURNS.setdefault(str(engine.url), threading.RLock())


_LINE = ("id", "workspace", "version", "created_at", "updated_at")
_TURNS_LOGGED = select(log, turns.c.posted_ref).join(
    turns, (turns.c.workspace == log.c.workspace) & (turns.c.seq == log.c.seq))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        options: dict[str, Any] = {}
        if url.get_backend_name() == "postgresql":
            options = {
                "options": f"-c idle_in_transaction_session_timeout={IDLE_TRANSACTION_MS}",
                "keepalives_idle": 30,
            }
        return create_engine(url, pool_pre_ping=True, connect_args=options)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late: only before the first write.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can't wait for another writer, it fails.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _insist_on(connection: Connection, release: ReleaseId) -> None:
    if connection.scalar(select(releases.c.id).where(releases.c.id == release)) is None:
        raise UnknownRelease(release)


def _insist_on_storable(words: str) -> None:
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        storable = False
    else:
        storable = "\0" not in words
    if not storable:
        raise BadInput(
            "bad_characters",
            "That message holds characters that can't be kept (a null, or half of a surrogate "
            "pair). Please type it again, or paste it as plain text.",
        )


def _advance(
    connection: Connection,
    turn: Turn,
    state: str,
    expected_version: int,
    workspace: str,
    seq: int,
) -> None:
    """Bring the conversation's row from *expected_version* to the turn's."""
    at = timestamp(turn.recorded_at)
    row = {"state": state, "version": turn.version, "last_seq": seq, "updated_at": at}
    here = conversations.c.id == turn.conversation
    home = connection.scalar(select(conversations.c.workspace).where(here))
    if home not in (None, workspace):
        raise OtherWorkspace(turn.conversation)
    if expected_version == 0:
        if home is not None:
            raise StaleConversation(turn.conversation, expected_version)
        connection.execute(conversations.insert().values(
            id=turn.conversation, workspace=workspace, created_at=at, **row))
        return
    there = here & (conversations.c.version == expected_version)
    if not connection.execute(update(conversations).where(there).values(row)).rowcount:
        raise StaleConversation(turn.conversation, expected_version)


def _without_erased(connection: Connection, conversation: ConversationId, state: str) -> str:
    """*state* without the words of messages that were erased while it was worked on.

    Whoever loads a conversation, steps, and records what came of it may have loaded words that
    were erased meanwhile; they must not come back.
    """
    gone = set(connection.scalars(select(log.c.key).where(
        log.c.conversation == conversation, log.c.kind == TURN, log.c.words.is_(None))))
    if not gone:
        return state
    whole = json.loads(state)
    for answer in (*whole["deal"]["answers"].values(), *whole["supposed"].values()):
        if answer["message"] in gone:
            answer["said"] = ""
    return canonical(whole)


def _happening(turn: Turn) -> Happening:
    """*turn* for the log: its body without the person's words, and those apart."""
    body = turn.body()
    quotes = canonical(lift(body))
    return Happening(TURN, turn.key, turn.recorded_at, turn.author, turn.conversation, body,
                     {"text": turn.text, "quotes": quotes})


def _turn(row: Row[Any]) -> Turn:
    return turn_of(log_.logged(row._mapping), row.posted_ref)


def turn_of(logged: Logged, posted_ref: str | None) -> Turn:
    """The turn that a row of the log holds, with where its reply was posted."""
    body = dict(logged.body)
    words = logged.words or {}
    put_back(body, json.loads(words.get("quotes") or "[]"))
    return turn_from(
        body,
        author=logged.actor or "",
        text=words.get("text") or "",
        seq=logged.seq,
        digest=logged.digest,
        posted_ref=posted_ref,
        erased=logged.words is None,
    )
