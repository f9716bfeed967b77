"""Notices of changed guidance, posted into the threads of the deals that they are about."""

from sqlalchemy import Connection

from bot.dialogue.phrasing import Wording
from bot.impact.differing import Kind
from bot.impact.telling import Notice, Point
from bot.queue.outbox import Outbox
from bot.slack import names
from bot.slack.controls import button
from bot.slack.deal_thread import reached
from bot.slack.escaping import escape
from bot.slack.names import Press
from bot.slack.notes import Body
from bot.slack.posts import GUARDED, MESSAGE
from bot.slack.references import Numbers, short
from bot.slack.splitting import Block, Span, context, section, sections
from bot.turns.delivery import Outgoing

LONGEST_POINT = 700
LONGEST_TITLE = 160
"""Characters of what one point says, and of what a deal is called, as Slack counts them."""
MOST_MARKS = 3
"""Citations marked on one point: the list of sources must not bury what has changed."""


class TellingPeople:
    """Owes notices to the threads of deals.

    Args:
        outbox: What is owed to Slack.
        say: The sentences of Slack.
    """

    def __init__(self, outbox: Outbox, say: Wording) -> None:
        self._outbox = outbox
        self._say = say

    def __call__(self, connection: Connection, notice: Notice) -> bool:
        """Owe *notice* in the transaction of *connection*; False if there is no thread."""
        if reached(connection, notice.workspace, notice.conversation) is None:
            return False
        self._outbox.owe(
            connection, notice.conversation, notice.workspace,
            Outgoing(notice.key, MESSAGE, {**self._body(notice), GUARDED: True}))
        return True

    def _body(self, notice: Notice) -> Body:
        title = short(notice.title, LONGEST_TITLE) or self._say.say("impact.untitled")
        opening = self._say.say(f"impact.{notice.kind}", title=title)
        numbers = Numbers()
        blocks: list[Block] = [section(f"<@{notice.to}>"),
                               *_drawn([Span(opening, "*")])]
        for point in notice.points:
            blocks += _drawn(_spans(point, numbers))
        if notice.more:
            blocks += _drawn([Span(self._say.say("impact.more", n=notice.more))])
        answer = notice.kind is Kind.ANSWER
        closing = "impact.ask_again" if answer else "impact.advise_again"
        blocks += _drawn([Span(self._say.say(closing))])
        if not answer:
            press = Press(notice.conversation, notice.turn).dump()
            blocks.append({"type": "actions", "elements": [button(
                self._say.say("button.advise_now"), names.ADVISE_NOW, press, "primary")]})
        small_print = [*numbers.sources(numbers.cited.keys(), self._say),
                       *context([Span(self._say.say("impact.no_verdict"))])]
        blocks += [item.block for item in small_print]
        said = " ".join([opening, *(point.text for point in notice.points)])
        return {"text": f"<@{notice.to}> {escape(short(said, 2_800))}", "blocks": blocks}


def _spans(point: Point, numbers: Numbers) -> list[Span]:
    return [Span("• "), Span(short(point.text, LONGEST_POINT)),
            *numbers.marks(point.citations[:MOST_MARKS])]


def _drawn(spans: list[Span]) -> list[Block]:
    return [item.block for item in sections(spans)]
