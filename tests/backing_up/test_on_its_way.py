"""What was on its way when the back-up was made: it arrived meanwhile, and stands once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.queue.deliveries import Deliveries
from bot.queue.desk import Desk
from bot.record import spoken
from bot.slack import sentences as slack_sentences
from bot.slack.handler import Handler
from bot.slack.noting import Noting
from bot.slack.posting import Posting
from bot.slack.replying import Replying
from bot.store import Store
from retrieval.guidance import Guidance
from tests.backing_up.house import ask, made, restored
from tests.conftest import PROJECT
from tests.faults.small import SmallBot, SmallSlack
from tests.slack.joined import _parts
from tests.slack.workbench import Bench, bench  # noqa: F401  a fixture
from tests.store.small import Clock
from tests.workspace.running import DEALS

GRACE = 12.0


@pytest.fixture
def say() -> Wording:
    return slack_sentences.load(PROJECT / "prompts", "your compliance lead")


class Machine:
    """A process over a database; Slack is the same whichever it is."""

    def __init__(self, url: str, slack: SmallSlack, clock: Clock) -> None:
        self.store = Store(url, now=clock)
        self.box = Deliveries(self.store, clock)
        self.bot = SmallBot(self.store, self.box, posts=2)
        self.desk = Desk(self.box, self.bot, slack, workers=1, grace_seconds=GRACE, now=clock)

    def work(self) -> None:
        """Work until nothing is left."""
        while self.desk.work():
            pass


@pytest.fixture
def machine(store: Store, url: str) -> Iterator[Callable[[str], Machine]]:
    """Starts a machine over a database."""
    slack, clock, all_ = SmallSlack(), Clock(), []

    def start(at: str) -> Machine:
        all_.append(Machine(at, slack, clock))
        return all_[-1]

    start.slack, start.clock = slack, clock  # type: ignore[attr-defined]
    yield start
    for one in all_:
        one.store.close()


def test_a_post_that_arrived_meanwhile_is_not_made_again(machine, url, there, tmp_path):
    slack, clock = machine.slack, machine.clock
    old = machine(url)
    ask(old.box, 1)
    with old.box.claims.claim() as conversation:
        old.bot.handle(old.box.next_delivery(conversation))
    made(old.store, tmp_path / "a.zip", clock())
    old.work()
    assert len(slack.standing) == 2
    clock.pass_by(3600)

    found = restored(tmp_path / "a.zip", there, tmp_path / "there", now=clock())
    assert found.in_doubt == 2
    new = machine(there)
    new.work()

    assert (len(slack.standing), slack.doubled) == (2, [])
    assert new.box.outbox.posts.ref_of(slack.keys[0]) is not None


def test_a_post_that_never_arrived_is_made(machine, url, there, tmp_path):
    slack, clock = machine.slack, machine.clock
    old = machine(url)
    ask(old.box, 1)
    with old.box.claims.claim() as conversation:
        old.bot.handle(old.box.next_delivery(conversation))
    made(old.store, tmp_path / "a.zip", clock())

    restored(tmp_path / "a.zip", there, tmp_path / "there", now=clock())
    machine(there).work()

    assert (len(slack.standing), slack.doubled) == (2, [])


def test_a_message_that_was_answered_meanwhile_gets_its_turn_and_no_second_answer(
    machine, url, there, tmp_path
):
    slack, clock = machine.slack, machine.clock
    old = machine(url)
    ask(old.box, 1)
    made(old.store, tmp_path / "a.zip", clock())
    old.work()
    assert len(slack.standing) == 2
    clock.pass_by(60)

    restored(tmp_path / "a.zip", there, tmp_path / "there", now=clock())
    new = machine(there)
    new.work()
    assert (len(slack.standing), slack.doubled) == (2, [])
    assert new.bot.handled == ["slack:T1:C1:101.000001"]

    # What comes afterwards is not looked for: nobody can have answered it.
    clock.pass_by(1)
    looked = slack.looked
    ask(new.box, 2)
    new.work()
    assert (len(slack.standing), slack.doubled, slack.looked) == (4, [], looked)
    assert new.store.verify_log() is None


def test_in_a_real_workspace_the_answer_stands_once(
    bench: Bench, tmp_path: Path, guidance: Guidance, reader: PlainReader,  # noqa: F811
    sentences: Wording, say: Wording,
) -> None:
    bench.ask()
    made(bench.made.store, tmp_path / "unheard.zip", bench.clock())
    bench.work()
    standing = [one["ts"] for one in bench.posts()]
    assert len(standing) >= 1
    bench.clock.now += timedelta(hours=1)
    there = f"sqlite:///{tmp_path / 'there' / 'advisor.sqlite3'}"

    restored(tmp_path / "unheard.zip", there, tmp_path, now=bench.clock())

    store = Store(there, now=bench.clock)
    clients = bench.made.clients
    parts = _parts(store, clients, guidance, reader, sentences, say, bench.clock, None)
    replying = Replying(parts)
    desk = Desk(parts.deliveries,
                Handler(parts, replying, bench.made.handing_over, Noting(parts, replying)),
                Posting(clients, parts.cases, parts.deliveries.outbox.posts.ref_of),
                workers=0, grace_seconds=GRACE, now=bench.clock)
    while desk.work():
        pass

    assert [one["ts"] for one in bench.posts()] == standing
    assert parts.deliveries.waiting() == {}
    assert store.verify_log() is None
    (line,) = spoken.lines(store)
    assert line.version == 1
    (turn,) = store.turns(line.id)
    assert turn.posted_ref == f"{DEALS}:{standing[-1]}"
    store.close()
