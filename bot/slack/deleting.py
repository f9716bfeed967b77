"""A message was deleted in Slack: the log says so, and its author hears what that means here.

Neither the deal nor the advice changes, and nothing is said where others read it.  A message that
no turn was taken of is none of ours, and leaves nothing.
"""

from bot.deletions import of_message, of_reply
from bot.delivery import CaseEvent, Outgoing, Taken, edited
from bot.dialogue.deal import MessageKey
from bot.slack.controls import button
from bot.slack.names import CORRECT, Press
from bot.slack.notes import Body, note
from bot.slack.parts import Parts
from bot.slack.posting import EPHEMERAL, UNASKED
from bot.slack.versions import removed_by
from bot.standing import person_of
from bot.turn import Turn


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
                taken, self._word(taken, turn), state="aside", events=happened)

    def _of_reply(self, taken: Taken, ref: str) -> list[CaseEvent]:
        """What is kept where a reply of ours stood at *ref*, and not we took it away."""
        outbox = self._parts.deliveries.outbox
        stood = outbox.reply_at(taken.conversation, ref)
        if stood is None:
            return []
        ours = removed_by(stood.post)
        if ours is not None and outbox.begun(ours):
            return []
        return [of_reply(stood.post, stood.turn, stood.part, stood.parts,
                         taken.delivery.sent_at)]

    def _word(self, taken: Taken, turn: Turn) -> list[Outgoing]:
        """What the author of *turn* alone is told; nothing where their name was erased."""
        author = person_of(turn.author)
        if not author:
            return []
        case = self._parts.cases.here(taken)
        target = None if case.channel is None else {"channel": case.channel,
                                                    "thread": case.thread}
        return [Outgoing(f"{taken.delivery.key}:note", EPHEMERAL,
                         {**self._note(turn), "user": author, UNASKED: True}, target=target)]

    def _note(self, turn: Turn) -> Body:
        conversation = self._parts.store.load(turn.conversation)
        answers = (*conversation.deal.answers.values(), *conversation.supposed.values())
        if not any(turn.key in {one.message, edited(one.message)} for one in answers):
            return note(self._say.say("acts.deleted_kept"))
        press = Press(turn.conversation, conversation.version).dump()
        return note(self._say.say("acts.deleted_told"),
                    [button(self._say.say("button.correct"), CORRECT, press)])
