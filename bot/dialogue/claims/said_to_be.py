"""What is said to be another thing than was told: "sorry, the CCTV is thermal cameras".

It takes the place of what it stands for, and of nothing else that is known of the same fact.
"""

from collections.abc import Collection, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Question
from retrieval.words.mentions import Mention, Reading

_BETWEEN = ("being_verbs", "should_be", "before_a_noun", "correction", "second_thought",
            "part_of_what_is_sold")
"""What may stand between what was told and what it is said to be."""


def said_to_be_another(
    question: Question,
    held: Sequence[Claim],
    known: Collection[str],
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
) -> frozenset[str]:
    """The values *known* of *question* that are said to be another one, which *held* claim.

    It has to put something right: "the CCTV is thermal cameras" may as well tell more of it.
    """
    tokens = reading.tokens
    rights = [*clauses.corrections, *clauses.retractions, *cues.find("should_be", tokens)]
    if not (question.several and rights):
        return frozenset()
    small = cues.covered(tokens, *_BETWEEN)

    def says(one: Mention, claim: Claim) -> bool:
        other = claim.mention
        between = range(one.last, other.first)
        return (bool(between) and all(i in small for i in between)
                and any(tokens[i].norm in cues.words("being_verbs") or any(
                    first <= i < last for first, last in cues.find("should_be", tokens))
                    for i in between)
                and clauses.same_clause((one.first, one.last), (other.first, other.last)))

    named = [m for m in reading.mentions
             if m.fact == question.fact and m.strength.is_firm and m.value in known
             and not clauses.denied(m)]
    # "The drones are facial recognition drones" are drones as before.
    return frozenset(
        one.value for one in named for claim in held
        if claim.value != one.value and says(one, claim) and not any(
            m.value == one.value and m.first >= claim.mention.first for m in named))
