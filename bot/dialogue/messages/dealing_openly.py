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


def hides(text: str, guidance: Guidance) -> bool:
    """Whether *text* has words of hiding, of getting round something, or of who is not to see it.

    "Can we split the order" has none: near as it is to "split it so it stays under the limit", it
    may be about two deliveries.
    """
    tokens, intents = tokenise(text), intents_of(guidance)
    return any(intents.find(name, tokens) for name in _HIDING)


def deals_openly(text: str, guidance: Guidance) -> bool:
    """Whether *text* speaks of dealing openly, and of nothing that is hidden."""
    return bool(intents_of(guidance).find(_OPEN, tokenise(text))) and not hides(text, guidance)
