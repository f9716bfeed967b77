"""The step of a conversation: what we know, one message, what we say next.

Nothing here performs input or output.  `decide` brings the deal up to date, judges every red
flag against it and chooses what kind of reply is due; `answer` words the choice.  Between the two
lies a single look outside, the search for passages, which the caller performs.  A conversation
can therefore be replayed from its messages alone, and the tests replay thousands.

Two things stay true whatever arrives: a fact is asked for at most once, and no consideration
leaves without a citation.  The second is checked rather than hoped for; see
`bot.dialogue.citing.check`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialogue import citing
from bot.dialogue.composing import (
    asked,
    closed,
    compose_advice,
    compose_passages,
    describe,
    safeguard_note,
    upshot,
)
from bot.dialogue.conversation import (
    Conversation,
    Intent,
    Kind,
    Line,
    Message,
    Phase,
    Reply,
    Status,
    labels,
)
from bot.dialogue.deal import Deal
from bot.dialogue.judging import Finding, judge_all, next_question
from bot.dialogue.phrasing import Wording
from bot.dialogue.suggesting import rank_safeguards
from retrieval.guidance import Fact, Guidance, Question
from retrieval.matches import Found, Query, Search

DEAL_QUERY_LIMIT = 12
"""Passages looked for beside the authorities of the flags."""

_ABOUT_THE_DEAL = {Intent.DESCRIBE, Intent.ADVISE_NOW, Intent.GO_ON}
_SIMPLE = {Intent.GREETING: "greeting", Intent.THANKS: "thanks", Intent.HELP: "help"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a message changes and what is due in return; a pure function of its inputs."""

    before: Conversation
    """The conversation as the person last saw it: what is new is new against this."""
    conversation: Conversation
    message: Message
    findings: tuple[Finding, ...]
    ask: Question | None
    queries: tuple[Query, ...]


def respond(
    conversation: Conversation,
    message: Message,
    *,
    guidance: Guidance,
    search: Search,
    wording: Wording,
    limit: int,
    shown: Conversation | None = None,
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

    Raises:
        citing.UncitedClaim, citing.BadCitation: The reply would assert something that the release
            does not bear out. Nothing may be shown then.
    """
    decision = decide(conversation, message, guidance, limit)
    if shown is not None:
        decision = replace(decision, before=shown)
    found = search(decision.queries) if decision.queries else ()
    return decision, found, answer(decision, found, guidance, wording)


def decide(
    conversation: Conversation, message: Message, guidance: Guidance, limit: int
) -> Decision:
    """What *message* changes in *conversation*, and which kind of reply is due."""
    if message.intent is Intent.START_OVER:
        fresh = Conversation(conversation.id, version=conversation.version + 1)
        return Decision(conversation, fresh, message, (), None, ())
    deal = conversation.deal.without(message.retracted).with_answers(message.heard)
    findings = judge_all(guidance, deal)
    after = replace(conversation, deal=deal, version=conversation.version + 1)
    if _concerns_deal(message, conversation):
        after, ask = _carry_on(after, message, findings, guidance, limit)
        queries: tuple[Query, ...] = (_deal_query(guidance, deal),) if deal.answers else ()
        return Decision(conversation, after, message, findings, ask, queries)
    pending = guidance.questions.get(conversation.pending or Fact(""))
    if message.intent is Intent.UNCLEAR and pending is not None:
        passed = replace(after, pending=None)
        after, ask = _carry_on(passed, message, findings, guidance, limit)
        queries = (_deal_query(guidance, deal),) if deal.answers else ()
        return Decision(conversation, after, message, findings, ask, queries)
    if message.intent is Intent.ASK:
        query = _question_query(conversation, message)
        after = replace(after, topic=query.text)
        return Decision(conversation, after, message, findings, pending, (query,))
    return Decision(conversation, after, message, findings, pending, ())


def _concerns_deal(message: Message, conversation: Conversation) -> bool:
    if message.heard or message.withdrawn or message.retracted:
        return True
    return message.intent in _ABOUT_THE_DEAL and (
        message.intent is not Intent.DESCRIBE or bool(conversation.deal.answers)
    )


def _carry_on(
    conversation: Conversation,
    message: Message,
    findings: Sequence[Finding],
    guidance: Guidance,
    limit: int,
) -> tuple[Conversation, Question | None]:
    """The question that stays or comes next, and the conversation with it noted."""
    if message.intent is Intent.ADVISE_NOW:
        return replace(conversation, pending=None, phase=Phase.STOPPED), None
    if message.intent is Intent.GO_ON:
        conversation = replace(conversation, phase=Phase.ASKING,
                               extra_questions=conversation.extra_questions + limit)
    if conversation.phase is Phase.STOPPED:
        return conversation, None
    deal = conversation.deal
    if conversation.pending is not None and not deal.answered(conversation.pending):
        return conversation, guidance.questions[conversation.pending]
    ask = next_question(guidance, deal, findings, conversation.asked,
                        limit + conversation.extra_questions)
    if ask is None:
        return replace(conversation, pending=None, phase=Phase.ADVISED), None
    noted = replace(conversation, pending=ask.fact, phase=Phase.ASKING,
                    asked=(*conversation.asked, ask.fact))
    return noted, ask


def _deal_query(guidance: Guidance, deal: Deal) -> Query:
    # In the order of the questions, so that a deal read back from the store asks the same.
    known = ((fact, deal.known(fact)) for fact in guidance.questions)
    words = [labels(guidance, fact, values) for fact, values in known if values]
    return Query(", ".join(words), topics=deal.topics(), limit=DEAL_QUERY_LIMIT)


def _question_query(conversation: Conversation, message: Message) -> Query:
    """A follow-up is searched together with what the conversation is about."""
    before = message.subject
    if before is None:
        return Query(message.text, topics=message.topics)
    topics = {**conversation.deal.topics(), **message.topics}
    return Query(f"{before} {message.text}".strip(), topics=topics)


def answer(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """Word *decision*; raises if anything in the reply is not borne out by the release."""
    reply = _worded(decision, found, guidance, wording)
    citing.check(reply, guidance)
    return reply


def _worded(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    message, after = decision.message, decision.conversation
    intent = message.intent
    if intent is Intent.START_OVER:
        return _framed(guidance, wording, Kind.ADVICE, "lead.started_over", None)
    if intent is Intent.OUT_OF_SCOPE:
        return _framed(guidance, wording, Kind.DECLINE, "decline.out_of_scope", decision.ask)
    told = message.heard or message.withdrawn or message.retracted
    if told or intent in {Intent.ADVISE_NOW, Intent.GO_ON}:
        if not after.deal.answers:
            return _framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", None)
        return _advice(decision, found, guidance, wording)
    if intent is Intent.VERDICT and after.deal.answers:
        standing = upshot(guidance, wording, after.deal, decision.findings)
        framed = _framed(guidance, wording, Kind.DECLINE, "lead.verdict_known", decision.ask)
        return replace(framed, lead=(*framed.lead, standing))
    if intent is Intent.VERDICT:
        return _framed(guidance, wording, Kind.DECLINE, "decline.verdict", decision.ask)
    if intent is Intent.WHY and decision.ask is not None:
        return _why(decision.ask, guidance, wording)
    if intent is Intent.DEFINE and message.subject is not None:
        return _definition(message.subject, decision.ask, guidance, wording)
    if intent is Intent.ASK and found:
        return compose_passages(guidance, wording, found[0], decision.ask)
    if intent in {Intent.MORE_SAFEGUARDS, Intent.SHOW_SOURCES}:
        return _more(decision, found, guidance, wording)
    if intent is Intent.FILLER:
        name = "lead.waiting" if decision.ask else "lead.thanks"
        return _framed(guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE, name,
                       decision.ask)
    if intent in _SIMPLE:
        kind = Kind.ASK if decision.ask else Kind.ADVICE
        return _framed(guidance, wording, kind, f"lead.{_SIMPLE[intent]}", decision.ask)
    if intent is Intent.UNCLEAR and decision.before.pending is not None and after.deal.answers:
        return _advice(decision, found, guidance, wording)
    return _framed(guidance, wording, Kind.DECLINE, "decline.unclear", decision.ask)


def _framed(
    guidance: Guidance, wording: Wording, kind: Kind, sentence: str, ask: Question | None
) -> Reply:
    question = asked(guidance, ask) if ask is not None else None
    return Reply(kind, guidance.release, (Line(wording.say(sentence)),), question=question,
                 shape="brief")


def _advice(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    message, before, after = decision.message, decision.before, decision.conversation
    lead = []
    if message.intent is Intent.VERDICT:
        lead.append(Line(wording.say("lead.verdict")))
    if before.pending is not None and message.intent is Intent.UNCLEAR:
        label = guidance.questions[before.pending].label
        lead.append(Line(wording.say("lead.kept_open", label=label)))
    if message.intent is Intent.GO_ON and decision.ask is None:
        lead.append(Line(wording.say("lead.no_more_questions")))
    earlier = judge_all(guidance, before.deal)
    raised = {f.flag.id for f in decision.findings if f.status is Status.RAISED}
    raised_before = {f.flag.id for f in earlier if f.status is Status.RAISED}
    gone = [f.flag.title.strip() for f in earlier if f.flag.id in raised_before - raised]
    lead += [Line(wording.say("lead.gone", title=title)) for title in gone]
    heard = describe(guidance, wording, before.deal, after.deal, not before.deal.answers,
                     tuple(message.withdrawn))
    reply = compose_advice(guidance, wording, after.deal, decision.findings, found, decision.ask,
                           lead, heard)
    fresh = tuple(f.id for f in reply.flags if f.id in raised - raised_before)
    if decision.ask is not None and before.deal.answers:
        return replace(reply, shape="step", fresh=fresh)
    return replace(reply, fresh=fresh)


def _why(question: Question, guidance: Guidance, wording: Wording) -> Reply:
    shown = asked(guidance, question)
    lead = [Line(wording.say("lead.why", label=question.label, why=shown.why), shown.citations)]
    if question.look_up:
        where = wording.say("lead.look_up", where=question.look_up.strip())
        lead.append(Line(where, citing.cite_all(guidance, question.consult)))
    reply = Reply(Kind.ASK, guidance.release, tuple(lead), question=shown, shape="brief")
    return closed(reply, wording)


def _definition(
    entry_id: str, ask: Question | None, guidance: Guidance, wording: Wording
) -> Reply:
    entry = next(e for e in guidance.vocabulary.glossary if e.id == entry_id)
    line = Line(wording.say("lead.define", text=entry.text.strip()),
                citing.cite_all(guidance, entry.authorities))
    question = asked(guidance, ask) if ask is not None else None
    kind = Kind.ASK if ask is not None else Kind.ADVICE
    return closed(Reply(kind, guidance.release, (line,), question=question, shape="brief"),
                  wording)


def _more(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """The rest of the safeguards, or the passages behind the citations."""
    deal = decision.conversation.deal
    if not deal.answers:
        return _framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", decision.ask)
    whole = compose_advice(guidance, wording, deal, decision.findings, found, decision.ask)
    if decision.message.intent is Intent.SHOW_SOURCES:
        return replace(whole, lead=(Line(wording.say("lead.sources")),), shape="sources")
    rest = rank_safeguards(guidance, deal, decision.findings)[len(whole.safeguards):]
    name = "lead.more_safeguards" if rest else "lead.no_more_safeguards"
    return replace(whole, lead=(Line(wording.say(name)),), shape="safeguards",
                   safeguards=tuple(safeguard_note(guidance, s) for s in rest),
                   more_safeguards=())
