"""What a person was shown of the texts by the turns of a conversation, and what they had told."""

from collections.abc import Mapping, Sequence

from bot.dialogue.deal import Answer
from bot.dialogue.intents import Intent
from bot.dialogue.renewing import Seen, seen_after
from bot.turns.turn import Turn
from retrieval.guidance import Fact


def seen_by(turns: Sequence[Turn], version: int) -> Seen:
    """What whoever saw *turns* up to number *version* was shown of each provision.

    Args:
        turns: From the first of the conversation, in order.
        version: The last that the person saw; what was recorded after it was never shown.
    """
    states: list[Seen] = [{}]
    for turn in turns[:version]:
        before = states[turn.version - 1 if turn.shown_version is None else turn.shown_version]
        # Whoever starts over speaks of something else.
        afresh = turn.message.intent is Intent.START_OVER
        states.append({} if afresh else seen_after(before, turn.reply))
    return states[-1]


def known_after(turns: Sequence[Turn]) -> Mapping[Fact, Answer]:
    """What was known of the deal after *turns*, from the first of the conversation, in order."""
    known: dict[Fact, Answer] = {}
    for turn in turns:
        message = turn.message
        afresh = message.intent is Intent.START_OVER
        gone = known.keys() if afresh else message.retracted
        known = {fact: one for fact, one in known.items() if fact not in gone} | dict(message.heard)
    return known
