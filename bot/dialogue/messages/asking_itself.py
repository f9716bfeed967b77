"""A message that puts a question and answers it at once: "who hosts? we do", "resellers? none".

The question is nobody's to answer.  It says what the answer is about, as our own question would.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading

HEADING_WORDS = 6
"""Longest question that is answered in the same breath."""


def answered_itself(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    *,
    guidance: Guidance,
    subjects: Subjects,
    cues: Cues,
    of: TakeApart,
    read: Read,
) -> Message | None:
    """*message* as the answer to the question that it begins with; None where it is none.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        guidance: The release that it is read with.
        subjects: What its questions are about.
        cues: Its small words.
        of: Takes a text apart.
        read: Reads what stands behind the question.
    """
    reading = understood.reading
    heading = _heading(understood)
    fact = None if heading is None else _asked(heading, understood, guidance, subjects, cues)
    if heading is None or fact is None:
        return None
    end = reading.tokens[heading[1] - 1].end
    behind = of(blanked(reading.text, (reading.tokens[heading[0]].start, end)))
    said = read(behind, message, replace(
        conversation, deal=conversation.deal.without({fact}), pending=fact, beside=()))
    answer = said.heard.get(fact)
    if said.intent is not Intent.DESCRIBE or answer is None or (
            answer.values is None and conversation.deal.known(fact)):
        return None  # "the police? no idea" unsays no police
    return replace(said, answers_pending=not said.heard.keys().isdisjoint(
        conversation.awaiting()))


def _heading(understood: Understood) -> Span | None:
    """The first sentence, where it asks in a few words, and only the next ones say anything."""
    reading = understood.reading
    spans = understood.clauses.sentences()
    if len(spans) < 2:
        return None
    first, *others = spans
    if reading.tokens[first[1] - 1].norm != "?" or any(
            reading.tokens[last - 1].norm == "?" for _, last in others):
        return None
    words = sum(t.is_word for t in reading.tokens[first[0] : first[1]])
    return first if 0 < words <= HEADING_WORDS else None


def _asked(
    heading: Span, understood: Understood, guidance: Guidance, subjects: Subjects, cues: Cues
) -> Fact | None:
    """The fact that the question names by its words, or that a model hears answered behind it."""
    reading = understood.reading
    begin = next(_on_something(reading, heading, cues), heading[1])
    called, _ = subjects.called(reading, (begin, heading[1]))
    if len(called) == 1:
        return next(iter(called))
    behind = reading.tokens[heading[1] - 1].end
    heard = [one for one in understood.told() or () if one.chance >= SURE
             and one.fact in guidance.questions and one.end > behind]
    facts = {one.fact for one in heard}
    return facts.pop() if len(facts) == 1 else None


def _on_something(reading: Reading, span: Span, cues: Cues) -> Iterator[int]:
    """The words of *span* that are none of "who", "any" and the like."""
    small = cues.covered(reading.tokens, FUNCTION_WORDS)
    asking = cues.words("asking_words")
    return (i for i in range(*span) if reading.tokens[i].is_word
            and i not in small and reading.tokens[i].norm not in asking)
