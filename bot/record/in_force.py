"""What is in force beside the guidance: settings, sentences, model and program.

Answers rest on them as they rest on a release.  A turn names their digest, and a row `configured`
in the log of its workspace, before it, holds what the digest is of and what differs from the row
before.  So does who reviews and who administers, which are people and lie with the words.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ScalarSelect, bindparam, select

from bot.ledger import canonical
from bot.record import log as log_
from bot.record.log import Happening
from bot.record.published import PUBLISHED, note_drawn
from bot.schema import log
from retrieval.guidance import ReleaseId

CONFIGURED = "configured"


@dataclass(frozen=True, slots=True)
class InForce:
    """What a process answers with.

    Attributes:
        settings: By name, as JSON types.
        people: Who reviews and who administers, by the settings.
        by: The account that runs the process.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    _told: dict[str, tuple[object, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False)
    """By workspace, the release and the last rows with which nothing was left to be said."""

    @property
    def digest(self) -> str:
        """SHA-256 over the settings as canonical JSON; people take no part in it."""
        return hashlib.sha256(canonical(self.settings).encode()).hexdigest()

    def note(
        self, connection: Connection, workspace: str, release: ReleaseId, at: datetime
    ) -> None:
        """Say in the log of *workspace* what is in force, as far as its last rows don't say so.

        Args:
            connection: The transaction of the turn that is about to be written.
            workspace: Whose log.
            release: The one that the turn is drawn from.
            at: When.
        """
        log_.lock(connection, workspace)
        rows = connection.execute(select(*LAST), last_of(workspace)).one()
        self.note_after(connection, workspace, release, at, tuple(rows))

    def note_after(
        self, connection: Connection, workspace: str, release: ReleaseId, at: datetime,
        rows: tuple[object, ...],
    ) -> bool:
        """As `note`, where the head of the log is held and its last *rows*, of `LAST`, are known.

        Returns:
            Whether there was anything to say.
        """
        # The rows are long: those that said it all are known again by their digests.
        last = (release, *rows)
        if self._told.get(workspace) == last:
            return False
        drawn = note_drawn(connection, workspace, release, at, self.by)
        if self._note_settings(connection, workspace, at) or drawn:
            return True
        self._told[workspace] = last
        return False

    def _note_settings(self, connection: Connection, workspace: str, at: datetime) -> bool:
        """Say which settings are in force; False where the last such row says so."""
        row = connection.execute(
            select(log).where(log.c.workspace == workspace, log.c.kind == CONFIGURED)
            .order_by(log.c.seq.desc()).limit(1)).one_or_none()
        last = None if row is None else log_.logged(row._mapping)
        before: Mapping[str, Any] = {} if last is None else last.body["settings"]
        people: Mapping[str, Any] = {} if last is None else last.words or {}
        changed = sorted(name for name in {*before, *self.settings}
                         if canonical(before.get(name)) != canonical(self.settings.get(name)))
        changed += sorted(name for name in {*people, *self.people}
                          if people.get(name) != self.people.get(name))
        if last is not None and not changed:
            return False
        head = log_.head(connection, workspace)
        log_.append(connection, workspace, Happening(
            CONFIGURED, f"{CONFIGURED}:{workspace}:{head.count + 1}", at, self.by,
            body={"settings": dict(self.settings), "settings_sha256": self.digest,
                  "changed": [] if last is None else changed},
            words=dict(self.people)))
        return True


def _last(column: Column[Any], kind: str) -> ScalarSelect[Any]:
    return (select(column)
            .where(log.c.workspace == bindparam("its_workspace"), log.c.kind == bindparam(kind))
            .order_by(log.c.seq.desc()).limit(1).scalar_subquery())


LAST = (
    _last(log.c.digest, "drawn").label("last_drawn"), _last(log.c.digest, "set").label("last_set"),
    _last(log.c.words, "set").label("last_people"))
"""Tell the last rows that say what is in force, as columns of a query with what `last_of` gives."""


def last_of(workspace: str) -> dict[str, str]:
    """What `LAST` is asked of."""
    return {"its_workspace": workspace, "drawn": PUBLISHED, "set": CONFIGURED}


def settings_of(connection: Connection, workspace: str) -> dict[str, Mapping[str, Any]]:
    """The settings that were ever in force in *workspace*, by their digest."""
    found = connection.scalars(
        select(log.c.body).where(log.c.workspace == workspace, log.c.kind == CONFIGURED))
    bodies = map(json.loads, found)
    return {str(body["settings_sha256"]): body["settings"] for body in bodies}
