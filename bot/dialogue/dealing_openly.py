"""Whether a question that lies near the wish to get round the rules deals openly all the same.

"How do I tell the customer no" is worded much like "how do I word it so that compliance won't
notice".  Nobody is accused for nearness alone.
"""

from retrieval.guidance import Guidance
from retrieval.phrases import Phrases
from retrieval.tokens import tokenise

_OPEN = "dealing_openly"
_HIDING = ("evasion", "get_round", "unseen", "unseen_asked", "unsaid")


def deals_openly(text: str, guidance: Guidance) -> bool:
    """Whether *text* speaks of dealing with the customer, and of nothing that is hidden."""
    tokens = tokenise(text)

    def says(name: str) -> bool:
        phrases = guidance.vocabulary.intents.get(name, ())
        return bool(phrases and Phrases(phrases).find(tokens))

    return says(_OPEN) and not any(says(name) for name in _HIDING)
