"""Rehearsals held against cases, and the figures that must come of them."""

from dataclasses import replace

import pytest

from bot.advisor import Outcome, Said
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reply import Kind, Line, Reply
from bot.errors import BadInput
from bot.evaluating.asking import could_matter
from bot.evaluating.bearing import Bearing
from bot.evaluating.figures import (
    figures,
    grounding_figures,
    questions,
    reading_figures,
    scope_figures,
)
from bot.evaluating.grounding import Grounding
from bot.evaluating.judging import judge
from bot.evaluating.rehearsing import rehearse
from bot.evaluating.suites import first_kinds
from bot.measures.labelled import Case
from retrieval.estimates import NOTHING, ratio, share
from retrieval.guidance import Fact, Guidance
from tests.evaluating.acting import (
    END_USER,
    PRODUCT,
    RELEASE,
    Scripted,
    case,
    flag,
    safeguard,
    with_flags,
)

NOTHING_OF_ONE = share(0, 1)
ADVICE = Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),))


def judged(given: Case, reply: Reply, guidance: Guidance, *asks: Fact, **rest):
    return judge(rehearse(given, Scripted(*asks, ends=reply, **rest)), guidance)


def values(**facts: str) -> dict[str, frozenset[str]]:
    return {fact: frozenset(text.split()) for fact, text in facts.items()}


@pytest.mark.parametrize(
    ("given", "raised", "right", "missed", "wrong"),
    [
        (case(raised="rf1 rf2"), "rf1", ("rf1",), ("rf2",), ()),
        (case(raised="rf1"), "rf1 rf3", ("rf1",), (), ("rf3",)),
        # Of our own making: judged only where the case names it.
        (case(raised="rf1"), "rf1 own", ("rf1",), (), ()),
        (case(raised="rf1 own"), "rf1", ("rf1",), ("own",), ()),
        (case(raised="", not_raised="own"), "own", (), (), ("own",)),
        # Where a case lists what must not be raised, the rest is not held against the bot.
        (case(raised="rf1", not_raised="rf2"), "rf1 rf3", ("rf1",), (), ()),
        (case(raised="rf1", not_raised="rf2"), "rf1 rf2", ("rf1",), (), ("rf2",)),
    ],
)
def test_flags_held_against_a_case(small, given, raised, right, missed, wrong):
    verdict = judged(given, with_flags(*raised.split()), small)

    assert (verdict.right, verdict.missed, verdict.wrong) == (right, missed, wrong)


def test_a_missed_flag_that_the_advice_names_as_open_was_not_asked_about(small):
    verdict = judged(case(raised="rf2 never"), with_flags("rf1"), small)

    assert (verdict.missed, verdict.unasked) == (("never", "rf2"), ("never",))


def test_facts_safeguards_and_citations_held_against_a_case(small):
    shown = tuple(safeguard(f"x{n}") for n in range(4))
    reply = replace(
        ADVICE,
        safeguards=(*shown, safeguard("s1"), safeguard("s2")),
        more_safeguards=(safeguard("s3"),),
    )
    given = Case(
        "c",
        ("kits",),
        {"product": ("spyware",)},
        cites_at_least=frozenset({"ungp-17"}),
        safeguards_at_least=frozenset({"s1", "s2", "s3", "s4"}),
        facts={**values(product="spyware", end_user="police"), "country": None},
    )

    verdict = judged(given, reply, small, PRODUCT)

    assert (verdict.facts, verdict.wrong_facts) == (3, ("end_user",))
    assert verdict.missing_safeguards == ("s2", "s3", "s4"), "s2 is shown in sixth place"
    assert verdict.unnamed_safeguards == ("s4",)
    assert verdict.missing_citations == ("ungp-17",)
    assert verdict.questions == 1


def test_a_fact_counts_if_it_was_told_or_asked_for(small):
    given = Case(
        "c",
        ("kits",),
        {"product": ("spyware",)},
        facts=values(product="spyware", end_user="police", conflict="no"),
        told=values(end_user="police"),
    )

    verdict = judged(given, ADVICE, small, PRODUCT, hears={"kits": {"end_user": "clinic"}})

    assert (verdict.facts, verdict.wrong_facts) == (2, ("end_user",))
    assert verdict.unasked_facts == ("conflict",)


def test_what_the_messages_tell_is_held_against_what_was_read(small):
    given = Case(
        "c",
        ("kits",),
        told=values(product="spyware", end_user="police clinic", country="KE"),
        hedged=frozenset({"end_user", "country"}),
    )
    hears = {"kits": {"product": "spyware", "end_user": "police", "conflict": "yes"}}

    reading = judged(given, ADVICE, small, hears=hears, supposes="end_user").reading

    assert (reading.right, reading.claimed, reading.stated) == (2, 3, 4)
    assert (reading.exact, reading.hedged, reading.hedges_kept) == (False, 2, 1)
    assert reading.wrong == ("conflict", "country", "end_user")


def test_an_answer_to_a_question_is_no_reading_of_the_messages(small):
    given = Case("c", ("kits",), {"product": ("spyware",)}, told={})

    reading = judged(given, ADVICE, small, PRODUCT).reading

    assert (reading.claimed, reading.exact) == (0, True)


@pytest.mark.parametrize(
    ("told", "answers", "premature"),
    [
        ({"end_user": "police"}, None, ()),
        ({"end_user": "clinic"}, None, ("rf1",)),
        ({}, None, ("rf1",)),
        # Asked for and answered: given from then on, but raised before it was.
        ({}, {"end_user": ("police",)}, ("rf1",)),
    ],
)
def test_a_flag_raised_on_what_nobody_gave_is_premature(small, told, answers, premature):
    guidance = replace(small, red_flags=(flag("rf1", end_user="police"),))
    given = Case("c", ("kits",), answers, told=values(**told))
    asks = (END_USER,) if answers else ()

    verdict = judged(given, with_flags("rf1"), guidance, *asks)

    assert verdict.premature == premature
    assert verdict.raised == 1


def test_premature_flags_have_no_figure_where_no_case_says_what_its_messages_tell(small):
    guidance = replace(small, red_flags=(flag("rf1", end_user="police"),))
    silent = judged(Case("c", ("kits",)), with_flags("rf1"), guidance)
    stating = judged(Case("d", ("kits",), told={}), with_flags("rf1"), guidance)

    assert figures([silent])["premature flags"] == NOTHING
    assert figures([silent, stating])["premature flags"] == ratio([1])


def test_a_question_matters_if_two_answers_lead_to_different_advice(small):
    waits = flag("rf", end_user="police", conflict="yes")
    guidance = replace(small, red_flags=(waits,))
    peace = Deal({Fact("conflict"): Answer(frozenset({"no"}), "", MessageKey("k"))})

    assert could_matter(guidance, Deal(), END_USER)
    assert not could_matter(guidance, peace, END_USER), "the flag is settled whoever it is"
    assert not could_matter(guidance, Deal(), PRODUCT)
    assert judged(case(), ADVICE, guidance, PRODUCT, END_USER).idle == ("product",)


def test_a_fact_asked_for_although_the_messages_say_it_is_noticed(small):
    given = Case("c", ("kits", "for the police"), told=values(end_user="police", product="kits"))

    verdict = judged(given, ADVICE, small, END_USER, Fact("conflict"))

    assert verdict.told_anyway == ("end_user",)
    found = figures([verdict, judged(case(), ADVICE, small, PRODUCT)])
    assert found["facts told that were asked for"] == ratio([1, 0], [2, 0])


def test_a_sentence_that_calls_the_deal_lawful_is_noticed_in_any_reply(small):
    bot = Scripted(PRODUCT, ends=replace(ADVICE, lead=(Line("This sale is perfectly lawful."),)))

    verdict = judge(rehearse(case(), bot), small)

    assert verdict.assurances == ("This sale is perfectly lawful.",)


def test_the_figures_of_three_deals_are_those_worked_out_by_hand(small):
    verdicts = [
        judged(case("a", "rf1 rf2"), with_flags("rf1", "rf2"), small, PRODUCT),
        judged(case("b", "rf1 rf3"), with_flags("rf3", "rf2"), small, (PRODUCT, END_USER),
               Fact("conflict")),
        judged(case("c", expect="decline"), with_flags(), small),
    ]

    found = figures(verdicts)

    assert found["red flag recall"] == ratio([2, 1, 0], [2, 2, 0])
    assert found["red flag recall"].value == 0.75
    assert found["red flag precision"].value == 0.75
    assert found["grave flag recall"].value == 0.5
    assert found["missed flags left open for want of a question"].value == 0.0
    assert found["cases with all flags right"] == share(2, 3)
    assert found["kind as expected"] == share(2, 3)
    assert found["broken off"] == share(0, 3)
    assert found["asked again"] == share(0, 3)
    assert found["called approved, lawful or safe"] == share(0, 3)
    assert found["fact accuracy"] == found["safeguard recall@5"] == NOTHING
    # What was to be declined is no interview.
    asked = questions(verdicts, form=10)
    assert (asked.messages.median, asked.messages.p90) == (1.5, pytest.approx(1.9))
    assert asked.messages.of_form.value == 0.15
    assert (asked.facts.median, asked.facts.of_form.value) == (2.0, 0.2)


def test_a_deal_that_was_declined_does_not_count_as_one_that_asked_nothing(small):
    declined = judged(case("d"), Reply(Kind.DECLINE, RELEASE, (Line("Not for me."),)), small)
    asked = questions([judged(case("a"), ADVICE, small, PRODUCT, END_USER), declined], form=10)

    assert (asked.messages.median, asked.messages.of_form) == (2.0, ratio([2], [10]))


def test_a_deal_that_broke_off_has_not_all_right(small):
    def refuses(_: Said) -> Outcome:
        raise BadInput("too_long", "That is too long.")

    given = Case("c", ("kits",), facts={"stage": None}, told={"stage": None})
    broken = judge(rehearse(given, refuses), small)

    found = figures([broken])
    assert (broken.missed, broken.wrong, broken.wrong_facts) == ((), (), ())
    assert found["cases with all flags right"] == NOTHING_OF_ONE
    assert found["cases with all facts right"] == NOTHING_OF_ONE
    assert reading_figures([broken])["joint accuracy"] == NOTHING_OF_ONE


def test_the_figures_of_reading_are_those_worked_out_by_hand(small):
    told = values(product="spyware", end_user="police")
    hears = {"kits": {"product": "spyware", "conflict": "no", "end_user": "clinic"}}
    both = {"kits": {"product": "spyware", "end_user": "police"}}
    verdicts = [
        judged(Case("a", ("kits",), told=told), ADVICE, small, hears=hears),
        judged(Case("b", ("kits",), told=told), ADVICE, small, hears=both),
        judged(Case("d", ("kits",), told={}, expect="decline"), ADVICE, small, hears=hears),
        judged(Case("e", ("kits",)), ADVICE, small, hears=hears),
    ]

    found = reading_figures(verdicts)

    assert found["precision"] == ratio([1, 2], [3, 2])
    assert found["recall"] == ratio([1, 2], [2, 2])
    assert found["F1"].value == pytest.approx(2 * 3 / (5 + 4))
    assert found["joint accuracy"] == share(1, 2)
    assert found["hedges kept"] == NOTHING


def test_scope_is_judged_by_the_reply_to_the_first_message():
    first = [("advice", "ask"), ("advice", "decline"), ("decline", "ask"), ("decline", "decline"),
             ("decline", "decline"), ("advice", None)]

    found = scope_figures(first)

    assert found == {"false declines": share(1, 3), "false answers": share(1, 3)}


def test_several_messages_that_end_in_a_decline_say_nothing_of_the_first_one(small):
    """The deal of the first is answered, and the errand of the second is declined."""
    declines = Reply(Kind.DECLINE, RELEASE, (Line("Not for me."),))
    one = judged(Case("a", ("pizza?",), expect="decline"), declines, small)
    two = judged(Case("b", ("kits", "pizza?"), expect="decline"), declines, small)
    two = replace(two, first_kind="ask")

    assert two.as_expected
    assert first_kinds([], [one, two]) == {"deals": [("decline", "decline")],
                                           "all": [("decline", "decline")]}


def test_grounding_is_counted_over_claims_and_bearing_over_cases():
    checked = Grounding(claims=10, citations=40, uncited=("red flag rf",), faults=("x", "y"))
    bearings = [Bearing(4, 3, 2, 2, ()), Bearing(1, 0, 1, 0, ())]

    found = grounding_figures(checked, bearings)

    assert found["claims with a citation"] == share(9, 10)
    assert found["citations that exist, word for word"] == share(38, 40)
    assert found["citation precision"] == ratio([3, 0], [4, 1])
    assert found["citation recall"] == ratio([2, 0], [2, 1])
