"""Hold a deal against another one of the same person: which is meant, and how they differ.

Whose deals may be told of, and where, is settled outside; here they are values.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.changes import Ground
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import fits
from bot.dialogue.naming import LAST, MINE, deal_title, naming_questions
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.comparing import advised, difference
from bot.dialogue.replies.composing import asked, closed
from bot.dialogue.replies.telling import changes
from bot.dialogue.reply import Kind, Line, Reply
from retrieval.guidance import Guidance, Question

MOST_LISTED = 10
"""Deals named to who asks which there are."""
MOST_CANDIDATES = 3
"""Deals named where it is not clear which one is meant."""


def comparison(
    guidance: Guidance,
    wording: Wording,
    here: Conversation,
    message: Message,
    others: Sequence[Conversation] | None,
    ask: Sequence[Question],
) -> Reply:
    """How the deal of *here* differs from the one of *others* that *message* means.

    Args:
        guidance: The release; the other deal is judged by it too.
        wording: The bot's own sentences.
        here: The conversation at hand.
        message: What was asked; its topics name the other deal.
        others: Conversations of the same person, the latest first; None where nothing of them
            may be told.
        ask: What stays asked.
    """
    kind = Kind.ASK if ask else Kind.ADVICE

    def plainly(kind: Kind, sentence: str, **variables: str) -> Reply:
        lead = Line(wording.say(f"comparison.{sentence}", **variables))
        return Reply(kind, guidance.release, (lead,), question=asked(guidance, ask),
                     shape="brief")

    if others is None:
        return plainly(Kind.DECLINE, "not_here")
    deals = [c for c in others if c.id != here.id and deal_title(guidance, c.deal)]
    if message.subject == MINE and deals:
        mine = list(dict.fromkeys(deal_title(guidance, c.deal) for c in deals))
        return plainly(kind, "yours", deals="; ".join(mine[:MOST_LISTED]))
    if not here.deal.answers and message.subject != MINE:
        return plainly(Kind.DECLINE, "nothing_here")
    if not deals:
        return plainly(Kind.DECLINE, "none")
    meant = meant_among(guidance, message, deals)
    titles = dict.fromkeys(deal_title(guidance, c.deal) for c in meant or deals)
    # Deals of one name can't be told apart by naming one: the latest of them is taken.
    if not meant or len(titles) > 1:
        named = "; ".join(list(titles)[:MOST_CANDIDATES])
        return plainly(Kind.DECLINE, "which" if meant else "no_such", deals=named)
    other = meant[0]
    found = difference(guidance, advised(guidance, other.deal), advised(guidance, here.deal))
    reply = plainly(kind, "lead", label=deal_title(guidance, other.deal))
    return closed(replace(
        reply, changes=changes(guidance, wording, Ground.COMPARISON, found)), wording)


def meant_among(
    guidance: Guidance, message: Message, deals: Sequence[Conversation]
) -> tuple[Conversation, ...]:
    """Those of *deals* that *message* can mean: by what it names, else the last or all."""
    facts = {q.fact for q in naming_questions(guidance)}
    named = {fact: values for fact, values in message.topics.items() if fact in facts}
    if named:
        exactly = [c for c in deals if fits(named, c.deal) is True]
        # What was never told of a deal, or only supposed, speaks against none.
        deals = exactly or [
            c for c in deals if fits(named, c.deal) is None and any(
                fits({fact: values}, c.deal) for fact, values in named.items())]
    return tuple(deals[:1] if message.subject == LAST else deals)
