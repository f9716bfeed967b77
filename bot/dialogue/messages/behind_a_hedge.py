"""An answer that only a hedge before it hides: "pretty sure us", where it is asked who hosts it.

What answers in a word or two is heard by its standing alone; with "probably" before it, it stood no
more alone, and was taken for a remark.
"""

from collections.abc import Collection
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.small_words.answer_words import HEDGES
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact

_HIDES = frozenset({Intent.UNCLEAR, Intent.REMARK, Intent.DESCRIBE})
"""What a message may be taken for whose answer stands behind a hedge: what it tells beside."""


def behind_a_hedge(
    read_as: Message,
    understood: Understood,
    message: Message,
    conversation: Conversation,
    cues: Cues,
    *,
    of: TakeApart,
    read: Read,
) -> Message:
    """*message* with what answers behind the hedge that opens it, none of it for sure.

    Args:
        read_as: The message as it is read with the hedge, which stands if nothing answers.
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        cues: The small words of the release.
        of: Takes a text apart.
        read: Reads what is left.
    """
    tokens, awaiting = understood.reading.tokens, conversation.awaiting()
    if not awaiting or not tokens or read_as.intent not in _HIDES or _changes(read_as, awaiting):
        return read_as
    length = max(cues.starts(name, tokens) for name in HEDGES)
    if not length or not any(token.is_word for token in tokens[length:]):
        return read_as
    text = understood.reading.text
    told = read(of(blanked(text, (tokens[0].start, tokens[length - 1].end))), message, conversation)
    answers = {fact: answer for fact, answer in told.heard.items() if fact in awaiting}
    beside = {fact: answer.values for fact, answer in told.heard.items() if fact not in awaiting}
    if told.intent is not Intent.DESCRIBE or told.withdrawn or told.retracted or not answers or (
            any(answer.values is None for answer in answers.values())
            or beside != {fact: answer.values for fact, answer in read_as.heard.items()}):
        return read_as
    return replace(told, heard={**read_as.heard, **{
        fact: replace(in_full(answer, text), sure=False) for fact, answer in answers.items()}})


def _changes(read_as: Message, awaiting: Collection[Fact]) -> bool:
    """Whether it says something of what was asked, or takes anything back."""
    return bool(read_as.withdrawn or read_as.retracted) or not (
        read_as.heard.keys().isdisjoint(awaiting))
