"""An answer that only a hedge or a courtesy beside it hides: "pretty sure us", "not there lol".

What answers in a word or two is heard by its standing alone.  With "probably" before it, or a
"thx" behind, it stood no more alone and was taken for a remark, or for a "don't know".
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.small_words.answer_words import HEDGES, leading
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact
from retrieval.words.tokens import Token

_HIDES = frozenset({Intent.UNCLEAR, Intent.REMARK, Intent.THANKS, Intent.DESCRIBE})
"""What a message may be taken for whose answer is hidden: what else it tells, at best."""
_COURTESIES = "courtesies"
"""The cue list of what may stand before or behind an answer and says nothing of it."""
_ASKED_BEHIND = "asks_if_it_helps"
"""The cue list of what asks behind one whether it will do."""
_ASKS = frozenset({Intent.WHAT_IF, Intent.ASK, Intent.WHAT_IS_KNOWN, Intent.VERDICT})
"""What a message may be taken for that does: "just traffic, does that help" supposes nothing."""


def beside_courtesies(
    read_as: Message,
    understood: Understood,
    message: Message,
    conversation: Conversation,
    cues: Cues,
    *,
    of: TakeApart,
    read: Read,
) -> Message:
    """*message* with what it answers beside its hedges and courtesies; beside a hedge, unsure.

    Args:
        read_as: The message as it is read with them, which stands if nothing answers.
        understood: Its matter.
        message: The message.
        conversation: What it is said in.
        cues: The small words of the release.
        of: Takes a text apart.
        read: Reads what is left.
    """
    tokens, awaiting = understood.reading.tokens, conversation.awaiting()
    if not awaiting or not tokens or _changes(read_as, awaiting):
        return read_as
    if read_as.intent not in _HIDES and not (
            read_as.intent in _ASKS and _closes(tokens, len(tokens), (_ASKED_BEHIND,), cues)):
        return read_as
    first, last = _bare(tokens, cues)
    if (first, last) == (0, len(tokens)) or not any(t.is_word for t in tokens[first:last]):
        return read_as
    if read_as.intent is Intent.THANKS and leading(tokens[first:last], cues)[1]:
        return read_as  # "no thanks" wants nothing more, and denies nothing
    text = understood.reading.text
    left = text
    for begin, end in ((0, first), (last, len(tokens))):
        if begin < end:
            left = blanked(left, (tokens[begin].start, tokens[end - 1].end))
    told = read(of(left), message, conversation)
    answers = {fact: answer for fact, answer in told.heard.items() if fact in awaiting}
    beside = {fact: answer.values for fact, answer in told.heard.items() if fact not in awaiting}
    if told.intent is not Intent.DESCRIBE or told.withdrawn or told.retracted or not answers or (
            any(answer.values is None for answer in answers.values())
            or beside != {fact: answer.values for fact, answer in read_as.heard.items()
                          if fact not in awaiting}):
        return read_as
    hedged = any(cues.find(name, tokens[:first]) for name in HEDGES)
    return replace(told, heard={**read_as.heard, **{
        fact: replace(in_full(answer, text), sure=answer.sure and not hedged)
        for fact, answer in answers.items()}})


def _bare(tokens: Sequence[Token], cues: Cues) -> Span:
    """Where *tokens* stand without the hedges and courtesies that open, and those that close them.

    A hedge behind an answer doesn't hide it.
    """
    first, last = 0, len(tokens)
    while first < last and (length := max(
            _hedge(tokens[first:], cues), cues.starts(_COURTESIES, tokens[first:]))):
        first += length
        while first < last and not tokens[first].is_word:
            first += 1
    while (begins := _closes(tokens, last, (_COURTESIES, _ASKED_BEHIND), cues)) > first:
        last = begins
    return first, last


def _hedge(tokens: Sequence[Token], cues: Cues) -> int:
    """How many of the first *tokens* are a hedge, and no doubt: "not sure if" leaves it open."""
    length = max(cues.starts(name, tokens) for name in HEDGES)
    doubts = any(cues.find(name, tokens[:length]) for name in ("negation", "dont_know"))
    return 0 if doubts else length


def _closes(tokens: Sequence[Token], last: int, names: Sequence[str], cues: Cues) -> int:
    """Where a phrase of the lists *names* begins that ends the *tokens* before *last*; else 0."""
    words = max((i for i in range(last) if tokens[i].is_word), default=-1) + 1
    return min((begin for name in names for begin, end in cues.find(name, tokens)
                if end == words), default=0)


def _changes(read_as: Message, awaiting: Collection[Fact]) -> bool:
    """Whether it tells something of what was asked, or takes anything back.

    "Good question" by itself says that one doesn't know, and nothing of the kind before an answer.
    """
    return bool(read_as.withdrawn or read_as.retracted) or any(
        fact in awaiting and answer.values is not None
        for fact, answer in read_as.heard.items())
