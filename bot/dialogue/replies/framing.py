"""A sentence of the bot's own and what is asked with it, where there is no advice to give."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.citing import cite_all
from bot.dialogue.deciding import Decision
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import asked, upshot
from bot.dialogue.reply import Kind, Line, Reply
from retrieval.guidance import Guidance, Question


def framed(
    guidance: Guidance, wording: Wording, kind: Kind, sentence: str, ask: Sequence[Question]
) -> Reply:
    """A reply of *kind* that says *sentence*, by its name in the wording, and asks *ask*."""
    return Reply(kind, guidance.release, (Line(wording.say(sentence)),),
                 question=asked(guidance, ask), shape="brief")


def reason(
    question: Question, guidance: Guidance, wording: Wording, *, told: bool = False
) -> Line:
    """What *question* is for, cited; *told* is whether it was just answered."""
    name = "lead.why_told" if told else "lead.why"
    return Line(wording.say(name, label=question.label, why=question.why.strip()),
                cite_all(guidance, question.authorities))


def beside_the_matter(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """That nothing was noted, and where the deal stands; without one, what can be told."""
    deal = decision.conversation.deal
    if not deal.answers:
        return framed(guidance, wording, Kind.DECLINE, "decline.unclear", decision.ask)
    aside = framed(guidance, wording, Kind.DECLINE, "lead.aside", decision.ask)
    standing = upshot(guidance, wording, deal, decision.findings)
    return replace(aside, lead=(*aside.lead, standing))
