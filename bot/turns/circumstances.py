"""How an answer came about beside what was said: where, of which delivery, by what, how long.

None of it is the person's words.  All of it is kept with the turn, for whoever has to say years
later what the program was asked to do, and with which settings and which model it did it.
"""

from dataclasses import dataclass
from datetime import datetime

SECOND_LOOK = "second_look"
"""The act of a turn that takes an earlier one again, with a language model beside."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something was said."""

    door: str
    """`slack`, `terminal`, `pipe` (the machine protocol on standard input) or `api` (over HTTP)."""
    act: str = "message"
    """What was done there: see `bot.turns.delivery.Act`, and `SECOND_LOOK`."""
    channel: str | None = None
    thread: str | None = None
    """Slack's ids; of a press, the thread's message that was pressed on."""
    private: bool = False
    """Whether the answer goes to the asker alone, wherever it was said."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The delivery that a turn answers."""

    key: str
    """Names the deed: a message that Slack delivers twice has one key."""
    event_id: str
    """Slack's id of the event, or the time of the press; empty where Slack gives none."""
    received_at: datetime
    """When it was stored, before Slack was told that it arrived."""
    tries: int
    """How often handling it had failed before."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How long each step took, in milliseconds; `took_ms` of the turn is the whole."""

    read_ms: int
    search_ms: int
    compose_ms: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a turn came about."""

    where: Where | None = None
    delivery: Delivered | None = None
    """None where nothing delivers: in the terminal and over the machine protocol."""
    settings_sha256: str | None = None
    """Of the settings in force; a row `configured` of the log before this one tells them."""
    search: str | None = None
    """The recipe of the embeddings that the search went by."""
    steps: Steps | None = None
