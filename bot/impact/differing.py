"""In what the advice on a deal would be another by another release."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.dialogue.deal import Deal
from bot.dialogue.replies.suggesting import narrowly_made
from bot.impact.alterations import altered, reworded
from bot.impact.essence import Essence, Key, Told, deal_of, told
from bot.impact.judged import Judged, judged
from bot.reviews.advised import OPEN
from retrieval.guidance import Guidance, ProvisionId

MOST_REMEMBERED = 50_000
"""Deals whose difference is remembered at once."""


class Part(StrEnum):
    """In which part an advice is another; those of `TEXTS` leave what is advised as it was."""

    HEADLINE = "headline"
    """Another upshot stands on top: stop instead of pause, say."""
    WORST = "worst"
    """Another flag stands first."""
    FLAG_RAISED = "flag_raised"
    FLAG_CHANGED = "flag_changed"
    FLAG_GONE = "flag_gone"
    CONSIDERATION_ADDED = "consideration_added"
    CONSIDERATION_CHANGED = "consideration_changed"
    CONSIDERATION_GONE = "consideration_gone"
    SAFEGUARD_ADDED = "safeguard_added"
    SAFEGUARD_GONE = "safeguard_gone"
    SAFEGUARD_FIRST = "safeguard_first"
    """It was shown on asking, and is shown at once."""
    SAFEGUARD_BACK = "safeguard_back"
    PROVISION_CHANGED = "provision_changed"
    PROVISION_ADDED = "provision_added"
    PROVISION_GONE = "provision_gone"
    FLAG_WORDED = "flag_worded"
    SAFEGUARD_WORDED = "safeguard_worded"
    CONSIDERATION_WORDED = "consideration_worded"


TEXTS = frozenset({
    Part.PROVISION_CHANGED, Part.PROVISION_ADDED, Part.PROVISION_GONE,
    Part.FLAG_WORDED, Part.SAFEGUARD_WORDED, Part.CONSIDERATION_WORDED})


OF_SIGN_OFFS = frozenset({
    Part.FLAG_RAISED, Part.FLAG_CHANGED, Part.FLAG_GONE, Part.SAFEGUARD_ADDED,
    Part.SAFEGUARD_GONE, Part.PROVISION_CHANGED, Part.PROVISION_ADDED, Part.PROVISION_GONE})
"""What a sign-off is of (`bot.reviews.advised`): it stands where only our words are others, or
what is shown first."""


class Kind(StrEnum):
    """How much another release changes for a conversation."""

    ADVICE = "advice"
    """What is advised: flags, considerations, safeguards, or what stands first."""
    TEXTS = "texts"
    """Only texts that the advice relies on, or its words."""
    ANSWER = "answer"
    """Only what an answer cited, such as one to a plain question."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another."""

    part: Part
    id: str
    """Of the flag, consideration, safeguard or provision; empty for the headline."""
    before: str = ""
    """How it stood, by its name in the code; empty where that tells nothing."""
    now: str = ""

    def as_json(self) -> dict[str, str]:
        """This as JSON types."""
        return {"part": self.part.value, "id": self.id, "before": self.before, "now": self.now}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Change":
        """What `as_json` gave."""
        return cls(Part(kept["part"]), str(kept["id"]), str(kept["before"]), str(kept["now"]))


@dataclass(frozen=True, slots=True)
class Difference:
    """In what the advice on a deal would be another; never empty."""

    changes: tuple[Change, ...]
    """What weighs most first."""

    @property
    def kind(self) -> Kind:
        """Whether what is advised is another, or only its texts."""
        advice = any(change.part not in TEXTS for change in self.changes)
        return Kind.ADVICE if advice else Kind.TEXTS


class Comparing:
    """Two releases, held against each other deal by deal.

    What was worked out for one deal is remembered for those that no rule tells apart from it.
    Not to be shared between threads.
    """

    def __init__(self, before: Guidance, after: Guidance) -> None:
        self.before, self.after = before, after
        self.altered = altered(before, after)
        self._reworded = reworded(before, after)
        self._same_rules = _rules(before) == _rules(after)
        self._essence = Essence.of(before, after)
        self._known: dict[Key, Difference | None] = {}
        self.judged = 0
        """How many deals had to be worked out."""
        self.may_differ = (
            not self._same_rules or bool(self._reworded)
            or not self.altered.keys().isdisjoint(_authorities(after)))
        """False where no deal whatever can be told anything else.

        So it is if the rules are the same, nothing that any of them relies on has changed, and
        neither have our own words.
        """

    def of(self, deal: Deal) -> Difference | None:
        """In what the advice on *deal* would be another; None if it is the same."""
        return self.told(told(deal))

    def told(self, answers: Iterable[Told]) -> Difference | None:
        """The same for a deal's answers."""
        if not self.may_differ:
            return None
        key = self._essence.key(answers)
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._compare(deal_of(key))
        return self._known[key]

    def _compare(self, deal: Deal) -> Difference | None:
        self.judged += 1
        was = judged(self.before, deal)
        # The same rules come to the same, whatever the texts say.
        now = was if self._same_rules else judged(self.after, deal)
        found = tuple(_changes(was, now, frozenset(self.altered), self._reworded))
        return Difference(found) if found else None


def _changes(
    was: Judged, now: Judged, altered_: frozenset[ProvisionId], reworded_: frozenset[str]
) -> Iterator[Change]:
    if was.headline != now.headline:
        yield Change(Part.HEADLINE, "", was.headline, now.headline)
    if was.worst and now.worst and was.worst != now.worst:
        yield Change(Part.WORST, now.worst, was.worst, now.worst)
    yield from _flags(was.flags, now.flags)
    yield from _standing(was.considerations, now.considerations)
    for part, names in (
        (Part.SAFEGUARD_ADDED, now.safeguards - was.safeguards),
        (Part.SAFEGUARD_GONE, was.safeguards - now.safeguards),
        (Part.SAFEGUARD_FIRST, was.more & now.first),
        (Part.SAFEGUARD_BACK, was.first & now.more),
        (Part.PROVISION_CHANGED, was.relied & now.relied & altered_),
        (Part.PROVISION_ADDED, now.relied - was.relied),
        (Part.PROVISION_GONE, was.relied - now.relied),
        (Part.FLAG_WORDED, _worded("flag", was.flags.keys() & now.flags.keys(), reworded_)),
        (Part.SAFEGUARD_WORDED, _worded("safeguard", was.safeguards & now.safeguards, reworded_)),
        (Part.CONSIDERATION_WORDED, _worded(
            "consideration", was.considerations.keys() & now.considerations.keys(), reworded_)),
    ):
        for name in sorted(names):
            yield _plain(part, name)


@lru_cache(4_096)
def _plain(part: Part, name: str) -> Change:
    # Made once for all deals: a release may change a hundred texts for each of very many.
    return Change(part, name)


def _flags(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    changes = []
    for name in {*was, *now}:
        before, after = was.get(name, ""), now.get(name, "")
        if before == after:
            continue
        part = Part.FLAG_CHANGED
        if not after:
            part = Part.FLAG_GONE
        elif after != OPEN and before in {"", OPEN}:
            part = Part.FLAG_RAISED
        changes.append(Change(part, name, before, after))
    order = (Part.FLAG_RAISED, Part.FLAG_CHANGED, Part.FLAG_GONE)
    yield from sorted(changes, key=lambda one: (order.index(one.part), one.id))


def _standing(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted({*was, *now}):
        before, after = was.get(name, ""), now.get(name, "")
        if before != after:
            part = (Part.CONSIDERATION_ADDED if not before else
                    Part.CONSIDERATION_GONE if not after else Part.CONSIDERATION_CHANGED)
            yield Change(part, name, before, after)


def _worded(kind: str, names: Iterable[str], reworded_: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if f"{kind}:{name}" in reworded_)


def _authorities(guidance: Guidance) -> set[ProvisionId]:
    """Everything that any advice can rely on."""
    return {name for holders in (guidance.red_flags, guidance.safeguards.values(),
                                 guidance.considerations, guidance.scopes)
            for one in holders for name in one.authorities}


def _rules(guidance: Guidance) -> tuple[Any, ...]:
    """All of a release that decides what a deal is told, but for words."""
    provisions = guidance.provisions
    return (
        # The state of a flag's first authority ranks it.
        [(f.id, f.when, f.consideration, f.authorities, f.safeguards, f.severity, f.ours,
          provisions[f.authorities[0]].checked if f.authorities else None)
         for f in guidance.red_flags],
        # A safeguard that is a provision of the guidance itself, or that law may ask for, comes
        # before ours.
        [(s.id, s.stage, s.authorities, s.suits, s.apt_for, s.unless, s.weight,
          s.binding, ProvisionId(s.id) in provisions) for s in guidance.safeguards.values()],
        [(c.id, c.number, c.settled_by, c.authorities) for c in guidance.considerations],
        [(s.when, s.applies, s.still_ask, s.authorities) for s in guidance.scopes],
        [(q.fact, q.only_if, q.role) for q in guidance.questions.values()],
        [(stage, tuple(order)) for stage, order in guidance.stage_order.items()],
        # How many choices a question has makes a safeguard one for few of them.
        narrowly_made(guidance),
    )
