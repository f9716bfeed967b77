"""The step of a conversation: what we know, one message, what we say next.

Nothing here performs input or output.  `decide` brings the deal up to date, judges every red
flag against it and chooses what kind of reply is due; `answer` words the choice.  Between the two
lies a single look outside, the search for passages, which the caller performs.  A conversation
can therefore be replayed from its messages alone, and the tests replay thousands.

Two things stay true whatever arrives: a fact is asked for at most once, or once of each country,
and no consideration leaves without a citation.  The second is checked rather than hoped for; see
`bot.dialogue.citing.check`.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.another_deal import sounds_like_another
from bot.dialogue.answering_by_name import before_passages, by_name
from bot.dialogue.asking_back import takes_yes_or_no
from bot.dialogue.beside import question_of, with_answer
from bot.dialogue.changes import Changes, Ground
from bot.dialogue.comparing import advised, corrected, difference
from bot.dialogue.composing import (
    asked,
    choice,
    closed,
    compose_advice,
    first_cited,
    in_short,
    safeguard_note,
    shortened,
    upshot,
)
from bot.dialogue.conversation import (
    BRIEF_SAFEGUARDS,
    Asked,
    Conversation,
    Going,
    Intent,
    Kind,
    Line,
    Message,
    Reply,
    Status,
    labels,
)
from bot.dialogue.deal import Deal
from bot.dialogue.deciding import STANDS, Decision, decide
from bot.dialogue.departing import departed
from bot.dialogue.judging import Finding, judge_all
from bot.dialogue.languages import in_another_language
from bot.dialogue.lookups import lookups_of
from bot.dialogue.naming import ALL, IN_SHORT, PONDERING
from bot.dialogue.passages import compose_passages
from bot.dialogue.passing_on import passed_on
from bot.dialogue.phrasing import Wording
from bot.dialogue.recalling import comparison
from bot.dialogue.recalling_the_asked import recalled
from bot.dialogue.renewing import Seen, renewed
from bot.dialogue.showing import SHOWN
from bot.dialogue.showing import shown as shown_on_request
from bot.dialogue.suggesting import rank_safeguards
from bot.dialogue.summing_up import in_one, summed_up
from bot.dialogue.telling import changes, describe, facts_said
from retrieval.guidance import GapKind, Guidance, Question
from retrieval.matches import Found, Query, Search

_SIMPLE = {Intent.GREETING: "greeting", Intent.THANKS: "thanks", Intent.HELP: "help"}


def respond(
    conversation: Conversation,
    message: Message,
    *,
    guidance: Guidance,
    search: Search,
    wording: Wording,
    limit: int,
    shown: Conversation | None = None,
    others: Sequence[Conversation] | None = None,
    seen: Seen | None = None,
) -> tuple[Decision, Sequence[Found], Reply]:
    """One step: the decision taken, what the search gave, and the checked reply.

    Args:
        conversation: As the last message left it.
        message: What was said, read at this point.
        guidance: The release to answer from.
        search: The one look outside.
        wording: The bot's own sentences.
        limit: Most questions in one conversation.
        shown: The conversation as the person last saw it, where replies after it went stale
            before they were shown; the answer then tells all that is new since.
        others: Other conversations of the same person, for a comparison; None where nothing of
            them may be told.
        seen: What the person was shown, where that was drawn from another release; the reply then
            says what has changed of it.

    Raises:
        citing.UncitedClaim, citing.BadCitation: The reply would assert something that the release
            does not bear out. Nothing may be shown then.
    """
    decision = decide(conversation, message, guidance, limit)
    if shown is not None and message.intent is not Intent.START_OVER:
        decision = replace(decision, before=shown)
    if others is not None:
        decision = replace(decision, others=tuple(others))
    if seen:
        decision = replace(decision, seen=seen)
    found = search(decision.queries) if decision.queries else _known_silent(message, guidance)
    return decision, found, answer(decision, found, guidance, wording)


def _known_silent(message: Message, guidance: Guidance) -> Sequence[Found]:
    """That the texts have no answer to a wish to get round them: it counts among what is declined.

    Nothing is searched for it.
    """
    if message.intent is not Intent.EVASION or message.subject is not None or (
            message.intent.value not in guidance.gap_by_id):
        return ()
    query = Query(message.matter or message.text)
    return (Found(query, (), abstained=True, gap=message.intent.value),)


def answer(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """Word *decision*; raises if anything in the reply is not borne out by the release."""
    reply = _worded(decision, found, guidance, wording)
    reply = _asking_back(reply, decision.conversation.deal, guidance, wording)
    reply = recalled(reply, decision, guidance, wording)
    beside = passed_on(decision.message.other_matters, guidance, wording)
    if decision.message.heard and in_another_language(
            decision.message.matter or decision.message.text, guidance):
        # What was heard of it is what looked like English; the rest may have been missed.
        beside = (Line(wording.say("decline.other_language")), *beside)
    reply = replace(reply, aside=(*reply.aside, *beside))
    if decision.message.intent is not Intent.START_OVER:
        reply = renewed(reply, decision.seen, guidance, wording)
    citing.check(reply, guidance)
    return reply


def _asking_back(reply: Reply, deal: Deal, guidance: Guidance, wording: Wording) -> Reply:
    """*reply* with what was only guessed said beside its question, or in its place.

    "Is there conflict? (I read: No. Is that right?)" could be answered by a yes as by a no, and
    either could mean either.
    """
    if reply.question is None:
        return reply

    def put(asked: Asked) -> Asked:
        if not deal.guessed(asked.fact):
            return asked
        question = guidance.questions[asked.fact]
        value = labels(guidance, asked.fact, deal.latest(asked.fact))
        if takes_yes_or_no(question):
            text = wording.say("ask.guess_of_two", label=question.label, value=value)
        else:
            text = wording.say("ask.guess", text=asked.text, value=value)
        return replace(asked, text=text)

    first, *beside = (put(asked) for asked in reply.question.all())
    return replace(reply, question=replace(first, beside=tuple(beside)))


def _worded(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    message, after = decision.message, decision.conversation
    intent = message.intent
    if intent is Intent.WHAT_IF:
        return _supposition(decision, guidance, wording)
    if intent is Intent.COMPARE:
        return comparison(guidance, wording, after, message, decision.others, decision.ask)
    if intent is Intent.START_OVER and not message.heard:
        return _framed(guidance, wording, Kind.ADVICE, "lead.started_over", ())
    if intent is Intent.OUT_OF_SCOPE:
        return _framed(guidance, wording, Kind.DECLINE, "decline.out_of_scope", decision.ask)
    if intent in SHOWN:
        return shown_on_request(decision, guidance, wording)
    told = message.heard or message.withdrawn or message.retracted
    if told or intent in {Intent.ADVISE_NOW, Intent.GO_ON}:
        if not after.deal.answers:
            return _framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", ())
        if message.subject == IN_SHORT and not told:
            lines = summed_up(guidance, wording, after.deal, decision.findings)
            return closed(Reply(
                Kind.ADVICE, guidance.release, (*lines, Line(wording.say("lead.in_full"))),
                shape="brief"), wording)
        question = question_of(message)
        if question is None:
            return _advice(decision, found, guidance, wording)
        aside = _worded(replace(decision, message=question, ask=()), found[1:], guidance, wording)
        return with_answer(_advice(decision, found[:1], guidance, wording), aside, wording)
    if intent is Intent.VERDICT and after.deal.answers:
        standing = in_one((*summed_up(guidance, wording, after.deal, decision.findings),
                           choice(guidance, wording)))
        framed = _framed(guidance, wording, Kind.DECLINE, "lead.verdict_known", decision.ask)
        return replace(framed, lead=(*framed.lead, standing))
    if intent is Intent.VERDICT:
        return _framed(guidance, wording, Kind.DECLINE, "decline.verdict", decision.ask)
    if intent is Intent.WHY and decision.ask:
        return _why(decision.ask, guidance, wording)
    if intent is Intent.DEFINE and message.subject is not None:
        return _definition(message.subject, decision.ask, guidance, wording)
    if intent is Intent.ASK and found:
        return _answered(decision, found[0], guidance, wording)
    if intent in {Intent.MORE_SAFEGUARDS, Intent.SHOW_SOURCES}:
        return _more(decision, found, guidance, wording)
    if intent is Intent.FILLER and decision.ask:
        return _framed(guidance, wording, Kind.ASK, "lead.waiting", decision.ask)
    if intent is Intent.FILLER and message.subject == PONDERING and after.deal.answers:
        standing = upshot(guidance, wording, after.deal, decision.findings)
        on = _framed(guidance, wording, Kind.ADVICE, "lead.in_full", ())
        return replace(on, lead=(standing, *on.lead))
    if intent is Intent.FILLER:
        # Where nothing is told yet, neither "ok" nor "..." thanks for anything.
        name = "lead.thanks" if after.deal.answers or after.topic else "lead.greeting"
        return _framed(guidance, wording, Kind.ADVICE, name, ())
    if message.answers_reviewer and not message.other_matters:
        return _framed(guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE,
                       "lead.to_reviewer", decision.ask)
    if intent is Intent.REMARK and message.other_matters:
        # What a deal raised stays in sight: what is told beside it may be the worst of it.
        return _advice(decision, found, guidance, wording) if after.deal.answers else _framed(
            guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE, "other_matter.only",
            decision.ask)
    if intent is Intent.REMARK and not decision.ask and decision.before.pending is None:
        return _beside_the_matter(decision, guidance, wording)
    if intent is Intent.REMARK and after.deal.answers:
        return _advice(decision, found, guidance, wording)
    if intent is Intent.REMARK:
        return _framed(guidance, wording, Kind.ASK, "lead.remark", decision.ask)
    if intent in _SIMPLE:
        kind = Kind.ASK if decision.ask else Kind.ADVICE
        if message.subject is not None:
            return _framed(guidance, wording, kind, f"lead.about_{message.subject}", decision.ask)
        return _framed(guidance, wording, kind, f"lead.{_SIMPLE[intent]}", decision.ask)
    if intent is Intent.UNCLEAR and decision.before.pending is not None and after.deal.answers:
        return _advice(decision, found, guidance, wording)
    foreign = in_another_language(message.matter or message.text, guidance)
    name = "decline.other_language" if foreign else "decline.unclear"
    return _framed(guidance, wording, Kind.DECLINE, name, decision.ask)


def _answered(
    decision: Decision, found: Found, guidance: Guidance, wording: Wording
) -> Reply:
    """The answer to a question on the texts, by name or by what was found."""
    message = decision.message
    lookup = lookups_of(guidance).of(message.matter or message.text, message.subject or "")
    named = by_name(lookup, guidance, wording, decision.ask)
    if named is not None:
        return named
    gap = guidance.gap_by_id.get(found.gap or "")
    deal = decision.conversation.deal
    if found.abstained and gap is not None and gap.kind is GapKind.OPENING and deal.answers:
        # What would open a conversation is beside the point in the middle of one.
        return _beside_the_matter(decision, guidance, wording)
    reply = compose_passages(guidance, wording, found, decision.ask)
    if lookup.held and reply.kind is not Kind.DECLINE:
        lead = (Line(wording.say("lookup.held")),) if lookup.bare else reply.lead
        reply = replace(reply, lead=(*before_passages(lookup, guidance, wording), *lead))
    return reply


def _beside_the_matter(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """That nothing was noted, and where the deal stands; without one, what can be told."""
    deal = decision.conversation.deal
    if not deal.answers:
        return _framed(guidance, wording, Kind.DECLINE, "decline.unclear", decision.ask)
    aside = _framed(guidance, wording, Kind.DECLINE, "lead.aside", decision.ask)
    standing = upshot(guidance, wording, deal, decision.findings)
    return replace(aside, lead=(*aside.lead, standing))


def _framed(
    guidance: Guidance, wording: Wording, kind: Kind, sentence: str, ask: Sequence[Question]
) -> Reply:
    return Reply(kind, guidance.release, (Line(wording.say(sentence)),),
                 question=asked(guidance, ask), shape="brief")


def _advice(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    message, before, after = decision.message, decision.before, decision.conversation
    lead = []
    if message.answers_reviewer:
        lead.append(Line(wording.say("lead.to_reviewer")))
    if message.intent is Intent.VERDICT:
        lead.append(Line(wording.say("lead.verdict")))
    stands = decision.conversation.unanswered > 0
    foreign = message.intent in STANDS and in_another_language(
        message.matter or message.text, guidance)
    if foreign:
        lead.append(Line(wording.say("decline.other_language")))
    # A matter is said back beside the advice: "I have noted nothing of it" would not be true.
    unread = message.intent in STANDS and not (
        message.other_matters or message.answers_reviewer)
    if unread and before.pending is not None and not stands:
        open_ = [guidance.questions[fact].label for fact in before.awaiting()]
        if open_:
            name = "lead.kept_open" if len(open_) == 1 else "lead.all_kept_open"
            lead.append(Line(wording.say(name, label="”, “".join(open_))))
    elif unread and not foreign:
        lead.append(Line(wording.say("lead.remark")))
    if message.intent is Intent.START_OVER:
        lead.append(Line(wording.say("lead.afresh")))
    if message.intent is Intent.GO_ON and not decision.ask:
        lead.append(Line(wording.say("lead.no_more_questions")))
    if message.going is not Going.ON and sounds_like_another(before.deal, after.deal, guidance):
        lead.append(Line(wording.say("lead.another_deal")))
    heard = describe(guidance, wording, before.deal, after.deal, not before.deal.answers,
                     tuple(message.withdrawn))
    step = bool(decision.ask and before.deal.answers)
    reply = shortened(guidance, wording, after.deal, compose_advice(
        guidance, wording, after.deal, decision.findings, found, decision.ask, lead, heard,
        step=step))
    earlier = judge_all(guidance, before.deal)
    raised_before = {f.flag.id for f in earlier if f.status is Status.RAISED}
    fresh = tuple(f.id for f in reply.flags
                  if f.status is Status.RAISED and f.id not in raised_before)
    shape = "step" if step else reply.shape
    # Who opens by asking for a verdict is declined it, whatever is said beside.
    clearing = message.intent is Intent.VERDICT and not before.deal.answers
    kind = Kind.DECLINE if clearing else reply.kind
    return replace(reply, kind=kind, shape=shape, fresh=fresh,
                   changes=_changes(decision, earlier, guidance, wording))


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


def _supposition(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """What would be different if it were as supposed; the deal stays as it is."""
    deal, supposed = decision.conversation.deal, decision.message.supposed
    then = deal.with_answers(supposed)
    then = then.without(departed(deal, then, guidance) - supposed.keys())
    found = difference(guidance, advised(guidance, deal, decision.findings),
                       advised(guidance, then))
    lead = wording.say("supposition.lead", facts=facts_said(guidance, wording, supposed))
    return closed(Reply(
        Kind.ASK if decision.ask else Kind.ADVICE, guidance.release, (Line(lead),),
        question=asked(guidance, decision.ask), shape="brief",
        changes=changes(guidance, wording, Ground.SUPPOSITION, found)), wording)


def _why(questions: Sequence[Question], guidance: Guidance, wording: Wording) -> Reply:
    lead = []
    for question in questions:
        lead.append(Line(wording.say("lead.why", label=question.label, why=question.why.strip()),
                         citing.cite_all(guidance, question.authorities)))
        if question.look_up:
            where = wording.say("lead.look_up", where=question.look_up.strip())
            lead.append(Line(where, citing.cite_all(guidance, question.consult)))
    reply = Reply(Kind.ASK, guidance.release, tuple(lead), question=asked(guidance, questions),
                  shape="brief")
    return closed(reply, wording)


def _definition(
    entry_id: str, ask: Sequence[Question], guidance: Guidance, wording: Wording
) -> Reply:
    entry = next(e for e in guidance.vocabulary.glossary if e.id == entry_id)
    line = Line(wording.say("lead.define", text=entry.text.strip()),
                citing.cite_all(guidance, entry.authorities))
    kind = Kind.ASK if ask else Kind.ADVICE
    return closed(Reply(kind, guidance.release, (line,), question=asked(guidance, ask),
                        shape="brief"), wording)


def _more(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """The rest of the safeguards, or the passages behind the citations."""
    if decision.message.subject == IN_SHORT:
        return _framed(guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE,
                       "lead.quoting", decision.ask)
    deal = decision.conversation.deal
    if not deal.answers and found and not found[0].abstained:
        # Nothing but a question on the texts was answered so far: its passages are meant.
        whole = compose_passages(guidance, wording, found[0], decision.ask)
        return replace(whole, lead=(Line(wording.say("lead.sources")),), shape="sources")
    if not deal.answers:
        return _framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", decision.ask)
    whole = compose_advice(guidance, wording, deal, decision.findings, found, decision.ask)
    if decision.message.intent is Intent.SHOW_SOURCES:
        every = decision.message.subject == ALL
        name = "lead.sources" if every else "lead.sources_first"
        return replace(whole if every else first_cited(whole),
                       lead=(Line(wording.say(name)),), shape="sources")
    told = {note.id for note in shortened(guidance, wording, deal, whole).safeguards
            [: BRIEF_SAFEGUARDS if decision.ask else None]}
    rest = tuple(safeguard_note(guidance, s)
                 for s in rank_safeguards(guidance, deal, decision.findings) if s.id not in told)
    name = "lead.more_safeguards" if rest else "lead.no_more_safeguards"
    return replace(whole, lead=(Line(wording.say(name)),), shape="safeguards",
                   safeguards=in_short(rest) if decision.ask else rest, more_safeguards=())
