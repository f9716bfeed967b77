"""Which safeguards a deal is given first: what flags call for, what facts fit, what is possible."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import Status
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.ranking import ranked_findings
from bot.dialogue.suggesting import rank_safeguards
from retrieval.guidance import Fact, Guidance, RedFlag, SafeguardId
from tests.dialogue import plain_rules as plain


def deal(**facts: str) -> Deal:
    return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("m")) for f, v in facts.items()})


def place(guidance: Guidance, safeguard: str, **facts: str) -> int:
    """Where *safeguard* ranks for a deal of *facts*, from 0."""
    told = deal(**facts)
    return [s.id for s in rank_safeguards(guidance, told, judge_all(guidance, told))].index(
        SafeguardId(safeguard))


def without_apt(guidance: Guidance, safeguard: str) -> Guidance:
    plain = {s.id: replace(s, apt_for={}) if s.id == safeguard else s
             for s in guidance.safeguards.values()}
    return replace(guidance, safeguards=plain)


@pytest.mark.parametrize(("safeguard", "apt", "other"), [
    ("sg-c6-6", {"hosting": "supplier"}, {"hosting": "customer"}),
    ("sg-c6-4", {"product": "biometric-id"}, {"product": "telecom-equipment"}),
    ("sg-c6-2", {"product": "exploit"}, {"product": "cctv"}),
    ("sg-c7-1", {"stage": "delivered"}, {"stage": "negotiating"}),
])
def test_what_is_apt_for_the_facts_ranks_higher_and_is_never_left_out(
    guidance, safeguard, apt, other
):
    bare = without_apt(guidance, safeguard)

    assert place(guidance, safeguard, **apt) < place(bare, safeguard, **apt)
    assert place(guidance, safeguard, **other) == place(bare, safeguard, **other)


# What the gravest flags name ---------------------------------------------------------------


def ranked(guidance: Guidance, told: Deal) -> list[SafeguardId]:
    return [s.id for s in rank_safeguards(guidance, told, judge_all(guidance, told))]


def gravest(guidance: Guidance, told: Deal) -> list[RedFlag]:
    """The two gravest flags that are raised, by the order in which the advice shows them."""
    return [f.flag for f in ranked_findings(guidance, judge_all(guidance, told))
            if f.status is Status.RAISED][:2]


def deals(guidance: Guidance) -> st.SearchStrategy[Deal]:
    """Deals of one value for some facts, some of them supposed or not known."""
    answers = {
        fact: st.tuples(st.sampled_from([c.value for c in q.choices] or ["KE"]) | st.none(),
                        st.sampled_from([True, True, True, False]))
        for fact, q in guidance.questions.items()}
    return st.fixed_dictionaries({}, optional=answers).map(lambda made: Deal({
        fact: Answer(None if value is None else frozenset({value}), "said", MessageKey("m"), sure)
        for fact, (value, sure) in made.items()}))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_each_of_the_two_gravest_flags_has_its_first_possible_safeguard_among_the_first_two(
    guidance, data
):
    told = data.draw(deals(guidance))
    order = ranked(guidance, told)

    for flag in gravest(guidance, told):
        possible = [s for s in flag.safeguards if s in order]
        assert not possible or possible[0] in order[:2]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_behind_those_the_order_is_as_if_they_had_been_chosen_like_any_other(guidance, data):
    told = data.draw(deals(guidance))
    order = ranked(guidance, told)

    assert len(order) == len(set(order))
    assert order == ranked(guidance, told)
    if not gravest(guidance, told):
        # Without a raised flag nothing is put first.
        assert order == plain.rank_safeguards(guidance, told, judge_all(guidance, told), first=())


@pytest.mark.parametrize(("facts", "first"), [
    # Told in the words of an expert's deals.
    ({"product": "spyware", "end_user": "intelligence", "country": "SA", "detentions": "yes",
      "stage": "negotiating"}, {"protected-people-clause", "target-authorisation"}),
    ({"product": "facial-recognition", "end_user": "police", "country": "RS",
      "end_use": "crowd-monitoring"}, {"no-live-recognition", "assembly-limits"}),
    ({"product": "drone", "end_user": "border-guard", "country": "GE", "conflict": "yes",
      "stage": "renewal"}, {"conflict-review"}),
    ({"product": "mobile-forensics", "end_user": "police", "country": "MX", "stage": "signed",
      "agency_misuse": "yes"}, {"senior-decision"}),
    ({"product": "cctv", "end_user": "police", "human_rights_clause": "refused",
      "stage": "negotiating"}, {"senior-decision"}),
])
def test_a_flag_that_calls_for_something_gets_it_first(guidance, facts, first):
    assert first <= set(ranked(guidance, deal(**facts))[:2])
