"""What is away, full or locked, told in a sentence: the fault of no message, and none of ours.

While it lasts nothing can be kept or nothing can be looked up; once it is over everything goes on
by itself.  So nobody's message is given up for it, and a log needs one line for it, no traceback.
"""

import errno

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from retrieval.errors import EmbeddingsAway, IndexServerAway

_BUSY, _LOCKED, _READONLY, _IO, _CORRUPT, _FULL, _CANNOT_OPEN, _NO_DATABASE = (
    5, 6, 8, 10, 11, 13, 14, 26)
_OF_SQLITE = {
    _BUSY: "another program holds the database; end it, or wait until it is done",
    _LOCKED: "another program holds the database; end it, or wait until it is done",
    _READONLY: "the database can't be written to; make its disk, its folder and its file writable "
    "for the account that runs this",
    _IO: "the disk fails under the database; look into the system's log, and move the data folder "
    "to another disk",
    _CORRUPT: "the database is damaged; end this, keep the file, and restore the last back-up",
    _FULL: "the disk is full; free some space, nothing has to be started again",
    _CANNOT_OPEN: "the database can't be opened; make sure that its folder is there and can be "
    "written to",
    _NO_DATABASE: "the file of the database is none, or is damaged; keep it, and restore the last "
    "back-up",
}
_OF_DISK = {
    errno.ENOSPC: _OF_SQLITE[_FULL],
    errno.EDQUOT: _OF_SQLITE[_FULL],
    errno.EROFS: "the disk takes no writing; make it writable again",
    errno.EIO: "the disk fails; look into the system's log, and move the data folder to another",
}
_AWAY = ("the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and nothing "
         "else has to be done")
_READ_ONLY_STATES = frozenset({"25006", "25P03"})
"""What PostgreSQL says of a server that takes no writing, and of a transaction that it ended."""


class NoTurn(Exception):
    """The other threads of this process, or one that waits for another program, kept writing."""


def outage(error: BaseException) -> str | None:
    """What is away, and what to do, as a part of a sentence; None where *error* is another."""
    if isinstance(error, (EmbeddingsAway, IndexServerAway)):
        return str(error).rstrip(".")
    if isinstance(error, NoTurn):
        return _OF_SQLITE[_BUSY]
    if isinstance(error, NoConnectionFree):
        return "no connection to the database came free; it may be slow or away"
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, OSError):
        return _OF_DISK.get(error.errno or 0)
    return None


def _of_database(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _OF_SQLITE.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    away = isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated
    return _AWAY if away or state in _READ_ONLY_STATES else None
