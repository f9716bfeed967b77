"""What stands first: how it stands, then severity with what can't be undone first, then basis."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import Finding, coverage, judge_all, standings
from bot.dialogue.replies.ranking import first_finding, ranked_considerations, ranked_findings
from bot.dialogue.reply import Status
from retrieval.guidance import Checked, Severity

RAISED, OPEN, NOT_RAISED = Status.RAISED, Status.OPEN, Status.NOT_RAISED


@pytest.mark.parametrize(("severity", "gravity"), [
    ((1, 1, 1), 1), ((3, 1, 1), 3), ((1, 3, 1), 3), ((1, 1, 3), 3), ((2, 2, 2), 2),
])
def test_gravity_is_the_gravest_of_the_three(severity, gravity):
    assert Severity(*severity).gravity == gravity


@pytest.fixture
def finding(guidance):
    def make(name, status=RAISED, severity=(2, 2, 2), tentative=False, ours=False, basis=None):
        flag = replace(guidance.red_flags[0], id=name, ours=ours, severity=Severity(*severity),
                       authorities=(basis or "sg-c1-rf1",))
        return Finding(flag, status, (), (), (), tentative)

    return make


def order(guidance, *findings):
    return [f.flag.id for f in ranked_findings(guidance, findings)]


def test_how_it_stands_comes_first(guidance, finding):
    assert order(
        guidance, finding("no", NOT_RAISED, (3, 3, 3)), finding("open", OPEN, (3, 3, 3)),
        finding("supposed", tentative=True, severity=(3, 3, 3)),
        finding("sure", severity=(1, 1, 1)),
    ) == ["sure", "supposed", "open", "no"]


def test_then_what_cannot_be_undone_then_scale_then_scope(guidance, finding):
    assert order(
        guidance, finding("wide", severity=(2, 3, 2)), finding("plain"),
        finding("grave", severity=(3, 1, 2)), finding("final", severity=(1, 1, 3)),
    ) == ["final", "grave", "wide", "plain"]
    assert order(guidance, finding("few"), finding("many", severity=(2, 2, 3))) == ["many", "few"]


def test_the_first_of_all_is_the_first_of_the_ranked(guidance, finding):
    made = [finding("mild", severity=(1, 1, 1)), finding("grave", severity=(3, 3, 3)),
            finding("open", OPEN, (3, 3, 3))]
    assert first_finding(guidance, made) == ranked_findings(guidance, made)[0] == made[1]
    assert first_finding(guidance, ()) is None


def test_then_what_is_best_established_and_the_guidances_own(guidance, finding):
    provisions = iter(guidance.provisions.values())
    made = {c.value: replace(next(provisions), checked=c) for c in Checked}
    held = replace(guidance, provisions={p.id: p for p in made.values()})
    found = [finding(c, basis=made[c].id) for c in ("unchecked", "seen", "official")]
    assert order(held, *found) == ["official", "seen", "unchecked"]
    # What a flag rests on is what it cites first.
    seen, official, unchecked = (made[c].id for c in ("seen", "official", "unchecked"))
    rests, cites = (replace(f, flag=replace(f.flag, authorities=ids)) for f, ids in (
        (finding("rests"), (seen, unchecked)), (finding("cites"), (unchecked, official))))
    assert order(held, cites, rests) == ["rests", "cites"]
    assert order(guidance, finding("ours", ours=True), finding("theirs")) == ["theirs", "ours"]


def test_alike_flags_stay_in_the_order_of_the_catalogue(guidance, finding):
    assert order(guidance, finding("b"), finding("a")) == ["b", "a"]


def test_considerations_rank_by_the_first_flag_under_each(guidance):
    deal = Deal({f: Answer(frozenset({v}), v, MessageKey("1")) for f, v in {
        "product": "drone", "end_user": "police", "conflict": "yes", "onward_supply": "yes",
        "data_sharing": "open", "agency_misuse": "yes"}.items()})
    findings = judge_all(guidance, deal)
    stands = standings(findings, coverage(guidance, deal))
    ranked = [c.id for c in ranked_considerations(guidance, stands, findings)]

    assert ranked[:2] == ["sg-c2", "sg-c6"]
    assert [stands[c] for c in ranked] == sorted(
        stands.values(), key=[RAISED, OPEN, NOT_RAISED].index)


def test_a_consideration_has_the_rank_of_its_first_flag(guidance, finding):
    def under(name, made):
        return replace(made, flag=replace(made.flag, consideration=name))

    stands = {"sg-c1": OPEN, "sg-c2": RAISED, "sg-c3": OPEN, "sg-c4": RAISED, "sg-c6": NOT_RAISED}
    ranked = [c.id for c in ranked_considerations(guidance, stands, [
        under("sg-c2", finding("mild", severity=(1, 1, 1))),
        under("sg-c4", finding("wide", severity=(2, 2, 2))),
        under("sg-c4", finding("milder", severity=(1, 1, 1))),
        under("sg-c3", finding("open", OPEN, severity=(1, 1, 1))),
        # What doesn't apply is left out, whatever is raised under it.
        under("sg-c5", finding("elsewhere", severity=(3, 3, 3)))])]
    assert ranked == ["sg-c4", "sg-c2", "sg-c3", "sg-c1", "sg-c6"]


def test_what_is_open_comes_before_what_is_not_though_a_graver_flag_is_not_raised_there(
    guidance, finding
):
    mild, grave = (
        replace(made, flag=replace(made.flag, consideration=name)) for name, made in {
            "sg-c7": finding("mild", NOT_RAISED, (1, 1, 1)),
            "sg-c1": finding("grave", NOT_RAISED, (3, 3, 3))}.items())
    stands = {"sg-c1": NOT_RAISED, "sg-c7": OPEN}
    ranked = ranked_considerations(guidance, stands, [mild, grave])
    assert [c.id for c in ranked] == ["sg-c7", "sg-c1"]


@pytest.mark.parametrize(("missing", "unknown", "lifts"), [
    (("stage",), (), False), ((), ("stage",), False), (("stage",), ("stage",), False),
    (("stage", "end_use"), (), True), (("stage",), ("end_use",), True), ((), ("end_use",), True),
])
def test_a_flag_that_waits_for_the_stage_alone_lifts_nothing(
    guidance, finding, missing, unknown, lifts
):
    assert guidance.stage_fact == "stage"
    made = finding("grave", OPEN, severity=(3, 3, 3))
    grave = replace(made, flag=replace(made.flag, consideration="sg-c7"), missing=missing,
                    unknown=unknown)
    ranked = ranked_considerations(guidance, {"sg-c1": OPEN, "sg-c7": OPEN}, [grave])
    assert [c.id for c in ranked] == (["sg-c7", "sg-c1"] if lifts else ["sg-c1", "sg-c7"])


def test_what_comes_after_the_sale_is_not_first_while_the_stage_is_unknown(guidance):
    deal = Deal({f: Answer(frozenset({v}), v, MessageKey("1")) for f, v in {
        "product": "facial-recognition", "end_user": "health-ministry"}.items()})
    findings = judge_all(guidance, deal)
    stands = standings(findings, coverage(guidance, deal))
    ranked = [c.id for c in ranked_considerations(guidance, stands, findings)]

    assert ranked.index("sg-c7") > ranked.index("sg-c1")
    assert ranked.index("sg-c7") > ranked.index("sg-c2")


def test_every_flag_that_ships_has_the_gravity_it_had(guidance):
    grave = {f.id for f in guidance.red_flags if f.gravity == 3}
    assert grave == {
        "sg-c1-rf1", "sg-c1-rf2", "sg-c2-rf3", "sg-c2-rf6", "hacking-tools-for-the-state",
        "biometrics-in-public-space", "bulk-interception", "joined-data-for-security",
        "traffic-inspection-for-policing",
        "complaint-of-misuse"}
    assert {f.gravity for f in guidance.red_flags} == {2, 3}
