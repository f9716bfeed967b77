"""What the words say about one query: which provisions share them, and how well."""

# bm25s brings parts of scipy, 100 ms that taking messages in need not wait for.
# ruff: noqa: PLC0415

import logging
import re
from collections.abc import Iterable, Sequence

import numpy as np
import Stemmer
from numpy.typing import NDArray

from retrieval.finding.dense import Leading, falling, spoken_for
from retrieval.guidance import Guidance, Provision
from retrieval.indexes.entries import Entry

_WORD = re.compile(r"\b\w\w+\b")

HEARD = 2_000
"""Most texts that are heard for what they lead to; some thirty speak for one provision."""


class Lexical:
    """BM25 over stemmed words: of each provision as a whole, and of each text that speaks for it.

    All that people ask of a provision, taken as one text, holds most words of any question on its
    subject; one text that holds them together asks what the question asks.
    """

    def __init__(
        self, guidance: Guidance, entries: Sequence[Entry], leading: Leading | None = None
    ) -> None:
        """Count the words of what is embedded of *guidance*; *leading* is that of *entries*."""
        numbers = {id_: number for number, id_ in enumerate(guidance.provisions)}
        self._leading = leading or Leading(entries, numbers)
        ours = [n for n, entry in enumerate(entries) if entry.passage is not None]
        rows: dict[str, int] = {}
        self._row = np.array([rows.setdefault(entries[n].text, len(rows)) for n in ours],
                             dtype=np.int64)
        self._to = self._leading.to[ours]
        texts = words_in_all(rows)
        wholes = words_in_all("\n".join(_beside(guidance, provision))
                              for provision in guidance.provisions.values())
        for row, number in zip(self._row.tolist(), self._to.tolist(), strict=True):
            wholes[number] += texts[row]
        self._texts, self._wholes = _Bm25(texts), _Bm25(wholes)

    def ranking(self, text: str) -> NDArray[np.int64]:
        """Numbers of the provisions that share a word with *text*, best first."""
        relevance = self._wholes(words_in(text))
        order = falling(relevance)
        ranked: NDArray[np.int64] = order[relevance[order] > 0]
        return ranked

    def whole(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How well each provision as a whole agrees with stemmed *words*: a share of the best.

        Nothing, where no word is known.
        """
        return _shares(self._wholes(words))

    def spoken(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The same of the best few texts of each provision, by their mean (`VOICES`)."""
        near = np.zeros(self._leading.provisions)
        relevance = self._texts(words)[self._row]
        met = np.flatnonzero(relevance)
        if len(met) > HEARD:
            met = met[np.argpartition(-relevance[met], HEARD - 1)[:HEARD]]
        met = met[falling(relevance[met])]
        to, _, means = spoken_for(self._to[met], relevance[met], self._leading.voices, 0.0)
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


def _beside(guidance: Guidance, provision: Provision) -> Iterable[str]:
    """What is said of *provision* and not embedded."""
    yield provision.pinpoint
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
