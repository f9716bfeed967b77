"""In what two releases differ, laid out to be read: entry by entry, word by word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.console.guidance.provision_words import PARTS, basis, field, in_words
from bot.console.paging import paged
from retrieval.editing.differences import (
    LONGEST_COMPARED,
    Difference,
    Differences,
    How,
    Part,
    ProvisionChange,
    Run,
    RunKind,
    word_diff,
)
from retrieval.guidance import Guidance, Provision, ProvisionId

A_PAGE = 40
"""Provisions on a page."""
MOST_OF_A_PART = 100
"""Entries of another part that are shown; of more it is said that there are more."""
LEAST_SHARED = 0.4
"""Share of the words that two texts have in common, below which a comparison can't be read."""
MOST_RUNS = 60
"""Stretches of a comparison that are shown unfolded."""
_LISTS = frozenset({"asks", "answered", "names", "terms", "weak"})
"""Fields that hold sayings: what was added and taken away is said, each by itself."""
_OF_PROVISIONS = ("text", "heading", "pinpoint", "checked", "note", "url", "page", "source", "kind",
                  "consideration", "number", "basis", "topics", "asks", "answered", "retired",
                  "same_as")
"""In the order in which they are told; who confirmed it is told by itself."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs."""

    name: str
    """In words."""
    runs: tuple[Run, ...]

    @property
    def long(self) -> bool:
        """Whether it is better folded away: many sayings that came or went."""
        return len(self.runs) > MOST_RUNS


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry that differs."""

    id: str
    how: How
    title: str
    place: str
    """The pinpoint of a provision; empty for others."""
    fields: tuple[FieldChange, ...]
    here: bool
    """Whether the later release has it, so that a page of it can be opened there."""


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one part that differ."""

    name: str
    entries: tuple[Shown, ...]
    more: int
    """How many are left out."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A flag or safeguard that rests on a provision that reads otherwise."""

    kind: str
    title: str
    through: tuple[tuple[str, How], ...]
    """The provisions by name, and what became of each."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of differences."""

    counts: tuple[tuple[str, int], ...]
    """How many provisions were added, changed and so on."""
    provisions: tuple[Shown, ...]
    total: int
    page: int
    pages: int
    sections: tuple[Section, ...]
    affected: tuple[Affected, ...]


def sheet(found: Differences, before: Guidance, after: Guidance, page: int = 1) -> Sheet:
    """Page number *page* of what was *found* between *before* and *after*."""
    here = paged(found.provisions, page, A_PAGE)
    counts: dict[str, int] = {}
    for one in found.provisions:
        counts[one.how.value] = counts.get(one.how.value, 0) + 1
    return Sheet(
        tuple(counts.items()),
        tuple(_provision(one, before, after) for one in here.rows),
        len(found.provisions), here.page, here.pages,
        tuple(_sections(found, before, after)) if here.page == 1 else (),
        tuple(_affected(found, after)) if here.page == 1 else ())


def changed(
    before: Provision, after: Provision, old: Guidance, new: Guidance
) -> tuple[FieldChange, ...]:
    """The fields in which two editions of a provision differ."""
    return _fields(before, after, old, new, (
        name for name in _OF_PROVISIONS if getattr(before, name) != getattr(after, name)))


def _provision(one: ProvisionChange, before: Guidance, after: Guidance) -> Shown:
    it = one.after or one.before
    if one.before is not None and one.after is not None:
        fields = changed(one.before, one.after, before, after)
    else:
        text = it.text if it is not None else ""
        fields = (FieldChange(field("text"), (Run(RunKind.SAME, text),)),) if text else ()
    return Shown(one.id, one.how, _title(it), "" if it is None else it.pinpoint, fields,
                 one.after is not None)


def _title(one: Provision | None) -> str:
    return "" if one is None else one.heading or one.pinpoint


def _sections(found: Differences, before: Guidance, after: Guidance) -> Iterable[Section]:
    for part in Part:
        entries = found.of(part)
        if entries:
            shown = entries[:MOST_OF_A_PART]
            yield Section(PARTS[part], tuple(_other(one, before, after) for one in shown),
                          len(entries) - len(shown))


def _other(one: Difference, before: Guidance, after: Guidance) -> Shown:
    fields: tuple[FieldChange, ...] = ()
    if one.how is How.CHANGED:
        if one.fields:
            fields = _fields(one.before, one.after, before, after, one.fields)
        else:
            fields = (_change("", one.before, one.after, before, after),)
    return Shown(one.id, one.how, one.title, "", fields, one.after is not None)


def _fields(
    was: Any, now: Any, before: Guidance, after: Guidance, names: Iterable[str]
) -> tuple[FieldChange, ...]:
    return tuple(_change(name, getattr(was, name), getattr(now, name), before, after)
                 for name in names)


def _change(name: str, was: Any, now: Any, before: Guidance, after: Guidance) -> FieldChange:
    if name == "basis":
        was, now = basis(was), basis(now)
    old, new = in_words(before, was), in_words(after, now)
    if name in _LISTS and isinstance(was, tuple) and isinstance(now, tuple):
        return FieldChange(field(name), _sayings(old.split("\n"), new.split("\n")))
    if len(old) + len(new) > LONGEST_COMPARED:
        return FieldChange(field(name), _one_after_another(old, new))
    runs = word_diff(old, new)
    shared = sum(len(run.text) for run in runs if run.kind is RunKind.SAME)
    if shared < LEAST_SHARED * min(len(old), len(new)):
        return FieldChange(field(name), _one_after_another(old, new))
    return FieldChange(field(name), runs)


def _one_after_another(old: str, new: str) -> tuple[Run, ...]:
    return (Run(RunKind.GONE, old), Run(RunKind.SAME, "\n"), Run(RunKind.NEW, new))


def _sayings(was: Sequence[str], now: Sequence[str]) -> tuple[Run, ...]:
    kept_before, kept_now = frozenset(was), frozenset(now)
    gone = [Run(RunKind.GONE, one) for one in was if one and one not in kept_now]
    new = [Run(RunKind.NEW, one) for one in now if one and one not in kept_before]
    found: list[Run] = []
    for run in (*gone, *new):
        if found:
            found.append(Run(RunKind.SAME, "\n"))
        found.append(run)
    return tuple(found) or (Run(RunKind.SAME, "in another order"),)


def _affected(found: Differences, after: Guidance) -> Iterable[Affected]:
    mattering = {one.id: (_title(one.after or one.before), one.how)
                 for one in found.provisions if one.matters}

    def through(authorities: Iterable[ProvisionId]) -> tuple[tuple[str, How], ...]:
        return tuple(mattering[id_] for id_ in authorities if id_ in mattering)

    for flag in (after.flag_by_id[id_] for id_ in found.flags_affected):
        yield Affected("red flag", flag.title, through(flag.authorities))
    for safeguard in (after.safeguards[id_] for id_ in found.safeguards_affected):
        yield Affected("safeguard", safeguard.title, through(safeguard.authorities))
