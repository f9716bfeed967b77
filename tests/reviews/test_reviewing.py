"""What reviewers do: each act is written once, checked, and refused in words."""

from dataclasses import replace

import pytest

from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.reviews.advised import ChangeKind
from bot.reviews.folding import folded
from bot.reviews.marking import Basis
from bot.reviews.review import Opinion, Outcome, Standing, VerdictKind, VerdictState
from bot.reviews.reviewing import Reviewer, Reviewing
from tests.reviews.conftest import ADA, BEN, C1, CLO, DEAL, T1, WRONG, digest, refused

# --- from nothing to a sign-off ------------------------------------------------------------------


def test_a_review_from_its_assignment_to_its_end(talked):
    r = talked.reviewing
    assert talked.of().review.standing is Standing.NONE
    assert r.assign(BEN, C1, "U-ada").standing is Standing.ASSIGNED
    assert r.take(ADA, C1).standing is Standing.UNDER_REVIEW
    assert r.comment(ADA, C1, "  Looks grave.\r\nAsk them. ").comments[0].text == (
        "Looks grave.\nAsk them.")
    assert r.ask(ADA, C1, "Who installs it?").standing is Standing.WAITING
    assert (talked.asked[0].to, talked.asked[0].text) == ("U1", "Who installs it?")
    talked.say("Our engineers do.")
    assert talked.of().review.questions[0].turn == 3
    assert talked.of().refusal("U-ada").code == "unmarked"
    raised = talked.of().raised
    assert set(talked.of().refusal("U-ada").considerations) == set(raised) and raised
    review = r.mark(ADA, C1, raised[0], Opinion.WRONG, "It misses the courts.")
    assert review.marks[raised[0]].note == "It misses the courts."
    assert refused(r.sign_off, ADA, C1, digest(talked), "so") == "unmarked"
    talked.mark_all()

    review = r.sign_off(ADA, C1, digest(talked), "read all of it")

    assert review.standing is Standing.SIGNED
    (signed,) = review.sign_offs
    assert (signed.by, signed.reason, signed.second) == ("U-ada", "read all of it", False)
    assert signed.advised == talked.of().advised
    row = talked.rows("signed_off")[0]
    assert row.actor == "U-ada" and row.words == {"text": "read all of it"}
    assert (row.body["digest"], row.body["advice"], row.body["release"]) == (
        signed.advised.digest, signed.advised.advice_digest, "r1")
    assert "read all" not in str(row.body)
    # Whoever signed holds nobody up any more.
    assert talked.of().lock is None
    assert refused(r.sign_off, BEN, C1, digest(talked), "me too") == "signed"

    review = r.withdraw(BEN, C1, "a second thought")
    assert (review.standing, review.sign_offs) == (Standing.UNDER_REVIEW, ())
    assert refused(r.withdraw, BEN, C1, "again") == "not_signed"
    assert folded(talked.rows()) == talked.of().review
    assert talked.store.verify_log() is None


def test_nobody_reviews_their_own_deal_nor_one_of_which_they_told_facts(talked):
    mine = Reviewer(T1, "U1", "Asker")
    r = talked.reviewing
    raised = talked.of().raised[0]
    for act, args in ((r.take, ()), (r.mark, (raised, Opinion.AGREED)), (r.ask, ("why?",)),
                      (r.sign_off, (digest(talked), "fine"))):
        assert refused(act, mine, C1, *args) == "own_deal"
    assert refused(r.assign, ADA, C1, "U1") == "own_deal"
    r.ask(ADA, C1, "Who runs it?")
    assert refused(r.drop_question, mine, C1, 1, "never mind") == "own_deal"
    r.drop_question(ADA, C1, 1, "I know by now")
    talked.mark_all(BEN)
    talked.say("What does the guidance say about audits?", user="U-clo")
    assert talked.of().refusal("U-clo") is None
    talked.say(answers={"agency_misuse": ["no"]}, user="U-ben")
    talked.say(answers={"agency_misuse": ["yes"]}, user="U-ben")

    assert refused(r.sign_off, BEN, C1, digest(talked), "fine") == "own_deal"
    # Nor does a mark of theirs count that is older than their words.
    assert talked.of().holds(talked.of().review.marks[raised])
    assert refused(r.sign_off, ADA, C1, digest(talked), "fine") == "unmarked"


def test_marks_are_kept_together_or_none_of_them(talked):
    name, *_ = talked.of().raised
    marks = {name: (Opinion.AGREED, ""), "sg-c99": (Opinion.WRONG, "It misses the courts.")}
    r, two = talked.reviewing, ["sg-c1", "sg-c2"]

    assert refused(r.mark_all, ADA, C1, marks) == "unknown_consideration"
    assert refused(r.mark_all, ADA, C1, {name: (Opinion.WRONG, " ")}) == "no_text"
    assert talked.of().review.marks == {}

    review = r.mark_all(ADA, C1, {one: (Opinion.WRONG, one) for one in two}, key="once")
    assert {one: (mark.opinion, mark.note) for one, mark in review.marks.items()} == {
        one: (Opinion.WRONG, one) for one in two}
    again = r.mark_all(ADA, C1, dict.fromkeys(two, (Opinion.AGREED, "")), key="once")
    assert again.marks == review.marks
    assert r.mark_all(ADA, C1, {}).marks == review.marks
    assert talked.store.verify_log() is None


def test_a_mark_is_of_the_advice_that_was_seen(talked):
    seen, raised = talked.of().present.token, talked.of().raised
    talked.say(WRONG)
    assert talked.of().present.token != seen
    assert refused(talked.reviewing.mark, ADA, C1, raised[0], Opinion.AGREED,
                   seen=seen) == "changed_meanwhile"
    assert talked.of().review.marks == {}


def test_a_mark_is_of_the_deal_that_was_seen_though_the_advice_reads_the_same(talked):
    """After another country alone a reviewer signed again without marking again."""
    before, raised = talked.of(), talked.of().raised
    talked.mark_all()
    talked.say(answers={"country": ["KE", "UG"]})

    now = talked.of()
    assert now.advised.advice_digest == before.advised.advice_digest
    assert refused(talked.reviewing.mark, ADA, C1, raised[0], Opinion.AGREED,
                   seen=before.present.token) == "changed_meanwhile"
    assert [now.holds(now.review.marks[name]) for name in raised] == [False] * len(raised)
    refusal = now.refusal("U-ada")
    assert (refusal.code, refusal.considerations) == ("unmarked", raised)
    assert refused(talked.reviewing.sign_off, ADA, C1, digest(talked), "fine") == "unmarked"
    (change,) = now.present.other_deal(now.review.marks[raised[0]].of)
    assert (change.kind, change.id, change.before, change.now) == (
        ChangeKind.FACT_CHANGED, "country", "KE", "KE, UG")
    # Of the deal as it was, the marks hold again.
    talked.say(answers={"country": ["KE"]})
    assert talked.of().refusal("U-ada") is None


@pytest.mark.parametrize("told", [
    {"export_review": ["done"]}, {"export_review": ["pending"]}])
def test_a_mark_outlasts_what_a_sign_off_outlasts(talked, told):
    talked.mark_all()
    talked.say(answers=told)
    assert talked.of().refusal("U-ada") is None
    talked.reviewing.sign_off(ADA, C1, digest(talked), "fine")
    assert talked.of().review.standing is Standing.SIGNED


def test_a_mark_of_after_something_was_done_goes_when_that_is_taken_back(talked):
    talked.say(answers={"export_review": ["done"]})
    talked.mark_all()
    assert talked.of().refusal("U-ada") is None
    talked.say(answers={"export_review": ["not-started"]})
    assert talked.of().refusal("U-ada").code == "unmarked"


def test_the_row_of_a_mark_says_of_which_advice_and_deal_it_is(talked):
    talked.mark_all()
    now = talked.of().advised
    body = talked.rows("marked")[0].body
    assert body["facts"] == {fact: values and list(values) for fact, values in now.facts.items()}
    assert (body["advice"], body["release"], body["safeguards"]) == (
        now.advice_digest, "r1", list(now.safeguards))
    assert "export-counsel" in body["safeguards"]


def test_a_mark_of_before_the_deal_was_kept_holds_until_something_is_told(talked, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(Basis, "as_body", lambda basis: {"advice": basis.advice})
        talked.mark_all()
    assert set(talked.rows("marked")[0].body) >= {"advice"}
    assert "facts" not in talked.rows("marked")[0].body
    talked.say("What does the guidance say about audits?")
    assert talked.of().refusal("U-ada") is None
    talked.say(answers={"country": ["KE", "UG"]})
    assert talked.of().refusal("U-ada").code == "unmarked"
    # Nobody can tell any more that it is the deal of then.
    talked.say(answers={"country": ["KE"]})
    assert talked.of().refusal("U-ada").code == "unmarked"
    talked.sign(ADA)
    assert talked.of().review.standing is Standing.SIGNED


def test_a_sign_off_is_of_what_was_seen(talked):
    talked.mark_all()
    seen = digest(talked)
    talked.say(answers={"country": ["KE", "UG"]})
    assert refused(talked.reviewing.sign_off, ADA, C1, seen, "fine") == "changed_meanwhile"
    talked.sign(ADA)
    assert talked.of().review.standing is Standing.SIGNED


def test_without_an_advice_there_is_nothing_to_sign(house):
    house.say("What does the guidance say about audits?")
    assert house.of().refusal("U-ada").code == "no_advice"
    house.say(DEAL)
    house.mark_all()
    assert house.of().refusal("U-ada").code == "no_advice"
    house.say("Give me the advice now.")
    assert house.of().refusal("U-ada") is None
    house.say("start over")
    assert house.of().refusal("U-ada").code == "no_advice"


def test_a_deal_that_is_still_asked_about_is_returned_until_more_is_told(house):
    house.say("What does the guidance say about audits?")
    assert house.of().refusal("U-ada", Outcome.RETURNED).code == "no_advice"
    house.say(DEAL)
    review = house.reviewing.sign_off(
        ADA, C1, digest(house), "Who is it for?", outcome=Outcome.RETURNED)
    assert (review.standing, review.sign_offs[0].outcome) == (Standing.SIGNED, Outcome.RETURNED)
    house.say(answers={"end_use": ["traffic"]})
    assert house.of().review.standing is Standing.LAPSED
    assert house.of().refusal("U-ada").code == "no_advice"


def test_an_unanswered_question_blocks_until_it_is_answered_or_dropped(talked):
    talked.mark_all()
    talked.reviewing.ask(ADA, C1, "Who?")
    talked.reviewing.ask(ADA, C1, "Why?")
    talked.say("I am somebody else.", user="U2")
    assert talked.of().refusal("U-ada").code == "unanswered"
    talked.reviewing.drop_question(ADA, C1, 2, "They left the company.")
    assert refused(talked.reviewing.drop_question, ADA, C1, 2, "so") == "unknown_question"
    assert [q.number for q in talked.of().review.waiting] == [1]
    talked.say("Me.")
    assert talked.of().refusal("U-ada") is None
    assert [(q.answered, q.dropped) for q in talked.of().review.questions] == [
        (True, False), (False, True)]


def test_only_what_answers_the_question_counts_as_its_answer(talked):
    talked.reviewing.ask(ADA, C1, "Who pays?")
    before = talked.of().review.turns
    talked.say("What does the guidance say about audits?")
    talked.say("Give me the advice now.")
    talked.say("I am somebody else.", user="U2")
    (asked,) = talked.of().review.questions
    assert (asked.answered, asked.open, asked.turn) == (False, True, None)
    assert asked.after == (before + 1, before + 2, before + 3)
    assert talked.of().review.standing is Standing.WAITING

    talked.say("Our engineers do.")
    (asked,) = talked.of().review.questions
    assert (asked.answered, asked.turn, len(asked.after)) == (True, before + 4, 3)
    assert talked.of().review.standing is not Standing.WAITING


def test_a_reviewer_may_say_which_turn_answers(talked):
    talked.reviewing.ask(ADA, C1, "Do you know the audits?")
    turn = talked.of().review.turns + 1
    talked.say("What does the guidance say about audits?")
    assert refused(talked.reviewing.answered, ADA, C1, 1, turn + 1) == "unknown_turn"
    assert refused(talked.reviewing.answered, ADA, C1, 2, turn) == "unknown_question"
    review = talked.reviewing.answered(ADA, C1, 1, turn)
    (asked,) = review.questions
    assert (asked.answered, asked.dropped, asked.turn, asked.after) == (True, False, turn, ())
    assert review.standing is not Standing.WAITING


@pytest.mark.parametrize("outcome", Outcome)
def test_a_review_comes_to_more_than_agreed(talked, outcome):
    talked.reviewing.comment(BEN, C1, "No.", objects=True)
    sign = talked.reviewing.sign_off
    if outcome.agrees:
        assert refused(sign, ADA, C1, digest(talked), "so", outcome=outcome) == "unmarked"
        talked.mark_all()
        assert refused(sign, ADA, C1, digest(talked), "so", outcome=outcome) == "objection"
    review = sign(ADA, C1, digest(talked), "so", outcome=outcome, over=["comment:1"])
    assert review.standing is Standing.SIGNED
    assert review.sign_offs[0].outcome is outcome
    assert review.stand.outcome == outcome.value
    assert talked.rows("signed_off")[0].body["outcome"] == outcome.value
    talked.say(WRONG)
    assert (talked.of().review.standing, talked.of().review.stand.outcome) == (
        Standing.LAPSED, "")


def test_with_four_eyes_both_sign_the_same_outcome(two):
    two.mark_all()
    two.reviewing.sign_off(ADA, C1, digest(two), "so", outcome=Outcome.RETURNED)
    sign = two.reviewing.sign_off
    assert refused(sign, BEN, C1, digest(two), "so") == "another_outcome"
    assert sign(BEN, C1, digest(two), "so", outcome=Outcome.RETURNED).standing is Standing.SIGNED


def test_where_nobody_can_be_asked_it_is_said(talked):
    talked.thread = False
    assert refused(talked.reviewing.ask, ADA, C1, "Who?") == "no_thread"
    alone = Reviewing(talked.store, talked.editions.__getitem__, four_eyes=False)
    assert refused(alone.ask, ADA, C1, "Who?") == "no_thread"
    assert not talked.rows("asked_person")


# --- four eyes -----------------------------------------------------------------------------------


def test_four_eyes_need_two_people(two):
    two.sign(ADA)
    assert two.of().review.standing is Standing.SIGNED_ONCE
    assert refused(two.reviewing.sign_off, ADA, C1, digest(two), "again") == "second_person"
    review = two.reviewing.sign_off(BEN, C1, digest(two), "I agree")
    assert review.standing is Standing.SIGNED
    assert [(s.by, s.second) for s in review.sign_offs] == [("U-ada", False), ("U-ben", True)]
    assert refused(two.reviewing.sign_off, CLO, C1, digest(two), "a third") == "signed"


def test_a_first_signature_lapses_too_and_does_not_count_for_another_advice(two):
    two.sign(ADA)
    two.say(WRONG)
    assert two.of().review.standing is Standing.LAPSED
    two.mark_all(BEN)
    two.reviewing.sign_off(BEN, C1, digest(two), "now")
    assert two.of().review.standing is Standing.SIGNED_ONCE
    assert refused(two.reviewing.sign_off, BEN, C1, digest(two), "now") == "second_person"
    two.reviewing.sign_off(ADA, C1, digest(two), "now")
    assert two.of().review.standing is Standing.SIGNED


def test_a_second_signature_before_the_sweep_is_the_first_of_the_new_advice(two):
    two.sign(ADA)
    two.put_in_force(replace(two.guidance, release="r2", red_flags=two.guidance.red_flags[1:-1]))
    two.mark_all(BEN)
    two.reviewing.sign_off(BEN, C1, digest(two), "by the new release")
    assert [row.kind for row in two.rows("signed_off", "lapsed")] == [
        "signed_off", "lapsed", "signed_off"]
    assert two.of().review.standing is Standing.SIGNED_ONCE
    assert two.reviewing.sweep() == 0


# --- what is written -----------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "code"), [
    ("", "no_text"), (" \n\t ", "no_text"), ("\u200b\u202e", "no_text"),
    ("x" * 4001, "too_long"), ("a\0b", "bad_characters"), ("a\ud800b", "bad_characters")])
def test_words_that_can_not_be_kept_are_refused_and_nothing_is_written(talked, text, code):
    before = len(talked.rows())
    r = talked.reviewing
    consideration = talked.of().raised[0]
    for act, args in (
            (r.comment, (text,)), (r.ask, (text,)), (r.withdraw, (text,)),
            (r.sign_off, (digest(talked), text)), (r.drop_question, (1, text)),
            (r.verdicts.refuse, (1, text)), (r.mark, (consideration, Opinion.WRONG, text)),
            (r.verdicts.say, (VerdictKind.WRONG_CITATION, 1, {}, text))):
        assert refused(act, ADA, C1, *args) == code
    assert len(talked.rows()) == before
    assert len(r.comment(ADA, C1, "x" * 4000).comments[0].text) == 4000


def test_a_key_sent_twice_does_it_once_and_keys_of_others_are_their_own(talked):
    r = talked.reviewing
    for _ in range(3):
        review = r.comment(ADA, C1, "once", key="k" * 5000)
    review = r.comment(BEN, C1, "his own", key="k" * 5000)
    assert [(c.by, c.text) for c in review.comments] == [("U-ada", "once"), ("U-ben", "his own")]
    talked.mark_all()
    for _ in range(2):
        review = r.sign_off(ADA, C1, digest(talked), "fine", key="\udcff")
    assert len(review.sign_offs) == 1


def test_what_is_of_another_workspace_is_not_there(talked):
    away = Reviewer("T2", "U-ada", "Ada")
    r = talked.reviewing
    assert refused(r.comment, away, C1, "hello") == "not_there"
    assert refused(r.comment, ADA, ConversationId("none"), "hello") == "not_there"
    with talked.store.reading() as connection:
        assert refused(r.of, connection, "T2", C1) == "not_there"
    assert "T2" not in talked.store.workspaces()


def test_verdicts_and_what_becomes_of_them(talked):
    r = talked.reviewing
    fine = r.verdicts.say(ADA, C1, VerdictKind.FINE, 1, {})
    assert (fine.verdicts[0].kind, fine.verdicts[0].note) == (VerdictKind.FINE, "")
    about = {"provision": "sg-c1", "facts": {"end_user": ["police"], "country": None}, "n": 2}
    review = r.verdicts.say(BEN, C1, VerdictKind.CORRECTED_ANSWER, 2, about, "It is the army.")
    verdict = review.verdicts[1]
    assert (verdict.number, verdict.turn, verdict.by, verdict.state) == (
        2, 2, "U-ben", VerdictState.PROPOSED)
    assert dict(verdict.about) == about
    for bad in ({"x": "words with spaces"}, {"x": ["ok", "no\0"]}, {"two words": "a"},
                {"x": 1.5}, {"x": ["a" * 90] * 60}, {"x": "Päng"}):
        assert refused(r.verdicts.say, ADA, C1, VerdictKind.FINE, 1, bad) == "bad_about"
    for turn in (0, 3, -1):
        assert refused(r.verdicts.say, ADA, C1, VerdictKind.FINE, turn, {}) == "unknown_turn"
    content = {"query": "drones for an army"}
    approved = r.verdicts.approve(CLO, C1, 2, "case-7", content).verdicts[1]
    assert (approved.state, approved.case, approved.settled_by) == (
        VerdictState.APPROVED, "case-7", "U-clo")
    assert talked.rows("verdict_approved")[0].body["content"] == content
    assert refused(r.verdicts.refuse, CLO, C1, 2, "no") == "settled"
    assert r.verdicts.refuse(CLO, C1, 1, "not worth it").verdicts[0].state is VerdictState.REFUSED
    assert refused(r.verdicts.approve, CLO, C1, 9, "x", {}) == "unknown_verdict"


def test_marks_are_of_considerations_that_there_are(talked):
    assert refused(talked.reviewing.mark, ADA, C1, "none'such", Opinion.AGREED) == (
        "unknown_consideration")


def test_assigning_is_undone_and_found(talked):
    r = talked.reviewing

    def found(**wanted):
        seen = Viewer(T1, "U-ada", "Ada", Role.REVIEWER, "s", "t")
        with talked.store.reading() as connection:
            return [line.standing for line in listing.page(
                connection, seen, Filter(**wanted)).lines]

    for bad in ("", "two words", "x" * 200, "ä", "<b>"):
        assert refused(r.assign, BEN, C1, bad) == "nobody"
    r.assign(BEN, C1, "U-ada")
    r.assign(BEN, C1, "U-ada")
    assert len(talked.rows("assigned")) == 1
    assert found(assigned="me") == found(assigned="U-ada") == [Standing.ASSIGNED]
    assert found(assigned="U-ben") == found(standing=Standing.SIGNED) == []
    assert r.assign(BEN, C1, None).standing is Standing.NONE
    assert found(assigned="me") == []
    assert found(standing=Standing.NONE) == [Standing.NONE]
