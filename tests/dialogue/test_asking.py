"""Which question comes next, which never comes, and what stays open: on a guidance of our own."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.deal import Deal
from bot.dialogue.interview import agenda, group_of, next_questions
from bot.dialogue.judging import (
    coverage,
    idle_facts,
    judge,
    judge_all,
    left_out,
    matters,
    open_facts,
    scope_of,
    standings,
)
from bot.dialogue.reply import Coverage, Status
from bot.evaluating.asking import could_matter
from retrieval.guidance import (
    Fact,
    FlagId,
    Guidance,
    QuestionGroup,
    QuestionKind,
)
from tests.dialogue.small_deals import DONT_KNOW, MADE, deal, guessing, question


def asks(known: Deal, asked: tuple[str, ...] = ()) -> str:
    chosen = next_questions(MADE, known, judge_all(MADE, known), tuple(map(Fact, asked)))
    return " ".join(q.fact for q in chosen)


# Judging one flag ------------------------------------------------------------------------

HACKING = MADE.flag_by_id[FlagId("hacking")]


@pytest.mark.parametrize(("known", "status", "because", "missing", "unknown", "tentative"), [
    (deal(), Status.OPEN, (), ("product", "buyer"), (), False),
    (deal(product="spyware"), Status.OPEN, ("product",), ("buyer",), (), False),
    (deal(product="spyware", buyer="police"), Status.RAISED, ("product", "buyer"), (), (), False),
    (deal(product="spyware", buyer="hospital police"),
     Status.RAISED, ("product", "buyer"), (), (), False),
    (deal(product="camera"), Status.NOT_RAISED, ("product",), (), (), False),
    (deal(product="camera", buyer="hospital"),
     Status.NOT_RAISED, ("product", "buyer"), (), (), False),
    (deal(product="spyware", buyer=DONT_KNOW), Status.OPEN, ("product",), (), ("buyer",), False),
    (deal(product=DONT_KNOW), Status.OPEN, (), ("buyer",), ("product",), False),
    (deal("buyer", product="spyware", buyer="police"),
     Status.RAISED, ("product", "buyer"), (), (), True),
    (deal("product", product="spyware", buyer="police"),
     Status.RAISED, ("product", "buyer"), (), (), True),
    (deal("buyer", product="spyware", buyer="hospital"),
     Status.OPEN, ("product",), (), ("buyer",), False),
    (deal("product", product="camera", buyer="police"),
     Status.OPEN, ("buyer",), (), ("product",), False),
    (deal("product", product="camera", buyer="hospital"),
     Status.NOT_RAISED, ("buyer",), (), (), False),
])
def test_a_flag_judged(known, status, because, missing, unknown, tentative):
    finding = judge(HACKING, known)
    assert (finding.status, finding.because) == (status, because)
    assert (finding.missing, finding.unknown) == (missing, unknown)
    assert finding.tentative is tentative


@pytest.mark.parametrize(("known", "status"), [
    (deal(), Status.OPEN),
    (deal(buyer=DONT_KNOW), Status.RAISED),
    (deal(buyer="police"), Status.NOT_RAISED),
    (deal("buyer", buyer="police"), Status.OPEN),
])
def test_not_knowing_raises_only_the_flag_that_lists_it(known, status):
    assert judge(MADE.flag_by_id[FlagId("hidden-buyer")], known).status is status


def test_a_flag_that_waits_for_what_does_not_matter_is_not_raised():
    ties = MADE.flag_by_id[FlagId("ties")]
    without = deal(broker="no")
    assert idle_facts(MADE, without) >= {"broker_ties"}
    assert judge(ties, without, idle_facts(MADE, without)).status is Status.NOT_RAISED
    assert judge(ties, deal(), idle_facts(MADE, deal())).status is Status.OPEN
    told = deal(broker="no", broker_ties="yes")
    assert judge(ties, told, idle_facts(MADE, told)).status is Status.RAISED


# Which questions matter ------------------------------------------------------------------


@pytest.mark.parametrize(("known", "ties", "terms"), [
    (deal(), True, True),
    (deal(broker="yes"), True, True),
    (deal(broker="no"), False, True),
    (deal(broker=DONT_KNOW), True, True),
    (deal("broker", broker="no"), True, True),
    (deal(broker="no", buyer="hospital"), False, False),
    (deal(broker="no", buyer="police"), False, True),
    (deal(broker="no", buyer=DONT_KNOW), False, True),
])
def test_a_question_matters_until_its_tables_surely_fail(known, ties, terms):
    assert matters(MADE.questions[Fact("broker_ties")], known) is ties
    assert matters(MADE.questions[Fact("terms")], known) is terms


@pytest.mark.parametrize(("known", "narrow"), [
    (deal(product="camera", buyer="hospital"), True),
    (deal(product="camera", buyer="hospital firm"), True),
    (deal(product="camera", buyer="hospital police"), False),
    (deal("buyer", product="camera", buyer="hospital"), False),
    (deal(product="camera", buyer=DONT_KNOW), False),
    (deal(product="camera"), False),
    (deal(product="spyware", buyer="hospital"), False),
])
def test_only_a_surely_benign_deal_asks_for_less(known, narrow):
    assert (scope_of(MADE, known) is not None) is narrow


@pytest.mark.parametrize(("known", "asked", "facts"), [
    # What no flag waits for and what steers nothing is never asked; of a group, the graver first.
    (deal(product="spyware", buyer="police"), (), "record courts"),
    (deal(product="spyware", buyer="police"), ("record",), "broker_ties"),
    (deal(product="spyware", buyer="police", record="yes"), (), "broker_ties"),
    (deal(product="spyware", buyer="police", record="yes", broker="no"), (), "courts"),
    (deal(product="spyware", buyer="police", record=DONT_KNOW, courts="free"), (), "broker_ties"),
    (deal(product="spyware", buyer="police", record="no", courts="free", broker="no"), (), ""),
    (deal(product="spyware", record="no", courts="free", broker="no"), (), "buyer"),
    (deal(product="spyware", record="no", courts="free", broker="no"), ("buyer",), ""),
    (deal(product="spyware", buyer="hospital", record="no", courts="free", broker="no"), (), ""),
    (deal(product="camera", buyer="hospital"), (), "record"),            # all that is still asked
    (deal(product="camera", buyer="hospital", record="no"), (), ""),
    (deal(product="camera", buyer="hospital"), ("record",), ""),
])
def test_the_next_questions(known, asked, facts):
    assert asks(known, asked) == facts


# What is only guessed ---------------------------------------------------------------------


CARE = deal(product="camera", buyer="hospital")


@pytest.mark.parametrize(("known", "asked", "facts"), [
    # By the guesses, if they are right, little else applies: they are asked before anything else.
    (guessing(CARE, "product", "buyer"), (), "product"),
    (guessing(CARE, "product", "buyer"), ("product",), "buyer"),
    (guessing(CARE, "product", "buyer"), ("product", "buyer"), "record courts"),
    (guessing(CARE, "buyer"), (), "buyer"),
    (guessing(CARE.with_answers(deal(courts="free").answers), "product", "courts"), (), "product"),
    # A flag is raised already, so it is no such deal whatever they are.
    (guessing(CARE.with_answers(deal(record="yes").answers), "product", "buyer"), (), "buyer"),
    # Not by these: spyware is no such deal, and neither is one whose buyer is not known.
    (guessing(deal(product="spyware", buyer="hospital"), "product"), (), "record courts"),
    (guessing(deal(product="camera"), "product"), (), "record courts"),
    # It is surely one, and what is guessed beside it is among the little that is asked of it.
    (guessing(CARE.with_answers(deal(record="no").answers), "record"), (), "record"),
])
def test_guesses_that_would_make_a_deal_harmless_are_asked_first(known, asked, facts):
    assert asks(known, asked) == facts


def test_guesses_that_would_make_a_deal_harmless_are_asked_in_one_message_by_their_group():
    held = replace(MADE, groups=(
        *MADE.groups, QuestionGroup("who", (Fact("buyer"), Fact("product")), "Who gets what?")))
    for asked, facts in (((), ["buyer", "product"]), (("buyer",), ["product"])):
        known = guessing(CARE, "product", "buyer")
        chosen = next_questions(held, known, judge_all(held, known), tuple(map(Fact, asked)))
        assert [q.fact for q in chosen] == facts


# The ledger ------------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "states"), [
    (deal(), [("open", "product buyer"), ("open", "record courts"),
              ("open", "broker broker_ties")]),
    (deal(product="spyware", buyer="police", broker="no"),
     [("addressed", "product buyer"), ("open", "record courts"), ("addressed", "broker")]),
    (deal("courts", record=DONT_KNOW, courts="free"),
     [("open", "product buyer"), ("open", "record courts"), ("open", "broker broker_ties")]),
    (deal(product="camera", buyer="hospital"),
     [("addressed", "product buyer"), ("not_applicable", "product buyer"),
      ("not_applicable", "product buyer")]),
])
def test_the_ledger(known, states):
    lines = [(line.state.value, " ".join(line.because)) for line in coverage(MADE, known)]
    assert lines == states


def test_what_is_unknown_or_supposed_stays_open_and_what_is_idle_does_not():
    known = deal("record", product="camera", buyer="hospital", record="no", courts=DONT_KNOW)
    assert open_facts(MADE, known) == ("record", "courts")
    assert open_facts(MADE, deal(product="camera", buyer="hospital")) == ("record",)


def test_a_consideration_stands_by_its_flags_and_what_settles_it():
    known = deal(record="yes", courts="free", product="camera", buyer="police")
    stands = standings(judge_all(MADE, known), coverage(MADE, known))
    assert stands == {"c1": Status.NOT_RAISED, "c2": Status.RAISED, "c3": Status.OPEN}


# The corpus that ships -------------------------------------------------------------------


@pytest.mark.parametrize(("flag_id", "fact", "raises", "clears"), [
    ("sg-c1-rf1", "misuse_reports", "yes", "no"),
    ("sg-c1-rf2", "system_of_concern", "yes", "no"),
    ("sg-c2-rf1", "restrictive_laws", "yes", "no"),
    ("sg-c2-rf2", "conflict", "yes", "no"),
    ("sg-c2-rf3", "detentions", "yes", "no"),
    ("sg-c2-rf4", "judicial_oversight", "none", "independent"),
    ("sg-c2-rf5", "onward_supply", "yes", "no"),
    ("sg-c2-rf6", "agency_misuse", "yes", "no"),
    ("sg-c3-rf1", "access_safeguards", "none", "adequate"),
    ("sg-c3-rf1", "access_safeguards", "inadequate", "adequate"),
    ("sg-c3-rf2", "rights_limits", "yes", "no"),
    ("sg-c3-rf3", "law_in_practice", "ignored", "followed"),
    ("sg-c3-rf3", "law_in_practice", "selective", "followed"),
    ("sg-c4-rf1", "government_ties", "yes", "no"),
    ("sg-c4-rf1", "government_ties", "yes", "not-applicable"),
    ("sg-c4-rf2", "party_reported", "yes", "no"),
    ("bis-kyc", "transparency", "evasive", "open"),
    ("sg-c4-rf4", "hidden_ownership", "yes", "no"),
])
def test_each_flag_of_the_guidance_is_raised_by_its_fact_alone(
    guidance, flag_id, fact, raises, clears
):
    judged = guidance.flag_by_id[flag_id]
    assert judge(judged, deal(**{fact: raises})).status is Status.RAISED
    assert judge(judged, deal(**{fact: clears})).status is Status.NOT_RAISED
    assert judge(judged, deal(fact, **{fact: clears})).status is Status.OPEN
    assert judge(judged, deal(**{fact: DONT_KNOW})).status is Status.OPEN


def deals_of(guidance: Guidance) -> st.SearchStrategy[Mapping[str, tuple[str | None, bool]]]:
    return st.fixed_dictionaries({}, optional={
        str(q.fact): st.tuples(st.sampled_from([None, *(c.value for c in q.choices[:8])]),
                               st.booleans())
        for q in guidance.questions.values()
    })


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_deal_breaks_the_rules_of_judging(guidance, data):
    drawn = data.draw(deals_of(guidance))
    known = deal(*(f for f, (_, sure) in drawn.items() if not sure),
                 **{f: value for f, (value, _) in drawn.items()})
    idle = idle_facts(guidance, known)
    for finding in judge_all(guidance, known):
        if finding.status is Status.RAISED:
            assert all(known.answered(f) for f in finding.flag.when)
        if finding.status is Status.OPEN:
            assert finding.missing or finding.unknown
            assert not idle & set(finding.missing)
        if finding.status is Status.NOT_RAISED:
            assert finding.because
            assert all(known.settled(f) or f in idle for f in finding.because)
    lines = coverage(guidance, known)
    assert [line.number for line in lines] == list(range(1, 9))
    for line in lines:
        # What no question asks for is open for want of no fact.
        settles = guidance.consideration_by_id[line.consideration].settled_by
        assert line.because or (line.state is Coverage.OPEN and not settles)
        if line.state is Coverage.ADDRESSED:
            assert all(known.settled(f) for f in line.because)
        if line.state is Coverage.OPEN:
            assert not any(known.settled(f) for f in line.because)
    for chosen in next_questions(guidance, known, judge_all(guidance, known), ()):
        assert chosen.fact in open_facts(guidance, known)
        assert not known.answered(chosen.fact)
        assert chosen.fact not in idle


def test_a_consideration_is_addressed_by_what_is_settled_and_by_nothing_less(guidance):
    """Deals that are drawn settle hardly all of what one rests on, which the rules above need."""
    told = {str(fact): guidance.questions[fact].choices[0].value
            for c in guidance.considerations for fact in c.settled_by
            if guidance.questions[fact].choices}
    whole = coverage(guidance, deal(**told))
    addressed = [line for line in whole if line.state is Coverage.ADDRESSED]

    assert addressed
    for line in addressed:
        assert line.because
        for fact in line.because:
            assert deal(**told).settled(fact)
            less = coverage(guidance, deal(fact, **told))
            assert less[whole.index(line)].state is Coverage.OPEN


# What others wait for ---------------------------------------------------------------------

def test_what_others_wait_for_comes_before_what_is_worth_a_little_more_by_itself():
    def after(made: Guidance, *facts: str) -> str:
        record = replace(made.questions[Fact("record")], after=tuple(map(Fact, facts)))
        held = replace(made, questions={**made.questions, record.fact: record})
        known = deal(product="camera", buyer="police", terms="kept")
        return " ".join(q.fact for q in next_questions(held, known, judge_all(held, known), ()))

    assert after(MADE) == "record courts"
    assert after(MADE, "broker") == "broker"


def test_what_waits_for_a_question_is_asked_once_that_was_put():
    """Whoever passed over it isn't kept from all that hangs on it."""
    record = replace(MADE.questions[Fact("record")], after=(Fact("broker"),))
    held = replace(MADE, questions={**MADE.questions, record.fact: record})
    known = deal(product="camera", buyer="police", terms="kept")
    chosen = next_questions(held, known, judge_all(held, known), {Fact("broker")})
    assert [q.fact for q in chosen] == ["record", "courts"]


@pytest.mark.parametrize(("kind", "guessed", "waits"), [
    (QuestionKind.COUNTRY, True, True), (QuestionKind.COUNTRY, False, False),
    (QuestionKind.CHOICE, True, False),
])
def test_what_holds_in_a_place_waits_while_the_place_is_guessed(kind, guessed, waits):
    place = replace(question("place", "here there", 3), kind=kind)
    questions = {**MADE.questions, place.fact: place}
    for fact in map(Fact, ("record", "courts")):
        questions[fact] = replace(questions[fact], after=(place.fact,))
    held = replace(MADE, questions=questions)
    known = deal(product="camera", buyer="police", broker="no", terms="kept", place="here")
    known = guessing(known, "place") if guessed else known
    asked = {q.fact for q in next_questions(held, known, judge_all(held, known), ())}
    assert asked == (set() if waits else {"record", "courts"})


@pytest.mark.parametrize(("facts", "group"), [
    ("courts record", "state"), ("courts", None), ("courts buyer", None)])
def test_a_group_opens_a_message_that_asks_for_several_of_it_and_nothing_else(facts, group):
    found = group_of(MADE, tuple(map(Fact, facts.split())))
    assert (found and found.id) == group


@pytest.mark.parametrize(("text", "asked"), [
    ("ALPR", ("country", "end_user")),
    ("drones for the police", ("country",)),
    ("spyware for Uganda", ("end_user",)),
])
def test_who_and_where_is_asked_before_what_hangs_on_it(begin, text, asked):
    talk = begin()
    talk.say(text)

    assert talk.conversation.awaiting() == asked


# What is asked of the release that ships ---------------------------------------------------

DELIVERED = {"country": "KE", "product": "cctv", "end_user": "police", "end_use": "traffic"}


@pytest.mark.parametrize(("stage", "asked"), [
    ("delivered", set()), ("complaint", {"hosting"}), ("negotiating", {"hosting", "intermediary"}),
    ("signed", {"hosting", "intermediary"}), ("renewal", {"hosting", "intermediary"}),
])
def test_who_hosts_is_not_asked_once_no_safeguard_hangs_on_it(guidance, stage, asked):
    """Of what is delivered it was asked who hosts it, and no answer changed a word of advice."""
    told = {q.fact: q.choices[-1].value for q in guidance.questions.values()
            if q.choices and q.fact not in {"hosting", "intermediary"}}
    known = deal(**{**told, **DELIVERED, "stage": stage})
    worth = agenda(guidance, known, judge_all(guidance, known)).worth
    assert worth.keys() == asked
    assert all(could_matter(guidance, known, fact) for fact in worth)


@pytest.mark.parametrize("seed", range(6))
def test_every_question_could_change_the_advice(guidance, seed):
    """Whatever is told first and answered then; but for what, who and where, on which all hangs."""
    chance = Random(seed)

    def some(fact: str) -> str | None:
        choices = [c.value for c in guidance.questions[fact].choices] or ["KE"]
        return None if chance.random() < 0.1 else chance.choice(choices)

    leading = {fact for q in guidance.questions.values() for fact in q.after}
    first = ["product", "end_user", "country", "end_use", "stage", "intermediary"]
    for _ in range(5):
        told = {fact: some(fact) for fact in chance.sample(first, chance.randint(1, 4))}
        asked: set[str] = set()
        while chosen := next_questions(
                guidance, deal(**told), judge_all(guidance, deal(**told)), asked):
            for one in chosen:
                assert one.fact in leading or could_matter(guidance, deal(**told), one.fact), told
                asked.add(one.fact)
                told[one.fact] = some(one.fact)


def test_of_a_deal_hardly_in_scope_is_left_out_what_could_not_matter_either(guidance):
    """A ministry that is sold to direct has no private party whose ties could be asked for."""
    known = deal(product="drone", end_user="other-ministry", end_use="environment",
                 intermediary="none")
    scope = scope_of(guidance, known)
    assert scope is not None
    assert "government_ties" in scope.still_ask
    assert "government_ties" in idle_facts(guidance, known)
    assert left_out(guidance, scope).isdisjoint(scope.when)
