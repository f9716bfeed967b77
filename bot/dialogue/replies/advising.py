"""The advice on a deal as a message leaves it, and what more there is of it on request."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.changes import Changes, Ground
from bot.dialogue.conversation import Conversation, Going, Message, Phase
from bot.dialogue.deal import Deal
from bot.dialogue.deciding import STANDS, Decision
from bot.dialogue.intents import Intent
from bot.dialogue.judging import Finding, judge_all, scope_of
from bot.dialogue.messages.another_deal import sounds_like_another
from bot.dialogue.messages.stretching import before as before_stretch
from bot.dialogue.naming import ALL, IN_SHORT, NUMBERED
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.comparing import advised, corrected, difference
from bot.dialogue.replies.composing import (
    compose_advice,
    headline,
    late,
    safeguard_note,
    shortened,
    upshot,
)
from bot.dialogue.replies.framing import framed
from bot.dialogue.replies.passages import compose_passages
from bot.dialogue.replies.shortening import first_cited, gravest_in_full, in_short
from bot.dialogue.replies.suggesting import rank_safeguards
from bot.dialogue.replies.telling import changes, describe, facts_said
from bot.dialogue.reply import BRIEF_SAFEGUARDS, Kind, Line, Reply, Status
from bot.dialogue.small_words.languages import in_another_language
from retrieval.guidance import FlagId, Guidance, Safeguard
from retrieval.matches import Found

_TOLD = {Intent.DESCRIBE, Intent.ADOPT}


def advice(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """The advice, and before it what the message was taken for."""
    message, before, after = decision.message, decision.before, decision.conversation
    lead = list(_lead(decision, guidance, wording))
    heard = describe(guidance, wording, before.deal, after.deal, not before.deal.answers,
                     tuple(message.withdrawn))
    earlier = judge_all(guidance, before.deal)
    raised_before = {f.flag.id for f in earlier if f.status is Status.RAISED}
    behind = _is_told_behind(decision, raised_before, guidance)
    step = behind or bool(decision.ask and before.deal.answers)
    reply = shortened(guidance, wording, after.deal, compose_advice(
        guidance, wording, after.deal, decision.findings, decision.ask, lead, heard, step=step))
    if step and (lead or heard) and _stood_open(decision, earlier, guidance, wording):
        reply = replace(reply, lead=tuple(lead), stands=True)
    fresh = tuple(f.id for f in reply.flags
                  if f.status is Status.RAISED and f.id not in raised_before)
    shape = "step" if step else reply.shape
    if decision.ask:
        shown = fresh if step else [f.id for f in reply.flags if f.status is Status.RAISED]
        reply = replace(reply, flags=gravest_in_full(reply.flags, shown))
    if behind:
        # What was shown on the whole advice to hand it on goes with what has become of it.
        reply = replace(reply, lead=(*reply.lead, Line(wording.say("lead.in_full"))), to_send=True)
    # Who opens by asking for a verdict is declined it, whatever is said beside.
    clearing = message.intent is Intent.VERDICT and not before.deal.answers
    kind = Kind.DECLINE if clearing else reply.kind
    return replace(reply, kind=kind, shape=shape, fresh=fresh,
                   changes=_changes(decision, earlier, guidance, wording))


def _stood_open(
    decision: Decision, earlier: Sequence[Finding], guidance: Guidance, wording: Wording
) -> bool:
    """Whether all that the upshot says is what it said before: nothing raised, so much open.

    *earlier* is what the flags were judged to be then.  Said in each reply it is read in none; a
    flag that stands is named every time.
    """
    before, after = decision.before.deal, decision.conversation.deal
    open_ = sum(f.status is Status.OPEN for f in decision.findings)
    raised = [f for f in decision.findings if f.status is Status.RAISED]
    return headline(scope_of(guidance, after), raised, open_) == "open" and (
        upshot(guidance, wording, before, earlier)
        == upshot(guidance, wording, after, decision.findings))


def _is_told_behind(
    decision: Decision, raised_before: Collection[FlagId], guidance: Guidance
) -> bool:
    """Whether *decision* is on a fact told once the questions had ended, that raises no new flag.

    Whoever has read the whole advice is told what that changes in it, and not all of it once more;
    the dozen lines of a deal that is hardly in scope are no whole advice.
    """
    before, message = decision.before, decision.message
    return (before.phase in {Phase.ADVISED, Phase.STOPPED} and before.pending is None
            and not decision.ask and message.intent in _TOLD
            and bool(message.heard or message.withdrawn or message.retracted)
            and all(scope_of(guidance, deal) is None
                    for deal in (before.deal, decision.conversation.deal))
            and all(f.flag.id in raised_before for f in decision.findings
                    if f.status is Status.RAISED))


def _lead(decision: Decision, guidance: Guidance, wording: Wording) -> Iterator[Line]:
    """What is said before the advice: of what the message was, and of what it was not read for."""
    message, before, after = decision.message, decision.before, decision.conversation
    if message.answers_reviewer:
        yield Line(wording.say("lead.to_reviewer"))
    beside = message.beside.intent if message.beside and not before.deal.answers else None
    if Intent.VERDICT in (message.intent, beside):
        yield Line(wording.say("lead.verdict"))
    stands = decision.conversation.unanswered > 0
    foreign = message.intent in STANDS and in_another_language(
        message.matter or message.text, guidance)
    if foreign:
        yield Line(wording.say("decline.other_language"))
    # A matter is said back beside the advice: "I have noted nothing of it" would not be true.
    # Nor is it of an edit that takes something back, which answers no question.
    unread = message.intent in STANDS and not (
        message.other_matters or message.answers_reviewer or message.retracted)
    if unread and before.pending is not None and not stands:
        open_ = [guidance.questions[fact].label for fact in before.awaiting()]
        if open_:
            name = "lead.kept_open" if len(open_) == 1 else "lead.all_kept_open"
            yield Line(wording.say(name, label="”, “".join(open_)))
    elif unread and not foreign:
        yield Line(noting_nothing(message, before, guidance, wording))
    if message.intent is Intent.START_OVER:
        yield Line(wording.say("lead.afresh"))
    if message.intent is Intent.GO_ON and not decision.ask:
        yield Line(wording.say("lead.no_more_questions"))
    if _tells_another(before, message, after.deal, guidance):
        yield Line(wording.say("lead.another_deal"))


def noting_nothing(
    message: Message, before: Conversation, guidance: Guidance, wording: Wording
) -> str:
    """That nothing was noted of *message*, or nothing but what was known *before* it.

    Who says "Nairobi" once more is not told that nothing is noted of it.
    """
    again = {fact: before.deal.answers[fact] for fact, values in message.topics.items()
             if values and values <= before.deal.known(fact)}
    return wording.say("lead.remark_known", facts=facts_said(guidance, wording, again)) if (
        again) else wording.say("lead.remark")


def _tells_another(
    before: Conversation, message: Message, after: Deal, guidance: Guidance
) -> bool:
    """Whether *message* makes of the deal of *before* what sounds like two.

    What is told in several parts is one telling: it is held against what was known before the
    first of them, and that it may be another deal is said once.
    """
    stood = before.deal
    if message.going is Going.ON and before.stretch is not None:
        stood = before_stretch(before, before.stretch, guidance).deal
        if sounds_like_another(stood, before.deal, guidance):
            return False
    return sounds_like_another(stood, after, guidance)


def _changes(
    decision: Decision, earlier: Sequence[Finding], guidance: Guidance, wording: Wording
) -> Changes | None:
    """What a correction did to the advice; None where nothing that was known has changed."""
    before, after = decision.before.deal, decision.conversation.deal
    raised = {f.flag.id for f in decision.findings if f.status is Status.RAISED}
    removed = any(f.status is Status.RAISED and f.flag.id not in raised for f in earlier)
    if not corrected(before, after) and not removed:
        return None
    found = difference(guidance, advised(guidance, before, earlier),
                       advised(guidance, after, decision.findings))
    return changes(guidance, wording, Ground.CORRECTION, found)


def more(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """The rest of the safeguards, or the passages behind the citations."""
    if decision.message.subject == IN_SHORT:
        return framed(guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE,
                      "lead.quoting", decision.ask)
    deal = decision.conversation.deal
    if not deal.answers and found and not found[0].abstained:
        # Nothing but a question on the texts was answered so far: its passages are meant.
        whole = compose_passages(guidance, wording, found[0], decision.ask)
        return replace(whole, lead=(Line(wording.say("lead.sources")),), shape="sources")
    if not deal.answers:
        return framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", decision.ask)
    whole = compose_advice(guidance, wording, deal, decision.findings, decision.ask)
    if decision.message.intent is Intent.SHOW_SOURCES:
        subject = decision.message.subject
        every = subject == ALL
        name = "lead.sources" if every else "lead.sources_first"
        # Which answer a number was read in nobody tells.
        numbers = (Line(wording.say("lead.source_numbers")),) if subject == NUMBERED else ()
        return replace(whole if every else first_cited(whole),
                       lead=(Line(wording.say(name)), *numbers), aside=(), shape="sources")
    untold = _untold(decision, whole, guidance, wording)
    rest = tuple(safeguard_note(guidance, s) for s in untold)
    name = "lead.more_safeguards" if rest else "lead.no_more_safeguards"
    return replace(whole, lead=(Line(wording.say(name)),), shape="safeguards",
                   aside=late(guidance, wording, deal, untold),
                   safeguards=in_short(rest) if decision.ask else rest, more_safeguards=())


def further_safeguards(
    decision: Decision, guidance: Guidance, wording: Wording
) -> Sequence[Safeguard]:
    """The safeguards that `more` shows of the deal, in its order."""
    deal = decision.conversation.deal
    whole = compose_advice(guidance, wording, deal, decision.findings, decision.ask)
    return _untold(decision, whole, guidance, wording)


def _untold(
    decision: Decision, whole: Reply, guidance: Guidance, wording: Wording
) -> Sequence[Safeguard]:
    """The safeguards that the advice *whole* does not show, best first."""
    deal = decision.conversation.deal
    told = {note.id for note in shortened(guidance, wording, deal, whole).safeguards
            [: BRIEF_SAFEGUARDS if decision.ask else None]}
    return [s for s in rank_safeguards(guidance, deal, decision.findings) if s.id not in told]
