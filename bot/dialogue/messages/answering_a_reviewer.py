"""What a person says next after a reviewer has asked them something in their thread.

They were told to answer there, so what they write is for the reviewer: it is kept as the answer,
whatever it names.  It is no answer to what was asked here, and nothing is searched for it.
"""

from dataclasses import replace

from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.intents import Intent
from bot.dialogue.poles import graver
from retrieval.guidance import Guidance

MAY_ANSWER_A_REVIEWER = frozenset({
    Intent.DESCRIBE, Intent.UNCLEAR, Intent.REMARK, Intent.OUT_OF_SCOPE})
"""Intents of a message that may answer a reviewer: with all others something is wanted of us."""


def unasked(conversation: Conversation) -> Conversation:
    """*conversation* as if nothing had been asked here, to read an answer to somebody else in."""
    return replace(conversation, pending=None, beside=(), asked_before=(), supposed={},
                   supposed_before={}, stretch=None)


def as_answer(read: Message, guidance: Guidance) -> Message:
    """*read* as the answer: with what it plainly tells of the deal, and nothing that it may tell.

    "Their network security department" tells no end use.  What a red flag hangs on is kept though
    it is not certain, and said to be so, as it would be anywhere.
    """
    heard = {fact: answer for fact, answer in read.heard.items()
             if answer.sure or (answer.values or frozenset()) & graver(guidance, fact)}
    tells = heard or read.retracted or read.withdrawn
    return replace(read, intent=Intent.DESCRIBE if tells else Intent.REMARK, heard=heard,
                   subject=None, going=Going.BEGINS, answers_reviewer=True)
