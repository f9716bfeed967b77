"""Where a deal stands in a few lines: for "summary, 5 lines", "what must I do now", "can we renew".

Red flags and safeguards go by their titles; whoever wants them in full asks for the advice.
"""

from collections.abc import Sequence

from bot.dialogue.citing import cite_all
from bot.dialogue.deal import Deal
from bot.dialogue.judging import Finding, open_facts
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import chosen, upshot
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.replies.suggesting import leading_safeguards
from bot.dialogue.replies.telling import facts_said
from bot.dialogue.reply import Line, Status
from retrieval.guidance import Guidance, Safeguard

MOST_FLAGS = 2
"""Red flags named beside the gravest, which the upshot names."""
MOST_SAFEGUARDS = 3
MOST_OPEN = 3


def summed_up(
    guidance: Guidance, wording: Wording, deal: Deal, findings: Sequence[Finding]
) -> tuple[Line, ...]:
    """The upshot, what else is raised, the first safeguards, and what is open, a line each."""
    raised = [f for f in ranked_findings(guidance, findings) if f.status is Status.RAISED]
    lines = [upshot(guidance, wording, deal, findings)]
    also = [f.flag for f in raised[1 : 1 + MOST_FLAGS]]
    if also:
        titles = "; ".join(flag.title.strip() for flag in also)
        lines.append(Line(wording.say("lead.also_raised", flags=titles), cite_all(
            guidance, tuple(dict.fromkeys(flag.authorities[0] for flag in also)))))
    safeguards = safeguards_called(guidance, deal, findings)
    if safeguards:
        titles = "; ".join(s.title.strip() for s in safeguards)
        lines.append(Line(wording.say("lead.first_safeguards", safeguards=titles), cite_all(
            guidance, tuple(dict.fromkeys(s.authorities[0] for s in safeguards)))))
    still = open_named(guidance, wording, deal)
    if still:
        lines.append(Line(wording.say("lead.open_first", facts=still)))
    return tuple(lines)


def known_so_far(guidance: Guidance, wording: Wording, deal: Deal) -> Line:
    """What is known of *deal*: whoever is handed the rest has not read the conversation."""
    return Line(wording.say("lead.known", facts=facts_said(guidance, wording, deal.answers)))


def in_one(lines: Sequence[Line]) -> Line:
    """*lines* as one paragraph, with the citations of all of them."""
    cited = dict.fromkeys(citation for line in lines for citation in line.citations)
    return Line(" ".join(line.text for line in lines), tuple(cited))


def safeguards_called(
    guidance: Guidance, deal: Deal, findings: Sequence[Finding]
) -> tuple[Safeguard, ...]:
    """The first few safeguards of the deal, as a first answer has them."""
    leading, _ = leading_safeguards(guidance, deal, findings)
    return tuple(chosen(guidance, findings, leading, interim=True)[0][:MOST_SAFEGUARDS])


def open_named(guidance: Guidance, wording: Wording, deal: Deal) -> str:
    """The names of the first open facts, and how many there are besides; "" where none is open."""
    still = open_facts(guidance, deal)
    named = "; ".join(guidance.questions[f].label for f in still[:MOST_OPEN])
    rest = len(still) - MOST_OPEN
    return wording.say("lead.open_more", facts=named, n=rest) if rest > 0 else named
