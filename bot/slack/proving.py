"""Lets checkpoints of the log leave the house: each goes to the compliance channel as it is."""

from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.log_order import LOCAL
from bot.queue.outbox import Outbox
from bot.record.log import BEFORE_WORKSPACES
from bot.slack.escaping import escape
from bot.slack.notes import Body
from bot.slack.posts import MESSAGE
from bot.store import Store
from bot.turns.delivery import Outgoing

_NOWHERE = frozenset({LOCAL, BEFORE_WORKSPACES})
"""Logs of no Slack workspace: nobody there could keep a checkpoint."""


class Proving:
    """Takes checkpoints that are due and owes them to the compliance channel."""

    def __init__(
        self, store: Store, checkpoints: Checkpoints, outbox: Outbox, say: Wording, channel: str
    ) -> None:
        self._store = store
        self._checkpoints = checkpoints
        self._outbox = outbox
        self._say = say
        self._channel = channel

    def look(self) -> int:
        """Take what is due, and owe the last checkpoint of each workspace unless it is posted.

        Returns:
            How many were taken.
        """
        taken = len(self._checkpoints.take_due())
        if self._channel:
            for workspace in self._store.workspaces():
                notes = () if workspace in _NOWHERE else self._checkpoints.of(workspace)[-1:]
                for note in notes:
                    self._owe(workspace, note)
        return taken

    def _owe(self, workspace: str, note: str) -> None:
        size = note.split("\n")[1]
        post = Outgoing(f"checkpoint:{workspace}:{size}", MESSAGE, self._body(note, size),
                        target={"channel": self._channel})
        with self._store.writing() as connection:
            # Owed once: the key of one that was posted before finds it there.
            self._outbox.owe(
                connection, ConversationId(f"checkpoints:{workspace}"), workspace, post)

    def _body(self, note: str, size: str) -> Body:
        sentence = self._say.say("proof.checkpoint", size=size)
        return {
            "text": f"{sentence}\n{note}",
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": escape(sentence)}},
                {"type": "section", "text": {"type": "mrkdwn", "text": f"```{note}```"}},
            ],
        }
