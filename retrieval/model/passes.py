"""The newest passes of the packaged model over single texts, so that a turn pays for each once.

A turn reads a message, holds it against the gaps and searches with it: the same words, three times.
One pass serves all: what it gives for each token is what a message is read by, and their mean is
what it is searched with.

A pass holds no words, but vectors tell something of the words that they were made of.  So few are
held, for a minute of use at most, under a digest whose key is drawn anew in each process, and
nothing is written anywhere.
"""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from retrieval.model.vectors import Vectors

KEPT = 16
"""Passes held in memory: 30 kB each for a message of 20 tokens, 400 kB at most."""

KEPT_SECONDS = 60.0
"""How old a pass may be; older ones go when the next text comes."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass gives for one text.

    Attributes:
        tokens: A vector for each token, (tokens, dimensions); not to be written to.
        spans: The characters that each token stands for; empty where it stands for none.
        mean: The mean of the tokens, of length one.
    """

    tokens: Vectors
    spans: tuple[Span, ...]
    mean: Vectors


class Passes:
    """Passes by text; safe to share between threads.

    Args:
        make: Makes the pass over a text.
        now: The clock, in seconds.
    """

    def __init__(
        self, make: Callable[[str], Pass], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = make
        self._now = now
        self._key = os.urandom(32)
        self._held: OrderedDict[bytes, tuple[float, Pass]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def of(self, text: str) -> Pass:
        """The pass over *text*, made unless it is held."""
        name = hashlib.blake2b(
            text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()
        with self._lock:
            self._forget_old()
            if name in self._held:
                return self._held[name][1]
        # Outside the lock, so that texts of other people need not wait for this one.
        made = self._make(text)
        with self._lock:
            self._held[name] = self._now(), made
            self._held.move_to_end(name)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return made

    def _forget_old(self) -> None:
        oldest = self._now() - KEPT_SECONDS
        while self._held and next(iter(self._held.values()))[0] < oldest:
            self._held.popitem(last=False)
