"""Which provisions another release has changed, and how; and which words of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from retrieval.guidance import Guidance, Provision, ProvisionId


class How(StrEnum):
    """What became of a provision; of several the first counts."""

    RETIRED = "retired"
    QUOTED = "quoted"
    """An official passage that a confirmed provision now quotes in full."""
    REMOVED = "removed"
    RESTORED = "restored"
    """It had been set aside, and can be relied on again."""
    NEW = "new"
    REWORDED = "reworded"
    RECHECKED = "rechecked"
    """The same words, and another state of checking."""
    MOVED = "moved"
    """The same words under another pinpoint."""


IN_FORCE = frozenset({How.RESTORED, How.NEW, How.REWORDED, How.RECHECKED, How.MOVED})
"""After which a provision can be cited."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A provision that reads otherwise, or stands otherwise, by another release."""

    id: ProvisionId
    how: How
    before: Provision | None
    after: Provision | None
    """As it is kept there, set aside or not; None where it isn't."""


def altered(before: Guidance, after: Guidance) -> Mapping[ProvisionId, Altered]:
    """The provisions that *after* has changed, by id, in the order of *before*, then *after*."""
    found = {}
    for name in dict.fromkeys((*before.provisions, *after.provisions)):
        was, is_ = before.provisions.get(name), after.provisions.get(name)
        how = _how(was, is_, before.set_aside.get(name), after.set_aside.get(name))
        if how is not None:
            found[name] = Altered(
                name, how, was or before.set_aside.get(name), is_ or after.set_aside.get(name))
    return found


def reworded(before: Guidance, after: Guidance) -> frozenset[str]:
    """Ids of the flags, safeguards and considerations of both that say it in other words."""
    was, is_ = _words(before), _words(after)
    return frozenset(name for name in was.keys() & is_.keys() if was[name] != is_[name])


def _how(
    was: Provision | None, is_: Provision | None, was_aside: Provision | None,
    aside: Provision | None,
) -> How | None:
    if is_ is None:
        if aside is None:
            return How.REMOVED
        return How.QUOTED if aside.retired is None else How.RETIRED
    if was is None:
        return How.NEW if was_aside is None else How.RESTORED
    if was.text != is_.text:
        return How.REWORDED
    if was.checked is not is_.checked:
        return How.RECHECKED
    return How.MOVED if was.pinpoint != is_.pinpoint else None


def _words(guidance: Guidance) -> dict[str, Any]:
    # By kind as well: a red flag may go by the id of the provision that it rests on.
    return {
        **{f"flag:{f.id}": (f.title, f.explains) for f in guidance.red_flags},
        **{f"safeguard:{s.id}": (s.title, s.text) for s in guidance.safeguards.values()},
        **{f"consideration:{c.id}": (c.title, c.weigh) for c in guidance.considerations},
    }
