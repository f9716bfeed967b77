"""What advice is held against what: by ids and digests, never by words."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.conversation import Status
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.naming import deciding_which_deal
from bot.dialogue.suggesting import rank_safeguards
from bot.reviews.advised import (
    Advised,
    Change,
    ChangeKind,
    advised,
    changes,
    raised_considerations,
)
from retrieval.guidance import Checked, Fact

FACTS = {"product": ["cell-site-simulator", "facial-recognition", "thermal-imaging"],
         "end_user": ["police", "health-ministry", "intelligence"],
         "end_use": ["crowd-monitoring", "traffic", "public-health"],
         "agency_misuse": ["yes", "no"], "judicial_oversight": ["independent", "weak", "none"],
         "country": ["KE", "CA"]}
deals = st.fixed_dictionaries({}, optional={
    fact: st.tuples(st.none() | st.sampled_from(values), st.booleans())
    for fact, values in FACTS.items()})


def deal(told):
    return Deal({Fact(fact): Answer(None if value is None else frozenset({value}), "said",
                                    MessageKey("m"), sure)
                 for fact, (value, sure) in told.items()})


@given(told=deals)
def test_it_is_what_the_rules_give_and_survives_json(guidance, told):
    made = deal(told)
    now = advised(guidance, made)
    findings = judge_all(guidance, made)
    assert Advised.from_json(now.as_json()) == now
    assert set(now.flags) == {f.flag.id for f in findings if f.status is not Status.NOT_RAISED}
    assert {f for f, how in now.flags.items() if how == "tentative"} == {
        f.flag.id for f in findings if f.tentative}
    assert set(now.safeguards) == {s.id for s in rank_safeguards(guidance, made, findings)}
    assert set(now.provisions) >= {
        name for f in findings if f.flag.id in now.flags for name in f.flag.authorities}
    assert set(raised_considerations(guidance, now)) == {
        f.flag.consideration for f in findings if f.status is Status.RAISED}
    assert changes(now, now) == ()


@given(one=deals, other=deals)
def test_there_are_changes_exactly_where_the_advice_differs(guidance, one, other):
    before, now = advised(guidance, deal(one)), advised(guidance, deal(other))
    found = changes(before, now)
    assert bool(found) == (before.advice_digest != now.advice_digest)
    weighty = [c for c in found if not c.kind.startswith("fact")]
    assert bool(weighty) == bool(found)
    assert [Change.from_json(c.as_json()) for c in found] == list(found)
    # Back again is the same the other way round.
    back = {(c.kind, c.id) for c in changes(now, before)}
    other_way = {
        ChangeKind.SAFEGUARD_ADDED: ChangeKind.SAFEGUARD_GONE,
        ChangeKind.SAFEGUARD_GONE: ChangeKind.SAFEGUARD_ADDED,
        ChangeKind.FACT_TOLD: ChangeKind.FACT_GONE, ChangeKind.FACT_GONE: ChangeKind.FACT_TOLD,
        ChangeKind.PROVISION_ADDED: ChangeKind.PROVISION_GONE,
        ChangeKind.PROVISION_GONE: ChangeKind.PROVISION_ADDED}
    assert {(other_way[c.kind], c.id) for c in found if c.kind in other_way} <= back
    assert (before.digest == now.digest) == (before == now)


@given(one=deals, other=deals)
def test_another_deal_is_told_by_its_own_facts_whatever_the_advice(guidance, one, other):
    which = deciding_which_deal(guidance)
    assert which == {"product", "end_user", "country", "intermediary"}
    before, now = advised(guidance, deal(one)), advised(guidance, deal(other))
    differing = {f for f in which if set(before.facts.get(f) or ()) != set(now.facts.get(f) or ())}
    found = changes(before, now, which)
    assert bool(found) == (bool(differing) or before.advice_digest != now.advice_digest)
    assert differing <= {c.id for c in found}
    # What doesn't say which deal it is differs alone without a word.
    if not differing:
        assert found == changes(before, now)


def test_a_flag_that_is_only_supposed_is_told_apart(guidance):
    sure = {"agency_misuse": ("yes", True)}
    supposed = {"agency_misuse": ("yes", False)}
    (change,) = [c for c in changes(advised(guidance, deal(supposed)),
                                    advised(guidance, deal(sure))) if c.id == "sg-c2-rf6"
                 and c.kind.startswith("flag")]
    assert (change.kind, change.before, change.now) == (
        ChangeKind.FLAG_CHANGED, "tentative", "raised")


def test_how_far_a_provision_was_checked_is_part_of_it_and_its_heading_is_not(guidance):
    made = deal({"agency_misuse": ("yes", True)})
    before = advised(guidance, made)
    relied = next(iter(before.provisions))

    def with_(**more):
        return replace(guidance, provisions={
            **guidance.provisions, relied: replace(guidance.provisions[relied], **more)})

    other = next(c for c in Checked if c is not guidance.provisions[relied].checked)
    for more in ({"checked": other}, {"text": "Else."}, {"pinpoint": "Art. 99"}):
        assert changes(before, advised(with_(**more), made)) == (
            Change(ChangeKind.PROVISION_CHANGED, relied),)
    assert changes(before, advised(with_(heading="Else", note="Else", topics={}), made)) == ()


def test_facts_are_told_only_beside_what_they_changed(guidance):
    before = advised(guidance, deal({"agency_misuse": ("yes", True), "country": ("KE", True)}))
    now = advised(guidance, deal({"agency_misuse": ("no", True)}))
    told = [(c.kind, c.id, c.before, c.now) for c in changes(before, now)
            if c.kind.startswith("fact")]
    assert told == [(ChangeKind.FACT_CHANGED, "agency_misuse", "yes", "no"),
                    (ChangeKind.FACT_GONE, "country", "KE", None)]
