"""The whole advice on a deal, for paper: drawn again from what is known, never copied.

A reply in the middle of an interview shows only a step.  So the deal is judged once more, and what
comes of it passes `citing.check` like any reply.
"""

from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.deal import Deal
from bot.dialogue.judging import judge_all, open_facts
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import compose_advice
from bot.dialogue.reply import Line, Reply
from retrieval.guidance import Guidance


def full_advice(deal: Deal, guidance: Guidance, wording: Wording) -> Reply:
    """All the advice on *deal*: every safeguard that fits and every open fact's place to look.

    Raises:
        citing.UncitedClaim, citing.BadCitation: The release does not bear it out.
    """
    reply = compose_advice(guidance, wording, deal, judge_all(guidance, deal), ())
    questions = [guidance.questions[f] for f in open_facts(guidance, deal)]
    whole = replace(
        reply,
        safeguards=(*reply.safeguards, *reply.more_safeguards),
        more_safeguards=(),
        consult=tuple(
            Line(q.look_up.strip(), citing.cite_all(guidance, q.consult)) for q in questions
        ),
    )
    citing.check(whole, guidance)
    return whole
