"""Second replies: the posts that put one in the place of the first."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import Connection

from bot.advisor import Outcome
from bot.dialogue.deal import SECOND, MessageKey
from bot.ledger import canonical
from bot.queue.cases import Case
from bot.second_look.looked import AnsweredMeanwhile
from bot.slack.blocks import to_posts
from bot.slack.notes import note
from bot.slack.parts import Parts
from bot.slack.posts import MESSAGE
from bot.slack.replying import Replying
from bot.slack.versions import answered_by, removal_key, reply_key
from bot.turns.delivery import REMOVE, REPLACE, Outgoing


class SecondReplies:
    """Owes the posts of second replies."""

    def __init__(self, parts: Parts, replying: Replying) -> None:
        self._parts = parts
        self._replying = replying

    def along(self, connection: Connection, outcome: Outcome) -> None:
        """Owe what puts the reply of *outcome* in the place of that of the turn before it.

        Each post needs the one before it, so that no half of the first reply is replaced.  None
        of them streams: a person has read what stands, and it changes once and whole.

        Args:
            connection: The transaction that records the turn.
            outcome: The second reply; `before` is the conversation as the first one left it.

        Raises:
            AnsweredMeanwhile: Somebody has written or pressed something since: what they saw
                stays, and no turn is recorded.
        """
        conversation, number = outcome.conversation.id, outcome.number
        box = self._parts.deliveries
        standing = box.outbox.posts.posts_of(connection, conversation, number - 1)
        message = answered_by(standing)
        if message is None:
            return  # not one of Slack's
        if box.acted_since(connection, conversation, message):
            raise AnsweredMeanwhile
        case = self._parts.cases.case(standing[reply_key(message, 0)], conversation)
        if case is None:
            return
        shown = canonical(outcome.before)
        for post in self._posts(case, outcome, message, standing):
            box.outbox.owe(connection, conversation, case.team, post, shown)

    def _posts(
        self, case: Case, outcome: Outcome, message: MessageKey, standing: Collection[str]
    ) -> Iterator[Outgoing]:
        shown = replace(self._replying.drawing.shown(case, outcome.number),
                        retakes=outcome.number - 1)
        posts = to_posts([(outcome.reply, shown)], outcome.guidance, self._parts.say)
        before: dict[str, str] = {}
        for n, post in enumerate(posts):
            body: dict[str, Any] = {"text": post.text, "blocks": list(post.blocks), **before}
            key, place = reply_key(f"{message}{SECOND}", n), reply_key(message, n)
            if place in standing:
                yield Outgoing(key, REPLACE, {**body, "replaces": place}, turn=outcome.number)
            else:
                yield Outgoing(key, MESSAGE, body, turn=outcome.number)
            before = {"needs": key}
        gone = note(self._parts.say.say("post.replaced"))
        for n in count(len(posts)):
            place = reply_key(message, n)
            if place not in standing:
                return
            yield Outgoing(removal_key(message, n), REMOVE,
                           {**gone, **before, "removes": place}, turn=outcome.number)
