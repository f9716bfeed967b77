"""Red flags, scope, the next question and the ledger: tables in, findings out."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, fits
from bot.dialogue.judging import (
    coverage,
    holds_beside,
    judge,
    judge_all,
    open_facts,
    scope_of,
    standings,
)
from bot.dialogue.reply import Coverage, Status

DONT_KNOW = "don't know"


def deal(unsure=(), **facts):
    return Deal({
        f: Answer(None if v == DONT_KNOW else frozenset(v.split()), str(v), "m", f not in unsure)
        for f, v in facts.items()
    })


@pytest.mark.parametrize(("facts", "unsure", "outcome"), [
    ({"product": "spyware", "end_user": "police"}, (), True),
    ({"product": "spyware drone", "end_user": "police"}, (), True),
    ({"product": "drone", "end_user": "police"}, (), False),
    ({"product": "drone", "end_user": DONT_KNOW}, (), False),
    ({"product": "spyware"}, (), None),
    ({"product": "spyware", "end_user": DONT_KNOW}, (), None),
    ({"product": "spyware", "end_user": "police"}, ("end_user",), True),
    ({"product": "spyware", "end_user": "university"}, ("end_user",), None),
    ({}, (), None),
])
def test_a_table_fits_fails_or_stays_open(facts, unsure, outcome):
    table = {"product": frozenset({"spyware"}), "end_user": frozenset({"police", "military"})}
    assert fits(table, deal(unsure, **facts)) is outcome


def test_unknown_in_a_row_matches_i_dont_know_and_nothing_else():
    table = {"end_user": frozenset({"undisclosed", "unknown"})}
    assert fits(table, deal(end_user=DONT_KNOW)) is True
    assert fits(table, deal(end_user="police")) is False
    assert fits(table, deal()) is None


def test_not_to_know_is_no_supposition(guidance):
    flag = replace(guidance.red_flags[0], when={"end_user": frozenset({"police", "unknown"})})
    assert judge(flag, deal(("end_user",), end_user="police")).tentative
    for unsure in ((), ("end_user",)):
        finding = judge(flag, deal(unsure, end_user=DONT_KNOW))
        assert (finding.status, finding.tentative) == (Status.RAISED, False)


@pytest.mark.parametrize(("answer", "unsure", "status"), [
    ("yes", False, Status.RAISED),
    ("no", False, Status.NOT_RAISED),
    ("no", True, Status.OPEN),
    (DONT_KNOW, False, Status.OPEN),
    (None, False, Status.OPEN),
])
def test_a_flag_of_the_guidance(guidance, answer, unsure, status):
    flag = guidance.flag_by_id["sg-c2-rf3"]
    facts = {} if answer is None else {"detentions": answer}
    finding = judge(flag, deal(("detentions",) if unsure else (), **facts))
    assert finding.status is status
    assert finding.because == (("detentions",) if status is not Status.OPEN else ())


def test_a_flag_raised_on_a_supposition_says_so(guidance):
    finding = judge(guidance.flag_by_id["sg-c2-rf3"], deal(("detentions",), detentions="yes"))
    assert (finding.status, finding.tentative) == (Status.RAISED, True)


@pytest.mark.parametrize(("values", "instead", "tentative"), [
    ({"hospital"}, {"police"}, True),
    ({"police"}, {"hospital"}, False),
    ({"police"}, {"military"}, False),
])
def test_a_flag_raised_only_by_what_may_hold_instead_says_so(guidance, values, instead, tentative):
    flag = replace(guidance.red_flags[0], when={"end_user": frozenset({"police", "military"})})
    told = Answer(frozenset(values), "said", "m", instead=frozenset(instead))
    finding = judge(flag, Deal({"end_user": told}))
    assert (finding.status, finding.tentative, finding.because) == (
        Status.RAISED, tentative, ("end_user",))


@pytest.mark.parametrize(("facts", "unsure", "scope"), [
    ({"product": "thermal-imaging", "end_user": "university", "end_use": "research"}, (),
     "benign-research"),
    ({"product": "spyware", "end_user": "university", "end_use": "research"}, (), None),
    ({"product": "thermal-imaging", "end_user": "university police", "end_use": "research"}, (),
     None),
    ({"product": "thermal-imaging", "end_user": "university", "end_use": "research"},
     ("end_use",), None),
    ({"end_user": "domestic-us"}, (), "domestic-end-user"),
    ({"end_user": "police"}, (), None),
])
def test_only_what_is_surely_benign_is_narrowed(guidance, facts, unsure, scope):
    found = scope_of(guidance, deal(unsure, **facts))
    assert (found.id if found else None) == scope


@pytest.mark.parametrize(("facts", "unsure", "holds"), [
    ({"end_user": "university", "end_use": "research"}, (), True),
    # Whatever is known of the fact itself.
    ({"end_user": "university", "end_use": "research", "product": "spyware"}, (), True),
    ({"end_user": "university", "end_use": "research"}, ("end_use",), False),
    ({"end_user": "university police", "end_use": "research"}, (), False),
    ({"end_user": "university"}, (), False),
    ({"end_user": "university", "end_use": DONT_KNOW}, (), False),
    ({"end_user": "police", "end_use": "research"}, (), False),
])
def test_a_question_may_narrow_a_deal_only_if_all_else_surely_fits(guidance, facts, unsure, holds):
    scope = scope_of(guidance, deal(product="thermal-imaging", end_user="university",
                                    end_use="research"))

    assert holds_beside(scope, "product", deal(unsure, **facts)) is holds


def test_a_flag_told_of_a_benign_deal_is_still_raised(guidance):
    benign = deal(product="thermal-imaging", end_user="university", end_use="research",
                  detentions="yes")
    findings = {f.flag.id: f.status for f in judge_all(guidance, benign)}
    assert findings["sg-c2-rf3"] is Status.RAISED
    assert findings["sg-c2-rf2"] is Status.NOT_RAISED


def test_an_unknown_fact_is_open_and_a_settled_one_is_not(guidance):
    d = deal(("conflict",), product="cctv", detentions=DONT_KNOW, conflict="no")
    still = open_facts(guidance, d)
    assert "product" not in still
    assert {"detentions", "conflict"} <= set(still)


def test_the_ledger_has_eight_lines_each_with_its_facts(guidance):
    for d in (deal(), deal(end_user="domestic-us"), deal(product="cctv", end_user="police")):
        lines = coverage(guidance, d)
        assert [line.number for line in lines] == list(range(1, 9))
        # No question is on public reporting, so it waits for no fact and is never settled.
        assert [line.consideration for line in lines if not line.because] == [
            "sg-c8" for line in lines
            if line.consideration == "sg-c8" and line.state is Coverage.OPEN]


def test_a_consideration_that_nothing_asks_for_is_never_settled(guidance):
    answered = deal(**{q.fact: q.choices[0].value if q.choices else "KE"
                       for q in guidance.questions.values()})
    states = {line.consideration: line.state for line in coverage(guidance, answered)}
    assert states["sg-c8"] is Coverage.OPEN
    assert states["sg-c1"] is Coverage.ADDRESSED


def test_what_comes_after_the_sale_is_not_settled_by_the_stage_alone(guidance):
    told = deal(stage="renewal")
    [line] = [x for x in coverage(guidance, told) if x.consideration == "sg-c7"]
    assert (line.state, line.because) == (Coverage.OPEN, ("human_rights_clause", "hosting"))


def test_a_consideration_is_addressed_once_all_its_facts_are(guidance):
    c = guidance.consideration_by_id["sg-c7"]
    d = deal(**dict.fromkeys(c.settled_by, "signed"))
    [line] = [x for x in coverage(guidance, d) if x.consideration == "sg-c7"]
    assert line.state is Coverage.ADDRESSED
    unsure = Deal({f: replace(a, sure=False) for f, a in d.answers.items()})
    [line] = [x for x in coverage(guidance, unsure) if x.consideration == "sg-c7"]
    assert line.state is Coverage.OPEN


@pytest.mark.parametrize(("facts", "unsure", "line"), [
    # What the flag is raised on is all that is known of it.
    ({"end_user": "domestic-us", "conflict": "yes"}, (),
     ("sg-c2", Coverage.ADDRESSED, ("end_user", "conflict"))),
    ({"end_user": "domestic-us", "conflict": "yes"}, ("conflict",),
     ("sg-c2", Coverage.OPEN, ("conflict",))),
    ({"end_user": "domestic-us", "stage": "complaint"}, (),
     ("sg-c7", Coverage.ADDRESSED, ("stage",))),
    ({"end_user": "domestic-us"}, (), ("sg-c2", Coverage.NOT_APPLICABLE, ("end_user",))),
])
def test_a_consideration_under_which_a_flag_is_raised_applies(guidance, facts, unsure, line):
    known = deal(unsure, **facts)
    [found] = [x for x in coverage(guidance, known) if x.consideration == line[0]]
    assert (found.consideration, found.state, found.because) == line
    stands = standings(judge_all(guidance, known), coverage(guidance, known))
    assert stands.get(line[0]) is (
        None if line[1] is Coverage.NOT_APPLICABLE else Status.RAISED)


def test_what_a_flag_waits_for_keeps_its_consideration_open(guidance):
    facts = {"product": "spyware", "end_use": "law-enforcement", "misuse_reports": "no",
             "system_of_concern": "no"}
    known = deal(**facts)
    [line] = [x for x in coverage(guidance, known) if x.consideration == "sg-c1"]
    assert {f.flag.id for f in judge_all(guidance, known) if f.status is Status.OPEN
            and f.flag.consideration == "sg-c1"} == {"hacking-tools-for-the-state"}
    assert (line.state, line.because) == (Coverage.OPEN, ("end_user",))
    told = deal(**facts, end_user="university")
    [line] = [x for x in coverage(guidance, told) if x.consideration == "sg-c1"]
    assert line.state is Coverage.ADDRESSED


def test_a_consideration_stands_by_its_flags_and_then_by_its_facts(guidance):
    sure = deal(end_user="domestic-us", stage="complaint")
    told = deal(**dict.fromkeys(guidance.consideration_by_id["sg-c7"].settled_by, "signed"))
    assert standings(judge_all(guidance, sure), coverage(guidance, sure)) == {
        "sg-c1": Status.OPEN, "sg-c5": Status.OPEN, "sg-c7": Status.RAISED}
    stands = standings(judge_all(guidance, told), coverage(guidance, told))
    assert (stands["sg-c7"], stands["sg-c2"]) == (Status.NOT_RAISED, Status.OPEN)


def test_what_does_not_matter_for_such_a_deal_is_open_only_where_it_was_told(guidance):
    benign = {"product": "thermal-imaging", "end_user": "university", "end_use": "research"}
    scope = scope_of(guidance, deal(**benign))
    assert set(open_facts(guidance, deal(**benign))) <= {*scope.still_ask}
    assert "detentions" not in scope.still_ask
    assert "detentions" in open_facts(guidance, deal(("detentions",), **benign, detentions="no"))
    assert "detentions" not in open_facts(guidance, deal(**benign, detentions="no"))
