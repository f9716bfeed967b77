"""What a phrase says is not for us to do: "write me an email", "the weather forecast"."""

from collections.abc import Sequence

from bot.dialogue.claim import GUESS
from bot.dialogue.messages.offering import words_before
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told

OPENING_WORDS = 5
"""A request for something else has to begin within these first words to outweigh deal facts."""
FACTS = 2
"""So many that are named for certain outweigh one that begins later."""


class NotForUs:
    """The phrases `out_of_scope` of one release."""

    def __init__(self, intents: Cues) -> None:
        self._phrases = intents.by_name.get("out_of_scope")

    def wanted(self, reading: Reading, facts: int) -> bool:
        """Whether a message that names so many *facts* for certain wants such a thing."""
        spans = self._spans(reading)
        return bool(spans) and (_opens_with(reading, spans) or facts < FACTS)

    def in_passing(self, reading: Reading, told: Sequence[Told]) -> bool:
        """Whether such a thing is named later than what is *told* of a deal, and beside it.

        "The courts there are independent, sorry for the wait, my vpn password had expired" asks
        for nothing; "translate this: the courts are independent" does.
        """
        spans = self._spans(reading)
        tokens = reading.tokens
        places = [(tokens[first].start, tokens[last - 1].end) for first, last in spans]
        return bool(spans) and not _opens_with(reading, spans) and any(
            one.chance >= GUESS
            and all(one.end <= begin or end <= one.start for begin, end in places)
            for one in told)

    def _spans(self, reading: Reading) -> Sequence[Span]:
        return self._phrases.find(reading.tokens) if self._phrases else ()


def _opens_with(reading: Reading, spans: Sequence[Span]) -> bool:
    return any(words_before(reading, first) < OPENING_WORDS for first, _ in spans)
