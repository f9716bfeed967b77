"""A report offered for an answer: "Human Rights Watch mentions it", "CPJ wrote about it".

It answers what can be looked up, and says of several such questions not which one it is about; so
of more than one it is a guess at each, which is asked back.  And who says in the end that somebody
looked settles what was answered by bare noes.
"""

from collections.abc import Mapping, Sequence

from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import DOUBTED, SECOND, Answer, Deal, MessageKey
from bot.dialogue.small_words.cues import Span, covered
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said, whole
from retrieval.guidance import Fact, Guidance, Question

REPORT_WORDS = 12
"""Longest message that is taken for nothing but a report."""


def offered(
    questions: Sequence[Question], at: Utterance, key: MessageKey, subjects: Subjects
) -> Mapping[Fact, Answer]:
    """What a report answers to those of *questions* that reports can answer.

    Args:
        questions: What was asked last.
        at: The message.  A report that denies anything may have found nothing, which is asked
            back however it is put.
        key: Its key.
        subjects: What words are about; where one is about anything else, no report is offered.

    Returns:
        Empty where the message holds more than that, or asks.
    """
    reading, clauses = at.reading, at.clauses
    by_report = [q for q in questions if any(choice.looked for choice in q.choices)]
    tokens = reading.tokens

    def answers(to: Sequence[Question], verdict: str, sure: bool) -> Mapping[Fact, Answer]:
        said = {q.fact: value_said(q, verdict) for q in to}
        return {fact: Answer(frozenset({value}), reading.text.strip(), key, sure, 0,
                             len(reading.text), 1.0 if sure else DOUBTED)
                for fact, value in said.items() if value is not None}

    if by_report and found_none(at, subjects):
        # As a bare no it is meant for all that was asked, unless it names a matter.
        return answers(subjects.meant(questions, reading, clauses), "no", True)
    if not by_report or clauses.unknowns or any(t.norm == "?" for t in tokens) or (
            len(tokens.words) > REPORT_WORDS) or whole(tokens, at.cues, len(questions)):
        return {}
    if not names_a_report(at, subjects):
        return {}
    none = bool(clauses.denials)
    return answers(by_report, "no" if none else "yes",
                   len(questions) == 1 and not none and not clauses.hedges)


def names_a_report(at: Utterance, subjects: Subjects) -> bool:
    """Whether a message does nothing but name who reports it, or deny that anybody does."""
    reading, denials = at.reading, at.clauses.denials
    spans = [*_reports(at), *denials]
    if len(spans) == len(denials):
        return False
    named = covered(spans)
    return all(i in named or subjects.empty(reading, (i, i + 1))
               for i in range(len(reading.tokens)))


def found_none(at: Utterance, subjects: Subjects) -> bool:
    """Whether a message says that somebody looked and found none, and nothing else.

    "Checked" alone says nothing of what was found, and "none" alone nothing of a look.
    """
    reading, clauses, cues = at.reading, at.clauses, at.cues
    tokens = reading.tokens
    none = [*cues.find("negation", tokens), *cues.find("found_none", tokens)]
    looked = [span for span in clauses.looked if span not in none]
    said = covered((*looked, *none))
    return bool(looked and none) and not (clauses.unknowns or clauses.hedges) and all(
        token.norm != "?" and (i in said or subjects.empty(reading, (i, i + 1)))
        for i, token in enumerate(tokens))


def looked_into(
    conversation: Conversation, at: Utterance, key: MessageKey, subjects: Subjects
) -> Mapping[Fact, Answer] | None:
    """What is settled by a look: noes that nobody looked up.

    "I checked all of them" is of those that were said just before.  "Checked, none" answers what is
    asked; where nothing is, it is of all.

    Args:
        conversation: What the message is said in.
        at: The message.
        key: Its key.
        subjects: What questions are about.

    Returns:
        None where it tells of no look, or of one that is of something else.
    """
    guidance, reading, deal = at.guidance, at.reading, conversation.deal
    noes = {fact: value for fact in deal.answers
            if (value := bare_no(guidance, deal, fact)) is not None}
    if _only_looked(at, subjects):
        last = conversation.stretch.parts[-1].key if conversation.stretch is not None else None
        noes = {fact: value for fact, value in noes.items()
                if deal.answers[fact].message.removesuffix(SECOND) == last}
        if not noes:
            return None
    elif conversation.awaiting() or not found_none(at, subjects):
        return None
    meant = subjects.meant([guidance.questions[fact] for fact in noes], reading, at.clauses)
    return {q.fact: Answer(frozenset({noes[q.fact]}), reading.text.strip(), key, True, 0,
                           len(reading.text)) for q in meant}


def _only_looked(at: Utterance, subjects: Subjects) -> bool:
    """Whether a message says that somebody looked, perhaps where, and nothing of what came of it.

    "Yes we checked all of them", "looked it up on the embassy's site".
    """
    reading, clauses, cues = at.reading, at.clauses, at.cues
    tokens = reading.tokens
    # Hardly a message tells of a look, so nothing else is looked for in the others.
    if not clauses.looked or any(cues.find(name, tokens) for name in ("negation", "found_none")):
        return False
    said = covered((*clauses.looked, *(span for name in (
        "yes", "all_of_these", "report_sources", "beside_a_look")
        for span in cues.find(name, tokens))))
    return not (
        clauses.unknowns or clauses.hedges or clauses.denials or clauses.nobody_looked) and all(
        token.norm != "?" and (i in said or subjects.empty(reading, (i, i + 1)))
        for i, token in enumerate(tokens))


def bare_no(guidance: Guidance, deal: Deal, fact: Fact) -> str | None:
    """The value of *fact* if *deal* has it by a no of which nobody said that they had looked."""
    question = guidance.questions.get(fact)
    answer = deal.answers.get(fact)
    if question is None or answer is None or answer.sure or answer.guessed:
        return None
    return next((choice.value for choice in question.choices
                 if choice.looked and answer.values == frozenset({choice.value})), None)


def _reports(at: Utterance) -> list[Span]:
    """Where words for a report stand; none where nobody, or one of the parties, reports."""
    clauses, cues, tokens = at.clauses, at.cues, at.reading.tokens
    there = [] if clauses.denials else cues.find("report_exists", tokens)
    by, found_in = cues.find("report_sources", tokens), cues.find("report_from", tokens)
    ours, of_source = cues.words("first_person") | cues.words("reporters"), covered(by)
    said = [span for name in ("report_says", "says_looked") for span in cues.find(name, tokens)
            if ours.isdisjoint(tokens[i].norm.split("'")[0]
                               for i in range(clauses.positions(span).start, span[0])
                               if i not in of_source)]
    reported = by and (said or found_in)
    return [*there, *(span for span in (*by, *said, *found_in) if reported)]
