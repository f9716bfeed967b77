"""Whatever three reviewers and a person do, in any order: what has to hold of it holds."""

import shutil
import tempfile
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.casebook.memory import remembered
from bot.dialogue.naming import deciding_which_deal
from bot.reviews.folding import folded
from bot.reviews.review import Opinion, Standing, VerdictKind
from bot.reviews.reviewing import NotReviewed
from bot.schema import case_lines
from bot.store import Store
from tests.reviews.conftest import ADA, BEN, C1, CLO, DEAL, House
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

REVIEWERS = st.sampled_from([ADA, BEN, CLO])
TOLD = st.sampled_from([
    {"end_use": ["crowd-monitoring"]}, {"end_use": ["traffic"]}, {"agency_misuse": ["yes"]},
    {"agency_misuse": ["no"]}, {"country": ["KE"]}, {"country": ["KE", "UG"]},
    {"judicial_oversight": ["none"]}, {"judicial_oversight": None},
    {"end_user": ["police"]}, {"end_user": ["health-ministry"]},
    {"export_review": ["done"]}, {"export_review": ["pending"]}])
PEOPLE = st.sampled_from(["U1", "U1", "U1", "U2", "U-clo"])


class Acts(RuleBasedStateMachine):
    """Keeps beside the log, in its own way, who signed what and whether it still holds."""

    parts: tuple
    four_eyes = False

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(sqlite_at(self.folder / "advisor.sqlite3"))
        self.house = House(self.store, *self.parts, four_eyes=self.four_eyes)
        self.guidance = self.house.guidance
        self.tellers = {"U1"}
        self.signed, self.signers, self.lapsed, self.marked = [], [], False, {}
        self.which = deciding_which_deal(self.guidance)
        self.releases = 1
        self.house.say(DEAL)
        self.house.say("Give me the advice now.")

    def teardown(self):
        assert self.store.verify_log() is None
        self.store.close()
        shutil.rmtree(self.folder)

    # --- what happens -----------------------------------------------------------------------

    def act(self, method, by, *args, **more):
        """Do it; what is given back is what the rows add up to."""
        before = self.house.rows()
        try:
            review = attrgetter(method)(self.house.reviewing)(by, C1, *args, **more)
        except NotReviewed as error:
            assert self.house.rows() == before
            return error.code
        assert review == folded(self.house.rows())
        return review

    @rule(by=REVIEWERS)
    def take(self, by):
        self.act("take", by)

    @rule(by=REVIEWERS)
    def leave(self, by):
        self.act("leave", by)

    @rule(by=REVIEWERS, to=st.sampled_from(["U-ada", "U-clo", "U1", None]))
    def assign(self, by, to):
        self.act("assign", by, to)

    @rule(by=REVIEWERS)
    def ask(self, by):
        self.act("ask", by, "Who installs it?")

    @rule(by=REVIEWERS, number=st.integers(1, 2))
    def drop(self, by, number):
        self.act("drop_question", by, number, "no longer")

    @rule(by=REVIEWERS, key=st.sampled_from(["a", "b"]))
    def comment(self, by, key):
        self.act("comment", by, "hm", key=key)

    @rule(by=REVIEWERS, turn=st.integers(1, 3))
    def verdict(self, by, turn):
        self.act("verdicts.say", by, VerdictKind.FINE, turn, {})

    @rule(by=REVIEWERS, opinion=st.sampled_from([Opinion.AGREED, Opinion.AGREED, Opinion.WRONG]))
    def mark(self, by, opinion):
        before = self.house.of()
        for name in before.raised:
            if not isinstance(self.act("mark", by, name, opinion, "a note"), str):
                self.marked[name] = before.advised

    @rule(by=REVIEWERS)
    def mark_and_sign(self, by):
        self.mark(by, Opinion.AGREED)
        self.sign(by)

    @rule(by=REVIEWERS)
    def sign(self, by):
        before = self.house.of()
        done = self.act("sign_off", by, before.advised.digest, "read it")
        if isinstance(done, str):
            return
        assert by.user not in self.tellers
        assert by.user not in self.signers
        assert not before.review.waiting
        assert all(before.review.marks[name].opinion is Opinion.AGREED for name in before.raised)
        assert all(before.review.marks[name].by not in self.tellers for name in before.raised)
        assert all(before.holds(before.review.marks[name]) for name in before.raised)
        assert all(self.differs(self.marked[name], before) is False for name in before.raised)
        if any(self.differs(one, before) for one in self.signed):
            # A release came between, and the sweep has not come by.
            self.signers, self.signed = [], []
        self.signed.append(before.advised)
        self.lapsed = False
        self.signers.append(by.user)
        assert len(self.signers) <= (2 if self.four_eyes else 1)

    @rule(by=REVIEWERS)
    def withdraw(self, by):
        if not isinstance(self.act("withdraw", by, "a doubt"), str):
            self.signed, self.signers = [], []

    @rule(told=TOLD, who=PEOPLE)
    def tell(self, told, who):
        self.house.say(answers=told, user=who)
        self.tellers.add(who)
        self.hold()

    @rule(text=st.sampled_from(["What of audits?", "thanks", "advise now"]), who=PEOPLE)
    def speak(self, text, who):
        self.house.say(text, user=who)
        self.hold()

    @rule(minutes=st.sampled_from([1, 31]))
    def wait(self, minutes):
        self.house.pass_(minutes=minutes)

    @precondition(lambda self: self.releases < 4)
    @rule(dropped=st.integers(0, 3), at_once=st.booleans())
    def release(self, dropped, at_once):
        self.releases += 1
        flags = self.guidance.red_flags
        self.house.put_in_force(replace(
            self.guidance, release=f"r{self.releases}", red_flags=flags[dropped:]))
        if at_once:
            self.sweep()

    @rule()
    def sweep(self):
        self.house.reviewing.sweep()
        self.hold()

    def hold(self):
        """What is signed holds exactly as long as the advice and the deal are the same."""
        found = self.house.of()
        if any(self.differs(one, found) for one in self.signed):
            self.signed, self.signers, self.lapsed = [], [], True

    def differs(self, one, found):
        """Whether the advice or the deal of *one* is another now, but for what was done."""
        now = found.advised
        safeguards, provisions = set(now.safeguards), dict(now.provisions)
        if "export-counsel" in one.safeguards and now.facts.get("export_review") == ("done",):
            safeguards.add("export-counsel")
            provisions |= {name: one.provisions[name] for name in
                           self.guidance.safeguards["export-counsel"].authorities}
        return (one.flags, set(one.safeguards), dict(one.provisions)) != (
            now.flags, safeguards, provisions) or any(
            set(one.facts.get(f) or ()) != set(now.facts.get(f) or ()) for f in self.which)

    # --- what holds -------------------------------------------------------------------------

    @invariant()
    def a_sign_off_stands_exactly_while_the_advice_is_the_one_signed(self):
        of = self.house.of()
        assert [one.by for one in of.review.sign_offs] == self.signers
        assert (of.review.lapsed is not None) == self.lapsed
        if self.signers:
            whole = len(self.signers) == (2 if self.four_eyes else 1)
            assert of.review.standing is (Standing.SIGNED if whole else Standing.SIGNED_ONCE)
            # Only a release that nobody has swept by makes a difference.
            assert bool(of.changed) == any(self.differs(one, of) for one in self.signed)
            assert [one.advised for one in of.review.sign_offs] == self.signed
        elif self.lapsed:
            assert of.review.standing is Standing.LAPSED

    @invariant()
    def the_queue_says_the_same(self):
        review = self.house.of().review
        with self.store.reading() as connection:
            row = connection.execute(select(case_lines)).one()
        assert row.standing == review.standing
        assert row.assigned == (review.assigned_to or "")
        assert remembered(row.memory).review == review.stand
        assert set(remembered(row.memory).review.waiting) == {
            str(one.number) for one in review.waiting}
        assert bool(row.reviewed) is (review.standing is Standing.SIGNED)


class ActsOfTwo(Acts):
    four_eyes = True


@pytest.mark.parametrize("machine", [Acts, ActsOfTwo])
def test_any_acts_in_any_order(machine, guidance, reader, sentences):
    made = type(machine.__name__, (machine,), {"parts": (guidance, reader, sentences)})
    settings_ = settings(max_examples=8, stateful_step_count=25, deadline=None,
                         suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(made, settings=settings_)
