"""What a reply asks, as blocks: the lines above the controls, and the controls themselves.

A question that is answered, or whose reply is not the last one, reads as text.
"""

from collections.abc import Iterator

from bot.dialogue.conversation import Asked
from bot.dialogue.phrasing import Wording
from bot.slack.controls import controls
from bot.slack.escaping import inline, tidy
from bot.slack.names import Press
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
            texts = [tidy(question.opener), *map(self._wording, question.all())]
            long = [text for text in texts if drawn_within(text, MOST_WORDS) != inline(text)]
            heading = drawn_within(texts[0], MOST_WORDS)
            return ([item for text in long for item in sections([Span(text, "*")])],
                    f"*{heading}*" if heading else "")
        *above, last = sections([Span(self._wording(question), "*")])
        return above, last.block["text"]["text"]

    def _wording(self, question: Asked) -> str:
        return tidy(question.text) or self._guidance.questions[question.fact].label

    def controls(self, text: str, shown: Shown, room: int) -> Iterator[Block]:
        """The question and what can be pressed to answer it, or what was answered already.

        *text* heads them; *room* is how many characters they may take where they could vary.
        """
        question = self._question
        if question is None:
            return
        if question.beside:
            yield from self._several(question, text, shown, room)
        elif not self._pressable:
            yield section(text)
        elif shown.answered is not None:
            answered = drawn_within(shown.answered.get(question.fact, ""), ANSWERED_ROOM)
            yield section(text)
            yield section(f"{drawn_within(self._say.say('ask.answered'), 100)} *{answered}*")
        else:
            press = Press(shown.conversation, shown.turn)
            yield from controls(question, text, press, self._guidance, self._say)

    def _several(
        self, question: Asked, heading: str, shown: Shown, room: int
    ) -> Iterator[Block]:
        """Questions asked together: each with its menu, or with what was chosen."""
        asked = [Worded(one, drawn_within(self._wording(one), MOST_WORDS))
                 for one in question.all()[:MOST_TOGETHER]]
        opening = [section(heading)] if heading else []
        yield from opening
        if not self._pressable:
            yield from (section(one.text) for one in asked)
        elif shown.answered is not None:
            for one in asked:
                answered = shown.answered.get(one.question.fact)
                chosen = (f"_{drawn_within(self._say.say('ask.left_open'), 100)}_"
                          if answered is None
                          else f"*{drawn_within(answered, ANSWERED_ROOM) or '…'}*")
                yield section(f"{one.text}\n{chosen}")
        else:
            press = Press(shown.conversation, shown.turn)
            yield from together(
                asked, press, self._guidance, self._say, room - size(opening))
