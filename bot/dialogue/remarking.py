"""Remarks: what is said while a question waits, and answers none.

"too long", "you asked that already" and "they have no budget this year" say nothing of what was
asked.  The question stands, where "purple monkey dishwasher" would have been passed over.
"""

from collections.abc import Collection

from bot.dialogue.cues import Cues
from bot.dialogue.subjects import Subjects
from retrieval.guidance import Fact
from retrieval.mentions import Reading

FEWEST_WORDS = 4
"""Words from which on what begins with "the" is taken for a statement."""


def is_remark(
    reading: Reading,
    asked: Collection[Fact],
    subjects: Subjects,
    cues: Cues,
    *,
    states: bool = True,
) -> bool:
    """Whether a message of which nothing was understood answers none of the facts *asked* for.

    It has words of the talk, or tells of trade, of oneself or, where *states*, of anybody, in
    words of which none is of the questions.
    """
    if not asked:
        return False
    if cues.find("of_the_talk", reading.tokens):
        return True
    if any(subjects.speaks_of(reading, fact) for fact in asked):
        return False
    if cues.find("deal", reading.tokens):
        return True
    words = [t.norm.split("'")[0] for t in reading.tokens.words]
    first = words[0] if words else ""
    # "The article is from a newspaper" states something; "the usual" may be meant for an answer.
    tells = first in cues.words("clause_subjects") or (
        len(words) >= FEWEST_WORDS and first in cues.words("before_a_noun"))
    return states and (tells or bool(cues.find("seller", reading.tokens)))
