"""How well a search finds what an expert would accept, and how sure we may be of the figure.

The measures themselves come from `ir-measures`, so that they mean what they mean elsewhere.
nDCG counts the grades where the labels have some; to the other measures a provision is relevant
or not.  At most `DEPTH` provisions of an answer are looked at.  A query with an empty list of
relevant provisions has no answer in the corpus: it takes no part in the measures of rank, and
finding something for it counts as a false answer.  A query that says only what is wrong is held to
that alone.

A system under test is any function from questions to ranked ids, so the product and the plain
peers of `retrieval.measuring.plain_rag` are judged by the same lines of code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import ir_measures
from ir_measures import RR, R, Success, nDCG

from retrieval.estimates import Estimate, difference, ratio, share
from retrieval.guidance import ProvisionId, SourceId
from retrieval.labelled.cases import LabelledQuery

DEPTH = 10
"""Most provisions of one answer that are judged."""

LOOKED_AT = 5
"""How many provisions a person is shown: among these no document should be the wrong one."""

TOLD_APART = ("outside", "near")
"""Groups of questions whose false answers are also counted by themselves: those on something else
altogether, and those on our subject to which the corpus has no answer."""

System = Callable[[Sequence[str]], Sequence[Sequence[ProvisionId]]]
"""Ranked ids for each question, best first; none where it declines to answer."""

_MEASURES = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "success@1": Success @ 1,
    "success@5": Success @ 5,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One query, what a system answered, and how good that was."""

    query: LabelledQuery
    found: tuple[ProvisionId, ...]
    measures: Mapping[str, float]
    """By name of measure; empty for a query without an answer in the corpus."""

    @property
    def shown_wrongly(self) -> tuple[ProvisionId, ...]:
        """What a person is shown although the query calls it wrong."""
        return tuple(id_ for id_ in self.found[:LOOKED_AT] if id_ in self.query.wrong)


@dataclass(frozen=True)
class Quality:
    """How one system did on a set of labelled queries."""

    figures: Mapping[str, Estimate]
    judged: tuple[Judged, ...] = field(repr=False)


def evaluate(
    system: System,
    queries: Sequence[LabelledQuery],
    sources: Mapping[ProvisionId, SourceId] | None = None,
) -> Quality:
    """Put all *queries* to *system* and judge what it finds.

    Args:
        system: What is measured.
        queries: What it is asked.
        sources: The source of each provision; without them no document mismatch is measured.
    """
    answers = system([query.query for query in queries])
    found = [tuple(dict.fromkeys(ranked))[:DEPTH] for ranked in answers]
    measured = _measure(queries, found)
    judged = tuple(
        Judged(query, ids, measures)
        for query, ids, measures in zip(queries, found, measured, strict=True)
    )
    inside = [one for one in judged if one.query.relevant]
    outside = [one for one in judged if not one.query.relevant and not one.query.open]
    labelled = [one for one in judged if one.query.wrong]
    figures = {name: ratio([one.measures[name] for one in inside]) for name in _MEASURES}
    if sources is not None:
        figures["document mismatch"] = _mismatch(inside, sources)
    figures["false declines"] = share(sum(not one.found for one in inside), len(inside))
    figures["false answers"] = _answered(outside)
    for group in TOLD_APART:
        of_group = [one for one in outside if one.query.group == group]
        if of_group:
            figures[f"false answers, {group}"] = _answered(of_group)
    if labelled:
        figures["wrong ones shown"] = share(
            sum(bool(one.shown_wrongly) for one in labelled), len(labelled))
    return Quality(figures, judged)


def _answered(judged: Sequence[Judged]) -> Estimate:
    return share(sum(bool(one.found) for one in judged), len(judged))


def _mismatch(judged: Sequence[Judged], sources: Mapping[ProvisionId, SourceId]) -> Estimate:
    """The share of what a person is shown that comes from a source with nothing relevant in it."""
    wrong, seen = [], []
    for one in judged:
        right = {sources[id_] for id_ in one.query.relevant if id_ in sources}
        top = one.found[:LOOKED_AT]
        wrong.append(sum(sources[id_] not in right for id_ in top))
        seen.append(len(top))
    return ratio(wrong, seen)


def _measure(
    queries: Sequence[LabelledQuery], found: Sequence[Sequence[ProvisionId]]
) -> list[dict[str, float]]:
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for number, (query, ids) in enumerate(zip(queries, found, strict=True)):
        if query.relevant:
            qrels[str(number)] = {str(id_): gain for id_, gain in query.gains().items()}
            # Only the order counts.
            run[str(number)] = {id_: float(DEPTH - rank) for rank, id_ in enumerate(ids)}
    # The library leaves out a query for which a run holds nothing.
    measured: list[dict[str, float]] = [
        dict.fromkeys(_MEASURES, 0.0) if query.relevant else {} for query in queries
    ]
    if qrels:
        names = {measure: name for name, measure in _MEASURES.items()}
        for one in ir_measures.iter_calc(list(names), qrels, run):
            measured[int(one.query_id)][names[one.measure]] = float(one.value)
    return measured


def gains(ours: Quality, theirs: Quality) -> dict[str, Estimate]:
    """Ours less theirs for each measure of rank, query by query.

    Both were asked the same queries, so the interval is that of the differences and much
    narrower than the two intervals side by side would suggest.
    """
    pairs = [
        (mine.measures, other.measures)
        for mine, other in zip(ours.judged, theirs.judged, strict=True)
        if mine.query.relevant
    ]
    return {name: difference([mine[name] - other[name] for mine, other in pairs])
            for name in _MEASURES}
