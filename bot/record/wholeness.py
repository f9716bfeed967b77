"""Whether a log is whole in all that it tells: its digests, its missing words, its releases.

Digests alone don't tell it.  The chain verifies without the words, so that they can be erased; so
words that are missing need a row of an erasure, itself in the chain, that took them.  And the
chain holds only the digest of each release that was published, so what is kept of a release needs
to have it still.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy import Connection

from bot.ledger import Break, Entry, Wrong
from bot.record.erasures import Bare, By, Erasures
from bot.record.intact import Held, Proven, held
from bot.record.published import belied


def held_whole(
    connection: Connection, workspace: str, roots: Mapping[int, bytes] = MappingProxyType({}),
    since: Proven | None = None,
) -> Held:
    """As `bot.record.intact.held`, and held against what the log tells of erasures and releases.

    Of rows up to *since* the words are not looked for again; the releases are, all of them.
    """
    watched = _Emptied(Erasures.of(connection, workspace), counts=since is None)
    found = held(connection, workspace, roots, since, watched.passing)
    broken = _first(found.broken, watched.off)
    if broken is None and (row := belied(connection, workspace)) is not None:
        broken = Break(row.seq, Wrong.BELIED, release=row.release)
    return Held(broken, None if broken is not None else found.proven, found.rows)


def first_break(connection: Connection, workspace: str) -> Break | None:
    """The first thing in the log of *workspace* that is not as recorded; None if all is."""
    return held_whole(connection, workspace).broken


def _first(one: Break | None, other: Break | None) -> Break | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda it: it.seq)


class _Emptied:
    """Finds rows whose words are gone, as they pass, and no erasure took them."""

    def __init__(self, erasures: Erasures, *, counts: bool) -> None:
        self._erasures = erasures
        self._counts = counts
        self._named: Break | None = None
        self._whole: list[int] = [0, 0, 0]
        """Of rows that only erasures account for which name none: how many, the first, the last."""

    def passing(self, rows: Iterator[Entry]) -> Iterator[Entry]:
        for row in rows:
            if row.emptied:
                self._take(Bare.of(row.seq, row.body, wholly=row.personal is None))
            yield row

    def _take(self, bare: Bare) -> None:
        by = self._erasures.took(bare)
        if by is None and self._named is None:
            self._named = Break(bare.seq, Wrong.EMPTIED)
        # Earlier releases counted no row that they recorded without its words.
        if by is By.CONVERSATION and bare.wholly and not bare.worked_on:
            count, first, _ = self._whole
            self._whole = [count + 1, first or bare.seq, bare.seq]

    @property
    def off(self) -> Break | None:
        """The first row without words that no erasure took, or between which rows there is one."""
        count, first, last = self._whole
        if self._counts and not self._erasures.took_rows(count):
            return _first(self._named, Break(first, Wrong.EMPTIED, until=last))
        return self._named
