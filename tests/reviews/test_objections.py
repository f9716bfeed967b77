"""An objection is decided upon before anybody agrees, or is taken back."""

from bot.reviews.review import Opinion, Standing
from tests.reviews.conftest import ADA, BEN, C1, CLO, digest, refused


def test_an_objection_needs_a_decision_before_anybody_agrees(talked):
    talked.mark_all()
    talked.reviewing.comment(BEN, C1, "I don't agree with this memo.", objects=True)
    (objection,) = talked.of().objections
    assert (objection.by, objection.text) == ("U-ben", "I don't agree with this memo.")
    sign = talked.reviewing.sign_off
    assert refused(sign, ADA, C1, digest(talked), "fine") == "objection"
    assert refused(sign, ADA, C1, digest(talked), "fine", over=["comment:7"]) == "objection"
    review = sign(ADA, C1, digest(talked), "weighed", over=[objection.key])
    assert review.standing is Standing.SIGNED
    assert review.sign_offs[0].over == (objection.key,)
    assert talked.of().objections == ()


def test_whoever_signs_second_decides_upon_an_objection_too(two):
    """Who objected signed second, and it was never asked of anybody but the first of the two."""
    two.mark_all()
    two.reviewing.comment(BEN, C1, "The courts are not independent.", objects=True)
    (objection,) = two.of().objections
    two.reviewing.sign_off(ADA, C1, digest(two), "weighed", over=[objection.key])

    (stands,) = two.of().objections
    assert (stands.key, stands.weighed_by) == (objection.key, ("U-ada",))
    for by in (BEN, CLO):
        assert refused(two.reviewing.sign_off, by, C1, digest(two), "so") == "objection"
    review = two.reviewing.sign_off(CLO, C1, digest(two), "so", over=[objection.key])
    assert review.standing is Standing.SIGNED
    assert [one.over for one in review.sign_offs] == [(objection.key,)] * 2
    assert two.of().objections == ()


def test_what_the_second_objects_to_after_the_first_has_signed_is_decided_upon_by_the_second(two):
    two.mark_all()
    two.reviewing.sign_off(ADA, C1, digest(two), "fine")
    two.reviewing.comment(BEN, C1, "Wait.", objects=True)
    assert refused(two.reviewing.sign_off, CLO, C1, digest(two), "so") == "objection"
    two.reviewing.withdraw_objection(BEN, C1, 1)
    assert two.reviewing.sign_off(CLO, C1, digest(two), "so").standing is Standing.SIGNED


def test_an_objection_is_open_again_once_the_sign_off_that_decided_it_is_gone(talked):
    talked.mark_all()
    talked.reviewing.comment(BEN, C1, "I don't agree with this memo.", objects=True)
    (objection,) = talked.of().objections
    talked.reviewing.sign_off(ADA, C1, digest(talked), "weighed", over=[objection.key])
    talked.reviewing.withdraw(ADA, C1, "Ben was right")

    assert talked.of().objections == (objection,)
    assert refused(talked.reviewing.sign_off, ADA, C1, digest(talked), "so") == "objection"


def test_whoever_objected_takes_it_back_and_nobody_else(talked):
    talked.mark_all()
    talked.reviewing.comment(BEN, C1, "No.", objects=True)
    assert refused(talked.reviewing.withdraw_objection, ADA, C1, 1) == "unknown_objection"
    talked.reviewing.withdraw_objection(BEN, C1, 1)
    assert talked.of().objections == ()
    assert refused(talked.reviewing.withdraw_objection, BEN, C1, 1) == "unknown_objection"
    talked.reviewing.sign_off(ADA, C1, digest(talked), "fine")


def test_a_mark_of_another_reviewer_that_does_not_agree_is_an_objection_too(talked):
    name = talked.of().raised[0]
    talked.reviewing.mark(BEN, C1, name, Opinion.WRONG, "It is not.")
    talked.mark_all()
    (objection,) = talked.of().objections
    assert (objection.by, objection.consideration, objection.text) == (
        "U-ben", name, "It is not.")
    assert refused(talked.reviewing.sign_off, ADA, C1, digest(talked), "fine") == "objection"
    talked.reviewing.mark(BEN, C1, name, Opinion.AGREED)
    talked.reviewing.sign_off(ADA, C1, digest(talked), "fine")


def test_a_mark_that_does_not_agree_is_no_objection_to_another_deal(talked):
    talked.reviewing.mark(BEN, C1, talked.of().raised[0], Opinion.WRONG, "It is not.")
    assert [one.by for one in talked.of().objections] == ["U-ben"]
    talked.say(answers={"country": ["KE", "UG"]})
    assert talked.of().objections == ()
