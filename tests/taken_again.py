"""The last turn of a conversation taken again with a model's wording, as a second look does."""

from dataclasses import replace

from bot.dialogue.citing import check
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import points_of, worded
from bot.dialogue.reply import Reply
from bot.log_order import LOCAL
from bot.store import Store
from bot.turns.turn import Drafted
from retrieval.guidance import Guidance

MODEL = "openai:tiny"
RULES = "0123456789ab"


def drafted(*sentences: tuple[str, str]) -> Draft:
    """A draft out of texts and the ids of their points, apart by spaces."""
    return Draft(tuple(Sentence(text, tuple(points.split())) for text, points in sentences))


def take_again(
    store: Store, name: str, draft: Draft, guidance: Guidance, sentences: Wording,
    workspace: str = LOCAL,
) -> Reply:
    """Record the last turn of *name* once more, worded by *draft*; gives the reply."""
    conversation = ConversationId(name)
    first, after = store.turns(conversation)[-1], store.load(conversation)
    reply = worded(first.reply, draft, points_of(first.reply, guidance), MODEL, sentences)
    check(reply, guidance)
    turn = replace(
        first, version=first.version + 1, reply=reply, composer=MODEL, retakes=first.version,
        drafted=Drafted(draft, RULES),
        message=replace(first.message, key=MessageKey(f"{first.key}:second")))
    store.record(turn, replace(after, version=turn.version), first.version, workspace=workspace)
    return reply
