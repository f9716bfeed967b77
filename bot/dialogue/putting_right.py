"""What puts right an answer given before: "sorry, I meant 2", "no wait, yes to the first".

By then the next question may stand there; what was wrong is the answer to the one before it.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue.answering import answers_whole
from bot.dialogue.beside import blanked
from bot.dialogue.by_place import parted
from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.cues import Cues
from bot.dialogue.understood import Understood
from retrieval.guidance import Guidance

Read = Callable[[Understood, Message, Conversation], Message]
"""Reads what a message holds as said in a conversation, by itself."""


def put_right(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    guidance: Guidance,
    cues: Cues,
    of: Callable[[str], Understood],
    read: Read,
) -> Message | None:
    """*message* as another answer to what was asked before what is asked now.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        guidance: The release that it is read with.
        cues: Its small words.
        of: Takes apart what is left of it without "sorry, I meant".
        read: Reads that.

    Returns:
        None where it holds more than that and an answer: "sorry, I meant the army" names what it
        is about by itself.
    """
    before = [guidance.questions[fact] for fact in conversation.asked_before
              if fact in guidance.questions]
    clauses, text = understood.clauses, understood.reading.text
    if not before or not clauses.corrections:
        return None
    tokens = understood.reading.tokens
    for first, last in clauses.corrections:
        text = blanked(text, (tokens[first].start, tokens[last - 1].end))
    left = of(text)
    words = [t for t in left.reading.tokens if t.is_word]
    # "Actually, yes" may be of either question, "actually, 2" of the one that is answered.
    surely = bool(clauses.retractions) or any(t.norm.isdecimal() for t in words)
    if not surely or not (answers_whole(words, cues) or (
            len(before) > 1 and parted(before, left.reading, cues))):
        return None
    facts = tuple(question.fact for question in before)
    told = read(left, message, replace(
        conversation, deal=conversation.deal.without(facts), pending=facts[0], beside=facts[1:]))
    if not told.heard or not told.answers_pending:
        return None
    return replace(told, answers_pending=False, going=Going.ALONE)
