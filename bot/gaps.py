"""What people asked and the texts did not answer, grouped: where the corpus falls short."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.messages.searched_twice import decisive
from bot.record.spoken import declined
from bot.store import Store
from bot.turns.turn import Turn
from retrieval.guidance import GapKind, Guidance, ProvisionId

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Questions of one kind that were declined."""

    gap: str | None
    """The gap they fell into; None where nothing was near and no gap is known for it."""
    nearest: ProvisionId | None
    """The provision that came nearest, for questions that no known gap explains."""
    title: str
    count: int
    last: datetime
    examples: tuple[str, ...]
    """Some of the questions, newest first; those erased are left out."""


def shortfalls(store: Store, guidance: Guidance) -> tuple[Shortfall, ...]:
    """The declined questions of all turns, the most frequent kind first."""
    return grouped(declined(store), guidance)


def grouped(turns: Iterable[Turn], guidance: Guidance) -> tuple[Shortfall, ...]:
    """The declined questions among *turns*, which come newest first."""
    groups: dict[tuple[str | None, ProvisionId | None], list[Turn]] = {}
    for turn in turns:
        if turn.retakes is not None:
            continue  # the same question once more
        found = next((one for one in decisive(turn.message, turn.found)
                      if one.abstained and not _opens(one.gap, guidance)), None)
        if found is not None:
            # A question beside a deal is searched twice, and asked once.
            nearest = None if found.gap else found.nearest
            groups.setdefault((found.gap, nearest), []).append(turn)
    made = [_shortfall(*key, turns, guidance) for key, turns in groups.items()]
    return tuple(sorted(made, key=lambda s: (-s.count, s.title)))


def _opens(gap: str | None, guidance: Guidance) -> bool:
    """Whether *gap* is a word before the matter."""
    known = guidance.gap_by_id.get(gap or "")
    return known is not None and known.kind is GapKind.OPENING


def _shortfall(
    gap: str | None, nearest: ProvisionId | None, turns: list[Turn], guidance: Guidance
) -> Shortfall:
    known = guidance.gap_by_id.get(gap or "")
    provision = guidance.provisions.get(nearest) if nearest else None
    if known is not None:
        title = known.title
    else:
        title = f"Near: {provision.heading}" if provision else gap or "Nothing near"
    words = tuple(dict.fromkeys(turn.text for turn in turns if turn.text))
    return Shortfall(gap, nearest, title, len(turns), turns[0].recorded_at, words[:MOST_EXAMPLES])
