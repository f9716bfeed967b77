"""Pack blocks into messages in order, within Slack's limits by construction.

Every message ends with a foot drawn for just the sources that its own blocks cite, so that it can
be read alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.slack.splitting import Block, Item, Span, sections, size

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000
"""Of a message's blocks as JSON.  Slack documents no total; messages of some 13,200 were refused
with `msg_blocks_too_long` (slackapi/bolt-js#2509)."""
MOST_STATES = 4
"""Blocks and characters kept free in the message that holds the controls, for what may happen to
it later (a choice made, a case sent on).  Updating a message must not move it across two."""
ROOM_FOR_STATES = 1_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Blocks of a message, and the numbers of the sources cited in them."""

    blocks: list[Block]
    taken: int
    """Characters as JSON: of each block with a comma and a space, those between two and the
    brackets around all."""
    cites: frozenset[int] = frozenset()

    def __add__(self, other: "Piece") -> "Piece":
        return Piece([*self.blocks, *other.blocks], self.taken + other.taken,
                     self.cites | other.cites)

    def fits(self, *, kept_free: bool = False) -> bool:
        """Whether one message can hold them, or them and what is kept free for states."""
        more, room = (MOST_STATES, ROOM_FOR_STATES) if kept_free else (0, 0)
        return len(self.blocks) + more <= MOST_BLOCKS and self.taken + room <= MOST_CHARACTERS


def measured(blocks: list[Block]) -> Piece:
    """*blocks* with what they take."""
    return Piece(blocks, size(blocks) if blocks else 0)


def joined(items: Sequence[Item]) -> Piece:
    """*items* as one piece."""
    return Piece(
        [item.block for item in items],
        sum([size([item.block]) if item.taken is None else item.taken for item in items]),
        frozenset[int]().union(*[item.cites for item in items]))


Foot = Callable[[frozenset[int]], Piece]
"""What closes a message, given the numbers of the sources its other blocks cite."""


def pack(
    items: Sequence[Item], foot: Foot, last: Foot, onward: Piece, back: Piece, *,
    apart: bool = False,
) -> list[Piece]:
    """*items* in order as the bodies of messages, with the sources that each cites.

    Args:
        items: What to show; none larger than a message can hold together with its foot.
        foot: What will close every message but the last.
        last: What will close the last, as it is at first: the same and the controls.
        onward: Closes a message that another follows.
        back: Opens a message that another went before.
        apart: Whether the controls, which then say what they are for, stand by themselves where
            they don't fit: no item is taken from those that it belongs with.

    Returns:
        One body for each message, never none; the caller appends the foot.  Controls that do not
        fit any more go into a message of their own together with the last item, if there is room,
        so that it is not empty but for them.  That is decided with room to spare, so that the
        same items give the same messages whatever was done with the controls.
    """
    whole = joined(items)
    if (whole + last(whole.cites)).fits(kept_free=True):
        # So no part of them needs more: what is kept free is more than *onward* takes.
        return [whole]
    bodies: list[Piece] = []

    def closed(body: Piece) -> Piece:
        return body + foot(body.cites) + onward

    def fits_last(body: Piece) -> bool:
        return (body + last(body.cites)).fits(kept_free=True)

    # The list of some sources is at most longer than that of all by a few breaks between blocks,
    # where theirs fall elsewhere; what is kept free is more.  So it need rarely be drawn.
    most = foot(whole.cites) + onward
    opening = before = body = joined([])
    for item in items:
        before, body = body, body + joined([item])
        if len(before.blocks) > len(opening.blocks) and not (
                (body + most).fits(kept_free=True) or closed(body).fits()):
            bodies.append(closed(before))
            opening = before = _opening(back, item)
            body = opening + joined([item])
    if items and not fits_last(body):
        kept = _opening(back, items[-1]) + joined(items[-1:])
        if not apart and len(before.blocks) > len(opening.blocks) and fits_last(kept):
            bodies.append(closed(before))
            body = kept
        else:
            bodies.append(closed(body))
            body = back
    return [*bodies, body]


def _opening(back: Piece, first: Item) -> Piece:
    return back + joined(sections([Span(first.under, "*")])[:1])
