"""A log whose rows hold one another: canonical JSON, a chain of digests, and its verification.

Each row's digest is taken over the digest before it and the row's body, and the body names its
own place.  So no row can be altered, removed, inserted or moved without a digest that no longer
fits.  Personal text stays out of the body, which holds a salted hash of it; the text can be
erased later and the chain still verifies.

What the chain can't show: whoever may write the database can recompute all of it, head included.
It becomes evidence by checkpoints that are kept somewhere else; see `bot.checkpoints`.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from functools import cache, partial
from operator import attrgetter
from types import MappingProxyType, NoneType
from typing import Any

GENESIS = "0" * 64
"""Stands for the digest before the first row."""


def plain(value: object) -> Any:
    """*value* as JSON types, the same for equal values: sets sorted, times in UTC.

    Raises:
        TypeError: It holds something that has no such form.
        ValueError: It holds a time without a zone, which names no moment.
    """
    return _PLAIN[type(value)](value)


class Forms(dict[type, Callable[[Any], Any]]):
    """By type, what makes JSON types of its values; made when the type is first met.

    A turn holds some eight thousand values of thirty types: what a type is, is asked once.

    Args:
        instead: By type, what takes the place of the form that `plain` gives.
    """

    def __init__(self, instead: Mapping[type, Callable[[Any], Any]] = MappingProxyType({})) -> None:
        super().__init__(instead)

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        made = self[kind] = _maker(kind)(self)
        return made


_BARE = frozenset({str, int, float, bool, NoneType})
"""What JSON has by itself; not so its subclasses, which may be enumerations."""


@cache
def _maker(kind: type) -> Callable[[Forms], Callable[[Any], Any]]:
    """What makes the form of values of *kind*, given that of what they hold."""
    if issubclass(kind, Enum):
        return lambda _: attrgetter("_value_")
    if kind is NoneType or issubclass(kind, (bool, int, float, str)):
        return lambda _: lambda value: value
    if dataclasses.is_dataclass(kind):
        return partial(_of_fields, tuple(f.name for f in dataclasses.fields(kind)))
    for of, made in ((Mapping, _of_mapping), (Set, _of_set), (list, _of_list), (tuple, _of_list)):
        if issubclass(kind, of):
            return made
    if issubclass(kind, datetime):
        return lambda _: timestamp
    if issubclass(kind, date):
        return lambda _: lambda value: value.isoformat()
    raise TypeError(f"{kind.__name__} has no canonical form; give it one before using it")


def _of_fields(names: tuple[str, ...], forms: Forms) -> Callable[[Any], Any]:
    # With one name more it gives a tuple, however few fields there are.
    read = attrgetter(*names, "__class__", "__class__")
    return lambda value: {
        name: one if (kind := type(one)) in _BARE else forms[kind](one)
        for name, one in zip(names, read(value), strict=False)}


def _of_mapping(forms: Forms) -> Callable[[Any], Any]:
    return lambda value: {
        str(key): one if (kind := type(one)) in _BARE else forms[kind](one)
        for key, one in value.items()}


def _of_list(forms: Forms) -> Callable[[Any], Any]:
    return lambda value: [
        one if (kind := type(one)) in _BARE else forms[kind](one) for one in value]


def _of_set(forms: Forms) -> Callable[[Any], Any]:
    return lambda value: sorted((forms[type(one)](one) for one in value), key=str)


_PLAIN = Forms()


def canonical(value: object) -> str:
    """*value* as canonical JSON: keys sorted, no white space; floats as the caller rounded them.

    Raises:
        TypeError, ValueError: As `plain`, and for a float that is not a number.
    """
    return written(plain(value))


def written(value: Any) -> str:
    """*value*, of JSON types already, as canonical JSON.

    Raises:
        ValueError: It holds a float that is not a number.
    """
    return _ENCODER.encode(value)


class Spelled(list[Any]):
    """JSON types in a list that knows how it is written as canonical JSON.

    Args:
        values: What it holds; nobody may change it.
        text: `written(values)`.
    """

    def __init__(self, values: Iterable[Any], text: str) -> None:
        super().__init__(values)
        self.text = text


def written_in_parts(whole: Mapping[str, Any]) -> str:
    """As `written`, of an object some values of which are `Spelled`."""
    parts: list[str] = []
    others: dict[str, Any] = {}
    for name in sorted(whole):
        value = whole[name]
        if not isinstance(value, Spelled):
            others[name] = value
            continue
        if others:
            parts.append(written(others)[1:-1])
            others = {}
        parts.append(f"{written(name)}:{value.text}")
    if others:
        parts.append(written(others)[1:-1])
    return f"{{{','.join(parts)}}}"


_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False,
    # What `plain` makes holds nothing twice, so nothing of it can hold itself.
    check_circular=False)


def timestamp(moment: datetime) -> str:
    """*moment* in UTC as ISO 8601, always of one width, so that text sorts as time does.

    To the microsecond: `2026-03-01T09:30:00.000000+00:00`.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; pass times in UTC")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def chained(previous: str, body: str) -> str:
    """The digest of a row: hex SHA-256 over the digest before it and its body, in UTF-8."""
    return hashlib.sha256((previous + body).encode("utf-8")).hexdigest()


def committed(salt: str, personal: str) -> str:
    """The salted hash that stands for *personal* in a body.

    Facts of a deal are few and easy to guess; without the salt their hash would give them away
    after the text is gone.
    """
    return hashlib.sha256((salt + personal).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log as stored."""

    seq: int
    body: str
    previous: str
    digest: str
    personal: str | None
    """What the body's `personal_sha256` covers; None once erased."""
    salt: str | None
    columns: Mapping[str, object]
    """Columns that repeat what the body says, by the body's names."""
    emptied: bool = False
    """Whether text is gone that was recorded with it: all of it, or what it repeats of others."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows the log has and the digest of the last: what a later log must contain."""

    count: int = 0
    digest: str = GENESIS


class Wrong(StrEnum):
    """What happened to a log."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    ENDLESS = "endless"
    """Where it ends is no longer kept, or can't be read; its rows fit one another."""
    EMPTIED = "emptied"
    """Its words are gone, and no erasure on record took them."""
    BELIED = "belied"
    """It tells what a release of the guidance holds, and what is kept of it is something else."""


_EXPLAINED = {
    Wrong.ALTERED: "what it holds is not what was recorded there",
    Wrong.REMOVED: "it was recorded, and it is no longer there",
    Wrong.INSERTED: "nothing of the kind was recorded there",
    Wrong.REORDERED: "what stands there was recorded in another place",
    Wrong.EMPTIED: "its words are gone, and no erasure on record took them",
}


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which the log is not what was recorded, and in which way."""

    seq: int
    """Its place in the log as recorded, from 1."""
    wrong: Wrong
    until: int | None = None
    """Where the rows end of which at least one is wrong, if the digests can't tell which."""
    release: str | None = None
    """Which release of the guidance is not what the row says of it, where that is what is wrong."""
    unsigned: bool = field(default=False, compare=False)
    """Whether it is that no key that is here has signed the checkpoint of row `until`."""

    def __str__(self) -> str:
        if self.release is not None:
            return (f"Row {self.seq} of the log tells what release {self.release} of the guidance "
                    "holds, and what the database keeps of that release is something else: its "
                    "digest is another. Don't rely on any passage that is shown of it; restore the "
                    "database from a back-up.")
        if self.until is not None and self.wrong is Wrong.EMPTIED:
            return (f"From row {self.seq} to row {self.until} of the log more rows lack their "
                    "words than the erasures on record took: at least one was emptied without "
                    "one.")
        if self.until is not None and self.unsigned:
            return (f"Rows {self.seq} to {self.until} of the log fit one another, but no key that "
                    f"is here has signed the checkpoint of row {self.until} that the database "
                    "keeps, so nobody can tell whether they are as recorded. If another key "
                    "signed it, such as a replica's own log.key or one that was lost, set "
                    "ADVISOR_LOG_KEY to that key, or ADVISOR_LOG_KEYS_BEFORE to its public half; "
                    "if none did, somebody has changed the database. "
                    f"The {self.seq - 1} before them are whole.")
        if self.until is not None:
            return (f"Rows {self.seq} to {self.until} of the log fit one another, and not the "
                    f"checkpoint of row {self.until}: at least one was {self.wrong.value} and all "
                    f"digests made anew. The {self.seq - 1} before them are whole.")
        if self.wrong is Wrong.ENDLESS:
            return (f"Row {self.seq} of the log is the last one that is there, and what was kept "
                    "of where the log ends is gone or can't be read: nobody can tell from the "
                    "database whether rows are missing after it. Hold the log against a "
                    "checkpoint that was kept elsewhere, or restore the database from a back-up.")
        return (f"Row {self.seq} of the log was {self.wrong.value}: {_EXPLAINED[self.wrong]}. "
                f"The {self.seq - 1} before it are whole; don't rely on it or on later ones.")


def verify(
    entries: Iterable[Entry], head: Head | None = None, start: Head | None = None
) -> Break | None:
    """Derive every digest again; one pass, in memory that doesn't grow with the log.

    Args:
        entries: All rows in the order of their numbers; with *start* those after it.
        head: What the log is known to end with.  Without it nobody can tell that rows are missing
            at the end or were added there.
        start: What the log was found to begin with; nothing is said of those rows.

    Returns:
        None for a whole log.  Otherwise the first row that differs from what was recorded; a
        removed one is named by the number that it had.  Where a forger gave several rows in
        succession new digests that fit, the last of them is named.
    """
    begun = start or Head()
    before, last, count = "", begun.digest, begun.count
    rows = iter(entries)
    for entry in rows:
        place = count + 1
        fits = entry.previous == last and entry.seq == place and _place_of(entry) == place
        if not fits:
            return _diagnosed(entry, rows, (before, last), place, head)
        before, last, count = last, entry.digest, place
    if head is None or head == Head(count, last):
        return None
    if count < head.count:
        return Break(count + 1, Wrong.REMOVED)
    if count > head.count:
        return Break(head.count + 1, Wrong.INSERTED)
    return Break(max(count, 1), Wrong.ALTERED)


def _place_of(entry: Entry) -> int | None:
    """The place that *entry* was recorded for; None if it doesn't agree with itself."""
    try:
        if chained(entry.previous, entry.body) != entry.digest:
            return None
        body = json.loads(entry.body)
        place, hidden = body["seq"], body["personal_sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if any(name not in body or body[name] != value for name, value in entry.columns.items()):
        return None
    if entry.personal is None or entry.salt is None:
        erased = entry.personal is None and entry.salt is None
    else:
        erased = committed(entry.salt, entry.personal) == hidden
    return place if erased and isinstance(place, int) else None


def _diagnosed(
    entry: Entry, rest: Iterator[Entry], whole: tuple[str, str], place: int, head: Head | None
) -> Break:
    """Say why *entry*, which stands at *place*, doesn't follow the two last *whole* digests.

    The rows after it tell: whether the one that should stand here comes later, whether the one
    that *entry* follows does, and whether *entry* stands there a second time.
    """
    before, last = whole
    recorded_for = _place_of(entry)
    follower = origin = twin = False
    for later in rest:
        follower = follower or (later.previous == last and _place_of(later) == place)
        origin = origin or later.digest == entry.previous
        twin = twin or later.digest == entry.digest
    if entry.previous == last and recorded_for == place:
        return Break(place, Wrong.ALTERED)  # only its number was changed
    if follower:
        moved = recorded_for is not None and origin and not twin
        return Break(place, Wrong.REORDERED if moved else Wrong.INSERTED)
    if recorded_for == place - 1 and entry.previous == before and entry.digest != last:
        # It is the true successor of the row before last; the last one was put in with a digest.
        return Break(place - 1, Wrong.INSERTED)
    if head is not None and place > head.count:
        return Break(place, Wrong.INSERTED)
    if recorded_for is None:
        return Break(place, Wrong.ALTERED)
    if recorded_for > place:
        return Break(place, Wrong.REMOVED)
    if recorded_for == place:
        # It follows another row than the one before it, which was thus given a new digest.
        return Break(max(place - 1, 1), Wrong.ALTERED)
    return Break(place, Wrong.INSERTED)
