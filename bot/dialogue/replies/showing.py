"""What is shown on request: red flags, what is known, what is open, where a deal goes next.

Nothing is noted of such a request, and the question that waits stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.deal import Deal
from bot.dialogue.deciding import Decision
from bot.dialogue.intents import Intent
from bot.dialogue.judging import Finding, coverage, open_facts
from bot.dialogue.messages.picking_out import place_in
from bot.dialogue.messages.requests_made_of import IN_THE_CONTRACT
from bot.dialogue.naming import (
    ALL,
    CALLED_FOR,
    CUSTOMER,
    DRAFTS,
    MORE,
    NEVER_NOTED,
    NOT_TRIED,
    OTHERS,
    TEXTS,
)
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.advising import further_safeguards
from bot.dialogue.replies.answering_by_name import flags_of_texts
from bot.dialogue.replies.composing import (
    asked,
    chosen,
    closed,
    flag_note,
    safeguard_note,
    to_weigh,
    upshot,
    where_to_look,
)
from bot.dialogue.replies.ranking import ranked_findings
from bot.dialogue.replies.shortening import in_short
from bot.dialogue.replies.suggesting import BEST_SAFEGUARDS, named_first, rank_safeguards
from bot.dialogue.replies.summing_up import (
    MOST_SAFEGUARDS,
    known_so_far,
    open_named,
    summed_up,
)
from bot.dialogue.reply import Kind, Line, Reply, Status, labels
from retrieval.guidance import Fact, Guidance, Safeguard

SHOWN = frozenset({
    Intent.RED_FLAGS, Intent.STILL_OPEN, Intent.WHAT_IS_KNOWN, Intent.REMEDY, Intent.SEND_ON,
    Intent.OTHER_DEAL, Intent.EVASION, Intent.FINDING, Intent.GRAVEST, Intent.NEXT_STEPS,
    Intent.PUT_RIGHT,
})
"""Requests that are answered here."""


def shown(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """The reply to a request of `SHOWN`."""
    message, deal = decision.message, decision.conversation.deal
    kind = Kind.ASK if decision.ask else Kind.ADVICE
    reply = Reply(kind, guidance.release, (), question=asked(guidance, decision.ask),
                  shape="brief")
    match message.intent:
        case Intent.RED_FLAGS if message.subject == TEXTS or not deal.answers:
            lines = tuple(flags_of_texts(guidance, wording, guidance.considerations))
            return closed(replace(reply, lead=lines), wording)
        case Intent.RED_FLAGS if (place := place_in(message.subject)) is not None:
            return _flag_at(place[1], reply, decision, guidance, wording)
        case Intent.RED_FLAGS:
            return _standing(reply, decision, guidance, wording)
        case Intent.REMEDY if (place := place_in(message.subject)) is not None:
            return _safeguard_at(*place, reply, decision, guidance, wording)
        case Intent.REMEDY if message.subject == DRAFTS:
            return _in_the_contract(reply, decision, guidance, wording)
        case Intent.REMEDY if message.subject:
            return _safeguards(reply, message.subject, decision, guidance, wording)
        case Intent.REMEDY:
            return _remedy(reply, decision, guidance, wording)
        case Intent.GRAVEST if message.subject == ALL:
            return _to_weigh(reply, decision, guidance, wording)
        case Intent.GRAVEST:
            return _gravest(reply, decision, guidance, wording)
        case Intent.NEXT_STEPS:
            lines = (*summed_up(guidance, wording, deal, decision.findings),
                     Line(wording.say("lead.decides")))
            return closed(replace(reply, lead=lines), wording)
        case Intent.PUT_RIGHT:
            return replace(reply, lead=tuple(_put_right(decision, guidance, wording)))
        case Intent.EVASION if message.subject == OTHERS:
            return replace(reply, lead=(Line(wording.say("lead.asked_of_us")),))
        case Intent.EVASION:
            return _declined(reply, message.intent, guidance, wording)
        case Intent.FINDING:
            lines = _finding(Fact(message.subject or ""), guidance, wording)
            return closed(replace(reply, lead=lines), wording)
        case Intent.WHAT_IS_KNOWN:
            untried = tuple(Line(wording.say(f"lead.{name}")) for name in (
                NOT_TRIED, NEVER_NOTED) if message.subject == name)
            known = known_so_far(guidance, wording, deal)
            return replace(reply, lead=(
                *untried, known, upshot(guidance, wording, deal, decision.findings)))
        case Intent.STILL_OPEN if message.subject == CUSTOMER and (
                to_ask := tuple(_to_ask(guidance, wording, deal))):
            lines = (Line(wording.say("lead.of_customer")), *to_ask)
            return closed(replace(reply, lead=lines), wording)
        case Intent.STILL_OPEN:
            return replace(reply, lead=(_still_open(guidance, wording, deal),))
        case Intent.OTHER_DEAL:
            name = "lead.other_deal" if deal.answers else "lead.two_deals"
            return replace(reply, lead=(Line(wording.say(name)),))
        case _ if deal.answers:
            return replace(reply, lead=(Line(wording.say("lead.send_on_here")),), to_send=True)
        case _:
            return replace(reply, lead=(Line(wording.say("lead.send_on")),))


def _in_the_contract(
    reply: Reply, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """The best safeguards of the contract, and where drafts of its terms are."""
    listed = _safeguards(reply, IN_THE_CONTRACT, decision, guidance, wording)
    return replace(listed, lead=(Line(wording.say("lead.drafts")), *listed.lead))


def _to_weigh(reply: Reply, decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """All considerations of the deal, each in short."""
    ledger = coverage(guidance, decision.conversation.deal)
    return closed(replace(
        reply, lead=(Line(wording.say("lead.to_weigh")),),
        considerations=in_short(to_weigh(guidance, decision.findings, ledger))), wording)


def _declined(reply: Reply, intent: Intent, guidance: Guidance, wording: Wording) -> Reply:
    """What the release says of the gap with the name of *intent*, or that it is none of ours."""
    gap = guidance.gap_by_id.get(intent.value)
    says = wording.say("decline.out_of_scope") if gap is None else gap.says.strip()
    return replace(reply, kind=Kind.DECLINE, lead=(Line(says),))


def _still_open(guidance: Guidance, wording: Wording, deal: Deal) -> Line:
    """What is open, by name, or that nothing is."""
    names = "; ".join(guidance.questions[fact].label for fact in open_facts(guidance, deal))
    return Line(wording.say("lead.still_open", facts=names) if names
                else wording.say("lead.nothing_open"))


def _standing(
    reply: Reply, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    deal = decision.conversation.deal
    flags = tuple(flag_note(guidance, f, deal)
                  for f in ranked_findings(guidance, decision.findings)
                  if f.status is Status.RAISED)
    lead = upshot(guidance, wording, deal, decision.findings)
    return closed(replace(reply, lead=(lead,), flags=flags), wording)


def _gravest(reply: Reply, decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """The gravest red flag that stands, with what it calls for; else what is open."""
    deal = decision.conversation.deal
    raised = [f for f in ranked_findings(guidance, decision.findings)
              if f.status is Status.RAISED]
    if not raised:
        facts = open_named(guidance, wording, deal)
        lead = (wording.say("lead.gravest_open", facts=facts) if facts
                else wording.say("lead.nothing_open"))
        return replace(reply, lead=(Line(lead),))
    return _with_its_safeguards(
        replace(reply, lead=(Line(wording.say("lead.gravest")),)), raised[0], decision, guidance,
        wording)


def _with_its_safeguards(
    reply: Reply, finding: Finding, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """*reply* with the red flag of *finding* and the safeguards that it calls for."""
    deal = decision.conversation.deal
    called = [s for s in rank_safeguards(guidance, deal, decision.findings)
              if s.id in finding.flag.safeguards]
    return closed(replace(
        reply, flags=(flag_note(guidance, finding, deal),),
        safeguards=tuple(safeguard_note(guidance, s) for s in called[:MOST_SAFEGUARDS])), wording)


def _flag_at(
    place: int, reply: Reply, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """The red flag at *place* of those that stand; all of them where there are not so many."""
    raised = [f for f in ranked_findings(guidance, decision.findings)
              if f.status is Status.RAISED]
    if place > len(raised) or not raised:
        return _standing(reply, decision, guidance, wording)
    at = place or len(raised)
    lead = wording.say("lead.flag_at", n=str(at), of=str(len(raised)))
    return _with_its_safeguards(
        replace(reply, lead=(Line(lead),)), raised[at - 1], decision, guidance, wording)


def _safeguard_at(
    name: str, place: int, reply: Reply, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """The safeguard at *place* of the list *name*; the whole list where it is not so long."""
    deal = decision.conversation.deal
    ranked = rank_safeguards(guidance, deal, decision.findings)
    if name == MORE:
        listed = further_safeguards(decision, guidance, wording)
    elif name == CALLED_FOR:
        listed = _called_for(decision, guidance, ranked)[0]
    else:
        stage = IN_THE_CONTRACT if name == DRAFTS else name
        of_stage = [s for s in ranked if s.stage == stage]
        listed = of_stage[:BEST_SAFEGUARDS] or chosen(
            guidance, decision.findings, ranked, interim=bool(decision.ask))[0]
    if place > len(listed) or not listed:
        return _safeguards(reply, ALL, decision, guidance, wording)
    at = place or len(listed)
    lead = wording.say("lead.safeguard_at", n=str(at), of=str(len(listed)))
    return closed(replace(reply, lead=(Line(lead),), shape="safeguards",
                          safeguards=(safeguard_note(guidance, listed[at - 1]),)), wording)


def _put_right(decision: Decision, guidance: Guidance, wording: Wording) -> Iterator[Line]:
    """How something is put right, and what the red flags rest on that stand.

    Nobody's words are said back: in the log these sentences stand where no erasure reaches.
    """
    deal = decision.conversation.deal
    yield Line(wording.say("lead.put_right"))
    raised = [f for f in ranked_findings(guidance, decision.findings)
              if f.status is Status.RAISED]
    for finding in raised:
        facts = "; ".join(
            wording.say("lead.rests_on_fact", label=guidance.questions[fact].label,
                        value=labels(guidance, fact, deal.known(fact)))
            for fact in finding.because if fact in deal.answers)
        if facts:
            yield Line(wording.say("lead.rests_on", flag=finding.flag.title.strip(), facts=facts),
                       citing.cite_all(guidance, finding.flag.authorities[:1]))
    if not raised and deal.answers:
        yield known_so_far(guidance, wording, deal)


def _remedy(reply: Reply, decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """The safeguards that the red flags that stand call for; the first of all where none does."""
    deal = decision.conversation.deal
    listed, answering = _called_for(
        decision, guidance, rank_safeguards(guidance, deal, decision.findings))
    name = "lead.remedy" if answering else "lead.remedy_of_none"
    notes = tuple(safeguard_note(guidance, s) for s in listed)
    return closed(replace(reply, lead=(Line(wording.say(name)),), safeguards=notes,
                          shape="safeguards"), wording)


def _called_for(
    decision: Decision, guidance: Guidance, ranked: Sequence[Safeguard]
) -> tuple[Sequence[Safeguard], bool]:
    """The best of what red flags that stand call for, or of *ranked*; and whether any does."""
    called = {s for f in decision.findings if f.status is Status.RAISED
              for s in f.flag.safeguards}
    named = named_first(guidance, decision.findings, [s.id for s in ranked])
    fitting = [*(guidance.safeguards[id_] for id_ in named),
               *(s for s in ranked if s.id in called and s.id not in named)]
    return (fitting or ranked)[:BEST_SAFEGUARDS], bool(fitting)


def _safeguards(
    reply: Reply, which: str, decision: Decision, guidance: Guidance, wording: Wording
) -> Reply:
    """The best safeguards of the deal, in the order of its advice.

    *which* is `ALL`, or the stage of those that are wanted.
    """
    deal = decision.conversation.deal
    ranked = rank_safeguards(guidance, deal, decision.findings)
    of_stage = [s for s in ranked if s.stage == which]
    if of_stage:
        lead = wording.say("lead.safeguards_of", stage=which)
        best: Sequence[Safeguard] = of_stage[:BEST_SAFEGUARDS]
    else:
        lead = wording.say("lead.safeguards")
        best, _ = chosen(guidance, decision.findings, ranked, interim=bool(decision.ask))
    return closed(replace(reply, lead=(Line(lead),), shape="safeguards",
                          safeguards=tuple(safeguard_note(guidance, s) for s in best)), wording)


def _to_ask(guidance: Guidance, wording: Wording, deal: Deal) -> Iterator[Line]:
    """What is open and has to be asked of the customer, a line for each fact, cited."""
    for fact in open_facts(guidance, deal):
        question = guidance.questions[fact]
        if question.of_customer and question.look_up:
            yield where_to_look(question, guidance, wording)


def _finding(fact: Fact, guidance: Guidance, wording: Wording) -> tuple[Line, ...]:
    """That nothing is held on the place or the agency itself, and where to find out."""
    question = guidance.questions[fact]
    where = wording.say("lead.look_up", where=question.look_up.strip())
    return (Line(wording.say("lead.no_findings", label=question.label)),
            Line(where, citing.cite_all(guidance, question.consult)))
