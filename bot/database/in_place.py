"""Whether the file of a database is still the one that was opened.

SQLite goes on writing to a file that was moved, deleted or replaced: all seems well, and what was
taken in meanwhile is gone with the process, or lies where nobody looks.
"""

from contextlib import suppress
from pathlib import Path

from bot.outages import FileReplaced


class InPlace:
    """Remembers which file lies at *file* when the first connection is made; safe for threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: tuple[int, int] | None = None

    def open(self, *_: object) -> None:
        """A connection was made."""
        if self._opened is None:
            self._opened = self._lies()

    def forget(self, *_: object) -> None:
        """All connections were given back: the next one may be to another file."""
        self._opened = None

    def insist(self) -> None:
        """Insist that nobody has put another file there, or none.

        Raises:
            FileReplaced: Somebody has.
        """
        if self._opened is not None and self._lies() != self._opened:
            raise FileReplaced

    def _lies(self) -> tuple[int, int] | None:
        """What lies there, by device and number; None where nothing does."""
        with suppress(FileNotFoundError, NotADirectoryError):
            found = self._file.stat()
            return found.st_dev, found.st_ino
        return None
