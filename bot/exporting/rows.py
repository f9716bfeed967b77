"""Rows of the log as they leave the house: to the letter, with what proves them, or redacted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from bot.errors import AdvisorError
from bot.exporting.redacting import Redactor
from bot.ledger import canonical
from bot.record.intact import bytes_of
from bot.record.log import READ_AT_ONCE, TURN
from bot.record.merkle import Edge, audit_paths
from bot.record.signed_notes import Checkpoint
from bot.schema import log
from bot.turns.echoes import ECHOES, ECHOES_SHA256


class NotExported(AdvisorError):
    """Nothing was exported; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__("not_exported", why)


class State(StrEnum):
    """How much of a row an export holds, and so how much of it can be checked."""

    WHOLE = "whole"
    ERASED = "erased"
    """Its words were erased before; its body proves itself."""
    REDACTED = "redacted"
    """Its words were redacted here; its body proves itself, the words are not proved."""
    WITHHELD = "withheld"
    """Its body holds what was to be redacted; only its place in the log is proved."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A row as it is exported."""

    workspace: str
    seq: int
    kind: str
    conversation: str | None
    at: str
    actor: str | None
    words: str | None
    """Canonical JSON, to the letter."""
    salt: str | None
    body: str | None
    """Canonical JSON, to the letter."""
    previous: str
    digest: str
    state: State

    def said(self) -> dict[str, Any]:
        """The words by name."""
        return (json.loads(self.words) if self.words else None) or {}

    def told(self) -> dict[str, Any]:
        """The body by name."""
        return json.loads(self.body) if self.body else {}

    def fields(self) -> dict[str, Any]:
        """As JSON types."""
        return {name: getattr(self, name) for name in self.__slots__}


def exported(row: RowMapping | Mapping[str, Any], redactor: Redactor | None) -> Exported:
    """The row with these columns, less what *redactor* takes out."""
    erased = row["words"] is None and row["actor"] is None
    made = Exported(**{name: row[name] for name in Exported.__slots__ if name != "state"},
                    state=State.ERASED if erased else State.WHOLE)
    if redactor is None:
        return made
    if redactor.any_in(made.told()):
        return replace(made, actor=None, words=None, salt=None, body=None, state=State.WITHHELD)
    if erased:
        return made
    actor, words = redactor.actor(made.actor), _redacted(made, redactor)
    if (actor, words) == (made.actor, made.words):
        return made
    # With the salt one could try out words until they fit the hash that the body holds.
    return replace(made, actor=actor, words=words, salt=None, state=State.REDACTED)


def _redacted(row: Exported, redactor: Redactor) -> str | None:
    said = row.said()
    if not said:
        return row.words
    if row.kind == TURN:
        before, echoes = said.get("quotes") or "[]", said.get(ECHOES, {}).get("quotes") or "[]"
        text, quotes = redactor.words(said.get("text") or "", json.loads(before))
        _, echoed = redactor.words("", json.loads(echoes))
        if (text, canonical(quotes), canonical(echoed)) == (said.get("text"), before, echoes):
            return row.words
        # With their salts one could try out words until they fit the hashes.
        kept = {name: value for name, value in said.items() if name != ECHOES}
        return canonical({**kept, "text": text, "quotes": canonical(quotes),
                          **({ECHOES: {"quotes": canonical(echoed)}} if echoed else {})})
    mine = {name: value for name, value in said.items() if name not in {ECHOES, ECHOES_SHA256}}
    apart, cleaned = said.get(ECHOES, {}).get("quotes") or "", _cleaned(mine, redactor)
    left = redactor.clean(apart)
    if (cleaned, left) == (mine, apart):
        return row.words
    return canonical({**cleaned, **({ECHOES: {"quotes": left}} if left else {})})


def _cleaned(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(one, redactor) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, redactor) for one in value]
    return value


@dataclass(frozen=True, slots=True)
class Proved:
    """Rows of one workspace's log, and what proves each to be under a checkpoint."""

    workspace: str
    note: str
    size: int
    rows: tuple[Exported, ...]
    paths: Mapping[int, tuple[bytes, ...]]
    """Audit paths by the number of the row."""


def proved(
    connection: Connection, rows: tuple[Exported, ...], note: str, checkpoint: Checkpoint
) -> Proved:
    """*rows* of one workspace with their audit paths into *checkpoint*.

    Raises:
        NotExported: The log is no longer what the checkpoint says.
    """
    workspace, size = checkpoint.workspace, checkpoint.size
    stream = (bytes_of(digest) for digest in digests(connection, workspace, size))
    try:
        root, paths = audit_paths(stream, [row.seq - 1 for row in rows])
    except IndexError:
        root, paths = b"", {}
    insist_on_root(root, checkpoint)
    return Proved(workspace, note, size, rows, {place + 1: path for place, path in paths.items()})


def digests(connection: Connection, workspace: str, size: int) -> Iterator[str]:
    """The digests of the first *size* rows of *workspace*, as a stream."""
    query = (select(log.c.digest).where(log.c.workspace == workspace, log.c.seq <= size)
             .order_by(log.c.seq))
    return iter(connection.execution_options(yield_per=10 * READ_AT_ONCE).execute(query).scalars())


def watched(stream: Iterator[str], checkpoint: Checkpoint) -> Iterator[str]:
    """The digests of *stream*, all of them under *checkpoint*.

    Raises:
        NotExported: The log is no longer what the checkpoint says.
    """
    edge = Edge()
    for digest in stream:
        edge = edge.with_row(bytes_of(digest))
        yield digest
    insist_on_root(edge.root, checkpoint)


def insist_on_root(root: bytes, checkpoint: Checkpoint) -> None:
    """Stop unless the log still has the root of *checkpoint*.

    Args:
        root: Of the Merkle tree over as many rows of the log as *checkpoint* covers, 32 bytes.
        checkpoint: Was signed of that log.

    Raises:
        NotExported: It has another one.
    """
    if root != checkpoint.root:
        name = checkpoint.workspace
        raise NotExported(f"The log of {name!r} is not what its checkpoint of {checkpoint.size} "
                          "rows says; 'advisor log verify' tells where.")


def said_first(reply: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The lines of a recorded *reply* that stand before its advice, and those beside it."""
    return (*reply["lead"], *reply.get("aside", ()))
