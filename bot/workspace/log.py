"""Everything that passed between the workspace and the app, in order, for tests to look at."""

import time
from collections import deque
from typing import Any

ENTRIES_KEPT = 5_000


class Log:
    """Numbered entries; what each holds depends on its kind.

    `call`: method, ok, error, status, ms.  `delivery`: transport ("http" or "socket"), type, id,
    attempt, reason, payload.  `ack`: the same id, ok, status, problem, body, ms.
    `socket`: what ("opened" or "closed") and how many are open then.  `response_url`: body, ok,
    error.  `refused`: an acknowledgement that the workspace could not obey.
    """

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=ENTRIES_KEPT)
        self._seq = 0

    def add(self, kind: str, **what: Any) -> None:
        """Write an entry down."""
        self._seq += 1
        self._entries.append({"seq": self._seq, "at": time.time(), "kind": kind, **what})

    def after(self, seq: int = 0) -> list[dict[str, Any]]:
        """Entries later than number *seq*."""
        return [entry for entry in self._entries if entry["seq"] > seq]
