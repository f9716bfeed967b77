"""Faults of replicas that share one PostgreSQL: killed, frozen, cut off, ended, upgraded."""

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.migrations import upgrading
from bot.record import log as log_
from tests.faults.replicas import Replicas, replicas, talking
from tests.faults.row import Fault, Row, row_of
from tests.store.rolled import ADDS, scripts_with

SPEECH = "We want to sell drones with facial recognition to the police in Kenya."
_LARGE = b"SELECT repeat('x', 100000) FROM generate_series(1, 1000)"
FEW = 6
"""Events under way while the schema moves on: people talk all the time, not as fast as they can."""
SILENT_SECONDS = 3
"""After how long PostgreSQL takes a claim from a frozen replica here; in earnest it is a minute."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What injecting a fault told."""

    back_seconds: float | None = None
    told: str = ""
    note: str = ""


def _scene(
    fault: str, how: str, times: int, inject: Callable[[Replicas, int], _Done], **given: Any
) -> Row:
    with replicas(2, **given) as scene:
        done = inject(scene, times)
        scene.settled()
        return row_of(scene.verdict(), fault, how, times, unhandled=scene.unhandled(),
                      told=done.told, back_seconds=done.back_seconds, note=done.note)


def killed_in_handling(times: int) -> Row:
    """The replica that holds a conversation is killed; another goes on with it."""
    return _scene(
        "A replica is killed while it handles a message",
        "SIGKILL to the process that PostgreSQL says holds the claim", times, _kill)


def _kill(scene: Replicas, times: int) -> _Done:
    longest = 0.0
    for _ in range(times):
        number = scene.caught("handling", SPEECH)
        began = time.monotonic()
        scene.kill(number)
        scene.settled()
        longest = max(longest, time.monotonic() - began)
        scene.start(number)
    return _Done(round(longest, 2))


def frozen(times: int) -> Row:
    """A replica stands still with a conversation in hand until its claim was taken from it."""
    return _scene(
        "A replica is frozen with a conversation in hand, and goes on when another has answered",
        f"SIGSTOP while it works on a turn, records it and posts, until all is answered, then "
        f"SIGCONT; idle_in_transaction_session_timeout {SILENT_SECONDS} s", times, _freeze,
        options=f"-c idle_in_transaction_session_timeout={1000 * SILENT_SECONDS}")


def _freeze(scene: Replicas, times: int) -> _Done:
    longest = 0.0
    for phase in ("handling", "recording", "posting") * times:
        number = scene.caught(phase, SPEECH)
        began = time.monotonic()
        with scene.frozen(number):
            scene.settled()
            longest = max(longest, time.monotonic() - began)
        time.sleep(1)  # what it does now must change nothing
    return _Done(round(longest, 2))


def standing_still(times: int) -> Row:
    """Another process holds the log and stands still in the middle of a statement."""
    return _scene(
        "A process is frozen while it reads what it is to erase, with the log in hand",
        f"a connection that holds the head of the log, asks for 100 MB and reads none of it, until "
        f"all is answered; idle_in_transaction_session_timeout {SILENT_SECONDS} s", times,
        _stand_still, options=f"-c idle_in_transaction_session_timeout={1000 * SILENT_SECONDS}")


def _stand_still(scene: Replicas, times: int) -> _Done:
    longest = 0.0
    _said(scene)
    scene.settled()
    for _ in range(times):
        with scene.store.engine.connect() as other:
            transaction = other.begin()
            for workspace in scene.store.workspaces():
                log_.lock(other, workspace)
            driver: Any = other.connection.driver_connection
            driver.pgconn.send_query(_LARGE)
            began = time.monotonic()
            _said(scene)
            scene.settled()
            longest = max(longest, time.monotonic() - began)
            other.invalidate()
            transaction.close()
    return _Done(round(longest, 2))


def _said(scene: Replicas) -> None:
    """Say something, until a replica has it."""
    before = len(scene.relay.acknowledged)
    scene.say(SPEECH)
    scene.await_(lambda: len(scene.relay.acknowledged) > before)


def cut_off(times: int) -> Row:
    """A replica loses all its connections with the database while people talk."""
    return _scene(
        "A replica loses its connections with the database while people talk",
        "pg_terminate_backend of each", times, _cut)


def _cut(scene: Replicas, times: int) -> _Done:
    with talking(scene):
        for n in range(times):
            time.sleep(0.7)
            scene.cut(n % len(scene.pids))
    return _Done()


def ended_in_turn(times: int) -> Row:
    """Replicas are told to end under load, one after the other, as a rolling upgrade does."""
    return _scene(
        "A replica is told to end under load, and started again when it has",
        "SIGTERM with ADVISOR_DRAIN_SECONDS=0.5, to one after the other", times, _end,
        drain_seconds=0.5)


def _end(scene: Replicas, times: int) -> _Done:
    chance = random.Random(1)
    statuses = []
    with talking(scene):
        for n in range(times):
            time.sleep(chance.uniform(0.2, 1.0))
            number = n % len(scene.pids)
            statuses.append(scene.ends(number))
            scene.start(number)
    wrong = [status for status in statuses if status]
    refused = sum(scene.relay.refused.values())
    return _Done(told="503 draining", note="; ".join([
        f"exit status other than 0: {wrong or 'none'}",
        f"requests that were refused: {refused}"]))


def upgraded(times: int) -> Row:
    """The schema moves on while people talk to replicas that know nothing of it."""
    return _scene(
        "The schema is upgraded under replicas of the version before",
        "a migration that adds a table, an index and columns to the tables of every turn, then "
        "one replica after the other is started anew", times, _upgrade)


def _upgrade(scene: Replicas, times: int) -> _Done:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        # Not without a break: on a busy machine no turn would leave a migration its moment.
        with talking(scene, most=FEW):
            time.sleep(1)
            upgrading.upgrade(scene.store.engine, scripts_with(folder, ADDS))
            for n in range(times):
                number = n % len(scene.pids)
                scene.ends(number)
                scene.start(number)
    return _Done(note="no turn failed")


FAULTS: tuple[Fault, ...] = (killed_in_handling, frozen, standing_still, cut_off,
                            ended_in_turn, upgraded)
