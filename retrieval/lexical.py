"""What the words say about one query: which provisions share them."""

# bm25s brings parts of scipy, 100 ms that taking messages in need not wait for.
# ruff: noqa: PLC0415

import logging
import re
from collections.abc import Iterable

import numpy as np
import Stemmer
from numpy.typing import NDArray

from retrieval.dense import falling
from retrieval.guidance import Guidance, Provision

_WORD = re.compile(r"\b\w\w+\b")


class Lexical:
    """BM25 over stemmed words of what a provision says and of how people ask for it."""

    def __init__(self, guidance: Guidance) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import
        words = words_in_all(
            "\n".join(_lexical_text(guidance, provision))
            for provision in guidance.provisions.values()
        )
        self._bm25 = None
        if any(words):
            self._bm25 = bm25s.BM25()
            self._bm25.index(words, show_progress=False)

    def ranking(self, text: str) -> NDArray[np.int64]:
        """Numbers of the provisions that share a word with *text*, best first."""
        words = words_in(text)
        known = self._bm25.get_tokens_ids(words) if self._bm25 is not None and words else []
        if self._bm25 is None or not known:
            return np.empty(0, dtype=np.int64)
        relevance = self._bm25.get_scores_from_ids(known)
        order = falling(relevance)
        ranked: NDArray[np.int64] = order[relevance[order] > 0]
        return ranked


def _lexical_text(guidance: Guidance, provision: Provision) -> Iterable[str]:
    source = guidance.sources[provision.source]
    yield from (provision.heading, provision.text, source.short_title, provision.pinpoint)
    yield from (*provision.asks, *provision.answered)
    if provision.confirmed is not None:
        yield provision.confirmed.restated
    for fact, values in provision.topics.items():
        question = guidance.questions.get(fact)
        if question is not None:
            yield from (question.label_of(value) for value in sorted(values))


def words_in(text: str) -> list[str]:
    """Stemmed words of *text* without stop words."""
    import bm25s.stopwords

    # As bm25s has it, without the bars of progress that it prepares for each text.
    words = [word for word in _WORD.findall(text.lower())
             if word not in bm25s.stopwords.STOPWORDS_EN_PLUS]
    stemmed: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stemmed


def words_in_all(texts: Iterable[str]) -> list[list[str]]:
    """The same for each of *texts*, ten times as fast as one by one."""
    import bm25s

    # A stemmer must not be shared between threads, and making one takes microseconds.
    tokens = bm25s.tokenize(
        list(texts),
        stopwords="en_plus",
        stemmer=Stemmer.Stemmer("english"),
        return_ids=False,
        show_progress=False,
    )
    words: list[list[str]] = list(tokens)
    return words
