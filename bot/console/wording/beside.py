"""What rows beside the turns say, in words: what a review came to, what was held, what was set."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.casebook.standing import ASKED, ASSIGNED, DROPPED, MARKED, SIGNED_OFF, VERDICT
from bot.console.wording.review_wording import OPINION_SHAPES, OPINIONS, VERDICTS, outcome
from bot.console.wording.wording import day
from bot.reviews.review import Opinion, VerdictKind

_Told = Mapping[str, Any]


def _came_to(told: _Told) -> tuple[str, ...]:
    over = len(told.get("over") or ())
    spite = (f"in spite of {over} objection{'' if over == 1 else 's'}",) if over else ()
    second = ("a second reviewer has to sign too",) if told.get("needs_second") else ()
    return outcome(str(told.get("outcome") or "")), *spite, *second


def _held(told: _Told) -> tuple[str, ...]:
    opinion = Opinion(str(told.get("opinion")))
    return (f"{OPINION_SHAPES[opinion]} {OPINIONS[opinion]}",)


def _verdict(told: _Told) -> tuple[str, ...]:
    return (VERDICTS[VerdictKind(str(told.get("verdict")))],)


def _question(told: _Told) -> tuple[str, ...]:
    return (f"question {int(told['number'])}",)


def _assigned(told: _Told) -> tuple[str, ...]:
    return () if told.get("to") else ("to nobody",)


def _listening(told: _Told) -> tuple[str, ...]:
    return ("resumed" if told.get("on") else "paused",)


def _watched(told: _Told) -> tuple[str, ...]:
    on = told.get("on")
    return ("not wanted any more" if on is None else f"for {day(date.fromisoformat(str(on)))}",)


_IN_WORDS: Mapping[str, tuple[Callable[[_Told], tuple[str, ...]], frozenset[str]]] = {
    SIGNED_OFF: (_came_to, frozenset({"number"})),
    MARKED: (_held, frozenset({"opinion"})),
    VERDICT: (_verdict, frozenset({"verdict", "number"})),
    ASKED: (_question, frozenset({"number"})),
    DROPPED: (_question, frozenset({"number"})),
    ASSIGNED: (_assigned, frozenset()),
    "listening": (_listening, frozenset({"on"})),
    "watch": (_watched, frozenset({"on"})),
    "reminded": (_watched, frozenset({"on"})),
    # Where it went is what its name says; which channel that is stands in the log.
    "handed_over": (lambda _told: (), frozenset({"channel"})),
}
"""By the kind of a row what says it in words, and which of its codes that stands for."""


def in_words(kind: str, told: _Told) -> tuple[tuple[str, ...], frozenset[str]]:
    """What a row of *kind* with the body *told* says, and the keys of *told* that it says so.

    Nothing of either for other kinds, and for what this version can't read: that shows its codes.
    """
    say, instead = _IN_WORDS.get(kind, (None, frozenset()))
    if say is None:
        return (), frozenset()
    try:
        return say(told), instead
    except (KeyError, TypeError, ValueError):
        return (), frozenset()
