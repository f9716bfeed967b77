"""Sessions: who has signed in, until when, and how each one ends.

The cookie holds 256 random bits; the database holds only their SHA-256, which is also what the log
calls the session by.  A session ends when it is idle, when it is old, when its person signs out,
or when somebody revokes it.  It never gains anything: a higher role takes signing in anew.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.console.viewer import Role
from bot.ledger import timestamp
from bot.log_order import in_turn
from bot.people import tidy
from bot.record import log as log_
from bot.record.log import Happening
from bot.schema import sessions
from bot.store import Store

IDLE = timedelta(hours=1)
"""How long nothing may be asked for before a session ends."""
LONGEST = timedelta(hours=12)
"""How long a session lasts however busy it is: a working day."""
APART = timedelta(minutes=15)
"""How far the clocks of replicas may be apart; a session that would last by more than this too long
was begun before the clock was put back, and has ended."""
SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that a session is in use; each request would be a write."""
KEPT = timedelta(days=1)
"""How long the row of an expired session is kept; the log keeps that it was."""
LONGEST_SECRET = 100

SIGNED_IN, SIGNED_OUT, REFUSED, REVOKED = "signed_in", "signed_out", "refused", "revoked"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it stands."""

    id: str
    workspace: str
    user: str
    name: str
    role: Role
    """What they were when they signed in."""
    token: str
    """What every change has to carry."""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, and what its cookie holds: the only time that anybody knows it."""

    session: Session
    secret: str


class Sessions:
    """The sessions in one database."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now

    def open(
        self,
        workspace: str,
        user: str,
        name: str,
        role: Role,
        *,
        by: str,
        instead_of: str | None = None,
    ) -> Opened:
        """Begin a session, always of a new id.

        Args:
            workspace: Slack's id of the workspace.
            user: Slack's id of the person.
            name: What to call them, as somebody typed it about themselves.
            role: What they are now.
            by: How they signed in, for the log.
            instead_of: What the browser's cookie held before; that session ends.
        """
        now, secret = self._now(), secrets.token_urlsafe(32)
        session = Session(_id(secret), workspace, user, tidy(name) or user, role,
                          secrets.token_urlsafe(32), now, now, now + LONGEST)
        with self._store.writing() as connection:
            homes = {workspace} if instead_of is None else {workspace, *connection.scalars(
                select(sessions.c.workspace).where(sessions.c.id == _id(instead_of)))}
            for home in in_turn(homes):  # as an erasure, which then ends sessions
                log_.lock(connection, home)
            connection.execute(
                delete(sessions).where(sessions.c.expires_at < timestamp(now - KEPT)))
            if instead_of is not None:
                self._sign_out(connection, _id(instead_of))
            connection.execute(sessions.insert().values(
                id=session.id, workspace=workspace, user=user, name=session.name, role=role.value,
                token=session.token, created_at=timestamp(now), seen_at=timestamp(now),
                expires_at=timestamp(session.expires_at)))
            log_.append(connection, workspace, Happening(
                SIGNED_IN, f"{SIGNED_IN}:{session.id}", now, user,
                body={"session": session.id, "role": role.value, "by": by}))
        return Opened(session, secret)

    def find(self, secret: str) -> Session | None:
        """The session whose cookie holds *secret*; None if it has ended or never was."""
        if not 0 < len(secret) <= LONGEST_SECRET:
            return None
        now, here = self._now(), sessions.c.id == _id(secret)
        with self._store.reading() as connection:
            row = connection.execute(
                select(sessions).where(here, sessions.c.revoked_at.is_(None))).one_or_none()
        if row is None:
            return None
        session = _session(row)
        if not now < session.expires_at <= now + LONGEST + APART or session.seen_at + IDLE <= now:
            return None
        if now - session.seen_at >= SEEN_EVERY:
            with self._store.writing() as connection:
                connection.execute(update(sessions).where(here).values(seen_at=timestamp(now)))
        return session

    def sign_out(self, session: str) -> bool:
        """End the session of this id, as its person wishes; False if it had ended."""
        with self._store.writing() as connection:
            return self._sign_out(connection, session)

    def revoke(self, workspace: str, session: str, *, by: str | None, reason: str) -> bool:
        """End a session of *workspace*; False if there is none that goes on.

        Args:
            workspace: Whose sessions alone can be ended.
            session: Its id.
            by: Who ends it; None where nobody does and the *reason* says what does.
            reason: Why, for the log.
        """
        with self._store.writing() as connection:
            return self._end(connection, session, REVOKED, by, reason, workspace)

    def revoke_all(self, workspace: str, user: str, *, by: str | None, reason: str) -> int:
        """End every session that *user* has in *workspace*, and say how many."""
        going_on = select(sessions.c.id).where(
            sessions.c.workspace == workspace, sessions.c.user == user,
            sessions.c.revoked_at.is_(None), sessions.c.expires_at > timestamp(self._now()))
        with self._store.writing() as connection:
            return sum(self._end(connection, one, REVOKED, by, reason, workspace)
                       for one in list(connection.scalars(going_on)))

    def live(self, workspace: str) -> list[Session]:
        """The sessions of *workspace* that go on, the latest first."""
        now = self._now()
        query = (
            select(sessions)
            .where(sessions.c.workspace == workspace, sessions.c.revoked_at.is_(None),
                   sessions.c.expires_at > timestamp(now),
                   sessions.c.expires_at <= timestamp(now + LONGEST + APART),
                   sessions.c.seen_at > timestamp(now - IDLE))
            .order_by(sessions.c.created_at.desc(), sessions.c.id)
        )
        with self._store.reading() as connection:
            return [_session(row) for row in connection.execute(query)]

    def _sign_out(self, connection: Connection, session: str) -> bool:
        user = connection.scalar(select(sessions.c.user).where(sessions.c.id == session))
        return self._end(connection, session, SIGNED_OUT, user, None, None)

    def _end(
        self, connection: Connection, session: str, kind: str, by: str | None,
        reason: str | None, workspace: str | None,
    ) -> bool:
        now = self._now()
        there = (sessions.c.id == session) & sessions.c.revoked_at.is_(None)
        if workspace is not None:
            there &= sessions.c.workspace == workspace
        home = connection.scalar(select(sessions.c.workspace).where(there))
        if home is None:
            return False
        log_.lock(connection, home)
        if not connection.execute(
                update(sessions).where(there).values(revoked_at=timestamp(now))).rowcount:
            return False
        # Whose session it was stands in the row of its sign-in, where it can be erased.
        log_.append(connection, home, Happening(
            kind, f"{kind}:{session}", now, by,
            body={"session": session, **({} if reason is None else {"reason": reason})}))
        return True


def _id(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id, workspace=row.workspace, user=row.user, name=row.name, role=Role(row.role),
        token=row.token, created_at=datetime.fromisoformat(row.created_at),
        seen_at=datetime.fromisoformat(row.seen_at),
        expires_at=datetime.fromisoformat(row.expires_at))
