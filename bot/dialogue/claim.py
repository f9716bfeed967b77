"""A claim: one value of one fact, as a message has it; and the chances that decide of it."""

from dataclasses import dataclass

from retrieval.words.mentions import Mention

DOUBT = 0.08
"""Chance below which a word of the vocabulary is taken to stand there by the way."""
HINT = 0.2
"""Chance from which a mere hint of the vocabulary is taken."""
UNWEIGHED = 1.0
"""Confidence of what no model has weighed."""
GUESS = 0.6
"""Chance from which a value is taken that no word of the vocabulary names."""
LIKELIER = 0.5
"""Chance from which one is that raises no flag, where nothing else is half heard: it would be asked
for anyway, and to confirm a guess is less work than to pick among twenty."""
SURE = 0.7
"""Chance from which such a value, in answer to its own question, is assumed without asking back."""
RIVAL = 0.6
"""Chance from which another value of a fact that holds one value only wins over a named one."""
NEARLY = 0.1
"""How much less likely a grave value may be heard than one that would settle the fact, so that
neither of them is heard clearly."""
PLACE = 0.9
"""Chance from which it is clear that a place of use is named, if not which: the only one is it."""
CONTEST = 0.4
"""Chance of another value from which those that are taken are asked back: "no judge has to sign"
is heard as approval and, a little less, as none; of cams that "pick up sound" half is heard."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one fact, as the message has it: asserted or denied, sure or hedged.

    "Maybe not the police" claims that the police do not hold, and not for sure.
    """

    mention: Mention
    value: str
    holds: bool
    sure: bool
    added: bool
    confidence: float = UNWEIGHED
    """How likely it was meant, in [0, 1]."""
