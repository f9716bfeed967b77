"""Which words erasures took: as an erasure writes it into its row, and as a log tells it.

A row without words is as it should be only where an erasure took them.  The row of one names each
row that lost its words, or what it repeated of others, by workspace and number.  There is one for
each conversation, so that a sealed case of one names no other; an earlier release named all in one.

Rows of earlier releases tell less, and an honest log of theirs is no broken one.  An erasure of
theirs names conversations and how many rows there were; so what lacks words is held against that.
And where words were erased while something was worked on that repeats them, they recorded that
without those words *after* the erasure; so an earlier one of the same conversation will do.  A
row tells by its form (`bot.record.log.FORM`) which rules it was recorded by.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Self

from sqlalchemy import Connection, select

from bot.record.erasure_list import ERASED
from bot.record.log import BEFORE_WORKSPACES, FORM
from bot.record.model_calls import MODEL_CALL
from bot.schema import log

Place = tuple[str, int]
"""The workspace of a log, and the number of a row in it."""
TOOK, WORDS, ECHOES = "took", "words", "echoes"


@dataclass(frozen=True, slots=True)
class Taken:
    """The rows that one erasure took words out of.

    Attributes:
        words: Those that lost all their words.
        echoes: Those that lost what they repeated of others.
    """

    words: frozenset[Place] = frozenset()
    echoes: frozenset[Place] = frozenset()

    def __or__(self, other: Self) -> "Taken":
        return Taken(self.words | other.words, self.echoes | other.echoes)

    def told(self) -> dict[str, Any]:
        """As the body of an erasure tells it: how many `rows` lost all, and which by their runs.

        `took` is such as {"words": {"T024BE7LD": [[3, 5], [9, 9]]}, "echoes": {}}.
        """
        return {"rows": len(self.words),
                TOOK: {WORDS: _runs(self.words), ECHOES: _runs(self.echoes)}}


def all_taken(by_conversation: Mapping[Any, Taken]) -> Taken:
    """All that an erasure took, of what it took out of each conversation."""
    return reduce(or_, by_conversation.values(), Taken())


def _runs(places: Iterable[Place]) -> dict[str, list[list[int]]]:
    """By workspace the first and last of numbers that follow one another."""
    runs: dict[str, list[list[int]]] = {}
    for workspace, seq in sorted(places):
        mine = runs.setdefault(workspace, [])
        if mine and mine[-1][1] == seq - 1:
            mine[-1][1] = seq
        else:
            mine.append([seq, seq])
    return runs


@dataclass(frozen=True, slots=True)
class Bare:
    """A row that lacks words.

    Attributes:
        seq: Its number.
        kind: What it tells of; None where its body can't be read.
        conversation: Which one it is of; None for none.
        earlier: It was recorded by an earlier release.
        wholly: It lacks all its words, and not only what it repeats of others.
    """

    seq: int
    kind: object
    conversation: object
    earlier: bool
    wholly: bool

    @classmethod
    def of(cls, seq: int, body: str, *, wholly: bool) -> "Bare":
        """The one of number *seq* with this *body*."""
        told = _read(body)
        form = told.get("log_form")
        return cls(seq, told.get("kind"), told.get("conversation"),
                   not isinstance(form, int) or form < FORM, wholly)

    @property
    def worked_on(self) -> bool:
        """Whether an earlier release may have recorded it after the erasure."""
        return self.earlier and (not self.wholly or self.kind == MODEL_CALL)


class By(StrEnum):
    """How an erasure on record tells that it took the words of a row."""

    NAME = "name"
    """It names the row."""
    CONVERSATION = "conversation"
    """It names the conversation, and an earlier release wrote it."""
    ELSEWHERE = "elsewhere"
    """So does one in another log, which did not count the rows of this one apart."""
    BEFORE = "before"
    """It stands before the row, which an earlier release wrote."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows from *first* to *last* that an erasure named which stands after row *after*."""

    first: int
    last: int
    after: int


class Erasures:
    """What all erasures on record took out of one log."""

    def __init__(self, workspace: str, rows: Iterable[tuple[str, int, str]]) -> None:
        """Read *rows*, each by workspace, number and body, for the log of *workspace*."""
        self._workspace = workspace
        self._runs: dict[str, list[_Run]] = {WORDS: [], ECHOES: []}
        self._last: dict[str, int] = {}
        """By conversation, the last row of those that name no rows."""
        self._named: set[str] = set()
        """Every conversation that words were taken out of."""
        self._rows: int | None = 0
        for home, seq, body in rows:
            told = _read(body)
            # Of rows of different logs nobody can tell which came first.
            after = seq if home == workspace else _AFTER_EVERY
            names = taken_from(told)
            self._named.update(names)
            if TOOK in told:
                for what, found in self._runs.items():
                    found.extend(_Run(*run, after) for run in runs_in(told, what, workspace))
                continue
            for name in names:
                self._last[name] = max(after, self._last.get(name, 0))
            if workspace in {home, BEFORE_WORKSPACES}:
                count = told.get("rows")
                known = self._rows is not None and isinstance(count, int)
                self._rows = (self._rows or 0) + int(count or 0) if known else None
        for every in self._runs.values():
            every.sort(key=lambda run: run.first)

    @classmethod
    def of(cls, connection: Connection, workspace: str) -> Self:
        """Those that may have taken words out of the log of *workspace*; they may be in another."""
        found = connection.execute(select(log.c.workspace, log.c.seq, log.c.body)
                                   .where(log.c.kind == ERASED))
        # One with another number than it was given is altered, which its digest tells.
        return cls(workspace, ((row.workspace, row.seq, row.body) for row in found
                               if isinstance(row.seq, int)))

    def took(self, bare: Bare) -> By | None:
        """How one of them tells that it took what *bare* lacks; None if none does."""
        runs = self._runs[WORDS if bare.wholly else ECHOES]
        place = bisect_right(runs, bare.seq, key=lambda run: run.first) - 1
        if place >= 0 and bare.seq <= runs[place].last and bare.seq < runs[place].after:
            return By.NAME
        name = bare.conversation
        if not isinstance(name, str):
            return None
        last = self._last.get(name, 0)
        if last > bare.seq:
            elsewhere = last == _AFTER_EVERY and self._workspace != BEFORE_WORKSPACES
            return By.ELSEWHERE if elsewhere else By.CONVERSATION
        return By.BEFORE if bare.worked_on and name in self._named else None

    def took_rows(self, count: int) -> bool:
        """Whether *count* rows may have lost all their words by those that name no rows."""
        return self._rows is None or count <= self._rows


def were_taken(
    connection: Connection, since: Mapping[str, int], rows: Mapping[str, Iterable[Sequence[int]]]
) -> bool:
    """Whether words were taken out of *rows* meanwhile.

    An earlier release, which may run beside, doesn't say of which: any erasure of it counts.

    Args:
        connection: A transaction that holds the logs of *since*.
        since: By workspace, after which row an erasure counts.
        rows: By workspace, the first and last of rows that follow one another.
    """
    for home, last in since.items():
        for text in connection.scalars(select(log.c.body).where(
                log.c.workspace == home, log.c.kind == ERASED, log.c.seq > last)):
            told = _read(text)
            if TOOK not in told or any(
                    first <= run[1] and run[0] <= end
                    for workspace, runs in rows.items() for run in runs
                    for what in (WORDS, ECHOES) for first, end in runs_in(told, what, workspace)):
                return True
    return False


_AFTER_EVERY = 1 << 62


def taken_from(body: Mapping[str, Any]) -> list[str]:
    """The conversations that an erasure with this *body* took words out of."""
    names = body.get("conversations")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def runs_in(body: Mapping[str, Any], what: str, workspace: str) -> list[tuple[int, int]]:
    """The rows of *workspace* that an erasure with this *body* took *what* out of, as runs."""
    try:
        return [(int(first), int(last)) for first, last in body[TOOK][what].get(workspace, ())]
    except (KeyError, TypeError, ValueError, AttributeError):
        return []  # somebody has changed it, and its digest tells


def _read(body: str) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
