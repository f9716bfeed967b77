"""A conversation as another release can go on with it."""

from dataclasses import replace

from bot.dialogue.conversation import Conversation
from retrieval.guidance import Guidance


def fitted(conversation: Conversation, guidance: Guidance) -> Conversation:
    """*conversation* with nothing awaited that *guidance* doesn't ask for.

    What is known of the deal stays as it is: facts that this release has no use for may matter
    in the next one.
    """
    asked = () if conversation.pending is None else (conversation.pending, *conversation.beside)
    left = tuple(fact for fact in asked if fact in guidance.questions)
    if left == asked:
        return conversation
    return replace(conversation, pending=left[0] if left else None, beside=left[1:])
