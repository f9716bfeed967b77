"""What the advice on two deals has in common, and in what it differs.

The two are a deal before and after a correction, a deal as it is and as it is supposed to be, or
two deals of the same person.  Only values are compared here; `telling`, beside this module, words
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.dialogue.deal import Deal
from bot.dialogue.judging import Finding, coverage, judge_all, open_facts, standings
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.replies.suggesting import leading_safeguards
from bot.dialogue.reply import Status
from retrieval.guidance import Fact, FlagId, Guidance, RedFlag, Safeguard, SafeguardId

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice on one deal, as far as it can be held against that on another."""

    deal: Deal
    raised: Mapping[FlagId, RedFlag]
    """Flags raised, surely or on something supposed, the gravest first."""
    safeguards: Mapping[SafeguardId, Safeguard]
    """The first few, best first."""
    further: frozenset[SafeguardId]
    """The others that fit."""
    standings: Mapping[str, Status]
    """By consideration; one that is absent does not apply."""
    open_facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A consideration that stands differently; None where it does not apply."""

    consideration: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True)
class Difference:
    """In what a second advice differs from a first one; everything in the order of the second."""

    one: Deal
    other: Deal
    facts: tuple[Fact, ...]
    """Facts whose values differ, known in one of the deals or in both."""
    flags_added: tuple[RedFlag, ...]
    flags_removed: tuple[RedFlag, ...]
    shifts: tuple[Shift, ...]
    safeguards_added: tuple[Safeguard, ...]
    safeguards_removed: tuple[Safeguard, ...]
    further_added: frozenset[SafeguardId]
    """Of the safeguards behind the first few, those that fit the second deal alone."""
    further_removed: frozenset[SafeguardId]
    """Those that fit the first one alone."""
    facts_opened: tuple[Fact, ...]
    """Facts that matter and are not settled in the second deal alone."""
    facts_needless: tuple[Fact, ...]
    """Facts that are open in the first deal and don't matter in the second."""
    kept: tuple[str, ...]
    """Ids of the flags and safeguards that are in both."""


def advised(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding] | None = None
) -> Advised:
    """The advice on *deal*; *findings* are given where its flags have been judged already."""
    judged = judge_all(guidance, deal) if findings is None else findings
    best, further = leading_safeguards(guidance, deal, judged)
    return Advised(
        deal=deal,
        raised={f.flag.id: f.flag for f in ranked_findings(guidance, judged)
                if f.status is Status.RAISED},
        safeguards={s.id: s for s in best},
        further=further,
        standings=standings(judged, coverage(guidance, deal)),
        open_facts=open_facts(guidance, deal),
    )


def difference(guidance: Guidance, one: Advised, other: Advised) -> Difference:
    """In what the advice *other* differs from *one*."""
    shifts = (Shift(c.id, one.standings.get(c.id), other.standings.get(c.id))
              for c in guidance.considerations)
    return Difference(
        one=one.deal,
        other=other.deal,
        facts=tuple(f for f in guidance.questions if one.deal.known(f) != other.deal.known(f)),
        flags_added=_only(other.raised, one.raised),
        flags_removed=_only(one.raised, other.raised),
        shifts=tuple(s for s in shifts if s.before is not s.after),
        safeguards_added=_only(other.safeguards, one.safeguards),
        safeguards_removed=_only(one.safeguards, other.safeguards),
        further_added=other.further - one.further - one.safeguards.keys(),
        further_removed=one.further - other.further - other.safeguards.keys(),
        facts_opened=tuple(f for f in other.open_facts if f not in one.open_facts),
        facts_needless=tuple(f for f in one.open_facts
                             if f not in other.open_facts and not other.deal.settled(f)),
        kept=(*(f for f in other.raised if f in one.raised),
              *(s for s in other.safeguards if s in one.safeguards)),
    )


def corrected(before: Deal, after: Deal) -> frozenset[Fact]:
    """Facts of which a value was known that *after* has otherwise, or not at all."""
    return frozenset(
        fact for fact in before.answers
        if before.known(fact)
        and (before.known(fact), before.settled(fact)) != (after.known(fact), after.settled(fact))
    )


def _only(mine: Mapping[K, V], theirs: Mapping[K, V]) -> tuple[V, ...]:
    return tuple(value for key, value in mine.items() if key not in theirs)
