"""What somebody puts right of an earlier yes or no: "I was wrong, there's no abuse".

The words of such a message are read as an answer to a question that is not asked any more, so
they count only where a clause of it is mostly about that question, and about no other.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.dialogue.answering import value_said
from bot.dialogue.clauses import Clauses, Cues, Span
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.mentions import Reading


@dataclass(frozen=True, slots=True)
class Recanted:
    """What a message puts right."""

    answers: dict[Fact, Answer]
    wrong: frozenset[Fact]
    """What was wrong, with no word on what is right."""

    def __bool__(self) -> bool:
        """Whether it puts anything right."""
        return bool(self.answers or self.wrong)


NOTHING_RIGHTED = Recanted({}, frozenset())


def recanted(
    deal: Deal,
    awaiting: Collection[Fact],
    reading: Reading,
    clauses: Clauses,
    guidance: Guidance,
    cues: Cues,
    subjects: Subjects,
    key: MessageKey,
) -> Recanted:
    """What *reading* puts right of the yeses and noes of *deal*; *awaiting* is asked anyway."""
    mistakes = [*clauses.corrections, *cues.find("mistaken", reading.tokens)]
    answers: dict[Fact, Answer] = {}
    wrong: set[Fact] = set()
    known = [q for q in guidance.questions.values() if len(deal.known(q.fact)) == 1
             and q.fact not in awaiting and not q.several and value_said(q, "no") is not None]
    for span in _clauses(reading, clauses) if mistakes and known else ():
        fact = subjects.closest([q.fact for q in known], reading, span)
        if fact is None or not subjects.mostly(reading, span, fact, mistakes):
            continue
        question = guidance.questions[fact]
        inside = any(span[0] <= first < span[1] for first, _ in cues.find(
            "mistaken", reading.tokens))
        tokens = reading.tokens[span[0] : span[1]]
        value = value_said(question, "no" if cues.find("negation", tokens) else "yes")
        if value is None or {value} == deal.known(fact):
            if inside:
                wrong.add(fact)
            continue
        start, end = tokens[0].start, tokens[-1].end
        answers[fact] = Answer(frozenset({value}), reading.text[start:end], key,
                               not cues.find("uncertain", tokens), start, end)
    return Recanted(answers, frozenset(wrong - answers.keys()))


def _clauses(reading: Reading, clauses: Clauses) -> Iterator[Span]:
    position = 0
    while position < len(reading.tokens):
        end = clauses.end_of(position)
        if end > position:
            yield position, end
        position = end + 1
