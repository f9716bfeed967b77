"""One provision with all that is known of it in a release, and how it read before and since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console.guidance import provision_words
from bot.console.guidance.differing import FieldChange, changed
from bot.console.guidance.histories import Edition
from bot.console.guidance.provision_search import Row, Shelf
from bot.console.turns.exchange import Span
from retrieval.editing.uses import Use, User
from retrieval.guidance import Guidance, Page, Provision, ProvisionId, ReleaseId, Source

CHANGED, GONE, CHECKED_SINCE, ASIDE = "changed", "gone", "checked", "aside"
MOST_NAMED = 40
"""Provisions that name it which are listed."""


@dataclass(frozen=True, slots=True)
class FlagUse:
    """A red flag that rests on it."""

    title: str
    ours: bool
    gravity: int
    raised: tuple[tuple[str, str], ...]
    """When, row by row; all rows have to match."""


@dataclass(frozen=True, slots=True)
class Used:
    """Everything of one kind that uses it, flags aside."""

    words: str
    titles: tuple[str, ...]
    consulted: bool


@dataclass(frozen=True, slots=True)
class View:
    """A provision as it reads in one release."""

    row: Row
    release: ReleaseId
    source: Source
    address: str
    """Where its words can be read; empty where nowhere on the web."""
    spans: tuple[Span, ...]
    """Its text, the passage that was relied on marked."""
    page: str
    topics: tuple[tuple[str, str], ...]
    consideration: str
    flags: tuple[FlagUse, ...]
    used: tuple[Used, ...]
    names: tuple[Provision, ...]
    named_by: tuple[Provision, ...]
    more_named: int
    before: Provision | None
    after: Provision | None
    """Those of its source beside it."""
    instead: Provision | None
    """What to rely on where it is set aside."""
    passage: Provision | None
    """The official provision that its confirmed words stand in."""


@dataclass(frozen=True, slots=True)
class Since:
    """What became of it by the release in force."""

    what: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A release in which it came, changed or went."""

    edition: Edition
    in_force: datetime | None
    """When that release came into force first; None where the log doesn't tell."""
    what: str
    fields: tuple[FieldChange, ...] = ()


def view(shelf: Shelf, name: ProvisionId, relied_on: tuple[int, int] | None) -> View | None:
    """The provision *name* in the release of *shelf*, *relied_on* marked; None if it lacks it."""
    guidance, it = shelf.guidance, shelf.every.get(name)
    if it is None:
        return None
    within = guidance.consideration_by_id.get(it.consideration or "")
    named_by = shelf.references.to(name)
    before, after = _beside(shelf, it)
    instead = it.same_as if it.retired is None else it.retired.instead
    row = shelf.row(it)
    passage = None if it.confirmed is None else shelf.every.get(it.confirmed.passage)
    return View(
        row=row, release=guidance.release, source=guidance.sources[it.source],
        address=next(filter(None, map(_on_the_web, (
            it.url, "" if passage is None else passage.url,
            guidance.sources[it.source].url))), ""),
        spans=_spans(it.text, relied_on), page=provision_words.page(it.page or _NO_PAGE),
        topics=provision_words.rows(guidance, it.topics),
        consideration="" if within is None else f"{within.number}. {within.title}",
        flags=tuple(_flag(guidance, use) for use in row.uses if use.user is User.FLAG),
        used=tuple(_used(row.uses)),
        names=_there(shelf, shelf.references.of(name)),
        named_by=_there(shelf, named_by[:MOST_NAMED]),
        more_named=max(0, len(named_by) - MOST_NAMED), before=before, after=after,
        instead=None if instead is None else shelf.every.get(instead),
        passage=passage)


def since(then: Provision, old: Guidance, current: Guidance | None) -> Since | None:
    """What became of *then*, of *old*, by the release in force; None while it reads the same."""
    if current is None or current.release == old.release:
        return None
    now = current.provisions.get(then.id)
    if now is None:
        aside = current.set_aside.get(then.id)
        return Since(GONE) if aside is None else Since(ASIDE, _read(then, aside, old, current))
    if (now.text, now.heading, now.pinpoint) != (then.text, then.heading, then.pinpoint):
        return Since(CHANGED, _read(then, now, old, current))
    return None if now.checked is then.checked else Since(CHECKED_SINCE)


def history(
    editions: Iterable[Edition], guidance: Guidance, in_force: Mapping[ReleaseId, datetime]
) -> tuple[Step, ...]:
    """What became of a provision, the newest first.

    Args:
        editions: As it read, oldest first.
        guidance: Whose words name facts and values.
        in_force: When releases came into force first.
    """
    steps: list[Step] = []
    last: Edition | None = None
    for one in editions:
        steps.append(Step(one, in_force.get(one.release), *_became(last, one, guidance)))
        last = one
    return tuple(reversed(steps))


def _became(
    last: Edition | None, now: Edition, guidance: Guidance
) -> tuple[str, tuple[FieldChange, ...]]:
    if now.provision is None:
        return "It is there no more", ()
    if last is None:
        return "The first that has it", ()
    if last.provision is None:
        return "It is there again", ()
    fields = changed(last.provision, now.provision, guidance, guidance)
    if now.aside and not last.aside:
        return "Set aside" if now.provision.retired is None else "Retired", fields
    if last.aside and not now.aside:
        return "Relied on again", fields
    if now.provision.confirmed is not None and last.provision.confirmed is None:
        return "Confirmed against the official text", fields
    if now.provision.text != last.provision.text:
        return "Its text changed", fields
    return "What stands beside its text changed", fields


def _read(
    then: Provision, now: Provision, old: Guidance, new: Guidance
) -> tuple[FieldChange, ...]:
    """What differs of what whoever reads an answer sees."""
    shown = {provision_words.field(name) for name in ("text", "heading", "pinpoint", "checked")}
    return tuple(one for one in changed(then, now, old, new) if one.name in shown)


def _spans(text: str, relied_on: tuple[int, int] | None) -> tuple[Span, ...]:
    start, end = relied_on or (0, 0)
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    parts = [Span(text)] if start >= end else [
        Span(text[:start]), Span(text[start:end], ("the passage relied on",)), Span(text[end:])]
    return tuple(part for part in parts if part.text)


def _beside(shelf: Shelf, it: Provision) -> tuple[Provision | None, Provision | None]:
    beside = [one for one in shelf.guidance.provisions.values() if one.source == it.source]
    place = next((n for n, one in enumerate(beside) if one.id == it.id), None)
    if place is None:
        return None, None
    return (beside[place - 1] if place else None,
            beside[place + 1] if place + 1 < len(beside) else None)


def _there(shelf: Shelf, ids: Iterable[ProvisionId]) -> tuple[Provision, ...]:
    return tuple(shelf.every[id_] for id_ in ids if id_ in shelf.every)


def _flag(guidance: Guidance, use: Use) -> FlagUse:
    flag = next(one for one in guidance.red_flags if one.id == use.id)
    return FlagUse(flag.title, flag.ours, flag.gravity, provision_words.rows(guidance, flag.when))


def _used(uses: Iterable[Use]) -> Iterable[Used]:
    found: dict[tuple[User, bool], list[str]] = {}
    for use in uses:
        if use.user is not User.FLAG:
            found.setdefault((use.user, use.consulted), []).append(use.title)
    for (user, consulted), titles in found.items():
        one, several = provision_words.USERS[user]
        yield Used(one if len(titles) == 1 else several, tuple(titles), consulted)


def _on_the_web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


_NO_PAGE = Page()
