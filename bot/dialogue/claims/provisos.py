"""Provisos: what has to come about first, as in "subject to the rights annex being accepted".

A model hears the acceptance in it as surely as where it was given.  What would settle a matter is
not told where it is only a condition; nor is it denied.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.poles import settles, settling
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact, Guidance


def provisos(clauses: Clauses, cues: Cues) -> list[Span]:
    """Where something is made a condition: behind the words for it, to the end of their clause.

    A "that" or a comma right behind those words begins no other clause: "on condition, that they".
    """
    return [(last, clauses.end_behind(last))
            for _, last in cues.find("proviso", clauses.tokens)]


def given_in_return(clauses: Clauses, cues: Cues, span: Span) -> bool:
    """Whether what stands at *span* is given for something: "they accept, provided we pay".

    That may stand before it or behind it, in its sentence.
    """
    return any(begin <= span[0] < end and begin <= first < end
               for first, _ in cues.find("in_return", clauses.tokens)
               for begin, end in clauses.sentences())


def less_sure(
    heard: Mapping[Fact, Answer], at: Utterance, key: MessageKey
) -> dict[Fact, Answer]:
    """*heard*, less sure where the message of *key* answers in part, or only in return.

    "Yes, provided we pay" and "no conflict, in the capital": whoever answers by a word claims
    nothing that could be weighed.
    """
    tokens = at.clauses.tokens
    where = {token.start: i for i, token in enumerate(tokens)}

    def is_limited(fact: Fact, answer: Answer) -> bool:
        first = where.get(answer.start)
        if answer.message != key or first is None or fact not in at.guidance.questions or not any(
                settles(at.guidance, fact, value) for value in answer.values or ()):
            return False
        mine = (first, first + 1)
        return at.clauses.partly(mine) or given_in_return(at.clauses, at.cues, mine)

    return {fact: replace(answer, sure=False) if is_limited(fact, answer) else answer
            for fact, answer in heard.items()}


def would_settle(guidance: Guidance, fact: Fact, value: str) -> bool:
    """Whether *value* of *fact* is what one makes a condition: a yes, or all that raises no flag.

    "Subject to export counsel clearing it" leaves the review neither done nor under way.
    """
    return settles(guidance, fact, value) and value in {
        guidance.questions[fact].yes, settling(guidance, fact)}
