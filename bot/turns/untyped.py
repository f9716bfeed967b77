"""What somebody did where they typed nothing: which button it was, a choice or a form.

Whoever reads a conversation years later has to tell a press from a message that is gone.
"""

from enum import StrEnum

from bot.dialogue.intents import Intent
from bot.turns.delivery import Act


class Untyped(StrEnum):
    """What was done without a word."""

    ADVISE_NOW = "advise_now"
    WHY = "why"
    GO_ON = "go_on"
    MORE_SAFEGUARDS = "more_safeguards"
    CHOSEN = "chosen"
    """Answers were picked: by buttons, from lists, or by a program that sends them as values."""
    FORM = "form"
    CORRECTION = "correction"
    TRIED_OUT = "tried_out"
    """What would be different was picked, and is only supposed."""
    MENTION = "mention"
    """Advisor was mentioned, and nothing else said."""
    PRESSED = "pressed"
    """A button or a form: all that is known of turns that were recorded without how they came."""


_BUTTONS = {
    Intent.ADVISE_NOW: Untyped.ADVISE_NOW,
    Intent.WHY: Untyped.WHY,
    Intent.GO_ON: Untyped.GO_ON,
    # The question that waits is put again.
    Intent.FILLER: Untyped.GO_ON,
    Intent.MORE_SAFEGUARDS: Untyped.MORE_SAFEGUARDS,
}


def untyped(act: str | None, intent: str, *, tells: bool) -> Untyped:
    """What was done in a turn that has no text.

    Args:
        act: Of `Where.act`; None where nothing of where it was done is recorded.
        intent: Of the turn, by its value.
        tells: Whether it tells a fact.
    """
    if intent == Intent.WHAT_IF.value:
        return Untyped.TRIED_OUT
    if act == Act.STEER:
        return next((done for one, done in _BUTTONS.items() if one.value == intent),
                    Untyped.PRESSED)
    if act == Act.FORM:
        return Untyped.FORM
    if act == Act.CORRECTION:
        return Untyped.CORRECTION
    if act == Act.ANSWER or (act == Act.MESSAGE and tells):
        return Untyped.CHOSEN
    if act == Act.MESSAGE and intent == Intent.GREETING.value:
        return Untyped.MENTION
    return Untyped.PRESSED
