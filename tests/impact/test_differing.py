"""Whose advice would be another: exactly those for whom the whole advice comes out another."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import coverage, judge_all, standings
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import upshot
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.replies.suggesting import (
    BEST_SAFEGUARDS,
    named_first,
    narrowly_made,
    rank_safeguards,
)
from bot.dialogue.reply import Status
from bot.impact.alterations import How, altered
from bot.impact.differing import TEXTS, Change, Comparing, Kind, Part
from bot.impact.essence import Essence, deal_of, told
from bot.impact.judged import judged
from bot.reviews.advised import advised, changes
from retrieval.guidance import Checked, Fact, Retirement
from tests.impact.edits import deals, edited, retired, with_a_choice


def differing(before, after, deal):
    """In what the advice on *deal* differs; of a deal of which nothing is known none is given."""
    return Comparing(before, after).of(deal) if deal.answers else None


class Names(Wording):
    """Says the name of a sentence in its place."""

    def say(self, name, **_variables):
        return name

    def has(self, _name):
        return True


def whole(guidance, deal):
    """All that a deal is told, worked out by the rules themselves."""
    findings = judge_all(guidance, deal)
    ranked = rank_safeguards(guidance, deal, findings)
    safeguards = [str(s.id) for s in ranked]
    # Shown unasked are the best, what the gravest flags name first (decision 72), and one that is
    # made for few values of a fact.
    first = {*safeguards[:BEST_SAFEGUARDS],
             *map(str, named_first(guidance, findings, [s.id for s in ranked]))}
    made = [s for s in safeguards if s in narrowly_made(guidance)]
    first |= set() if first & set(made) else set(made[:1])
    raised = [f.flag.id for f in ranked_findings(guidance, findings)
              if f.status is Status.RAISED]
    advice = advised(guidance, deal)
    said = upshot(guidance, Names({}), deal, findings).text.removeprefix("upshot.")
    return {
        # That two flags are raised and not one is told by the flags, whichever form that takes.
        "headline": said.removesuffix("_many"),
        "worst": raised[0] if raised else "",
        "flags": dict(advice.flags),
        "considerations": {name: str(status) for name, status in
                           standings(findings, coverage(guidance, deal)).items()},
        "first": first, "more": set(safeguards) - first,
        "provisions": dict(advice.provisions),
        "words": {
            **{("flag", f.id): (f.title, f.explains) for f in guidance.red_flags
               if f.id in advice.flags},
            **{("safeguard", s.id): (s.title, s.text) for s in guidance.safeguards.values()
               if s.id in safeguards},
            **{("consideration", c.id): (c.title, c.weigh) for c in guidance.considerations
               if c.id in dict(standings(findings, coverage(guidance, deal)))}},
    }


def by_hand(before, after, deal):
    """Every pair of part and id in which the two are another."""
    was, now = whole(before, deal), whole(after, deal)
    found = set()
    if was["headline"] != now["headline"]:
        found.add((Part.HEADLINE, ""))
    if was["worst"] and now["worst"] and was["worst"] != now["worst"]:
        found.add((Part.WORST, now["worst"]))
    for one in {*was["flags"], *now["flags"]}:
        a, b = was["flags"].get(one), now["flags"].get(one)
        if a != b:
            found.add((Part.FLAG_GONE if b is None else
                       Part.FLAG_RAISED if b != "open" and a in {None, "open"} else
                       Part.FLAG_CHANGED, one))
    for one in {*was["considerations"], *now["considerations"]}:
        a, b = was["considerations"].get(one), now["considerations"].get(one)
        if a != b:
            found.add((Part.CONSIDERATION_ADDED if a is None else
                       Part.CONSIDERATION_GONE if b is None else
                       Part.CONSIDERATION_CHANGED, one))
    old, new = was["first"] | was["more"], now["first"] | now["more"]
    found |= {(Part.SAFEGUARD_ADDED, s) for s in new - old}
    found |= {(Part.SAFEGUARD_GONE, s) for s in old - new}
    found |= {(Part.SAFEGUARD_FIRST, s) for s in was["more"] & now["first"]}
    found |= {(Part.SAFEGUARD_BACK, s) for s in was["first"] & now["more"]}
    for one in {*was["provisions"], *now["provisions"]}:
        a, b = was["provisions"].get(one), now["provisions"].get(one)
        if a != b:
            found.add((Part.PROVISION_ADDED if a is None else
                       Part.PROVISION_GONE if b is None else Part.PROVISION_CHANGED, one))
    for kind, one in was["words"].keys() & now["words"].keys():
        if was["words"][kind, one] != now["words"][kind, one]:
            found.add((Part(f"{kind}_worded"), one))
    return found


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(data=st.data(), some=st.lists(deals, min_size=1, max_size=4))
def test_it_finds_exactly_what_working_all_out_twice_finds(guidance, data, some):
    after = data.draw(edited(guidance))
    comparing = Comparing(guidance, after)
    for deal in [*some, some[0]]:
        expected = by_hand(guidance, after, deal)
        found = comparing.of(deal)
        got = set() if found is None else {(c.part, c.id) for c in found.changes}
        assert got == expected
        assert found is None or len(got) == len(found.changes)
        assert found is None or found.kind is (
            Kind.TEXTS if all(part in TEXTS for part, _ in expected) else Kind.ADVICE)
        back = Comparing(after, guidance).of(deal)
        assert (back is None) == (found is None)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), deal=deals)
def test_a_sign_off_never_lapses_for_a_deal_that_is_not_found(guidance, data, deal):
    after = data.draw(edited(guidance))
    lapses = bool(changes(advised(guidance, deal), advised(after, deal)))
    assert not lapses or Comparing(guidance, after).of(deal) is not None


@settings(max_examples=200, deadline=None)
@given(data=st.data(), deal=deals)
def test_what_stands_for_a_deal_is_told_what_the_deal_is_told(guidance, data, deal):
    after = data.draw(edited(guidance))
    key = Essence.of(guidance, after).key(told(deal))
    for one in (guidance, after):
        assert judged(one, deal_of(key)) == judged(one, deal)


def deal(**told_):
    return Deal({Fact(fact): Answer(frozenset({value}), "said", MessageKey("m"))
                 for fact, value in told_.items()})


MISUSED = deal(agency_misuse="yes", end_user="police")


def test_a_second_flag_is_told_as_a_flag_and_as_no_other_headline(guidance):
    """“One red flag, not certain” and “two, none of them certain” are the same upshot."""
    after = replace(guidance, red_flags=tuple(
        replace(flag, when={Fact("agency_misuse"): frozenset({"yes"})})
        if flag.id == "bis-kyc" else flag for flag in guidance.red_flags))
    unsure = Deal({Fact("agency_misuse"): Answer(
        frozenset({"yes"}), "said", MessageKey("m"), sure=False)})
    found = Comparing(guidance, after).of(unsure)
    assert {(c.part, c.id) for c in found.changes} == by_hand(guidance, after, unsure)
    assert (Part.FLAG_RAISED, "bis-kyc") in {(c.part, c.id) for c in found.changes}
    assert Part.HEADLINE not in {c.part for c in found.changes}


def test_nothing_differs_where_nothing_bears_on_advice(guidance):
    cited = {a for f in guidance.red_flags for a in f.authorities}
    cited |= {a for s in guidance.safeguards.values() for a in s.authorities}
    cited |= {a for c in guidance.considerations for a in c.authorities}
    cited |= {a for s in guidance.scopes for a in s.authorities}
    name = next(p for p in guidance.provisions if p not in cited)
    after = replace(guidance, provisions={
        **guidance.provisions, name: replace(guidance.provisions[name], text="Else.")})
    comparing = Comparing(guidance, after)
    assert not comparing.may_differ
    assert (comparing.of(MISUSED), comparing.judged) == (None, 0)
    assert not Comparing(guidance, guidance).may_differ


def test_deals_that_no_rule_tells_apart_are_worked_out_once(guidance):
    name = "sg-c2-rf6"
    after = replace(guidance, provisions={
        **guidance.provisions, name: replace(guidance.provisions[name], text="Else.")})
    comparing = Comparing(guidance, after)
    found = {comparing.of(replace(MISUSED, answers={
        **MISUSED.answers, Fact("no_such_fact"): Answer(
            frozenset({str(n)}), f"said {n}", MessageKey(f"m{n}"))})) for n in range(50)}
    assert comparing.judged == 1
    assert [one.changes for one in found] == [(Change(Part.PROVISION_CHANGED, name),)]
    assert {one.kind for one in found} == {Kind.TEXTS}


def test_one_more_choice_makes_a_safeguard_particular_and_has_it_shown_at_once(guidance):
    """It suits one host of four instead of one of three, and so is made for few of them."""
    fact = Fact("hosting")
    after = replace(guidance, questions={
        **guidance.questions, fact: with_a_choice(guidance.questions[fact])})
    hosted = deal(hosting="supplier")
    assert judged(after, hosted).first - judged(guidance, hosted).first == {"hosted-by-us"}
    found = differing(guidance, after, hosted)
    assert found is not None
    assert found.changes == (Change(Part.SAFEGUARD_FIRST, "hosted-by-us"),)
    assert found.kind is Kind.ADVICE


def test_of_nothing_known_no_advice_differs(guidance):
    after = replace(guidance, red_flags=guidance.red_flags[1:])
    assert differing(guidance, after, Deal()) is None
    assert differing(guidance, after, MISUSED) is not None


def test_a_flag_that_became_grave_makes_the_advice_stop(guidance):
    flag = guidance.flag_by_id["sg-c2-rf6"]
    mild = replace(flag, severity=replace(flag.severity, scale=1, scope=1, irremediable=1))
    before = replace(guidance, red_flags=(mild,))
    after = replace(guidance, red_flags=(flag,))
    found = differing(before, after, deal(agency_misuse="yes"))
    assert found is not None
    assert found.changes[0] == Change(Part.HEADLINE, "", "pause", "stop_one")
    assert found.kind is Kind.ADVICE


def test_changes_survive_json(guidance):
    found = differing(guidance, replace(guidance, red_flags=guidance.red_flags[3:]), MISUSED)
    assert found is not None
    assert tuple(Change.from_json(c.as_json()) for c in found.changes) == found.changes


def test_how_a_provision_was_altered(guidance):
    first, second, third, fourth, fifth = list(guidance.provisions)[:5]
    provisions = dict(guidance.provisions)
    provisions[second] = replace(provisions[second], checked=Checked.OFFICIAL)
    provisions[third] = replace(provisions[third], text="Else.", checked=Checked.OFFICIAL)
    provisions[fourth] = replace(provisions[fourth], pinpoint="Art. 99")
    gone = provisions.pop(fifth)
    made = replace(guidance, provisions=provisions)
    found = altered(guidance, made)
    assert {name: one.how for name, one in found.items()} == {
        second: How.RECHECKED, third: How.REWORDED, fourth: How.MOVED, fifth: How.REMOVED}
    assert {n: a.how for n, a in altered(made, guidance).items()}[fifth] is How.NEW
    quoted = replace(made, set_aside={fifth: replace(gone, same_as=second)})
    assert altered(guidance, quoted)[fifth].how is How.QUOTED
    aside = replace(made, set_aside={fifth: replace(gone, retired=Retirement("U", "t", "Why"))})
    assert altered(guidance, aside)[fifth].how is How.RETIRED
    assert altered(aside, guidance)[fifth].how is How.RESTORED
    assert altered(aside, aside) == {}
    assert altered(guidance, retired(guidance, first))[first].after.retired.reason == "Superseded."
