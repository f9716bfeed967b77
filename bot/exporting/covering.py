"""What an export covers, for its manifest: which rows of which logs, and what was taken out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.checkpoints import Checkpoints
from bot.exporting.redacting import NAMES_STAY, PLACES_STAY, Redactor
from bot.exporting.rows import Exported, NotExported, Proved, State, digests, watched
from bot.ledger import canonical, timestamp
from bot.record.log import TURN
from bot.record.signed_notes import BadCheckpoint, Checkpoint, Verifier


class Counted:
    """What has passed: for the manifest, which is written after the rows."""

    def __init__(self) -> None:
        self.rows = 0
        self.states = Counter[State]()
        self.releases: set[str] = set()
        self.covered: dict[str, list[list[int]]] = {}
        """Ranges of rows, first and last, by workspace."""

    def take(self, row: Exported) -> None:
        """Count *row* as passed."""
        self.rows += 1
        self.states[row.state] += 1
        ranges = self.covered[row.workspace]
        if ranges and ranges[-1][1] + 1 == row.seq:
            ranges[-1][1] = row.seq
        else:
            ranges.append([row.seq, row.seq])
        if row.kind == TURN and (release := row.told().get("release")):
            self.releases.add(release)


def checkpointed(checkpoints: Checkpoints, workspace: str) -> tuple[str, Checkpoint]:
    """A checkpoint of where the log of *workspace* ends, taken now, and what its note says.

    Raises:
        NotExported: There is no log, so nothing to prove, or nobody knows who signed its end.
    """
    note = checkpoints.take(workspace)
    if note is None:
        raise NotExported(f"The log of {workspace!r} is empty.")
    try:
        return note, Verifier.of(checkpoints.key).read(note)
    except BadCheckpoint:
        raise NotExported(
            f"The last checkpoint of the log of {workspace!r} was signed by a key that is not "
            "known here. Name its public half in ADVISOR_LOG_KEYS_BEFORE, if it was yours; "
            "'advisor log verify' tells more.") from None


def log_of(one: Proved, *, paths: bool) -> str:
    """The rows of a log for a manifest; a sealed case has the audit paths with its rows."""
    rows = [[row.seq, row.digest, *([[step.hex() for step in one.paths[row.seq]]] if paths else [])]
            for row in one.rows]
    return canonical({"checkpoint": one.note, "rows": rows, "workspace": one.workspace})


def whole_log(
    connection: Connection, note: str, checkpoint: Checkpoint, covered: list[list[int]]
) -> Iterator[str]:
    """All digests of a log for a manifest, in pieces: whoever has them can make the root."""
    yield f'{canonical({"checkpoint": note, "covered": covered})[:-1]},"digests":['
    stream = watched(digests(connection, checkpoint.workspace, checkpoint.size), checkpoint)
    for number, digest in enumerate(stream):
        yield f'{"," if number else ""}{canonical(digest)}'
    yield f'],{canonical({"workspace": checkpoint.workspace})[1:]}'


def redactions(
    redactor: Redactor | None, states: Mapping[State, int]
) -> dict[str, Any] | None:
    """What was taken out, and what stays; None where nothing was to be."""
    if redactor is None:
        return None
    return {"kinds": sorted(redactor.kinds), "rows_redacted": states.get(State.REDACTED, 0),
            "rows_withheld": states.get(State.WITHHELD, 0), "stays": [NAMES_STAY, PLACES_STAY]}


def moment_of(moment: datetime | None) -> str | None:
    """*moment* as it is written; None where there is none."""
    return None if moment is None else timestamp(moment)
