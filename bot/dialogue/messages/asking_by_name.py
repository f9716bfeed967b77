"""When a message that names a provision, a source or a term asks for it, and what it tells then.

What names one says nothing of the deal: those words are left out of what is read for facts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import Conversation
from bot.dialogue.intents import Intent
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.lookup import Lookup, Wants
from bot.dialogue.small_words.lookups import Lookups
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told


def sought(
    lookup: Lookup,
    reading: Reading,
    told: Callable[[], Sequence[Told] | None],
    conversation: Conversation,
    lookups: Lookups,
    cues: Cues,
) -> tuple[Intent, str | None] | None:
    """Intent and subject of a question that names what it wants and nothing else; else None.

    Args:
        lookup: What the message names by itself.
        reading: The message.
        told: What a model takes it to tell.
        conversation: What it is said in: of a number alone the question before says whose it is.
        lookups: The names of the release.
        cues: Its small words.
    """
    awaiting = conversation.awaiting()
    subject = None
    goes_on = bool(cues.starts("follow_up", reading.tokens))
    # "And 6" may pick what was asked; "and 22?" does not.
    goes_on = goes_on and (not awaiting or lookup.asks or "?" in reading.text)
    if conversation.topic and not (lookup.bare or lookup.names) and (goes_on or (
            not awaiting and (lookup.asks or any(not t.norm.isdecimal() for t in reading.tokens)))):
        lookup, subject = lookups.of(reading.text, conversation.topic), conversation.topic
    if not (lookup.bare or lookup.names or conversation.deal.answers):
        # "Who wrote this" before any deal asks about what the advice rests on.
        about = lookups.of(reading.text, lookups.main)
        if about.bare and about.wants is Wants.ABOUT:
            lookup, subject = about, lookups.main
    if not lookup.bare:
        return None
    if not (lookup.spans or lookup.wants or lookup.asks or subject):
        # "Drone" names a thing of a deal, and "training" may be the answer to what was asked.
        if any(m.strength.is_firm or m.fact in awaiting for m in reading.mentions):
            return None
        if awaiting and (lookup.term is None or any(
                one.fact in awaiting and one.chance >= SURE for one in told() or ())):
            return None
    # "What does it say about resellers" wants what the texts say, and not who is one.
    if lookup.term is not None and not lookup.held and not _speaks_of_something(reading, cues):
        return Intent.DEFINE, lookup.term
    return Intent.ASK, subject


def _speaks_of_something(reading: Reading, cues: Cues) -> bool:
    """Whether it asks what is said of something, or what is to be done about it.

    "What does the EAR say" asks what the EAR are.
    """
    words = reading.tokens.words
    return bool(cues.find("lookup_acts", words)) or any(
        last < len(words) or first == 0 for first, last in cues.find("lookup_speaks", words))


def apart(reading: Reading, spans: Sequence[tuple[int, int]]) -> Reading:
    """*reading* without what rests on words in *spans*."""
    if not spans:
        return reading
    tokens = reading.tokens
    return replace(reading, mentions=tuple(
        m for m in reading.mentions
        if not any(begin < tokens[last - 1].end and tokens[first].start < end
                   for first, last in m.parts for begin, end in spans)))


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """*text* with blanks in place of *spans*, so that the rest stands where it stood."""
    for begin, end in spans:
        text = text[:begin] + " " * (end - begin) + text[end:]
    return text
