"""How well a search finds what an expert would accept, and how sure we may be of the figure.

The measures themselves come from `ir-measures`, so that they mean what they mean elsewhere.
Relevance is yes or no, and at most `DEPTH` provisions of an answer are looked at.  A query with
an empty list of relevant provisions has no answer in the corpus: it takes no part in the
measures of rank, and finding something for it counts as a false answer.

A system under test is any function from questions to ranked ids, so the product and the plain
peers of `retrieval.plain_rag` are judged by the same lines of code.  Every interval holds 95 % and
comes out the same each time, since the resampling starts from `SEED`.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import yaml
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray

from retrieval.errors import RetrievalError
from retrieval.guidance import Guidance, ProvisionId

DEPTH = 10
"""Most provisions of one answer that are judged."""

SEED = 20200930
RESAMPLES = 2000
"""Enough for the ends of a 95 % interval to stand still in the second digit."""

System = Callable[[Sequence[str]], Sequence[Sequence[ProvisionId]]]
"""Ranked ids for each question, best first; none where it declines to answer."""

Values = NDArray[np.float64]

_MEASURES = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "success@1": Success @ 1,
    "success@5": Success @ 5,
}
_Z = 1.959964  # of the 95 % interval of a normal distribution


class BadGold(RetrievalError):
    """A file of labelled cases can't be used; the message lists every reason with its place."""


# Labelled queries --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """A question and the provisions that answer it; none when the corpus has no answer."""

    id: str
    query: str
    relevant: tuple[ProvisionId, ...]
    split: str | None = None
    """`dev` may be tuned on, `test` may not."""


def read_queries(file: Path) -> tuple[LabelledQuery, ...]:
    """The retrieval cases of *file*: JSON lines, or a YAML list such as `evaluation.yaml`.

    Raises:
        BadGold: The file can't be read, or a retrieval case lacks something.
    """
    problems: list[str] = []
    queries: list[LabelledQuery] = []
    for place, record in records(file):
        if record.get("kind", "retrieval" if "query" in record else "") != "retrieval":
            continue
        query, relevant = record.get("query"), record.get("relevant")
        if not isinstance(query, str) or not query.strip():
            problems.append(f"{place}: 'query' is the question, a text that isn't empty.")
        elif not isinstance(relevant, list) or not all(isinstance(i, str) for i in relevant):
            problems.append(f"{place}: 'relevant' is a list of provision ids; empty for none.")
        else:
            ids = tuple(ProvisionId(id_) for id_ in dict.fromkeys(relevant))
            name = str(record.get("id") or len(queries) + 1)
            queries.append(LabelledQuery(name, query, ids, record.get("split")))
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(queries)


def records(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every entry of *file* with the place where it stands.

    Raises:
        BadGold: The file is missing, isn't JSON lines or YAML, or an entry isn't a table.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{file} can't be read: {error}.") from error
    yaml_file = file.suffix in {".yaml", ".yml"}
    found = list(_yaml_entries(file, text) if yaml_file else _json_entries(file, text))
    problems = [
        f"{place}: an entry is a table of keys." for place, r in found if not isinstance(r, dict)
    ]
    if problems:
        raise BadGold("\n".join(problems))
    return found


def _yaml_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadGold(f"{file} isn't valid YAML: {error}.") from error
    if not isinstance(loaded, list):
        raise BadGold(f"{file} holds no list of cases.")
    return ((f"{file}, entry {number}", one) for number, one in enumerate(loaded, start=1))


def _json_entries(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"{file}:{number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise BadGold(f"{file}:{number}: not JSON: {error.msg}.") from error


def unknown_ids(queries: Sequence[LabelledQuery], guidance: Guidance) -> list[str]:
    """Ids that *queries* call relevant and the release lacks; nothing can find them."""
    named = dict.fromkeys(id_ for query in queries for id_ in query.relevant)
    return [id_ for id_ in named if id_ not in guidance.provisions]


# Figures -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval over *n* independent cases; None where there is none."""

    value: float | None
    low: float | None
    high: float | None
    n: int


NOTHING = Estimate(None, None, None, 0)


def ratio(numerators: Sequence[float], denominators: Sequence[float] | None = None) -> Estimate:
    """Sum over sum, one pair for each independent case; without *denominators* the mean.

    Cases are resampled whole, so that the flags of one deal, which hang together, count as one.
    """
    above = np.asarray(numerators, dtype=np.float64)
    below = np.ones_like(above) if denominators is None else np.asarray(denominators, np.float64)
    if not below.sum():
        return NOTHING
    drawn = _draws(len(above))
    sums = below[drawn].sum(axis=1)
    means = above[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    cases = int((below > 0).sum())
    return _estimate(float(above.sum() / below.sum()), means, cases)


def median(values: Sequence[float]) -> Estimate:
    """The median of *values*, one for each independent round."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return NOTHING
    drawn = _draws(len(found))
    return _estimate(float(np.median(found)), np.median(found[drawn], axis=1), len(found))


def share(hits: int, n: int) -> Estimate:
    """*hits* of *n*, by Wilson: resampling would call nought of twenty certain."""
    if not n:
        return NOTHING
    p = hits / n
    middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return Estimate(p, max(0.0, middle - reach), min(1.0, middle + reach), n)


def _draws(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _estimate(value: float, resampled: Values, n: int) -> Estimate:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(value, float(low), float(high), n)


# Judging -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """One query, what a system answered, and how good that was."""

    query: LabelledQuery
    found: tuple[ProvisionId, ...]
    measures: Mapping[str, float]
    """By name of measure; empty for a query without an answer in the corpus."""


@dataclass(frozen=True)
class Quality:
    """How one system did on a set of labelled queries."""

    figures: Mapping[str, Estimate]
    judged: tuple[Judged, ...] = field(repr=False)


def evaluate(system: System, queries: Sequence[LabelledQuery]) -> Quality:
    """Put all *queries* to *system* and judge what it finds."""
    answers = system([query.query for query in queries])
    found = [tuple(dict.fromkeys(ranked))[:DEPTH] for ranked in answers]
    measured = _measure(queries, found)
    judged = tuple(
        Judged(query, ids, measures)
        for query, ids, measures in zip(queries, found, measured, strict=True)
    )
    inside = [one for one in judged if one.query.relevant]
    outside = [one for one in judged if not one.query.relevant]
    figures = {name: ratio([one.measures[name] for one in inside]) for name in _MEASURES}
    figures["false declines"] = share(sum(not one.found for one in inside), len(inside))
    figures["false answers"] = share(sum(bool(one.found) for one in outside), len(outside))
    return Quality(figures, judged)


def _measure(
    queries: Sequence[LabelledQuery], found: Sequence[Sequence[ProvisionId]]
) -> list[dict[str, float]]:
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for number, (query, ids) in enumerate(zip(queries, found, strict=True)):
        if query.relevant:
            qrels[str(number)] = dict.fromkeys(query.relevant, 1)
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
    return {name: ratio([mine[name] - other[name] for mine, other in pairs]) for name in _MEASURES}
