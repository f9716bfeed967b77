"""How to name what would be different, for whoever supposed something that wasn't heard."""

from dataclasses import replace

from bot.dialogue.deal import Deal
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Kind, Line, Reply
from retrieval.guidance import Guidance, QuestionKind


def to_be_picked(reply: Reply, deal: Deal, guidance: Guidance, wording: Wording) -> Reply:
    """*reply*, which answers by the texts, with how a change of *deal* is named or picked.

    Where the texts answer, that comes last: "what if they use it on reporters" asks them.
    """
    line = Line(wording.say("supposition.unheard", example=_example(deal, guidance)))
    if reply.kind is Kind.DECLINE:
        return replace(reply, lead=(*reply.lead, line), to_try_out=True)
    return replace(reply, closing=(line, *reply.closing), to_try_out=True)


def _example(deal: Deal, guidance: Guidance) -> str:
    """A fact with a value that it doesn't have in *deal*, by their names: "hosting: run by us".

    Of what is known, if anything is, since that it may be otherwise is what is tried out; and of
    that the last in the order of the questions, whose first are the deal itself.
    """
    questions = [q for q in guidance.questions.values() if q.kind is QuestionKind.CHOICE]
    question = ([q for q in questions if deal.known(q.fact)] or questions)[-1]
    value = next(c for c in question.choices if c.value not in deal.known(question.fact))
    return f"{question.label.lower()}: {value.label.lower()}"
