"""Which earlier rows a row of a review speaks of: whose sign-off was withdrawn, which objection.

Who reads a memo years later can't ask: "an objection" and "the sign-off" have to be found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casebook.standing import (
    ASKED,
    COMMENTED,
    DROPPED,
    LAPSED,
    MARKED,
    SIGNED_OFF,
    TURN,
    WITHDRAWN,
)
from bot.exporting.rows import Exported
from bot.reviews.folding import folded

Place = tuple[str, int]
"""Of a row: the workspace of its log, and its number there."""


@dataclass(frozen=True, slots=True)
class Read:
    """An exported row as a review is folded from."""

    kind: str
    at: datetime
    actor: str | None
    body: Mapping[str, Any]
    words: Mapping[str, Any] | None


def as_read(row: Exported) -> Read:
    """*row* as a review is folded from."""
    return Read(row.kind, datetime.fromisoformat(row.at), row.actor, row.told(),
                row.said() if row.words is not None else None)


def spoken_of(rows: Sequence[Exported]) -> Mapping[Place, tuple[int, ...]]:
    """The numbers of the earlier rows that each row speaks of, where there are any.

    Args:
        rows: All of one conversation, in order.
    """
    found = {(row.workspace, row.seq): earlier for row, earlier in _of_reviewers(rows)}
    for turn, asked in _answers(rows):
        place = (turn.workspace, turn.seq)
        found[place] = (*found.get(place, ()), asked.seq)
    return {place: tuple(sorted(earlier)) for place, earlier in found.items() if earlier}


def _of_reviewers(rows: Sequence[Exported]) -> Iterator[tuple[Exported, tuple[int, ...]]]:
    """Each row of a reviewer, with the rows that it takes back, weighs or gives up."""
    against: dict[str, int] = {}
    asked: dict[object, int] = {}
    signed: tuple[int, ...] = ()
    comments = 0
    for row in rows:
        body = row.told()
        if row.kind == COMMENTED:
            comments += 1
            against[f"comment:{comments}"] = row.seq
            back = against.get(f"comment:{body.get('withdraws')}")
            yield row, () if back is None else (back,)
        elif row.kind == MARKED:
            at = datetime.fromisoformat(row.at).isoformat()
            against[f"mark:{body.get('consideration')}:{at}"] = row.seq
        elif row.kind == ASKED:
            asked[body.get("number")] = row.seq
        elif row.kind == DROPPED and body.get("number") in asked:
            yield row, (asked[body["number"]],)
        elif row.kind == SIGNED_OFF:
            yield row, tuple(against[key] for key in body.get("over") or () if key in against)
            signed = (*signed, row.seq)
        elif row.kind in {WITHDRAWN, LAPSED}:
            yield row, signed
            signed = ()


def _answers(rows: Sequence[Exported]) -> Iterator[tuple[Exported, Exported]]:
    """Each turn that was taken for the answer to a question, with the row of the question."""
    seen = [row for row in rows if row.kind in {TURN, ASKED, DROPPED} and row.body is not None]
    questions = {row.told().get("number"): row for row in seen if row.kind == ASKED}
    turns = {row.told().get("version"): row for row in seen if row.kind == TURN}
    for one in folded(map(as_read, seen)).questions:
        if one.answered and one.turn in turns and one.number in questions:
            yield turns[one.turn], questions[one.number]
