"""What is away, full or locked, told in a sentence: the fault of no message, and none of ours.

While it lasts nothing can be kept or nothing can be looked up; once it is over everything goes on
by itself.  So nobody's message is given up for it, and a log needs one line for it, no traceback.
"""

import errno
import re

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from retrieval.errors import EmbeddingsAway, IndexServerAway, IndexServerTooOld

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
    _CANNOT_OPEN: "the database can't be opened; make sure that its folder is there, and that the "
    "account that runs this may read and write both",
    _NO_DATABASE: "the file of the database is none, or is damaged; keep it, and restore the last "
    "back-up",
}
_NO_FILE_LEFT = ("this process has as many files and connections open as it may; raise its limit "
                 "(ulimit -n, LimitNOFILE), and start it anew")
_OF_DISK = {
    errno.EMFILE: _NO_FILE_LEFT,
    errno.ENFILE: "the machine has as many files open as it may; end what holds them",
    errno.ENOSPC: _OF_SQLITE[_FULL],
    errno.EDQUOT: _OF_SQLITE[_FULL],
    errno.EROFS: "the disk takes no writing; make it writable again",
    errno.EIO: "the disk fails; look into the system's log, and move the data folder to another",
}
_AWAY = ("the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and nothing "
         "else has to be done")
_NO_MORE = ("the database takes no further connection; end what holds them there, or raise "
            "max_connections, or what our role or its pooler may have; nothing has to be started "
            "again")
_TAKES_NO_WRITING = (
    "the database takes no writing: it is a copy of another one, or set to read only; name the "
    "one that takes it in ADVISOR_DATABASE_URL, or have this one take it")
_LACKS_A_RIGHT = (
    "our role lacks a right in the database; have it own the database, its schema and our tables, "
    "and nothing has to be started again")
_NO_SCHEMA = (
    "the database has no schema that our tables could be in; make one that our role owns, or "
    "correct its search_path, and start this anew")
_BROKEN_OFF = (
    "the database broke off what took longer than it lets our role take, or somebody there did; "
    "raise its statement_timeout for our role, and start this anew")
_HELD = (
    "others have held in the database what was to be written for longer than the lock_timeout of "
    "our role lets it wait; see in pg_stat_activity who does, or raise it for our role, and start "
    "this anew")
_NO_TURN = ("writing to the database takes too long; the machine or its disk has too much to "
            "do, or another program holds the database")
_REPLACED = (
    "the file of the database was moved, deleted or replaced while this ran, or the one ending in "
    "-wal or -shm beside it was; start this anew, and bring back a database only while nothing "
    "runs on it")
_NONE_FREE = "no connection to the database came free; it may be slow or away"
_MODEL_AWAY = "the vendor of the embedding model can't be reached"
_INDEX_AWAY = "the Chroma server can't be reached; start it, or correct ADVISOR_CHROMA_URL"
_INDEX_OLD = ("the Chroma server is older than 1.0, which is needed; start a newer one there, or "
              "correct ADVISOR_CHROMA_URL")
_TOO_MUCH = "54"
"""How what PostgreSQL says of a row or a statement begins that is too large for it."""
_CROWDED = re.compile(
    r"too many (clients|connections)|connection slots are reserved|no more connections allowed|"
    r"client connections exceeded|query_wait_timeout")
"""What it, or a pooler before it, says to whom it lets in no more; there is no state of its own
then, only the words."""
_PLACE = "The database is "


class NoTurn(Exception):
    """The other threads of this process, or one that waits for another program, kept writing."""


class TakesNoWriting(Exception):
    """The database answers, and lets nobody write: it is a copy of another, or set to that."""


class LacksRight(Exception):
    """The database answers, and our role may not do there what it has to; the message says what."""


class FileReplaced(Exception):
    """The file of the database is no longer the one that was opened: that has no name any more."""


_OF_STATES = {
    "53100": _OF_SQLITE[_FULL],
    "25006": _TAKES_NO_WRITING,
    "42501": _LACKS_A_RIGHT,
    "3F000": _NO_SCHEMA,
    "57014": _BROKEN_OFF,
    "25P04": _BROKEN_OFF,
    "25P03": _AWAY,
    "40001": _NO_TURN,
    "40P01": _NO_TURN,
    "55P03": _HELD,
}
"""By what PostgreSQL says: of its disk, of what it doesn't take, of what it ended (a statement, a
transaction, one that was silent), and of what others held for too long or the other way round."""
SENTENCES = frozenset({*_OF_SQLITE.values(), *_OF_DISK.values(), *_OF_STATES.values(), _AWAY,
                       _NO_MORE, _NO_TURN, _NONE_FREE, _REPLACED, _MODEL_AWAY, _INDEX_AWAY,
                       _INDEX_OLD})
"""All that `in_log` says."""


def in_log(error: BaseException) -> str | None:
    """The same as `outage` says, in one of `SENTENCES`: an address has no place in a log."""
    if isinstance(error, EmbeddingsAway):
        return _MODEL_AWAY
    if isinstance(error, IndexServerTooOld):
        return _INDEX_OLD
    return _INDEX_AWAY if isinstance(error, IndexServerAway) else outage(error)


def outage(error: BaseException) -> str | None:
    """What is away, and what to do, as a part of a sentence; None where *error* is another."""
    if isinstance(error, (EmbeddingsAway, IndexServerAway)):
        return str(error).rstrip(".")
    if isinstance(error, NoTurn):
        return _NO_TURN
    if isinstance(error, NoConnectionFree):
        return _NONE_FREE
    if isinstance(error, TakesNoWriting):
        return _TAKES_NO_WRITING
    if isinstance(error, LacksRight):
        return _LACKS_A_RIGHT
    if isinstance(error, FileReplaced):
        return _REPLACED
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, OSError):
        return _OF_DISK.get(error.errno or 0)
    return None


def is_full(error: BaseException) -> bool:
    """Whether *error* is that the disk under the database is full."""
    return outage(error) == _OF_SQLITE[_FULL]


def name_place(error: BaseException, place: str) -> None:
    """Note with the driver's *error* that the database is at *place*, which no driver tells."""
    error.add_note(f"{_PLACE}{place}")


def told(error: BaseException) -> str | None:
    """The same as `outage` says, with where it is and what the driver says of it.

    That has no place in a log.
    """
    away = outage(error)
    if away is not None and isinstance(error, DBAPIError) and error.orig is not None:
        said = " ".join(str(error.orig).partition("\n")[0].split())
        notes: list[str] = getattr(error.orig, "__notes__", [])
        place = next((f" {one}." for one in notes if one.startswith(_PLACE)), "")
        return f"{away}.{place} The driver says: {said}"
    if isinstance(error, LacksRight):
        return f"{away}. It lacks {error}"
    return away


def _of_database(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _OF_SQLITE.get(code & 0xFF)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state.startswith(_TOO_MUCH):
        return None  # of what was to be written, and each further try would fail too
    if state in _OF_STATES:
        return _OF_STATES[state]
    if _CROWDED.search(str(error.orig)):
        return _NO_MORE
    away = isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated
    return _AWAY if away else None
