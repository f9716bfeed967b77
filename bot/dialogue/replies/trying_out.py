"""How to name what would be different, for whoever supposed something that wasn't heard."""

from dataclasses import replace

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Deal
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Kind, Line, Reply, Supposable
from retrieval.guidance import Fact, Guidance, QuestionKind


def to_be_picked(
    reply: Reply, message: Message, deal: Deal, guidance: Guidance, wording: Wording
) -> Reply:
    """*reply* to *message*, answered by the texts, with how a change of *deal* is named or picked.

    What was half heard is named for an example, and can be tried out at once.  Where the texts
    answer, that comes last: "what if they use it on reporters" asks them.
    """
    meant = tuple(Supposable(one.fact, one.value, _briefly(guidance, one.fact, one.value))
                  for one in message.may_suppose)
    line = Line(wording.say("supposition.half_heard", example=meant[0].named) if meant else
                wording.say("supposition.unheard", example=_example(deal, guidance)))
    picked = replace(reply, to_try_out=True, may_be_supposed=meant)
    if reply.kind is Kind.DECLINE:
        return replace(picked, lead=(*reply.lead, line))
    return replace(picked, closing=(line, *reply.closing))


def _example(deal: Deal, guidance: Guidance) -> str:
    """A fact with a value that it doesn't have in *deal*, by their names: "hosting: run by us".

    Of what is known, if anything is, since that it may be otherwise is what is tried out; and of
    that the last in the order of the questions, whose first are the deal itself.
    """
    questions = [q for q in guidance.questions.values() if q.kind is QuestionKind.CHOICE]
    question = ([q for q in questions if deal.known(q.fact)] or questions)[-1]
    value = next(c for c in question.choices if c.value not in deal.known(question.fact))
    return _named(guidance, question.fact, value.value)


def _briefly(guidance: Guidance, fact: Fact, value: str) -> str:
    """As `_named`, down to the first comma where no other choice begins so: "…: yes"."""
    named = _named(guidance, fact, value)
    head = named.partition(",")[0]
    return head if sum(_named(guidance, fact, choice.value).partition(",")[0] == head
                       for choice in guidance.questions[fact].choices) == 1 else named


def _named(guidance: Guidance, fact: Fact, value: str) -> str:
    question = guidance.questions[fact]
    choice = next(c for c in question.choices if c.value == value)
    return f"{question.label.lower()}: {choice.label.lower()}"
