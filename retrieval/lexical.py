"""What the words say about one query: which provisions share them, and how well."""

# bm25s brings parts of scipy, 100 ms that taking messages in need not wait for.
# ruff: noqa: PLC0415

import logging
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import Stemmer
from numpy.typing import NDArray

from retrieval.dense import Leading, falling, spoken_for
from retrieval.entries import Entry
from retrieval.guidance import Guidance, Provision

_WORD = re.compile(r"\b\w\w+\b")

Stemmed = Mapping[str, Sequence[str]]
"""The stemmed words of each text."""


class Lexical:
    """BM25 over stemmed words of what a provision says and of how people ask for it."""

    def __init__(self, guidance: Guidance, stemmed: Stemmed | None = None) -> None:
        """Count the words of *guidance*; *stemmed* has those of texts that were stemmed before."""
        asked = [(*provision.asks, *provision.answered)
                 for provision in guidance.provisions.values()]
        words_of = stemmed or stemmed_once(text for texts in asked for text in texts)
        own = words_in_all("\n".join(_own_text(guidance, provision))
                           for provision in guidance.provisions.values())
        self._bm25 = _Bm25([
            [*words, *(word for text in texts if text.strip() for word in words_of[text])]
            for words, texts in zip(own, asked, strict=True)])

    def ranking(self, text: str) -> NDArray[np.int64]:
        """Numbers of the provisions that share a word with *text*, best first."""
        relevance = self._bm25(words_in(text))
        order = falling(relevance)
        ranked: NDArray[np.int64] = order[relevance[order] > 0]
        return ranked

    def near(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How well each provision agrees with stemmed *words*: a share of the best, or 0."""
        return _shares(self._bm25(words))


class Spoken:
    """The same over every single text that speaks for a provision: the mean of its best few.

    All that people ask of a provision, taken as one text, holds most words of any question on its
    subject; one text that holds them together is asked what the question asks.
    """

    def __init__(self, entries: Sequence[Entry], leading: Leading, stemmed: Stemmed) -> None:
        """Count the words of *entries*, whose texts are in *stemmed*; *leading* is theirs."""
        self._provisions, self._voices = leading.provisions, leading.voices
        ours = [n for n, entry in enumerate(entries) if entry.passage is not None]
        rows: dict[str, int] = {}
        self._row = np.array([rows.setdefault(entries[n].text, len(rows)) for n in ours],
                             dtype=np.int64)
        self._to = leading.to[ours]
        self._bm25 = _Bm25([stemmed[text] for text in rows])

    def near(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How well each provision agrees with stemmed *words*: a share of the best, or 0."""
        near = np.zeros(self._provisions)
        relevance = self._bm25(words)[self._row]
        met = np.flatnonzero(relevance)
        if len(met):
            met = met[falling(relevance[met])]
            to, _, means = spoken_for(self._to[met], relevance[met], self._voices, 0.0)
            near[to] = means
        return _shares(near)


class _Bm25:
    """The relevance of each of some texts, given as stemmed words."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import
        self._count = len(texts)
        self._index = None
        if any(texts):
            self._index = bm25s.BM25()
            self._index.index(texts, show_progress=False)

    def __call__(self, words: Sequence[str]) -> NDArray[np.float64]:
        known = self._index.get_tokens_ids(words) if self._index is not None and words else []
        if self._index is None or not known:
            return np.zeros(self._count)
        relevance: NDArray[np.float64] = self._index.get_scores_from_ids(known).astype(np.float64)
        return relevance


def _shares(relevance: NDArray[np.float64]) -> NDArray[np.float64]:
    most = np.max(relevance, initial=0.0)
    return relevance / most if most > 0 else relevance


def _own_text(guidance: Guidance, provision: Provision) -> Iterable[str]:
    source = guidance.sources[provision.source]
    yield from (provision.heading, provision.text, source.short_title, provision.pinpoint)
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


def stemmed_once(texts: Iterable[str]) -> Stemmed:
    """The stemmed words of each of *texts*, which may hold one many times."""
    once = list(dict.fromkeys(texts))
    return dict(zip(once, words_in_all(once), strict=True))


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
