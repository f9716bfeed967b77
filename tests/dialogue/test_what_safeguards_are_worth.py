"""What each thing that speaks for a safeguard is worth, to the number, on made-up safeguards."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import Finding
from bot.dialogue.replies.suggesting import narrowly_made, rank_safeguards
from bot.dialogue.reply import Status
from retrieval.guidance import DealStage, Fact, Guidance, Severity

CAMERA = {"product": frozenset({"cctv"})}


@pytest.fixture
def offering(guidance):
    """Make a release that has these safeguards alone, by id; each is general and worth nothing."""
    plain = replace(next(iter(guidance.safeguards.values())), suits={}, apt_for={}, unless={},
                    stage=DealStage.ANY_TIME, weight=0, binding=False)

    def offer(**fields: dict[str, object]) -> Guidance:
        return replace(guidance, safeguards={
            id_: replace(plain, id=id_, **more) for id_, more in fields.items()})

    return offer


@pytest.fixture
def calling(guidance):
    """Make a finding on a flag of middling gravity that calls for these safeguards."""
    def call(status: Status, *safeguards: str) -> Finding:
        flag = replace(guidance.red_flags[0], id=f"for-{safeguards[-1]}",
                       severity=Severity(2, 1, 1), safeguards=safeguards)
        return Finding(flag, status, (), (), ())

    return call


def deal(**facts: str) -> Deal:
    return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("m")) for f, v in facts.items()})


def ranked(guidance: Guidance, *findings: Finding, **facts: str) -> list[str]:
    return [s.id for s in rank_safeguards(guidance, deal(**facts or {"product": "cctv"}), findings)]


def test_what_is_apt_for_other_facts_fits_and_what_suits_others_does_not(offering):
    made = offering(suits={"suits": CAMERA}, apt={"apt_for": CAMERA}, done={"unless": CAMERA})
    assert ranked(made, product="drone") == ["apt", "done"]
    assert ranked(made) == ["suits", "apt"]


@pytest.mark.parametrize(("fields", "status", "called", "worth"), [
    ({}, None, (), 0),
    ({"weight": 3}, None, (), 3),
    ({"suits": CAMERA}, None, (), 4),
    ({"apt_for": CAMERA}, None, (), 4),
    ({"binding": True}, None, (), 8),
    ({"weight": 3, "stage": DealStage.BEFORE_SALE}, None, (), 2),
    ({"weight": 3, "stage": DealStage.AFTER_SALE}, None, (), 0),
    ({}, Status.RAISED, ("it",), 6),
    ({}, Status.OPEN, ("it",), 1),
    ({}, Status.NOT_RAISED, ("it",), 0),
    # The second that a flag names counts one less, and a quarter once the first is chosen.
    ({}, Status.RAISED, ("leads", "it"), 1.25),
    ({}, Status.OPEN, ("leads", "it"), 0),
])
def test_what_is_worth_the_same_stays_in_the_order_of_the_guidance(
    offering, calling, fields, status, called, worth
):
    findings = [] if status is None else [calling(status, *called)]
    other = {"weight": worth}
    leads = {"leads": {"weight": 90}}

    assert ranked(offering(**leads, it=fields, other=other), *findings) == ["leads", "it", "other"]
    assert ranked(offering(**leads, other=other, it=fields), *findings) == ["leads", "other", "it"]


def test_where_few_considerations_apply_what_no_flag_calls_for_is_left_out(offering, calling):
    made = offering(it={}, weightier={"weight": 3}, second={})
    # The second that an open flag names is worth nothing: it calls for the first alone.
    flag = calling(Status.OPEN, "it", "second")
    assert ranked(made, flag, end_user="domestic-us") == ["it"]
    assert ranked(made, flag) == ["weightier", "it", "second"]


def test_how_narrowly_one_is_made_goes_by_the_fact_that_it_suits_in_fewest_values(
    offering, guidance
):
    products = [c.value for c in guidance.questions["product"].choices]
    users = frozenset(c.value for c in guidance.questions["end_user"].choices)
    made = offering(
        both={"suits": {**CAMERA, "end_user": users}},
        quarter={"suits": {"product": frozenset(products[:len(products) // 4])}},
        most={"suits": {"product": frozenset(products[:len(products) // 4 + 1])}})
    assert narrowly_made(made) == {
        "both": 1 / len(products), "quarter": (len(products) // 4) / len(products)}


FIVE = {f"g{n}": {"weight": 90 - n} for n in range(5)}
"""Five that fit every deal and are worth most."""


@pytest.mark.parametrize(("more", "called", "order"), [
    # One that is made for the deal's facts stands behind the best five, but for what flags name.
    ({}, None, ["g0", "g1", "g2", "g3", "g4", "made", "next"]),
    ({"named": {}}, "named", ["g0", "g1", "g2", "g3", "g4", "named", "made", "next"]),
    # Where such a one is among these, no other is preferred.
    ({"own": {"weight": 95, "suits": CAMERA}}, None,
     ["own", "g0", "g1", "g2", "g3", "g4", "next", "made"]),
    ({"own": {"suits": CAMERA}}, "own", ["g0", "g1", "g2", "g3", "g4", "own", "next", "made"]),
])
def test_one_that_is_made_for_the_deal_is_preferred_where_none_is_shown(
    offering, calling, more, called, order
):
    made = offering(**FIVE, **more, next={"weight": 50}, made={"suits": CAMERA})
    assert ranked(made, *([calling(Status.RAISED, called)] if called else [])) == order
