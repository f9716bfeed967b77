"""Who is reviewing a conversation right now, so that two don't work against each other.

A lock is no right and no record: it runs out by itself, and reading is never locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

HELD_FOR = timedelta(minutes=30)
"""How long a lock holds after its holder last did something."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody reviews a conversation, and the others wait."""

    by: str
    """Slack's id."""
    name: str
    since: datetime
    until: datetime
