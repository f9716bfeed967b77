"""Memory that it took to load goes back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Have the C library give back what is free; where it has no way to, do nothing.

    glibc keeps what lies below the last block in use, some 50 MB once a release is read.
    """
    # Not there on musl and macOS, and Windows has no library without a name.
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
