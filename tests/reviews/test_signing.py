"""Who may sign off: each thing that is in the way, by itself, and which of several is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.casebook.standing import Stand
from bot.reviews.advised import Advised
from bot.reviews.marking import Basis, Present
from bot.reviews.review import Asked, Comment, Mark, Opinion, Outcome, Review, SignOff, objections
from bot.reviews.signing import may_sign

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ADVICE = Advised("r1", {"product": ("spyware",)}, {"f1": "raised"}, ("s1",), {"p1": "d1"})
ANOTHER = replace(ADVICE, safeguards=("s2",))
PRESENT = Present(ADVICE, frozenset({"product"}))
BASIS = Basis.of(ADVICE)
ASKERS = frozenset({"sam"})


def mark(by="ada", opinion=Opinion.AGREED, of=BASIS):
    return Mark(opinion, by, NOW, "", of)


def signed(by="ben", outcome=Outcome.AGREED):
    return SignOff(by, NOW, "", ADVICE, second=False, needs_second=True, outcome=outcome)


def asked(**settled):
    return Asked(1, "ada", "sam", NOW, "When?", **{"answered": False, **settled})


READY = Review(stand=Stand(advice_given=True), marks={"c1": mark(), "c2": mark("ben")})
ONCE = replace(READY, stand=Stand(advice_given=True, signed=(1,), needs_second=True),
               sign_offs=(signed(),))


def code(review, user="ada", *, four_eyes=False, outcome=Outcome.AGREED, over=None):
    found = may_sign(
        review, user, askers=ASKERS, raised=("c1", "c2"), present=PRESENT, four_eyes=four_eyes,
        outcome=outcome, over=over)
    return None if found is None else (found.code, found.considerations)


@pytest.mark.parametrize(("review", "refused"), [
    (READY, None),
    (replace(READY, tellers_erased=True), "erased"),
    (replace(READY, stand=Stand()), "no_advice"),
    (replace(READY, questions=(asked(),)), "unanswered"),
    (replace(READY, questions=(asked(answered=True),)), None),
    (replace(READY, questions=(asked(dropped=True),)), None),
    (replace(READY, stand=Stand(advice_given=True, signed=(1,))), "signed"),
    (replace(READY, stand=Stand(advice_given=True, lapsed=True)), None),
])
def test_what_is_in_the_way_of_signing(review, refused):
    assert code(review) == (None if refused is None else (refused, ()))


@pytest.mark.parametrize("outcome", Outcome)
def test_nobody_signs_a_deal_of_their_own_whatever_it_comes_to(outcome):
    assert code(READY, "sam", outcome=outcome) == ("own_deal", ())


@pytest.mark.parametrize(("marks", "lacking"), [
    ({}, ("c1", "c2")),
    ({"c1": mark()}, ("c2",)),
    ({"c1": mark(), "c2": mark(opinion=Opinion.NEEDS_CHANGE)}, ("c2",)),
    ({"c1": mark(), "c2": mark(opinion=Opinion.WRONG)}, ("c2",)),
    ({"c1": mark(of=Basis.of(ANOTHER)), "c2": mark()}, ("c1",)),
    ({"c1": mark(of=replace(BASIS, facts={"product": ("drone",)})), "c2": mark()}, ("c1",)),
    # Whoever told facts of the deal agrees to nothing of it.
    ({"c1": mark("sam"), "c2": mark()}, ("c1",)),
])
def test_each_consideration_with_a_flag_is_agreed_to_as_the_advice_is_now(marks, lacking):
    review = replace(READY, marks=marks)
    for outcome in (Outcome.AGREED, Outcome.WITH_CONDITIONS):
        assert code(review, outcome=outcome) == ("unmarked", lacking)
    # Nobody has to agree to what they don't agree with, nor before they send it back.
    for outcome in (Outcome.NOT_AGREED, Outcome.RETURNED):
        assert code(review, outcome=outcome) is None


def test_a_question_that_waits_is_in_the_way_of_agreeing_alone():
    waits = replace(READY, questions=(asked(),))
    assert [code(waits, outcome=outcome) for outcome in Outcome] == [
        ("unanswered", ()), ("unanswered", ()), None, None]


def test_what_was_sent_before_all_was_asked_can_be_sent_back_and_not_agreed_to():
    """Whoever is told to stop sends the deal, and asks no further: nobody could close it."""
    begun = replace(READY, stand=Stand())
    assert [code(begun, outcome=outcome) for outcome in Outcome] == [
        ("no_advice", ()), ("no_advice", ()), None, None]
    # Once they are asked something, it is their answer that is waited for.
    assert code(replace(begun, questions=(asked(),))) == ("unanswered", ())


@pytest.mark.parametrize("facts", [{}, {"country": None}])
def test_where_nothing_is_told_of_a_deal_there_is_nothing_to_sign(facts):
    nothing = Present(replace(ADVICE, facts=facts), frozenset())
    for outcome in Outcome:
        found = may_sign(replace(READY, stand=Stand()), "ada", askers=ASKERS, raised=(),
                         present=nothing, four_eyes=False, outcome=outcome)
        assert found.code == "no_advice"


@pytest.mark.parametrize(("user", "four_eyes", "outcome", "over", "refused"), [
    ("ada", True, Outcome.AGREED, (), None),
    ("ben", True, Outcome.AGREED, (), "second_person"),
    ("ada", True, Outcome.WITH_CONDITIONS, (), "another_outcome"),
    ("ada", True, Outcome.NOT_AGREED, (), "another_outcome"),
    # While nobody is asked yet, which outcome it comes to is open.
    ("ada", True, Outcome.WITH_CONDITIONS, None, None),
    # Whoever has switched it off again needs no second person.
    ("ben", False, Outcome.AGREED, (), None),
    ("ben", False, Outcome.WITH_CONDITIONS, (), None),
])
def test_the_second_of_two_is_somebody_else_and_signs_the_same(
    user, four_eyes, outcome, over, refused
):
    found = code(ONCE, user, four_eyes=four_eyes, outcome=outcome, over=over)
    assert found == (None if refused is None else (refused, ()))


@pytest.mark.parametrize("outcome", Outcome)
def test_the_first_of_two_may_sign_whatever_it_comes_to(outcome):
    assert code(READY, four_eyes=True, outcome=outcome, over=()) is None


def test_how_much_is_in_the_way_is_said_in_the_sentence():
    def sentence(**changed):
        found = may_sign(
            replace(READY, **changed), "ada", askers=ASKERS, raised=("c1", "c2"), present=PRESENT,
            four_eyes=False)
        return found.sentence.split(".")[0]

    one, two = asked(), replace(asked(), number=2)
    assert sentence(questions=(one,)) == "A question to the person is unanswered"
    assert sentence(questions=(one, two)) == "Questions to the person are unanswered"
    lacks = ("Each consideration with a red flag has to be marked as agreed to, for the advice as "
             "it is now; ")
    assert sentence(marks={"c1": mark()}) == f"{lacks}one is not"
    assert sentence(marks={}) == f"{lacks}2 are not"


def test_each_objection_that_stands_has_to_be_weighed():
    comments = (Comment("cy", NOW, "No.", 1, objects=True),
                Comment("cy", NOW, "Taken back.", 2, objects=True, settled=True),
                Comment("cy", NOW, "Said by the way.", 3))
    held = {("c1", "cy"): mark("cy", Opinion.WRONG), ("c1", "ada"): mark(),
            ("c2", "cy"): mark("cy", Opinion.NEEDS_CHANGE, Basis.of(ANOTHER))}
    review = replace(READY, comments=comments, held=held)
    said, marked = "comment:1", f"mark:c1:{NOW.isoformat()}"
    assert [(one.key, one.by, one.consideration) for one in objections(review, PRESENT)] == [
        (said, "cy", ""), (marked, "cy", "c1")]
    assert code(review) is None
    for over in ((), (said,), (marked,), ("comment:2", said)):
        assert code(review, over=over) == ("objection", ())
    assert code(review, over=(said, marked)) is None
    assert code(review, over=(), outcome=Outcome.RETURNED) is None
    # What the first of two signed in spite of, the second decides upon as well.
    weighed = replace(review, stand=ONCE.stand,
                      sign_offs=(replace(signed("bo"), over=(said, marked)),))
    assert [one.weighed_by for one in objections(weighed, PRESENT)] == [("bo",), ("bo",)]
    for over in ((), (said,), (marked,)):
        assert code(weighed, over=over, four_eyes=True) == ("objection", ())
    assert code(weighed, over=(said, marked), four_eyes=True) is None
    complete = replace(weighed, stand=Stand(advice_given=True, signed=(1, 2)))
    assert objections(complete, PRESENT) == ()


def test_a_mark_of_before_deals_were_kept_holds_until_anything_is_told():
    of_before = Basis(ADVICE.advice_digest)
    assert PRESENT.holds(of_before)
    assert not PRESENT.holds(of_before.after_telling())
    assert not PRESENT.holds(Basis(ANOTHER.advice_digest))
    # One of which the deal was kept holds by that, whatever was told beside.
    assert PRESENT.holds(BASIS.after_telling())
    assert PRESENT.holds(replace(BASIS, facts={**BASIS.facts, "country": ("KE",)}))
    assert not PRESENT.holds(replace(BASIS, facts={"product": ("drone",)}))
    assert not PRESENT.holds(replace(BASIS, advice=ANOTHER.advice_digest))
