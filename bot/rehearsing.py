"""Whole deals played through the bot, and what came of each held against what should have.

The person in a rehearsal says every message of the case in its order, whatever is asked in
between, and then answers each question from the case's answers, or with "I don't know".  It ends
with the first full advice that leaves nothing more to say.  Answers go in as picked choices: how
words are read is tested elsewhere, and here a slip there would count twice.

A red flag is judged if the guidance lists it, or if the case names it.  Where a case lists what
must not be raised, a flag it doesn't mention is not held against the bot; where it lists nothing,
every flag beyond `raised` is.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter, ValidationError

from bot.advisor import Outcome, Said
from bot.dialogue.conversation import Conversation, ConversationId, Kind, Reply, Status
from bot.dialogue.deal import MessageKey
from bot.errors import AdvisorError
from retrieval.evaluate import BadGold, Estimate, ratio, records, share
from retrieval.guidance import Fact, Guidance

MOST_TURNS = 60
"""Turns after which a rehearsal is given up; the longest real one takes some twenty."""

GRAVE = 3
"""Gravity of the flags whose recall is shown by itself."""

TakeTurn = Callable[[Said], Outcome]


@dataclass(frozen=True, slots=True)
class Case:
    """A deal: what is said, what is answered when asked, and what must come of it."""

    id: str
    says: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...] | None] | None = None
    raised: frozenset[str] = frozenset()
    not_raised: frozenset[str] | None = None
    cites_at_least: frozenset[str] = frozenset()
    safeguards_at_least: frozenset[str] = frozenset()
    facts: Mapping[str, frozenset[str] | None] | None = None
    """What must be known in the end; None is "not known"."""
    expect: Literal["advice", "decline"] = "advice"
    split: str | None = None


def read_cases(file: Path) -> tuple[Case, ...]:
    """The dialogue cases of *file*: JSON lines, or a YAML list.

    Raises:
        BadGold: The file can't be read, or a dialogue case lacks something.
    """
    problems: list[str] = []
    cases: list[Case] = []
    adapter = TypeAdapter(Case)
    known = set(Case.__dataclass_fields__)
    for place, record in records(file):
        if record.get("kind", "dialogue" if "says" in record else "") != "dialogue":
            continue
        given: dict[str, Any] = {"id": str(len(cases) + 1)}
        given |= {key: value for key, value in record.items() if key in known}
        if isinstance(given.get("says"), str):
            given["says"] = [given["says"]]
        for table in ("answers", "facts"):
            given[table] = _lists(given.get(table))
        try:
            case = adapter.validate_python(given)
        except ValidationError as error:
            for one in error.errors():
                where = ".".join(str(part) for part in one["loc"])
                problems.append(f"{place}: {where!r}: {one['msg']}.")
            continue
        if not case.says:
            problems.append(f"{place}: 'says' holds at least one message.")
        cases.append(case)
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(cases)


def _lists(table: Any) -> Any:
    """*table* with a value that stands by itself as a list of one."""
    if not isinstance(table, dict):
        return table
    return {key: [value] if isinstance(value, str) else value for key, value in table.items()}


def unknown_names(cases: Sequence[Case], guidance: Guidance) -> list[str]:
    """Flags, safeguards, provisions and facts that *cases* name and the release lacks."""
    known = {
        *guidance.provisions,
        *guidance.flag_by_id,
        *guidance.safeguards,
        *guidance.questions,
    }
    named = dict.fromkeys(
        name
        for case in cases
        for names in (
            sorted(case.raised | (case.not_raised or frozenset())),
            sorted(case.cites_at_least | case.safeguards_at_least),
            case.answers or (),
            case.facts or (),
        )
        for name in names
    )
    return [name for name in named if name not in known]


# Playing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a case went: the last reply, the conversation after it, and what was asked for."""

    case: Case
    reply: Reply | None
    conversation: Conversation
    asked: tuple[Fact, ...] = ()
    """Each fact asked for, once."""
    asked_again: tuple[Fact, ...] = ()
    """Facts asked for although they had been answered."""
    failure: str | None = None
    """Why it broke off; None when it came to its end."""

    @property
    def raised(self) -> frozenset[str]:
        """Flags raised in the last reply."""
        flags = self.reply.flags if self.reply else ()
        return frozenset(flag.id for flag in flags if flag.status is Status.RAISED)


def rehearse(case: Case, take_turn: TakeTurn) -> Rehearsal:
    """Play *case* to its end; what the bot refuses ends it early and is kept as its failure."""
    name = ConversationId(f"rehearsal-{case.id}-{uuid.uuid4().hex[:8]}")
    now = Rehearsal(case, None, Conversation(name))
    left = list(case.says)
    for _ in range(MOST_TURNS):
        said = _next(now, left)
        if said is None:
            return now
        try:
            outcome = take_turn(said)
        except AdvisorError as error:
            return replace(now, failure=f"{error.code}: {error}")
        now = _after(now, outcome)
    return replace(now, failure=f"no end after {MOST_TURNS} turns")


def _next(now: Rehearsal, left: list[str]) -> Said | None:
    """What the person says next; None when there is nothing more to say."""
    text, answers = "", None
    question = now.reply.question if now.reply else None
    if left:
        text = left.pop(0)
    elif question is not None and now.reply is not None and now.reply.kind is not Kind.ADVICE:
        values = (now.case.answers or {}).get(question.fact)
        answers = {str(question.fact): None if values is None else list(values)}
    else:
        return None
    key = MessageKey(f"{now.conversation.id}:{uuid.uuid4().hex}")
    return Said(key, now.conversation.id, "rehearsal", datetime.now(UTC), text, answers)


def _after(now: Rehearsal, outcome: Outcome) -> Rehearsal:
    reply, conversation = outcome.reply, outcome.conversation
    asked, again = now.asked, now.asked_again
    if reply.question is not None and reply.kind is not Kind.ADVICE:
        fact = reply.question.fact
        asked = (*asked, fact) if fact not in asked else asked
        if conversation.deal.answered(fact):
            again = (*again, fact)
    return replace(now, reply=reply, conversation=conversation, asked=asked, asked_again=again)


# Judging -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rehearsal held against its case; every tuple is in order of name."""

    case: str
    right: tuple[str, ...]
    """Flags that were to be raised, and were."""
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    """Flags raised that were not to be."""
    grave: int
    """How many of the flags to be raised are of the highest gravity."""
    grave_missed: int
    facts: int
    """How many facts the case states; 0 where it states none."""
    wrong_facts: tuple[str, ...]
    safeguards: int
    missing_safeguards: tuple[str, ...]
    """Wanted and not among those shown unasked."""
    unnamed_safeguards: tuple[str, ...]
    """Wanted and not among all those that the reply holds."""
    citations: int
    missing_citations: tuple[str, ...]
    kind: str | None
    as_expected: bool
    questions: int
    asked_again: int
    failure: str | None


def judge(rehearsal: Rehearsal, guidance: Guidance) -> Verdict:
    """Hold *rehearsal* against what its case asks for."""
    case, reply = rehearsal.case, rehearsal.reply
    named = case.raised | (case.not_raised or frozenset())
    judged = {f.id for f in guidance.red_flags if not f.ours} | named
    raised = rehearsal.raised & judged
    beyond = raised - case.raised
    wrong = beyond if case.not_raised is None else beyond & case.not_raised
    grave = {f.id for f in guidance.red_flags if f.gravity >= GRAVE} & case.raised
    deal = rehearsal.conversation.deal
    facts = case.facts or {}
    shown = {s.id for s in reply.safeguards} if reply else set()
    held = shown | ({s.id for s in reply.more_safeguards} if reply else set())
    cited = {c.provision for c in reply.citations()} if reply else set()
    kind = reply.kind.value if reply else None
    return Verdict(
        case=case.id,
        right=tuple(sorted(raised & case.raised)),
        missed=tuple(sorted(case.raised - raised)),
        wrong=tuple(sorted(wrong)),
        grave=len(grave),
        grave_missed=len(grave - raised),
        facts=len(facts),
        wrong_facts=tuple(
            sorted(f for f, values in facts.items() if deal.known(Fact(f)) != (values or set()))
        ),
        safeguards=len(case.safeguards_at_least),
        missing_safeguards=tuple(sorted(case.safeguards_at_least - shown)),
        unnamed_safeguards=tuple(sorted(case.safeguards_at_least - held)),
        citations=len(case.cites_at_least),
        missing_citations=tuple(sorted(case.cites_at_least - cited)),
        kind=kind,
        as_expected=rehearsal.failure is None and kind == case.expect,
        questions=len(rehearsal.asked),
        asked_again=len(rehearsal.asked_again),
        failure=rehearsal.failure,
    )


@dataclass(frozen=True, slots=True)
class Questions:
    """How many questions it took, over rehearsals that came to their end."""

    form: int
    """What a form asks that asks for every fact."""
    median: float | None
    p90: float | None
    of_form: Estimate
    """All questions asked, as a share of what the form would have asked."""


def figures(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    """The figures over all cases; those of flags and facts resample whole cases."""
    right = [len(v.right) for v in verdicts]
    stated = [v for v in verdicts if v.facts]
    flags_right = sum(not v.missed and not v.wrong for v in verdicts)
    return {
        "red flag recall": ratio(right, [len(v.right) + len(v.missed) for v in verdicts]),
        "red flag precision": ratio(right, [len(v.right) + len(v.wrong) for v in verdicts]),
        "grave flag recall": ratio(
            [v.grave - v.grave_missed for v in verdicts], [v.grave for v in verdicts]
        ),
        "cases with all flags right": share(flags_right, len(verdicts)),
        "fact accuracy": ratio(
            [v.facts - len(v.wrong_facts) for v in stated], [v.facts for v in stated]
        ),
        "cases with all facts right": share(sum(not v.wrong_facts for v in stated), len(stated)),
        "safeguards shown": ratio(
            [v.safeguards - len(v.missing_safeguards) for v in verdicts],
            [v.safeguards for v in verdicts],
        ),
        "safeguards shown or on request": ratio(
            [v.safeguards - len(v.unnamed_safeguards) for v in verdicts],
            [v.safeguards for v in verdicts],
        ),
        "citations present": ratio(
            [v.citations - len(v.missing_citations) for v in verdicts],
            [v.citations for v in verdicts],
        ),
        "kind as expected": share(sum(v.as_expected for v in verdicts), len(verdicts)),
        "broken off": share(sum(v.failure is not None for v in verdicts), len(verdicts)),
        "asked again": share(sum(v.asked_again > 0 for v in verdicts), len(verdicts)),
    }


def questions(verdicts: Sequence[Verdict], form: int) -> Questions:
    """How many questions it took beside a form of *form* questions."""
    counts = [v.questions for v in verdicts if v.failure is None]
    if not counts:
        return Questions(form, None, None, ratio([]))
    p50, p90 = np.percentile(counts, [50, 90])
    return Questions(form, float(p50), float(p90), ratio(counts, [form] * len(counts)))
