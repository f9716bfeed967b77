"""Which safeguards a question names by what people call them: "would a pilot be enough?".

What one is called is content: a cue list `safeguard_called_…` for each that has a name.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Guidance, SafeguardId
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token

CALLED = "safeguard_called_"
"""How the name of such a list begins; the id of its safeguard follows."""


def safeguards_called(tokens: Sequence[Token], guidance: Guidance) -> Sequence[SafeguardId]:
    """The ids of the safeguards that *tokens* name, in the order of the release."""
    return [id_ for id_, names in _names(guidance).items() if names.find(tokens)]


def _names(guidance: Guidance) -> Mapping[SafeguardId, Phrases]:
    """What the safeguards of *guidance* are called, compiled once."""
    known = guidance.worked_out.of(_names)
    made: Mapping[SafeguardId, Phrases] | None = known.get("")
    if made is None:
        lists = cues_of(guidance).by_name
        made = known[""] = {id_: lists[CALLED + id_] for id_ in guidance.safeguards
                            if CALLED + id_ in lists}
    return made
