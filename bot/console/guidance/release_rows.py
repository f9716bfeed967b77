"""Which releases are kept, which is in force and since when, and who published it.

Releases belong to the whole installation; who published them is told by the log of a workspace,
of which a viewer sees their own alone.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.console.viewer import Viewer
from bot.record.published import PUBLISHED
from bot.schema import active_release, log, releases
from retrieval.guidance import ReleaseId


@dataclass(frozen=True, slots=True)
class Kept:
    """A release that the database holds."""

    id: ReleaseId
    at: datetime
    """When it was put there, which is before it was published."""


@dataclass(frozen=True, slots=True)
class Active:
    """The release in force."""

    id: ReleaseId
    since: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A release as it came into force."""

    release: ReleaseId
    at: datetime
    by: str | None
    """The account or person that did it; None where it is not known any more."""


def kept(connection: Connection) -> tuple[Kept, ...]:
    """All releases that are kept, oldest first."""
    rows = connection.execute(
        select(releases.c.id, releases.c.created_at)
        .order_by(releases.c.created_at, releases.c.id))
    return tuple(Kept(ReleaseId(row.id), datetime.fromisoformat(row.created_at)) for row in rows)


def active(connection: Connection) -> Active | None:
    """The release in force; None before the first."""
    row = connection.execute(
        select(active_release.c.release, active_release.c.since)).one_or_none()
    if row is None:
        return None
    return Active(ReleaseId(row.release), datetime.fromisoformat(row.since))


def publications(connection: Connection, viewer: Viewer) -> tuple[Publication, ...]:
    """What the log of *viewer*'s workspace says of releases that came into force, oldest first."""
    rows = connection.execute(
        select(log.c.body, log.c.at, log.c.actor)
        .where(log.c.workspace == viewer.workspace, log.c.kind == PUBLISHED)
        .order_by(log.c.seq))
    return tuple(
        Publication(ReleaseId(str(json.loads(row.body)["to"])), datetime.fromisoformat(row.at),
                    row.actor)
        for row in rows)
