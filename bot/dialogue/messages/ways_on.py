"""What people say to see more or to go on, of which nothing is told: "more safeguards, please"."""

from collections.abc import Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Occasion
from bot.dialogue.small_words.cues import Cues, Span, covered
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tells import Told

WAYS_ON = ("advise_now", "more_safeguards", "show_sources", "go_on")
"""Phrases by which people say what they want to see next."""


class WaysOn:
    """Finds wishes to go on, with the small words of one release and what people steer by."""

    def __init__(self, intents: Cues, cues: Cues) -> None:
        self._intents, self._cues = intents, cues

    def beside(self, reading: Reading, told: Sequence[Told]) -> Sequence[Told]:
        """What a model hears, less what it hears in a wish to see more: "more safeguards, please".

        To a model that has heard many short answers "more safeguards" can sound like a renewal.
        """
        if self._only_wishes(reading):
            return []
        spans = [_with_marks(reading, first, last) for first, last in self._spans(reading)]
        return [one for one in told
                if not any(begin <= one.start and one.end <= end for begin, end in spans)]

    def beside_wishes(self, claims: Sequence[Claim], at: Occasion) -> list[Claim]:
        """*claims* less words of answer in a wish to see more or less: "stop asking questions"."""
        if self._only_wishes(at.reading):
            return []
        spans = self._spans(at.reading)
        return [claim for claim in claims if claim.mention.strength is not Strength.ASKED
                or not any(first < claim.mention.last and claim.mention.first < last
                           for first, last in spans)]

    def _only_wishes(self, reading: Reading) -> bool:
        """Whether it is a wish to see more, and courtesies: "fine, next question" finds nothing."""
        ways = self._spans(reading)
        if not ways:
            return False
        polite = self._intents.find("polite", reading.tokens)
        small = covered((*ways, *polite)) | self._cues.covered(reading.tokens, "filler", "skip")
        return all(i in small for i, t in enumerate(reading.tokens) if t.is_word)

    def _spans(self, reading: Reading) -> list[Span]:
        return [span for name in WAYS_ON for span in self._intents.find(name, reading.tokens)]


def _with_marks(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Where the tokens from *first* to before *last* stand, with the marks that touch them."""
    text, begin, end = reading.text, reading.tokens[first].start, reading.tokens[last - 1].end
    while begin > 0 and not text[begin - 1].isspace():
        begin -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return begin, end
