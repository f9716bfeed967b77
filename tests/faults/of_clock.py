"""Faults of the clock: stepped, frozen, far off.  The bots' alone; Slack's goes on."""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.mounted import NotHere
from tests.faults.row import Fault, Row
from tests.faults.stage import Stage, staged

STEPS = ("-240", "+240", "-200", "+0")
"""Seconds, within what Slack's signatures allow."""
FAR = ("-3600", "+3600", "+315360000", "-86400")
WRONG_CLOCK = "this machine's clock"


class FakeClock:
    """What processes take for the time, while they run under `environment`."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            raise NotHere("libfaketime is not installed ('apt install faketime')")
        self._file = folder / "clock"
        self.set("+0")
        self.environment = {
            "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1"}

    def set(self, offset: str) -> None:
        """Move the clock by *offset* seconds from the real one; or to a moment, and stop it."""
        aside = self._file.with_suffix(".new")
        aside.write_text(offset + "\n")
        aside.replace(self._file)

    def freeze(self) -> None:
        """Stop the clock."""
        self.set(f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S}")


def stepped(times: int) -> Row:
    """The clock goes back and forth and stands still while people talk."""
    with tempfile.TemporaryDirectory() as place:
        clock = FakeClock(Path(place))
        with staged(Path(place), environment=clock.environment) as stage:
            for n in range(times):
                clock.set(STEPS[n % len(STEPS)])
                time.sleep(2)
                clock.freeze()
                time.sleep(2)
            clock.set("+0")
            return stage.row(
                "Clock stepped and frozen", "libfaketime: back and forth by 200 to 240 s, and "
                "stopped for 2 s", times, back_seconds=stage.back(time.monotonic()))


def far_off(times: int) -> Row:
    """The clock is an hour or ten years off: Slack's signatures are out of date by it."""
    with tempfile.TemporaryDirectory() as place:
        clock = FakeClock(Path(place))
        with staged(Path(place), environment=clock.environment) as stage:
            back = 0.0
            for n in range(times):
                clock.set(FAR[n % len(FAR)])
                time.sleep(3)
                clock.set("+0")
                back = max(back, stage.back(time.monotonic()))
            return stage.row(
                "Clock an hour, a day, ten years off", "libfaketime, 3 s each, then put right",
                times, back_seconds=back, told=_operator(stage),
                note=f"refused with {stage.relay.refused}")


def _operator(stage: Stage) -> str:
    return next((line for line in stage.written().splitlines() if WRONG_CLOCK in line), "")


FAULTS: tuple[Fault, ...] = (stepped, far_off)
