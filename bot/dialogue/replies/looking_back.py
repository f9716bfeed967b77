"""What the message before the one at hand has done to the advice: "did that change anything?"."""

from bot.dialogue.changes import Ground
from bot.dialogue.deciding import Decision
from bot.dialogue.phrasing import Wording
from bot.dialogue.poles import has_poles
from bot.dialogue.replies.comparing import advised, difference
from bot.dialogue.replies.composing import asked, closed
from bot.dialogue.replies.framing import reason
from bot.dialogue.replies.telling import changes, describe
from bot.dialogue.reply import Kind, Line, Reply
from retrieval.guidance import Guidance


def looked_back(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """What the message before this one told, and in what the advice differs from that before it.

    Of a single point that is better or worse it is said why it counts, as it may do without a
    flag of its own.
    """
    now, last = decision.conversation.deal, decision.before
    then = last.before_last()
    found = difference(guidance, advised(guidance, then),
                       advised(guidance, now, decision.findings))
    lead = [Line(describe(guidance, wording, then, now, first=False))]
    told = [guidance.questions[fact] for fact in last.changed_last if fact in now.answers]
    if len(told) == 1 and has_poles(told[0]):
        lead.append(reason(told[0], guidance, wording, told=True))
    return closed(Reply(
        Kind.ASK if decision.ask else Kind.ADVICE, guidance.release, tuple(lead),
        question=asked(guidance, decision.ask), shape="brief",
        changes=changes(guidance, wording, Ground.CORRECTION, found)), wording)
