"""Several questions in one message: a menu for each, and one row of buttons that sends them all.

What is chosen counts when "Answer" is pressed; what was left blank is not sent and stays open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Asked
from bot.slack.controls import (
    DONT_KNOW,
    MOST_OPTIONS,
    OPTION_VALUE,
    Offered,
    button,
    country_menu,
    offers,
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
from bot.slack.packing import Piece, joined, measured
from bot.slack.splitting import Block, Span, context, section
from retrieval.guidance import Guidance, QuestionKind

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
    questions: Sequence[Worded], press: Press, guidance: Guidance, say: Wording, room: int
) -> Piece:
    """*questions* with all that can be pressed to answer them.

    Args:
        questions: At most `MOST_TOGETHER`.
        press: The turn that asks.
        guidance: The release of the questions.
        say: The bot's sentences.
        room: Characters, as JSON, that all the blocks may take.

    The menus share what room there is; a choice left out can still be said in words, and a line
    says so.
    """
    unknown = option(say.say("button.unknown"), DONT_KNOW)
    hint = joined(context([Span(say.say("ask.more_choices"))]))
    asking = [_asking(one, unknown, say) for one in questions]
    bare = measured([*(block for blocks in asking for block in blocks),
                     _row(questions, press, say)])
    offered = [_offered(one.question, guidance) for one in questions]
    needs = [sum([choice.taken for choice in choices]) for choices in offered]
    shares = _shared(needs, room - bare.taken - hint.taken)
    is_lacking, taken = False, 0
    for one, blocks, choices, share in zip(questions, asking, offered, shares, strict=True):
        fitting = _fitting(choices, share)
        if one.question.kind is QuestionKind.CHOICE:
            blocks[0]["accessory"]["options"] = [*(c.option for c in fitting), unknown]
        is_lacking |= _lacks(one.question, len(fitting))
        taken += sum([choice.taken for choice in fitting])
    whole = Piece(bare.blocks, bare.taken + taken)
    return whole + hint if is_lacking else whole


def _lacks(question: Asked, shown: int) -> bool:
    """Whether there are answers to *question* that can only be given in words."""
    if question.kind is QuestionKind.COUNTRY:
        return False
    return question.kind is QuestionKind.TEXT or not question.choices or (
        shown < len(question.choices))


def _asking(one: Worded, unknown: Block, say: Wording) -> list[Block]:
    """A question with a menu of nothing but *unknown*, "I don't know", and where none fits, a box.

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
        menu = {"type": kind, "action_id": action, "options": [unknown],
                "placeholder": placeholder(say.say(shown))}
    block = section(one.text, menu)
    block["block_id"] = question_block(question.fact)
    if question.kind is QuestionKind.CHOICE:
        return [block]
    box = {"type": "checkboxes", "action_id": ANSWER_DONT_KNOW, "options": [unknown]}
    return [block, {"type": "actions", "block_id": unknown_block(question.fact),
                    "elements": [box]}]


def _row(questions: Sequence[Worded], press: Press, say: Wording) -> Block:
    facts = tuple(str(one.question.fact) for one in questions)
    pressed = Press(press.conversation, press.turn, facts=facts).dump()
    return {"type": "actions", "elements": [
        button(say.say("button.answer"), ANSWER_DONE, pressed, "primary"),
        button(say.say("button.unknown"), ANSWER_UNKNOWN, pressed),
        button(say.say("button.why"), WHY, pressed),
    ]}


def _offered(question: Asked, guidance: Guidance) -> Sequence[Offered]:
    if question.kind is not QuestionKind.CHOICE:
        return []
    fitting = [one for one in offers(question, guidance)
               if len(one.value) <= OPTION_VALUE and one.value != DONT_KNOW]
    return fitting[: MOST_OPTIONS - 1]


def _fitting(offered: Sequence[Offered], room: int) -> list[Offered]:
    fitting: list[Offered] = []
    for one in offered:
        room -= one.taken
        if room < 0:
            break
        fitting.append(one)
    return fitting


def _shared(needs: Sequence[int], room: int) -> list[int]:
    """*room* shared out evenly, where a need below the even share leaves the rest to others."""
    shares = [0] * len(needs)
    left = max(0, room)
    for served, place in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[place] = min(needs[place], left // (len(needs) - served))
        left -= shares[place]
    return shares
