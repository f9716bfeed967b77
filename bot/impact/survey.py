"""Whose advice would be different: every stored conversation held against two releases.

Deals are judged again on both, since a conversation keeps what it knows of one.  What was found by
a search is not searched again: of an answer to a plain question, what it cited is looked at.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.casebook import cites as case_cites
from bot.casebook.cites import Cite
from bot.casebook.standing import SIGNED_STANDINGS, Standing
from bot.dialogue.conversation import ConversationId
from bot.dialogue.reply import Kind as ReplyKind
from bot.impact.alterations import IN_FORCE, Altered
from bot.impact.differing import OF_SIGN_OFFS, Change, Comparing, Difference, Kind
from bot.impact.essence import told_in
from bot.schema import case_lines, conversations, turns
from bot.store import Store
from retrieval.guidance import Guidance, ProvisionId, ReleaseId, sha256_of

AT_ONCE = 500
"""Conversations that are read at once."""

_Line = Row[*tuple[Any, ...]]
"""A conversation with its line in the casebook."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A conversation for which another release changes something."""

    conversation: ConversationId
    workspace: str
    asker: str
    """Slack's id of who opened it; empty once erased, and where nobody of Slack's did."""
    updated_at: datetime
    turns: int
    standing: Standing
    """How far its review is."""
    asking: bool
    """Whether a question to the person stands open."""
    erased: bool
    """Whether all its words are gone."""
    release: ReleaseId
    """What its last answer was drawn from."""
    kind: Kind
    changes: tuple[Change, ...]
    """In what the advice would be another; none where only an answer cited what has changed."""
    cites: tuple[ProvisionId, ...]
    """What its answers cited that has changed since they did; told of where no advice differs."""

    @property
    def open(self) -> bool:
        """Whether the deal goes on: nobody has signed it off."""
        return self.standing not in SIGNED_STANDINGS

    @property
    def lapses(self) -> bool:
        """Whether it is signed off, by one at least, and no longer is once this is in force."""
        return not self.open and not self.erased and any(
            change.part in OF_SIGN_OFFS for change in self.changes)


@dataclass(frozen=True, slots=True)
class Survey:
    """Whose advice another release would change, of everybody's."""

    before: ReleaseId
    after: ReleaseId
    altered: Mapping[ProvisionId, Altered]
    """The provisions that it changes."""
    looked_at: int
    """How many conversations there are."""
    deals: int
    """In how many of them a deal was told of."""
    judged: int
    """How many different deals had to be worked out."""
    affected: tuple[Affected, ...]
    """Those whose advice is another first; within that the ones spoken in last."""

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many there are of each kind."""
        found = Counter(one.kind for one in self.affected)
        return {kind: found[kind] for kind in Kind}


def surveyed(
    before: Guidance, after: Guidance, store: Store, workspace: str | None = None,
    comparing: Comparing | None = None,
) -> Survey:
    """Hold the conversations of *workspace* (None: all) against two releases.

    Args:
        before: The release that answers, or did.
        after: The one that is to follow, perhaps a draft that was never kept.
        store: The database; read as it is at one moment.
        workspace: Whose conversations.
        comparing: The two releases, where they were held against each other before.
    """
    comparing = Comparing(before, after) if comparing is None else comparing
    known = comparing.judged
    found: list[Affected] = []
    looked_at = deals = 0
    with store.snapshot() as connection:
        for rows in _batches(connection, workspace):
            looked_at += len(rows)
            differences: dict[str, Difference] = {}
            for row in rows:
                state = json.loads(row.state)
                answers = list(told_in(state))
                deals += bool(answers)
                difference = comparing.told(answers) if answers else None
                if difference is not None:
                    differences[row.id] = difference
            cited = _cited(connection, comparing, [
                row.id for row in rows if row.id not in differences])
            found += [one for row in rows if (one := _affected(
                row, differences.get(row.id), cited.get(row.id, ()))) is not None]
    order = list(Kind)
    found.sort(key=lambda one: (one.updated_at, one.conversation), reverse=True)
    found.sort(key=lambda one: order.index(one.kind))
    return Survey(before.release, after.release, comparing.altered, looked_at, deals,
                  comparing.judged - known, tuple(found))


def still_so(one: Cite, altered: Mapping[ProvisionId, Altered]) -> bool:
    """Whether a provision reads, by the later release, as it did when *one* cited it.

    So it does where a release takes back what an earlier one had changed.
    """
    change = altered.get(one.provision)
    if change is None:
        return True
    after = change.after
    if change.how not in IN_FORCE or after is None:
        return False
    if change.before is not None and change.before.pinpoint != after.pinpoint:
        return False
    return after.checked is one.checked and sha256_of(after.text[one.start:one.end]) == one.sha256


def _cited(
    connection: Connection, comparing: Comparing, names: list[str]
) -> dict[str, tuple[ProvisionId, ...]]:
    """What the answers of the conversations *names* cited that has changed since they did."""
    found: dict[str, list[ProvisionId]] = {}
    if comparing.altered:
        for one in case_cites.cites_of(connection, names, comparing.altered):
            if not still_so(one, comparing.altered):
                found.setdefault(one.conversation, []).append(one.provision)
    return {name: tuple(provisions) for name, provisions in found.items()}


def _batches(connection: Connection, workspace: str | None) -> Iterator[Sequence[_Line]]:
    """The conversations with their lines, in small lots: there may be very many."""
    lines, after = case_lines.c, ""
    query = (
        select(conversations.c.id, conversations.c.state, conversations.c.workspace,
               lines.asker, lines.updated_at, lines.turns, lines.standing, lines.erased,
               lines.state.label("last"), turns.c.release)
        .join(case_lines, lines.conversation == conversations.c.id)
        .join(turns, (turns.c.conversation == conversations.c.id)
              & (turns.c.version == conversations.c.version))
    )
    if workspace is not None:
        query = query.where(conversations.c.workspace == workspace)
    query = query.order_by(conversations.c.id).limit(AT_ONCE)
    while True:
        rows = connection.execute(query.where(conversations.c.id > after)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _affected(
    row: _Line, difference: Difference | None, cites: tuple[ProvisionId, ...]
) -> Affected | None:
    if difference is None and not cites:
        return None
    return Affected(
        conversation=ConversationId(row.id), workspace=row.workspace, asker=row.asker,
        updated_at=datetime.fromisoformat(row.updated_at), turns=row.turns,
        standing=Standing(row.standing), asking=row.last == ReplyKind.ASK,
        erased=0 < row.turns <= row.erased, release=ReleaseId(row.release),
        kind=Kind.ANSWER if difference is None else difference.kind,
        changes=() if difference is None else difference.changes, cites=cites)
