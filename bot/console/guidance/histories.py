"""How provisions read in the releases that are kept: in which of them one changed, came or went.

Each release is read once.  Only what changed from one to the next is held, so that a hundred
releases of ten thousand provisions take little more room than one.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.console.guidance.release_rows import Kept, kept
from bot.errors import UnknownRelease
from bot.store import Store
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Provision, ProvisionId, ReleaseId

MOST_RELEASES = 100
"""Releases that are read, the newest; of those before nothing is told."""

_PROVISION = TypeAdapter(Provision)


@dataclass(frozen=True, slots=True)
class Edition:
    """A provision as it read from one release on."""

    release: ReleaseId
    at: datetime
    """When the release was kept."""
    provision: Provision | None
    """None from where the release has it no more."""
    aside: bool = False
    """It could be read there and was not relied on any more."""


class Histories:
    """The histories of all provisions of one database; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read: dict[ReleaseId, datetime] = {}
        self._unread: set[ReleaseId] = set()
        self._editions: dict[ProvisionId, list[Edition]] = {}
        self._last: dict[ProvisionId, tuple[bool, Any]] = {}
        """As JSON, and whether it was set aside, each as the release that was read last has it."""

    def of(self, provision: ProvisionId) -> tuple[Edition, ...]:
        """Where *provision* came, changed and went, oldest first; empty if no release has it."""
        with self._lock:
            self._catch_up()
            return tuple(self._editions.get(provision, ()))

    def catch_up(self) -> None:
        """Read the releases that were not read yet."""
        with self._lock:
            self._catch_up()

    def last_release_with(self, provision: ProvisionId) -> ReleaseId | None:
        """The newest release that has *provision*, None if none that is kept has it."""
        with self._lock:
            self._catch_up()
            editions, order = self._editions.get(provision), list(self._read)
        if not editions:
            return None
        last = editions[-1]
        return order[-1 if last.provision else order.index(last.release) - 1]

    @property
    def unread(self) -> frozenset[ReleaseId]:
        """Releases that another version of the program wrote, which this one can't read."""
        return frozenset(self._unread)

    def _catch_up(self) -> None:
        with self._store.reading() as connection:
            there = kept(connection)[-MOST_RELEASES:]
        readable = [one.id for one in there if one.id not in self._unread]
        if readable[: len(self._read)] != list(self._read):
            # One was put before others, or is past the number that is read: begin again.
            self._read.clear()
            self._editions.clear()
            self._last.clear()
        for one in there:
            if one.id not in self._read and one.id not in self._unread:
                self._take_in(one)

    def _take_in(self, one: Kept) -> None:
        try:
            found = _provisions(self._store.release_content(one.id))
            changed = {id_: _edition(one, *now) for id_, now in found.items()
                       if self._last.get(id_) != now}
        except (UnknownRelease, ReleaseNotReady, ValueError, KeyError, TypeError, AttributeError):
            self._unread.add(one.id)
            return
        for id_ in self._last.keys() - found.keys():
            self._editions[id_].append(Edition(one.id, one.at, None))
        for id_, edition in changed.items():
            editions = self._editions.setdefault(id_, [])
            # What a version of before kept in other words may well be the same.
            if not editions or (editions[-1].provision, editions[-1].aside) != (
                    edition.provision, edition.aside):
                editions.append(edition)
        self._last = found
        self._read[one.id] = one.at


def _provisions(content: str) -> dict[ProvisionId, tuple[bool, Any]]:
    """The provisions of a release as JSON, each with whether it is set aside."""
    fields: Mapping[str, Any] = json.loads(content)
    return {ProvisionId(name): (aside, provision)
            for part, aside in (("set_aside", True), ("provisions", False))
            for name, provision in _entries(fields, part)}


def _entries(fields: Mapping[str, Any], part: str) -> Iterable[tuple[str, Any]]:
    entries: Mapping[str, Any] = fields.get(part, {}) if part == "set_aside" else fields[part]
    return entries.items()


def _edition(release: Kept, aside: bool, provision: object) -> Edition:
    try:
        return Edition(release.id, release.at, _PROVISION.validate_python(provision), aside)
    except ValidationError as error:
        raise ValueError(str(error)) from error
