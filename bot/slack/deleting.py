"""A message was deleted in Slack: the log says so, and its author hears what that means here.

Neither the deal nor the advice changes, and nothing is said where others read it.  A message that
no turn was taken of is none of ours, and leaves nothing.

Whoever clears up, or has Slack do it after so many days, deletes many messages at once: nothing is
said of those of long ago, and little of the others.
"""

import logging
from datetime import datetime, timedelta
from itertools import chain

from bot.casebook.standing import person_of
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import MessageKey
from bot.outages import outage
from bot.record.deletions import of_message, of_reply
from bot.slack.controls import button
from bot.slack.inbound import moment_of
from bot.slack.names import CORRECT, Press
from bot.slack.notes import Body, note
from bot.slack.parts import Parts
from bot.slack.posts import EPHEMERAL, UNASKED
from bot.slack.versions import removed_by
from bot.turns.delivery import OF_DELETION, CaseEvent, Outgoing, Taken, edited
from bot.turns.turn import Turn

WORTH_A_WORD = timedelta(days=1)
"""How old a deleted message may be for its author to be told what that means."""
A_WORD_EACH = timedelta(hours=1)
"""Within which an author is told so at most once in a conversation."""

_NOTE = ":note"

_log = logging.getLogger("advisor.slack")


class Deleting:
    """Handles deletions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._say = parts.say

    def deletion(self, taken: Taken) -> None:
        """Something was deleted: a message that we took a turn of, a reply of ours, or neither.

        None of it counts as somebody's having spoken: what stands and who was answered last stays
        as it was.
        """
        body = taken.delivery.body
        message = MessageKey(str(body["edits"]))
        turn = self._parts.store.turn_for(message)
        if turn is None:
            happened = self._of_reply(taken, str(body["ref"]))
            self._parts.deliveries.close(taken, state="aside", events=happened)
        elif turn.conversation != taken.conversation:
            # Its message was answered elsewhere, and so it is told of there.
            self._parts.deliveries.move(taken, turn.conversation)
        else:
            happened = [of_message(message, turn.version, taken.delivery.sent_at)]
            self._parts.deliveries.close(
                taken, self._word_if_any(taken, turn), state="aside", events=happened)

    def _of_reply(self, taken: Taken, ref: str) -> list[CaseEvent]:
        """What is kept where a reply of ours stood at *ref*, and not we took it away."""
        outbox = self._parts.deliveries.outbox
        stood = outbox.posts.reply_at(taken.conversation, ref)
        if stood is None:
            return []
        ours = removed_by(stood.post)
        if ours is not None and outbox.posts.may_be_made(ours):
            return []
        return [of_reply(stood.post, stood.turn, stood.part, stood.parts,
                         taken.delivery.sent_at)]

    def _word_if_any(self, taken: Taken, turn: Turn) -> list[Outgoing]:
        """As `_word`; nothing where that fails: that it was deleted is kept all the same."""
        try:
            return self._word(taken, turn)
        except Exception as error:
            if outage(error) is not None:
                raise
            _log.exception("nobody is told of a deletion")
            return []

    def _word(self, taken: Taken, turn: Turn) -> list[Outgoing]:
        """What the author of *turn* alone is told.

        Nothing where their name was erased, the message is of long ago, or they were told just now.
        """
        author = person_of(turn.author)
        heard = taken.received_at or taken.delivery.sent_at
        written = moment_of(turn.key.rpartition(":")[2])
        if not author or heard - written > WORTH_A_WORD or (
                self._told_lately(turn, heard - A_WORD_EACH)):
            return []
        case = self._parts.cases.here(taken)
        target = None if case.channel is None else {"channel": case.channel,
                                                    "thread": case.thread}
        return [Outgoing(f"{taken.delivery.key}{_NOTE}", EPHEMERAL,
                         {**self._note(turn), "user": author, UNASKED: True}, target=target)]

    def _told_lately(self, turn: Turn, since: datetime) -> bool:
        """Whether the author of *turn* was told of another deletion in its conversation."""
        ends = f"{OF_DELETION}{_NOTE}"
        told = self._parts.deliveries.outbox.posts.owed_since(turn.conversation, ends, since)
        others = (self._parts.store.turn_for(MessageKey(key.removesuffix(ends))) for key in told)
        return any(one is not None and one.author == turn.author for one in others)

    def _note(self, turn: Turn) -> Body:
        conversation = self._parts.store.load(turn.conversation)
        if not _counts(turn, conversation):
            return note(self._say.say("acts.deleted_kept"))
        press = Press(turn.conversation, conversation.version).dump()
        return note(self._say.say("acts.deleted_told"),
                    [button(self._say.say("button.correct"), CORRECT, press)])


def _counts(turn: Turn, conversation: Conversation) -> bool:
    """Whether something of what *conversation* holds rests on the words of *turn*.

    What others have added to since does, and so does what was less sure than what was known, which
    stands beside that until it is settled.
    """
    deal = conversation.deal
    answers = (*deal.answers.values(), *chain.from_iterable(deal.earlier.values()),
               *conversation.supposed.values(), *conversation.supposed_before.values())
    if any(turn.key in {one.message, edited(one.message)} for one in answers):
        return True
    return any(not answer.instead.isdisjoint(turn.message.heard[fact].values or ())
               for fact, answer in deal.answers.items() if fact in turn.message.heard)
