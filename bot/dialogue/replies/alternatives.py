"""What differs in the advice between two ways that a deal may go, of which none is told."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.changes import Ground
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.deciding import Decision, as_supposed
from bot.dialogue.naming import OPTIONS
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.comparing import advised, difference
from bot.dialogue.replies.composing import asked, closed
from bot.dialogue.replies.telling import changes
from bot.dialogue.reply import Kind, Line, Reply, labels
from retrieval.guidance import Fact, Guidance, QuestionKind, Role


def are_two(supposed: Mapping[Fact, Answer]) -> bool:
    """Whether *supposed* holds two options, the second as what may be so instead."""
    return any(answer.instead for answer in supposed.values())


def alternatives(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """The difference between the two options of the message; which to take is for people."""
    deal, supposed = decision.conversation.deal, decision.message.supposed
    other = {fact: replace(answer, instead=frozenset()) for fact, answer in supposed.items()}
    one = {fact: replace(answer, values=answer.instead, instead=frozenset())
           for fact, answer in supposed.items() if answer.instead}
    joined = wording.say("alternative.and")
    names = {"one": _called(guidance, one, joined), "other": _called(guidance, other, joined)}
    reply = Reply(Kind.ASK if decision.ask else Kind.ADVICE, guidance.release, (),
                  question=asked(guidance, decision.ask), shape="brief")
    if one == other:
        same = Line(wording.say("alternative.same", **names))
        return closed(replace(reply, lead=(same,)), wording)
    found = difference(guidance, *(
        advised(guidance, as_supposed(deal, replace(decision.message, supposed=facts), guidance))
        for facts in (_not_known(one, deal), _not_known(other, deal))))
    lead = [Line(wording.say("alternative.lead", **names))]
    if decision.conversation.supposed:
        lead.append(Line(wording.say("alternative.adopt")))
    if decision.message.subject == OPTIONS:
        lead.append(Line(wording.say("alternative.two_at_a_time")))
    lead += no_findings(guidance, wording, supposed)
    return closed(replace(reply, lead=tuple(lead), changes=changes(
        guidance, wording, Ground.ALTERNATIVE, found, **names)), wording)


def no_findings(
    guidance: Guidance, wording: Wording, supposed: Mapping[Fact, Answer]
) -> tuple[Line, ...]:
    """That nothing is held on places and agencies, where *supposed* would put one for another.

    Who tries out another agency, and asks for no comparison, doesn't ask which is safer.
    """
    asked_of = [guidance.questions[fact] for fact in supposed]
    if not any(q.kind is QuestionKind.COUNTRY or (q.role is Role.END_USER and are_two(supposed))
               for q in asked_of):
        return ()
    return (Line(wording.say("supposition.no_findings")),)


def _not_known(option: Mapping[Fact, Answer], deal: Deal) -> Mapping[Fact, Answer]:
    """What of *option* is not so in *deal* anyway."""
    return {fact: a for fact, a in option.items() if a.values != deal.known(fact)}


def _called(guidance: Guidance, answers: Mapping[Fact, Answer], joined: str) -> str:
    """What an option is called by its values: "Police, Ghana"."""
    return joined.join(labels(guidance, fact, answers[fact].values or frozenset())
                       for fact in guidance.questions if fact in answers)
