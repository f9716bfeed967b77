"""Red flags judged for a deal, and the ledger of considerations."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.dialogue.deal import Deal, fits, fits_beside, row_fits
from bot.dialogue.reply import Coverage, CoverageLine, Status
from retrieval.guidance import (
    Consideration,
    DealStage,
    Fact,
    Guidance,
    NarrowScope,
    Question,
    RedFlag,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Finding:
    """A red flag judged for a deal: never cleared, only raised, open or not raised."""

    flag: RedFlag
    status: Status
    because: tuple[Fact, ...]
    """The facts that decided it."""
    missing: tuple[Fact, ...]
    """Facts never answered that could still decide it."""
    unknown: tuple[Fact, ...]
    """Facts answered with "I don't know", or only supposed, that leave it open."""
    tentative: bool = False
    """Raised, but on something that was only supposed."""


def judge(flag: RedFlag, deal: Deal, idle: Collection[Fact] = ()) -> Finding:
    """Judge *flag* for *deal*.

    Args:
        flag: A red flag of the release.
        deal: What is known.
        idle: Facts that don't matter for such a deal (see `idle_facts`); a flag that waits for
            one of them is not raised.

    A row fails only on an answer that was given and not hedged; see `fits`.
    """
    # One pass over the rows: every turn and every survey of stored cases judges all flags.
    matched: list[Fact] = []
    failed: list[Fact] = []
    missing: list[Fact] = []
    waiting: list[Fact] = []
    hedged = False
    for fact, row in flag.when.items():
        answer = deal.answers.get(fact)
        if answer is None:
            missing.append(fact)
            continue
        verdict = row_fits(row, answer)
        if verdict:
            matched.append(fact)
            surely = answer.values is None or (
                answer.sure and not row.isdisjoint(answer.values))
            hedged = hedged or not surely
        else:
            (waiting if verdict is None else failed).append(fact)
    if failed:
        return Finding(flag, Status.NOT_RAISED, tuple(failed), (), ())
    if not missing and not waiting:
        return Finding(flag, Status.RAISED, tuple(matched), (), (), hedged)
    beside = tuple(f for f in missing if f in idle)
    if beside:
        return Finding(flag, Status.NOT_RAISED, beside, (), ())
    return Finding(flag, Status.OPEN, tuple(matched), tuple(missing), tuple(waiting))


def judge_all(guidance: Guidance, deal: Deal) -> tuple[Finding, ...]:
    """A finding for each red flag of the release, in catalogue order."""
    if deal.answers:
        return _of_latest(guidance, deal, _judged)
    # As every first answer is held against, and every question before a deal.
    known = guidance.worked_out.of(judge_all)
    if None not in known:
        known[None] = _judged(guidance, deal)
    return known[None]


def _judged(guidance: Guidance, deal: Deal) -> tuple[Finding, ...]:
    idle = idle_facts(guidance, deal)
    return tuple(judge(flag, deal, idle) for flag in guidance.red_flags)


def scope_of(guidance: Guidance, deal: Deal) -> NarrowScope | None:
    """The kind of deal to which few considerations apply, if *deal* is surely one.

    A hedged answer never narrows the scope.
    """
    for scope in guidance.scopes:
        if fits(scope.when, deal) is True and all(_only(scope, deal, f) for f in scope.when):
            return scope
    return None


def _only(scope: NarrowScope, deal: Deal, fact: Fact) -> bool:
    """Every value of *fact* lies in the row: a hospital *and* the police is not benign."""
    return deal.certain(fact) and deal.known(fact) <= scope.when[fact]


def holds_beside(scope: NarrowScope, fact: Fact, deal: Deal) -> bool:
    """Whether *deal* is surely of *scope* as far as other facts than *fact* go."""
    return fits_beside(scope.when, fact, deal) is True and all(
        _only(scope, deal, other) for other in scope.when if other != fact)


def matters(question: Question, deal: Deal) -> bool:
    """Whether the answer to *question* can matter for *deal*, by its `only_if` tables."""
    return not question.only_if or any(fits(t, deal) is not False for t in question.only_if)


def idle_facts(guidance: Guidance, deal: Deal) -> frozenset[Fact]:
    """Facts not worth a question for such a deal, by its scope and the questions' `only_if`."""
    return _of_latest(guidance, deal, _idle_facts)


def _idle_facts(guidance: Guidance, deal: Deal) -> frozenset[Fact]:
    return _idle(guidance, deal, scope_of(guidance, deal))


def _of_latest(guidance: Guidance, deal: Deal, what: Callable[[Guidance, Deal], _T]) -> _T:
    """*what* of *deal*; a turn asks it several times of the same one, so the latest is kept.

    The deal itself, which holds somebody's words, is not.
    """
    return guidance.worked_out.of_latest(what, deal, lambda: what(guidance, deal))


def left_out(guidance: Guidance, scope: NarrowScope) -> frozenset[Fact]:
    """Facts not worth a question for a deal of *scope*, whatever else is known of it."""
    return frozenset(f for f in guidance.questions
                     if f not in scope.still_ask and f not in scope.when)


def _idle(guidance: Guidance, deal: Deal, scope: NarrowScope | None) -> frozenset[Fact]:
    needless = frozenset([q.fact for q in guidance.questions.values() if not matters(q, deal)])
    return needless if scope is None else needless | left_out(guidance, scope)


def stages_left(guidance: Guidance, deal: Deal) -> tuple[DealStage, ...]:
    """The stages whose safeguards are still possible for *deal*, best first.

    While nobody has told its stage, all are.
    """
    for stage in sorted(deal.known(guidance.stage_fact) if guidance.stage_fact else ()):
        if stage in guidance.stage_order:
            return guidance.stage_order[stage]
    return (DealStage.ANY_TIME, DealStage.BEFORE_SALE, DealStage.DESIGN, DealStage.AFTER_SALE)


def open_facts(guidance: Guidance, deal: Deal) -> tuple[Fact, ...]:
    """Facts that matter and are not settled, first those that the gravest flags wait for."""
    return _of_latest(guidance, deal, _open_facts)


def _open_facts(guidance: Guidance, deal: Deal) -> tuple[Fact, ...]:
    idle = idle_facts(guidance, deal)
    still = [q for q in guidance.questions.values()
             if not deal.settled(q.fact) and (q.fact not in idle or deal.answered(q.fact))]
    waits: dict[Fact, int] = {}
    for flag in guidance.red_flags:
        if fits(flag.when, deal) is None:
            for fact in flag.when:
                waits[fact] = waits.get(fact, 0) + flag.gravity
    return tuple(q.fact for q in sorted(still, key=lambda q: (-waits.get(q.fact, 0), q.rank)))


def coverage(guidance: Guidance, deal: Deal) -> tuple[CoverageLine, ...]:
    """For each consideration: addressed, open, or not applicable, and the facts that say so.

    It says nothing else than the red flags do.  What one waits for keeps its consideration open,
    and one that is raised makes it apply, to whatever kind of deal.
    """
    scope = scope_of(guidance, deal)
    idle = idle_facts(guidance, deal)
    under: dict[str, list[Finding]] = {}
    for finding in judge_all(guidance, deal):
        under.setdefault(finding.flag.consideration, []).append(finding)
    return tuple(_covered(c, deal, scope, idle, under.get(c.id, ()))
                 for c in guidance.considerations)


def _covered(
    c: Consideration,
    deal: Deal,
    scope: NarrowScope | None,
    idle: Collection[Fact],
    findings: Sequence[Finding],
) -> CoverageLine:
    """The line of *c*, under which *findings* are."""
    raised = [f for f in findings if f.status is Status.RAISED]
    if scope is not None and c.id not in scope.applies and not raised:
        return CoverageLine(c.id, c.number, Coverage.NOT_APPLICABLE, tuple(scope.when))
    waiting: list[Fact] = []
    settled: list[Fact] = []
    for fact in c.settled_by:
        if deal.settled(fact):
            settled.append(fact)
        elif fact not in idle or deal.answered(fact):
            waiting.append(fact)
    waiting += [fact for f in findings if f.status is Status.OPEN
                for fact in (*f.missing, *f.unknown)]
    # Of what nothing asks nobody has told anything, whatever else is known of the deal.
    if waiting or not c.settled_by:
        return CoverageLine(c.id, c.number, Coverage.OPEN, tuple(dict.fromkeys(waiting)))
    settled = settled or [fact for f in raised for fact in f.because]
    return CoverageLine(c.id, c.number, Coverage.ADDRESSED, tuple(dict.fromkeys(settled)))


def standings(
    findings: Sequence[Finding], ledger: Sequence[CoverageLine]
) -> Mapping[str, Status]:
    """How each consideration that applies stands; those that don't apply are left out.

    It is raised if a flag under it is, else open while a fact that settles it is.
    """
    raised = {f.flag.consideration for f in findings if f.status is Status.RAISED}
    stands: dict[str, Status] = {}
    for line in ledger:
        if line.state is Coverage.NOT_APPLICABLE:
            continue
        waits = Status.OPEN if line.state is Coverage.OPEN else Status.NOT_RAISED
        stands[line.consideration] = (
            Status.RAISED if line.consideration in raised else waits)
    return stands
