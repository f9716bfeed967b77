"""What advice is held against what: by ids and digests, never by words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.naming import deciding_which_deal
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.reply import Status
from bot.reviews.advised import (
    Advised,
    Change,
    ChangeKind,
    advised,
    changes,
    done_since_signed,
    raised_considerations,
)
from bot.reviews.marking import Basis, Present
from retrieval.guidance import Checked, Fact

FACTS = {"product": ["cell-site-simulator", "facial-recognition", "thermal-imaging"],
         "end_user": ["police", "health-ministry", "intelligence"],
         "end_use": ["crowd-monitoring", "traffic", "public-health"],
         "agency_misuse": ["yes", "no"], "judicial_oversight": ["independent", "weak", "none"],
         "country": ["KE", "CA"]}
deals = st.fixed_dictionaries({}, optional={
    fact: st.tuples(st.none() | st.sampled_from(values), st.booleans())
    for fact, values in FACTS.items()})


DONE = {**FACTS, "export_review": ["done", "pending"]}
done_deals = st.fixed_dictionaries({}, optional={
    fact: st.tuples(st.none() | st.sampled_from(values), st.booleans())
    for fact, values in DONE.items()})


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
    assert Advised.from_json(now.as_json()).unsure == now.unsure == {
        fact for fact, (value, sure) in told.items() if value is not None and not sure}
    assert Advised.from_json(now.as_json()).digest == now.digest
    assert set(now.flags) == {f.flag.id for f in findings if f.status is not Status.NOT_RAISED}
    assert {f for f, how in now.flags.items() if how == "tentative"} == {
        f.flag.id for f in findings if f.tentative}
    assert set(now.safeguards) == {s.id for s in rank_safeguards(guidance, made, findings)}
    assert set(now.provisions) >= {
        name for f in findings if f.flag.id in now.flags for name in f.flag.authorities}
    assert set(raised_considerations(guidance, now)) == {
        f.flag.consideration for f in findings if f.status is Status.RAISED}
    assert changes(now, now) == ()


def test_what_is_told_with_doubt_is_listed_and_rows_of_before_list_none(guidance):
    now = advised(guidance, deal({"product": ("thermal-imaging", True), "country": ("KE", False),
                                  "end_user": (None, False)}))
    assert now.as_json()["unsure"] == ["country"]
    sure = advised(guidance, deal({"product": ("thermal-imaging", True)}))
    assert "unsure" not in sure.as_json()
    assert Advised.from_json({k: v for k, v in now.as_json().items() if k != "unsure"}) == now
    settled = advised(guidance, deal({"product": ("thermal-imaging", True), "country": ("KE", True),
                                      "end_user": (None, False)}))
    assert settled.digest == now.digest, "a sign-off of before knows nothing of doubt"


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


@given(one=done_deals, other=done_deals)
def test_what_was_done_is_all_that_may_differ(guidance, one, other):
    """Held against the advice as it would be, had nobody done anything."""
    which = deciding_which_deal(guidance)
    before, now = advised(guidance, deal(one)), advised(guidance, deal(other))
    sure = other.get("export_review") == ("done", True)
    assert list(now.done) == ["export-counsel"] * sure
    assert not set(now.done) & set(now.safeguards)
    expected = ("export-counsel",) if sure and "export-counsel" in before.safeguards else ()
    assert done_since_signed(before, now) == expected
    undone = {**other, "export_review": ("pending", True)}
    as_if = advised(guidance, deal(undone if expected else other))
    assert now.as_if_open(expected).advice_digest == as_if.advice_digest
    same = before.advice_digest == as_if.advice_digest and all(
        set(before.facts.get(f) or ()) == set(now.facts.get(f) or ()) for f in which)
    assert (changes(before, now, which) == ()) == same
    # A mark holds as long as a sign-off of the same moment stands.
    basis = Basis.from_body(Basis.of(before).as_body())
    assert basis == Basis.of(before)
    assert Present(now, which).holds(basis) == same
    if before == now:
        assert Present(before, which).token == Present(now, which).token


@pytest.mark.parametrize(("answer", "done"), [
    ({}, True), ({"sure": False}, False), ({"instead": frozenset({"pending"})}, False)])
def test_what_is_not_surely_done_is_suggested_still(guidance, answer, done):
    """"I think it is done", and "maybe it isn't done" after that it was."""
    told = Answer(frozenset({"done"}), "said", MessageKey("m"), **answer)
    now = advised(guidance, Deal({**deal({"agency_misuse": ("yes", True)}).answers,
                                  Fact("export_review"): told}))
    assert ("export-counsel" in now.done, "export-counsel" in now.safeguards) == (done, not done)


@pytest.mark.parametrize(("release", "known", "done"), [
    ("r1", "pending", True), ("r2", "pending", True), ("r2", "done", False), ("r1", "done", True)])
def test_what_was_known_before_was_not_done_since_another_release(guidance, release, known, done):
    """What was only supposed and is told surely is done; where the release is another, it may be
    the release that asks for less."""
    before = replace(advised(guidance, deal({"export_review": (known, False)})), release="r1")
    now = replace(advised(guidance, deal({"export_review": ("done", True)})), release=release)
    assert done_since_signed(before, now) == (("export-counsel",) if done else ())


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


def test_what_an_earlier_version_kept_of_a_mark_is_its_advice_alone():
    kept = Basis.from_body({"advice": "a1"})
    assert kept == Basis("a1", "", None, (), outdated=False)
    assert kept.after_telling() == Basis("a1", "", None, (), outdated=True)
    assert kept.as_body() == {"advice": "a1", "release": "", "facts": None, "safeguards": []}
    # Where it was kept of which deal it is, that is looked at and not whether anything was told.
    now = Basis("a1", "r1", {"country": None}, ("s1",))
    assert now.after_telling() == now
    assert Basis.from_body(now.as_body()) == now
