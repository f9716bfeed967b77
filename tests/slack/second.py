"""A second reply by hand: what a second look records, without a model."""

from collections.abc import Callable
from dataclasses import replace

from bot.advisor import Outcome
from bot.dialogue.conversation import ConversationId, Line, Reply
from bot.dialogue.deal import MessageKey
from bot.slack.replying import Replying
from bot.slack.second_replies import SecondReplies
from bot.turn import Turn
from tests.slack.joined import Joined

TEAM = "T0ADVISOR1"
LONG = "A sentence of the model that goes on for quite a while before it ends. " * 15
"""Of a dozen such lines, a message holds some."""


def lines(reply: Reply, *texts: str) -> Reply:
    """*reply* with lines of a model, each citing what one of its points cites."""
    points = [p.citations for p in (*reply.flags, *reply.considerations) if p.citations]
    worded = tuple(Line(text, points[n % len(points)][:1]) for n, text in enumerate(texts))
    return replace(reply, worded=worded, composer="test:scripted")


def answer_again(
    made: Joined, conversation: ConversationId, *texts: str,
    otherwise: Callable[[Reply], Reply] = lambda reply: reply,
) -> Turn:
    """Record a second reply to the last message, worded with *texts*, and owe its posts.

    Raises:
        Overtaken: Somebody has done something since.
    """
    store, parts = made.store, made.parts
    before = store.load(conversation)
    first = store.turn_at(conversation, before.version)
    assert first is not None
    number = before.version + 1
    reply = otherwise(lines(first.reply, *texts))
    after = replace(before, version=number)
    message = replace(first.message, key=MessageKey(f"{first.key}:second"))
    turn = replace(
        first, version=number, message=message,
        reply=reply, composer=reply.composer, retakes=first.version, seq=0, digest="",
        posted_ref=None)
    outcome = Outcome(after, reply, number, before, parts.editions.of(first.release),
                      retakes=first.version)
    owing = SecondReplies(parts, Replying(parts))
    return store.record(
        turn, after, before.version, lambda connection: owing.along(connection, outcome),
        workspace=TEAM)
