"""Where the highest of many values stand: of entries the most similar, of texts the likeliest."""

import numpy as np
from numpy.typing import NDArray

from retrieval.model.vectors import Vectors

_PLACE = 32
"""Bits of a key that hold a place; the value stands above them."""


def foremost(values: Vectors, count: int) -> NDArray[np.int64]:
    """Where the *count* highest of *values* stand, from the highest down; of equals the first.

    So it is at the edge too: which of equals numpy would part off differs between processors.
    Value and place make one whole number each, so that numbers are sorted and not places by what
    stands there, which takes five times as long.

    Args:
        values: One row of single precision.
        count: How many, if there are so many.
    """
    places = np.arange(len(values))
    if count < len(values):
        least = np.partition(values, -count)[-count]
        above = np.flatnonzero(values > least)
        places = np.concatenate((above, np.flatnonzero(values == least)[: count - len(above)]))
    # The sum makes one zero of both; what is below zero has its bits the other way round.
    bits = (values[places] + np.float32(0)).view(np.int32).astype(np.int64)
    falling = -np.where(bits < 0, bits ^ np.int64(0x7FFFFFFF), bits)
    keys = np.sort((falling << _PLACE) | places)
    found: NDArray[np.int64] = keys & ((1 << _PLACE) - 1)
    return found
