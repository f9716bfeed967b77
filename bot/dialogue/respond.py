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
from bot.dialogue.answers.asking_back import takes_yes_or_no
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import Deal
from bot.dialogue.deciding import Decision, decide
from bot.dialogue.intents import Intent
from bot.dialogue.messages.dealing_openly import without_accusation
from bot.dialogue.messages.passing_on import passed_on
from bot.dialogue.phrasing import Wording
from bot.dialogue.renewing import Seen, renewed
from bot.dialogue.replies.recalling_the_asked import recalled
from bot.dialogue.replies.replying import worded
from bot.dialogue.reply import Asked, Line, Reply, labels
from bot.dialogue.small_words.languages import in_another_language
from retrieval.guidance import Guidance
from retrieval.matches import Found, Query, Search


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
    found = [without_accusation(one, guidance) for one in search(decision.queries)] if (
        decision.queries) else _known_silent(message, guidance)
    return decision, found, answer(decision, found, guidance, wording)


def _known_silent(message: Message, guidance: Guidance) -> Sequence[Found]:
    """That the texts have no answer to a wish to get round them: it counts among what is declined.

    Nothing is searched for it.  Beside what is told of a deal the answer is on that.
    """
    told = message.heard or message.withdrawn or message.retracted
    if message.intent is not Intent.EVASION or message.subject is not None or told or (
            message.intent.value not in guidance.gap_by_id):
        return ()
    query = Query(message.matter or message.text)
    return (Found(query, (), abstained=True, gap=message.intent.value),)


def answer(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """Word *decision*; raises if anything in the reply is not borne out by the release."""
    reply = worded(decision, found, guidance, wording)
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
