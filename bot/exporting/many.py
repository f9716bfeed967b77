"""Exports of many conversations: rows streamed into a table, whose manifest proves every one.

Memory doesn't grow with the rows, and both files appear when all is done.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from bot.checkpoints import Checkpoints
from bot.exporting.asked import Asked, Form
from bot.exporting.covering import Counted, checkpointed, moment_of, redactions, whole_log
from bot.exporting.manifest import MANIFEST_SUFFIX, Manifest, write
from bot.exporting.recorded import Recorded
from bot.exporting.redacting import Redaction, Redactor
from bot.exporting.rows import Exported, NotExported, exported
from bot.exporting.tables import FORMS
from bot.exporting.unfinished import unfinished
from bot.ledger import timestamp
from bot.people import everybody
from bot.record.log import BEFORE_WORKSPACES, READ_AT_ONCE, head, workspaces
from bot.record.signed_notes import Checkpoint
from bot.schema import log
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows an export of many holds; times are of the rows, `until` is not in it."""

    workspace: str | None = None
    """None for all."""
    since: datetime | None = None
    until: datetime | None = None
    conversations: Callable[[Connection], Select[Any]] | None = None
    """Makes the query that gives the conversations whose rows alone are meant; None for all."""
    words: Mapping[str, str] = field(default_factory=dict)
    """How they were chosen, for the manifest and for the row of the log."""
    most: int | None = None
    """Most rows; with more nothing is exported."""


@dataclass(frozen=True, slots=True)
class Written:
    """Many rows, exported into files."""

    file: Path
    manifest: Path
    rows: int
    empty: tuple[str, ...] = ()
    """Workspaces that were meant too, whose logs have no row yet."""


def export_many(
    store: Store, checkpoints: Checkpoints, out: Path, *, form: Form, chosen: Chosen, asked: Asked,
    now: Callable[[], datetime],
) -> Written:
    """Export the rows that are *chosen* into the file *out*, and their manifest beside it.

    Both appear when all is done; memory doesn't grow with the rows.  Where no workspace is named,
    those that have a row are taken: a log is there from the first start on, though nobody has
    said anything yet.

    Raises:
        NotExported: There is such a file or no such log, nobody says why, or a log is broken.
    """
    asked.insist()
    if not form.holds_many:
        raise NotExported(f"{form.value} holds one conversation; many are exported as csv "
                          "or jsonl.")
    manifest = out.with_name(out.name + MANIFEST_SUFFIX)
    for file in (out, manifest):
        if file.exists():
            raise NotExported(f"{file} is there already; nothing is written over it.")
    homes, names, empty = _logs_of(store, chosen)
    notes = {name: checkpointed(checkpoints, name) for name in names}
    if not notes:
        raise NotExported("There is no log to export." if not empty
                          else "There is nothing to export: no log has a row yet.")
    period = {"since": moment_of(chosen.since), "until": moment_of(chosen.until)}
    with unfinished(out) as data, unfinished(manifest) as beside:
        counted = Counted()
        with store.snapshot() as connection:
            read = {name: head(connection, name).count for name in homes}
            redactor = _redactor(connection, names, asked.redact)
            digest = hashlib.sha256()
            stream = _stream(connection, notes, chosen, redactor, counted)
            known_as = {(name, user): called if redactor is None else redactor.clean(called)
                        for name in homes for user, called
                        in everybody(connection, name).items()}
            if Redaction.SLACK in asked.redact:
                known_as = {}
            for piece in FORMS[form.value](stream, known_as):
                data.write(piece.encode())
                digest.update(piece.encode())
            at = now()
            made = write(beside, Manifest(
                form=form.value, at=at, by=asked.by, reason=asked.reason,
                key=checkpoints.key, files={out.name: digest.hexdigest()},
                releases=tuple(sorted(counted.releases)),
                redactions=redactions(redactor, counted.states),
                chosen={"workspace": chosen.workspace, **period, **chosen.words},
            ), (whole_log(connection, *notes[name], counted.covered[name]) for name in names),
                checkpoints.sign)
        asked.note(store, homes, None, form, digest=made, at=at, since=read,
                   given=counted.covered, rows=counted.rows, words=chosen.words,
                   period={name: at for name, at in period.items() if at is not None})
        data.flush()
        beside.flush()
    return Written(out, manifest, counted.rows, empty)


def _logs_of(store: Store, chosen: Chosen) -> tuple[list[str], list[str], tuple[str, ...]]:
    """The workspaces of *chosen* rows, the logs that hold some, and those without a row yet."""
    with store.reading() as connection:
        known = workspaces(connection)
        begun = {name for name in known if head(connection, name).count}
    homes = [name for name in known if chosen.workspace in (None, name)]
    empty = () if chosen.workspace else tuple(name for name in homes if name not in begun)
    homes = [name for name in homes if name not in empty]
    before = [BEFORE_WORKSPACES] if chosen.conversations is not None and (
        BEFORE_WORKSPACES in known) else []
    return homes, [*homes, *before], empty


def _redactor(
    connection: Connection, names: list[str], kinds: frozenset[Redaction]
) -> Redactor | None:
    if not kinds:
        return None
    people = connection.scalars(select(log.c.actor).distinct().where(
        log.c.workspace.in_(names), log.c.actor.is_not(None)))
    return Redactor(kinds, people)


def _stream(
    connection: Connection,
    notes: dict[str, tuple[str, Checkpoint]],
    chosen: Chosen,
    redactor: Redactor | None,
    counted: Counted,
) -> Iterator[Exported]:
    recorded = Recorded(connection)
    for name, (_, checkpoint) in notes.items():
        counted.covered[name] = []
        query = select(log).where(log.c.workspace == name, log.c.seq <= checkpoint.size)
        if chosen.since is not None:
            query = query.where(log.c.at >= timestamp(chosen.since))
        if chosen.until is not None:
            query = query.where(log.c.at < timestamp(chosen.until))
        if chosen.conversations is not None:
            query = query.where(log.c.conversation.in_(chosen.conversations(connection)))
        query = query.order_by(log.c.seq)
        for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(query):
            recorded.insist([row._mapping])
            made = exported(row._mapping, redactor)
            counted.take(made)
            if chosen.most is not None and counted.rows > chosen.most:
                raise NotExported(
                    f"That would be more than {chosen.most:,} rows. Choose fewer, or take "
                    "them by 'advisor log export --all'.")
            yield made
