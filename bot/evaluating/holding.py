"""Cases that a reviewer approved: each holds or doesn't, and no average hides one that doesn't."""

from dataclasses import dataclass

from bot.evaluating.judging import Verdict
from retrieval.evaluate import LOOKED_AT, Judged


@dataclass(frozen=True, slots=True)
class Held:
    """One approved case, and what is wrong with the answer to it now."""

    case: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the answer is as the reviewer wanted it."""
        return not self.faults


def held_query(judged: Judged) -> Held:
    """A question: what answers it is found, what doesn't isn't shown, and nothing where nothing is.

    What answers it may come anywhere among those found, so that a better provision that somebody
    adds breaks nothing; what is wrong must not come among those that a person is shown.
    """
    query = judged.query
    lacking = [id_ for id_ in query.relevant if id_ not in judged.found]
    faults = [f"still shown: {id_}" for id_ in judged.shown_wrongly]
    faults += [f"not found: {id_}" for id_ in lacking]
    if not query.relevant and not query.open:
        faults += [f"found though nothing answers it: {id_}" for id_ in judged.found[:LOOKED_AT]]
    return Held(query.id, tuple(faults))


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
