"""Whether anybody would notice: parts of the guidance taken away one by one.

A red flag, a group of questions or a safeguard whose loss changes no labelled case is one that
the cases don't measure.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.evaluating.judging import Verdict, judge
from bot.evaluating.rehearsing import TakeTurn, rehearse
from bot.measures.labelled import Case
from retrieval.guidance import Guidance

Part = Literal["red flag", "safeguard", "question group"]


@dataclass(frozen=True, slots=True)
class Mutation:
    """The guidance without one of its parts."""

    part: Part
    id: str
    guidance: Guidance


@dataclass(frozen=True, slots=True)
class Noticed:
    """Which case notices a loss first; None if none does."""

    part: Part
    id: str
    by: str | None


def mutations(guidance: Guidance, cases: Sequence[Case]) -> Iterator[Mutation]:
    """*guidance* without one part at a time.

    Taken away is each red flag, each group of questions, and each safeguard that a case names.
    """
    for flag in guidance.red_flags:
        rest = tuple(one for one in guidance.red_flags if one is not flag)
        yield Mutation("red flag", flag.id, replace(guidance, red_flags=rest))
    for group in guidance.groups:
        groups = tuple(one for one in guidance.groups if one is not group)
        yield Mutation("question group", group.id, replace(guidance, groups=groups))
    named = {id_ for case in cases for id_ in case.safeguards_at_least}
    for id_ in guidance.safeguards:
        if id_ in named:
            kept = {i: one for i, one in guidance.safeguards.items() if i != id_}
            flags = tuple(
                replace(flag, safeguards=tuple(s for s in flag.safeguards if s != id_))
                for flag in guidance.red_flags
            )
            yield Mutation("safeguard", id_, replace(guidance, safeguards=kept, red_flags=flags))


class Watch:
    """The cases, ready to be played against guidance that lacks something."""

    def __init__(
        self,
        guidance: Guidance,
        cases: Sequence[Case],
        advise: Callable[[Guidance], TakeTurn],
    ) -> None:
        self._guidance = guidance
        self._cases = [case for case in cases if case.expect == "advice"]
        self._advise = advise
        self._usual = advise(guidance)
        self._before: dict[str, Verdict] = {}

    def notice(self, mutation: Mutation) -> Noticed:
        """Play the cases that could notice *mutation* until one does."""
        take_turn = self._advise(mutation.guidance)
        for case in self._cases:
            if not _could_notice(case, mutation):
                continue
            after = judge(rehearse(case, take_turn), mutation.guidance)
            if _worse(self._verdict(case), after, mutation.part):
                return Noticed(mutation.part, mutation.id, case.id)
        return Noticed(mutation.part, mutation.id, None)

    def _verdict(self, case: Case) -> Verdict:
        if case.id not in self._before:
            self._before[case.id] = judge(rehearse(case, self._usual), self._guidance)
        return self._before[case.id]


def _could_notice(case: Case, mutation: Mutation) -> bool:
    if mutation.part == "red flag":
        return mutation.id in case.raised
    return mutation.part == "question group" or mutation.id in case.safeguards_at_least


def _worse(before: Verdict, after: Verdict, part: Part) -> bool:
    if part == "red flag":
        return len(after.right) < len(before.right)
    if part == "safeguard":
        return len(after.unnamed_safeguards) > len(before.unnamed_safeguards)
    return after.questions > before.questions or len(after.right) < len(before.right)
