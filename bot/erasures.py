"""The erasures that a log tells of: of which conversations words were taken, and of how many rows.

A row without words is as it should be only where one of them took them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.erasure_list import ERASED
from bot.log import BEFORE_WORKSPACES, workspaces
from bot.schema import log


@dataclass(frozen=True, slots=True)
class Erasures:
    """What the erasures took that stand in one log.

    Attributes:
        last: By conversation, the number of the last row that tells of one.
        rows: How many rows lost their words by all of them; None where one doesn't say.
    """

    last: Mapping[str, int]
    rows: int | None

    @classmethod
    def of(cls, connection: Connection, workspace: str) -> "Erasures":
        """Those that may have taken words out of the log of *workspace*.

        Out of turns of before workspaces had logs of their own any of them took words.
        """
        homes = workspaces(connection) if workspace == BEFORE_WORKSPACES else (workspace,)
        found = connection.execute(
            select(log.c.seq, log.c.body)
            .where(log.c.workspace.in_(homes), log.c.kind == ERASED).order_by(log.c.seq))
        bodies = [(row.seq, _read(row.body)) for row in found]
        counts = [body.get("rows") for _, body in bodies]
        known = [count for count in counts if isinstance(count, int)]
        return cls(
            {name: NEVER_BEFORE if workspace == BEFORE_WORKSPACES else seq
             for seq, body in bodies for name in taken_from(body)},
            sum(known) if len(known) == len(counts) else None)

    def took(self, conversation: object, after: int) -> bool:
        """Whether one that stands after row number *after* took words out of *conversation*."""
        return isinstance(conversation, str) and self.last.get(conversation, 0) > after

    def took_rows(self, count: int) -> bool:
        """Whether *count* rows may have lost all their words by them."""
        return self.rows is None or count <= self.rows


NEVER_BEFORE = 1 << 62
"""Stands after every row: of rows of different logs nobody can tell which came first."""


def taken_from(body: Mapping[str, Any]) -> Iterable[str]:
    """The conversations that an erasure with this *body* took words out of."""
    names = body.get("conversations")
    return names if isinstance(names, list) else ()


def _read(body: str) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}  # somebody has changed it, and its digest tells
    return read if isinstance(read, dict) else {}
