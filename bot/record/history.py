"""The history of what was in force: each time that a release was put there, by whom and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from bot.ledger import canonical, timestamp
from bot.schema import publications
from retrieval.guidance import ReleaseId

FIRST, PUBLISH, ROLL_BACK = "first", "publish", "roll back"


@dataclass(frozen=True, slots=True)
class Publication:
    """Once that a release was put in force."""

    number: int
    kind: str
    release: ReleaseId
    before: ReleaseId | None
    at: str
    by: str
    reason: str
    override: str | None
    """Why although the gate refused; None where it passed."""
    folder_sha256: str | None
    """Of the corpus folder that it was made from."""
    report: Mapping[str, Any]
    """What differed, what the gate found, whose advice became another."""


def enter(connection: Connection, publication: Publication) -> Publication:
    """Enter *publication* in the history; the number is the database's."""
    values = {name: getattr(publication, name) for name in
              ("kind", "release", "before", "at", "by", "reason", "override", "folder_sha256")}
    key = connection.execute(publications.insert().values(
        **values, report=canonical(publication.report))).inserted_primary_key
    return Publication(int(key[0]) if key else 0, **values, report=publication.report)


def enter_first(
    connection: Connection, release: ReleaseId, at: datetime, by: str, folder_sha256: str | None
) -> None:
    """Begin the history: *release* is put in force because there was none."""
    enter(connection, Publication(
        0, FIRST, release, None, timestamp(at), by,
        "The corpus that ships, put in force at the first start", None, folder_sha256, {}))


def history_in(connection: Connection) -> tuple[Publication, ...]:
    """Every publication, the last first."""
    rows = connection.execute(select(publications).order_by(publications.c.number.desc()))
    return tuple(_publication(row._mapping) for row in rows)


def was_in_force(connection: Connection, release: ReleaseId) -> bool:
    """Whether *release* was ever put in force."""
    return connection.scalar(select(publications.c.number).where(
        publications.c.release == release).limit(1)) is not None


def further_back(history: Sequence[Publication]) -> ReleaseId | None:
    """The release that lies one behind the one in force; None where that is the first.

    A way back takes what came after its release off the pile: of a, b and c, the way back leads to
    b, and from there to a, never to c again.

    Args:
        history: As `history_in` gives it, the last first.
    """
    pile: list[ReleaseId] = []
    for one in reversed(history):
        if one.kind == ROLL_BACK and one.release in pile:
            while pile[-1] != one.release:
                pile.pop()
        elif not pile or pile[-1] != one.release:
            pile.append(one.release)
    return pile[-2] if len(pile) > 1 else None


def _publication(row: RowMapping) -> Publication:
    return Publication(**{**row, "report": json.loads(row["report"])})
