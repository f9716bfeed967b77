"""That what is sold can watch nobody: "no cameras, no software, just mixers", while it is asked.

No value of the product says so, and whoever was asked what their dough mixers do was told that this
is no answer.
"""

from dataclasses import replace

from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.understood import Understood
from bot.dialogue.naming import NO_CAPABILITY, what_is_sold
from bot.dialogue.small_words.cues import intents_of
from retrieval.guidance import Guidance

_LEFT_OVER = frozenset({Intent.DESCRIBE, Intent.REMARK, Intent.UNCLEAR, Intent.ASK})
"""What such a message is taken for where it says nothing else."""


def without_capability(
    message: Message, understood: Understood, conversation: Conversation, guidance: Guidance
) -> Message:
    """*message* as what says so of what is sold; any other, and one that asks, as it is.

    Args:
        message: As it was read.
        understood: Its matter.
        conversation: What it is said in: what is sold has to be asked and not to be known.
        guidance: The release.
    """
    sold, deal = what_is_sold(guidance), conversation.deal
    asked = sold is not None and sold.fact in conversation.awaiting()
    if sold is None or not asked or deal.certain(sold.fact) or "?" in message.text:
        return message
    if message.intent not in _LEFT_OVER or message.heard or message.retracted:
        return message
    said = intents_of(guidance).find("has_no_capability", understood.reading.tokens)
    return replace(message, intent=Intent.HELP, subject=NO_CAPABILITY, withdrawn={}) if (
        said) else message
