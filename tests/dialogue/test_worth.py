"""What a question is worth: what its answer would settle, by hand and to the digit."""

from dataclasses import replace

import pytest

from bot.dialogue.interview import agenda, likely, next_questions
from bot.dialogue.judging import judge_all
from retrieval.guidance import (
    Checked,
    Consideration,
    DealStage,
    Fact,
    Guidance,
    Likelihood,
    NarrowScope,
    QuestionGroup,
    QuestionKind,
    Safeguard,
    SafeguardId,
)
from tests.dialogue.small_deals import CITED, MADE, deal, flag, guessing, question, table


def test_how_likely_an_answer_is_for_such_a_deal():
    ties = MADE.questions[Fact("broker_ties")]
    assert likely(ties, deal(buyer="firm")) == {"yes": 0.9, "no": 0.1}
    assert likely(ties, deal(buyer="police")) == {"yes": 0.1, "no": 0.9}
    assert likely(ties, deal()) == {"yes": 0.1, "no": 0.9}
    assert likely(MADE.questions[Fact("record")], deal()) == {"yes": 0.5, "no": 0.5}


def test_a_question_is_worth_what_its_likely_answers_settle():
    """By hand: half a chance to raise a flag of gravity three, half to put it to rest."""
    known = deal(product="spyware", buyer="police", broker="yes")
    worth = agenda(MADE, known, judge_all(MADE, known)).worth
    covered = 0.1
    assert worth == pytest.approx({
        "record": 0.5 * 3 + 0.5 * 3 * 0.35 + covered,
        "courts": 0.5 * 1 + 0.5 * 1 * 0.35 + covered,
        "broker_ties": 0.1 * 2 + 0.9 * 2 * 0.35 + covered,
    })
    assert list(worth) == ["record", "broker_ties", "courts"]


def test_a_question_is_worth_the_questions_that_it_spares():
    """By hand: a flag of gravity two at rest in any case; for two buyers of three few things apply,
    so that terms and courts need no question."""
    known = deal(product="camera", record="no", broker="no")
    worth = agenda(MADE, known, judge_all(MADE, known)).worth
    assert worth["buyer"] == pytest.approx(0.35 * 2 + 2 / 3 * 0.3 * 2 + 0.1)
    known = deal(product="camera", record="no", broker="no", courts="free")
    worth = agenda(MADE, known, judge_all(MADE, known)).worth
    assert worth["buyer"] == pytest.approx(0.35 * 2 + 2 / 3 * 0.3 * 1 + 0.1)


def test_a_private_buyers_ties_are_worth_more():
    worths = [
        agenda(MADE, known, judge_all(MADE, known)).worth[Fact("broker_ties")]
        for known in (deal(buyer="firm", broker="yes"), deal(buyer="police", broker="yes"))
    ]
    assert worths[0] > worths[1]


def test_a_guess_is_worth_asking_as_if_nothing_had_been_read():
    bare, guess = deal(product="spyware"), guessing(
        deal(product="spyware", buyer="police", record="yes"), "buyer", "record")
    worths = [agenda(MADE, known, judge_all(MADE, known)) for known in (bare, guess)]
    assert worths[0].worth == worths[1].worth
    assert worths[0].best() == tuple(worths[0].worth)


def worth_of(guidance: Guidance, fact: str, **told: str | None) -> float:
    known = deal(**told)
    return agenda(guidance, known, judge_all(guidance, known)).worth.get(Fact(fact), 0.0)


def test_of_a_place_no_answer_is_likelier_than_another_and_none_is_weighed():
    place = replace(question("place", "here there", 3), kind=QuestionKind.COUNTRY)
    assert likely(place, deal()) == {}


def test_a_flag_that_two_facts_leave_open_comes_nearer_by_one_of_them():
    """By hand: spyware brings a flag of gravity three nearer, a camera puts it to rest."""
    assert worth_of(MADE, "product", record="no", courts="free", broker="no") == pytest.approx(
        0.5 * 0.25 * 3 + 0.5 * 0.35 * 3 + 0.1)


def test_a_flag_comes_no_more_than_nearer_while_nobody_knows_the_other_fact():
    """By hand: two buyers of three put it to rest and spare the terms, and none is hidden."""
    assert worth_of(MADE, "buyer", product=None, record="no", courts="free", broker="no") == (
        pytest.approx(1 / 3 * 0.25 * 3 + 2 / 3 * 0.35 * 3 + 0.35 * 2 + 2 / 3 * 0.3 + 0.1))


# --- safeguards ----------------------------------------------------------------------------------


def guarded(**tables: object) -> Guidance:
    """With no flag but one on hacking, and one safeguard by *tables*."""
    held = Safeguard(SafeguardId("audit"), "Audit", "Audit it.", DealStage.BEFORE_SALE, CITED,
                     **tables)
    return replace(MADE, safeguards={held.id: held}, considerations=(),
                   red_flags=(flag("hacking", "c1", 3, product="spyware", buyer="police"),),
                   scopes=())


ELSE = {"product": "camera", "buyer": "police", "record": "no", "broker": "no", "terms": "kept"}


@pytest.mark.parametrize(("tables", "worth"), [
    ({}, 0.0),
    ({"suits": table(courts="captured")}, 0.5 * 0.12),
    ({"suits": table(courts="captured free")}, 0.12),
    ({"suits": table(courts="captured", buyer="hospital")}, 0.0),
    ({"suits": table(courts="captured", buyer="police")}, 0.5 * 0.12),
])
def test_a_safeguard_that_an_answer_makes_fit_is_worth_an_eighth(tables, worth):
    assert worth_of(guarded(**tables), "courts", **ELSE) == pytest.approx(worth)


@pytest.mark.parametrize("tables", [
    {"apt_for": table(courts="captured")}, {"unless": table(courts="free")},
])
def test_what_only_moves_a_safeguard_is_asked_for_its_consideration(tables):
    covers = (Consideration("c2", 2, Checked.SEEN, "Number 2", "Weigh it.",
                            (Fact("courts"),), CITED),)
    assert worth_of(replace(guarded(**tables), considerations=covers), "courts", **ELSE) == 0.1
    assert worth_of(replace(guarded(), considerations=covers), "courts", **ELSE) == 0.0


@pytest.mark.parametrize(("calls", "worth"), [
    ({"record": "yes"}, 0.5 * 3 + 0.5 * 3 * 0.35 + 0.5 * 0.12),   # what its flag calls for
    ({"courts": "captured"}, 0.0),                                # of what is not asked here
    ({"product": "spyware"}, 0.0),                                # of a flag that is at rest
])
def test_of_a_harmless_deal_a_safeguard_counts_that_an_open_flag_calls_for(calls, worth):
    called = replace(flag("calling", "c1", 3, **calls), safeguards=(SafeguardId("audit"),))
    made = replace(guarded(suits=table(record="yes")), red_flags=(called,), scopes=MADE.scopes)
    assert worth_of(made, "record", product="camera", buyer="hospital") == pytest.approx(worth)


# --- which comes next ----------------------------------------------------------------------------


def chosen(guidance: Guidance, asked: tuple[str, ...] = (), **told: str | None) -> str:
    known = deal(**told)
    return " ".join(q.fact for q in next_questions(
        guidance, known, judge_all(guidance, known), tuple(map(Fact, asked))))


def plain(chances: dict[str, float], covered: str = "", **after: str) -> Guidance:
    """A yes-or-no question for each of *chances*, with a flag of gravity three on its yes.

    Each is worth three times 0.35, and 0.0195 for each percent that its yes is likely; what is
    *covered* is worth 0.1 and has no flag.
    """
    made = [question(name, "yes no", n, after=tuple(map(Fact, after.get(name, "").split())),
                     likely=(Likelihood({"yes": percent, "no": 100 - percent}),))
            for n, (name, percent) in enumerate(chances.items(), start=1)]
    return replace(
        MADE, questions={q.fact: q for q in made}, scopes=(), groups=(),
        considerations=(Consideration("c1", 1, Checked.SEEN, "One", "Weigh it.",
                                      tuple(map(Fact, covered.split())), CITED),),
        red_flags=tuple(flag(name, "c1", 3, **{name: "yes"}) for name in chances
                        if name not in covered.split()))


@pytest.mark.parametrize(("percent", "first"), [(28, "opener"), (29, "rival")])
def test_what_others_wait_for_is_worth_half_of_theirs(percent, first):
    """By hand: a tenth and half of 3 come to 1.6; the rival is worth 1.596 and 1.6155."""
    made = plain({"rival": percent, "opener": 50, "late": 100}, "opener", late="opener")
    assert chosen(made) == first


def test_what_waits_for_two_is_asked_once_both_are_put_and_makes_neither_worth_more():
    made = plain({"rival": 0, "one": 0, "other": 0, "late": 100}, "one other", late="one other")
    assert chosen(made) == "rival"
    assert chosen(made, ("one",)) == "other"
    assert chosen(made, ("one", "other")) == "late"


def test_what_waits_for_something_needless_makes_nothing_worth_more():
    made = plain({"rival": 0, "opener": 50, "late": 100, "more": 0}, late="opener")
    needless = replace(made.questions[Fact("opener")], only_if=(table(rival="no"),))
    made = replace(made, questions={**made.questions, needless.fact: needless})
    assert chosen(made, rival="yes") == "more"


@pytest.mark.parametrize(("percent", "together"), [(75.3, True), (75.7, False)])
def test_two_in_one_message_are_worth_more_than_one_and_less_than_both(percent, together):
    """By hand: 1.401, and 1.401 by 1.25, come to 2.522; the rival is worth 2.518 and 2.526."""
    made = plain({"rival": percent, "one": 18, "other": 18})
    made = replace(made, groups=(QuestionGroup("two", (Fact("one"), Fact("other")), "Both?"),))
    assert (chosen(made) == "one other") is together


def test_a_fact_that_no_question_asks_for_any_more_keeps_nothing_from_being_asked():
    known = guessing(deal(product="spyware", buyer="police", dropped="yes"), "dropped")
    assert [q.fact for q in next_questions(MADE, known, judge_all(MADE, known), ())] == [
        "record", "courts"]


def test_a_guess_that_would_only_move_a_harmless_deal_elsewhere_is_not_asked_first():
    """Few considerations apply to it already, by what is known for certain."""
    sure = NarrowScope("care", "Care", "It heals.", table(product="camera"), frozenset({"c1"}),
                       frozenset({Fact("record"), Fact("buyer")}), CITED)
    other = replace(MADE.scopes[0], id="other", when=table(buyer="hospital"))
    made = replace(MADE, scopes=(other, sure))
    known = guessing(deal(product="camera", buyer="hospital"), "buyer")
    first = next_questions(made, known, judge_all(made, known), ())
    assert [q.fact for q in first] == ["record"]


def test_what_a_deal_presses_for_is_asked_first_once_it_is_known_whose_it_is(guidance):
    """After a complaint the questions began with the country, and who hosts was never asked."""
    def next_of(known, asked=()):
        return {q.fact for q in next_questions(
            guidance, known, judge_all(guidance, known), tuple(map(Fact, asked)))}

    known = deal(product="mobile-forensics", end_user="police", country="RS", stage="complaint")
    first = next_of(known)
    assert first & {"hosting", "human_rights_clause"}
    then = next_of(known, first)
    assert {"hosting", "human_rights_clause"} <= first | then
    assert next_of(known, first | then).isdisjoint({*first, *then})
    assert next_of(known.without([Fact("country")])) == {"country"}
    delivered = deal(product="mobile-forensics", end_user="police", country="RS",
                     stage="delivered")
    assert next_of(delivered).isdisjoint({"hosting", "human_rights_clause"})
