"""Queries to passages: pinned provisions first, then what is near by meaning and by words.

How near a provision is by meaning and how well it agrees by words are added up.  Meaning knows
that a "phone cracker" is a forensic tool; words know that "Wassenaar" is Wassenaar.  Facts known
of the deal then move provisions that speak to them up a little, and those that speak to other
facts down a little; they order what was found and find nothing by themselves.  At last, what is
read beside the nearest comes up behind the first two (`retrieval.finding.together`).

A search that finds nothing near says so instead of returning the least bad passage; when it does
is for `retrieval.abstaining` to say.

Every number by which it orders, and that was chosen rather than given, stands here as a constant,
but for `VOICES` of `retrieval.finding.dense`, what a fact moves a provision by, in
`retrieval.finding.topics`, and those of `retrieval.finding.together`.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from retrieval.abstaining import LATEST, Abstaining, MentionsDomain, domain_words
from retrieval.counts import Counts, counts_of
from retrieval.errors import UnknownProvision
from retrieval.finding.dense import Dense, Leading, falling
from retrieval.finding.lexical import words_in
from retrieval.finding.together import Together
from retrieval.finding.topics import Topics
from retrieval.guidance import Guidance, ProvisionId
from retrieval.hearing.wishes import Wishes
from retrieval.indexes.nearness import Index
from retrieval.matches import Found, Match, Query, Search, Why
from retrieval.model.vectors import UnitEmbeddings, Vectors
from retrieval.passages import Passage
from retrieval.words.headed import headed
from retrieval.words.pinpoints import recogniser, speller
from retrieval.words.source_names import source_recogniser

WHOLE_WEIGHT = 0.15
"""What the words of a provision as a whole count for beside a cosine."""

SPOKEN_WEIGHT = 0.15
"""The same of the single texts that speak for it."""

CANDIDATES = 2_000
"""Most entries of the dense ranking that take part; some twenty belong to one provision."""

ANSWERS = 3
"""Questions for which it is kept what the vectors say: a message and its parts."""

Counted = Callable[[Leading], Counts]
"""Gives what is counted of a release, whose entries lead where they lead."""


def build_search(
    guidance: Guidance,
    index: Index,
    embeddings: UnitEmbeddings,
    *,
    mentions_domain: MentionsDomain | None = None,
    written: Callable[[str], str] = str,
    wishes: Wishes | None = None,
    counted: Counted | None = None,
) -> Search:
    """Make the search over *guidance*.

    Args:
        guidance: The content that *index* was built from.
        index: Its vectors.
        embeddings: What embedded them; embeds the queries of one call in one batch.
        mentions_domain: Whether a text holds a word of the domain, which decides where little is
            near (`retrieval.abstaining.MID`); None for `domain_words(guidance)`.
        written: A query as it was probably meant; see `retrieval.finding.spelling`.  It is searched
            so, and given back as it was put.
        wishes: Hears whether a query wants what the texts don't speak to.
        counted: What is counted of *guidance*, where that is known; it is counted if None.

    Returns:
        A function that is safe to share between threads.  It raises `UnknownProvision` when a
        query pins a provision that the release lacks.
    """
    return _Searching(
        guidance, index, embeddings, mentions_domain=mentions_domain or domain_words(guidance),
        written=written, wishes=wishes,
        counted=counted or (lambda leading: counts_of(guidance, index.entries, leading)))


class _Searching:
    def __init__(
        self,
        guidance: Guidance,
        index: Index,
        embeddings: UnitEmbeddings,
        *,
        mentions_domain: MentionsDomain,
        written: Callable[[str], str],
        wishes: Wishes | None,
        counted: Counted,
    ) -> None:
        # Each part of a search asks for a text as it was meant.
        self._written = lru_cache(LATEST)(written)
        self._guidance = guidance
        self._provisions = guidance.provisions
        self._index = index
        self._embeddings = embeddings
        self._named_in = recogniser(guidance.sources.values(), guidance.provisions.values())
        self._spelt_out = speller(guidance.sources.values(), guidance.provisions.values())
        self._called_in = source_recogniser(guidance)
        self._headed = headed(guidance.provisions.values())
        self._ids = tuple(guidance.provisions)
        self._numbers = {id_: number for number, id_ in enumerate(self._ids)}
        self._topics = Topics([provision.topics for provision in guidance.provisions.values()])
        self._leading = Leading(index.entries, self._numbers)
        self._together = Together(index.entries, self._leading.to.tolist())
        counts = counted(self._leading)
        self._lexical = counts.lexical
        self._abstaining = Abstaining(guidance, counts, mentions_domain, self._written, wishes)
        self._positions: dict[ProvisionId, list[int]] = {id_: [] for id_ in self._ids}
        self._passages: dict[int, Passage] = {}
        self._latest: tuple[tuple[bytes, Dense], ...] = ()
        for position, entry in enumerate(index.entries):
            if entry.passage is not None:
                self._positions[entry.passage.provision].append(position)
                self._passages[position] = entry.passage

    @property
    def index(self) -> Index:
        return self._index

    def __call__(self, queries: Sequence[Query]) -> Sequence[Found]:
        for query in queries:
            self._check_pins(query.pinned)
        worded = [number for number, query in enumerate(queries) if query.text.strip()]
        vectors = self._vectors([queries[number] for number in worded])
        # Without words there is nothing to look for but the pins.
        hits = dict(zip(worded, self._dense(vectors), strict=True))
        return [self._find(query, hits.get(number)) for number, query in enumerate(queries)]

    def _dense(self, vectors: Vectors) -> list[Dense]:
        """What the index says about each of *vectors*.

        Whether a question is covered at all is asked before what covers it, of it and of its
        parts: so the latest answers are kept, until the next questions.
        """
        if len(vectors) == 1:
            key, latest = vectors.tobytes(), self._latest
            found = next((dense for held, dense in latest if held == key), None)
            if found is None:
                (near,) = self._index.near(vectors, CANDIDATES)
                found = Dense(self._leading, vectors[0], near)
                self._latest = ((key, found), *latest[: ANSWERS - 1])
            return [found]
        return [Dense(self._leading, vector, near) for vector, near in
                zip(vectors, self._index.near(vectors, CANDIDATES), strict=True)]

    def _vectors(self, queries: Sequence[Query]) -> Vectors:
        rows = self._embeddings.embed_queries([self._meant(one.text) for one in queries])
        return np.array(rows, dtype=np.float32) if rows else np.empty((0, 0), dtype=np.float32)

    def _meant(self, text: str) -> str:
        """*text* as it was probably meant, and with what it names by number in words.

        What it names comes first in any case; what follows is to be on the same matter.
        """
        return self._spelt_out(self._written(text))

    def _find(self, query: Query, dense: Dense | None) -> Found:
        named = [id_ for id_ in self._named_in(query.text) if id_ not in query.pinned]
        pins = [*dict.fromkeys(query.pinned), *named[: query.limit]]
        if dense is None or (not named and self._abstaining.is_silent(query.text, dense)):
            if pins:
                return Found(query, self._pinned(pins, dense))
            return self._abstaining.found(query, dense, self._called_in(query.text))
        # Beyond the texts lies much that names one of them: "fill in the ITAR form for me".
        pins = [*dict.fromkeys([*pins, *self._called_in(query.text)])]
        room = query.limit - len(pins) + len(set(query.pinned))
        ranked: Iterable[ProvisionId] = (
            id_ for id_ in self._ranked(query, dense) if id_ not in pins)
        under = [self._headed[pin] for pin in pins if pin in self._headed]
        if under:
            beneath = frozenset[ProvisionId]().union(*under)
            ranked = sorted(ranked, key=lambda id_: id_ not in beneath)
        similar = [
            Match(*self._best_of(id_, dense), Why.SIMILAR)
            for id_, _ in zip(ranked, range(max(room, 0)), strict=False)
        ]
        return Found(query, (*self._pinned(pins, dense), *similar))

    def _pinned(self, pins: Sequence[ProvisionId], dense: Dense | None) -> tuple[Match, ...]:
        return tuple(Match(self._passage_of(pin, dense), 1.0, Why.PINNED) for pin in pins)

    def strays(self, text: str) -> float:
        """See `strays`."""
        if not text.strip() or self._named_in(text):
            return 0.0
        (dense,) = self._dense(self._vectors([Query(text)]))
        return self._abstaining.strays(text, dense)

    def _ranked(self, query: Query, dense: Dense) -> Iterator[ProvisionId]:
        """All provisions that meaning or words lead to, best first; of equals, in their order."""
        words = words_in(self._meant(query.text))
        whole, spoken = self._lexical.whole(words), self._lexical.spoken(words)
        near = dense.near + WHOLE_WEIGHT * whole + SPOKEN_WEIGHT * spoken
        near += self._topics.shifts(query.topics)
        found = whole > 0
        found[dense.met] = True
        order = np.flatnonzero(found)
        order = order[falling(near[order])]
        return (self._ids[number] for number in self._together.behind(order, near))

    def _best_of(self, id_: ProvisionId, dense: Dense) -> tuple[Passage, float]:
        best = dense.best_of(self._numbers[id_])
        if best is None:  # named by its pinpoint or found by a word, and no candidate
            positions = self._positions[id_]
            similarities = self._index.similarities(dense.vector, positions)
            nearest = max(range(len(positions)), key=lambda number: similarities[number])
            best = positions[nearest], similarities[nearest]
        position, similarity = best
        return self._passages[position], max(-1.0, min(1.0, similarity))

    def _passage_of(self, id_: ProvisionId, dense: Dense | None) -> Passage:
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


def index_of(search: Search) -> Index:
    """The vectors that *search* looks through.

    Raises:
        TypeError: Something else than `build_search` made *search*.
    """
    return _ours(search).index


def strays(search: Search, text: str) -> float:
    """By how much *text* wants what the texts leave open; a mere greeting does not.

    That is by how much it lies beyond the border, and 0 where nothing is declined, as with what
    names a provision.  There is no unit to it: it is what `border.json` weighs and adds up.

    Raises:
        TypeError: Something else than `build_search` made *search*.
    """
    return _ours(search).strays(text)


def _ours(search: Search) -> _Searching:
    """*search* with what only ours can tell, which the dialogue never asks for."""
    if not isinstance(search, _Searching):
        raise TypeError(f"{search!r} was not made by build_search, so it has no index and border")
    return search
