"""Faults of people: two hundred at once, one who floods, one workspace that is loud."""

import asyncio
import functools
import operator
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.record.turn_rows import TURNS_LOGGED, turn_in
from bot.schema import deliveries, log
from bot.slack.replying import author_of
from bot.workspace.world import TEAM_ID
from tests.faults.ack_latency import Load
from tests.faults.kill_loop import PATIENCE_SECONDS
from tests.faults.row import Fault, Row, row_of
from tests.faults.stage import Stage, at_once, staged
from tests.workspace.running import DEALS, NOOR, SAM

DEALS_SAID = (
    "We want to sell drones with facial recognition to the police in Kenya.",
    "A reseller in Dubai asks for twenty IMSI catchers, end user not named.",
    "Thermal cameras for a university in Chile that studies frost.",
    "The interior ministry of Egypt wants deep packet inspection.",
)
OTHERS = 5
ASKED = 12
"""How often somebody asks beside a loud workspace, and alone, at most."""
LOUD = "T0LOUD0001"
LOUD_A_SECOND = 200
"""More than anybody answers: how fast it sends while too few of its messages wait."""
LOUD_WAITING = 100
"""Messages of the loud one that wait all the time, however fast the machine answers."""
LOUD_SECONDS = 120
"""Longest that it is loud; it ends with the last that is asked."""


@dataclass(frozen=True)
class Waits:
    """How long people waited for the first post that answers them, in seconds."""

    found: tuple[float, ...]

    def __str__(self) -> str:
        if not self.found:
            return "nobody was answered"
        return (f"p50 {self.percentile(50):.1f} s, p95 {self.percentile(95):.1f} s, "
                f"longest {max(self.found):.1f} s")

    def percentile(self, share: int) -> float:
        """The wait that *share* percent did not exceed."""
        if len(self.found) < 2:
            return max(self.found, default=0.0)
        return statistics.quantiles(self.found, n=100, method="inclusive")[share - 1]


def waits_of(stage: Stage, asked: Sequence[tuple[str, str]]) -> Waits:
    """From each message of *asked* (channel and ts) to the first answer in its thread."""
    first: dict[tuple[str, str], float] = {}
    for message in stage.messages():
        if message["user"] == stage.slack_bot and message["thread_ts"]:
            at = (message["channel"], message["thread_ts"])
            first[at] = min(first.get(at, float("inf")), float(message["ts"]))
    return Waits(tuple(first[at] - float(at[1]) for at in asked if at in first))


def at_once_two_hundred(size: int) -> Row:
    """*size* people each begin a deal at the same moment."""
    with staged(workers=4) as stage:
        people = stage.people(size)
        asked: list[tuple[str, str]] = []

        def ask(n: int, user: str, direct: str) -> None:
            ts = stage.say(DEALS_SAID[n % len(DEALS_SAID)], direct, user)
            asked.append((direct, ts))

        at_once([lambda n=n, who=who: ask(n, *who) for n, who in enumerate(people)])
        settled = stage.settle()
        waits = waits_of(stage, asked)
        return row_of(
            stage.verdict(), f"{size} conversations at once",
            "as many people each describe a deal in a direct message within a second", size,
            unhandled=stage.unhandled(),
            note=f"{waits}; {len(waits.found)} of {size} answered"
                 + ("" if settled else "; not finished in time"))


def flood_of_threads(size: int) -> Row:
    """One person opens *size* threads, while five others each ask once."""
    return _flood(size, f"one person opens {size} threads at once", one_thread=False)


def flood_of_one_thread(size: int) -> Row:
    """One person sends *size* messages in one thread, while five others each ask once."""
    return _flood(size, f"one person sends {size} messages in one thread", one_thread=True)


def _flood(size: int, fault: str, *, one_thread: bool) -> Row:
    with staged(workers=4) as stage:
        alone = _one_by_one(stage, [(SAM, f"D{SAM[1:]}")] * OTHERS)
        others = stage.people(OTHERS)
        first = stage.ask_in_channel(DEALS_SAID[0], NOOR) if one_thread else None

        def flood(n: int) -> None:
            text = DEALS_SAID[n % len(DEALS_SAID)]
            if first is None:
                stage.ask_in_channel(text, NOOR)
            else:
                stage.say(text, DEALS, NOOR, first)

        flooding = threading.Thread(
            target=at_once, args=([lambda n=n: flood(n) for n in range(size)],))
        flooding.start()
        while _waiting(stage) < min(20, size // 2) and flooding.is_alive():
            time.sleep(0.02)
        asked = [(direct, stage.say(DEALS_SAID[n % 4], direct, user))
                 for n, (user, direct) in enumerate(others)]
        behind = _waiting(stage)
        flooding.join()
        stage.settle()
        waits = waits_of(stage, asked)
        still = _answered_later(stage, others)
        return row_of(
            stage.verdict(), fault, "through the workspace, 32 at a time; five others ask once "
            "while the flood waits", size, unhandled=stage.unhandled(),
            note=f"the others waited {waits} with {behind} messages before them (alone: {alone}); "
                 f"{still} of the flood were answered after the last of them")


class _Loud(Load):
    """Events of another workspace."""

    def _event(self) -> dict[str, Any]:
        event = super()._event()
        ours = [{**one, "team_id": LOUD} for one in event["authorizations"]]
        # As Slack does, the event says whose its author is; else nobody there would be answered.
        return {**event, "team_id": LOUD, "authorizations": ours,
                "event": {**event["event"], "team": LOUD}}


def loud_workspace(size: int) -> Row:
    """One workspace always has a backlog; in another somebody asks, once a second."""
    with staged(workers=4, any_team=True) as stage:
        asking = stage.people(1)[0]
        asked = min(ASKED, max(4, size // 2))
        alone, _ = _evenly(stage, asking, asked)
        load, enough = _Loud(stage.bot_url, LOUD_A_SECOND), threading.Event()
        said: list[int] = []
        shouting = threading.Thread(target=lambda: said.append(_shout(stage, load, enough)))
        shouting.start()
        while _waiting(stage) < LOUD_WAITING and shouting.is_alive():
            time.sleep(0.05)
        beside, before = _evenly(stage, asking, asked)
        behind = _waiting(stage)
        enough.set()
        shouting.join()
        stage.settle()
        ratio = beside.percentile(95) / max(alone.percentile(95), 1e-9)
        return row_of(
            stage.verdict(), "a neighbouring workspace is loud",
            "events of another workspace, signed and sent straight to the bot, so many that "
            f"{LOUD_WAITING} always wait; meanwhile somebody asks once a second", sum(said),
            unhandled=stage.unhandled(),
            note=f"who asked waited {beside} (alone: {alone}), p95 {ratio:.1f} times as long; "
                 f"at most {max(before)} turns were taken before theirs, and {behind} messages of "
                 "the loud one waited at the end")


def _shout(stage: Stage, load: _Loud, enough: threading.Event) -> int:
    """Send so much that messages always wait, until it is *enough*; how many were sent."""
    until, said = time.monotonic() + LOUD_SECONDS, 0
    while not enough.is_set() and time.monotonic() < until:
        short = LOUD_WAITING - _waiting(stage)
        if short <= 0:
            time.sleep(0.02)
            continue
        burst = functools.partial(operator.gt, short / LOUD_A_SECOND)
        said += len(asyncio.run(load.run("loud", burst)).times)
    return said


def _evenly(stage: Stage, who: tuple[str, str], times: int) -> tuple[Waits, list[int]]:
    """Ask once a second; how long each waited, and how many turns were taken before it."""
    user, direct = who
    asked, counted = [], []
    for n in range(times):
        asked.append((direct, stage.say(DEALS_SAID[n % len(DEALS_SAID)], direct, user)))
        counted.append(_taken_at_arrival(stage, asked[-1]))
        time.sleep(1)
    until = time.monotonic() + 60
    keys = [_key(one) for one in asked]
    while not set(keys) <= set(_turns(stage)) and time.monotonic() < until:
        time.sleep(0.05)
    order = _turns(stage)
    before = [order.index(key) - at for key, at in zip(keys, counted, strict=True) if key in order]
    while len(waits_of(stage, asked).found) < times and time.monotonic() < until:
        time.sleep(0.05)
    return waits_of(stage, asked), before


def _key(asked: tuple[str, str]) -> str:
    return f"slack:{TEAM_ID}:{asked[0]}:{asked[1]}"


def _taken_at_arrival(stage: Stage, asked: tuple[str, str]) -> int:
    """How many turns had been taken when the message was stored.

    Nobody's turn can come before that: how long the way there takes says nothing of fairness.
    """
    arrived = select(deliveries.c.id).where(deliveries.c.key == _key(asked))
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with stage.store.reading() as connection:
            if connection.scalar(arrived) is not None:
                return len(_turns(stage))
        time.sleep(0.001)
    raise TimeoutError(f"the message {asked} was not stored")


def _turns(stage: Stage) -> list[str]:
    """Keys of the turns in the order in which they were taken; the stage is on SQLite."""
    with stage.store.reading() as connection:
        return [row.key for row in connection.exec_driver_sql(
            "SELECT key FROM turns ORDER BY rowid")]


def _one_by_one(stage: Stage, people: Sequence[tuple[str, str]]) -> Waits:
    asked = []
    for n, (user, direct) in enumerate(people):
        asked.append((direct, stage.say(DEALS_SAID[n % 4], direct, user)))
        stage.settle()
    return waits_of(stage, asked)


def _answered_later(stage: Stage, people: Sequence[tuple[str, str]]) -> int:
    """How many turns of the flood were recorded after the last turn of *people*.

    By their numbers in the log: what is posted when depends on how fast each post goes.
    """
    others = {author_of(TEAM_ID, user) for user, _ in people}
    with stage.store.reading() as connection:
        authors = [turn_in(one).author
                   for one in connection.execute(TURNS_LOGGED.order_by(log.c.seq))]
    last = max((n for n, author in enumerate(authors) if author in others), default=len(authors))
    return sum(author == author_of(TEAM_ID, NOOR) for author in authors[last:])


def _waiting(stage: Stage) -> int:
    with stage.store.reading() as connection:
        return len(connection.execute(
            select(deliveries.c.id).where(deliveries.c.state == "new")).all())


def _big(fault: Fault, most: int) -> Fault:
    """The same, no larger than *most*: what a person or a company does, not how often."""
    @functools.wraps(fault)
    def sized(size: int) -> Row:
        return fault(min(size, most))

    return sized


FAULTS: tuple[Fault, ...] = (
    _big(at_once_two_hundred, 200), _big(flood_of_threads, 500), _big(flood_of_one_thread, 500),
    loud_workspace)
