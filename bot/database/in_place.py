"""Whether the files of a database are still those that were opened.

SQLite goes on writing to a file that was moved, deleted or replaced: all seems well, and what was
taken in meanwhile is gone with the process, or lies where nobody looks.  So it is with the two that
it keeps beside the database's own: of what lies in the one written ahead others see nothing, and
who doesn't see the locks in the other one writes over it.
"""

from contextlib import suppress
from pathlib import Path

from bot.outages import FileReplaced


class InPlace:
    """Remembers which file lies at *file* when the first connection is made; safe for threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: _Which | None = None
        self._ahead, self._locks = (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))
        self._beside: dict[Path, _Which | None] = {self._ahead: None, self._locks: None}

    def open(self, *_: object) -> None:
        """A connection was made."""
        if self._opened is None:
            self._opened = _lies(self._file)

    def forget(self, *_: object) -> None:
        """All connections were given back: the next one may be to another file."""
        self._opened = None

    def insist(self) -> None:
        """Insist that nobody has put another file there, or none.

        Raises:
            FileReplaced: Somebody has.
        """
        if self._opened is None:
            return
        if _lies(self._file) != self._opened:
            raise FileReplaced
        for file, known in self._beside.items():
            lies = _lies(file)
            # SQLite makes them anew when nobody has the database open, and then it holds neither.
            if lies != known:
                if known is not None and _is_held(known):
                    raise FileReplaced
                self._beside[file] = lies

    def can_save(self) -> bool:
        """Whether what was written ahead, to a file that was deleted, may go to the database's own.

        It may where all else is as it was.  Where somebody else has begun to write ahead anew, the
        two would be mixed up.
        """
        return (_lies(self._file) == self._opened and _lies(self._ahead) is None
                and _lies(self._locks) == self._beside[self._locks])


_Which = tuple[int, int]
"""A file by device and number."""
_HELD = Path("/proc/self/fd")
"""What this process has open, on Linux; elsewhere nobody tells."""


def _lies(file: Path) -> _Which | None:
    """What lies at *file*; None where nothing does."""
    with suppress(FileNotFoundError, NotADirectoryError):
        found = file.stat()
        return found.st_dev, found.st_ino
    return None


def _is_held(which: _Which) -> bool:
    """Whether this process has the file open that *which* was, though nothing lies there by now."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return any(_lies(one) == which for one in _HELD.iterdir())
    return False
