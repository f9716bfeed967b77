"""What single phrases add to the vector of a text that lists them.

A deal is searched by the labels of what is known of it: "CCTV cameras, Police, Kenya".  Each turn
that tells of a deal makes such a list that was hardly ever made before, of phrases that were.  So
each phrase is passed over by itself, once, and the vector of a list is the mean over the tokens of
all its phrases.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from retrieval.vectors import Vectors

KEPT = 1_024
"""Phrases held in memory, 1.5 kB each: all single labels of a release, and many pairs of them."""


class Phrases:
    """Sums of tokens by phrase, those used last; safe to share between threads.

    They hold a release's labels alone, and nobody's words, so they may stay.

    Args:
        make: Makes the sums over phrases, one a row.
    """

    def __init__(self, make: Callable[[Sequence[str]], Vectors]) -> None:
        self._make = make
        self._held: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def of(self, phrases: Sequence[str]) -> list[Vectors]:
        """The sum over each of *phrases*; those that aren't held are made together."""
        with self._lock:
            found = {one: self._held[one] for one in phrases if one in self._held}
        missing = [one for one in dict.fromkeys(phrases) if one not in found]
        if missing:
            # Outside the lock, so that others need not wait for these.
            found.update(zip(missing, self._make(missing), strict=True))
        with self._lock:
            for one in phrases:
                self._held[one] = found[one]
                self._held.move_to_end(one)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return [found[one] for one in phrases]
