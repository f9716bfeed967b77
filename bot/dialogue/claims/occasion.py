"""What the claims of one message are made of, and held against by whichever pass of `sifting`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.dialogue.claim import Claim
from bot.dialogue.deal import Deal
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message taken apart, and the release that it is read with."""

    reading: Reading
    clauses: Clauses
    """The scope of its small words."""
    guidance: Guidance
    cues: Cues
    """The small words of the release."""


@dataclass(frozen=True, slots=True)
class Occasion(Utterance):
    """A message, what it is said in, and the release that it is read with."""

    deal: Deal
    """What is known before it."""
    awaiting: Sequence[Fact]
    """The facts asked for last: to their questions a "no reseller" says what it asks."""
    weighed: bool
    """Whether a model had its say on the claims."""
    subjects: Subjects
    """What the questions of the release are about."""
    unknown: Mapping[Fact, Told] = field(default_factory=dict)
    """What a model hears that nobody knows yet."""


Pass = Callable[[Sequence[Claim], Occasion], list[Claim]]
"""Takes away claims that only sound like one, makes them less sure, or adds what is denied."""
