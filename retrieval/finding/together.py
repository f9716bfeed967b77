"""What is read together: provisions that answer the same questions.

Whoever keeps the corpus says of a question which provisions answer it, and often it takes several:
the article and the comment that reads it, a red flag and the safeguard against it.  What is nearest
to a query is mostly found; what belongs to it is worded otherwise, and stands a little behind.

The numbers were chosen on every third of `more/asked.jsonl`, by recall@5 and nDCG@10 together:
.523 and .699 without, .534 and .705 with them; twice or half the `WORTH` .529 and .531.
Looked at afterwards, `dev` a went from .818 and .851 to .844 and .853, b from .917 and .945 to .952
and .947.  Where the first two may move as well, the first hit is right less often.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.indexes.entries import Entry

FIRST = 2
"""So many of the nearest stay as they are: what is read beside them is no better an answer."""
LEADING = 3
"""So many of the nearest say what is read beside them."""
AMONG = 20
"""Of so many of the nearest that is taken: what is further off has another matter."""
WORTH = 1.6
"""What a provision that answers every question of the leading ones gains, beside a cosine."""
SHARPNESS = 0.05
"""By so much nearness less a leading one says less, by a factor of e."""
FEWEST = 5
"""Shared questions below which little is known of what a provision is read with."""


class Together:
    """Which provisions answer the same questions, of one release."""

    def __init__(self, entries: Sequence[Entry], to: Sequence[int]) -> None:
        """Count questions.

        Args:
            entries: What is embedded of the release.
            to: The number of what each leads to; those of gaps are of no matter.
        """
        texts: dict[str, set[int]] = defaultdict(set)
        for entry, number in zip(entries, to, strict=True):
            if entry.gap is None:
                texts[entry.text].add(number)
        shared: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        questions: Counter[int] = Counter()
        for numbers in texts.values():
            if len(numbers) < 2:
                continue
            for one in sorted(numbers):
                questions[one] += 1
                for other in sorted(numbers - {one}):
                    shared[one][other] += 1 / (len(numbers) - 1)
        self._shares: Mapping[int, Mapping[int, float]] = {
            one: {other: count / max(questions[one], FEWEST) for other, count in counts.items()}
            for one, counts in shared.items()}

    def behind(
        self, ranked: NDArray[np.int64], near: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """*ranked*, with what is read beside the first of them moved up behind these.

        Args:
            ranked: Numbers of provisions, best first.
            near: How near each provision is, by its number.
        """
        leading, rest = ranked[:LEADING], ranked[FIRST:AMONG]
        if not self._shares or not len(rest):
            return ranked
        says = np.exp((near[leading] - near[leading[0]]) / SHARPNESS)
        gained: dict[int, float] = defaultdict(float)
        for number, share in zip(leading.tolist(), (says / says.sum()).tolist(), strict=True):
            for other, part in self._shares.get(number, {}).items():
                gained[other] += share * part
        by = near[rest] + WORTH * np.array([gained[number] for number in rest.tolist()])
        order = np.argsort(-by, kind="stable")
        return np.concatenate([ranked[:FIRST], rest[order], ranked[AMONG:]])
