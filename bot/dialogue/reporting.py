"""A report offered for an answer: "Human Rights Watch mentions it", "CPJ wrote about it".

It answers what can be looked up, and says of several such questions not which one it is about; so
of more than one it is a guess at each, which is asked back.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.clauses import Clauses
from bot.dialogue.cues import Cues, Span
from bot.dialogue.deal import DOUBTED, Answer, MessageKey
from bot.dialogue.subjects import Subjects
from bot.dialogue.verdicts import value_said, whole
from retrieval.guidance import Fact, Question
from retrieval.mentions import Reading

REPORT_WORDS = 12
"""Longest message that is taken for nothing but a report."""


def offered(
    questions: Sequence[Question],
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
    key: MessageKey,
    subjects: Subjects,
) -> Mapping[Fact, Answer]:
    """What a report answers to those of *questions* that reports can answer.

    Args:
        questions: What was asked last.
        reading: The message.
        clauses: Its scopes; a report that denies anything may have found nothing, which is asked
            back however it is put.
        cues: The cue lists of the release: who reports, and in which words.
        key: The message's key.
        subjects: What words are about; where one is about anything else, no report is offered.

    Returns:
        Empty where the message holds more than that, or asks.
    """
    by_report = [q for q in questions if any(choice.looked for choice in q.choices)]
    tokens = reading.tokens
    if not by_report or clauses.unknowns or any(t.norm == "?" for t in tokens) or (
            sum(t.is_word for t in tokens) > REPORT_WORDS) or whole(tokens, cues, len(questions)):
        return {}
    spans = [*_reports(reading, clauses, cues), *clauses.denials]
    if len(spans) == len(clauses.denials):
        return {}
    covered = {i for first, last in spans for i in range(first, last)}
    if not all(i in covered or subjects.empty(reading, (i, i + 1)) for i in range(len(tokens))):
        return {}
    none = bool(clauses.denials)
    sure = len(questions) == 1 and not none and not clauses.hedges
    found = {q.fact: value_said(q, "no" if none else "yes") for q in by_report}
    return {fact: Answer(frozenset({value}), reading.text.strip(), key, sure, 0,
                         len(reading.text), 1.0 if sure else DOUBTED)
            for fact, value in found.items() if value is not None}


def _reports(reading: Reading, clauses: Clauses, cues: Cues) -> list[Span]:
    """Where words for a report stand; none where nobody, or one of the parties, reports."""
    tokens = reading.tokens
    there = [] if clauses.denials else cues.find("report_exists", tokens)
    by, found_in = cues.find("report_sources", tokens), cues.find("report_from", tokens)
    ours, of_source = cues.words("first_person") | cues.words("reporters"), {
        i for first, last in by for i in range(first, last)}
    said = [span for name in ("report_says", "says_looked") for span in cues.find(name, tokens)
            if ours.isdisjoint(tokens[i].norm.split("'")[0]
                               for i in range(clauses.positions(span).start, span[0])
                               if i not in of_source)]
    reported = by and (said or found_in)
    return [*there, *(span for span in (*by, *said, *found_in) if reported)]
