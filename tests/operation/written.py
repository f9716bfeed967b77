"""Log lines as production writes them, caught for a test."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.telemetry.log_lines import begin_logging


@contextmanager
def written(level: str = "DEBUG", **how: Any) -> Iterator[list[dict[str, Any]]]:
    """The lines written in the block, there at its end; logging is as it was after it."""
    root = logging.root
    handlers, before = root.handlers[:], root.level
    hooks = threading.excepthook, sys.unraisablehook
    stream, lines = io.StringIO(), []
    try:
        begin_logging(stream, level, as_json=True, **how)
        yield lines
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(False)
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]
