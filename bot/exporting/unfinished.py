"""Files that appear when all of them is written, and not before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4


@contextmanager
def unfinished(file: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner reads, beside *file*, and that becomes it if all goes well."""
    part = file.with_name(f".{file.name}.{uuid4().hex}.part")
    made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(made, "wb") as out:
            yield out
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
