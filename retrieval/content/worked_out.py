"""What was worked out of a release once, so that no turn works it out again."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import ReferenceType, ref

_T = TypeVar("_T")


class WorkedOut:
    """Results of functions of one release, each under the function that made them.

    Lives and dies with the release.  Threads may share it: two that work out the same thing at
    once both get it right, and one of the results is kept.
    """

    def __init__(self) -> None:
        self._kept: dict[object, dict[Hashable, Any]] = {}
        self._latest: dict[object, tuple[ReferenceType[Any], Any]] = {}

    def of(self, what: Callable[..., _T]) -> dict[Hashable, _T]:
        """The results of *what* that are kept, by key; the caller looks up and adds to them."""
        return self._kept.setdefault(what, {})

    def of_latest(self, what: Callable[..., _T], whose: object, make: Callable[[], _T]) -> _T:
        """What *make* makes for *whose*, where *what* was last asked of that very object.

        Only the latest result is kept; *whose* itself, which may hold somebody's words, is not.
        """
        latest = self._latest.get(what)
        if latest is None or latest[0]() is not whose:
            latest = self._latest[what] = (ref(whose), make())
        made: _T = latest[1]
        return made
