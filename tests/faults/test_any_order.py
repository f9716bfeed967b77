"""Whatever happens in whatever order: nothing lost, nothing twice, each conversation in order."""

import itertools
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.dialogue.deal import MessageKey
from bot.queue.deliveries import Deliveries, Received
from bot.queue.desk import HANDLING_WAITS, Desk
from bot.queue.door import POSTING_WAITS
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Place
from tests.faults.small import Killed, SmallBot, SmallSlack
from tests.store.migrated import sqlite_at
from tests.store.small import RELEASE, START, Clock

pytestmark = pytest.mark.long

GRACE = 12.0
HANDLING = st.sampled_from(["answers", "fails", "killed before", "killed after"])
POSTING = st.sampled_from(["takes", "refuses", "later", "breaks before", "breaks after",
                           "killed before", "killed after", "stream later", "stream killed",
                           "bug"])


class AnyOrder(RuleBasedStateMachine):
    """People write, events come again, the bot works, fails, is killed and starts again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(sqlite_at(Path(self.folder.name) / "advisor.sqlite3"))
        self.store.keep_release(RELEASE, "{}")
        self.clock, self.slack = Clock(), SmallSlack()
        self.said: list[Delivery] = []
        self.numbers = itertools.count()
        self.start()

    def start(self) -> None:
        """A new process: only the database and Slack remember."""
        self.box = Deliveries(self.store, self.clock)
        self.bot = SmallBot(self.store, self.box, posts=2)
        self.desk = Desk(self.box, self.bot, self.slack, workers=1, grace_seconds=GRACE,
                         now=self.clock)

    @rule(thread=st.integers(1, 2))
    def write(self, thread: int) -> None:
        """Somebody writes, and the event arrives."""
        n = next(self.numbers)
        delivery = Delivery(
            key=MessageKey(f"{thread}-{n:03}"), act=Act.MESSAGE, team="T1", author="U1",
            sent_at=START + timedelta(seconds=n), body={"text": str(n)},
            place=Place("T1", "C1", f"{thread}.0"), opens=True)
        assert self.box.receive(delivery) is Received.NEW
        self.said.append(delivery)

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """An event comes again."""
        again = data.draw(st.sampled_from(self.said))
        assert self.box.receive(again) is Received.REPEAT

    @rule(handling=st.lists(HANDLING, max_size=2), posting=st.lists(POSTING, max_size=3))
    def work(self, handling: list[str], posting: list[str]) -> None:
        """The desk works on one conversation; what is to go wrong on the way is drawn."""
        self.bot.coming.extend(handling)
        self.slack.coming.extend(posting)
        try:
            self.desk.work()
        except Killed:
            self.start()
        self.bot.coming.clear()
        self.slack.coming.clear()

    @rule(seconds=st.sampled_from([1.0, GRACE, 60.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.clock.pass_by(seconds)

    @rule()
    def restart(self) -> None:
        """The process is replaced between two pieces of work."""
        self.start()

    @invariant()
    def nothing_stands_twice(self) -> None:
        """No post was made again that stood already."""
        assert self.slack.doubled == []

    @invariant()
    def replies_stand_in_the_order_of_their_turns(self) -> None:
        """Within each conversation."""
        turns = defaultdict(list)
        for queued in self.slack.standing:
            if queued.outgoing.turn is not None:
                turns[queued.conversation].append(queued.outgoing.turn)
        for standing in turns.values():
            assert standing == sorted(standing)

    def teardown(self) -> None:
        """In the end everything was answered, given up with a word, or is covered by a later."""
        try:
            self.finish()
            self.check()
        finally:
            self.store.close()
            self.folder.cleanup()

    def finish(self) -> None:
        """Let the time pass that every further try may take."""
        for _ in range(len(HANDLING_WAITS) + 2):
            while self.desk.work():
                pass
            self.clock.pass_by(max(*HANDLING_WAITS, *POSTING_WAITS, GRACE))
        assert not self.desk.work()

    def check(self) -> None:
        """Nothing is lost, in state, log or posts."""
        assert sum(self.box.waiting().values()) == 0
        assert self.slack.streaming == set()
        assert self.slack.doubled == []
        assert self.store.verify_log() is None
        standing = set(self.slack.keys)
        for delivery in self.said:
            turn = self.store.turn_for(delivery.key)
            if turn is None:
                assert f"{delivery.key}:sorry:last" in self.told
                continue
            later = [q for q in self.slack.standing
                     if q.conversation == turn.conversation and (q.outgoing.turn or 0)
                     > turn.version]
            first = {f"{delivery.key}:0", f"{delivery.key}:0:undelivered"}
            refused = f"{delivery.key}:0" in self.refused
            assert first & standing or later or refused, delivery.key

    @property
    def told(self) -> set[str]:
        """Posts that were made or that Slack refused."""
        return set(self.slack.keys) | self.refused

    @property
    def refused(self) -> set[str]:
        """Posts that Slack refused."""
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT key FROM outgoing WHERE state = 'refused'")
            return {row.key for row in rows}


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow])
