"""Whether a language model may be used for a workspace.

Where a model is set, it may until an admin of the workspace says otherwise.  Each choice is a row
of the log, with who made it and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, delete, select

from bot.errors import AdvisorError
from bot.ledger import timestamp
from bot.record.log import Happening, Logged, append, lock, logged
from bot.schema import chat_choices, log
from bot.store import Store

CHAT_ALLOWED = "chat_allowed"
"""The kind of row that tells a choice."""


class NotChosen(AdvisorError):
    """Nothing was changed; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__("not_chosen", why)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a workspace has said."""

    allowed: bool
    at: datetime
    by: str


def allowed(connection: Connection, workspace: str) -> bool:
    """Whether a language model may be used for *workspace*."""
    found = connection.scalar(select(chat_choices.c.allowed).where(
        chat_choices.c.workspace == workspace))
    return found is None or bool(found)


class ChatChoices:
    """The choices of all workspaces of one database."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now

    def allowed(self, workspace: str) -> bool:
        """Whether a language model may be used for *workspace*."""
        with self._store.reading() as connection:
            return allowed(connection, workspace)

    def of(self, workspace: str) -> Choice | None:
        """What *workspace* has said last; None where it said nothing."""
        with self._store.reading() as connection:
            row = connection.execute(select(chat_choices).where(
                chat_choices.c.workspace == workspace)).one_or_none()
        return None if row is None else Choice(
            bool(row.allowed), datetime.fromisoformat(row.at), row.by)

    def choose(self, workspace: str, *, allow: bool, by: str, reason: str) -> None:
        """Let a language model be used for *workspace*, or not; it holds for the next message.

        A call that is under way comes to its end, and nothing of it is shown.  Pressed twice it is
        one choice: what the same person chose last, for the same reason, stands as it is.

        Raises:
            NotChosen: No reason is given.
        """
        if not reason.strip():
            raise NotChosen("Say why: the reason stays on record.")
        at = self._now()
        with self._store.writing() as connection:
            lock(connection, workspace)  # of two who choose at once each sees what is there
            last = last_chosen(connection, workspace)
            if last is not None and (last.actor, last.detail) == (
                    by, {"allowed": allow, "reason": reason}):
                return
            connection.execute(delete(chat_choices).where(
                chat_choices.c.workspace == workspace))
            connection.execute(chat_choices.insert().values(
                workspace=workspace, allowed=int(allow), at=timestamp(at), by=by))
            append(connection, workspace, Happening(
                CHAT_ALLOWED, f"{CHAT_ALLOWED}:{uuid4().hex}", at, by, None,
                {"allowed": allow, "reason": reason}))


def last_chosen(connection: Connection, workspace: str) -> Logged | None:
    """The row of the log that says what *workspace* chose last, and why; None if it never did."""
    row = connection.execute(
        select(log).where(log.c.workspace == workspace, log.c.kind == CHAT_ALLOWED)
        .order_by(log.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else logged(row._mapping)
