"""A message that says "I don't know" and asks why at once: "no idea, why does that matter".

Read as one it was the question alone, and what had been asked was asked once more of somebody who
had answered it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Beside, Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, parts_of
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.naming import of_facts
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.words.mentions import Reading

_UNKNOWN = "dont_know"
"""The cue list of what says that nobody knows."""


def unknown_and_why(
    understood: Understood,
    message: Message,
    conversation: Conversation,
    cues: Cues,
    *,
    of: TakeApart,
    read: Read,
) -> Message | None:
    """*message* as an "I don't know" with its question beside it; None where it is none.

    Args:
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        cues: The small words of the release.
        of: Takes a text apart.
        read: Reads either part.
    """
    reading, awaiting = understood.reading, conversation.awaiting()
    unknown = cues.find(_UNKNOWN, reading.tokens) if awaiting else []
    if not unknown:
        return None
    for sentence in understood.clauses.sentences():
        for first, last in (*parts_of(reading, sentence, cues),
                            *_right_behind(unknown, sentence, reading, cues)):
            span = reading.tokens[first].start, reading.tokens[last - 1].end
            ahead = blanked(reading.text, span)
            words = reading.text[slice(*span)]
            # What stands in a letter stands elsewhere in the message.
            if not ahead.strip() or words != message.text[slice(*span)]:
                continue
            asked = read(of(words), replace(message, text=words), conversation)
            if asked.intent is not Intent.WHY or asked.subject is not None or asked.heard:
                continue
            told = read(of(ahead), message, conversation)
            if told.intent is Intent.DESCRIBE and told.heard and all(
                    fact in awaiting and answer.values is None
                    for fact, answer in told.heard.items()):
                return replace(told, beside=Beside(
                    *span, Intent.WHY, of_facts([*told.heard]), told.topics))
    return None


def _right_behind(
    unknown: Sequence[Span], sentence: Span, reading: Reading, cues: Cues
) -> Iterator[Span]:
    """What of *sentence* asks right behind an "I don't know", without a mark: "idk why do you ask".

    "I don't know why you ask" only says the question in other words.
    """
    for _, end in unknown:
        if sentence[0] < end < sentence[1] and cues.starts(
                "inverted", reading.tokens[end + 1 : sentence[1]]):
            yield end, sentence[1]
