"""Which hits of several groups of phrases stand near enough to one another to mean one thing."""

from collections.abc import Sequence

NEAR_WORDS = 14
"""Most words from the first to the last word of a `near` pattern: a spoken clause or two."""

Span = tuple[int, int]
"""From the first token to behind the last one."""


def closest(groups: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
    """One hit of every group, as tight together as can be; empty if that isn't tight enough."""
    best: tuple[Span, ...] = ()
    if not all(groups):
        return best
    for anchor in groups[0]:
        parts = [anchor]
        for group in groups[1:]:
            parts.append(min(group, key=lambda hit: _width([*parts, hit])))
        if _width(parts) <= NEAR_WORDS and (not best or _width(parts) < _width(best)):
            best = tuple(sorted(parts))
    return best


def extent(parts: Sequence[Span]) -> Span:
    """From the first token of *parts*, of which there is one at least, to behind the last."""
    return min(first for first, _ in parts), max(last for _, last in parts)


def _width(parts: Sequence[Span]) -> int:
    first, last = extent(parts)
    return last - first
