"""Figures with 95 % intervals, over independent cases that are resampled whole.

Every interval comes out the same each time, since the resampling starts from `SEED`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20200930
RESAMPLES = 2000
"""Enough for the ends of a 95 % interval to stand still in the second digit."""

Values = NDArray[np.float64]

_Z = 1.959964  # of the 95 % interval of a normal distribution


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval over *n* independent cases; None where there is none."""

    value: float | None
    low: float | None
    high: float | None
    n: int


NOTHING = Estimate(None, None, None, 0)


def ratio(numerators: Sequence[float], denominators: Sequence[float] | None = None) -> Estimate:
    """Sum over sum of what is a share in each independent case; without *denominators* the mean.

    Cases are resampled whole, so that the flags of one deal, which hang together, count as one.
    Where the share is the same in all of them, resampling would call it certain, be it of a single
    case; then the interval is Wilson's over so many cases.
    """
    above = np.asarray(numerators, dtype=np.float64)
    below = np.ones_like(above) if denominators is None else np.asarray(denominators, np.float64)
    if not below.sum():
        return NOTHING
    cases = int((below > 0).sum())
    shares = above[below > 0] / below[below > 0]
    if np.all(shares == shares[0]) and shares[0] <= 1:  # more was asked than a form does
        return share(float(shares[0]) * cases, cases)
    drawn = _draws(len(above))
    sums = below[drawn].sum(axis=1)
    means = above[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    return _estimate(float(above.sum() / below.sum()), means, cases)


def difference(values: Sequence[float]) -> Estimate:
    """The mean of *values*, by how much one and the same case came out otherwise, for each case."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return NOTHING
    return _estimate(float(found.mean()), found[_draws(len(found))].mean(axis=1), len(found))


def median(values: Sequence[float]) -> Estimate:
    """The median of *values*, one for each independent round."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return NOTHING
    drawn = _draws(len(found))
    return _estimate(float(np.median(found)), np.median(found[drawn], axis=1), len(found))


def share(hits: float, n: int) -> Estimate:
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
