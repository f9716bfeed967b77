"""What a deal may tell that no text of a release speaks of, and who should hear of it.

"They pay in cash" raises no red flag of the guidance.  To pass over it would leave the impression
that it is of no account; so it is said back, with whom to take it to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.content.sources import ProvisionId
from retrieval.content.tables import Fact


@dataclass(frozen=True, slots=True)
class OtherMatter:
    """One such matter; `title` and `says` are in words for whoever told of it."""

    id: str
    title: str
    says: str
    """That the texts are silent on it, and why it counts all the same."""
    whom: str
    """Whom to take it to."""
    told: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """How people tell of it: alternatives, each of groups of which one phrase has to stand in the
    same sentence ("pays" with "third party")."""
    authorities: tuple[ProvisionId, ...] = ()
    """Provisions that `says` rests on, where it says more than that the texts are silent."""
    in_turn: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Further alternatives, of groups that follow one another in one clause, word for word: "to
    track" and soon after it "journalists", but not "journalists track"."""
    unless: tuple[str, ...] = ()
    """What is in turn tells something else in a clause with one of these: "to protect"."""
    unless_facts: tuple[Fact, ...] = ()
    """What is in turn isn't told by words that tell one of these: "they arrest bloggers" is said of
    a country."""


def faults(matters: Sequence[OtherMatter]) -> Iterator[tuple[str, str]]:
    """What is wrong with *matters*: the id of each that is, and what."""
    ids: set[str] = set()
    for matter in matters:
        if matter.id in ids:
            yield matter.id, "there are two of this id; give one of them another"
        ids.add(matter.id)
        for name in ("title", "says", "whom"):
            if not getattr(matter, name).strip():
                yield matter.id, f"its {name!r} is empty"
        if not matter.told and not matter.in_turn:
            yield matter.id, "it has no 'told', so nothing could be known to tell of it"
        for name, alternatives in (("told", matter.told), ("in_turn", matter.in_turn)):
            if any(not groups or not all(groups) for groups in alternatives):
                yield matter.id, f"an alternative or a group of its {name!r} is empty"
