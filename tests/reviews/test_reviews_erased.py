"""Erasing takes the words of a review and of its people, and leaves what was done."""

from sqlalchemy import select

from bot.erasure.erasing import Erasing
from bot.reviews.review import Opinion, Standing, VerdictKind
from bot.schema import review_locks
from tests.reviews.conftest import ADA, BEN, CLO, DEAL, T1
from tests.reviews.test_reviewing import C1, WRONG, digest


def test_erasing_takes_the_words_and_leaves_what_was_done(talked):
    canary = "Wolpertinger"
    r = talked.reviewing
    r.take(ADA, C1)
    r.comment(ADA, C1, canary)
    r.ask(ADA, C1, canary)
    talked.say("yes")
    r.mark(ADA, C1, talked.of().raised[0], Opinion.WRONG, canary)
    r.verdicts.say(ADA, C1, VerdictKind.WRONG_SAFEGUARD, 1, {"safeguard": "x"}, canary)
    talked.mark_all(ADA)
    r.sign_off(ADA, C1, digest(talked), canary)
    r.assign(BEN, C1, "U-clo")
    before = talked.of().review
    erasing = Erasing(talked.store, lambda: talked.now)

    erasing.conversation(T1, C1, by="U-lead", reason="asked for")

    after = talked.of().review
    assert canary not in str([(row.words, row.body) for row in talked.rows()])
    assert talked.store.verify_log() is None
    assert after.standing is before.standing is Standing.SIGNED
    assert after.sign_offs[0].by == "U-ada" and after.sign_offs[0].reason is None
    assert (after.comments[0].text, after.questions[0].text, after.verdicts[0].note) == (
        None, None, None)
    assert after.assigned_to == "U-clo"
    assert [row.actor for row in talked.rows("assigned", "review_begun")] == ["U-ada", "U-ben"]
    # What is signed goes on being held against the advice.
    talked.say(WRONG)
    assert talked.of().review.standing is Standing.LAPSED
    # Nobody knows any more whose deal it is.
    assert talked.of().refusal("U-ben").code == "erased"


def test_an_objection_outlasts_the_erasure_of_who_made_it_and_of_who_agreed(talked):
    """Once both were erased, the mark of the one who agreed took the other's objection back."""
    first = talked.of().raised[0]
    talked.reviewing.mark(ADA, C1, first, Opinion.WRONG, "There is more to it.")
    talked.pass_(seconds=1)
    talked.reviewing.mark(CLO, C1, first, Opinion.AGREED)
    assert [one.by for one in talked.of().objections] == ["U-ada"]

    for who in (ADA, CLO):
        Erasing(talked.store, lambda: talked.now).person(
            T1, who.user, by="U-lead", reason="They left.")

    assert [(one.by, one.consideration, one.text) for one in talked.of().objections] == [
        ("", first, None)]


def test_erasing_a_reviewer_takes_their_words_and_their_lock(talked):
    talked.reviewing.take(ADA, C1)
    talked.reviewing.comment(ADA, C1, "Wolpertinger")
    Erasing(talked.store, lambda: talked.now).person(T1, "U-ada", by="U-lead", reason="left")
    with talked.store.reading() as connection:
        assert connection.execute(select(review_locks)).all() == []
    assert talked.of().review.comments[0].text is None
    assert talked.rows("turn")[0].words["text"] == DEAL


def test_whom_a_question_was_to_is_nowhere_once_they_are_erased_and_the_question_stays(talked):
    talked.reviewing.ask(ADA, C1, "Who pays?")
    (row,) = talked.rows("asked_person")
    assert "U1" not in str(row.body)
    assert talked.of().review.waiting[0].to == "U1"

    Erasing(talked.store).person(T1, "U1", by="U-lead", reason="they asked for it")

    (row,) = talked.rows("asked_person")
    assert "U1" not in f"{row.body} {row.words}"
    (question,) = talked.of().review.questions
    assert (question.by, question.text, question.to, question.open) == (
        ADA.user, "Who pays?", "", True)
    assert talked.store.verify_log() is None
    talked.say("Our own engineers do.", user="U2")
    assert not talked.of().review.waiting
    assert talked.of().review.standing is not Standing.WAITING
