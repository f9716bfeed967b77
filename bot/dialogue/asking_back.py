"""What was guessed and is asked back, "I read: drones. Is that right?", and the answer to that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.answering import leading, value_said, verdicts
from bot.dialogue.clauses import Cues
from bot.dialogue.deal import Answer, Deal, MessageKey
from retrieval.guidance import Fact, Question
from retrieval.mentions import Reading

YES, NO = "yes", "no"


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


def takes_yes_or_no(question: Question) -> bool:
    """Whether a bare yes or no answers the wording of *question*."""
    return _takes(question, YES) or _takes(question, NO)


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
    words = [t for t in reading.tokens if t.is_word]
    guesses = {q.fact for q in questions if deal.guessed(q.fact) and q.fact not in named}
    said: dict[Fact, str] = {}
    each = verdicts(words, cues)
    if guesses and len(each) == len(questions):
        said = {q.fact: verdict for q, verdict in zip(questions, each, strict=True)}
    elif not cues.find("uncertain", reading.tokens):
        word = leading(words, cues)
        # Where another question takes the word too, it may be meant for that one.
        if not any(_takes(q, word) for q in questions if q.fact not in guesses):
            said = dict.fromkeys(guesses, word)
    answers: dict[Fact, Answer] = {}
    wrong: set[Fact] = set()
    for question in questions:
        fact, verdict = question.fact, said.get(question.fact)
        if verdict not in (YES, NO) or fact in named:
            continue
        if fact not in guesses:
            value = value_said(question, verdict)
            values = frozenset({value} if value is not None else ())
        elif verdict == YES:
            values = deal.known(fact)
        else:
            values = _the_other(question, deal.known(fact))
            if not values:
                wrong.add(fact)
        if values:
            answers[fact] = Answer(values, reading.text.strip(), key, True, 0, len(reading.text))
    unsaid = guesses - said.keys() if each else frozenset()
    return Confirmation(answers, frozenset(wrong), frozenset(unsaid))


def _takes(question: Question, verdict: str) -> bool:
    return value_said(question, verdict) is not None


def _the_other(question: Question, values: frozenset[str]) -> frozenset[str]:
    """What holds of a question with two choices if *values* do not; empty with more choices."""
    choices = {choice.value for choice in question.choices}
    return frozenset(choices - values) if len(choices) == 2 and len(values) == 1 else frozenset()
