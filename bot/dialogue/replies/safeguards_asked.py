"""What is said of a safeguard of the deal that a question on the texts names.

"Would a pilot be enough?" and "why was the masking dropped?" ask of the advice as much as of the
texts: whether that fits this deal, and what it is.
"""

from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.deciding import Decision
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import closed
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.reply import Kind, Line, Reply
from bot.dialogue.small_words.safeguards_called import safeguards_called
from retrieval.guidance import Gap, Guidance
from retrieval.words.tokens import tokenise

MOST_NAMED = 2
"""Most safeguards that are said of one question."""


def with_safeguards_asked(
    reply: Reply, gap: Gap | None, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """*reply*, the answer of the texts, with what the advice says of the safeguards named.

    Where the texts are silent that is all there is to say, but where it is known what is missing:
    that and whom to ask comes first.  A wish to get round a safeguard is not told what that is.

    Args:
        reply: The answer.
        gap: What the texts are silent on, where it is known.
        decision: What is known, and asked next.
        guidance: The release.
        wording: The bot's own sentences.
    """
    if gap is not None and gap.id == Intent.EVASION:
        return reply
    message, deal = decision.message, decision.conversation.deal
    named = safeguards_called(tokenise(message.matter or message.text), guidance)
    if not named or not decision.before.deal.answers:
        return reply
    fitting = [s for s in rank_safeguards(guidance, deal, decision.findings) if s.id in named]
    lines = [Line(wording.say("lead.safeguard_asked", title=s.title.strip(), text=s.text.strip()),
                  citing.cite_all(guidance, s.authorities)) for s in fitting[:MOST_NAMED]]
    if not lines:
        title = guidance.safeguards[named[0]].title.strip()
        lines = [Line(wording.say("lead.safeguard_not_of_it", title=title))]
    if reply.kind is Kind.DECLINE and gap is not None:
        return replace(reply, lead=(*reply.lead, *lines))
    if reply.kind is not Kind.DECLINE:
        return replace(reply, lead=(*lines, *reply.lead))
    kind = Kind.ASK if decision.ask else Kind.ADVICE
    return closed(replace(reply, kind=kind, lead=tuple(lines)), wording)
