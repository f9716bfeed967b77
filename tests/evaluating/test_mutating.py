"""Would anybody notice if a part of the guidance went missing?"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.advisor import Advisor
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.evaluating.mutating import Noticed, Watch, mutations
from bot.evaluating.rehearsing import TakeTurn
from bot.evaluating.staging import finds_nothing, store_for
from bot.measures.labelled import Case, read_cases
from retrieval.guidance import Fact, Guidance, QuestionGroup
from tests.evaluating.acting import PRODUCT, Scripted, case, with_flags

GOLD = Path(__file__).parents[1] / "gold"

OF_NOBODY = Case(
    "of-nobody",
    ("somebody asked for a price on our body cams, they'd buy straight from us",),
    answers={"end_user": ("police",), "country": ("NO",)},
)
"""Of whom and where, which the writers' deals of `dev` always tell in part."""


@pytest.fixture
def advise(
    guidance: Guidance, reader: PlainReader, sentences: Wording
) -> Iterator[Callable[[Guidance], TakeTurn]]:
    with store_for(guidance) as store:
        yield lambda lacking: Advisor(
            guidance=lacking,
            reader=reader,
            search=finds_nothing,
            wording=sentences,
            store=store,
            question_limit=12,
            message_limit=10_000,
        ).take_turn


@pytest.mark.long
def test_a_deal_notices_every_flag_group_and_safeguard_that_the_cases_can_measure(guidance, advise):
    cases = [
        one
        for file in sorted(GOLD.glob("dialogue-*.jsonl"))
        for one in read_cases(file)
        if one.split == "dev"
    ]
    cases.append(OF_NOBODY)
    watch = Watch(guidance, cases, advise)

    found = [watch.notice(mutation) for mutation in mutations(guidance, cases)]

    # Flags of our own making were on no writer's list, so no case can name one; what raises them
    # is tested in tests/dialogue.
    ours = {flag.id for flag in guidance.red_flags if flag.ours}
    assert {one.id for one in found if one.by is None} == ours
    assert {one.part for one in found if one.by is not None} == {
        "red flag", "question group", "safeguard"
    }
    assert {g.id for g in guidance.groups} <= {one.id for one in found if one.by is not None}


def test_each_part_is_taken_away_by_itself(guidance):
    named = Case("c", ("kits",), safeguards_at_least=frozenset({"sg-c6-3"}))

    found = {(one.part, one.id): one.guidance for one in mutations(guidance, [named])}

    assert len(found) == len(guidance.red_flags) + len(guidance.groups) + 1
    without = found["red flag", "sg-c2-rf3"]
    assert guidance.flag_by_id.keys() - without.flag_by_id.keys() == {"sg-c2-rf3"}
    assert found["question group", "paperwork"].groups == tuple(
        group for group in guidance.groups if group.id != "paperwork"
    )
    without = found["safeguard", "sg-c6-3"]
    assert guidance.safeguards.keys() - without.safeguards.keys() == {"sg-c6-3"}
    assert all("sg-c6-3" not in flag.safeguards for flag in without.red_flags)


class Play:
    """Bots that show the flags left in their guidance, and ask for the groups left, one each."""

    def __init__(self) -> None:
        self.played = 0

    def __call__(self, guidance: Guidance) -> TakeTurn:
        def take_turn(said):
            self.played += 1
            reply = with_flags(*(f.id for f in guidance.red_flags if f.id != "rf3"))
            return Scripted(ends=reply)(said)

        return take_turn


def test_the_first_deal_that_notices_is_named_and_the_others_are_left_alone(small):
    play = Play()
    cases = [case("a", "rf2"), case("b", "rf1"), case("c", "rf1"), case("d", "rf3")]
    watch = Watch(small, cases, play)

    found = [watch.notice(mutation) for mutation in mutations(small, cases)]

    assert found == [
        Noticed("red flag", "rf1", "b"),
        Noticed("red flag", "rf2", "a"),
        # Raised by nobody even before, so its loss can't be seen.
        Noticed("red flag", "rf3", None),
        Noticed("red flag", "own", None),
    ]
    assert play.played == 6, "b, a and d, each against both"


def test_a_group_is_missed_if_more_has_to_be_asked(small):
    def ask_by_group(guidance: Guidance) -> TakeTurn:
        facts = (PRODUCT, Fact("conflict"))
        asks = [facts] if guidance.groups else list(facts)
        return Scripted(*asks)

    grouped = replace(small, groups=(QuestionGroup("g", (PRODUCT, Fact("conflict")), "Both?"),))
    watch = Watch(grouped, [case("a")], ask_by_group)
    (mutation,) = [one for one in mutations(grouped, []) if one.part == "question group"]

    assert watch.notice(mutation) == Noticed("question group", "g", "a")
