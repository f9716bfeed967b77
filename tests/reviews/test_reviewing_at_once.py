"""Several reviewers at once: who holds a review, who waits, and who is the second to sign."""

import threading

import pytest

from bot.reviews.review import Opinion, Standing, VerdictKind
from bot.reviews.reviewing import NotReviewed
from tests.reviews.conftest import ADA, BEN, CLO
from tests.reviews.test_reviewing import C1, WRONG, digest, refused


def test_while_one_reviews_the_others_read_and_wait(talked):
    r = talked.reviewing
    talked.mark_all(BEN)
    r.take(ADA, C1)
    began = talked.now
    lock = talked.of().lock
    assert (lock.by, lock.name, lock.since) == ("U-ada", "Ada", began)
    raised = talked.of().raised[0]
    for act, args in (
            (r.take, ()), (r.leave, ()), (r.assign, ("U-clo",)), (r.comment, ("hm",)),
            (r.ask, ("hm",)), (r.mark, (raised, Opinion.AGREED)),
            (r.verdicts.say, (VerdictKind.FINE, 1, {})), (r.sign_off, (digest(talked), "hm"))):
        assert refused(act, BEN, C1, *args) == "locked"
    with pytest.raises(NotReviewed, match=rf"Ada has been reviewing this since {began:%H:%M} UTC"):
        r.comment(BEN, C1, "hm")

    talked.pass_(minutes=29)
    r.comment(ADA, C1, "still at it")
    talked.pass_(minutes=29)
    assert refused(r.comment, BEN, C1, "hm") == "locked"
    talked.pass_(minutes=1)
    assert talked.of().lock is None
    assert r.comment(BEN, C1, "free at last").comments[-1].by == "U-ben"
    r.take(BEN, C1)
    assert refused(r.comment, ADA, C1, "hm") == "locked"
    assert talked.of().review.under_review_by == "U-ben"


def test_leaving_frees_it_and_whoever_holds_nothing_leaves_nothing(talked):
    r = talked.reviewing
    assert refused(r.leave, ADA, C1) == "not_taken"
    r.take(ADA, C1)
    r.take(ADA, C1)
    assert len(talked.rows("review_begun")) == 1
    assert r.leave(ADA, C1).standing is Standing.NONE
    assert r.take(BEN, C1).under_review_by == "U-ben"


def test_what_changes_while_somebody_reviews_lapses_all_the_same(talked):
    talked.sign(ADA)
    talked.reviewing.take(BEN, C1)
    talked.say(WRONG)
    assert talked.of().review.standing is Standing.LAPSED


def test_of_two_who_take_it_at_once_one_gets_it(talked):
    gate, results = threading.Barrier(2), {}

    def take(by):
        gate.wait()
        try:
            results[by.user] = talked.reviewing.take(by, C1).under_review_by
        except NotReviewed as error:
            results[by.user] = error.code

    for _ in range(5):
        threads = [threading.Thread(target=take, args=[by]) for by in (ADA, BEN)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        winner = next(user for user, got in results.items() if got == user)
        assert sorted(results.values()) == sorted([winner, "locked"])
        assert talked.of().lock.by == winner
        talked.reviewing.leave(next(by for by in (ADA, BEN) if by.user == winner), C1)
    assert len(talked.rows("review_begun")) == 5
    assert talked.store.verify_log() is None


def test_of_two_who_sign_at_once_under_four_eyes_one_is_the_second(two):
    two.mark_all(CLO)
    gate = threading.Barrier(2)

    def sign(by):
        gate.wait()
        two.reviewing.sign_off(by, C1, digest(two), "at once")

    threads = [threading.Thread(target=sign, args=[by]) for by in (ADA, BEN)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [s.second for s in two.of().review.sign_offs] == [False, True]
