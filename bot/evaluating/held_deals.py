"""Deals that reviewers approved, played against a draft: those that it would break."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.advisor import Advisor
from bot.assembly import Assembly
from bot.editions.edition import Edition
from bot.measures.labelled import Case, read_cases
from retrieval.labelled.cases import CASES

if TYPE_CHECKING:
    from retrieval.measuring.holding import Held

Broken = tuple[tuple[str, str], ...]
"""Ids of cases, each with what is wrong with the answer to it."""


def breaking(parts: Assembly) -> Callable[[Edition, Edition], Broken]:
    """What tells which approved deals hold with one edition and no longer with another.

    They are played on databases of their own, so that nothing of it is recorded.
    """

    def broken(live: Edition, draft: Edition) -> Broken:
        approved = [case for case in read_cases(parts.settings.corpus_dir / CASES) if case.held]
        failing = [(case, one) for case, one in zip(
            approved, _played(parts, draft, approved), strict=True) if not one.holds]
        # One that does not hold today either is no fault of the draft.
        before = _played(parts, live, [case for case, _ in failing])
        return tuple((now.case, "; ".join(now.faults))
                     for (_, now), was in zip(failing, before, strict=True) if was.holds)

    return broken


def _played(parts: Assembly, edition: Edition, cases: list[Case]) -> "list[Held]":
    if not cases:
        return []
    # What measures takes a third of a second to import, and a server rarely publishes.
    from bot.evaluating.holding import held_deal  # noqa: PLC0415
    from bot.evaluating.judging import judge  # noqa: PLC0415
    from bot.evaluating.rehearsing import rehearse  # noqa: PLC0415
    from bot.evaluating.staging import store_for  # noqa: PLC0415

    with store_for(edition.guidance) as store:
        advisor = Advisor(
            guidance=edition.guidance, reader=edition.reader, search=edition.search,
            wording=parts.wording, store=store,
            question_limit=parts.settings.question_limit,
            message_limit=parts.settings.message_limit)
        return [held_deal(judge(rehearse(case, advisor.take_turn), edition.guidance))
                for case in cases]
