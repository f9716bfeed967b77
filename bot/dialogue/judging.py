"""Red flags judged for a deal, and the ledger of considerations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.conversation import Coverage, CoverageLine, Status
from bot.dialogue.deal import Deal, fits
from retrieval.guidance import Consideration, Fact, Guidance, NarrowScope, Question, RedFlag


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
    outcome = fits(flag.when, deal)
    failed = tuple(f for f, row in flag.when.items() if fits({f: row}, deal) is False)
    missing = tuple(f for f in flag.when if not deal.answered(f))
    if outcome is True:
        facts = tuple(flag.when)
        hedged = any(not deal.settled(f) and not deal.unknown(f) for f in facts)
        return Finding(flag, Status.RAISED, facts, (), (), hedged)
    if outcome is False:
        return Finding(flag, Status.NOT_RAISED, failed, (), ())
    beside = tuple(f for f in missing if f in idle)
    if beside:
        return Finding(flag, Status.NOT_RAISED, beside, (), ())
    matched = tuple(f for f, row in flag.when.items() if fits({f: row}, deal) is True)
    waiting = tuple(
        f for f, row in flag.when.items() if fits({f: row}, deal) is None and f not in missing
    )
    return Finding(flag, Status.OPEN, matched, missing, waiting)


def judge_all(guidance: Guidance, deal: Deal) -> tuple[Finding, ...]:
    """A finding for each red flag of the release, in catalogue order."""
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
    return deal.settled(fact) and deal.known(fact) <= scope.when[fact]


def matters(question: Question, deal: Deal) -> bool:
    """Whether the answer to *question* can matter for *deal*, by its `only_if` tables."""
    return not question.only_if or any(fits(t, deal) is not False for t in question.only_if)


def idle_facts(guidance: Guidance, deal: Deal) -> frozenset[Fact]:
    """Facts not worth a question for such a deal, by its scope and the questions' `only_if`."""
    scope = scope_of(guidance, deal)
    return frozenset(
        q.fact
        for q in guidance.questions.values()
        if not matters(q, deal)
        or (scope is not None and q.fact not in scope.still_ask and q.fact not in scope.when)
    )


def open_facts(guidance: Guidance, deal: Deal) -> tuple[Fact, ...]:
    """Facts that matter and are not settled, first those that the gravest flags wait for."""
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
    """For each consideration: addressed, open, or not applicable, and the facts that say so."""
    scope = scope_of(guidance, deal)
    idle = idle_facts(guidance, deal)
    return tuple(_covered(c, deal, scope, idle) for c in guidance.considerations)


def _covered(
    c: Consideration, deal: Deal, scope: NarrowScope | None, idle: Collection[Fact]
) -> CoverageLine:
    if scope is not None and c.id not in scope.applies:
        return CoverageLine(c.id, c.number, Coverage.NOT_APPLICABLE, tuple(scope.when))
    waiting = tuple(
        f for f in c.settled_by if not deal.settled(f) and (f not in idle or deal.answered(f))
    )
    if waiting:
        return CoverageLine(c.id, c.number, Coverage.OPEN, waiting)
    settled = tuple(f for f in c.settled_by if deal.settled(f))
    return CoverageLine(c.id, c.number, Coverage.ADDRESSED, settled)


def standing(findings: Sequence[Finding], consideration: str) -> Status:
    """How *consideration* stands: raised if a flag under it is, else open if one is."""
    statuses = {f.status for f in findings if f.flag.consideration == consideration}
    if Status.RAISED in statuses:
        return Status.RAISED
    return Status.OPEN if Status.OPEN in statuses or not statuses else Status.NOT_RAISED


def standings(
    findings: Sequence[Finding], ledger: Sequence[CoverageLine]
) -> Mapping[str, Status]:
    """How each consideration that applies stands; those that don't apply are left out."""
    stands: dict[str, Status] = {}
    for line in ledger:
        if line.state is Coverage.NOT_APPLICABLE:
            continue
        status = standing(findings, line.consideration)
        if status is not Status.RAISED:
            waits = line.state is Coverage.OPEN
            status = Status.OPEN if waits else Status.NOT_RAISED
        stands[line.consideration] = status
    return stands
