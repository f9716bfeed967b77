"""Bring a conversation up to date by one message, and choose what is due in return."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from bot.dialogue.asking_the_texts import beside_queries, on_a_line, question_query, topic_of
from bot.dialogue.claims.departing import departed, told_of_who_left
from bot.dialogue.claims.same_words import half_heard_with
from bot.dialogue.conversation import Conversation, Going, Message, Phase
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.interview import agenda, next_questions
from bot.dialogue.judging import Finding, judge_all
from bot.dialogue.messages.beside import question_of
from bot.dialogue.messages.moving import left_behind
from bot.dialogue.messages.picking_out import LISTED, names_its_list
from bot.dialogue.messages.several_questions import MOST_QUESTIONS, questions_in
from bot.dialogue.messages.stretching import changed_by, stretch_after
from bot.dialogue.naming import NEVER_NOTED
from bot.dialogue.poles import has_poles
from bot.dialogue.refining import refined, unrefined
from bot.dialogue.renewing import Seen
from retrieval.guidance import Fact, Guidance, Question
from retrieval.matches import Query

STANDS = {Intent.UNCLEAR: 1, Intent.REMARK: 2}
"""So many messages in a row that answer nothing leave the question standing; the next passes on.

What could not be read may have been an aside, and a remark is one; but nobody is pressed.
"""

SPOKEN_PAST = 2
"""So many messages in a row that tell of other matters leave the question standing."""

_ABOUT_THE_DEAL = {Intent.DESCRIBE, Intent.ADVISE_NOW, Intent.GO_ON}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a message changes and what is due in return; a pure function of its inputs."""

    before: Conversation
    """The conversation as the person last saw it: what is new is new against this."""
    conversation: Conversation
    message: Message
    findings: tuple[Finding, ...]
    ask: tuple[Question, ...]
    """What is asked next, in one message; empty for nothing."""
    queries: tuple[Query, ...]
    others: tuple[Conversation, ...] | None = None
    """Other conversations of the person, the latest first; None where they may not be told of."""
    seen: Seen = field(default_factory=dict)
    """What the person was shown before, where another release answers by now; else empty."""


def decide(
    conversation: Conversation, message: Message, guidance: Guidance, limit: int
) -> Decision:
    """What *message* changes in *conversation*, and which kind of reply is due."""
    if message.intent is Intent.START_OVER:
        return _begun_anew(conversation, message, guidance, limit)
    # A place that was picked allows the same readings of what is written as one that is written.
    message = replace(message, heard=refined(
        guidance, conversation.deal.without(message.retracted), message.heard))
    # What goes on with a telling is read with the whole of it, which says what holds where.
    stale = frozenset() if message.going is Going.ON else _stale(
        conversation.deal, message, guidance)
    deal = conversation.deal.without(message.retracted).with_answers(message.heard)
    left = departed(conversation.deal, deal, guidance) - message.heard.keys()
    stale |= left | unrefined(guidance, conversation.deal, deal)
    if stale:
        message = replace(message, retracted=message.retracted | stale)
    if message.retracted:
        # What is open again may be asked again.
        conversation = replace(conversation, asked=tuple(
            fact for fact in conversation.asked if fact not in message.retracted))
    deal = conversation.deal.without(message.retracted).with_answers(message.heard)
    findings = judge_all(guidance, deal)
    stands = conversation.deal.answers == deal.answers
    supposed = _to_adopt(conversation, message) or (
        conversation.supposed if stands and not message.supposed and (
            message.subject != NEVER_NOTED) else {})
    after = replace(conversation, deal=deal, version=conversation.version + 1,
                    supposed=supposed, supposed_before=_supposed_before(conversation, supposed),
                    # Read once more with what comes next, it would be told of them again.
                    stretch=None if left else stretch_after(conversation, message),
                    changed_last=changed_by(conversation.deal, message))
    taken = Decision(conversation, after, message, findings, (), ())
    due = _on_the_deal if _concerns_deal(message, conversation) else _beside_the_deal
    return due(taken, guidance, limit)


def _to_adopt(conversation: Conversation, message: Message) -> Mapping[Fact, Answer]:
    """What *message* supposes, as far as "let's go with that" can mean it.

    Of two options neither of which is known it can't, nor of what is so already.  What was supposed
    of the same facts just before stands as `instead`: "which of the two is better?" is of both.
    """
    supposed, before = message.supposed, conversation.supposed
    known = conversation.deal.known
    if any(answer.instead - known(fact) for fact, answer in supposed.items()) or all(
            answer.values == known(fact) for fact, answer in supposed.items()):
        return {}
    again = supposed.keys() == before.keys() and all(
        not answer.instead for answer in supposed.values())
    return {fact: replace(answer, instead=(before[fact].values or frozenset()) - (
        answer.values or frozenset()) if again else frozenset())
        for fact, answer in supposed.items()}


def _supposed_before(
    conversation: Conversation, supposed: Mapping[Fact, Answer]
) -> Mapping[Fact, Answer]:
    """What was supposed before *supposed*, where both could be so at once."""
    together = conversation.supposed.keys() | conversation.supposed_before.keys()
    if not supposed or supposed == conversation.supposed or supposed.keys() == together:
        return conversation.supposed_before if supposed else {}
    return conversation.supposed if supposed.keys().isdisjoint(conversation.supposed) else {}


def as_supposed(deal: Deal, message: Message, guidance: Guidance) -> Deal:
    """*deal* as it would be if what *message* supposes were told: what goes with it is gone.

    So whoever takes it in gets what was shown.
    """
    gone, doubted = told_of_who_left(deal, message.supposed, guidance)
    told = {**message.supposed, **doubted}
    gone |= half_heard_with(told, deal, guidance)
    gone |= _stale(deal, replace(message, heard=told), guidance)
    then = deal.without(gone).with_answers(told)
    gone = departed(deal, then, guidance) | unrefined(guidance, deal, then)
    return then.without(gone - told.keys())


def _on_the_deal(taken: Decision, guidance: Guidance, limit: int) -> Decision:
    """What is due to a message that tells of the deal, or wants advice on it.

    Args:
        taken: What the message changes, with nothing asked or searched yet.
        guidance: The release to answer from.
        limit: Most questions in one conversation.
    """
    conversation, after, message = taken.before, taken.conversation, taken.message
    deal = after.deal
    past = conversation.spoken_past + 1 if _speaks_past(message, conversation) else 0
    after = replace(after, unanswered=0, spoken_past=past)
    if past > SPOKEN_PAST:
        after = replace(after, spoken_past=0).asking_nothing(after.phase)
    before = conversation.deal
    # Who it is now that it is somewhere else is asked at once.
    parted = message.retracted & unrefined(guidance, before, before.with_answers(deal.answers))
    if not message.heard:
        # So is what was answered last, and wrongly: "sorry, wrong button".
        parted |= message.retracted.intersection(conversation.asked_before)
    asked = _carry_on(replace(taken, conversation=after), guidance, limit,
                      parted | _doubted(message, before, deal, guidance))
    question = question_of(message)
    if question is None or not deal.answers:
        return asked
    return replace(asked, queries=beside_queries(conversation, message, question, guidance))


def _beside_the_deal(taken: Decision, guidance: Guidance, limit: int) -> Decision:
    """What is due to any other message; for the arguments see `_on_the_deal`."""
    conversation, after, message = taken.before, taken.conversation, taken.message
    deal = after.deal
    pending = tuple(guidance.questions[fact] for fact in conversation.awaiting())
    if message.answers_reviewer and not message.other_matters:
        # What was asked here was not spoken past: it is put again, and counts as it did.
        return replace(taken, ask=pending)
    if message.intent in STANDS and pending:
        return _unanswered(taken, pending, guidance, limit)
    if message.intent is Intent.ASK:
        query = question_query(conversation, message, guidance)
        after = replace(after, topic=topic_of(query, message, guidance))
        each = questions_in(message, guidance)[:MOST_QUESTIONS]
        queries = tuple(question_query(conversation, one, guidance) for one in each) or (query,)
        return replace(taken, conversation=after, ask=pending, queries=queries)
    if message.intent is Intent.DEFINE:
        # "And who does that?" goes on from the term.
        after = replace(after, topic=on_a_line(message.matter or message.text))
    if message.intent is Intent.WHAT_IF:
        # "And Uganda?" goes on from what was tried out.
        after = replace(after, topic="")
    if message.intent is Intent.OTHER_DEAL or (
            message.intent is Intent.EVASION and message.subject is None):
        # "The customer asked that", "or via Oman?", and the deal that was announced are then
        # understood.
        after = replace(after, topic=on_a_line(message.matter or message.text))
    if message.intent in LISTED and deal.answers and names_its_list(message, guidance):
        # "And the third?" is then understood.
        after = replace(after, topic=on_a_line(message.matter or message.text))
    if message.intent is Intent.SHOW_SOURCES and not deal.answers and conversation.topic:
        query = Query(conversation.topic)
        return replace(taken, conversation=after, ask=pending, queries=(query,))
    return replace(taken, conversation=after, ask=pending)


def _begun_anew(
    conversation: Conversation, message: Message, guidance: Guidance, limit: int
) -> Decision:
    """A conversation with nothing known but what *message* tells."""
    fresh = Conversation(conversation.id, version=conversation.version)
    if message.heard:
        told = decide(fresh, replace(message, intent=Intent.DESCRIBE), guidance, limit)
        return replace(told, message=message)
    return Decision(conversation, replace(fresh, version=fresh.version + 1), message,
                    (), (), ())


def _unanswered(
    taken: Decision, pending: tuple[Question, ...], guidance: Guidance, limit: int
) -> Decision:
    """The *pending* questions, put again or passed over by how often they were left standing.

    For the other arguments see `_on_the_deal`; the message answers nothing that was asked.
    """
    unanswered, after = taken.before.unanswered, taken.conversation
    if unanswered < STANDS[taken.message.intent]:
        # Put again, it is no second question: nobody tried to answer the first.
        return replace(taken, conversation=replace(after, unanswered=unanswered + 1),
                       ask=pending)
    passed = replace(after, unanswered=0).asking_nothing(after.phase)
    return _carry_on(replace(taken, conversation=passed), guidance, limit)


def _stale(deal: Deal, message: Message, guidance: Guidance) -> frozenset[Fact]:
    """What was found of a country, where *message* says that it is another one: to be asked anew.

    What the message speaks of it tells of the new one, though it be the same.
    """
    return left_behind(deal, message, guidance) - message.topics.keys()


def _speaks_past(message: Message, conversation: Conversation) -> bool:
    """Whether *message* tells of the deal in words, and nothing of what was asked."""
    awaiting = conversation.awaiting()
    told = {*message.heard, *message.withdrawn, *message.retracted}
    return bool(awaiting and told and message.text.strip()) and told.isdisjoint(awaiting) and (
        message.intent is Intent.DESCRIBE and message.going is not Going.ON)


def _concerns_deal(message: Message, conversation: Conversation) -> bool:
    if message.heard or message.withdrawn or message.retracted:
        return True
    return message.intent in _ABOUT_THE_DEAL and (
        message.intent is not Intent.DESCRIBE or bool(conversation.deal.answers)
    )


def _carry_on(
    taken: Decision, guidance: Guidance, limit: int, doubted: Collection[Fact] = ()
) -> Decision:
    """*taken* with what stays or comes next to ask, noted in its conversation; *doubted* first."""
    conversation, ask = _next_to_ask(taken, guidance, limit, doubted)
    return replace(taken, conversation=conversation, ask=ask)


def _next_to_ask(
    taken: Decision, guidance: Guidance, limit: int, doubted: Collection[Fact]
) -> tuple[Conversation, tuple[Question, ...]]:
    conversation, message, findings = taken.conversation, taken.message, taken.findings
    if message.intent is Intent.ADVISE_NOW:
        return conversation.asking_nothing(Phase.STOPPED), ()
    if message.intent is Intent.GO_ON:
        conversation = replace(conversation, phase=Phase.ASKING,
                               extra_questions=conversation.extra_questions + limit)
    if conversation.phase is Phase.STOPPED:
        # Nobody wants to be asked more; who corrects what stood is asked what stands in its place,
        # and whether it does where that is a guess: else the correction would never count.
        worth = agenda(guidance, conversation.deal, findings).worth
        emptied = [fact for fact in worth if fact in doubted or (
                       fact in message.retracted and guidance.questions[fact].several)]
        if emptied:
            asking = conversation.asking(emptied[:1])
            return replace(asking, phase=Phase.STOPPED), (guidance.questions[emptied[0]],)
        # What was asked so stays in sight as long as it is waited for.
        left = tuple(fact for fact in conversation.awaiting() if fact in worth)
        return (conversation, tuple(guidance.questions[fact] for fact in left)) if left else (
            conversation.asking_nothing(Phase.STOPPED), ())
    left = waiting = conversation.awaiting()
    if waiting or doubted:
        # What a correction has made needless is not waited for any longer.
        worth = agenda(guidance, conversation.deal, findings).worth
        left = tuple(fact for fact in worth if fact in doubted)
        if left and waiting:
            # Asked alone: "yes" to "Is that right?" would be one to what stands beside it.
            conversation = conversation.asking_later(frozenset(waiting) - set(left))
        left = left or tuple(fact for fact in waiting if fact in worth)
    if left and set(left) == {conversation.pending, *conversation.beside} and (
            not message.retracted):
        return conversation, tuple(guidance.questions[fact] for fact in waiting)
    if conversation.rounds >= limit + conversation.extra_questions:
        return conversation.asking_nothing(Phase.ADVISED), ()
    # What a message left unanswered of several questions comes first: the matter is fresh.
    ask = tuple(guidance.questions[fact] for fact in left) or next_questions(
        guidance, conversation.deal, findings, conversation.asked)
    if not ask:
        return conversation.asking_nothing(Phase.ADVISED), ()
    return conversation.asking([q.fact for q in ask]), ask


def _doubted(
    message: Message, before: Deal, deal: Deal, guidance: Guidance
) -> frozenset[Fact]:
    """What *message* leaves a guess and is asked back, though it was asked before.

    What a language model read of it, and what was settled *before*: "the war is over", "maybe it's
    not the army".  Once: what is left of it after that is a guess like any other, and nothing that
    is answered in any way is merged a second time.
    """
    return frozenset(fact for fact, answer in message.heard.items()
                     if deal.guessed(fact) and (answer.read_by or (
                         before.settled(fact) and (
                             answer.instead or has_poles(guidance.questions[fact])
                             or answer.values == before.known(fact)))))
