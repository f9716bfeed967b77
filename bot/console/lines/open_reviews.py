"""How many reviews are open, and how far they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.casebook.standing import Standing
from bot.console.lines import listing
from bot.console.lines.filters import Filter
from bot.console.lines.listing import visible
from bot.console.viewer import Viewer
from bot.schema import case_lines

OPEN = (Standing.ASSIGNED, Standing.UNDER_REVIEW, Standing.WAITING, Standing.SIGNED_ONCE,
        Standing.LAPSED)
"""Where somebody has begun or has to, and no sign-off stands that is complete."""
SENT = Filter(reason="sent", standing=Standing.NONE)
"""Sent to compliance, while nobody has begun or was assigned: whoever sent it wants a review."""


@dataclass(frozen=True, slots=True)
class OpenReviews:
    """The open reviews that a viewer may see."""

    by_standing: Mapping[Standing, int]
    """Those that there are, in the order in which a review goes."""
    sent: int
    """Those that `SENT` finds."""
    mine: int
    """Assigned to the viewer and not signed off; as the filter finds them."""

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self.sent + sum(self.by_standing.values())


def open_reviews(connection: Connection, viewer: Viewer) -> OpenReviews:
    """The open reviews that *viewer* may see."""
    lines, seen = case_lines.c, visible(viewer) & (case_lines.c.turns > 0)
    counted = {row.standing: row.many for row in connection.execute(
        select(lines.standing, func.count().label("many"))
        .where(seen, lines.standing.in_(OPEN)).group_by(lines.standing))}
    mine = connection.scalar(select(func.count()).select_from(case_lines).where(
        seen, lines.assigned == viewer.user, lines.reviewed == 0))
    return OpenReviews({one: counted[one] for one in OPEN if one in counted},
                       listing.count(connection, viewer, SENT), int(mine or 0))
