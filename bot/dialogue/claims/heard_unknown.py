"""What a message says nobody knows yet, heard of whatever it is of: "no idea who hosts it".

What people call a fact that they don't know is without end; a model has learned to hear it.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.claim import LIKELIER, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK, Answer, MessageKey
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Span
from bot.dialogue.small_words.doubts import overlaps
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import UNKNOWN, Fact
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told


def heard_unknown(
    told: Sequence[Told], at: Utterance, subjects: Subjects
) -> Mapping[Fact, Told]:
    """What is *told* to be unknown, by fact: where a "don't know" stands, or it is very clear.

    A value that is heard there as clearly is what was told.  A "don't know" that names another
    fact by itself is of that one: "laws unknown, detentions yes".
    """
    return {one.fact: one for one in sorted(told, key=lambda one: one.chance)
            if _is_unknown(one, told, at, subjects)}


def _is_unknown(one: Told, told: Sequence[Told], at: Utterance, subjects: Subjects) -> bool:
    question = at.guidance.questions.get(one.fact)
    if question is None or one.value != UNKNOWN or one.chance < LIKELIER or any(
            choice.value == UNKNOWN for choice in question.choices):
        return False
    place = placed(one, at.reading)
    if place is None or any(
            other.fact == one.fact and other.value != UNKNOWN and other.chance >= one.chance
            for other in told):
        return False
    return one.chance >= ASKED_BACK or any(
        overlaps(place.span, [(of.start, of.stop)])
        and not _names_another(one.fact, span, of, at.reading, subjects)
        for span in at.clauses.unknowns for of in [at.clauses.asked_of(span)])


def _names_another(
    fact: Fact, span: Span, of: range, reading: Reading, subjects: Subjects
) -> bool:
    """Whether all that stands with the "don't know" at *span*, within *of*, names other facts."""
    named = [subjects.called(reading, beside)[0]
             for beside in ((of.start, span[0]), (span[1], of.stop))
             if not subjects.empty(reading, beside)]
    return bool(named) and all(named) and all(fact not in facts for facts in named)


def is_left_open(
    claim: Claim, unknown: Mapping[Fact, Told], reading: Reading, clauses: Clauses
) -> bool:
    """Whether *claim* is on what its clause says is *unknown*: "no clue if they misused it"."""
    one = unknown.get(claim.mention.fact)
    place = None if one is None else placed(one, reading)
    return one is not None and place is not None and claim.confidence < one.chance and (
        clauses.same_clause(place.span, (claim.mention.first, claim.mention.last)))


def left_unknown(
    unknown: Mapping[Fact, Told], reading: Reading, clauses: Clauses, key: MessageKey
) -> Mapping[Fact, Answer]:
    """What is *unknown* as answers, each with the words that say so."""
    return {fact: _quoted(one, reading, clauses, key) for fact, one in unknown.items()}


def _quoted(one: Told, reading: Reading, clauses: Clauses, key: MessageKey) -> Answer:
    place = placed(one, reading)
    first, last = place.span if place else (0, len(reading.tokens))
    for said in clauses.unknowns:
        of = clauses.asked_of(said)
        if overlaps((first, last), [(of.start, of.stop)]):
            first, last = min(first, said[0]), max(last, of.stop)
    first, last = clauses.around((first, last))
    start, end = reading.tokens[first].start, reading.tokens[last - 1].end
    return Answer(None, reading.text[start:end], key, True, start, end)
