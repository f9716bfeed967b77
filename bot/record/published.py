"""Publications of the guidance: from when which release answers, in the log of each workspace.

A row `published` stands in the chain of a workspace before the first turn that was drawn from a
release there, and tells what differs from the release before it.  Decision record 28.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select, update

from bot.ledger import canonical, timestamp
from bot.log_order import LOCAL, in_turn
from bot.record import log as log_
from bot.record.log import BEFORE_WORKSPACES, Happening
from bot.schema import active_release, log, log_heads, releases
from retrieval.guidance import ReleaseId

PUBLISHED = "published"

_ONE = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What a row tells of a release."""

    workspace: str
    seq: int
    release: str


def put_in_force(
    connection: Connection,
    release: ReleaseId,
    at: datetime,
    by: str | None,
    details: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """Let new turns take *release*, and say so in the log of every workspace that has one.

    Args:
        connection: The transaction that all of it commits with.
        release: One that was kept.
        at: When.
        by: Who did it.
        details: Why, and what the gate found; goes into the rows.

    Returns:
        The workspaces where it was said.
    """
    told = publish(connection, release, at, by, details)
    row = {"release": release, "since": timestamp(at)}
    changed = connection.execute(
        update(active_release).where(active_release.c.id == _ONE).values(row))
    if not changed.rowcount:
        connection.execute(active_release.insert().values(id=_ONE, **row))
    return told


def publish(
    connection: Connection,
    release: ReleaseId,
    at: datetime,
    by: str | None,
    details: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """Say in the log of every workspace that has one that *release* answers from now on.

    Args:
        connection: The transaction that activates it.
        release: One that was kept.
        at: When.
        by: The account that did it.
        details: Why, and what the gate found; goes into the rows.

    Returns:
        The workspaces where it was said.
    """
    begun = {name for name in connection.scalars(
        select(log_heads.c.workspace).where(log_heads.c.count > 0)) if name != BEFORE_WORKSPACES}
    beside = _Beside(connection, release)
    for name in begun:
        # While no log is held: to compare two releases takes longer than many turns.
        beside.parts(_told_last(connection, name))
    # All in one order, or two that publish and export at once would wait for each other.
    for name in in_turn(begun | {LOCAL}):
        log_.lock(connection, name)
    return tuple(name for name in sorted(begun)
                 if _note(connection, name, beside, at=at, by=by, details=details))


def note_release(
    connection: Connection,
    workspace: str,
    release: ReleaseId,
    at: datetime,
    by: str | None,
) -> bool:
    """Say in the log of *workspace* that *release* answers, unless the last such row says so."""
    return _note(connection, workspace, _Beside(connection, release), at=at, by=by)


@dataclass
class _Beside:
    """What of a release differs from others before it, each worked out once."""

    connection: Connection
    release: ReleaseId
    _parts: dict[str | None, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @cached_property
    def content(self) -> str:
        return _content(self.connection, self.release)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def parts(self, before: str | None) -> dict[str, dict[str, Any]]:
        """As `compared`; nothing where *before* is the release itself."""
        if before == self.release:
            return {}
        if before not in self._parts:
            self._parts[before] = compared(
                None if before is None else _content(self.connection, before), self.content)
        return self._parts[before]


def _note(
    connection: Connection, workspace: str, beside: _Beside, *, at: datetime, by: str | None,
    details: Mapping[str, Any] | None = None,
) -> bool:
    before = _told_last(connection, workspace)
    if before == beside.release:
        return False
    head = log_.head(connection, workspace)
    log_.append(connection, workspace, Happening(
        PUBLISHED, f"{PUBLISHED}:{workspace}:{head.count + 1}", at, by,
        body={
            "from": before,
            "to": beside.release,
            "content_sha256": beside.sha256,
            "parts": beside.parts(before),
            **(details or {}),
        }))
    return True


def _told_last(connection: Connection, workspace: str) -> str | None:
    last = last_of(connection, workspace, PUBLISHED)
    return None if last is None else str(last["to"])


def note_drawn(
    connection: Connection, workspace: str, release: ReleaseId, at: datetime, by: str | None
) -> bool:
    """Say in the log of *workspace* that *release* answers, before a turn that is drawn from it.

    A process that lags behind a publication answers from the release before it for a moment.
    That one was told of when it came into force, and is no publication again; where it never was,
    because nobody had spoken there, the one in force is told of after it, so that the last row
    names what is in force.

    Returns:
        False where it was told of before.
    """
    if _is_told(connection, workspace, release):
        return False
    note_release(connection, workspace, release, at, by)
    in_force = connection.scalar(select(active_release.c.release))
    if in_force is not None:
        note_release(connection, workspace, ReleaseId(in_force), at, by)
    return True


def _is_told(connection: Connection, workspace: str, release: ReleaseId) -> bool:
    last = last_of(connection, workspace, PUBLISHED)
    if last is None or last["to"] == release:
        return last is not None
    told = connection.scalars(select(log.c.body).where(
        log.c.workspace == workspace, log.c.kind == PUBLISHED))
    return any(json.loads(body)["to"] == release for body in told)


def last_of(connection: Connection, workspace: str, kind: str) -> Mapping[str, Any] | None:
    """The body of the last row of *kind* in the log of *workspace*; None if there is none."""
    body = connection.scalar(
        select(log.c.body).where(log.c.workspace == workspace, log.c.kind == kind)
        .order_by(log.c.seq.desc()).limit(1))
    return None if body is None else json.loads(body)


def belied(
    connection: Connection, workspace: str | None = None, release: str | None = None
) -> Told | None:
    """The first row that tells of a release which is kept with another content than it says.

    Args:
        connection: A transaction.
        workspace: In whose log; in any without it.
        release: Of which release alone; of any without it.
    """
    names = log_.workspaces(connection) if workspace is None else (workspace,)
    query = (select(log.c.workspace, log.c.seq, log.c.body)
             .where(log.c.workspace.in_(names), log.c.kind == PUBLISHED)
             .order_by(log.c.workspace, log.c.seq))
    if release is not None:
        # Bodies are canonical JSON; there may be hundreds of other releases.
        query = query.where(log.c.body.contains(f'"to":{json.dumps(release)}', autoescape=True))
    found = connection.execute(query)
    digests: dict[str, str] = {}
    for row in found.all():
        try:
            body = json.loads(row.body)
            name, told = str(body["to"]), body["content_sha256"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # somebody has changed it, and its digest tells
        if release not in (None, name):
            continue
        if name not in digests:
            digests[name] = hashlib.sha256(_content(connection, name).encode()).hexdigest()
        if digests[name] != told:
            return Told(row.workspace, row.seq, name)
    return None


def compared(before: str | None, after: str) -> dict[str, dict[str, Any]]:
    """What differs between the contents of two releases, for each part of the guidance.

    Args:
        before: The content of one; None where nothing was published before.
        after: That of the other.

    Returns:
        By part: how many entries there are now, and the ids of those `added`, `changed` and
        `removed`.  A part without entries of its own says only whether it `differs`.
    """
    old, new = ({} if before is None else _fields(before)), _fields(after)
    parts: dict[str, dict[str, Any]] = {}
    for name in sorted(new):
        here, there = _entries(new[name]), _entries(old.get(name, {}))
        if here is None or there is None:
            if canonical(new[name]) != canonical(old.get(name)):
                parts[name] = {"differs": True}
            continue
        parts[name] = {
            "now": len(here),
            "added": [] if before is None else sorted(here.keys() - there.keys()),
            "changed": sorted(one for one in here.keys() & there.keys()
                              if here[one] != there[one]),
            "removed": sorted(there.keys() - here.keys()),
        }
    return parts


def _content(connection: Connection, release: str) -> str:
    return str(connection.scalar(select(releases.c.content).where(releases.c.id == release)) or "")


def _fields(content: str) -> dict[str, Any]:
    """The parts of a release; none where a version wrote it that this one can't read."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _entries(part: Any) -> dict[str, str] | None:
    """What *part* holds by id, each as text to compare; None if it has no ids."""
    if isinstance(part, dict) and all(isinstance(one, dict) for one in part.values()):
        return {str(name): canonical(one) for name, one in part.items()}
    if isinstance(part, list) and all(isinstance(one, dict) and "id" in one for one in part):
        return {str(one["id"]): canonical(one) for one in part}
    return None
