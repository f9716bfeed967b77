"""News of a review, posted into the thread of the deal: it is signed off, or no longer."""

from sqlalchemy import Connection, select

from bot.dialogue.phrasing import Wording
from bot.queue.outbox import Outbox
from bot.reviews.news import Event, News
from bot.schema import cases
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
        case = connection.execute(select(
            cases.c.asker, cases.c.channel, cases.c.thread, cases.c.private).where(
            cases.c.conversation == news.conversation,
            cases.c.team == news.workspace)).one_or_none()
        if case is None or not case.asker:
            return
        if case.thread or (case.private and case.channel is None):
            self._outbox.owe(connection, news.conversation, news.workspace, Outgoing(
                f"{news.key}:told", MESSAGE, {**self._body(case.asker, news), GUARDED: True}))

    def _body(self, to: str, news: News) -> Body:
        said = self._say.say(f"review.{news.event}")
        if news.event is Event.COMPLETED:
            said = f"{said} {self._say.say(f'review.outcome_{news.outcome}')}"
        blocks: list[Block] = [section(f"<@{to}>")]
        blocks += [item.block for item in (*sections([Span(said)]),
                                           *context([Span(self._say.say("review.no_verdict"))]))]
        return {"text": f"<@{to}> {escape(said)}", "blocks": blocks}
