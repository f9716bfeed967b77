"""What was guessed and is asked back, "I read: drones. Is that right?", and the answer to that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.answering import leading, value_said, verdicts
from bot.dialogue.clauses import Cues
from bot.dialogue.deal import Answer, Deal, MessageKey
from retrieval.guidance import Fact, Question
from retrieval.mentions import Reading

YES, NO, DONT_KNOW = "yes", "no", "dont_know"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a message makes of the guesses that it was asked about."""

    answers: Mapping[Fact, Answer]
    """What was right, or is the other of two; and what else a yes or no each was said of."""
    wrong: frozenset[Fact]
    """What was wrong, and is asked anew."""
    unsaid: frozenset[Fact]
    """What stays a guess, since a bare word may be meant for another question."""

    def __bool__(self) -> bool:
        """Whether it says anything of them."""
        return bool(self.answers or self.wrong)


NOTHING = Confirmation({}, frozenset(), frozenset())


def takes_yes_or_no(question: Question) -> bool:
    """Whether a bare yes or no answers the wording of *question*."""
    return bool(_plainly(question, YES) or _plainly(question, NO))


def confirmation(
    deal: Deal,
    questions: Sequence[Question],
    reading: Reading,
    cues: Cues,
    key: MessageKey,
    named: Collection[Fact],
) -> Confirmation:
    """What a yes or no at the head of a message says of the guesses that were asked back.

    Args:
        deal: What is known, guesses included.
        questions: What was asked last, in the order shown.
        reading: The message.
        cues: The cue lists of the release.
        key: The message's key.
        named: Facts of which the message itself names another value, which outranks the word at
            its head.
    """
    guesses = {q.fact: q for q in questions if deal.guessed(q.fact) and q.fact not in named}
    if not guesses:
        return NOTHING
    words = [t for t in reading.tokens if t.is_word]
    each = verdicts(words, cues)
    said = _said_of(questions, guesses, each, leading(words, cues))
    if len(each) != len(questions) and cues.find("uncertain", reading.tokens):
        said = {}
    answers: dict[Fact, Answer] = {}
    wrong: set[Fact] = set()
    for question in (q for q in questions if q.fact in said and q.fact not in named):
        fact, verdict = question.fact, said[question.fact]
        values = _plainly(question, verdict)
        if fact in guesses:
            values = _meant(question, deal.known(fact), verdict)
            if not values:
                wrong.add(fact)
        if values:
            # Who does not know leaves what was read as it stands, and is not asked again.
            answers[fact] = Answer(values, reading.text.strip(), key, verdict != DONT_KNOW, 0,
                                   len(reading.text))
    unsaid = {fact for fact, question in guesses.items() if fact not in said and any(
        _meant(question, deal.known(fact), word) != _plainly(question, word) for word in each)}
    return Confirmation(answers, frozenset(wrong), frozenset(unsaid))


def _said_of(
    questions: Sequence[Question],
    guesses: Collection[Fact],
    each: Sequence[str],
    first: str,
) -> dict[Fact, str]:
    """Of which facts a message says a yes, a no or a don't-know, and which.

    Args:
        questions: What was asked last.
        guesses: The facts among them that were asked back.
        each: The words of the whole message, if it is made of nothing else.
        first: The word at its head.
    """
    if len(each) == len(questions):
        return {q.fact: verdict for q, verdict in zip(questions, each, strict=True)}
    others = [q for q in questions if q.fact not in guesses]
    # Where another question takes the word too, it may be meant for that one.
    if first not in (YES, NO, DONT_KNOW) or any(_plainly(q, first) for q in others):
        return {}
    return dict.fromkeys(guesses, first)


def _meant(question: Question, known: frozenset[str], verdict: str) -> frozenset[str]:
    """What holds if *verdict* is of the guess that *known* is so; empty where nobody can say."""
    if verdict != NO:
        return known
    choices = {choice.value for choice in question.choices}
    return frozenset(choices - known) if len(choices) == 2 and len(known) == 1 else frozenset()


def _plainly(question: Question, verdict: str) -> frozenset[str]:
    """What *verdict* says of the wording of *question*, if it says anything."""
    value = value_said(question, verdict)
    return frozenset() if value is None else frozenset({value})
