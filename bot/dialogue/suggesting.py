"""Safeguards for a deal, best first: those that its red flags call for and its facts fit."""

from collections.abc import Sequence

from bot.dialogue.conversation import Status
from bot.dialogue.deal import Deal, fits
from bot.dialogue.judging import Finding, scope_of
from retrieval.guidance import DealStage, Guidance, Safeguard, SafeguardId

SPECIFIC = 4
"""What a matching row of `suits` is worth: what is made for this product beats what is general."""
FOR_RAISED = 3
"""What a raised flag that names the safeguard is worth, times its gravity."""
FOR_OPEN = 1
"""The same for a flag that is still open: worth having ready, no more."""


def rank_safeguards(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> tuple[Safeguard, ...]:
    """All safeguards that fit *deal*, best first.

    One whose `suits` table fails on a known fact is left out, and so is one that the deal's stage
    has overtaken.  One that is made for particular facts is left out until those are known.  For a
    deal to which few considerations apply only what a flag calls for is left.
    """
    stages = _stages(guidance, deal)
    called = _called_for(findings)
    narrow = scope_of(guidance, deal) is not None
    scored = []
    for order, safeguard in enumerate(guidance.safeguards.values()):
        if safeguard.stage not in stages:
            continue
        fit = fits(safeguard.suits, deal) if safeguard.suits else None
        if safeguard.suits and fit is not True:
            continue
        if narrow and not called.get(safeguard.id):
            continue
        score = (
            called.get(safeguard.id, 0)
            + (0 if narrow else SPECIFIC * len(safeguard.suits))
            + safeguard.weight
            - stages.index(safeguard.stage)
        )
        scored.append((-score, order, safeguard))
    return tuple(safeguard for _, _, safeguard in sorted(scored, key=lambda row: row[:2]))


def _stages(guidance: Guidance, deal: Deal) -> tuple[DealStage, ...]:
    for stage in sorted(deal.known(guidance.stage_fact) if guidance.stage_fact else ()):
        if stage in guidance.stage_order:
            return guidance.stage_order[stage]
    return (DealStage.BEFORE_SALE, DealStage.DESIGN, DealStage.AFTER_SALE)


def _called_for(findings: Sequence[Finding]) -> dict[SafeguardId, int]:
    """How strongly the flags call for each safeguard; the first that a flag names counts most."""
    called: dict[SafeguardId, int] = {}
    for finding in findings:
        worth = {Status.RAISED: FOR_RAISED, Status.OPEN: FOR_OPEN, Status.NOT_RAISED: 0}
        strength = worth[finding.status] * finding.flag.gravity
        if finding.status is Status.OPEN:
            strength = worth[finding.status]
        for place, safeguard in enumerate(finding.flag.safeguards):
            gained = max(strength - place, 0)
            if gained:
                called[safeguard] = called.get(safeguard, 0) + gained
    return called
