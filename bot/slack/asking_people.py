"""Questions of reviewers, put to the person whose deal it is in the thread of the deal."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bot.dialogue.phrasing import Wording
from bot.queue.outbox import Outbox
from bot.reviews.asking import Question
from bot.slack.deal_thread import reached
from bot.slack.escaping import cut, escape, tidy
from bot.slack.notes import Body
from bot.slack.posts import GUARDED, MESSAGE
from bot.slack.splitting import Block, Span, fit, section, size
from bot.turns.delivery import Outgoing

MOST = 9_000
"""Characters of the quoting blocks of one message, as JSON."""


class AskingPeople:
    """Owes questions to the threads of deals.

    Args:
        outbox: What is owed to Slack.
        say: The sentences of Slack.
    """

    def __init__(self, outbox: Outbox, say: Wording) -> None:
        self._outbox = outbox
        self._say = say

    def __call__(self, connection: Connection, question: Question) -> bool:
        """Owe *question* in the transaction of *connection*; False if there is no thread."""
        if reached(connection, question.by.workspace, question.conversation) is None:
            return False
        for n, body in enumerate(self._bodies(question)):
            self._outbox.owe(
                connection, question.conversation, question.by.workspace,
                Outgoing(f"{question.key}:{n}", MESSAGE, {**body, GUARDED: True}))
        return True

    def _bodies(self, question: Question) -> list[Body]:
        """The question as messages: one, unless it is very long."""
        opening = self._say.say("review.asks", who=tidy(question.by.name))
        closing = self._say.say("review.answer_here")
        packed = list(_packed(list(_quoted(question.text))))
        bodies = []
        for n, quoted in enumerate(packed):
            blocks = list(quoted)
            if n == 0:
                first = [f"<@{question.to}>", *(chunk.text for chunk in fit([Span(opening)]))]
                blocks = [*map(section, first), *blocks]
            if n == len(packed) - 1:
                blocks += [section(chunk.text) for chunk in fit([Span(closing)])]
            text = escape(cut(tidy(f"{opening} {question.text}"), 3_000))
            bodies.append({"text": f"<@{question.to}> {text}" if n == 0 else text,
                           "blocks": blocks})
        return bodies


def _quoted(text: str) -> Iterator[Block]:
    """*text* as quotations, its lines kept."""
    held: list[str] = []
    for line in text.split("\n"):
        for chunk in fit([Span(tidy(line))]) if line.strip() else ():
            quoted = [f">{part}" for part in chunk.text.split("\n")]
            if held and size("\n".join([*held, *quoted])) > MOST // 4:
                yield section("\n".join(held))
                held = []
            held += quoted
    yield section("\n".join(held))


def _packed(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    held: list[Block] = []
    for block in blocks:
        if held and size([*held, block]) > MOST:
            yield held
            held = []
        held.append(block)
    yield held
