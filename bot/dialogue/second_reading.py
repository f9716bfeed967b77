"""What a language model read in a message, merged by rule with what the plain reader read.

The model only proposes: a value of a known fact and the words of the message that it rests on.  Its
proposals never decide which flags are raised, and they never outweigh what is certain.
"""

from dataclasses import dataclass

from retrieval.guidance import Fact


@dataclass(frozen=True, slots=True)
class Proposed:
    """One value of one fact, as a model read it."""

    fact: Fact
    value: str
    words: str
    """The words of the message that it rests on, copied letter for letter."""
