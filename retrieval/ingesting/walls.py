"""What a process that reads a stranger's file may do: compute, within limits, and nothing else.

Three walls, each of which holds alone:

* The kernel's limits on memory, time, files and processes.  Windows has none of them, so there
  only the parent's clock holds.
* A network of its own that leads nowhere, where the kernel lets an ordinary user have one (Linux
  with user namespaces; many containers forbid them).
* An audit hook, which refuses sockets, programs, every change of a file, and every file that
  isn't part of Python, its packages or this program.  It sees what Python code does; what a
  library does in C it does not see, which is why parsers of XML have to switch off outside
  entities themselves.
"""

import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval.ingesting.limits import Limits

_REFUSED = (
    "socket.", "subprocess.", "pty.", "os.system", "os.exec", "os.posix_spawn", "os.spawn",
    "os.fork", "os.startfile", "os.kill", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
    "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.chdir", "os.putenv",
    "os.utime", "os.setxattr", "shutil.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.",
)  # fmt: skip

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_OPEN_FILES = 64

_GRACE = 5
"""Seconds of computing from the signal that ends the process to the one that kills it."""


def put_up(limits: Limits) -> None:
    """Put up every wall that this system has; there is no way back for the process."""
    _limit(limits)
    _leave_network()
    sys.addaudithook(_hook())


def _limit(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    # Should the parent die, nobody else would watch the clock.
    signal.alarm(limits.wall_seconds + 5)
    resource = importlib.import_module("resource")
    wanted = {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_FSIZE": limits.answer_bytes,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_NPROC": 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        which = getattr(resource, name, None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)  # noqa: PLW2901  as much as may be asked for
        # At the hard limit of time the kernel kills, which looks like a lack of memory.
        most_of_all = most + _GRACE if name == "RLIMIT_CPU" else most
        if hard != resource.RLIM_INFINITY:
            most_of_all = min(most_of_all, hard)
        try:
            resource.setrlimit(which, (most, most_of_all))
        except (ValueError, OSError):
            continue  # macOS knows RLIMIT_AS and refuses it


def _leave_network() -> None:
    if sys.platform != "linux":
        return
    unshare = ctypes.CDLL(None).unshare
    if unshare(_CLONE_NEWNET) != 0:
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _hook() -> Callable[[str, tuple[object, ...]], None]:
    program = Path(__file__).resolve().parents[2]
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(program), *sys.path}
    readable = tuple(
        os.path.join(os.path.realpath(place), "")  # noqa: PTH118  Path drops a last slash
        for place in places
        if place
    )

    # Nothing in here may open, import or raise anything but the refusal: it would call itself.
    def refuse(event: str, details: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = (*details, None, None, None)[:3]
            if isinstance(path, int):
                return
            writes = isinstance(flags, int) and bool(flags & _WRITES)
            if isinstance(mode, str) and any(letter in mode for letter in "wax+"):
                writes = True
            name = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else ""
            if writes or not name.startswith(readable):
                raise PermissionError("a document's reader opens no files")
        elif event.startswith(_REFUSED):
            raise PermissionError(f"a document's reader may not do this: {event}")

    return refuse
