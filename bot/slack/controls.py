"""Buttons and menus: what a person can press under a question, and what was picked in a menu."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Asked
from bot.slack.escaping import plain
from bot.slack.names import (
    ANSWER,
    ANSWER_CHOICE,
    ANSWER_COUNTRY,
    ANSWER_DONE,
    ANSWER_DONT_KNOW,
    ANSWER_SELECT,
    ANSWER_SEVERAL,
    ANSWER_UNKNOWN,
    WHY,
    Press,
)
from bot.slack.splitting import Block, Span, context, section, size
from retrieval.guidance import Choice, Fact, Guidance, QuestionKind

MOST_BUTTONS = 4
"""Choices drawn as buttons; more of them go into a menu."""
MOST_OPTIONS = 100
OPTION_TEXT = 75
OPTION_VALUE = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
# Of a menu's options, or of what buttons carry, as JSON: a question always fits into one message.
MENU_ROOM = 5_000
DONT_KNOW = "?"
"""Value of the option "I don't know"; no value of the guidance looks like it."""


def plain_text(text: str, most: int) -> Block:
    """A plain_text object of at most *most* characters."""
    return {"type": "plain_text", "text": plain(text, most) or "…", "emoji": False}


def button(text: str, action: str, value: str, style: str | None = None) -> Block:
    """A button; *value* is what its press carries."""
    drawn: Block = {"type": "button", "text": plain_text(text, BUTTON_TEXT),
                    "action_id": action, "value": value}
    return drawn if style is None else {**drawn, "style": style}


def option(label: str, value: str) -> Block:
    """An option of a menu."""
    return {"text": plain_text(label, OPTION_TEXT), "value": value}


@dataclass(frozen=True, slots=True)
class Offered:
    """An option of a menu, not to be changed: other messages share it."""

    option: Block
    value: str
    taken: int
    """Characters as JSON, the comma and the space after it included."""


def _offered(label: str, value: str) -> Offered:
    drawn = option(label, value)
    return Offered(drawn, value, size(drawn) + 2)


def offers(question: Asked, guidance: Guidance) -> Sequence[Offered]:
    """The choices of *question* as options that carry what they stand for.

    Those of the release itself are drawn once.
    """
    of_release = guidance.questions.get(question.fact)
    if of_release is None or of_release.choices != question.choices:
        return [_offered(choice.label, choice.value) for choice in question.choices]
    known = guidance.worked_out.of(offers)
    if question.fact not in known:
        known[question.fact] = [_offered(c.label, c.value) for c in question.choices]
    return known[question.fact]


def placeholder(text: str) -> Block:
    """What an empty menu or field shows."""
    return plain_text(text, 150)


def controls(
    question: Asked, text: str, press: Press, guidance: Guidance, say: Wording
) -> Iterator[Block]:
    """The last line of the question, *text* (mrkdwn), with all that can be pressed to answer it.

    A menu holds what fits; a choice left out can still be said in words, and a line says so.
    """
    several = question.kind is QuestionKind.COUNTRY or question.several
    menu, left_out = _menu(question, press, guidance, say)
    fact = question.fact
    block = section(text, menu)
    block["block_id"] = question_block(fact)
    yield block
    pressed = Press(press.conversation, press.turn, fact)
    row = []
    # What is asked for in words has nothing to press, whatever choices stand with it.
    if menu is None and not left_out and question.kind is not QuestionKind.TEXT:
        row = [button(choice.label, f"{ANSWER}:{n}", _pick(press, fact, choice))
               for n, choice in enumerate(question.choices)]
    elif menu is not None and several:
        row = [button(say.say("button.done"), ANSWER_DONE, pressed.dump(), "primary")]
    row.append(button(say.say("button.unknown"), ANSWER_UNKNOWN, pressed.dump()))
    row.append(button(say.say("button.why"), WHY, pressed.dump()))
    yield {"type": "actions", "elements": row}
    if left_out:
        yield from (item.block for item in context([Span(say.say("ask.more_choices"))]))


def _pick(press: Press, fact: Fact, choice: Choice) -> str:
    return Press(press.conversation, press.turn, fact, choice.value).dump()


def _menu(
    question: Asked, press: Press, guidance: Guidance, say: Wording
) -> tuple[Block | None, bool]:
    """The menu of *question*, None where it has none, and whether choices had to be left out."""
    if question.kind is QuestionKind.COUNTRY:
        return country_menu(question.several, say), False
    if question.kind is QuestionKind.TEXT or not question.choices:
        return None, False
    if not question.several and len(question.choices) <= MOST_BUTTONS:
        picks = [_pick(press, question.fact, choice) for choice in question.choices]
        if all(len(pick) <= BUTTON_VALUE for pick in picks) and size(picks) <= MENU_ROOM:
            return None, False
    options: list[Block] = []
    room = MENU_ROOM
    offered = offers(question, guidance) if question.several else (
        _offered(c.label, _pick(press, question.fact, c)) for c in question.choices)
    for one in offered:
        room -= one.taken
        if room < 0 or len(options) == MOST_OPTIONS:
            break
        if len(one.value) <= OPTION_VALUE:
            options.append(one.option)
    if not options:
        return None, True
    kind, action = (("multi_static_select", ANSWER_SEVERAL) if question.several
                    else ("static_select", ANSWER_SELECT))
    shown = "ask.pick_several" if question.several else "ask.pick"
    menu: Block = {"type": kind, "action_id": action, "options": options,
                   "placeholder": placeholder(say.say(shown))}
    return menu, len(options) < len(question.choices)


def country_menu(several: bool, say: Wording) -> Block:
    """A menu of countries, which are looked up as the person types."""
    menu: Block = {"type": "multi_external_select", "action_id": ANSWER_COUNTRY,
                   "min_query_length": 1, "placeholder": placeholder(say.say("ask.country"))}
    return menu if several else {**menu, "max_selected_items": 1}


def question_block(fact: str) -> str:
    """Id of the block with the question about *fact* and its menu."""
    return f"question:{fact}"


def unknown_block(fact: str) -> str:
    """Id of the block with the box "I don't know", where the menu can't offer it."""
    return f"unknown:{fact}"


def picked(values: Mapping[str, Any], fact: str) -> list[str]:
    """Values picked in the menu under the question about *fact*, `DONT_KNOW` among them.

    *values* is `state.values` of the press of `ANSWER_DONE`.  Empty when nothing was picked.
    """
    menu = values.get(question_block(fact), {})
    box = values.get(unknown_block(fact), {})
    states = [menu.get(action) or {}
              for action in (ANSWER_SEVERAL, ANSWER_COUNTRY, ANSWER_CHOICE)]
    states.append(box.get(ANSWER_DONT_KNOW) or {})
    return [str(o["value"]) for state in states
            for o in (state.get("selected_option"), *(state.get("selected_options") or ())) if o]
