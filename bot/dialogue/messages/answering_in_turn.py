"""Answers to several questions, one for each in their order: "none, weak", "selective, yes".

A word such as "none" answers by itself whichever question it is put to, so it is read as the answer
to the one whose turn it is, and to no other.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import Answer
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.refining import refined
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import whole
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.mentions import Reading

PART_WORDS = 6
"""Most words of one such answer; a longer one tells a matter, whatever was asked."""
BESIDE_A_VERDICT = 3
"""Most words of one behind a yes or no: "yes, there is a gap in it" may be one answer in two."""


def answered_in_turn(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    guidance: Guidance,
    cues: Cues,
    subjects: Subjects,
    *,
    of: TakeApart,
    read: Read,
) -> Message | None:
    """*message* as one answer for each question that waits, in their order; None if it isn't that.

    A question of yes or no has one of these; where all are such, the list is read with what
    divides and names its items.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        guidance: The release.
        cues: Its cue lists, compiled.
        subjects: What its questions are about.
        of: Takes a text apart.
        read: Reads a text by itself.
    """
    reading, awaiting = understood.reading, conversation.awaiting()
    # Numbers are those of all that was shown, and a guess that is asked back may be meant.
    counted = any(token.norm[0].isdigit() for token in reading.tokens)
    if len(awaiting) < 2 or counted or "?" in reading.text or any(
            map(conversation.deal.guessed, awaiting)):
        return None
    parts = _parts(reading, len(awaiting), cues)
    questions = [guidance.questions[fact] for fact in awaiting]
    verdicts = [_verdict(reading, part, cues) for part in parts]
    if not parts or all(map(_takes_yes_and_no, questions)) or any(
            _names_another(reading, part, question.fact, awaiting, subjects)
            for question, part in zip(questions, parts, strict=True)) or not all(
            _may_answer(question, verdict, part, before)
            for question, verdict, part, before in zip(
                questions, verdicts, parts, ["", *verdicts], strict=False)):
        return None
    heard: dict[Fact, Answer] = {}
    for question, part in zip(questions, parts, strict=True):
        answer = _answer(question, part, reading, message, conversation, of, read)
        if answer is None:
            return None
        heard[question.fact] = answer
    return replace(
        message, intent=Intent.DESCRIBE, heard=refined(guidance, conversation.deal, heard),
        topics=reading.by_fact(), answers_pending=True)


def _parts(reading: Reading, count: int, cues: Cues) -> Sequence[Span]:
    """Where each of *count* answers stands in *reading*; nothing where it has more or fewer.

    Marks part them, or an "and"; without either each is a word.
    """
    tokens, ands = reading.tokens, cues.words("and_words")
    for parted in (_marked(reading, frozenset()), _marked(reading, ands)):
        if len(parted) == count:
            return parted
    single = all(t.is_word for t in tokens) and len(tokens) == count
    return [(n, n + 1) for n in range(count)] if single else ()


def _marked(reading: Reading, ands: frozenset[str]) -> list[Span]:
    """The stretches of words in *reading* between marks, and between *ands*."""
    found: list[Span] = []
    for n, token in enumerate(reading.tokens):
        if not token.is_word or token.norm in ands:
            continue
        if found and found[-1][1] == n:
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found


def _verdict(reading: Reading, part: Span, cues: Cues) -> str:
    """The one verdict that is all of *part*; empty where it says anything else."""
    said = whole(reading.tokens[slice(*part)], cues)
    return said[0] if len(said) == 1 else ""


def _takes_yes_and_no(question: Question) -> bool:
    return {"yes", "no"} <= {choice.value for choice in question.choices}


def _names_another(
    reading: Reading, part: Span, fact: Fact, awaiting: Sequence[Fact], subjects: Subjects
) -> bool:
    """Whether *part* is rather about another of the facts *awaiting*: "courts so so" of these."""
    own = subjects.of(reading, part, fact)
    return any(subjects.of(reading, part, other) > own for other in awaiting if other != fact)


def _may_answer(question: Question, verdict: str, part: Span, before: str) -> bool:
    """Whether *part*, which is *verdict* if anything, answers *question* in the way that it takes.

    *before* is the verdict of the part before it.
    """
    if _takes_yes_and_no(question):
        return bool(verdict)
    words = part[1] - part[0]
    return words <= (BESIDE_A_VERDICT if before else PART_WORDS)


def _answer(
    question: Question,
    part: Span,
    reading: Reading,
    message: Message,
    conversation: Conversation,
    of: TakeApart,
    read: Read,
) -> Answer | None:
    """What *part* says to *question* by itself; None where that is nothing, or something else."""
    start, end = reading.tokens[part[0]].start, reading.tokens[part[1] - 1].end
    text = blanked(blanked(reading.text, (0, start)), (end, len(reading.text)))
    asked = replace(conversation, pending=question.fact, beside=(), stretch=None)
    said = read(of(text), message, asked)
    if said.intent is not Intent.DESCRIBE or {*said.heard} != {question.fact} or (
            said.withdrawn or said.retracted):
        return None
    return replace(said.heard[question.fact], said=reading.text[start:end], start=start, end=end)
