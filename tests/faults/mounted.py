"""Disks of our own, to fill, to take away and to make read-only under a running bot; and system
calls that fail."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT


class NotHere(Exception):
    """This machine can't inject the fault; the message says what it takes."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system in memory that holds *megabytes*.

    Raises:
        NotHere: Mounting is not allowed.
    """
    with _mounted(folder, ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"]) as disk:
        yield disk


@contextmanager
def failing_disk(folder: Path, megabytes: int = 64) -> Iterator[Path]:
    """An ext4 file system of its own, which `fail` can end.

    Raises:
        NotHere: Mounting is not allowed.
    """
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    _run("mkfs.ext4", "-q", "-F", str(image))
    with _mounted(folder, ["-o", "loop,errors=remount-ro", str(image)]) as disk:
        yield disk
    image.unlink()


def fail(disk: Path) -> None:
    """Let *disk* behave as ext4 does after an error of the hardware: it takes no writing."""
    _run("mount", "-o", "remount,abort", str(disk))


def mend(disk: Path) -> None:
    """Bring *disk* back after `fail`: unmounted, its journal replayed, checked and mounted."""
    image = disk.with_suffix(".img")
    _run("umount", "-l", str(disk))
    until = time.monotonic() + 10
    # The loop device goes with the last file that is open there.
    while subprocess.run(["losetup", "-j", str(image)], capture_output=True,
                         check=False).stdout and time.monotonic() < until:
        time.sleep(0.1)
    subprocess.run(["e2fsck", "-p", str(image)], capture_output=True, check=False)
    _run("mount", "-o", "loop,errors=remount-ro", str(image), str(disk))


@contextmanager
def _mounted(folder: Path, what: list[str]) -> Iterator[Path]:
    folder.mkdir()
    _run("mount", *what, str(folder))
    try:
        yield folder
    finally:
        # Lazily: a bot that was killed may still be going.
        _run("umount", "-l", str(folder))


def fill(disk: Path) -> Path:
    """Take all the space that is left on *disk*; the file that has it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    return filler


def failing(pid: int, call: str, error: str, number: int, seconds: float) -> int:
    """Let the *number*-th *call* of each thread of a process fail once; how many did.

    Raises:
        NotHere: strace is missing, or may not look at the process.
    """
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as seen:
        try:
            tracing = subprocess.Popen(
                ["strace", "-f", "-qq", "-p", str(pid), "-o", seen.name, "-e", f"trace={call}",
                 "-e", f"inject={call}:error={error}:when={number}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            raise NotHere("strace is not installed") from None
        try:
            tracing.wait(seconds)
        except subprocess.TimeoutExpired:
            tracing.send_signal(SIGINT)  # it lets the process go
            tracing.wait(10)
        else:
            said = "" if tracing.stderr is None else tracing.stderr.read()
            raise NotHere(f"strace may not look at other processes: {said.strip()}")
        return seen.read().count("(INJECTED)")


def _run(*command: str) -> None:
    if sys.platform != "linux":
        raise NotHere("disks are mounted on Linux only")
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotHere(f"{command[0]} is not installed") from None
    if done.returncode:
        raise NotHere(f"{command[0]} needs root: {done.stderr.strip()}")
