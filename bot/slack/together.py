"""Several questions in one message: a menu for each, and one row of buttons that sends them all.

What is chosen counts when "Answer" is pressed; what was left blank is not sent and stays open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.conversation import Asked
from bot.dialogue.phrasing import Wording
from bot.slack.controls import (
    DONT_KNOW,
    MOST_OPTIONS,
    OPTION_VALUE,
    button,
    country_menu,
    option,
    placeholder,
    question_block,
    unknown_block,
)
from bot.slack.names import (
    ANSWER_CHOICE,
    ANSWER_DONE,
    ANSWER_DONT_KNOW,
    ANSWER_SEVERAL,
    ANSWER_UNKNOWN,
    WHY,
    Press,
)
from bot.slack.splitting import Block, Span, context, section, size
from retrieval.guidance import QuestionKind

MOST_TOGETHER = 4
"""Questions drawn in one message; a further one stays open, so it is asked in the next."""
MOST_WORDS = 300
"""Characters, as JSON, of the opener and of each question; a longer one stands whole above."""


@dataclass(frozen=True, slots=True)
class Worded:
    """One of the questions, with its words as mrkdwn."""

    question: Asked
    text: str


def together(
    questions: Sequence[Worded], press: Press, say: Wording, room: int
) -> Iterator[Block]:
    """*questions* with all that can be pressed to answer them.

    Args:
        questions: At most `MOST_TOGETHER`.
        press: The turn that asks.
        say: The bot's sentences.
        room: Characters, as JSON, that all the blocks may take.

    The menus share what room there is; a choice left out can still be said in words, and a line
    says so.
    """
    unknown = option(say.say("button.unknown"), DONT_KNOW)
    hint = [item.block for item in context([Span(say.say("ask.more_choices"))])]
    row = _row(questions, press, say)
    bare = [block for one in questions for block in _asking(one, [unknown], say)]
    offered = [_options(one.question) for one in questions]
    shares = _shared([_taken(options) for options in offered], room - size([*bare, row, *hint]))
    is_lacking = False
    for one, options, share in zip(questions, offered, shares, strict=True):
        fitting = _fitting(options, share)
        yield from _asking(one, [*fitting, unknown], say)
        is_lacking |= _lacks(one.question, len(fitting))
    yield row
    if is_lacking:
        yield from hint


def _lacks(question: Asked, shown: int) -> bool:
    """Whether there are answers to *question* that can only be given in words."""
    if question.kind is QuestionKind.COUNTRY:
        return False
    return question.kind is QuestionKind.TEXT or not question.choices or (
        shown < len(question.choices))


def _asking(one: Worded, options: Sequence[Block], say: Wording) -> Iterator[Block]:
    """A question with its menu; where "I don't know" is not among the options, with a box for it.

    A menu of countries has no options of its own: they are looked up as the person types.
    """
    question = one.question
    menu: Block | None = None
    if question.kind is QuestionKind.COUNTRY:
        menu = country_menu(question.several, say)
    elif question.kind is QuestionKind.CHOICE:
        kind, action, shown = (
            ("multi_static_select", ANSWER_SEVERAL, "ask.pick_several") if question.several
            else ("static_select", ANSWER_CHOICE, "ask.pick"))
        menu = {"type": kind, "action_id": action, "options": list(options),
                "placeholder": placeholder(say.say(shown))}
    block = section(one.text, menu)
    block["block_id"] = question_block(question.fact)
    yield block
    if question.kind is not QuestionKind.CHOICE:
        box = {"type": "checkboxes", "action_id": ANSWER_DONT_KNOW, "options": [options[-1]]}
        yield {"type": "actions", "block_id": unknown_block(question.fact), "elements": [box]}


def _row(questions: Sequence[Worded], press: Press, say: Wording) -> Block:
    facts = tuple(str(one.question.fact) for one in questions)
    pressed = Press(press.conversation, press.turn, facts=facts).dump()
    return {"type": "actions", "elements": [
        button(say.say("button.answer"), ANSWER_DONE, pressed, "primary"),
        button(say.say("button.unknown"), ANSWER_UNKNOWN, pressed),
        button(say.say("button.why"), WHY, pressed),
    ]}


def _options(question: Asked) -> list[Block]:
    if question.kind is not QuestionKind.CHOICE:
        return []
    fitting = [c for c in question.choices
               if len(c.value) <= OPTION_VALUE and c.value != DONT_KNOW]
    return [option(c.label, c.value) for c in fitting[: MOST_OPTIONS - 1]]


def _taken(options: Sequence[Block]) -> int:
    return sum(size(drawn) + 2 for drawn in options)


def _fitting(options: Sequence[Block], room: int) -> list[Block]:
    fitting: list[Block] = []
    for drawn in options:
        room -= size(drawn) + 2
        if room < 0:
            break
        fitting.append(drawn)
    return fitting


def _shared(needs: Sequence[int], room: int) -> list[int]:
    """*room* shared out evenly, where a need below the even share leaves the rest to others."""
    shares = [0] * len(needs)
    left = max(0, room)
    for served, place in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[place] = min(needs[place], left // (len(needs) - served))
        left -= shares[place]
    return shares
