"""A file takes the place of another whole, or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[IO[str]]:
    """A file beside *file* that is to be written, and takes its place on disk at the end.

    Line ends are left as they are written, and an error leaves *file* as it was.

    Raises:
        OSError: It can't be written.
    """
    mode = file.stat().st_mode if file.exists() else 0o644
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=file.parent, prefix=f".{file.stem}-",
        suffix=file.suffix, delete=False
    ) as out:
        made = Path(out.name)
        try:
            yield out
            out.flush()
            os.fsync(out.fileno())
            made.chmod(mode & 0o777)
            made.replace(file)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    # The new name is on disk only once the folder is; not every file system lets one ask.
    with contextlib.suppress(OSError):
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
