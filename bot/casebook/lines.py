"""One line for each conversation: what a reviewer looks through.

The log holds everything and answers no question quickly.  So each row of it is also told to the
line of its conversation, in the transaction that writes the row; a line is thus a fold over rows
and nothing else (`bot.casebook.memory`), and `rebuild` makes all of them again from the log.

Facts, flags and considerations are whatever the release calls them: a line keeps them as tags and
knows none by its name.  What somebody typed stands in no line, only in the index of words; see
`bot.casebook.words`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from bot.casebook import cites as case_cites
from bot.casebook import day_counts
from bot.casebook import words as case_words
from bot.casebook.day_counts import Counted
from bot.casebook.memory import TOLD, Memory, Read, kept, read_row, remembered, told, turn_in
from bot.casebook.reasons import LAPSED, SENT, reasons
from bot.database import in_bulk, prepared
from bot.dialogue.intents import Intent
from bot.ledger import canonical
from bot.log_order import in_turn
from bot.schema import case_lines, case_tags, cases, conversations, log, log_heads
from bot.turns.turn import Turn

FLAG, CONSIDERATION, FACT = "flag", "consideration", "fact:"
"""Kinds of tags; a fact's name follows the last."""
GAP, FAINT, OPEN, REASON = "gap", "faint", "open", "reason"
"""Kinds of tags too: what the texts lack, which facts are missing, why a person is asked for."""
MODEL = "model"
"""A kind of tags too: what a language model has had to do with a conversation."""


# --- in the transaction of whoever writes a row --------------------------------------------------


def follow(
    connection: Connection, row: Mapping[str, Any], body: Mapping[str, Any], turn: Turn | None,
    line: "Line | None" = None,
) -> None:
    """Tell the line of its conversation that *row* was written to the log.

    Args:
        connection: The transaction that wrote it.
        row: Its columns.
        body: What its body says.
        turn: The turn that it holds, if it holds one; with the words of people or without.
        line: What is known of the line; None to look it up.
    """
    if row["conversation"] is None or row["kind"] not in TOLD:
        return
    name = row["conversation"]
    known = line or _known(connection, name)
    read = Read(body, turn or turn_in(row, body))
    after = told(known.memory or Memory(), row, read)
    words = case_words.words_in(row, read.reply)
    if known.new:
        number = case_words.new_number(connection, name)
        case_words.enter(connection, number, words)
    else:
        number = known.number or case_words.number_of(connection, name)
        case_words.index(connection, number, words)
    home = _keep(connection, name, replace(known, home=known.home or row["workspace"],
                                           number=number), after)
    case_cites.keep(connection, name, home, number, read.cites(row["at"]),
                    before=not (known.new or known.fresh))


def redo(connection: Connection, names: Collection[str]) -> None:
    """Make the lines of the conversations *names* again, as the log has them now."""
    for name in names:
        case_words.forget(connection, name)
        case_cites.forget(connection, name)
        known = _known(connection, name)
        day_counts.move(connection, counted(known.home, known.memory), None)
        for table in (case_tags, case_lines):
            connection.execute(delete(table).where(table.c.conversation == name))
        memory, home, words = Memory(), None, set[str]()
        cites: case_cites.Cites = {}
        for row in _rows(connection, name):
            read = read_row(row)
            memory, home = told(memory, row, read), row["workspace"]
            words |= case_words.words_in(row, read.reply)
            cites = case_cites.added(cites, read.cites(row["at"]))
        if words or home is not None:
            number = case_words.number_of(connection, name)
            case_words.index(connection, number, words)
        if home is not None:
            home = _keep(connection, name, Line(home, None, number), memory, filed=True)
            case_cites.keep(connection, name, home, number, cites, filed=True)


def rebuild(connection: Connection) -> int:
    """Make every line again from the log; gives how many there are.

    Nobody writes to a log meanwhile.
    """
    _hold_logs(connection)
    for table in (case_tags, case_lines):
        connection.execute(delete(table))
    case_words.clear(connection)
    case_cites.forget(connection)
    day_counts.clear(connection)
    names = list(connection.scalars(
        select(log.c.conversation).where(log.c.conversation.is_not(None),
                                         log.c.kind.in_(TOLD)).distinct()))
    redo(connection, names)
    return len(names)


def _hold_logs(connection: Connection) -> None:
    for name in in_turn(connection.scalars(select(log_heads.c.workspace))):
        connection.execute(select(log_heads.c.workspace).where(
            log_heads.c.workspace == name).with_for_update()).all()


def catch_up(connection: Connection) -> None:
    """Make the lines where there are none: of a database that was written before there were any.

    A migration that changes what a line holds empties the table, and they are made anew.
    """
    if _lacks(connection) is None:
        return
    # Of programs that start at once the first makes them, and the others find them made.
    _hold_logs(connection)
    make = _lacks(connection)
    if make is not None:
        make(connection)


def _lacks(connection: Connection) -> Callable[[Connection], object] | None:
    """What makes what is not there; None if all is."""
    if connection.scalar(select(case_lines.c.conversation).limit(1)) is None:
        told = connection.scalar(select(log.c.seq).where(
            log.c.conversation.is_not(None), log.c.kind.in_(TOLD)).limit(1))
        return None if told is None else rebuild
    if case_cites.missing(connection):
        return _cite_and_say_again
    if connection.scalar(_SENT_AND_UNSAID.limit(1)) is not None:
        return _say_again
    unsaid = connection.scalar(_TOLD_WITH_OTHER_REASONS.limit(1))
    return None if unsaid is None else _give_reasons_again


def _cite_and_say_again(connection: Connection) -> None:
    _cite_again(connection)
    _say_again(connection)


def _say_again(connection: Connection) -> None:
    # These alone: all lines take long to make, and nobody is answered meanwhile.
    redo(connection, connection.scalars(_SENT_AND_UNSAID).all())
    _give_reasons_again(connection)


def _give_reasons_again(connection: Connection) -> None:
    """Give lines of before the reasons that there are today, by what they remember."""
    for name in connection.scalars(_TOLD_WITH_OTHER_REASONS).all():
        known, tags = _known(connection, name), case_tags.c
        had = {(kind, value) for kind, value in connection.execute(
            select(tags.kind, tags.value).where(tags.conversation == name))}
        _keep(connection, name, known, known.memory or Memory(), had=had)


def _tagged(kind: str, value: str | None = None) -> ColumnElement[bool]:
    """Whether a line has a tag of *kind*, of whatever value or of this one."""
    tags = case_tags.c
    one = exists().where(tags.conversation == case_lines.c.conversation, tags.kind == kind)
    return one if value is None else one.where(tags.value == value)


_SENT_AND_UNSAID = select(case_lines.c.conversation).where(
    case_lines.c.handed_over == 1, case_lines.c.reviewed == 0, ~_tagged(REASON, "sent"))
"""Lines of before it was a reason for a review that a deal was sent to compliance."""
_TOLD_WITH_OTHER_REASONS = select(case_lines.c.conversation).where(
    case_lines.c.reviewed == 0,
    or_(and_(_tagged(FLAG), ~_tagged(REASON, "raised")),
        and_(_tagged(GAP, Intent.EVASION), ~_tagged(REASON, "round")),
        and_(case_lines.c.handed_over == 1, case_lines.c.urgency < SENT),
        and_(case_lines.c.urgency < LAPSED, _tagged(REASON, "lapsed"))))
"""Lines of before every flag and a wish to get round the rules were reasons, and before what was
sent came first."""


def _cite_again(connection: Connection) -> None:
    """Make what each conversation cites from the log; the lines stay as they are."""
    lines = connection.execute(select(
        case_lines.c.conversation, case_lines.c.workspace, case_lines.c.number)).all()
    for line in lines:
        cites: case_cites.Cites = {}
        for row in _rows(connection, line.conversation):
            cites = case_cites.added(cites, read_row(row).cites(row["at"]))
        case_cites.keep(connection, line.conversation, line.workspace, line.number, cites,
                        filed=True)


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a line before a row is told to it."""

    home: str = ""
    """Its workspace, or where it is to be; empty where nobody has asked yet."""
    memory: Memory | None = None
    """What it remembers; None without one."""
    number: int = 0
    """What the index of words knows it by; 0 where nobody has asked yet."""
    new: bool = False
    """The index of words is known not to know it yet."""
    asker: str | None = None
    """Who opened the conversation, empty for nobody; None where nobody has asked yet."""
    fresh: bool | None = None
    """Whether something of it is not filed; None without a line, and where nobody has asked yet."""


_KNOWN = select(
    case_lines.c.workspace, case_lines.c.memory, case_lines.c.number, case_lines.c.fresh,
).where(case_lines.c.conversation == bindparam("its_name"))


def _known(connection: Connection, name: str) -> Line:
    found = prepared.first(connection, _KNOWN, {"its_name": name})
    return Line() if found is None else Line(
        found.workspace, remembered(found.memory), found.number, fresh=bool(found.fresh))


def _rows(connection: Connection, name: str) -> Iterator[Mapping[str, Any]]:
    query = (select(log).where(log.c.conversation == name, log.c.kind.in_(TOLD))
             .order_by(log.c.workspace, log.c.seq))
    for row in connection.execute(query):
        yield dict(row._mapping)


# --- what the tables hold ------------------------------------------------------------------------


def _tags(memory: Memory | None) -> set[tuple[str, str]]:
    if memory is None:
        return set()
    tags = {(FLAG, name) for name in memory.flags}
    tags |= {(CONSIDERATION, flag.consideration) for flag in memory.flags.values()
             if flag.consideration}
    tags |= {(f"{FACT}{fact}", value) for fact, values in memory.facts.items()
             for value in values or ()}
    tags |= {(kind, one) for kind, found in ((GAP, memory.gaps), (FAINT, memory.faint),
                                             (OPEN, memory.open), (MODEL, memory.model))
             for one in found}
    return tags | {(REASON, reason.code) for reason in reasons(memory)}


def counted(workspace: str, memory: Memory | None) -> Counted | None:
    """What a conversation adds to the counts of its day; None where it has no turn."""
    return _counted(workspace, memory, _tags(memory))


def _counted(
    workspace: str, memory: Memory | None, tags: set[tuple[str, str]]
) -> Counted | None:
    if memory is None or not memory.turns:
        return None
    if memory.gone:
        return Counted(workspace, memory.opened_at, frozenset({(day_counts.ERASED, "")}))
    votes = memory.votes.values()
    waiting = any(kind == REASON for kind, _ in tags)
    plain = {day_counts.ALL: True, day_counts.WAITING: waiting,
             day_counts.UP: True in votes, day_counts.DOWN: False in votes}
    return Counted(workspace, memory.opened_at, frozenset(
        {(kind, "") for kind, so in plain.items() if so} | tags))


def _columns(memory: Memory) -> dict[str, Any]:
    why = reasons(memory)
    votes = memory.votes.values()
    return {
        "opened_at": memory.opened_at,
        "updated_at": memory.updated_at,
        "turns": memory.turns,
        "state": memory.state,
        "ups": sum(votes),
        "downs": len(votes) - sum(votes),
        "unchecked": len(memory.unchecked),
        "handed_over": int(memory.handed_over),
        "reviewed": int(memory.reviewed),
        "erased": memory.erased,
        **_seldom_changed(memory),
        "urgency": sum(reason.points for reason in why),
        "reasons": canonical([[reason.code, reason.count] for reason in why]),
        "memory": canonical(kept(memory)),
    }


def _seldom_changed(memory: Memory) -> dict[str, Any]:
    """The columns of a line that are looked for by themselves, and that hardly a row changes."""
    return {"assigned": memory.review.assigned_to, "standing": memory.review.standing.value}


def _keep(
    connection: Connection, name: str, line: Line, after: Memory, *, filed: bool = False,
    had: set[tuple[str, str]] | None = None,
) -> str:
    """Write the line; gives the workspace that it is of.

    Its tags are *filed* at once where they are not of a row that somebody waits for.  What tags it
    *had* follows from what it remembers, unless an earlier version of the program gave it others.
    """
    before, workspace, asker = line.memory, line.home, line.asker
    # PostgreSQL files at once, in the index that older programs look in.
    fresh = int(not filed and connection.dialect.name == "sqlite")
    values = {**_columns(after), "fresh": fresh}
    if before is None:
        if asker is None:
            found = connection.execute(_OPENED, {"its_name": name}).one()
            workspace, asker = found.home or workspace, found.asker or ""
        prepared.change(connection, _ADD, {
            "conversation": name, "workspace": workspace, "asker": asker,
            "number": line.number, **values})
    else:
        # SQLite writes an index anew for each of its columns that is given, changed or not.
        stays = {"fresh"} if line.fresh == fresh else set()
        stays |= {column for column, was in _seldom_changed(before).items()
                  if values[column] == was}
        prepared.change(connection, _CHANGE, {"its_name": name, **{
            column: value for column, value in values.items() if column not in stays}})
    had, has = _tags(before) if had is None else had, _tags(after)
    gone, new = had - has, has - had
    in_bulk.run(connection, _DROP_TAG, [
        {"its_name": name, "its_kind": kind, "its_value": value}
        for kind, value in sorted(gone)])
    in_bulk.run(connection, _ADD_TAG, [
        {"conversation": name, "kind": kind, "value": value, "workspace": workspace,
         "number": line.number, "fresh": fresh} for kind, value in sorted(new)])
    day_counts.move(connection, _counted(workspace, before, had), _counted(workspace, after, has))
    return workspace


_ADD = case_lines.insert()
_CHANGE = update(case_lines).where(case_lines.c.conversation == bindparam("its_name"))
_ADD_TAG = case_tags.insert()
_DROP_TAG = delete(case_tags).where(
    case_tags.c.conversation == bindparam("its_name"), case_tags.c.kind == bindparam("its_kind"),
    case_tags.c.value == bindparam("its_value"))
_OPENED = select(
    select(conversations.c.workspace).where(conversations.c.id == bindparam("its_name"))
    .scalar_subquery().label("home"),
    select(cases.c.asker).where(cases.c.conversation == bindparam("its_name"))
    .scalar_subquery().label("asker"))
