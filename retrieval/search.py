"""Queries to passages: pinned provisions first, then what is near by meaning and by words.

Two rankings of provisions are fused by reciprocal rank.  The dense one knows that a "phone
cracker" is a forensic tool; the lexical one knows that "Wassenaar" is Wassenaar.  Facts known
of the deal then move provisions that speak to them up a little, and those that speak to other
facts down a little; they order what was found and find nothing by themselves.

A search that finds nothing near says so (`Found.abstained`) instead of returning the least bad
passage: whoever answers from it would be quoting guidance on something it does not cover.

Every number that was chosen rather than given stands here as a constant.
"""

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import bm25s
import numpy as np
import Stemmer

from retrieval.entries import Entry
from retrieval.errors import UnknownProvision
from retrieval.guidance import UNKNOWN, Fact, Guidance, Provision, ProvisionId, Table
from retrieval.matches import Found, Match, Query, Search, Why
from retrieval.nearness import Index
from retrieval.passages import Passage
from retrieval.pinpoints import recogniser
from retrieval.vectors import UnitEmbeddings, Vectors

DENSE_WEIGHT = 1.5
LEXICAL_WEIGHT = 1.0
"""Shares in the fusion."""

RANK_OFFSET = 10
"""Added to ranks before they are inverted.  The usual 60 is for lists of thousands; among a few
hundred provisions it would make the first hardly better than the tenth."""

LIFTING_HITS = 2
OVERVIEW_SHARE = 0.75
"""The first so many hits lift their consideration's overview to this share of their own score."""

CANDIDATES = 2_000
"""Most entries of the dense ranking that take part; some twenty belong to one provision."""

VOICES = 6
"""So many of a provision's entries nearest to a query speak for it, by their mean: one ask that
happens to share a turn of phrase is not enough."""

TOPIC_UP = 1.15
"""Factor for each fact on which a provision and the query agree, at most twice."""

TOPIC_DOWN = 0.9
"""Factor for a provision that speaks of other values of a fact than the query's."""

LOW = 0.42
"""Best cosine below which nothing bears on a query, whatever words it holds."""

MID = 0.45
"""Best cosine below which a query without a word of the domain finds nothing.

Set on the dev splits of the gold queries: of 209 in scope two lie below 0.5."""

GAP_MARGIN = 0.03
"""By how much nearer than every provision a gap has to be.  On the dev splits 1 % of 209 questions
in scope were declined, and 9 % of 53 others answered."""

_LONGEST_TERM_WORDS = 6

MentionsDomain = Callable[[str], bool]
"""Whether a text holds a word of the domain."""


def build_search(
    guidance: Guidance,
    index: Index,
    embeddings: UnitEmbeddings,
    mentions_domain: MentionsDomain | None = None,
) -> Search:
    """Make the search over *guidance*.

    Args:
        guidance: The content that *index* was built from.
        index: Its vectors.
        embeddings: What embedded them; embeds the queries of one call in one batch.
        mentions_domain: Decides between `LOW` and `MID`; None for `domain_words(guidance)`.

    Returns:
        A function that is safe to share between threads.  It raises `UnknownProvision` when a
        query pins a provision that the release lacks.
    """
    return _Searching(guidance, index, embeddings, mentions_domain or domain_words(guidance))


class _Searching:
    def __init__(
        self,
        guidance: Guidance,
        index: Index,
        embeddings: UnitEmbeddings,
        mentions_domain: MentionsDomain,
    ) -> None:
        self._provisions = guidance.provisions
        self._gaps = guidance.gap_by_id
        self._index = index
        self._embeddings = embeddings
        self._mentions_domain = mentions_domain
        self._lexical = _Lexical(guidance)
        self._named_in = recogniser(guidance.sources.values(), guidance.provisions.values())
        self._positions: dict[ProvisionId, list[int]] = defaultdict(list)
        self._passages: dict[int, Passage] = {}
        self._texts = Counter(
            entry.passage.provision if entry.passage is not None else entry.gap or ""
            for entry in index.entries)
        for position, entry in enumerate(index.entries):
            if entry.passage is not None:
                self._positions[entry.passage.provision].append(position)
                self._passages[position] = entry.passage

    def __call__(self, queries: Sequence[Query]) -> Sequence[Found]:
        for query in queries:
            self._check_pins(query.pinned)
        worded = [number for number, query in enumerate(queries) if query.text.strip()]
        vectors = self._vectors([queries[number].text for number in worded])
        nearest = self._index.nearest(vectors, CANDIDATES)
        hits = dict(zip(worded, zip(vectors, nearest, strict=True), strict=True))
        return [
            self._find(query, _Dense(self._index, *hits[number], self._texts)) if number in hits
            # Without words there is nothing to look for but the pins.
            else self._find(query, None)
            for number, query in enumerate(queries)
        ]  # fmt: skip

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows = self._embeddings.embed_queries(texts)
        return np.array(rows, dtype=np.float32) if rows else np.empty((0, 0), dtype=np.float32)

    def _find(self, query: Query, dense: "_Dense | None") -> Found:
        named = [id_ for id_ in self._named_in(query.text) if id_ not in query.pinned]
        pins = [*dict.fromkeys(query.pinned), *named[: query.limit]]
        pinned = [Match(self._passage_of(pin, dense), 1.0, Why.PINNED) for pin in pins]
        if dense is None or (not named and self._is_silent(query.text, dense)):
            if pinned:
                return Found(query, tuple(pinned))
            return self._abstained(query, dense)
        room = query.limit - len(pins) + len(set(query.pinned))
        ranked = (id_ for id_ in self._ranked(query, dense) if id_ not in pins)
        similar = [
            Match(*self._best_of(id_, dense), Why.SIMILAR)
            for id_, _ in zip(ranked, range(max(room, 0)), strict=False)
        ]
        return Found(query, (*pinned, *similar))

    def _is_silent(self, text: str, dense: "_Dense") -> bool:
        """Whether no provision bears on *text*: nothing is near, or a gap is nearer."""
        _, gap = dense.gap
        if gap > dense.best + GAP_MARGIN:
            return True
        return dense.best < LOW or (dense.best < MID and not self._mentions_domain(text))

    def _abstained(self, query: Query, dense: "_Dense | None") -> Found:
        if dense is None:
            return Found(query, (), abstained=True)
        id_, near = dense.gap
        gap = self._gaps.get(id_ or "") if near > dense.best + GAP_MARGIN else None
        if gap is None:
            first = next(iter(dense.ranking), None)
            return Found(query, (), abstained=True, nearest=first)
        return Found(query, (), abstained=True, nearest=next(iter(gap.nearest), None), gap=gap.id)

    def _ranked(self, query: Query, dense: "_Dense") -> list[ProvisionId]:
        """All provisions that either ranking found, best first."""
        fused: dict[ProvisionId, float] = defaultdict(float)
        for weight, ranking in (
            (DENSE_WEIGHT, dense.ranking),
            (LEXICAL_WEIGHT, self._lexical.ranking(query.text)),
        ):
            for rank, id_ in enumerate(ranking, start=1):
                fused[id_] += weight / (RANK_OFFSET + rank)
        for id_ in fused:
            fused[id_] *= topic_factor(self._provisions[id_].topics, query.topics)
        self._lift_overviews(fused)
        return sorted(fused, key=lambda id_: -fused[id_])

    def _lift_overviews(self, fused: dict[ProvisionId, float]) -> None:
        """Bring a consideration's overview near its best point: who asks for one needs both."""
        for id_ in sorted(fused, key=lambda i: -fused[i])[:LIFTING_HITS]:
            overview = ProvisionId(self._provisions[id_].consideration or "")
            if overview in self._provisions and overview != id_:
                fused[overview] = max(fused.get(overview, 0.0), fused[id_] * OVERVIEW_SHARE)

    def _best_of(self, id_: ProvisionId, dense: "_Dense") -> tuple[Passage, float]:
        position, similarity = dense.best_of(id_, self._positions[id_])
        return self._passages[position], similarity

    def _passage_of(self, id_: ProvisionId, dense: "_Dense | None") -> Passage:
        if dense is None:
            return self._passages[self._positions[id_][0]]
        return self._best_of(id_, dense)[0]

    def _check_pins(self, pins: Iterable[ProvisionId]) -> None:
        for pin in pins:
            if pin not in self._provisions:
                near = difflib.get_close_matches(pin, self._provisions, n=1)
                hint = f" Nearest: {near[0]!r}." if near else ""
                raise UnknownProvision(
                    f"A search pins {pin!r}, but this release has no such provision, so an answer "
                    f"would cite nothing.{hint} Index and content have come apart: publish again."
                )


class _Dense:
    """What the vectors say about one query."""

    def __init__(
        self,
        index: Index,
        vector: Vectors,
        nearest: Sequence[tuple[int, float]],
        texts: Mapping[str, int],
    ) -> None:
        self._index = index
        self._vector = vector
        self._best: dict[ProvisionId, tuple[int, float]] = {}
        voices: dict[ProvisionId, list[float]] = defaultdict(list)
        gaps: dict[str, list[float]] = defaultdict(list)
        for position, similarity in nearest:  # most similar first
            entry: Entry = index.entries[position]
            if entry.passage is not None:
                self._best.setdefault(entry.passage.provision, (position, similarity))
                voices[entry.passage.provision].append(similarity)
            elif entry.gap is not None:
                gaps[entry.gap].append(similarity)
        least = nearest[-1][1] if nearest else -1.0
        self._near = {id_: _agreed(found, least, texts[id_]) for id_, found in voices.items()}
        self._gaps = {id_: _agreed(found, least, texts[id_]) for id_, found in gaps.items()}

    @property
    def ranking(self) -> list[ProvisionId]:
        return sorted(self._near, key=lambda id_: -self._near[id_])

    @property
    def best(self) -> float:
        """How near the nearest provision is; -1 when the release is empty."""
        return max(self._near.values(), default=-1.0)

    @property
    def gap(self) -> tuple[str | None, float]:
        """The gap that the query falls into if it falls into one, and how near it is."""
        return max(self._gaps.items(), key=lambda pair: pair[1], default=(None, -1.0))

    def best_of(self, id_: ProvisionId, positions: Sequence[int]) -> tuple[int, float]:
        """The entry of *id_* nearest to the query, also where it was no candidate."""
        if id_ not in self._best:
            similarities = self._index.similarities(self._vector, positions)
            best = max(range(len(positions)), key=lambda number: similarities[number])
            self._best[id_] = (positions[best], similarities[best])
        position, similarity = self._best[id_]
        return position, max(-1.0, min(1.0, similarity))


def _agreed(similarities: Sequence[float], least: float, texts: int) -> float:
    """The mean of the first few; what is not among the candidates is at most as near as *least*.

    What has few *texts* is judged by those it has.
    """
    voices = min(VOICES, texts)
    first = list(similarities[:voices])
    return float(np.mean(first + [least] * (voices - len(first))))


class _Lexical:
    """BM25 over stemmed words of what a provision says and of how people ask for it."""

    def __init__(self, guidance: Guidance) -> None:
        self._ids = tuple(guidance.provisions)
        words = [
            _words("\n".join(_lexical_text(guidance, provision)))
            for provision in guidance.provisions.values()
        ]
        self._bm25 = None
        if any(words):
            self._bm25 = bm25s.BM25()
            self._bm25.index(words, show_progress=False)

    def ranking(self, text: str) -> list[ProvisionId]:
        """Provisions that share a word with *text*, best first."""
        words = _words(text)
        if self._bm25 is None or not words:
            return []
        known = self._bm25.get_tokens_ids(words)
        if not known:
            return []
        relevance = self._bm25.get_scores_from_ids(known)
        order = np.argsort(-relevance, kind="stable")
        return [self._ids[position] for position in order if relevance[position] > 0]


def by_words(guidance: Guidance) -> Callable[[str], list[ProvisionId]]:
    """Rank *guidance*'s provisions by words alone, which needs no model.

    Returns:
        From a text to the provisions that share a word with it, best first; safe to share between
        threads.
    """
    return _Lexical(guidance).ranking


def _lexical_text(guidance: Guidance, provision: Provision) -> Iterable[str]:
    source = guidance.sources[provision.source]
    yield from (provision.heading, provision.text, source.short_title, provision.pinpoint)
    yield from (*provision.asks, *provision.answered)
    for fact, values in provision.topics.items():
        question = guidance.questions.get(fact)
        if question is not None:
            yield from (question.label_of(value) for value in sorted(values))


def _words(text: str) -> list[str]:
    """Stemmed words of *text* without stop words."""
    # A stemmer must not be shared between threads, and making one takes microseconds.
    tokens = bm25s.tokenize(
        [text],
        stopwords="en_plus",
        stemmer=Stemmer.Stemmer("english"),
        return_ids=False,
        show_progress=False,
    )
    words: list[str] = tokens[0]
    return words


def topic_factor(topics: Table, known: Mapping[Fact, frozenset[str]]) -> float:
    """By how much a provision that speaks to *topics* is moved when *known* holds of the deal.

    "I don't know" says nothing for or against a provision.
    """
    agreeing = contradicting = 0
    for fact, values in topics.items():
        answer = known.get(fact, frozenset()) - {UNKNOWN}
        if answer & values:
            agreeing += 1
        elif answer:
            contradicting += 1
    return float(TOPIC_UP ** min(agreeing, 2)) * (TOPIC_DOWN if contradicting else 1.0)


def domain_words(guidance: Guidance) -> MentionsDomain:
    """A predicate that holds for texts with a term of *guidance*'s vocabulary or glossary.

    Endings are ignored, misspellings are not forgiven; whoever reads messages more cleverly
    passes a predicate of their own to `build_search`.
    """
    terms = [phrase for term in guidance.vocabulary.terms for phrase in term.terms]
    terms += [name for entry in guidance.vocabulary.glossary for name in entry.names]
    known = {tuple(words) for words in map(_words, terms) if words}

    def mentions_domain(text: str) -> bool:
        words = _words(text)
        return any(
            tuple(words[start : start + length]) in known
            for start in range(len(words))
            for length in range(1, _LONGEST_TERM_WORDS + 1)
        )

    return mentions_domain
