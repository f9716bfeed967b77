"""Whoever asked hears that the review of their deal is over, and that a sign-off is gone."""

from dataclasses import replace

import pytest

from bot.reviews.advised import ChangeKind
from bot.reviews.news import Event, News
from bot.reviews.review import Outcome
from bot.reviews.reviewing import NotReviewed
from retrieval.guidance import ReleaseId
from tests.reviews.conftest import ADA, BEN, C1, DEAL, T1, WRONG


def events(house):
    return [one.event for one in house.news]


def test_a_sign_off_is_told_with_what_it_came_to(house):
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.reviewing.sign_off(ADA, C1, house.of().advised.digest, "to the board",
                             outcome=Outcome.NOT_AGREED)
    (row,) = house.rows("signed_off")
    assert house.news == [News(row.key, T1, C1, Event.COMPLETED, Outcome.NOT_AGREED)]


def test_the_first_of_two_sign_offs_is_not_told_and_neither_is_its_end(build):
    house = build(four_eyes=True)
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.sign(ADA)
    assert house.news == []
    house.reviewing.withdraw(ADA, C1, "too soon")
    house.sign(ADA)
    house.say(WRONG)
    assert house.of().review.lapsed is not None
    assert house.news == []

    house.sign(ADA)
    house.sign(BEN)
    assert events(house) == [Event.COMPLETED]


def test_what_is_told_of_the_deal_ends_it_once(signed):
    signed.say("What does the guidance say about audits?")
    assert events(signed) == [Event.COMPLETED]
    signed.say(WRONG)
    signed.say("Actually it is for border control.")
    assert events(signed) == [Event.COMPLETED, Event.ANOTHER_DEAL]
    (lapse,) = signed.rows("lapsed")
    assert signed.news[-1] == News(lapse.key, T1, C1, Event.ANOTHER_DEAL)


def test_a_release_that_changes_the_advice_ends_it(signed):
    raised = next(name for name, how in signed.of().advised.flags.items() if how == "raised")
    signed.put_in_force(replace(
        signed.guidance, release=ReleaseId("r2"),
        red_flags=tuple(f for f in signed.guidance.red_flags if str(f.id) != raised)))
    assert signed.reviewing.sweep() == 1
    assert signed.reviewing.sweep() == 0
    assert events(signed) == [Event.COMPLETED, Event.ANOTHER_GUIDANCE]


def test_a_fact_that_changed_nothing_is_no_reason_once_a_release_changes_the_advice(signed):
    """Whoever asked was told that they had ended it, and the memo named the fact."""
    relied, *_ = signed.of().advised.provisions
    other = replace(signed.guidance.provisions[relied], text="It reads otherwise now.")
    signed.say(answers={"export_review": ["pending"]})
    assert signed.of().advised.facts["export_review"] == ("pending",)

    signed.put_in_force(replace(signed.guidance, release=ReleaseId("r2"), provisions={
        **signed.guidance.provisions, relied: other}))
    assert signed.reviewing.sweep() == 1

    assert [(one.kind, one.id) for one in signed.of().review.lapsed.changes] == [
        (ChangeKind.PROVISION_CHANGED, relied)]
    # "My advice on it is another" was said of this too, and whoever asked looked for what it was.
    assert events(signed) == [Event.COMPLETED, Event.ANOTHER_TEXTS]


def test_a_fact_that_changes_the_advice_is_the_reason_though_a_release_does_too(signed):
    relied, *_ = signed.of().advised.provisions
    other = replace(signed.guidance.provisions[relied], text="It reads otherwise now.")
    signed.put_in_force(replace(signed.guidance, release=ReleaseId("r2"), provisions={
        **signed.guidance.provisions, relied: other}))

    signed.say(WRONG)  # before the sweep has come by

    told = {one.id for one in signed.of().review.lapsed.changes if one.kind.startswith("fact")}
    assert "end_use" in told
    assert events(signed) == [Event.COMPLETED, Event.ANOTHER_DEAL]


def test_a_withdrawal_is_told_and_what_is_refused_is_not(signed):
    signed.reviewing.withdraw(BEN, C1, "a mistake", key="form")
    signed.reviewing.withdraw(BEN, C1, "a mistake", key="form")
    with pytest.raises(NotReviewed):
        signed.reviewing.withdraw(BEN, C1, "again")
    assert events(signed) == [Event.COMPLETED, Event.WITHDRAWN]


def test_where_it_can_not_be_told_nothing_is_signed(house):
    def fail(*_):
        raise OSError("the disk is full")

    house.say(DEAL)
    house.say("Give me the advice now.")
    house.mark_all()
    house.reviewing.speak(lambda *_: False, fail)
    with pytest.raises(OSError, match="full"):
        house.reviewing.sign_off(ADA, C1, house.of().advised.digest, "looked at")
    assert not house.rows("signed_off")


def test_who_settles_a_doubt_hears_that_the_deal_is_another_and_not_the_guidance(house):
    house.say("CCTV for the police of Kenya, perhaps there is an armed conflict")
    house.say("Give me the advice now.")
    house.sign()
    house.say("yes, there is an armed conflict")
    assert events(house) == [Event.COMPLETED, Event.ANOTHER_DEAL]
