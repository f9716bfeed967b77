"""Faults of the clock: stepped, frozen, far off.  The bots' alone; Slack's goes on."""

import struct
import subprocess
import tempfile
import time
from pathlib import Path

from tests.faults import of_slack
from tests.faults import stage as slack_stage
from tests.faults.mounted import NotHere
from tests.faults.row import Fault, Row
from tests.faults.talking_stage import Stage, staged
from tests.workspace.running import NOOR, SAM

STEPS = (-240, 240, -200, 0)
"""Seconds, within what Slack's signatures allow."""
FAR = (-3600, 3600, 315_360_000, -86_400)
AT_START = (3600, -3600, 315_360_000, -86_400)
SOURCE = Path(__file__).with_name("moved_clock.c")
WRONG_CLOCK = "this machine's clock"


class MovedClock:
    """What processes take for the time on the wall, while they run under `environment`."""

    def __init__(self, folder: Path) -> None:
        library = folder / "moved_clock.so"
        try:
            subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE)],
                           check=True, capture_output=True)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise NotHere(f"a C compiler is needed to move the clock ({error})") from None
        self._file = folder / "clock"
        self._file.write_bytes(bytes(16))
        self.environment = {"LD_PRELOAD": str(library), "MOVED_CLOCK": str(self._file)}

    def move(self, seconds: int) -> None:
        """Let the clock show *seconds* more than the real one, and go."""
        self._tell(seconds * 10**9, 0)

    def freeze(self) -> None:
        """Stop the clock."""
        self._tell(0, time.time_ns())

    def _tell(self, offset: int, stopped: int) -> None:
        with self._file.open("r+b") as file:
            file.write(struct.pack("=qq", offset, stopped))


def stepped(times: int) -> Row:
    """The clock goes back and forth and stands still while people talk."""
    with tempfile.TemporaryDirectory() as place:
        clock = MovedClock(Path(place))
        with staged(Path(place), environment=clock.environment) as stage:
            for n in range(times):
                clock.move(STEPS[n % len(STEPS)])
                time.sleep(2)
                clock.freeze()
                time.sleep(2)
            clock.move(0)
            return stage.row(
                "Clock stepped and frozen", "the bot's clock: back and forth by 200 to 240 s, and "
                "stopped for 2 s", times, back_seconds=stage.back(time.monotonic()))


def far_off(times: int) -> Row:
    """The clock is an hour or ten years off: Slack's signatures are out of date by it."""
    with tempfile.TemporaryDirectory() as place:
        clock = MovedClock(Path(place))
        with staged(Path(place), environment=clock.environment) as stage:
            back = 0.0
            for n in range(times):
                clock.move(FAR[n % len(FAR)])
                time.sleep(3)
                clock.move(0)
                back = max(back, stage.back(time.monotonic()))
            return stage.row(
                "Clock an hour, a day, ten years off", "the bot's clock, 3 s each, then put right",
                times, back_seconds=back, told=_operator(stage),
                note=f"refused with {stage.relay.refused}")


def wrong_at_start(times: int) -> Row:
    """The clock is wrong when the bot starts, and put right while people wait.

    Over Socket Mode, where no signature is out of date by it, so that all is taken in and due at
    a wrong time: and some posts have to wait until then.
    """
    lost = doubled = misordered = unhandled = messages = turns = put_off = 0
    whole, back = True, 0.0
    for n in range(times):
        with tempfile.TemporaryDirectory() as place:
            clock = MovedClock(Path(place))
            clock.move(AT_START[n % len(AT_START)])
            with slack_stage.staged(socket=True, environment=clock.environment) as stage:
                stage.proxy.breaks, stage.proxy.share = (of_slack.LIMITED[0],), 0.5
                for number in range(6):
                    stage.ask_in_channel(of_slack.SAID[number % 3], (NOOR, SAM)[number % 2])
                until = time.monotonic() + 20
                while not stage.proxy.broken.total() and time.monotonic() < until:
                    time.sleep(0.05)  # until a post was put off, at the wrong time
                put_off += stage.proxy.broken.total() > 0
                stage.proxy.share = 0.0
                clock.move(0)
                back = max(back, stage.back(NOOR))
                stage.settle()
                verdict = stage.verdict()
                lost += len(verdict.lost) + len(verdict.refused)
                doubled += len(verdict.doubled)
                misordered += len(verdict.misordered)
                whole = whole and verdict.broken is None
                unhandled += stage.unhandled()
                messages += verdict.messages
                turns += verdict.turns
    return Row(
        "Clock wrong at the start", "an hour ahead or behind, ten years ahead, a day behind; over "
        "Socket Mode, half of the posts refused with 429; put right while people wait", times,
        messages, turns, lost=lost, doubled=doubled, misordered=misordered, chain=whole,
        unhandled=unhandled, back_seconds=back,
        note=f"in {put_off} of {times} a post was due by the wrong clock when it was put right")


def _operator(stage: Stage) -> str:
    return next((line for line in stage.written().splitlines() if WRONG_CLOCK in line), "")


FAULTS: tuple[Fault, ...] = (stepped, far_off, wrong_at_start)
