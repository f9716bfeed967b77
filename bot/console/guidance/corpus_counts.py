"""How much of the guidance there is, and how far it was checked, source by source."""

from dataclasses import dataclass

from retrieval.guidance import Checked, Guidance, Source, SourceId


@dataclass(frozen=True, slots=True)
class Tally:
    """How far some provisions were checked."""

    official: int = 0
    seen: int = 0
    unchecked: int = 0
    aside: int = 0
    """Those that are not relied on any more."""

    @property
    def whole(self) -> int:
        """All that are relied on."""
        return self.official + self.seen + self.unchecked

    def of(self, checked: Checked) -> int:
        """Those that were checked so far."""
        return {Checked.OFFICIAL: self.official, Checked.SEEN: self.seen,
                Checked.UNCHECKED: self.unchecked}[checked]

    def share(self, checked: Checked) -> float:
        """What share of those relied on was checked so far, from 0 to 1."""
        return self.of(checked) / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class SourceTally:
    """A source and its provisions."""

    source: Source
    tally: Tally


def by_source(guidance: Guidance) -> tuple[SourceTally, ...]:
    """Every source of *guidance*, those with the most provisions first."""
    found: dict[SourceId, dict[str, int]] = {source: {} for source in guidance.sources}
    for part, key in ((guidance.provisions, None), (guidance.set_aside, "aside")):
        for one in part.values():
            of = found.setdefault(one.source, {})
            name = key or one.checked.value
            of[name] = of.get(name, 0) + 1
    tallies = [SourceTally(guidance.sources[source], Tally(**counts))
               for source, counts in found.items() if source in guidance.sources]
    return tuple(sorted(tallies, key=lambda one: -one.tally.whole))


def added_up(tallies: tuple[SourceTally, ...]) -> Tally:
    """All *tallies* together."""
    return Tally(*(sum(getattr(one.tally, name) for one in tallies)
                   for name in ("official", "seen", "unchecked", "aside")))
