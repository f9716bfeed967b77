"""What a reply asks, as blocks: the lines above the controls, and the controls themselves.

A question that is answered, or whose reply is not the last one, reads as text.
"""

from collections.abc import Mapping
from functools import cached_property

from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Asked
from bot.slack.controls import controls
from bot.slack.escaping import inline, tidy
from bot.slack.names import Press
from bot.slack.packing import Piece, measured
from bot.slack.shown import Shown
from bot.slack.splitting import Block, Item, Span, drawn_within, section, sections, size
from bot.slack.together import MOST_TOGETHER, MOST_WORDS, Worded, together
from retrieval.guidance import Guidance

ANSWERED_ROOM = 150


class Asking:
    """The question of one reply.

    Args:
        question: What is asked; None for nothing.
        guidance: The release of the reply.
        say: The bot's sentences.
        pressable: Whether it can be answered here.
    """

    def __init__(
        self, question: Asked | None, guidance: Guidance, say: Wording, *, pressable: bool
    ) -> None:
        self._question = question
        self._guidance = guidance
        self._say = say
        self._pressable = pressable

    def heading(self) -> tuple[list[Item], str]:
        """What is asked: the lines that stand above the controls, and the one that heads them.

        The heading of several questions is what opens them.  Any of their lines that is too long
        to be drawn whole among the controls stands whole above.
        """
        question = self._question
        if question is None:
            return [], ""
        if question.beside:
            # Of those recalled each control bears the name.
            opener = self._say.say("ask.still") if question.again else question.opener
            opening = drawn_within(opener, MOST_WORDS)
            lines = [(tidy(opener), opening), *self._lines]
            long = [text for text, drawn in lines if drawn != inline(text)]
            return ([item for text in long for item in sections([Span(text, "*")])],
                    f"*{opening}*" if opening else "")
        *above, last = sections([Span(tidy(question.again) or self._wording(question), "*")])
        return above, last.block["text"]["text"]

    def _wording(self, question: Asked) -> str:
        """The question; beside others that are only recalled the name of its fact."""
        label = self._guidance.questions[question.fact].label
        recalled = self._question is not None and self._question.again
        return label if recalled else tidy(question.text) or label

    @cached_property
    def _lines(self) -> list[tuple[str, str]]:
        """The words of each question, and as they are drawn where several are asked together."""
        question = self._question
        texts = [] if question is None else [self._wording(one) for one in question.all()]
        return [(text, drawn_within(text, MOST_WORDS)) for text in texts]

    def controls(self, text: str, shown: Shown, room: int) -> Piece:
        """The question and what can be pressed to answer it, or what was answered already.

        *text* heads them; *room* is how many characters they may take where they could vary.
        """
        question = self._question
        if question is None:
            return measured([])
        if question.beside:
            return self._several(question, text, shown, room)
        if not self._pressable:
            return measured([section(text)])
        if shown.answered is not None:
            answered = drawn_within(shown.answered.get(question.fact, ""), ANSWERED_ROOM)
            return measured([
                section(text),
                section(f"{drawn_within(self._say.say('ask.answered'), 100)} *{answered}*")])
        press = Press(shown.conversation, shown.turn)
        return measured(list(controls(question, text, press, self._guidance, self._say)))

    def _several(self, question: Asked, heading: str, shown: Shown, room: int) -> Piece:
        """Questions asked together: each with its menu, or with what was chosen."""
        asked = [Worded(one, drawn) for one, (_, drawn) in zip(
            question.all()[:MOST_TOGETHER], self._lines, strict=False)]
        opening = measured([section(heading)] if heading else [])
        if not self._pressable:
            return opening + measured([section(one.text) for one in asked])
        if shown.answered is not None:
            return opening + measured([self._chosen(one, shown.answered) for one in asked])
        press = Press(shown.conversation, shown.turn)
        return opening + together(
            asked, press, self._guidance, self._say, room - size(opening.blocks))

    def _chosen(self, one: Worded, answered: Mapping[str, str]) -> Block:
        chosen = answered.get(one.question.fact)
        words = (f"_{drawn_within(self._say.say('ask.left_open'), 100)}_" if chosen is None
                 else f"*{drawn_within(chosen, ANSWERED_ROOM) or '…'}*")
        return section(f"{one.text}\n{words}")
