"""Faults of the disk under the data folder: full, read-only, and failing at any single call."""

import tempfile
import time
from pathlib import Path

from tests.faults.mounted import fail, failing, failing_disk, fill, mend, small_disk
from tests.faults.of_database import SORRY, seconds
from tests.faults.row import Fault, Row
from tests.faults.talking_stage import staged

FULL_SECONDS = 30, 4
FAILS_SECONDS = 3.0
CALLS = (("pwrite64", "ENOSPC"), ("fdatasync", "EIO"), ("pwrite64", "EIO"), ("pread64", "EIO"))
"""What SQLite asks of the system while it works, and how it fails."""


def full(times: int) -> Row:
    """The disk is full while people talk; space comes back and nothing is started again."""
    lasts = seconds(FULL_SECONDS, times)
    with (tempfile.TemporaryDirectory() as folder,
          small_disk(Path(folder) / "disk", 64) as disk,
          staged(Path(folder), data=disk) as stage):
        back = 0.0
        for _ in range(times):
            time.sleep(2)
            filler = fill(disk)
            time.sleep(lasts)
            filler.unlink()
            back = max(back, stage.back(time.monotonic()))
        return stage.row(
            "Disk full", f"tmpfs filled to the last byte for {lasts} s", times,
            told=stage.told(SORRY), back_seconds=back,
            note=f"refused with {stage.relay.refused}; nothing was started again")


def read_only(times: int) -> Row:
    """The disk takes no writing any more under a bot, as ext4 does after an error; once it does
    again, the bot is started again, since what it holds open there stays dead.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "disk"
        back = 0.0
        with failing_disk(place) as disk, staged(Path(folder), data=disk) as stage:
            for _ in range(times):
                time.sleep(2)
                fail(disk)
                time.sleep(3)
                stage.kill()
                stage.store.close()
                mend(disk)
                stage.start()
                back = max(back, stage.back(time.monotonic()))
            return stage.row(
                "Disk turns read-only", "ext4 on a loop, 'mount -o remount,abort', checked and "
                "mounted again", times, told=stage.told(SORRY), back_seconds=back,
                note=f"refused with {stage.relay.refused}")


def call_fails(times: int) -> Row:
    """One system call of each thread fails, the n-th of its kind, for n = 1, 2, 3 …"""
    told: set[str] = set()
    injected = 0
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        back = 0.0
        for n in range(times * len(CALLS)):
            call, error = CALLS[n % len(CALLS)]
            injected += failing(stage.bots[0], call, error, n // len(CALLS) + 1, FAILS_SECONDS)
            back = max(back, stage.back(time.monotonic()))
            told.add(stage.told(SORRY))
        return stage.row(
            "A system call fails under SQLite", "strace on the running bot: the n-th of each "
            "thread, n = 1, 2, 3 …, of " + ", ".join(f"{c} ({e})" for c, e in CALLS), injected,
            told=max(told), back_seconds=back, note=f"refused with {stage.relay.refused}")


FAULTS: tuple[Fault, ...] = (full, read_only, call_fails)
