"""What advises comes, for every deal and release, to what the rules say word for word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal, MessageKey, fits
from bot.dialogue.interview import agenda
from bot.dialogue.judging import (
    coverage,
    idle_facts,
    judge_all,
    open_facts,
    scope_of,
    standings,
)
from bot.dialogue.replies.ranking import first_finding, ranked_findings
from bot.dialogue.replies.suggesting import leading_safeguards, rank_safeguards
from bot.dialogue.reply import Status
from bot.ledger import canonical
from bot.reviews.advised import advised, digest_of, relied_on
from retrieval.guidance import UNKNOWN, Fact, sha256_of
from tests.dialogue import plain_rules as plain
from tests.impact.edits import edited


@st.composite
def deals_of(draw, guidance):
    """Deals with answers of every sort to any questions, and to facts that no release knows."""
    values = {fact: [c.value for c in q.choices][:25] or ["any words"]
              for fact, q in guidance.questions.items()} | {Fact("no_such_fact"): ["x"]}
    # At times of few facts, at times of nearly all: a scope needs several that agree.
    asked = draw(st.lists(st.sampled_from(sorted(values)), unique=True)
                 | st.just(sorted(values)))
    kinds = st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 2 ** 16))
    made = {}
    for fact in asked:
        sure, dice, seed = draw(kinds)
        picked = {values[fact][seed % len(values[fact])]}
        if dice == 1:
            picked.add(values[fact][seed // 7 % len(values[fact])])
        told = None if dice == 0 else frozenset(picked if dice != 2 else ())
        made[fact] = Answer(told, "said", MessageKey("m"), sure or dice > 4)
    # Chance alone seldom meets all rows of a table, so one of them is met on purpose.
    tables = [{}, *(s.when for s in guidance.scopes), *(f.when for f in guidance.red_flags)]
    for fact, row in draw(st.sampled_from(tables)).items():
        value = draw(st.sampled_from(sorted(row, key=lambda one: (one != UNKNOWN, one))))
        made[fact] = Answer(None if value == UNKNOWN else frozenset({value}), "said",
                            MessageKey("m"), draw(st.sampled_from([True, True, False])))
    return Deal(made)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_rule_comes_to_what_it_says(guidance, data):
    release = data.draw(edited(guidance))
    deal = data.draw(deals_of(release))

    findings = judge_all(release, deal)
    idle = idle_facts(release, deal)
    ledger = coverage(release, deal)
    ranked = [s.id for s in rank_safeguards(release, deal, findings)]
    first, others = leading_safeguards(release, deal, findings)

    assert [(f.status, f.because, f.missing, f.unknown, f.tentative) for f in findings] == [
        plain.judge(flag, deal, idle) for flag in release.red_flags]
    assert scope_of(release, deal) is plain.scope_of(release, deal)
    assert idle == plain.idle_facts(release, deal)
    assert open_facts(release, deal) == plain.open_facts(release, deal)
    assert {line.consideration: (line.state, line.because) for line in ledger} == (
        plain.coverage(release, deal))
    assert standings(findings, ledger) == plain.standings(release, deal, findings)
    assert ranked == plain.rank_safeguards(release, deal, findings)
    assert ([s.id for s in first], others) == (ranked[:len(first)], set(ranked[len(first):]))
    assert first_finding(release, findings) is next(
        iter(ranked_findings(release, findings)), None)
    for safeguard in release.safeguards.values():
        assert fits(safeguard.suits, deal) is plain.fits(safeguard.suits, deal)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_a_question_is_worth_comes_to_what_it_says(guidance, data):
    release = data.draw(edited(guidance))
    deal = data.draw(deals_of(release))
    findings, idle = judge_all(release, deal), idle_facts(release, deal)
    expected = {fact: plain.worth(release, fact, deal, findings) for fact in release.questions
                if not deal.answered(fact) and fact not in idle}
    assert agenda(release, deal, findings).worth == {f: w for f, w in expected.items() if w > 0}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_an_advice_relies_on_is_all_that_its_parts_cite(guidance, data):
    release = data.draw(edited(guidance))
    deal = data.draw(deals_of(release))
    findings = judge_all(release, deal)
    safeguards = rank_safeguards(release, deal, findings)
    stands = standings(findings, coverage(release, deal))
    scope = scope_of(release, deal)
    parts = [*(f.flag for f in findings if f.status is not Status.NOT_RAISED), *safeguards,
             *(c for c in release.considerations if c.id in stands),
             *([] if scope is None else [scope])]
    expected = {name for part in parts for name in part.authorities}

    assert relied_on(release, deal, findings, safeguards) == expected
    assert relied_on(release, deal, findings, safeguards, stands) == expected
    now = advised(release, deal)
    assert now.provisions == {name: sha256_of(canonical(
        [p.text, p.pinpoint, p.checked])) for name in expected for p in [release.provisions[name]]}
    assert {digest_of(release.provisions[name]) for name in expected} == set(
        now.provisions.values())
