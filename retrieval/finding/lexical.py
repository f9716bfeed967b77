"""What the words say about one query: which provisions share them, and how well."""

# bm25s brings parts of scipy, 100 ms that taking messages in need not wait for.
# ruff: noqa: PLC0415

import base64
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import Stemmer
from numpy.typing import NDArray

from retrieval.finding.dense import Leading, falling, spoken_for
from retrieval.guidance import Guidance, Provision
from retrieval.indexes.entries import Entry
from retrieval.indexes.foremost import foremost

_WORD = re.compile(r"\b\w\w+\b")

STOP_WORDS = Path(__file__).parents[1] / "stop_words.txt"

HEARD = 2_000
"""Most texts that are heard for what they lead to; some thirty speak for one provision."""


class Lexical:
    """BM25 over stemmed words: of each provision as a whole, and of each text that speaks for it.

    All that people ask of a provision, taken as one text, holds most words of any question on its
    subject; one text that holds them together asks what the question asks.
    """

    def __init__(
        self,
        guidance: Guidance,
        entries: Sequence[Entry],
        leading: Leading | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Count the words of what is embedded of *guidance*.

        Args:
            guidance: A release.
            entries: What is embedded of it.
            leading: What they lead to.
            fields: The `fields` of one that has counted the same already.
        """
        numbers = {id_: number for number, id_ in enumerate(guidance.provisions)}
        self._leading = leading or Leading(entries, numbers)
        ours = [n for n, entry in enumerate(entries) if entry.passage is not None]
        rows: dict[str, int] = {}
        self._row = np.array([rows.setdefault(entries[n].text, len(rows)) for n in ours],
                             dtype=np.int64)
        self._to = self._leading.to[ours]
        if fields is not None:
            self._texts = Bm25.of_fields(fields["texts"])
            self._wholes = Bm25.of_fields(fields["wholes"])
            return
        texts = words_in_all(rows)
        wholes = words_in_all(beside(guidance))
        for row, number in zip(self._row.tolist(), self._to.tolist(), strict=True):
            wholes[number] += texts[row]
        self._texts, self._wholes = Bm25.counted(texts), Bm25.counted(wholes)

    @property
    def fields(self) -> dict[str, Any]:
        """What was counted, as JSON types."""
        return {"texts": self._texts.fields, "wholes": self._wholes.fields}

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
        relevance = self._texts.sums(words)[self._row]
        met = np.flatnonzero(relevance != 0)  # in a third of the time that the numbers take
        met = met[foremost(relevance[met], HEARD)]
        to, _, means = spoken_for(
            self._to[met], relevance[met].astype(np.float64), self._leading.voices, 0.0)
        near[to] = means
        return _shares(near)


@dataclass(frozen=True, slots=True)
class Bm25:
    """The relevance of each of some texts, given as stemmed words.

    bm25s works out what each word is worth to each text; to add that up takes a line, and no
    import of it.

    Attributes:
        count: How many texts there are.
        numbers: The words that they hold, each with its number.
        begins: Where each word's places begin, by its number, and where the last ones end.
        rows: The texts that hold a word; each once for a word.
        worth: What it is worth to each of them.
    """

    count: int
    numbers: Mapping[str, int]
    begins: Sequence[int]
    rows: NDArray[np.int32]
    worth: NDArray[np.float32]

    @classmethod
    def counted(cls, texts: Sequence[Sequence[str]]) -> Self:
        """That of *texts*."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import
        if not any(texts):
            return cls(len(texts), {}, (0,), np.empty(0, np.int32), np.empty(0, np.float32))
        made = bm25s.BM25()
        made.index(texts, show_progress=False)
        scores = made.scores
        # It adds a number for texts without words, which has no places.
        known = {word: number for word, number in made.vocab_dict.items() if word}
        return cls(len(texts), known, scores["indptr"].tolist(),
                   scores["indices"].astype(np.int32), scores["data"].astype(np.float32))

    @property
    def fields(self) -> dict[str, Any]:
        """It as JSON types."""
        return {"count": self.count, "numbers": self.numbers, "begins": list(self.begins),
                "rows": _text_of(self.rows, "<i4"), "worth": _text_of(self.worth, "<f4")}

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> Self:
        """That whose `fields` were *fields*."""
        return cls(fields["count"], fields["numbers"], fields["begins"],
                   _array_of(fields["rows"], "<i4"), _array_of(fields["worth"], "<f4"))

    def __call__(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How well each text agrees with *words*; a word that none holds says nothing."""
        return self.sums(words).astype(np.float64)

    def sums(self, words: Sequence[str]) -> NDArray[np.float32]:
        """The same in single precision, as it is added up."""
        relevance = np.zeros(self.count, dtype=np.float32)
        for word in words:
            number = self.numbers.get(word)
            if number is not None:
                places = slice(self.begins[number], self.begins[number + 1])
                relevance[self.rows[places]] += self.worth[places]
        return relevance


def _text_of(values: NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode("ascii")


def _array_of(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def _shares(relevance: NDArray[np.float64]) -> NDArray[np.float64]:
    most = np.max(relevance, initial=0.0)
    return relevance / most if most > 0 else relevance


def beside(guidance: Guidance) -> list[str]:
    """What is said of each provision of *guidance*, and not embedded: it counts with its texts."""
    return ["\n".join(_beside(guidance, provision)) for provision in guidance.provisions.values()]


def _beside(guidance: Guidance, provision: Provision) -> Iterable[str]:
    """What is said of *provision* and not embedded."""
    yield provision.pinpoint
    for fact, values in provision.topics.items():
        question = guidance.questions.get(fact)
        if question is not None:
            yield from (question.label_of(value) for value in sorted(values))


def words_in(text: str) -> list[str]:
    """Stemmed words of *text* without stop words: what `words_in_all` makes of it."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _stop_words()]
    stemmed: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stemmed


@cache
def _stop_words() -> frozenset[str]:
    """The stop words of bm25s, which are shipped: to import them brings parts of scipy along."""
    return frozenset(STOP_WORDS.read_text("utf-8").split())


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
