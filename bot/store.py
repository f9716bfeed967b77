"""The one class that speaks SQL for writing: releases, conversations, and the log of turns.

A turn, the state of its conversation and the head of the log commit together or not at all.
No transaction is open while anything is computed: a caller loads, steps, and records what came
of it at the version it loaded.  If another turn came between, recording says so and nothing has
happened.  How transactions begin and end stands in `bot.database.transactions`, what the log is
made of in `bot.record.log`, how a turn is written in `bot.record.recording`; which conversations
there are, in `bot.record.spoken`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, select

from bot.casebook import lines as case_lines
from bot.casebook.memory import remembered
from bot.database import prepared
from bot.database.engines import CONNECTIONS
from bot.database.transactions import Database
from bot.database.upserting import put_once
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.errors import AlteredRelease, UnknownConversation, UnknownRelease
from bot.ledger import Break, Head, canonical, timestamp
from bot.log_order import LOCAL
from bot.migrations.upgrading import upgrade
from bot.record import log as log_
from bot.record.history import enter_first
from bot.record.in_force import InForce
from bot.record.log import Happening, Logged
from bot.record.published import belied, put_in_force
from bot.record.recording import insist_on_release, insist_on_storable, write_turn
from bot.record.turn_rows import TURNS_LOGGED, happening_of, turn_in, turn_of
from bot.record.wholeness import first_break
from bot.schema import active_release, conversations, releases, turns, wordings
from bot.schema import case_lines as case_lines_
from bot.turns.turn import Turn
from retrieval.guidance import ReleaseId

_CONVERSATION = TypeAdapter(Conversation)


@dataclass(frozen=True, slots=True)
class Stands:
    """How a conversation stands when a message comes."""

    conversation: Conversation
    """As its last turn left it; a fresh one if it has none."""
    release: ReleaseId | None
    """What the last turn was drawn from; None if it has none."""
    answered: bool
    """Whether the message has a turn already."""
    handed_over: bool
    """Whether anything of it may have been sent to compliance."""
    waiting: frozenset[str] = frozenset()
    """Slack's ids of those whose answers reviewers wait for."""


class Store(Database):
    """A database with releases, conversations and the log in it; safe to share between threads.

    Args:
        url: SQLAlchemy's of the database.
        now: The clock.
        connections: As for `Database`.
    """

    def __init__(
        self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        connections: int = CONNECTIONS,
    ) -> None:
        super().__init__(url, connections)
        self._now = now

    def upgrade(self) -> None:
        """Bring the schema to the newest version.

        Raises:
            AdvisorError: A newer version of the program has written the database.
        """
        upgrade(self.engine)
        with self.writing() as connection:
            case_lines.catch_up(connection)

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

    def activate(
        self, release: ReleaseId, at: datetime | None = None, by: str | None = None
    ) -> None:
        """Let new turns take *release*, and say so in the log of every workspace that has one.

        Args:
            release: One that was kept.
            at: When; the store's clock if None.
            by: The account that did it.

        Raises:
            UnknownRelease: It was never kept.
        """
        with self.writing() as connection:
            insist_on_release(connection, release)
            put_in_force(connection, release, at or self._now(), by)

    def begin_with(
        self,
        release: ReleaseId,
        content: str,
        at: datetime | None = None,
        by: str | None = None,
        folder_sha256: str | None = None,
    ) -> ReleaseId:
        """Keep *release* and let turns take it, unless there is one in force already.

        Of processes that start at once, with the same content or another, one begins and the
        others find what it has begun with.

        Args:
            release: Names the content by its digest.
            content: JSON text.
            at: When; the store's clock if None.
            by: The account that did it.
            folder_sha256: Of the corpus folder that it was made from.

        Returns:
            The release in force.
        """
        moment = at or self._now()
        with self.writing() as connection:
            log_.lock(connection, LOCAL)
            begun = connection.scalar(select(active_release.c.release))
            if begun is not None:
                return ReleaseId(begun)
            put_once(connection, releases, {
                "id": release, "content": content, "created_at": timestamp(moment)})
            enter_first(connection, release, moment, by or "", folder_sha256)
            put_in_force(connection, release, moment, by)
        return release

    def active_release(self) -> ReleaseId | None:
        """The release that new turns take; None before the first was activated."""
        with self.engine.begin() as connection:
            release = connection.scalar(select(active_release.c.release))
        return None if release is None else ReleaseId(release)

    def active_since(self) -> datetime | None:
        """When the release in force was put in force; None before the first was activated."""
        with self.engine.begin() as connection:
            since = connection.scalar(select(active_release.c.since))
        return None if since is None else datetime.fromisoformat(since)

    def release_content(self, release: ReleaseId) -> str:
        """The content of *release* as JSON text.

        Raises:
            UnknownRelease: It was never kept.
            AlteredRelease: It is not what was published under that name.
        """
        with self.engine.begin() as connection:
            text = connection.scalar(select(releases.c.content).where(releases.c.id == release))
            told = None if text is None else belied(connection, release=release)
        if text is None:
            raise UnknownRelease(release)
        if told is not None:
            raise AlteredRelease(release, told.workspace, told.seq)
        return str(text)

    # --- conversations and turns ------------------------------------------------------------

    def load(self, conversation: ConversationId) -> Conversation:
        """The conversation as its last turn left it; a fresh one if it has none."""
        with self.looking() as connection:
            state = prepared.scalar(connection, _STATE, {"its_id": conversation})
        return Conversation(conversation) if state is None else _CONVERSATION.validate_json(state)

    def stands(self, conversation: ConversationId, key: MessageKey) -> Stands:
        """How *conversation* stands when the message *key* comes, in one look."""
        with self.looking() as connection:
            row = prepared.one(connection, _STANDS, {"its_id": conversation, "its_key": key})
        loaded = Conversation(conversation) if row.state is None else (
            _CONVERSATION.validate_json(row.state))
        # Turns without a line may be of a version whose lines are yet to be made again.
        handed_over = row.state is not None and row.handed_over != 0
        waiting = frozenset[str]() if row.memory is None else frozenset(
            remembered(row.memory).review.waiting.values())
        return Stands(loaded, row.release, row.answered is not None, handed_over, waiting)

    def workspace_of(self, conversation: ConversationId) -> str:
        """Whose log *conversation* is in.

        Raises:
            UnknownConversation: It has no turn.
        """
        query = select(conversations.c.workspace).where(conversations.c.id == conversation)
        with self.engine.begin() as connection:
            workspace = connection.scalar(query)
        if workspace is None:
            raise UnknownConversation(conversation)
        return str(workspace)

    def turn_for(self, key: MessageKey) -> Turn | None:
        """The turn that answered the message *key*, if one did."""
        with self.engine.begin() as connection:
            row = connection.execute(TURNS_LOGGED.where(turns.c.key == key)).one_or_none()
        return None if row is None else turn_in(row)

    def record(
        self,
        turn: Turn,
        conversation: Conversation,
        expected_version: int,
        along: Callable[[Connection], None] | None = None,
        *,
        workspace: str = LOCAL,
        before: Callable[[Connection], None] | None = None,
        in_force: InForce | None = None,
        settle: Callable[[Connection], None] | None = None,
    ) -> Turn:
        """Write *turn* and the *conversation* after it, in one transaction.

        Args:
            turn: What happened.
            conversation: The state it leaves, of the turn's version.
            expected_version: The version that was loaded; 0 for a fresh conversation.
            along: Writes what has to commit together with the turn.
            workspace: Whose log it goes to.
            before: Called first in the transaction; what it raises keeps the turn from being
                recorded.
            in_force: What the log is told of before the turn, as far as it doesn't say so.
            settle: Called before *along* where a sign-off of the conversation stands.

        Returns:
            The turn with its number in the log and its digest.

        Raises:
            AlreadyAnswered: The message has a turn.
            StaleConversation: Another turn came between; load and step again.
            OtherWorkspace: The conversation is one of another workspace.
            UnknownRelease: The release of the reply was never kept.
            BadInput: The text holds characters that no database takes.
            ValueError: *turn* or *conversation* doesn't follow *expected_version*.
        """
        if not turn.version == conversation.version == expected_version + 1:
            raise ValueError(
                f"turn {turn.version} and conversation {conversation.version} must both follow "
                f"version {expected_version}"
            )
        for words in (turn.text, turn.author, turn.key, turn.conversation):
            insist_on_storable(words)
        state = canonical(conversation)
        happening = happening_of(turn)
        with self.writing() as connection:
            if before is not None:
                before(connection)
            logged, signed = write_turn(
                connection, workspace, turn, happening=happening, state=state,
                expected_version=expected_version, in_force=in_force)
            if settle is not None and signed:
                settle(connection)
            if along is not None:
                along(connection)
        return replace(turn, seq=logged.seq, digest=logged.digest)

    def note(self, workspace: str, happening: Happening) -> Logged | None:
        """Put *happening* into the log by itself; None if it is there already."""
        with self.writing() as connection:
            return log_.append(connection, workspace, happening)

    def keep_wording(self, digest: str, content: str) -> None:
        """Keep the bot's own sentences, so that replies worded with them can be made again."""
        with self.writing() as connection:
            put_once(connection, wordings, {"digest": digest, "content": content})

    def wording_content(self, digest: str) -> str | None:
        """The sentences of *digest* as JSON text; None if they were never kept."""
        with self.engine.begin() as connection:
            return connection.scalar(select(wordings.c.content).where(wordings.c.digest == digest))

    def turn_at(self, conversation: ConversationId, version: int) -> Turn | None:
        """Turn number *version* of *conversation*, from 1."""
        return self.turn_if(conversation, version, lambda _: True)

    def turn_if(
        self, conversation: ConversationId, version: int,
        wanted: Callable[[Mapping[str, Any]], bool],
    ) -> Turn | None:
        """Turn number *version* of *conversation* if its body is *wanted*.

        To make a turn of its body takes far longer than to look into it.
        """
        with self.looking() as connection:
            row = connection.execute(
                _TURN_AT, {"its_id": conversation, "its_version": version}).one_or_none()
        if row is None:
            return None
        logged = log_.logged(row._mapping)
        return turn_of(logged, row.posted_ref) if wanted(logged.body) else None

    def turns(self, conversation: ConversationId) -> list[Turn]:
        """The turns of *conversation* in order; none if there is no such conversation."""
        query = TURNS_LOGGED.where(turns.c.conversation == conversation)
        query = query.order_by(turns.c.version)
        with self.engine.begin() as connection:
            return [turn_in(row) for row in connection.execute(query)]

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

        It holds the rows against one another, the erasures and the releases that are kept;
        `bot.checkpoints` holds them against what left the house.
        """
        with self.snapshot() as connection:
            for workspace in log_.workspaces(connection):
                broken = first_break(connection, workspace)
                if broken is not None:
                    return broken
        return None


_ITS = conversations.c.id == bindparam("its_id")
_STATE = select(conversations.c.state).where(_ITS)
_TURN_AT = TURNS_LOGGED.where(
    turns.c.conversation == bindparam("its_id"), turns.c.version == bindparam("its_version"))
_STANDS = select(
    select(turns.c.seq).where(turns.c.key == bindparam("its_key"))
    .scalar_subquery().label("answered"),
    select(conversations.c.state).where(_ITS).scalar_subquery().label("state"),
    select(turns.c.release).join(
        conversations, (turns.c.conversation == conversations.c.id)
        & (turns.c.version == conversations.c.version)).where(_ITS)
    .scalar_subquery().label("release"),
    select(case_lines_.c.handed_over).where(case_lines_.c.conversation == bindparam("its_id"))
    .scalar_subquery().label("handed_over"),
    select(case_lines_.c.memory).where(case_lines_.c.conversation == bindparam("its_id"))
    .scalar_subquery().label("memory"),
)
