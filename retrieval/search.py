"""Queries to passages: pinned provisions first, then what is near by meaning and by words.

How near a provision is by meaning and how well it agrees by words are added up.  Meaning knows
that a "phone cracker" is a forensic tool; words know that "Wassenaar" is Wassenaar.  Facts known
of the deal then move provisions that speak to them up a little, and those that speak to other
facts down a little; they order what was found and find nothing by themselves.  At last, what is
read beside the nearest comes up behind the first two (`retrieval.finding.together`).

A search that finds nothing near says so (`Found.abstained`) instead of returning the least bad
passage: whoever answers from it would be quoting guidance on something it does not cover.

Every number that was chosen rather than given stands here as a constant, but for `VOICES` of
`retrieval.finding.dense`, what a fact moves a provision by, in `retrieval.finding.topics`, and
those of `retrieval.finding.together`.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from retrieval.border import border
from retrieval.counts import Counts, counts_of
from retrieval.errors import UnknownProvision
from retrieval.finding.dense import Dense, Leading, falling
from retrieval.finding.gap_words import DOUBT, NAMING
from retrieval.finding.lexical import words_in, words_in_all
from retrieval.finding.together import Together
from retrieval.finding.topics import Topics
from retrieval.guidance import GapKind, Guidance, ProvisionId
from retrieval.hearing.wishes import Wishes
from retrieval.indexes.nearness import Index
from retrieval.matches import Found, Match, Query, Search, Why
from retrieval.model.vectors import UnitEmbeddings, Vectors
from retrieval.passages import Passage
from retrieval.words.headed import headed
from retrieval.words.labels import phrases_of
from retrieval.words.pinpoints import recogniser
from retrieval.words.source_names import spoken_for
from retrieval.words.tokens import words_of

WHOLE_WEIGHT = 0.15
"""What the words of a provision as a whole count for beside a cosine."""

SPOKEN_WEIGHT = 0.15
"""The same of the single texts that speak for it."""

CANDIDATES = 2_000
"""Most entries of the dense ranking that take part; some twenty belong to one provision."""

LISTS = 1_024
"""Lists of what is known of a deal whose vectors are kept, 10 kB each as numbers of Python's."""

ANSWERS = 3
"""Questions for which it is kept what the vectors say: a message and its parts."""

LATEST = 16
"""Queries whose text as it was meant is kept, and what is heard in that: few, since they are what
people said."""

LOW = 0.42
"""Best cosine below which nothing bears on a query, whatever words it holds."""

MID = 0.45
"""Best cosine below which a query without a word of the domain finds nothing.

Both are for other encoders: to the one in force nearly all lies nearer, jumbles of letters too, and
what is beyond is told by the border and by the list of English words."""

FEWEST_KNOWN = 3
"""Of so many words one at least is known where anything is asked; names of firms seldom are."""

_LONGEST_TERM_WORDS = 6

MentionsDomain = Callable[[str], bool]
"""Whether a text holds a word of the domain."""

Counted = Callable[[Leading], Counts]
"""Gives what is counted of a release, whose entries lead where they lead."""


def build_search(
    guidance: Guidance,
    index: Index,
    embeddings: UnitEmbeddings,
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
        mentions_domain: Decides between `LOW` and `MID`; None for `domain_words(guidance)`.
        written: A query as it was probably meant; see `retrieval.finding.spelling`.  It is searched
        so,
            and given back as it was put.
        wishes: Hears whether a query wants what the texts don't speak to.
        counted: What is counted of *guidance*, where that is known; it is counted if None.

    Returns:
        A function that is safe to share between threads.  It raises `UnknownProvision` when a
        query pins a provision that the release lacks.
    """
    return _Searching(
        guidance, index, embeddings, mentions_domain or domain_words(guidance), written,
        wishes, counted or (lambda leading: counts_of(guidance, index.entries, leading)))


class _Searching:
    def __init__(
        self,
        guidance: Guidance,
        index: Index,
        embeddings: UnitEmbeddings,
        mentions_domain: MentionsDomain,
        written: Callable[[str], str],
        wishes: Wishes | None,
        counted: Counted,
    ) -> None:
        # Each part of a search reads it.
        self._written = lru_cache(LATEST)(written)
        self._wishes = wishes and lru_cache(LATEST)(wishes)
        self._guidance = guidance
        self._provisions = guidance.provisions
        self._gaps = guidance.gap_by_id
        self._index = index
        self._embeddings = embeddings
        self._mentions_domain = mentions_domain
        self._english = guidance.vocabulary.english
        self._named_in = recogniser(guidance.sources.values(), guidance.provisions.values())
        self._called_in = spoken_for(guidance)
        self._headed = headed(guidance.provisions.values())
        self._ids = tuple(guidance.provisions)
        self._numbers = {id_: number for number, id_ in enumerate(self._ids)}
        self._topics = Topics([provision.topics for provision in guidance.provisions.values()])
        self._leading = Leading(index.entries, self._numbers)
        self._together = Together(index.entries, self._leading.to.tolist())
        counts = counted(self._leading)
        self._words, self._border = counts.words, border()
        self._evidence = lru_cache(LATEST)(counts.words.evidence)
        self._gap_words, self._of_field = counts.gap_words, counts.of_field
        self._names, self._lexical = counts.names, counts.lexical
        self._positions: dict[ProvisionId, list[int]] = {id_: [] for id_ in self._ids}
        self._passages: dict[int, Passage] = {}
        self._latest: tuple[tuple[bytes, Dense], ...] = ()
        # A deal is searched by the same list until something more is known of it.
        self._of_list = lru_cache(LISTS)(embeddings.embed_query)
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
        others = iter(self._embeddings.embed_queries(
            [self._written(one.text) for one in queries if not self._lists(one)]))
        rows = [self._of_list(one.text) if self._lists(one) else next(others) for one in queries]
        return np.array(rows, dtype=np.float32) if rows else np.empty((0, 0), dtype=np.float32)

    def _lists(self, query: Query) -> bool:
        """Whether *query* is no question of anybody's but what is known of a deal, in our words."""
        return phrases_of(self._guidance, query.text, query.topics) is not None

    def _find(self, query: Query, dense: Dense | None) -> Found:
        named = [id_ for id_ in self._named_in(query.text) if id_ not in query.pinned]
        pins = [*dict.fromkeys(query.pinned), *named[: query.limit]]
        if dense is None or (not named and self._is_silent(query, dense)):
            if pins:
                return Found(query, self._pinned(pins, dense))
            return self._abstained(query, dense)
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

    def beyond(self, text: str) -> tuple[str | None, float]:
        """See `beyond`."""
        if not text.strip() or self._named_in(text):
            return None, -1.0
        (dense,) = self._dense(self._vectors([Query(text)]))
        return self._gap_of(text, dense)[0], self._by(text, dense)

    def strays(self, text: str) -> float:
        """See `strays`."""
        if not text.strip() or self._named_in(text):
            return 0.0
        (dense,) = self._dense(self._vectors([Query(text)]))
        by = self._by(text, dense)
        # Most lie within, and which gap is nearest takes longer to tell than that.
        if by <= 0:
            return 0.0
        gap = self._gaps.get(self._gap_of(text, dense)[0] or "")
        return 0.0 if gap is None or gap.kind is GapKind.OPENING else by

    def _is_silent(self, query: Query, dense: Dense) -> bool:
        """Whether no provision bears on *query*: nothing is near, or it lies beyond the border.

        By what is known of a deal nobody asks anything, however like "drones, police" may look to
        what others ask beyond the texts.
        """
        if self._lists(query):
            return False
        if self._says_nothing(query.text):
            return True
        if self._by(query.text, dense) > 0:
            return True
        return dense.best < LOW or (dense.best < MID and not self._mentions_domain(query.text))

    def _says_nothing(self, text: str) -> bool:
        """Whether hardly a word of *text* is one, in English or in what is searched: "asdkjh qwe".

        Somewhere near lies any jumble of letters, by meaning; and so does what is put in another
        language.  Without a list of English words nobody can tell.
        """
        if not self._english:
            return False
        words = [token.norm for token in words_of(self._written(text)) if token.norm.isalpha()]
        known = sum(word in self._english or word in self._names for word in words)
        return bool(words) and known * FEWEST_KNOWN <= len(words) and (
            not self._mentions_domain(text))

    def _by(self, text: str, dense: Dense) -> float:
        """By how much *text* lies beyond the border; less than nothing where it lies within."""
        gap, near = dense.gap
        if gap is None:
            return -1.0
        lead = near - dense.best
        if not self._words.counted:
            return lead - self._border.alone
        written = self._written(text)
        lead += self._border.words * self._evidence(written)
        if self._wishes is None:
            return lead - self._border.unheard
        return lead + self._border.wishes * self._wishes(written) - self._border.margin

    def _gap_of(self, text: str, dense: Dense) -> tuple[str | None, bool]:
        """The gap that *text* falls into if it falls into one, and whether that is beyond doubt.

        It is told by nearness and by words.  A greeting is told by nearness alone: what follows it
        has words of every gap.  Between gaps that name the same to ask there is no doubt, but
        without a word of the gap's own there is.
        """
        nearest, _ = dense.gap
        if nearest is None or self._opens(nearest):
            return nearest, True
        worded = self._gap_words(self._written(text))
        near = {gap: near + NAMING * worded.get(gap, 0.0)
                for gap, near in dense.gaps.items() if not self._opens(gap)}
        first = max(near, key=near.__getitem__)
        others = (far for gap, far in near.items() if self._whom(gap) != self._whom(first))
        ahead = near[first] - max(others, default=-np.inf) >= DOUBT
        return first, ahead and self._of_field(self._written(text), first)

    def _whom(self, gap: str) -> str:
        return self._gaps[gap].whom if gap in self._gaps else ""

    def _opens(self, gap: str) -> bool:
        """Whether *gap* is a word before the matter."""
        return gap in self._gaps and self._gaps[gap].kind is GapKind.OPENING

    def _abstained(self, query: Query, dense: Dense | None) -> Found:
        if dense is None or self._says_nothing(query.text):
            return Found(query, (), abstained=True)
        beyond = self._by(query.text, dense) > 0
        name, sure = self._gap_of(query.text, dense)
        if beyond and not sure:
            # Whom to ask would be a guess, and so would be what is near.
            return Found(query, (), abstained=True)
        gap = self._gaps.get(name or "") if beyond else None
        if gap is None:
            nearest = None if dense.nearest is None else self._ids[dense.nearest]
            return Found(query, (), abstained=True, nearest=nearest)
        return Found(query, (), abstained=True, nearest=next(iter(gap.nearest), None), gap=gap.id)

    def _ranked(self, query: Query, dense: Dense) -> Iterator[ProvisionId]:
        """All provisions that meaning or words lead to, best first; of equals, in their order."""
        words = words_in(self._written(query.text))
        whole, spoken = self._lexical.whole(words), self._lexical.spoken(words)
        near = dense.near + WHOLE_WEIGHT * whole + SPOKEN_WEIGHT * spoken
        near += self._topics.shifts(query.topics)
        found = whole > 0
        found[dense.met] = True
        order = np.flatnonzero(found)
        order = order[falling(near[order])]
        # What is known of a deal asks nothing, and nobody says what answers it.
        order = order if self._lists(query) else self._together.behind(order, near)
        return (self._ids[number] for number in order)

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
    """The vectors that *search*, which `build_search` made, looks through."""
    if not isinstance(search, _Searching):
        raise TypeError(f"{search!r} was not made by build_search and has no index")
    return search.index


def beyond(search: Search, text: str) -> tuple[str | None, float]:
    """The gap that is nearest to *text*, and by how much *text* lies beyond the border.

    What lies beyond, by more than nothing, is declined; what names a provision never is.
    *search* is one that `build_search` made.
    """
    if not isinstance(search, _Searching):
        raise TypeError(f"{search!r} was not made by build_search and knows no border")
    return search.beyond(text)


def strays(search: Search, text: str) -> float:
    """By how much *text* wants what the texts leave open; a mere greeting does not.

    That is what `beyond` says, and 0 where nothing is declined.
    """
    if not isinstance(search, _Searching):
        raise TypeError(f"{search!r} was not made by build_search and knows no border")
    return search.strays(text)


def domain_words(guidance: Guidance) -> MentionsDomain:
    """A predicate that holds for texts with a term of *guidance*'s vocabulary or glossary.

    Endings are ignored, misspellings are not forgiven; whoever reads messages more cleverly
    passes a predicate of their own to `build_search`.
    """
    terms = [phrase for term in guidance.vocabulary.terms for phrase in term.terms]
    terms += [name for entry in guidance.vocabulary.glossary for name in entry.names]
    known = {tuple(words) for words in words_in_all(terms) if words}

    def mentions_domain(text: str) -> bool:
        words = words_in(text)
        return any(
            tuple(words[start : start + length]) in known
            for start in range(len(words))
            for length in range(1, _LONGEST_TERM_WORDS + 1)
        )

    return mentions_domain
