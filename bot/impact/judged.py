"""What a deal is told by a release, as far as that can be held against another release.

This is more than a sign-off is of (`bot.reviews.advised`): also which considerations apply and how
they stand, what the reader sees first, and which safeguards are shown without asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.deal import Deal
from bot.dialogue.judging import coverage, judge_all, scope_of, standings
from bot.dialogue.replies.composing import headline
from bot.dialogue.replies.ranking import first_finding
from bot.dialogue.replies.suggesting import leading_safeguards
from bot.dialogue.reply import Status
from bot.reviews.advised import how, relied_on
from retrieval.guidance import Guidance, ProvisionId


@dataclass(frozen=True, slots=True)
class Judged:
    """The advice on a deal."""

    flags: Mapping[str, str]
    """How each red flag that applies stands."""
    considerations: Mapping[str, str]
    """How each consideration that applies stands."""
    first: frozenset[str]
    """The safeguards that are shown at once."""
    more: frozenset[str]
    """Those that are shown on asking."""
    headline: str
    """Which upshot stands on top."""
    worst: str
    """The raised flag that it names; empty where none is raised."""
    relied: frozenset[ProvisionId]
    """The provisions that all of it relies on."""

    @property
    def safeguards(self) -> frozenset[str]:
        """All of them."""
        return self.first | self.more


def judged(guidance: Guidance, deal: Deal) -> Judged:
    """What *deal* is told by *guidance*."""
    findings = judge_all(guidance, deal)
    first, more = leading_safeguards(guidance, deal, findings)
    raised = [f for f in findings if f.status is Status.RAISED]
    worst = first_finding(guidance, raised)
    still_open = sum(f.status is Status.OPEN for f in findings)
    stands = standings(findings, coverage(guidance, deal))
    return Judged(
        flags={str(f.flag.id): how(f) for f in findings if f.status is not Status.NOT_RAISED},
        considerations={name: status.value for name, status in stands.items()},
        first=frozenset(str(s.id) for s in first),
        more=frozenset(map(str, more)),
        headline=headline(scope_of(guidance, deal), raised, still_open),
        worst="" if worst is None else str(worst.flag.id),
        relied=frozenset(relied_on(
            guidance, deal, findings, (*first, *(guidance.safeguards[s] for s in more)), stands)),
    )
