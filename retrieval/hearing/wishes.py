"""Hears what a message wants: whether it asks for something that the texts don't speak to.

"The Nairobi police order, 40 bodycams, has the invoice gone out?" lies near to every deal, and
shares its words with many.  What is wanted is learned from `openings` of the corpus
(`retrieval.training.wishing`), as one label of a head like the one that reads messages.
"""

from collections.abc import Callable

import numpy as np

from retrieval.adapter import Head
from retrieval.hearing.telling import TokenVectors, stretches, window_shares, words_of
from retrieval.words.tells import ELSEWHERE, WANTS

Wishes = Callable[[str], float]
"""The log-odds that a text wants something that the texts don't speak to."""

MOST = 8.0
"""Log-odds are cut off at so much either way: nothing is surer than that."""


def wishes_of(model: TokenVectors, head: Head) -> Wishes:
    """What hears wishes with *model* and *head*; safe to share between threads.

    Raises:
        ValueError: The head has not learned any.
    """
    row = head.labels.index((WANTS, ELSEWHERE))
    weights, bias = head.weights[row], float(head.bias[row])

    def wishes(text: str) -> float:
        likeliest = -MOST
        for words in stretches(words_of(text)):
            begin, end = words[0][0], words[-1][1]
            ((vectors, spans),) = model.token_vectors([text[begin:end]])
            shares = window_shares([(a - begin, b - begin) for a, b in words], spans)
            likeliest = max(likeliest, float(np.max(shares @ (vectors @ weights))) + bias)
        return min(likeliest, MOST)

    return wishes
