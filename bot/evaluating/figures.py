"""The figures over all rehearsals; those of flags, facts and citations resample whole cases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.dialogue.reply import Kind
from bot.evaluating.bearing import Bearing
from bot.evaluating.grounding import Grounding
from bot.evaluating.judging import Verdict
from retrieval.estimates import Estimate, ratio, share


@dataclass(frozen=True, slots=True)
class Asked:
    """How much was asked in an interview, beside a form that asks for every fact."""

    median: float | None
    p90: float | None
    of_form: Estimate
    """All that was asked, as a share of what the form would have asked."""


@dataclass(frozen=True, slots=True)
class Questions:
    """How much was asked, over rehearsals of deals that came to their advice."""

    form: int
    """What a form asks that asks for every fact."""
    messages: Asked
    """Messages that asked something; a form's question is one message."""
    facts: Asked


def figures(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    """How the rehearsals went; a figure for which no case states anything has no value."""

    def over(above: Callable[[Verdict], float], below: Callable[[Verdict], float]) -> Estimate:
        return ratio([above(v) for v in verdicts], [below(v) for v in verdicts])

    n = len(verdicts)
    deals = [v for v in verdicts if v.expect == "advice"]
    stated = [v for v in verdicts if v.facts]
    return {
        "red flag recall": over(lambda v: len(v.right), lambda v: len(v.right) + len(v.missed)),
        "red flag precision": over(lambda v: len(v.right), lambda v: len(v.right) + len(v.wrong)),
        "grave flag recall": over(lambda v: v.grave - v.grave_missed, lambda v: v.grave),
        "missed flags left open for want of a question": over(
            lambda v: len(v.unasked), lambda v: len(v.missed)
        ),
        # Only where a case states what its messages say can it be told what nobody gave.
        "premature flags": over(
            lambda v: len(v.premature), lambda v: v.raised if v.reading is not None else 0
        ),
        "cases with all flags right": share(
            sum(v.failure is None and not v.missed and not v.wrong for v in verdicts), n
        ),
        "fact accuracy": ratio(
            [v.facts - len(v.wrong_facts) for v in stated], [v.facts for v in stated]
        ),
        "cases with all facts right": share(
            sum(v.failure is None and not v.wrong_facts for v in stated), len(stated)
        ),
        "facts neither told nor asked for": over(
            lambda v: len(v.unasked_facts), lambda v: v.facts + len(v.unasked_facts)
        ),
        "safeguard recall@5": over(
            lambda v: v.safeguards - len(v.missing_safeguards), lambda v: v.safeguards
        ),
        "safeguards shown or on request": over(
            lambda v: v.safeguards - len(v.unnamed_safeguards), lambda v: v.safeguards
        ),
        "citations present": over(
            lambda v: v.citations - len(v.missing_citations), lambda v: v.citations
        ),
        "wrong citations": over(lambda v: len(v.wrong_citations), lambda v: v.never_cited),
        "wrong safeguards": over(lambda v: len(v.wrong_safeguards), lambda v: v.never_suggested),
        "considerations weighed": over(
            lambda v: v.considered - len(v.missing_considerations), lambda v: v.considered
        ),
        "kind as expected": share(sum(v.as_expected for v in verdicts), n),
        "broken off": share(sum(v.failure is not None for v in verdicts), n),
        "asked again": share(sum(v.asked_again > 0 for v in verdicts), n),
        "questions whose answer could not matter": ratio(
            [len(v.idle) for v in deals], [v.facts_asked for v in deals]
        ),
        "facts told that were asked for": ratio(
            [len(v.told_anyway) for v in deals],
            [v.reading is not None and v.facts_asked for v in deals],
        ),
        "called approved, lawful or safe": share(sum(bool(v.assurances) for v in verdicts), n),
    }


def reading_figures(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    """How the messages alone were read, over the cases that state what theirs say."""
    found = [v.reading for v in verdicts if v.reading is not None and v.expect == "advice"]
    right = [r.right for r in found]
    return {
        "precision": ratio(right, [r.claimed for r in found]),
        "recall": ratio(right, [r.stated for r in found]),
        "F1": ratio([2 * r.right for r in found], [r.claimed + r.stated for r in found]),
        "joint accuracy": share(sum(r.exact for r in found), len(found)),
        "hedges kept": ratio([r.hedges_kept for r in found], [r.hedged for r in found]),
    }


def scope_figures(first: Sequence[tuple[str, str | None]]) -> dict[str, Estimate]:
    """How first messages were received: each what was expected, and what the reply was."""
    asked = [kind for expected, kind in first if expected == "advice"]
    outside = [kind for expected, kind in first if expected == "decline"]
    declined = Kind.DECLINE.value
    return {
        "false declines": share(sum(kind == declined for kind in asked), len(asked)),
        "false answers": share(sum(kind != declined for kind in outside), len(outside)),
    }


def grounding_figures(found: Grounding, bearings: Sequence[Bearing]) -> dict[str, Estimate]:
    """How well the claims are grounded: the first two over claims, the others over cases."""
    citations = found.citations
    return {
        "claims with a citation": share(found.claims - len(found.uncited), found.claims),
        "citations that exist, word for word": share(citations - len(found.faults), citations),
        "citation precision": ratio([b.bearing for b in bearings], [b.labelled for b in bearings]),
        "citation recall": ratio([b.borne_out for b in bearings], [b.claims for b in bearings]),
    }


def questions(verdicts: Sequence[Verdict], form: int) -> Questions:
    """How much was asked in the deals of *verdicts*, beside a form of *form* questions."""
    # A deal that was declined came to no advice, and cost no question on the way to none.
    deals = [v for v in verdicts if v.as_expected and v.expect == "advice"]
    return Questions(
        form,
        _asked([v.questions for v in deals], form),
        _asked([v.facts_asked for v in deals], form),
    )


def _asked(counts: Sequence[int], form: int) -> Asked:
    if not counts:
        return Asked(None, None, ratio([]))
    p50, p90 = np.percentile(counts, [50, 90])
    return Asked(float(p50), float(p90), ratio(counts, [form] * len(counts)))
