"""Whether a question that lies near the wish to get round the rules deals openly all the same.

"How do I tell the customer no" is worded much like "how do I word it so that compliance won't
notice".  Nobody is accused for nearness alone.
"""

from dataclasses import replace

from bot.dialogue.intents import Intent
from bot.dialogue.small_words.cues import intents_of
from retrieval.guidance import Guidance
from retrieval.matches import Found
from retrieval.words.tokens import tokenise

_OPEN = "dealing_openly"
_HIDING = ("evasion", "get_round", "unseen", "unseen_asked", "unsaid", "dealing_covertly")


def without_accusation(found: Found, guidance: Guidance) -> Found:
    """*found*, which is no wish to get round the rules where what was searched deals openly.

    Neither is that said to whoever asked, nor does it stand on record.
    """
    if found.gap != Intent.EVASION or not deals_openly(found.query.text, guidance):
        return found
    return replace(found, gap=None, nearest=None)


def deals_openly(text: str, guidance: Guidance) -> bool:
    """Whether *text* speaks of dealing openly, and of nothing that is hidden."""
    tokens, intents = tokenise(text), intents_of(guidance)
    return bool(intents.find(_OPEN, tokens)) and not any(
        intents.find(name, tokens) for name in _HIDING)
