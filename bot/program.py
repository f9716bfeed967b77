"""Which program this is, and on whose account it runs: for the log, years later."""

import getpass
import hashlib
import socket
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("bot", "retrieval")


@cache
def program() -> str:
    """The version, and SHA-256 over the names and bytes of the source files.

    The version alone would not tell two states of one version apart.
    """
    total = hashlib.sha256()
    for package in _PACKAGES:
        for file in sorted((_ROOT / package).rglob("*.py")):
            total.update(f"{file.relative_to(_ROOT).as_posix()}\n".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    try:
        number = version("advisor")
    except PackageNotFoundError:
        number = "0"
    return f"{number} sha256:{total.hexdigest()}"


def account() -> str:
    """The account of the machine that runs the process: user@host."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "?"  # a container may run as a number that no file names
    return f"{user}@{socket.gethostname()}"
