"""A source whose texts collapse or change all at once: what no question of the gate may notice.

Labelled questions look at the few provisions that answer them.  A source whose every text was
replaced by one sentence may answer none of them before and none after, so it is counted here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retrieval.guidance import Guidance, Provision, ProvisionId, SourceId

FEWEST_ALIKE = 3
"""Provisions of one source with one and the same text that are too many."""
LEAST_SHARE_ALIKE = 0.05
"""Share of a source that they are at least: a long document says "reserved" here and there."""
FEWEST_CHANGED = 5
"""Texts of a source that may be others at once whatever share of it they are, less one."""
LARGEST_SHARE = 1 / 3
"""Share of a source's texts that may be others at once."""


@dataclass(frozen=True, slots=True)
class Upheaval:
    """What became of one source."""

    source: str
    before: int
    """Texts that it had."""
    changed: int
    """Of them, those that are others now, though nobody ticked them."""
    gone: int
    """Of them, those that are there no more, though nobody retired them."""
    alike: int
    """The most provisions of it that have one and the same text now."""
    of: int = field(default=0, compare=False)
    """Provisions that it has now."""

    @property
    def sentence(self) -> str:
        """This in words, with its numbers."""
        said = []
        if _collapsed(self.alike, self.of):
            said.append(f"{self.alike} of its {self.of} provisions now have one and the same text")
        if _too_many(self.changed + self.gone, self.before):
            said.append(f"{self.changed + self.gone} of the {self.before} texts it had are others "
                        "or gone")
        return f"{self.source}: {', and '.join(said)}."

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Upheaval":
        """What `dataclasses.asdict` made of one."""
        return cls(**kept)


def upheavals(before: Guidance, after: Guidance) -> tuple[Upheaval, ...]:
    """The sources that collapsed or changed in large part from *before* to *after*, in order.

    What was ticked or retired does not count: somebody read each of those.
    """
    was, now = _by_source(before), _by_source(after)
    found = (_of(source, was.get(source, {}), now.get(source, {}), after)
             for source in dict.fromkeys((*was, *now)))
    return tuple(one for one in found if one is not None)


def _of(
    source: SourceId, was: Mapping[ProvisionId, Provision], now: Mapping[ProvisionId, Provision],
    after: Guidance,
) -> Upheaval | None:
    changed = sum(id_ in now and now[id_].confirmed is None and _said(now[id_]) != _said(one)
                  for id_, one in was.items())
    gone = sum(id_ not in now and id_ not in after.set_aside for id_ in was)
    alike, before_alike = _most_alike(now), _most_alike(was)
    collapsed = _collapsed(alike, len(now)) and alike > before_alike
    if not collapsed and not _too_many(changed + gone, len(was)):
        return None
    return Upheaval(str(source), len(was), changed, gone, alike, len(now))


def _collapsed(alike: int, now: int) -> bool:
    return alike >= FEWEST_ALIKE and alike >= LEAST_SHARE_ALIKE * now


def _too_many(changed: int, before: int) -> bool:
    return changed >= FEWEST_CHANGED and changed > LARGEST_SHARE * before


def _most_alike(provisions: Mapping[ProvisionId, Provision]) -> int:
    return max(Counter(map(_said, provisions.values())).values(), default=0)


def _said(one: Provision) -> str:
    return " ".join(one.text.casefold().split())


def _by_source(guidance: Guidance) -> dict[SourceId, dict[ProvisionId, Provision]]:
    found: dict[SourceId, dict[ProvisionId, Provision]] = {}
    for id_, one in guidance.provisions.items():
        found.setdefault(one.source, {})[id_] = one
    return found
