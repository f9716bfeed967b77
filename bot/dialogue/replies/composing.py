"""Word a decision without any model: from findings and matches to a cited `Reply`.

Nothing is asserted here that does not come from the release with its authorities.  The bot's
own sentences (`Wording`) only frame it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.citing import cite, cite_all
from bot.dialogue.deal import Deal
from bot.dialogue.interview import group_of
from bot.dialogue.judging import Finding, coverage, open_facts, scope_of, standings
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.ranking import ranked_considerations, ranked_findings
from bot.dialogue.replies.related import related_to
from bot.dialogue.replies.shortening import in_short, none_twice, quoted_once
from bot.dialogue.replies.suggesting import rank_safeguards, shown_unasked
from bot.dialogue.reply import (
    BRIEF_SAFEGUARDS,
    Asked,
    ConsiderationNote,
    CoverageLine,
    FlagNote,
    Kind,
    Line,
    Reply,
    SafeguardNote,
    Status,
)
from retrieval.guidance import (
    GRAVE,
    Checked,
    DealStage,
    Guidance,
    NarrowScope,
    Provision,
    ProvisionId,
    Question,
    Safeguard,
)
from retrieval.passages import Passage, passages_of

STOPS = frozenset({"stop", "stop_one"})
"""The upshots that tell to stop: with these it is said that the deal can be left altogether."""
FREE_TO_LEAVE = ProvisionId("sg-p-1")
"""What says that a business decides for itself whether to enter a deal or stay in it."""
MOST_SOURCES = 3
"""For how many open facts the places to look them up are named at once."""
SHORT_SAFEGUARDS = 2
"""How many safeguards are shown for a deal to which little applies."""


def compose_advice(
    guidance: Guidance,
    wording: Wording,
    deal: Deal,
    findings: Sequence[Finding],
    ask: Sequence[Question],
    lead: Sequence[Line] = (),
    heard: str = "",
    *,
    step: bool = False,
) -> Reply:
    """The advice on what is known of a deal, with the next question if there is one.

    In a *step* from one question to the next is not said again that the deal can be left.
    While something is asked, red flags but for the gravest, and what to weigh, are said in a
    sentence each, and safeguards by their titles, which say what to do; beside a red flag so is
    what to weigh, and a single red flag is named by the upshot.  Who reads it on a phone has to
    see the question.
    """
    flags = quoted_once(flag_note(guidance, f, deal) for f in ranked_findings(guidance, findings))
    ledger = coverage(guidance, deal)
    considerations = to_weigh(guidance, findings, ledger)
    ranked = rank_safeguards(guidance, deal, findings)
    best, more = chosen(guidance, findings, ranked, interim=bool(ask))
    shown = {c.provision for n in considerations for c in n.citations}
    shown |= {c.provision for n in flags for c in n.citations}
    shown |= {authority for s in best for authority in s.authorities}
    reply = Reply(
        kind=Kind.ASK if ask else Kind.ADVICE,
        release=guidance.release,
        lead=(*lead, upshot(guidance, wording, deal, findings) if step
              else _upshot_of_advice(guidance, wording, deal, findings)),
        heard=heard,
        considerations=considerations,
        related=tuple(_related_note(guidance, one) for one in related_to(guidance, deal, shown)),
        flags=flags,
        safeguards=tuple(safeguard_note(guidance, s) for s in best),
        more_safeguards=tuple(safeguard_note(guidance, s) for s in more),
        question=asked(guidance, ask),
        open_facts=open_facts(guidance, deal),
        # By the catalogue: the order in which facts came is not on record.
        tentative=tuple(f for f in guidance.questions
                        if f in deal.answers and deal.known(f) and not deal.answers[f].certain),
        coverage=ledger,
        consult=_consult(guidance, wording, deal),
        shape="brief" if ask else "full",
        aside=() if step else late(
            guidance, wording, deal, best[:BRIEF_SAFEGUARDS] if ask else best),
    )
    if ask:
        reply = replace(reply, considerations=in_short(considerations),
                        safeguards=in_short(reply.safeguards), by_title=True, says_once=True)
    return closed(reply, wording)


def late(
    guidance: Guidance, wording: Wording, deal: Deal, shown: Sequence[Safeguard]
) -> tuple[Line, ...]:
    """That terms among *shown* come late at the stage of *deal*, where the wording says so.

    It says that the deal has come so far, and so nothing while that is a guess.
    """
    fact = guidance.stage_fact
    if fact is None or not deal.certain(fact) or all(
            s.stage is not DealStage.BEFORE_SALE for s in shown):
        return ()
    return tuple(Line(wording.say(f"late.{stage}")) for stage in sorted(deal.known(fact))
                 if wording.has(f"late.{stage}"))


def chosen(
    guidance: Guidance, findings: Sequence[Finding], ranked: Sequence[Safeguard], *, interim: bool
) -> tuple[Sequence[Safeguard], Sequence[Safeguard]]:
    """What is shown unasked of *ranked*, and what on request.

    While a question is open only a few are drawn, so what the gravest flags call for is first, and
    what is made for this very product or use; the whole advice has that beside the best.
    """
    first, most = shown_unasked(guidance, findings, ranked)
    best = ranked[:most]
    if interim:
        best = [*(guidance.safeguards[id_] for id_ in first),
                *(s for s in best if s.id not in first)]
    return best, ranked[most:]


def shortened(guidance: Guidance, wording: Wording, deal: Deal, whole: Reply) -> Reply:
    """The full advice *whole* in a dozen lines, if few considerations apply and nothing is raised.

    So little is to be said of such a deal that the rest would only hide it.  Any other advice is
    given back as it is.
    """
    scope = scope_of(guidance, deal)
    raised = any(f.status is Status.RAISED for f in whole.flags)
    if scope is None or raised or whole.shape != "full":
        return whole
    facts = ", ".join(guidance.questions[f].label for f in guidance.questions if f in scope.when)
    reply = closed(replace(
        whole,
        lead=tuple(replace(line, citations=line.citations[:1]) for line in whole.lead),
        considerations=tuple(replace(c, citations=c.citations[:1])
                             for c in in_short(whole.considerations)),
        related=(),
        safeguards=tuple(replace(s, citations=s.citations[:1])
                         for s in whole.safeguards[:SHORT_SAFEGUARDS]),
        more_safeguards=(*whole.safeguards[SHORT_SAFEGUARDS:], *whole.more_safeguards),
        consult=(),
        shape="short",
    ), wording)
    return replace(reply, closing=(Line(wording.say("closing.if_changed", facts=facts)),
                                   *reply.closing))


def choice(guidance: Guidance, wording: Wording) -> Line:
    """That a deal can also be left, cited where the release holds what says so."""
    held = (FREE_TO_LEAVE,) if FREE_TO_LEAVE in guidance.provisions else ()
    return Line(wording.say("upshot.choice"), cite_all(guidance, held))


def _upshot_of_advice(
    guidance: Guidance, wording: Wording, deal: Deal, findings: Sequence[Finding]
) -> Line:
    """The upshot; who is told to stop is told with it that the deal can be left altogether."""
    said = upshot(guidance, wording, deal, findings)
    raised = [f for f in findings if f.status is Status.RAISED]
    if headline(scope_of(guidance, deal), raised, 0) not in STOPS:
        return said
    left = choice(guidance, wording)
    return Line(f"{said.text} {left.text}", (*said.citations, *left.citations))


def upshot(
    guidance: Guidance, wording: Wording, deal: Deal, findings: Sequence[Finding]
) -> Line:
    """The one sentence that a hurried reader must see."""
    raised = [f for f in ranked_findings(guidance, findings) if f.status is Status.RAISED]
    still_open = sum(f.status is Status.OPEN for f in findings)
    scope = scope_of(guidance, deal)
    step = _step(guidance, wording, deal)
    worst = lowered(raised[0].flag.title) if raised else ""
    count = _count(wording, "flag", len(raised))
    citations = cite_all(guidance, raised[0].flag.authorities[:1]) if raised else ()
    if scope is not None:
        authorities = cite_all(guidance, scope.authorities)
        if not raised:
            return Line(wording.say("upshot.narrow", reason=scope.reason.strip()), authorities)
        name = "upshot.narrow_raised_many" if len(raised) > 1 else "upshot.narrow_raised"
        return Line(wording.say(name, reason=scope.reason.strip(), raised=lowered(count),
                                worst=worst), (*authorities, *citations))
    if raised:
        name = headline(None, raised, still_open)
        if len(raised) > 1 and name in ("pause", "tentative"):
            name = f"{name}_many"
        return Line(wording.say(f"upshot.{name}", step=step, raised=count, worst=worst), citations)
    if still_open:
        return Line(wording.say("upshot.open", open=_count(wording, "open", still_open)))
    return Line(wording.say("upshot.quiet"))


def headline(scope: NarrowScope | None, raised: Sequence[Finding], still_open: int) -> str:
    """Which of the upshots a deal gets.

    Args:
        scope: The kind of deal to which few considerations apply, if it is one.
        raised: What is raised.
        still_open: How many flags are open.
    """
    if scope is not None:
        return "narrow_raised" if raised else "narrow"
    firm = [f for f in raised if not f.tentative]
    if any(f.flag.gravity >= GRAVE for f in firm) or len(firm) > 1:
        return "stop" if len(raised) > 1 else "stop_one"
    if raised:
        return "pause" if firm else "tentative"
    return "open" if still_open else "quiet"


def asked(guidance: Guidance, questions: Sequence[Question]) -> Asked | None:
    """*questions* ready to be shown in one message; None for none."""
    if not questions:
        return None
    first, *beside = (
        Asked(q.fact, q.kind, q.wording.strip(), q.why.strip(), q.several, q.choices,
              cite_all(guidance, q.authorities))
        for q in questions
    )
    group = group_of(guidance, [q.fact for q in questions])
    return replace(first, beside=tuple(beside), opener=group.wording.strip() if group else "")


def safeguard_note(guidance: Guidance, safeguard: Safeguard) -> SafeguardNote:
    """*safeguard* with its citations."""
    known = guidance.worked_out.of(safeguard_note)
    made = known.get(safeguard.id)
    if made is None:
        made = known[safeguard.id] = SafeguardNote(
            safeguard.id, safeguard.title.strip(), safeguard.text.strip(), safeguard.stage,
            cite_all(guidance, safeguard.authorities))
    return made


def closed(reply: Reply, wording: Wording) -> Reply:
    """*reply* with its closing lines: what is unchecked, and that it is no legal advice."""
    unchecked = any(c.checked is Checked.UNCHECKED for c in reply.citations())
    return replace(reply, closing=(Line(wording.say("closing.not_advice")),),
                   unchecked=wording.say("closing.unchecked") if unchecked else "")


def flag_note(guidance: Guidance, finding: Finding, deal: Deal) -> FlagNote:
    """*finding* as shown, with the words of the deal that decided it.

    What may be so instead is not quoted by the words of what stands until then.
    """
    flag = finding.flag
    said = none_twice(
        answer.said for f in finding.because if f in deal.answers
        and not deal.answers[f].fits_instead(flag.when[f])
        for answer in deal.resting_on(f, flag.when[f]))
    return FlagNote(
        id=flag.id,
        title=flag.title.strip(),
        explains=flag.explains.strip(),
        consideration=flag.consideration,
        status=finding.status,
        because=finding.because,
        said=said,
        missing=(*finding.missing, *finding.unknown),
        tentative=finding.tentative,
        gravity=flag.gravity,
        ours=flag.ours,
        citations=cite_all(guidance, flag.authorities),
    )


def to_weigh(
    guidance: Guidance, findings: Sequence[Finding], ledger: Sequence[CoverageLine]
) -> tuple[ConsiderationNote, ...]:
    """The considerations that apply, the first to look into first."""
    stands = standings(findings, ledger)
    return tuple(
        ConsiderationNote(c.id, c.number, c.title.strip(), c.weigh.strip(), stands[c.id],
                          cite_all(guidance, c.authorities), c.number_checked)
        for c in ranked_considerations(guidance, stands, findings)
    )


def _related_note(guidance: Guidance, provision: Provision) -> ConsiderationNote:
    """The beginning of *provision*, as much of it as can be read alone."""
    known = guidance.worked_out.of(_related_note)
    made = known.get(provision.id)
    if made is None:
        made = known[provision.id] = passage_note(guidance, next(passages_of(provision)))
    return made


def passage_note(guidance: Guidance, passage: Passage) -> ConsiderationNote:
    """*passage* under the heading of its provision, cited."""
    p = guidance.provisions[passage.provision]
    within = guidance.consideration_by_id.get(p.consideration or "")
    return ConsiderationNote(p.id, within.number if within else None, p.heading,
                             passage.text, Status.OPEN, (cite(guidance, p.id, passage),),
                             within.number_checked if within else None)


def _consult(guidance: Guidance, wording: Wording, deal: Deal) -> tuple[Line, ...]:
    """Where to find out what is open and weighs most."""
    lines = []
    for fact in open_facts(guidance, deal):
        question = guidance.questions[fact]
        if question.look_up and question.consult:
            lines.append(where_to_look(question, guidance, wording))
        if len(lines) == MOST_SOURCES:
            break
    return tuple(lines)


def where_to_look(question: Question, guidance: Guidance, wording: Wording) -> Line:
    """Where the answer to *question* is to be found, which it has to say."""
    return Line(wording.say("consult.where", label=in_front(question.label),
                            where=question.look_up.strip()),
                cite_all(guidance, question.consult))


def in_front(label: str) -> str:
    """*label* as it stands in front of a line."""
    return label[:1].upper() + label[1:]


def _step(guidance: Guidance, wording: Wording, deal: Deal) -> str:
    for stage in sorted(deal.known(guidance.stage_fact) if guidance.stage_fact else ()):
        if wording.has(f"step.{stage}"):
            return wording.say(f"step.{stage}")
    return wording.say("step.default")


def _count(wording: Wording, kind: str, n: int) -> str:
    return wording.say(f"count.{kind}_one" if n == 1 else f"count.{kind}_many", n=n)


def lowered(text: str) -> str:
    """*text* as it goes on in a sentence; names and abbreviations keep their capitals."""
    first, second = text[:1], text[1:2]
    return first.lower() + text[1:] if second.islower() and not _is_name(text) else text


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) > 1 and words[1][:1].isupper()
