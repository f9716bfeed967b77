"""Looking provisions up in one release: by id, pinpoint, words and meaning, and by what they are.

Words need no model, so the page answers as soon as the server does; meaning is added once the
model is loaded.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from bot.console.paging import from_one, paged
from bot.dialogue.small_words.lookups import asked_outright
from retrieval.editing.uses import NONE, References, Use, User, uses_of
from retrieval.finding.lexical import Lexical
from retrieval.guidance import Checked, Guidance, Provision, ProvisionId
from retrieval.indexes.entries import entries_of
from retrieval.matches import Search
from retrieval.words.pinpoints import recogniser

A_PAGE = 30
"""Rows of a page."""
BY_MEANING = 50
"""Provisions that are asked of the product's own search."""
BY_WORDS = 200
"""Provisions of the ranking by words that are taken; after those hardly anything fits."""
LONGEST = 400
"""Characters of a question that are looked for."""
_MOST_FIELDS = 40


class Standing(StrEnum):
    """Whether a provision is relied on."""

    RELIED_ON = "relied on"
    RETIRED = "retired"
    QUOTED = "quoted elsewhere"
    """A confirmed provision quotes it in full."""


class UsedBy(StrEnum):
    """What a provision is used by."""

    FLAG = "flag"
    SAFEGUARD = "safeguard"
    ANYTHING = "anything"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty fields let everything pass."""

    q: str = ""
    source: str = ""
    checked: Checked | None = None
    kind: str = ""
    consideration: str = ""
    used: UsedBy | None = None
    standing: Standing | None = None
    page: int = 1

    @classmethod
    def parse(cls, query: str) -> "Wanted":
        """What a query string asks for; what makes no sense in it counts as left empty."""
        try:
            given = {name: value.strip()
                     for name, value in parse_qsl(query, max_num_fields=_MOST_FIELDS)}
        except ValueError:
            given = {}
        return cls(
            q=given.get("q", "")[:LONGEST],
            source=given.get("source", ""),
            checked=next((c for c in Checked if c == given.get("checked")), None),
            kind=given.get("kind", ""),
            consideration=given.get("consideration", ""),
            used=next((u for u in UsedBy if u == given.get("used")), None),
            standing=next((s for s in Standing if s == given.get("standing")), None),
            page=from_one(given.get("page", "")))

    def query(self, page: int = 1) -> str:
        """The query string that `parse` makes this of, for *page*."""
        return urlencode({name: value for name, value in (
            ("q", self.q), ("source", self.source), ("checked", self.checked or ""),
            ("kind", self.kind), ("consideration", self.consideration),
            ("used", self.used or ""), ("standing", self.standing or ""),
            ("page", "" if page == 1 else page)) if value})

    @property
    def active(self) -> bool:
        """Whether anything is looked for in particular."""
        return replace(self, page=1) != Wanted()

    @property
    def detailed(self) -> bool:
        """Whether anything but words is asked for."""
        return replace(self, page=1, q="") != Wanted()


class Why(StrEnum):
    """By what a provision was found."""

    ID = "by its id"
    NAMED = "by its pinpoint"
    MEANING = "by meaning"
    WORDS = "by its words"
    FIELD = ""
    """No words were looked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A provision that was found."""

    provision: Provision
    why: Why
    standing: Standing
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    by_meaning: bool
    """Whether the model took part."""
    silent: bool
    """Whether it found that nothing bears on the question."""


def standing_of(provision: Provision, *, aside: bool) -> Standing:
    """Whether *provision* is relied on, or why it was set *aside*."""
    if not aside:
        return Standing.RELIED_ON
    return Standing.QUOTED if provision.retired is None else Standing.RETIRED


class Shelf:
    """The provisions of one release, ready to be looked up."""

    def __init__(self, guidance: Guidance) -> None:
        self.guidance = guidance

    @cached_property
    def every(self) -> Mapping[ProvisionId, Provision]:
        """All provisions, those set aside after the others."""
        return {**self.guidance.provisions, **self.guidance.set_aside}

    @cached_property
    def _ids(self) -> tuple[ProvisionId, ...]:
        return tuple(self.every)

    @cached_property
    def uses(self) -> Mapping[ProvisionId, tuple[Use, ...]]:
        """What uses each provision."""
        return uses_of(self.guidance)

    @cached_property
    def references(self) -> References:
        """Which provisions name which."""
        return References(self.guidance)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of provision that there are."""
        return tuple(sorted({one.kind for one in self.every.values()}))

    @cached_property
    def _lexical(self) -> Lexical:
        every = replace(self.guidance, provisions=self.every, set_aside={})
        return Lexical(every, entries_of(every))

    @cached_property
    def _recognise(self) -> Callable[[str], tuple[ProvisionId, ...]]:
        return recogniser(self.guidance.sources.values(), self.every.values())

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[ProvisionId, ...]]:
        """Provisions by id and by pinpoint, as somebody may type them."""
        found: dict[str, list[ProvisionId]] = {}
        for one in self.every.values():
            for key in {_key(one.id), _key(one.pinpoint)}:
                found.setdefault(key, []).append(one.id)
        return {key: tuple(ids) for key, ids in found.items()}

    def prepare(self) -> None:
        """Make ready what the first search would wait for: some seconds for 10,000 provisions."""
        _ = (self.uses, self.references, self._by_key, self._recognise, self._lexical)

    def row(self, provision: Provision, why: Why = Why.FIELD) -> Row:
        """*provision* as a row."""
        aside = provision.id in self.guidance.set_aside
        return Row(provision, why, standing_of(provision, aside=aside),
                   self.uses.get(provision.id, NONE))

    def find(self, wanted: Wanted, search: Search | None = None) -> Results:
        """The page of what is *wanted*.

        Args:
            wanted: What is looked for.
            search: The product's own search over this release; None while the model is loaded.
        """
        silent = False
        if wanted.q:
            found, silent = self._ranked(wanted.q, search)
        else:
            found = dict.fromkeys(self.every, Why.FIELD)
        ids = [id_ for id_ in found if self._fits(self.every[id_], wanted)]
        here = paged(ids, wanted.page, A_PAGE)
        return Results(
            tuple(self.row(self.every[id_], found[id_]) for id_ in here.rows), len(ids),
            here.page, here.pages,
            by_meaning=bool(wanted.q) and search is not None, silent=silent)

    def _ranked(self, q: str, search: Search | None) -> tuple[dict[ProvisionId, Why], bool]:
        """What *q* finds, best first, and whether nothing bears on it by meaning."""
        found: dict[ProvisionId, Why] = {}

        def take(ids: Iterable[ProvisionId], why: Why) -> None:
            for id_ in ids:
                found.setdefault(id_, why)

        named = self._by_key.get(_key(q), ())
        take((id_ for id_ in named if _key(id_) == _key(q)), Why.ID)
        take(named, Why.NAMED)
        take(self._recognise(q), Why.NAMED)
        silent = False
        if search is not None:
            (answer,) = search([asked_outright(self.guidance, q, BY_MEANING)])
            silent = answer.abstained
            take((match.provision for match in answer.matches if match.provision in self.every),
                 Why.MEANING)
        take(map(self._ids.__getitem__, self._lexical.ranking(q)[:BY_WORDS]), Why.WORDS)
        return found, silent

    def _fits(self, one: Provision, wanted: Wanted) -> bool:
        if wanted.source and one.source != wanted.source:
            return False
        if wanted.checked is not None and one.checked is not wanted.checked:
            return False
        if wanted.kind and one.kind != wanted.kind:
            return False
        if wanted.consideration and one.consideration != wanted.consideration:
            return False
        if wanted.used is not None and not _used(self.uses.get(one.id, NONE), wanted.used):
            return False
        return wanted.standing is None or wanted.standing is standing_of(
            one, aside=one.id in self.guidance.set_aside)


def _used(uses: Sequence[Use], by: UsedBy) -> bool:
    if by is UsedBy.NOTHING:
        return not uses
    if by is UsedBy.ANYTHING:
        return bool(uses)
    return any(use.user is User(by.value) and not use.consulted for use in uses)


def _key(said: str) -> str:
    return " ".join(said.casefold().split())
