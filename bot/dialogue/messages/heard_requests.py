"""Requests that no phrase tells: heard by their likeness to what others have asked.

`requesting` knows a request by all of its words, and is right wherever it knows one.  People put
the same in endlessly many ways ("what should I be nervous about"), so what is left over (a question
that names nothing to look up, or nothing understood at all) is heard once more by
`retrieval.hearing.requests`.  Nothing that a message tells is ever set aside for it.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import OF_WHAT_IS_TOLD
from bot.dialogue.naming import AGAIN, CONTACT, DRAFTS, IN_SHORT, PONDERING, READERS
from bot.dialogue.small_words.cues import intents_of
from bot.dialogue.small_words.lookups import lookups_of
from bot.dialogue.small_words.safeguards_called import safeguards_called
from retrieval.guidance import Guidance
from retrieval.words.requests import Hears, Request
from retrieval.words.tokens import tokenise

WANTED: Mapping[Request, tuple[Intent, str | None]] = {
    Request.VERDICT: (Intent.VERDICT, None),
    Request.GRAVEST: (Intent.GRAVEST, None),
    Request.FLAGS: (Intent.RED_FLAGS, None),
    Request.REMEDY: (Intent.REMEDY, None),
    Request.CLAUSE: (Intent.REMEDY, DRAFTS),
    Request.NEXT: (Intent.NEXT_STEPS, None),
    Request.OPEN: (Intent.STILL_OPEN, None),
    Request.KNOWN: (Intent.WHAT_IS_KNOWN, None),
    Request.SHORT: (Intent.ADVISE_NOW, IN_SHORT),
    Request.NOW: (Intent.ADVISE_NOW, None),
    Request.SEND: (Intent.SEND_ON, None),
    Request.SOURCES: (Intent.SHOW_SOURCES, None),
    Request.WHY: (Intent.WHY, None),
    Request.WHO: (Intent.HELP, CONTACT),
    Request.HELP: (Intent.HELP, None),
    Request.READERS: (Intent.HELP, READERS),
    Request.WRONG: (Intent.PUT_RIGHT, None),
    Request.AGAIN: (Intent.FILLER, AGAIN),
    Request.HOLD: (Intent.FILLER, PONDERING),
}
"""What each request is answered as."""
_OF_WHAT_WAITS = {Request.WHY, Request.AGAIN}
"""Requests that make no sense where nothing is asked."""
_OF_ADVISOR = {Request.HELP, Request.READERS, Request.WHO}
"""Requests that make sense before any deal is told."""
_SAID_BEHIND = {Intent.HELP, Intent.WHY, Intent.NEXT_STEPS}
"""What a question that goes on from one on the texts may seem to want by its few words."""
_LEFT_OVER = {Intent.ASK, Intent.UNCLEAR, Intent.REMARK}
"""What a message is taken for whose words tell nothing clearly."""


def heard_request(
    message: Message, conversation: Conversation, guidance: Guidance, hears: Hears
) -> Message:
    """*message*, said in *conversation*, as the request that *hears* hears in it, if it does.

    A question beside what a message tells is heard by itself.  One that names a safeguard of the
    *guidance* is answered with that: "can we skip the audit" wishes for no end of the questions.
    """
    if message.answers_reviewer:
        return message
    beside = message.beside
    if beside is not None and beside.intent in _LEFT_OVER:
        meant = _meant(message.text[beside.start : beside.end], conversation, hears)
        if meant is not None and meant[0] is Intent.VERDICT:
            return replace(message, beside=replace(beside, intent=Intent.VERDICT))
        # The advice on what is told answers it: "it's for the army, so what worries you most?"
        told = meant is not None and meant[0] in OF_WHAT_IS_TOLD | {Intent.ADVISE_NOW}
        return replace(message, beside=None) if told else message
    # Behind what somebody has just told, what tells nothing new is taken for more of the same.
    left_over = message.intent in _LEFT_OVER or (
        message.intent is Intent.FILLER and message.going is Going.ON) or (
        message.intent is Intent.DESCRIBE and bool(message.heard))
    if not left_over or message.withdrawn or message.retracted or message.supposed or (
            _tells(message, conversation)):
        return message
    text = message.matter or message.text
    meant = _meant(text, conversation, hears)
    if meant is None or safeguards_called(tokenise(text), guidance):
        return message
    intent, subject = meant
    if intent is Intent.HELP and _names_a_text(text, guidance):
        return message  # "does ITAR matter here" does not ask who reads along
    if intent in _SAID_BEHIND and message.intent is Intent.ASK and message.subject:
        return message  # "and who sets it up" behind a question on that
    if intent is Intent.HELP and intents_of(guidance).find("of_the_reach", tokenise(text)):
        return message  # "is this even in scope" is of the guidance
    if (intent, subject) == WANTED[Request.NOW] and conversation.pending is None:
        subject = IN_SHORT  # "ok skip" has nothing left to skip, and all of it was shown
    if intent is Intent.WHY and message.topics and not (
            message.topics.keys() & set(conversation.awaiting())):
        return message  # "why would a reseller agree to that" asks for no reason of ours
    return replace(message, intent=intent, subject=subject, heard={}, going=Going.ALONE,
                   likely=True)


def _names_a_text(text: str, guidance: Guidance) -> bool:
    """Whether *text* names a provision, or a text beside the one that all of this rests on."""
    lookups = lookups_of(guidance)
    found = lookups.of(text)
    return found.names or found.source not in (None, lookups.of(lookups.main).source)


def _tells(message: Message, conversation: Conversation) -> bool:
    """Whether it tells anything that is not known for certain already, or answers what waits.

    "A paragraph on the reseller for my boss" names the reseller of the deal, and tells nothing.
    """
    deal = conversation.deal
    return message.answers_pending or any(
        answer.values is None or fact not in deal.answers or not deal.answers[fact].certain
        or not answer.values <= deal.known(fact) for fact, answer in message.heard.items())


def _meant(
    text: str, conversation: Conversation, hears: Hears
) -> tuple[Intent, str | None] | None:
    request = hears(text)
    if request is None or (request in _OF_WHAT_WAITS and not conversation.awaiting()) or (
            not conversation.deal.answers and request not in _OF_ADVISOR):
        return None
    return WANTED[request]
