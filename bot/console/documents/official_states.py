"""How each official document of the list stands, told from the tries to get it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.documents.values import Fetch, ListedCut
from retrieval.reading.publishers import OfficialDocument


class State(StrEnum):
    """How an official document stands."""

    NEVER = "never fetched"
    FETCHED = "fetched"
    CHANGED = "changed since"
    """What came last is another text than the one before, or than the one in the draft."""
    FAILED = "failed"
    """Nothing ever came."""


@dataclass(frozen=True, slots=True)
class Official:
    """An official document and how it stands."""

    document: OfficialDocument
    state: State
    at: datetime | None = None
    """When it came last."""
    sha256: str = ""
    """Of what is kept of it."""
    by_hand: bool = False
    """It was added as a file."""
    failures: tuple[Fetch, ...] = ()
    """Why it didn't come at the last time, by address; empty if it came."""
    cut: ListedCut | None = None
    """The cut of what is kept."""


def officials(
    listed: Iterable[OfficialDocument], tries: Sequence[Fetch], cuts: Iterable[ListedCut],
    drafted: Mapping[str, str], by_hand: str,
) -> tuple[Official, ...]:
    """How each of *listed* stands.

    Args:
        listed: The official documents.
        tries: The newest first.
        cuts: Those that are kept.
        drafted: The document of each source in the draft, by the source's id.
        by_hand: How the address of a file begins.
    """
    by_document = {(cut.document, str(cut.source.id)): cut for cut in cuts}
    of: dict[str, list[Fetch]] = {}
    for one in tries:
        of.setdefault(one.official, []).append(one)
    return tuple(_official(one, of.get(one.id, []), by_document, drafted, by_hand)
                 for one in listed)


def _official(
    document: OfficialDocument, tries: Sequence[Fetch],
    cuts: Mapping[tuple[str, str], ListedCut], drafted: Mapping[str, str], by_hand: str,
) -> Official:
    failures: dict[str, Fetch] = {}
    for one in tries:
        if one.document is not None:
            break
        failures.setdefault(one.url, one)
    taken = [one for one in tries if one.document is not None]
    if not taken:
        state = State.FAILED if failures else State.NEVER
        return Official(document, state, failures=tuple(reversed(failures.values())))
    last = taken[0]
    in_draft = drafted.get(document.id)
    before = in_draft or next(
        (one.document for one in taken if one.document != last.document), last.document)
    return Official(
        document, State.FETCHED if last.document == before else State.CHANGED, last.at,
        last.document or "", last.url.startswith(by_hand), tuple(reversed(failures.values())),
        cuts.get((last.document or "", str(document.id))))
