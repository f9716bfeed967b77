"""Where the tests write: in memory where that is large enough, since a disk is what they wait for.

What a power cut would leave on a real disk no test of ours asks.
"""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 (Linux keeps it in memory)
# The whole run leaves a fifth of it there at most; the rest is for what is at work meanwhile.
NEEDED_BYTES = 8 * 2**30


def write_to_memory() -> None:
    """Let temporary files lie in memory from now on, here and in what is started from here.

    `TMPDIR`, where somebody set it, stands.
    """
    if "TMPDIR" in os.environ or not _fits():
        return
    os.environ["TMPDIR"] = str(MEMORY)
    # What was asked for already is kept here.
    tempfile.tempdir = None


def _fits() -> bool:
    """Whether there is such a folder with room, in which programs may lie as well."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return False
    there = os.statvfs(MEMORY)
    return (min(there.f_bavail * there.f_frsize, _available()) >= NEEDED_BYTES
            and not there.f_flag & os.ST_NOEXEC)


def _available() -> int:
    """Bytes of memory that programs may still take, what Linux would give back included."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
