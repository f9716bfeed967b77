"""A second reply by hand: what a second look records, without a model."""

from dataclasses import replace

from bot.advisor import Outcome
from bot.dialogue import pointing
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import points_of
from bot.dialogue.reply import Reply
from bot.slack.replying import Replying
from bot.slack.second_replies import SecondReplies
from bot.turns.turn import Turn
from retrieval.guidance import Guidance
from tests.slack.joined import Joined

TEAM = "T0ADVISOR1"
LONG = "A sentence of the model that goes on for quite a while before it ends. " * 15
"""Of a dozen such lines, a message holds some."""


def worded(
    reply: Reply, guidance: Guidance, say: Wording, *texts: str, brief: bool = False
) -> Reply:
    """*reply* worded by a model with *texts*, which share all of its points among them.

    If it is *brief*, they only share what a draft must not leave out.
    """
    points = points_of(reply, guidance)
    names = [point.id for point in points if point.needed or not brief] or [points[0].id]
    draft = Draft(tuple(Sentence(text, tuple(names[n::len(texts)]) or (names[0],))
                        for n, text in enumerate(texts)))
    return pointing.worded(reply, draft, points, "test:scripted", say)


def answer_again(
    made: Joined, conversation: ConversationId, *texts: str
) -> Turn:
    """Record a second reply to the last message, worded with *texts*, and owe its posts.

    Raises:
        AnsweredMeanwhile: Somebody has done something since.
    """
    store, parts = made.store, made.parts
    before = store.load(conversation)
    first = store.turn_at(conversation, before.version)
    assert first is not None
    number = before.version + 1
    guidance = parts.editions.of(first.release)
    reply = worded(first.reply, guidance, parts.say, *texts, brief=True)
    after = replace(before, version=number)
    message = replace(first.message, key=MessageKey(f"{first.key}:second"))
    turn = replace(
        first, version=number, message=message,
        reply=reply, composer=reply.composer, retakes=first.version, seq=0, digest="",
        posted_ref=None)
    outcome = Outcome(after, reply, number, before, guidance, retakes=first.version)
    owing = SecondReplies(parts, Replying(parts))
    return store.record(
        turn, after, before.version, lambda connection: owing.along(connection, outcome),
        workspace=TEAM)
