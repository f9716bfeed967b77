"""News of a review, posted into the thread of the deal: it is signed off, or no longer."""

from sqlalchemy import Connection

from bot.dialogue.phrasing import Wording
from bot.queue.outbox import Outbox
from bot.reviews.news import Event, News
from bot.slack.deal_thread import reached
from bot.slack.escaping import escape
from bot.slack.notes import Body
from bot.slack.posts import GUARDED, MESSAGE
from bot.slack.splitting import Block, Span, context, section, sections
from bot.turns.delivery import Outgoing


class TellingOfReviews:
    """Owes news of reviews to the threads of deals.

    Args:
        outbox: What is owed to Slack.
        say: The sentences of Slack.
    """

    def __init__(self, outbox: Outbox, say: Wording) -> None:
        self._outbox = outbox
        self._say = say

    def __call__(self, connection: Connection, news: News) -> None:
        """Owe *news* in the transaction of *connection*; nothing where nobody can be told.

        That is where the deal has no thread, and where whoever asked was erased.
        """
        to = reached(connection, news.workspace, news.conversation)
        if to:
            self._outbox.owe(connection, news.conversation, news.workspace, Outgoing(
                f"{news.key}:told", MESSAGE, {**self._body(to, news), GUARDED: True}))

    def _body(self, to: str, news: News) -> Body:
        said = self._say.say(f"review.{news.event}")
        if news.event is Event.COMPLETED:
            said = f"{said} {self._say.say(f'review.outcome_{news.outcome}')}"
        blocks: list[Block] = [section(f"<@{to}>")]
        blocks += [item.block for item in (*sections([Span(said)]),
                                           *context([Span(self._say.say("review.no_verdict"))]))]
        return {"text": f"<@{to}> {escape(said)}", "blocks": blocks}
