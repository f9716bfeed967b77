"""Cases that a reviewer approved: each holds or doesn't, and no average hides one that doesn't."""

from bot.evaluating.judging import Verdict
from retrieval.measuring.holding import Held


def held_deal(verdict: Verdict) -> Held:
    """A deal: all that its case asks for is there, and nothing that it forbids."""
    lists = {
        "flag not raised": verdict.missed,
        "flag wrongly raised": verdict.wrong,
        "fact wrong": verdict.wrong_facts,
        "safeguard missing": verdict.missing_safeguards,
        "safeguard still suggested": verdict.wrong_safeguards,
        "citation missing": verdict.missing_citations,
        "still cited": verdict.wrong_citations,
        "not considered": verdict.missing_considerations,
        "assured": verdict.assurances,
    }
    faults = [f"{what}: {name}" for what, names in lists.items() for name in names]
    if verdict.failure is not None:
        faults.append(f"broke off: {verdict.failure}")
    elif not verdict.as_expected:
        faults.append(f"ended as {verdict.kind}")
    return Held(verdict.case, tuple(faults))
