"""One line for each conversation: what a reviewer looks through.

The log holds everything and answers no question quickly.  So each row of it is also told to the
line of its conversation, in the transaction that writes the row; a line is thus a fold over rows
and nothing else, and `rebuild` makes all of them again from the log.

Facts, flags and considerations are whatever the release calls them: a line keeps them as tags and
knows none by its name.  What somebody typed stands in no line, only in the index of words; see
`bot.case_words`.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, delete, select, update

from bot import case_cites, case_words, day_counts, in_bulk, prepared, unanswered
from bot.day_counts import Counted
from bot.dialogue.conversation import Intent, Kind, Reply, Status
from bot.dialogue.fencing import refusal
from bot.ledger import canonical
from bot.schema import case_lines, case_tags, cases, conversations, log, log_heads
from bot.standing import MOVING, Stand, Standing, moved_if_readable, person_of
from bot.turn import Turn, turn_from
from retrieval.guidance import Checked
from retrieval.matches import Why

LOW_SIMILARITY = 400
"""Thousandths: a passage relied on that was found no nearer than this is worth a look."""
GRAVE = 3
"""Gravity of the gravest flags."""
FLAG, CONSIDERATION, FACT = "flag", "consideration", "fact:"
"""Kinds of tags; a fact's name follows the last."""
GAP, FAINT, OPEN, REASON = "gap", "faint", "open", "reason"
"""Kinds of tags too: what the texts lack, which facts are missing, why a person is asked for."""
MODEL, WORDED, REFUSED = "model", "worded", "refused"
"""A kind of tags, and its values: what a language model has to do with a conversation."""

_TURN, _MODEL_CALL = "turn", "model_call"
_REFUSALS = frozenset(map(str, refusal.Reason))


@dataclass(frozen=True, slots=True)
class Raised:
    """A red flag that stands raised."""

    gravity: int
    consideration: str
    title: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What the rows so far add up to."""

    turns: int = 0
    opened_at: str = ""
    updated_at: str = ""
    state: str = ""
    """The kind of the last reply."""
    release: str = ""
    facts: Mapping[str, list[str] | None] = field(default_factory=dict)
    """Values by fact; None for "I don't know"."""
    flags: Mapping[str, Raised] = field(default_factory=dict)
    advised: bool = False
    pending: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Facts that were asked for, and spoken past."""
    corrected: list[str] = field(default_factory=list)
    """Facts that were told otherwise before."""
    late: list[str] = field(default_factory=list)
    """Those of them that were corrected after an advice had been given."""
    unchecked: list[str] = field(default_factory=list)
    """Provisions relied on that nobody has held against the official text."""
    similarity: int | None = None
    """Thousandths; of the passages relied on, how near the farthest was."""
    votes: Mapping[str, bool] = field(default_factory=dict)
    """By turn, the last thumb."""
    handed_over: bool = False
    review: Stand = field(default_factory=Stand)
    erased: int = 0
    """Turns whose words are gone."""
    gaps: list[str] = field(default_factory=list)
    """What questions fell into that the texts don't answer; see `bot.unanswered`."""
    faint: list[str] = field(default_factory=list)
    """Provisions that were nearest to questions, and far all the same."""
    open: list[str] = field(default_factory=list)
    """Facts that the last reply says have to be found out."""
    model: list[str] = field(default_factory=list)
    """`WORDED` where a language model worded an answer, `REFUSED` where a draft was refused."""

    @property
    def gone(self) -> bool:
        """Whether all its words were erased."""
        return 0 < self.turns <= self.erased

    @property
    def reviewed(self) -> bool:
        """Whether a sign-off stands: the review is complete, and the advice the same since."""
        return self.review.standing is Standing.SIGNED

    @property
    def grave(self) -> list[Raised]:
        """The gravest flags that are raised."""
        return [one for one in self.flags.values() if one.gravity >= GRAVE]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a conversation is worth a review."""

    code: str
    count: int
    points: int


def reasons(memory: Memory) -> tuple[Reason, ...]:
    """Why a conversation is worth a review, the weightiest first; none once it was reviewed.

    The points are a judgement of ours on what to look at first, and decide nothing else.
    """
    if memory.reviewed:
        return ()
    downs = sum(not good for good in memory.votes.values())
    early = set(memory.corrected) - set(memory.late)
    near = memory.similarity
    grave, late = len(memory.grave), len(memory.late)
    found = [
        Reason("lapsed", 1, 90) if memory.review.lapsed else None,
        Reason("down", downs, 65 + 5 * min(downs, 3)) if downs else None,
        Reason("grave", grave, 55 + 5 * min(grave, 3)) if grave else None,
        Reason("late", late, 40 + 5 * min(late, 3)) if late else None,
        Reason("corrected", len(early), 20 + 5 * min(len(early), 3)) if early else None,
        Reason("far", near, 20) if near is not None and near < LOW_SIMILARITY else None,
        Reason("skipped", len(memory.skipped), 8 + 2 * min(len(memory.skipped), 5))
        if memory.skipped else None,
        Reason("unchecked", len(memory.unchecked), min(len(memory.unchecked), 10))
        if memory.unchecked else None,
    ]
    return tuple(sorted(filter(None, found), key=lambda reason: -reason.points))


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
    if row["conversation"] is None or row["kind"] not in _TOLD:
        return
    name = row["conversation"]
    known = line or _known(connection, name)
    read = _Read(body, turn or _turn_in(row, body))
    after = _told(known.memory or Memory(), row, read)
    words = case_words.words_in(row, read.reply)
    if known.new:
        number = case_words.new_number(connection, name)
        case_words.enter(connection, number, words)
    else:
        number = known.number or case_words.number_of(connection, name)
        case_words.index(connection, number, words)
    home = _keep(connection, name, replace(known, home=known.home or row["workspace"],
                                           number=number), after)
    case_cites.keep(connection, name, home, number, read.cites(row["at"]))


def remembered(text_: str) -> Memory:
    """The memory that a line keeps as JSON."""
    fields = json.loads(text_)
    flags = {name: Raised(**one) for name, one in fields.pop("flags").items()}
    review = fields.pop("review")
    stand = Stand(**{**review, "signed": tuple(review["signed"])})
    return Memory(**fields, flags=flags, review=stand)


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
            read = _read(row)
            memory, home = _told(memory, row, read), row["workspace"]
            words |= case_words.words_in(row, read.reply)
            cites = case_cites.added(cites, read.cites(row["at"]))
        if words or home is not None:
            number = case_words.number_of(connection, name)
            case_words.index(connection, number, words)
        if home is not None:
            home = _keep(connection, name, Line(home, None, number), memory)
            case_cites.keep(connection, name, home, number, cites)


def rebuild(connection: Connection) -> int:
    """Make every line again from the log; gives how many there are.

    Nobody writes to a log meanwhile.
    """
    connection.execute(select(log_heads.c.workspace).order_by(log_heads.c.workspace)
                       .with_for_update()).all()
    for table in (case_tags, case_lines):
        connection.execute(delete(table))
    case_words.clear(connection)
    case_cites.forget(connection)
    day_counts.clear(connection)
    names = list(connection.scalars(
        select(log.c.conversation).where(log.c.conversation.is_not(None),
                                         log.c.kind.in_(_TOLD)).distinct()))
    redo(connection, names)
    return len(names)


def catch_up(connection: Connection) -> None:
    """Make the lines where there are none: of a database that was written before there were any.

    A migration that changes what a line holds empties the table, and they are made anew.
    """
    if connection.scalar(select(case_lines.c.conversation).limit(1)) is not None:
        if case_cites.missing(connection):
            _cite_again(connection)
        return
    if connection.scalar(select(log.c.seq).where(
            log.c.conversation.is_not(None), log.c.kind.in_(_TOLD)).limit(1)) is not None:
        rebuild(connection)


def _cite_again(connection: Connection) -> None:
    """Make what each conversation cites from the log; the lines stay as they are."""
    lines = connection.execute(select(
        case_lines.c.conversation, case_lines.c.workspace, case_lines.c.number)).all()
    for line in lines:
        cites: case_cites.Cites = {}
        for row in _rows(connection, line.conversation):
            cites = case_cites.added(cites, _read(row).cites(row["at"]))
        case_cites.keep(connection, line.conversation, line.workspace, line.number, cites)


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


_KNOWN = select(case_lines.c.workspace, case_lines.c.memory, case_lines.c.number).where(
    case_lines.c.conversation == bindparam("its_name"))


def _known(connection: Connection, name: str) -> Line:
    found = prepared.first(connection, _KNOWN, {"its_name": name})
    return Line() if found is None else Line(
        found.workspace, remembered(found.memory), found.number)


# --- the fold ------------------------------------------------------------------------------------


def _rows(connection: Connection, name: str) -> Iterator[Mapping[str, Any]]:
    query = (select(log).where(log.c.conversation == name, log.c.kind.in_(_TOLD))
             .order_by(log.c.workspace, log.c.seq))
    for row in connection.execute(query):
        yield dict(row._mapping)


@dataclass(frozen=True, slots=True)
class _Read:
    """The body of a row: read once, since that of a turn is long."""

    body: Mapping[str, Any]
    turn: Turn | None
    """None where it is of none, or of one that this version can't read."""

    @property
    def reply(self) -> Reply | None:
        return None if self.turn is None else self.turn.reply

    def cites(self, at: str) -> case_cites.Cites:
        shown = set() if self.reply is None else {
            str(one.provision) for one in self.reply.citations()}
        return case_cites.cited_in(self.body, at, shown)


def _read(row: Mapping[str, Any]) -> _Read:
    body = json.loads(row["body"])
    return _Read(body, _turn_in(row, body))


def _turn_in(row: Mapping[str, Any], body: Mapping[str, Any]) -> Turn | None:
    return _turn(body) if row["kind"] == _TURN else None


def _told(memory: Memory, row: Mapping[str, Any], read: _Read | None = None) -> Memory:
    read = read or _read(row)
    body, turn = read.body, read.turn
    kind, at = row["kind"], row["at"]
    memory = replace(memory, opened_at=min(memory.opened_at or at, at),
                     updated_at=max(memory.updated_at, at),
                     review=moved_if_readable(
                         memory.review, kind, body, person_of(row["actor"])))
    if kind == _TURN:
        memory = replace(memory, turns=memory.turns + 1,
                         erased=memory.erased + (row["words"] is None))
        if turn is None:
            return memory
        # What was asked leaves the counts with the words; what was told of a deal stays.
        asked = None if row["words"] is None else turn
        return _with_questions(_with_turn(memory, turn), asked)
    if kind == "feedback":
        return replace(memory, votes={**memory.votes, str(body.get("turn")): bool(
            body.get("good"))})
    if kind == "handed_over":
        return replace(memory, handed_over=True)
    if kind == _MODEL_CALL and body.get("outcome") in _REFUSALS:
        return replace(memory, model=sorted({*memory.model, REFUSED}))
    return memory


_TOLD = frozenset({_TURN, _MODEL_CALL, "comment", "feedback", "handed_over", *MOVING})
"""Kinds of rows that change a line."""


def _turn(body: Mapping[str, Any]) -> Turn | None:
    """The turn of *body*; None where a version wrote it that this one can't read."""
    try:
        return turn_from(body, author="", text="")
    except (ValidationError, KeyError, TypeError):
        return None


def _with_turn(memory: Memory, turn: Turn) -> Memory:
    reply, message = turn.reply, turn.message
    heard = {str(fact): None if answer.values is None else sorted(answer.values)
             for fact, answer in message.heard.items()}
    changed = {fact for fact, values in heard.items()
               if _contradicts(memory.facts.get(fact), values)}
    changed |= {str(fact) for fact in (*message.withdrawn, *message.retracted)
                if fact in memory.facts}
    passed = memory.pending
    if turn.retakes is not None:
        # The same message once more: nobody has told anything otherwise, or spoken past anything.
        changed, passed = set(), []
    kept = {fact: values for fact, values in memory.facts.items() if fact not in message.retracted}
    facts: Mapping[str, list[str] | None] = {**kept, **heard}
    if message.intent is Intent.START_OVER:
        facts = {}
    asked = [] if reply.question is None else [str(one.fact) for one in reply.question.all()]
    skipped = {*memory.skipped, *passed} - facts.keys() - set(asked)
    relied = {citation.provision for citation in reply.citations()}
    near = [round(passage.similarity * 1000) for found in turn.found if not found.abstained
            for passage in found.passages
            if passage.why is Why.SIMILAR and passage.provision in relied]
    if memory.similarity is not None:
        near.append(memory.similarity)
    unchecked = {str(citation.provision) for citation in reply.citations()
                 if citation.checked is Checked.UNCHECKED}
    return replace(
        memory,
        state=reply.kind.value,
        release=str(turn.release),
        facts=facts,
        flags=_raised(memory, turn),
        advised=memory.advised or reply.kind is Kind.ADVICE,
        pending=sorted(asked),
        skipped=[] if message.intent is Intent.START_OVER else sorted(skipped),
        corrected=sorted({*memory.corrected, *changed}),
        late=sorted({*memory.late, *changed}) if memory.advised else memory.late,
        unchecked=sorted({*memory.unchecked, *unchecked}),
        similarity=min(near, default=None),
        open=sorted(unanswered.still_open(turn)),
        model=sorted({*memory.model, *([WORDED] if reply.worded else [])}),
    )


def _with_questions(memory: Memory, turn: Turn | None) -> Memory:
    if turn is None:
        return memory
    return replace(
        memory,
        gaps=sorted({*memory.gaps, *unanswered.gaps(turn)}),
        faint=sorted({*memory.faint, *unanswered.faint(turn)}))


def _contradicts(before: list[str] | None, now: list[str] | None) -> bool:
    """Whether a fact that was known is told otherwise; what only adds to it does not count."""
    return bool(before) and not set(before or ()) <= set(now or ())


def _raised(memory: Memory, turn: Turn) -> dict[str, Raised]:
    shown = {flag.id: Raised(flag.gravity, flag.consideration, flag.title)
             for flag in turn.reply.flags}
    return {
        str(note.flag): shown.get(note.flag) or memory.flags.get(note.flag) or Raised(0, "", "")
        for note in turn.findings if note.status is Status.RAISED
    }


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
        "assigned": memory.review.assigned_to,
        "standing": memory.review.standing.value,
        "urgency": sum(reason.points for reason in why),
        "reasons": canonical([[reason.code, reason.count] for reason in why]),
        "memory": canonical(memory),
    }


def _keep(connection: Connection, name: str, line: Line, after: Memory) -> str:
    """Write the line; gives the workspace that it is of."""
    before, workspace, asker, values = line.memory, line.home, line.asker, _columns(after)
    if before is None:
        if asker is None:
            found = connection.execute(_OPENED, {"its_name": name}).one()
            workspace, asker = found.home or workspace, found.asker or ""
        prepared.change(connection, _ADD, {
            "conversation": name, "workspace": workspace, "asker": asker,
            "number": line.number, **values})
    else:
        prepared.change(connection, _CHANGE, {"its_name": name, **values})
    had, has = _tags(before), _tags(after)
    gone, new = had - has, has - had
    in_bulk.run(connection, _DROP_TAG, [
        {"its_name": name, "its_kind": kind, "its_value": value}
        for kind, value in sorted(gone)])
    in_bulk.run(connection, _ADD_TAG, [
        {"conversation": name, "kind": kind, "value": value, "workspace": workspace,
         "number": line.number} for kind, value in sorted(new)])
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
