"""The whole advice on a deal, for paper: drawn again from what is known, never copied.

A reply in the middle of an interview shows only a step.  So the deal is judged once more, with the
passages that the recorded search found, and what comes of it passes `citing.check` like any reply.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.deal import Deal
from bot.dialogue.intents import Intent
from bot.dialogue.judging import judge_all, open_facts
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import compose_advice
from bot.dialogue.reply import Line, Reply
from bot.turns.turn import FoundNote, Turn
from retrieval.guidance import Guidance
from retrieval.matches import Found, Match
from retrieval.passages import passage


def full_advice(
    deal: Deal, turns: Sequence[Turn], guidance: Guidance, wording: Wording
) -> Reply:
    """All the advice on *deal*: every safeguard that fits and every open fact's place to look.

    Raises:
        citing.UncitedClaim, citing.BadCitation: The release does not bear it out.
    """
    found = _found_again(deal, turns, guidance)
    reply = compose_advice(guidance, wording, deal, judge_all(guidance, deal), found, ())
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


def _found_again(deal: Deal, turns: Sequence[Turn], guidance: Guidance) -> tuple[Found, ...]:
    """What the last recorded search on *deal* found, as far as this release holds it too."""
    for turn in reversed(turns):
        notes = [n for n in turn.found if dict(n.query.topics) == dict(deal.topics())]
        if notes and turn.message.intent is not Intent.ASK:
            return tuple(_found(note, guidance) for note in notes)
    return ()


def _found(note: FoundNote, guidance: Guidance) -> Found:
    here = [(p, passage(guidance.provisions[p.provision], p.start, p.end))
            for p in note.passages if p.provision in guidance.provisions]
    matches = tuple(Match(part, p.similarity, p.why) for p, part in here
                    if part.sha256 == p.sha256)
    return Found(note.query, matches, note.abstained, note.nearest)
