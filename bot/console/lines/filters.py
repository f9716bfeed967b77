"""What is looked for among conversations, as a filter of the queue and its query string."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from bot.casebook.lines import FACT, FAINT, GAP, MODEL, OPEN, REASON
from bot.casebook.standing import Standing
from bot.dialogue.reply import Kind

_E = TypeVar("_E", bound=StrEnum)

MOST_FIELDS = 60
"""Fields of a query string that are read; one with more is read as none."""
ALL_FIELDS = "*"
"""Stands among what is unread for a whole query string."""
_BESIDE = frozenset({"after", "order"})
"""Fields beside a filter, by which nothing more or less passes: where a page begins, and how it is
put in order."""
ME = "me"
"""Stands in a filter for whoever looks."""


class Order(StrEnum):
    """What stands first."""

    NEWEST = "newest"
    """Those opened last."""
    EXCEPTION = "exception"
    """Those that most ask for a person's eye; reviewed ones come last."""


class Feedback(StrEnum):
    """What thumbs it got."""

    DOWN = "down"
    UP = "up"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; empty fields let everything pass."""

    flag: str = ""
    consideration: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Value by fact, such as the product, the end-user, the country."""
    asker: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""
    """Kind of the last reply."""
    feedback: Feedback | None = None
    unchecked: bool = False
    """Only where a provision was relied on that nobody has checked."""
    handed_over: bool | None = None
    reviewed: bool | None = None
    assigned: str = ""
    """Who is to review it: Slack's id, or `ME`."""
    standing: Standing | None = None
    text: str = ""
    order: Order = Order.EXCEPTION
    opened: date | None = None
    """Only those opened on that day or later; `since` takes those still spoken in, too."""
    waiting: bool | None = None
    """Whether something in it asks for a person."""
    reason: str = ""
    """Why it does."""
    gap: str = ""
    """What a question in it fell into that the texts don't answer."""
    faint: str = ""
    """The provision that was nearest to a question, and far all the same."""
    open: str = ""
    """A fact that has to be found out."""
    erased: bool | None = None
    """Whether all its words are gone."""
    cites: str = ""
    """A provision that an answer in it cites."""
    model: str = ""
    """What a language model has to do with it; see `bot.casebook.lines.MODEL`."""
    unread: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Fields of a query string that make no sense, as they were given; nothing is looked for by
    them, so more passes than was asked for."""

    @classmethod
    def parse(cls, query: str) -> "Filter":
        """The filter of a query string; what makes no sense in it is left out, and `unread`."""
        try:
            pairs = parse_qsl(query, max_num_fields=MOST_FIELDS)
        except ValueError:  # no form of ours has so many
            return cls(unread=((ALL_FIELDS, ""),))
        given = {name: value.strip() for name, value in pairs}
        made = cls._read(given)
        told = {name for name, _ in made._pairs()} | _BESIDE
        return replace(made, unread=tuple(
            (name, value) for name, value in given.items() if value and name not in told))

    @classmethod
    def _read(cls, given: Mapping[str, str]) -> "Filter":
        return cls(
            flag=given.get("flag", ""),
            consideration=given.get("consideration", ""),
            facts={name.removeprefix(FACT): value for name, value in sorted(given.items())
                   if name.startswith(FACT) and value},
            asker=given.get("asker", ""),
            since=_date(given.get("since", "")),
            until=_date(given.get("until", "")),
            state=_one_of(Kind, given.get("state", "")) or "",
            feedback=_one_of(Feedback, given.get("feedback", "")),
            unchecked=given.get("unchecked") == "yes",
            handed_over=_YES_NO.get(given.get("handed_over", "")),
            reviewed=_YES_NO.get(given.get("reviewed", "")),
            assigned=given.get("assigned", ""),
            standing=_one_of(Standing, given.get("standing", "")),
            text=given.get("text", ""),
            order=_one_of(Order, given.get("order", "")) or Order.EXCEPTION,
            opened=_date(given.get("opened", "")),
            waiting=_YES_NO.get(given.get("waiting", "")),
            erased=_YES_NO.get(given.get("erased", "")),
            cites=given.get("cites", ""),
            reason=given.get(REASON, ""), gap=given.get(GAP, ""), faint=given.get(FAINT, ""),
            open=given.get(OPEN, ""), model=given.get(MODEL, ""),
        )

    def query(self) -> str:
        """The query string that `parse` makes this filter of."""
        return urlencode(self._pairs())

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = {
            "flag": self.flag,
            "consideration": self.consideration,
            **{f"{FACT}{name}": value for name, value in sorted(self.facts.items())},
            "asker": self.asker,
            "since": "" if self.since is None else self.since.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
            "state": self.state,
            "feedback": self.feedback or "",
            "unchecked": "yes" if self.unchecked else "",
            "handed_over": _said(self.handed_over),
            "reviewed": _said(self.reviewed),
            "assigned": self.assigned,
            "standing": self.standing or "",
            "text": self.text,
            "opened": "" if self.opened is None else self.opened.isoformat(),
            "waiting": _said(self.waiting),
            "erased": _said(self.erased),
            "cites": self.cites,
            REASON: self.reason, GAP: self.gap, FAINT: self.faint, OPEN: self.open,
            MODEL: self.model,
            "order": "" if self.order is Order.EXCEPTION else self.order.value,
        }
        return [(name, value) for name, value in pairs.items() if value]

    @property
    def active(self) -> bool:
        """Whether anything is looked for in particular."""
        return replace(self, order=Order.EXCEPTION) != Filter()

    @property
    def detailed(self) -> bool:
        """Whether anything is looked for beside words and the facts that name a deal."""
        return replace(self, text="", facts={}).active


_YES_NO = {"yes": True, "no": False}


def _said(choice: bool | None) -> str:
    return "" if choice is None else "yes" if choice else "no"


def _date(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _one_of(kind: type[_E], given: str) -> _E | None:
    return next((one for one in kind if one.value == given), None)
