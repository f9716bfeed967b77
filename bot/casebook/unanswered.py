"""What the texts did not answer: what a turn's searches and its reply leave open, as plain codes.

They say what was missing and nothing of what anybody typed, so they may stand where words may not.
"""

from bot.dialogue.intents import Intent
from bot.dialogue.messages.searched_twice import decisive
from bot.turns.turn import FoundNote, Turn
from retrieval.matches import Why

FAINT = 550
"""Thousandths: a question whose nearest passage is no nearer than this was hardly answered."""
NEAR = "near:"
"""Begins the code of a question that no known gap explains; the nearest provision follows."""


def gaps(turn: Turn) -> set[str]:
    """What its declined questions fell into: a gap's id, or `NEAR` with the nearest provision."""
    return {found.gap or f"{NEAR}{found.nearest or ''}"
            for found in decisive(turn.message, turn.found) if found.abstained}


def evasive(turn: Turn) -> bool:
    """Whether it was about getting round the rules: wished for, or told as somebody's wish.

    What is searched and declined as such a wish is among the `gaps`; what was told of somebody
    else's by the way is a matter of the same id.
    """
    beside = turn.message.beside
    spoken_of = {turn.message.intent, None if beside is None else beside.intent}
    return Intent.EVASION in spoken_of or Intent.EVASION.value in turn.message.other_matters


def faint(turn: Turn) -> set[str]:
    """The provisions that came nearest to questions which were answered from afar."""
    if turn.message.intent is not Intent.ASK:  # what a deal is searched by nobody asked
        return set()
    return {str(nearest) for found in turn.found if (nearest := _faint(found)) is not None}


def still_open(turn: Turn) -> set[str]:
    """The facts that its reply says have to be found out."""
    return {str(fact) for fact in turn.reply.open_facts}


def _faint(found: FoundNote) -> str | None:
    if found.abstained:
        return None
    near = max((passage for passage in found.passages if passage.why is Why.SIMILAR),
               key=lambda passage: passage.similarity, default=None)
    if near is None or round(near.similarity * 1000) > FAINT:
        return None
    return near.provision
