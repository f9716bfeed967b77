"""A message that tells something of the deal and asks something else beside it, read in two."""

import re
from dataclasses import replace

from bot.dialogue.conversation import Beside, Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import (
    ASKED,
    OF_WHAT_IS_TOLD,
    blanked,
    in_full,
    question_beside,
)
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.messages.unknown_and_why import unknown_and_why
from bot.dialogue.small_words.around import ASKS_FOR_A_VIEW, around
from bot.dialogue.small_words.cues import Cues

_ENDS_A_SENTENCE = re.compile(r"\A[.!]|\A.\s*(?:[\n;–—]|-\s)")
"""What stands between a sentence, of which it has the last character, and the next one."""


class TellingAndAsking:
    """Reads such messages, with the small words of one release."""

    def __init__(self, cues: Cues, steering: Steering, of: TakeApart, read: Read) -> None:
        self._cues, self._steering, self._of, self._read = cues, steering, of, read

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message*, of which *understood* is the matter, with its question beside it.

        None if it does only one of both.  A first message that ends in "what do we have to look
        at?" asks for nothing but the advice on what it tells, and what supposes tells nothing.
        """
        if not conversation.deal.answers:
            return None
        unknown = unknown_and_why(
            understood, message, conversation, self._cues, of=self._of, read=self._read)
        if unknown is not None:
            return unknown
        viewed = self._told_for_a_view(understood, message, conversation)
        if viewed is not None:
            return viewed
        if "?" not in message.text:
            return None
        reading, clauses = understood.reading, understood.clauses
        span = question_beside(
            reading, clauses, self._cues, self._steering.questions.is_question)
        if span is None:
            return None
        what_if = self._steering.what_if
        if what_if.supposes_in(reading, clauses, span) or what_if.sounds_so(reading, clauses):
            return None  # "if they were caught, what then?" tells of nobody who was
        told = self._read(self._of(blanked(reading.text, span)), message, conversation)
        if told.intent is not Intent.DESCRIBE or not (told.heard or told.retracted):
            return None
        told = replace(told, heard={
            fact: in_full(answer, reading.text) for fact, answer in told.heard.items()})
        words = message.text[slice(*span)]
        asked = self._read(self._of(words), replace(message, text=words), conversation)
        if asked.intent in OF_WHAT_IS_TOLD and not asked.heard:
            return told
        if asked.intent not in ASKED or asked.heard or words != reading.text[slice(*span)]:
            return None
        entry = asked.subject if asked.intent is Intent.DEFINE else None
        return replace(told, beside=Beside(
            *span, asked.intent, entry, {**told.topics, **asked.topics}))

    def _told_for_a_view(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where a sentence behind what it tells asks for a view of that; else None.

        "We sell direct now. What do you think?" tells who sells, and the advice is what we think.
        Read as one it sounds like a supposition, and was told nowhere.
        """
        reading = understood.reading
        spans = [*around(
            reading.text, reading.tokens, self._cues, behind=(ASKS_FOR_A_VIEW,))]
        if not spans or not any(t.is_word and t.start >= spans[0][0] for t in reading.tokens):
            return None
        said = reading.text[: spans[0][0]].rstrip()
        if not _ENDS_A_SENTENCE.search(reading.text[len(said) - 1 : spans[0][1]]):
            return None
        rest = self._of(blanked(reading.text, spans[0]))
        what_if = self._steering.what_if
        if what_if.supposes(rest.reading, rest.clauses) or what_if.sounds_so(
                rest.reading, rest.clauses):
            return None
        told = self._read(rest, message, conversation)
        if told.intent is not Intent.DESCRIBE or not (
                told.heard or told.retracted or told.withdrawn):
            return None
        return replace(told, heard={
            fact: in_full(answer, reading.text) for fact, answer in told.heard.items()})
