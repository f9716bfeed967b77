"""Which provisions the answers of each conversation cite, and who cites a provision.

Each turn adds to it in the transaction that records it, like the line of its conversation, and it
is made again from the log like the lines are.  It holds nothing of what anybody said, so erasure
leaves it: that an answer cited a provision stays on record, whose answer it was does not.

What a turn cites is fresh until it is filed by provision (`bot.casebook.filing`), and found either
way.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.sql.dml import UpdateBase

from bot.database import in_bulk, prepared
from bot.database.upserting import inserting
from bot.dialogue.conversation import ConversationId
from bot.schema import case_cites, case_lines
from retrieval.guidance import Checked, ProvisionId, ReleaseId

Cites = dict[str, dict[str, Any]]
"""By provision, what is kept of how it was cited."""

_Found = TypeVar("_Found", bound=tuple[Any, ...])

MOST = 100
"""Conversations of a page."""
ASKED_AT_ONCE = 500
"""Provisions or conversations that one query names; SQLite takes 32,766."""


@dataclass(frozen=True, slots=True)
class Cite:
    """A provision that answers of a conversation cite, as the last of them did."""

    conversation: ConversationId
    provision: ProvisionId
    workspace: str
    turns: int
    """How many turns cite it."""
    turn: int
    """The last of them."""
    shown: int
    """The last turn that showed it to the person; 0 where it only stood behind an answer."""
    at: datetime
    release: ReleaseId
    start: int
    end: int
    """Characters of the provision's text that were cited."""
    sha256: str
    """Of those characters, as they read then."""
    checked: Checked


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a provision was cited."""

    conversations: int = 0
    shown: int = 0
    """In how many of them it was shown to the person."""
    turns: int = 0
    last: datetime | None = None

    def and_of(self, others: "Usage") -> "Usage":
        """With how often *others*, none of them the same conversation, cite it."""
        return Usage(
            self.conversations + others.conversations, self.shown + others.shown,
            self.turns + others.turns,
            max(filter(None, (self.last, others.last)), default=None))


# --- in the transaction of whoever writes a row --------------------------------------------------


def cited_in(body: Mapping[str, Any], at: str, shown: Collection[str]) -> Cites:
    """What the turn of *body* cites, wherever in its reply.

    Args:
        body: As the log has it: every citation of the reply stands once under `citations`.
        at: When.
        shown: The provisions that the person saw.
    """
    found: Cites = {}
    listed = body.get("citations")
    for one in listed if isinstance(listed, list) else ():
        try:
            provision, start, end = str(one["provision"]), int(one["start"]), int(one["end"])
            row = {"turns": 1, "turn": int(body["version"]), "at": at,
                   "release": str(body["release"]), "span_start": start, "span_end": end,
                   "sha256": str(one["sha256"]), "checked": str(one["checked"])}
        except (KeyError, TypeError, ValueError):
            continue  # a version wrote it that this one can't read
        known = found.get(provision)
        # Of several spans the widest: what changed inside another one changed in that, too.
        if known is None or end - start > known["span_end"] - known["span_start"]:
            found[provision] = {**row, "shown": row["turn"] if provision in shown else 0}
    return found


def added(before: Cites, now: Cites) -> Cites:
    """*before* with a later turn's."""
    after = dict(before)
    for provision, row in now.items():
        known = before.get(provision)
        after[provision] = row if known is None else {
            **row, "turns": known["turns"] + row["turns"],
            "shown": row["shown"] or known["shown"]}
    return after


def keep(
    connection: Connection, name: str, workspace: str, number: int, cites: Cites,
    *, filed: bool = False, before: bool = True,
) -> None:
    """Add *cites*, which come after those that are kept, to those of the conversation *name*.

    Args:
        connection: A transaction that writes.
        name: The conversation.
        workspace: Its line's.
        number: Its line's.
        cites: What a turn cites.
        filed: Whether they are filed at once, since they are not of a turn that somebody waits for.
        before: Whether any may be filed of what is kept of it; they are fresh from now on.
    """
    if not cites:
        return
    # PostgreSQL files at once, in the index that older programs look in.
    fresh = int(not filed and connection.dialect.name == "sqlite")
    if fresh and before:
        prepared.change(connection, _UNFILE, {"its_name": name})
    rows = [{"conversation": name, "provision": provision, "workspace": workspace,
             "number": number, "fresh": fresh, **row}
            for provision, row in sorted(cites.items())]
    in_bulk.run(connection, _adding(connection.dialect.name), rows)


@cache
def _adding(dialect: str) -> UpdateBase:
    made = inserting(case_cites, dialect)
    new = made.excluded
    # Not whether it is fresh: SQLite would write the entry of each in the index of those anew.
    plain = ("turn", "at", "release", "span_start", "span_end", "sha256", "checked")
    return made.on_conflict_do_update(
        index_elements=list(case_cites.primary_key.columns),
        set_={"turns": case_cites.c.turns + new.turns,
              "shown": case((new.shown > 0, new.shown), else_=case_cites.c.shown),
              **{column: new[column] for column in plain}})


_UNFILE = update(case_cites).where(
    case_cites.c.conversation == bindparam("its_name"),
    case_cites.c.fresh == literal_column("0")).values(fresh=literal_column("1"))


def forget(connection: Connection, name: str | None = None) -> None:
    """Drop what the conversation *name* cites, or all, before it is made again."""
    gone = delete(case_cites)
    connection.execute(gone if name is None else gone.where(case_cites.c.conversation == name))


# --- who cites it --------------------------------------------------------------------------------


def usage(
    connection: Connection, workspace: str | None, provisions: Collection[str]
) -> dict[str, Usage]:
    """How often each of *provisions* was cited in *workspace* (None: anywhere); unused ones too."""
    found = dict.fromkeys(provisions, Usage())
    cite = case_cites.c
    for names in _parts(sorted(found)):
        query = select(
            cite.provision, func.count().label("conversations"),
            func.sum(case((cite.shown > 0, 1), else_=0)).label("shown"),
            func.sum(cite.turns).label("turns"), func.max(cite.at).label("last"),
        ).where(cite.provision.in_(names)).group_by(cite.provision)
        if workspace is not None:
            query = query.where(cite.workspace == workspace)
        for row in _of_both(connection, query):
            found[row.provision] = found[row.provision].and_of(Usage(
                row.conversations, int(row.shown), int(row.turns),
                datetime.fromisoformat(row.last)))
    return found


def citing(
    connection: Connection, workspace: str | None, provision: str,
    after: tuple[str, str] | None = None, limit: int = MOST,
) -> list[Cite]:
    """The conversations that cite *provision*, the latest citation first.

    Args:
        connection: A transaction.
        workspace: Whose; None for all.
        provision: Its id.
        after: Time and conversation of the last one of the page before; see `place`.
        limit: Most conversations.
    """
    cite = case_cites.c
    query = select(case_cites).where(cite.provision == provision)
    if workspace is not None:
        query = query.where(cite.workspace == workspace)
    if after is not None:
        query = query.where(tuple_(cite.at, cite.conversation) < tuple_(*after))
    query = query.order_by(cite.at.desc(), cite.conversation.desc()).limit(limit)
    rows = sorted(_of_both(connection, query), key=lambda row: (row.at, row.conversation),
                  reverse=True)
    return [_cite(row) for row in rows[:limit]]


def place(connection: Connection, one: Cite) -> tuple[str, str] | None:
    """Where *one* stands among those that cite its provision: what the next page begins after."""
    cite = case_cites.c
    at = connection.scalar(select(cite.at).where(
        cite.conversation == one.conversation, cite.provision == one.provision))
    return None if at is None else (at, one.conversation)


def cites_of(
    connection: Connection, conversations: Sequence[str], provisions: Collection[str]
) -> Iterator[Cite]:
    """Which of *provisions* each of *conversations* cites."""
    cite = case_cites.c
    for names in _parts(conversations):
        query = select(case_cites).where(cite.conversation.in_(names)).order_by(
            cite.conversation, cite.provision)
        if len(provisions) <= ASKED_AT_ONCE:
            query = query.where(cite.provision.in_(sorted(provisions)))
        for row in connection.execute(query):
            if row.provision in provisions:
                yield _cite(row)


def numbers_citing(workspace: str, provision: str) -> Select[Any]:
    """The numbers of the lines whose answers cite *provision*, as a query."""
    query = select(case_cites.c.number).where(
        case_cites.c.workspace == workspace, case_cites.c.provision == provision)
    return select(union_all(filed_of(query), fresh_of(query)).subquery().c.number)


def missing(connection: Connection) -> bool:
    """Whether nothing is kept though there are lines: of a database from before there was this."""
    return (connection.scalar(select(case_cites.c.conversation).limit(1)) is None
            and connection.scalar(select(case_lines.c.conversation).limit(1)) is not None)


def _of_both(connection: Connection, query: Select[_Found]) -> Iterator[Row[_Found]]:
    """What *query* finds among the rows that are filed, and then among those that aren't."""
    if connection.dialect.name != "sqlite":
        yield from connection.execute(query)
        return
    yield from connection.execute(filed_of(query))
    yield from connection.execute(fresh_of(query))


def filed_of(query: Select[_Found]) -> Select[_Found]:
    """*query* for what is filed."""
    return query.where(case_cites.c.fresh == literal_column("0"))


def fresh_of(query: Select[_Found]) -> Select[_Found]:
    """*query* for what is not filed yet."""
    # SQLite knows no sizes, and these are few.
    return query.where(case_cites.c.fresh == literal_column("1")).with_hint(
        case_cites, "INDEXED BY ix_case_cites_fresh", "sqlite")


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start:start + ASKED_AT_ONCE] for start in range(0, len(names), ASKED_AT_ONCE))


def _cite(row: Row[Any]) -> Cite:
    return Cite(
        conversation=ConversationId(row.conversation), provision=ProvisionId(row.provision),
        workspace=row.workspace, turns=row.turns, turn=row.turn, shown=row.shown,
        at=datetime.fromisoformat(row.at), release=ReleaseId(row.release),
        start=row.span_start, end=row.span_end, sha256=row.sha256, checked=Checked(row.checked))
