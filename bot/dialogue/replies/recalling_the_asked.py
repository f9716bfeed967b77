"""A question that stands is put whole once; as long as it stays the same, a line recalls it.

Who asks something else in between, or makes a remark, has the question and its choices right
above.  A colleague would say "and still: is there conflict?", and not read out the list again.
"""

from dataclasses import replace

from bot.dialogue.deciding import Decision
from bot.dialogue.intents import Intent
from bot.dialogue.naming import AGAIN
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Asked, Reply
from retrieval.guidance import Guidance

_WHOLE = frozenset({Intent.UNCLEAR, Intent.GO_ON, Intent.START_OVER})
"""What is answered with the whole question: what may have tried to answer it, and who wants it."""


def recalled(reply: Reply, decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """*reply* with a line in place of its question where the person was asked the same before.

    The question stays in it with its choices: they can be pressed, and are numbered as before.
    """
    question = reply.question
    if question is None or not _is_the_same(question, decision):
        return reply
    asked, deal = question.all(), decision.conversation.deal
    # A name alone would not say what is guessed of it.
    if question.beside and not any(deal.guessed(one.fact) for one in asked):
        labels = "; ".join(guidance.questions[one.fact].label for one in asked)
        line = wording.say("ask.again", labels=labels)
    else:
        line = wording.say("ask.again_one", text=" ".join(one.text.strip() for one in asked))
    return replace(reply, question=replace(question, again=line))


def _is_the_same(question: Asked, decision: Decision) -> bool:
    """Whether the last message that the person saw asked for the same, in the same order."""
    before, message = decision.before, decision.message
    facts = tuple(one.fact for one in question.all())
    # A button has no words: whoever pressed it wants to see the question that waits.
    wanted = message.intent in _WHOLE or message.subject == AGAIN or (
        message.intent is Intent.FILLER and not message.text.strip())
    # Another release may put it in other words, and another guess is another question.
    deals = (before.deal, decision.conversation.deal)
    guesses = [[deal.latest(fact) if deal.guessed(fact) else None for fact in facts]
               for deal in deals]
    anew = bool(decision.seen) or guesses[0] != guesses[1]
    taken_back = not message.retracted.isdisjoint(facts)
    return not (wanted or anew or taken_back) and before.pending is not None and (
        facts == (before.pending, *before.beside) == before.awaiting())
