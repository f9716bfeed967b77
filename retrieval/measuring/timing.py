"""Two ways of doing one thing, timed against each other in one run.

Machines are noisy and differ, so seconds are shown and ratios are relied on.  A round runs the
texts in blocks in the order A, B, B, A, whereby a machine that slows down slows both alike.  The
two blocks of A in each round also race each other: their ratio should lie near one, and how far
it strays shows how far to trust the rest.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.estimates import Estimate, median

ROUNDS = 10

Timed = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one call took, in milliseconds, over all rounds."""

    p50_ms: float
    p95_ms: float
    calls: int


@dataclass(frozen=True, slots=True)
class Race:
    """Ours against theirs; a ratio below one means that ours was faster."""

    ours: Pace
    theirs: Pace
    p50_ratio: Estimate
    p95_ratio: Estimate
    gauge: Estimate
    """Ours against itself, by medians."""


def race(
    ours: Timed,
    theirs: Timed,
    texts: Sequence[str],
    *,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
    between: Callable[[], object] = lambda: None,
) -> Race:
    """Time *ours* against *theirs* on *texts*, after one block of each to warm up.

    Ratios are taken round by round; the median of them is given.  *between* is called behind each
    call, and not timed: what others do in the product before the next one.
    """

    def block(do: Timed) -> list[float]:
        took = []
        for text in texts:
            begun = clock()
            do(text)
            took.append((clock() - begun) * 1000)
            between()
        return took

    block(ours)
    block(theirs)
    run = [(block(ours), block(theirs), block(theirs), block(ours)) for _ in range(rounds)]
    mine = [first + last for first, _, _, last in run]
    other = [second + third for _, second, third, _ in run]
    return Race(
        _pace(mine),
        _pace(other),
        _ratios(mine, other, 50),
        _ratios(mine, other, 95),
        _ratios([first for first, _, _, _ in run], [last for _, _, _, last in run], 50),
    )


def _pace(rounds: Sequence[Sequence[float]]) -> Pace:
    took = np.concatenate([np.asarray(one) for one in rounds])
    p50, p95 = np.percentile(took, [50, 95])
    return Pace(float(p50), float(p95), len(took))


def _ratios(
    above: Sequence[Sequence[float]], below: Sequence[Sequence[float]], percentile: int
) -> Estimate:
    return median(
        [
            float(np.percentile(a, percentile) / np.percentile(b, percentile))
            for a, b in zip(above, below, strict=True)
        ]
    )
