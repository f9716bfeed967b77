"""Whether what was asked could matter: tried out on the advice, answer by answer.

It shares nothing with how questions are chosen but the advice itself.
"""

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.reply import Status
from bot.evaluating.rehearsing import Rehearsal
from retrieval.guidance import Fact, Guidance, QuestionKind

SHOWN = 5
"""How many safeguards are shown unasked."""

_IF = MessageKey("if")

_Advice = tuple[frozenset[tuple[str, Status]], tuple[str, ...], frozenset[str]]
"""How each flag stands, the safeguards shown, best first, and all that fit."""


def idle_questions(rehearsal: Rehearsal, guidance: Guidance) -> tuple[Fact, ...]:
    """Facts that *rehearsal* asked for although no answer could have changed the advice."""
    seen: set[Fact] = set()
    idle = []
    for turn in rehearsal.turns:
        for fact in turn.asks:
            if fact not in seen and not could_matter(guidance, turn.conversation.deal, fact):
                idle.append(fact)
            seen.add(fact)
    return tuple(idle)


def could_matter(guidance: Guidance, deal: Deal, fact: Fact) -> bool:
    """Whether two answers to *fact* lead to different advice on *deal*.

    Where it is used can't be tried out: which country it is decides what there is to read about
    the end-user and its laws, so it matters wherever a consideration waits for it.
    """
    question = guidance.questions[fact]
    if question.kind is not QuestionKind.CHOICE:
        return any(fact in one.settled_by for one in guidance.considerations)
    advice = {
        _advice(guidance, deal.with_answers({fact: Answer(frozenset({c.value}), "", _IF)}))
        for c in question.choices
    }
    return len(advice) > 1


def _advice(guidance: Guidance, deal: Deal) -> _Advice:
    findings = judge_all(guidance, deal)
    ranked = [safeguard.id for safeguard in rank_safeguards(guidance, deal, findings)]
    stands = frozenset((finding.flag.id, finding.status) for finding in findings)
    return stands, tuple(ranked[:SHOWN]), frozenset(ranked)
