"""Which conversation a reviewer looks at next, once there is nothing left to do in one."""

from datetime import datetime

from sqlalchemy import Connection

from bot.casebook.standing import Standing
from bot.console.lines import listing
from bot.console.lines.filters import ME, Filter
from bot.console.lines.listing import Line
from bot.console.viewer import Viewer
from bot.dialogue.conversation import ConversationId
from bot.reviews import locks

MOST_PASSED = 20
"""Lines that are looked through, of one's own and of all, before it is left to the queue."""

NOTHING_LEFT = frozenset({"signed", "second_person", "unanswered"})
"""Codes of `bot.reviews.signing.Refusal` that leave nothing to do for whoever is refused."""


def next_up(
    connection: Connection, viewer: Viewer, done: ConversationId, now: datetime
) -> Line | None:
    """What most asks for *viewer*, those assigned to them first; None where nothing does.

    Passed over are *done*, their own deals, what waits for an answer, what is given to somebody
    else, and what somebody else is reviewing right now.
    """
    for wanted in (Filter(assigned=ME, reviewed=False), Filter(reviewed=False, waiting=True)):
        for line in listing.page(connection, viewer, wanted, limit=MOST_PASSED).lines:
            held = locks.held(connection, line.conversation, now)
            if (line.conversation != done and line.asker != viewer.user
                    and line.standing is not Standing.WAITING
                    and line.assigned in {"", viewer.user}
                    and (held is None or held.by == viewer.user)):
                return line
    return None
