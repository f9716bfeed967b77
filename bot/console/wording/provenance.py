"""How an answer came about, in words, for the foot of each turn."""

from collections.abc import Mapping
from typing import Any

from bot.console.wording.wording import when
from bot.turns.circumstances import SECOND_LOOK, Circumstances, Where
from bot.turns.turn import Turn

NOT_KEPT = "not kept yet when this was recorded"
_DOORS = {"slack": "Slack", "terminal": "the terminal", "pipe": "the machine protocol",
          "api": "the machine protocol over HTTP"}
_ACTS = {
    "message": "wrote a message", "edit": "edited a message", "answer": "picked an answer",
    "steer": "pressed a button", "form": "sent the form", "correction": "sent a correction",
    SECOND_LOOK: "nobody said anything: a language model looked again"}


def came_about(
    turn: Turn, settings: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """What to tell of *turn* beside what was said, each with its name.

    Args:
        turn: The turn.
        settings: Settings that were ever in force, by digest.
    """
    found = turn.circumstances
    told = [("Recorded", when(turn.recorded_at)),
            ("Sentences", turn.wording_digest),
            ("Most questions", NOT_KEPT if turn.question_limit is None
             else str(turn.question_limit))]
    if found is None:
        return [("Where, delivery, settings, steps", NOT_KEPT), *told]
    held = settings.get(found.settings_sha256 or "", {})
    return [("Where", _where(found.where)), ("Delivery", _delivery(found)),
            *told,
            ("Search by", found.search or NOT_KEPT),
            ("Took", _took(found, turn.took_ms)),
            ("Settings in force", found.settings_sha256 or NOT_KEPT),
            *((f"Setting: {name.replace('_', ' ')}", _value(value))
              for name, value in sorted(held.items()))]


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in sorted(value.items()))
    return "none" if value in {None, ""} else str(value)


def _where(where: Where | None) -> str:
    if where is None:
        return NOT_KEPT
    parts = [f"{_DOORS.get(where.door, where.door)}: {_ACTS.get(where.act, where.act)}"]
    if where.channel:
        parts.append(f"channel {where.channel}")
    if where.thread:
        parts.append(f"at {where.thread}")
    if where.private:
        parts.append("answered to the asker alone")
    return ", ".join(parts)


def _delivery(found: Circumstances) -> str:
    one = found.delivery
    if one is None:
        return "none: it was asked here"
    event = f", event {one.event_id}" if one.event_id else ""
    failed = f", handling had failed {one.tries} times before" if one.tries else ""
    return f"{one.key}{event}, stored {when(one.received_at)}{failed}"


def _took(found: Circumstances, whole: int) -> str:
    if found.steps is None:
        return f"{whole} ms"
    steps = found.steps
    return (f"{whole} ms: reading {steps.read_ms}, search {steps.search_ms}, "
            f"composing {steps.compose_ms}")
