"""What the rows of a conversation add up to, so that nobody has to read all of them again.

It is a fold over rows of the log and nothing else.  The line of the conversation keeps it; see
`bot.casebook.lines`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of
from typing import Any

from pydantic import ValidationError

from bot.casebook import cites as case_cites
from bot.casebook import unanswered
from bot.casebook.standing import (
    ASKED,
    MOVING,
    RETURNED,
    Stand,
    Standing,
    moved_if_readable,
    person_of,
)
from bot.dialogue.fencing import refusal
from bot.dialogue.intents import Intent
from bot.dialogue.reply import Reply, Status
from bot.ledger import plain
from bot.turns.turn import Turn, turn_from
from retrieval.guidance import GRAVE, Checked
from retrieval.matches import Why

WORDED, REFUSED = "worded", "refused"
"""What a language model may have had to do with a conversation."""

_TURN, _MODEL_CALL = "turn", "model_call"
TOLD = frozenset({_TURN, _MODEL_CALL, "comment", "feedback", "handed_over", *MOVING})
"""Kinds of rows that change a line."""
_REFUSALS = frozenset(map(str, refusal.Reason))
_LATER = ("beside", "evasive", "instead", "told_since")
"""What lines of before don't hold; see `kept` for where they stand."""


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
    instead: Mapping[str, list[str]] = field(default_factory=dict)
    """By fact, what may hold beside or instead of that, and is asked back."""
    flags: Mapping[str, Raised] = field(default_factory=dict)
    advised: bool = False
    """Whether an advice on the deal was given, as `Stand.advice_given` has it."""
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
    """What questions fell into that the texts don't answer; see `bot.casebook.unanswered`."""
    faint: list[str] = field(default_factory=list)
    """Provisions that were nearest to questions, and far all the same."""
    open: list[str] = field(default_factory=list)
    """Facts that the last reply says have to be found out."""
    beside: list[str] = field(default_factory=list)
    """Matters told that the guidance does not speak of, and that somebody should hear of."""
    evasive: bool = False
    """Whether getting round the rules was spoken of, for oneself or as somebody's wish."""
    told_since: list[str] = field(default_factory=list)
    """What of both was told since a sign-off stands, which it knew nothing of and which outlasts
    that, since neither changes the deal or the advice."""
    model: list[str] = field(default_factory=list)
    """`WORDED` where a language model worded an answer, `REFUSED` where a draft was refused."""

    @property
    def gone(self) -> bool:
        """Whether all its words were erased."""
        return 0 < self.turns <= self.erased

    @property
    def reviewed(self) -> bool:
        """Whether a sign-off stands: the review is complete, and the advice the same since.

        What was returned with questions waits for answers, and so is not done with.
        """
        return self.review.standing is Standing.SIGNED and self.review.outcome != RETURNED

    @property
    def grave(self) -> list[Raised]:
        """The gravest flags that are raised."""
        return [one for one in self.flags.values() if one.gravity >= GRAVE]


def kept(memory: Memory) -> dict[str, Any]:
    """*memory* as JSON types; see `remembered`.

    Programs of earlier versions read it too while both run, so what they know nothing of stands
    there only where it says something, and beside the review's standing: there alone they pass over
    what they don't know.
    """
    made: dict[str, Any] = plain(memory)
    if not made["review"]["outcome"]:
        del made["review"]["outcome"]
    later = {name: made.pop(name) for name in _LATER}
    made["review"] |= {name: value for name, value in later.items() if value}
    return made


def remembered(text_: str) -> Memory:
    """The memory that a line keeps as JSON."""
    fields = json.loads(text_)
    flags = {name: Raised(**one) for name, one in fields.pop("flags").items()}
    review = fields.pop("review")
    # A later version may have written what this one knows nothing of.
    stand = Stand(**{**_known(Stand, review), "signed": tuple(review["signed"])})
    later = {name: review[name] for name in _LATER if name in review}
    return Memory(**_known(Memory, fields), **later, flags=flags, review=stand)


def _known(kind: type[Stand] | type[Memory], given: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields_of(kind)}
    return {name: value for name, value in given.items() if name in names}


# --- the fold ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """The body of a row: read once, since that of a turn is long."""

    body: Mapping[str, Any]
    turn: Turn | None
    """None where it is of none, or of one that this version can't read."""

    @property
    def reply(self) -> Reply | None:
        """The reply of its turn; None without one."""
        return None if self.turn is None else self.turn.reply

    def cites(self, at: str) -> case_cites.Cites:
        """What its turn cites; *at* is when the row was written."""
        shown = set() if self.reply is None else {
            str(one.provision) for one in self.reply.citations()}
        return case_cites.cited_in(self.body, at, shown)


def read_row(row: Mapping[str, Any]) -> Read:
    """The body of *row*, read."""
    body = json.loads(row["body"])
    return Read(body, turn_in(row, body))


def turn_in(row: Mapping[str, Any], body: Mapping[str, Any]) -> Turn | None:
    """The turn that *row* holds; None where it holds none, or one that this version can't read.

    Args:
        row: Its columns.
        body: What its body says.
    """
    return _turn(body) if row["kind"] == _TURN else None


def told(memory: Memory, row: Mapping[str, Any], read: Read | None = None) -> Memory:
    """*memory* with *row*, one of those `TOLD`.

    Args:
        memory: What the rows before it add up to.
        row: Its columns.
        read: Its body; None to read it.
    """
    read = read or read_row(row)
    body, turn = read.body, read.turn
    kind, at, signed = row["kind"], row["at"], memory.reviewed
    memory = replace(memory, opened_at=min(memory.opened_at or at, at),
                     updated_at=max(memory.updated_at, at),
                     review=moved_if_readable(
                         memory.review, kind, body, person_of(row["actor"]), _asked(row)))
    if kind == _TURN:
        memory = replace(memory, turns=memory.turns + 1,
                         erased=memory.erased + (row["words"] is None))
        if turn is None:
            return memory
        # What was asked leaves the counts with the words; what was told of a deal stays.
        asked = None if row["words"] is None else turn
        memory = _with_questions(_with_turn(memory, turn), asked)
        return replace(memory, told_since=sorted(
            {*memory.told_since, *_beside(turn, asked)})) if signed else memory
    if not signed and memory.reviewed:  # whoever signs has seen what was told until then
        return replace(memory, told_since=[])
    if kind == "feedback":
        return replace(memory, votes={**memory.votes, str(body.get("turn")): bool(
            body.get("good"))})
    if kind == "handed_over":
        return replace(memory, handed_over=True)
    if kind == _MODEL_CALL and body.get("outcome") in _REFUSALS:
        return replace(memory, model=sorted({*memory.model, REFUSED}))
    return memory


def _asked(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The words of *row* where it asks a person; those of others move no review."""
    if row["kind"] != ASKED or row["words"] is None:
        return None
    words: Mapping[str, Any] = json.loads(row["words"])
    return words


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
    if message.intent is Intent.START_OVER:
        changed = set()  # another deal is no correction of the first
    kept = {fact: values for fact, values in memory.facts.items() if fact not in message.retracted}
    facts: Mapping[str, list[str] | None] = {**kept, **heard}
    if message.intent is Intent.START_OVER:
        facts = heard
    instead = {fact: values for fact, values in memory.instead.items()
               if message.intent is not Intent.START_OVER and fact not in heard
               and fact not in message.retracted}
    instead |= {str(fact): sorted(answer.instead) for fact, answer in message.heard.items()
                if answer.instead}
    asked = [] if reply.question is None else [str(one.fact) for one in reply.question.all()]
    skipped = {*memory.skipped, *passed} - facts.keys() - set(asked)
    cited = reply.citations()
    relied = {citation.provision for citation in cited}
    near = [round(passage.similarity * 1000) for found in turn.found if not found.abstained
            for passage in found.passages
            if passage.why is Why.SIMILAR and passage.provision in relied]
    if memory.similarity is not None:
        near.append(memory.similarity)
    unchecked = {str(citation.provision) for citation in cited
                 if citation.checked is Checked.UNCHECKED}
    return replace(
        memory,
        state=reply.kind.value,
        release=str(turn.release),
        facts=facts,
        instead=instead,
        flags=_raised(memory, turn),
        advised=memory.review.advice_given,
        pending=sorted(asked),
        skipped=[] if message.intent is Intent.START_OVER else sorted(skipped),
        corrected=sorted({*memory.corrected, *changed}),
        late=sorted({*memory.late, *changed}) if memory.advised else memory.late,
        unchecked=sorted({*memory.unchecked, *unchecked}),
        similarity=min(near, default=None),
        open=sorted(unanswered.still_open(turn)),
        # Getting round the rules is a reason of its own; see `unanswered.evasive`.
        beside=sorted({*memory.beside, *message.other_matters} - {Intent.EVASION.value}),
        model=sorted({*memory.model, *([WORDED] if reply.worded else [])}),
    )


def _beside(turn: Turn, asked: Turn | None) -> set[str]:
    """What *turn* tells beside the guidance; *asked* is it as well while its words are kept."""
    told = {*turn.message.other_matters} - {Intent.EVASION.value}
    evading = asked is not None and (
        unanswered.evasive(asked) or Intent.EVASION.value in unanswered.gaps(asked))
    return told | ({Intent.EVASION.value} if evading else set())


def _with_questions(memory: Memory, turn: Turn | None) -> Memory:
    if turn is None:
        return memory
    return replace(
        memory,
        gaps=sorted({*memory.gaps, *unanswered.gaps(turn)}),
        evasive=memory.evasive or unanswered.evasive(turn),
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
