"""Ids that the renderer writes into blocks and the app listens for; the manifest names some too.

An action id is unique in its block, so choices drawn as buttons carry their place after a colon
(`answer:0`).  What a button means lies in its `value`, JSON with short keys; see `Press`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.unseen import can_be_kept

COMMAND = "/advisor"
CHECK_DEAL = "check_deal"
"""Message shortcut: check the deal that any message describes."""
DESCRIBE_DEAL = "describe_deal"
"""Global shortcut: open the intake form."""

ANSWER = "answer"
"""A choice as a button (`answer:0`); its press carries fact and value."""
ANSWER_SELECT = "answer_select"
"""A menu of single choices: answers at once; the option's value is the press."""
ANSWER_SEVERAL = "answer_several"
"""A menu of several choices; only read when `ANSWER_DONE` is pressed."""
ANSWER_COUNTRY = "answer_country"
"""The same for countries; options are loaded as the person types."""
ANSWER_CHOICE = "answer_choice"
"""A menu of single choices beside others; only read when `ANSWER_DONE` is pressed."""
ANSWER_DONT_KNOW = "answer_dont_know"
"""The box "I don't know" under a menu that can't offer it; read like a menu."""
ANSWER_DONE = "answer_done"
"""Sends what was chosen in the menus of the message."""
ANSWER_UNKNOWN = "answer_unknown"
"""I don't know; of several questions, for all in whose menus nothing was chosen."""
WHY = "why"
ADVISE_NOW = "advise_now"
GO_ON = "go_on"
MORE_SAFEGUARDS = "more_safeguards"
PASSAGES = "passages"
"""Show the passages behind a reply, in a modal."""
PLAIN = "plain_wording"
"""Show the plain wording of a reply that a language model has worded, in a modal."""
TRY_OUT = "try_out"
"""Open the form in which it is picked what would be different."""
SUPPOSE = "suppose"
"""Try out what may have been meant (`suppose:0`); its press carries fact and value."""
CORRECT = "correct"
"""Open the form filled with what was understood."""
COMPLIANCE = "compliance"
BRIEF = "brief"
PAUSE = "pause"
RESUME = "resume"
WATCH = "watch"
"""Open the form that sets a watch date."""
NOTHING_CHANGED = "nothing_changed"
SOMETHING_CHANGED = "something_changed"
FEEDBACK = "feedback"
COMMENT = "comment"
"""Add a comment to feedback given."""
HOME_START = "home_start"
HOME_SHOW = "home_show"
"""Resume a deal from App Home (`home_show:3`)."""
OPEN_LINK = "open_link"
OPEN_CONSOLE = "open_console"
"""Buttons that are only links; Slack still tells us, and we only acknowledge."""

INTAKE_VIEW = "intake"
CORRECTION_VIEW = "correction"
TRY_OUT_VIEW = "try_out"
COMMENT_VIEW = "comment"
WATCH_VIEW = "watch"
PASSAGES_VIEW = "passages"
PLAIN_VIEW = "plain_wording"

OPENING = frozenset({CORRECT, SOMETHING_CHANGED, TRY_OUT, PASSAGES, PLAIN, WATCH, COMMENT,
                     HOME_START, DESCRIBE_DEAL})
"""Buttons and shortcuts that open a modal."""

GOOD = "good"
BAD = "bad"
"""Values of the feedback buttons."""

MOST_TURNS = 2**31 - 1
"""The largest number that any database takes for a turn."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button or a menu's option carries: on which turn of which conversation, and what.

    `fact` and `value` are set for answers; `value` None is "I don't know".  `facts` are set where
    several questions share a button.
    """

    conversation: str
    turn: int = 0
    """Number of the turn in its conversation, from 1; 0 where no turn is meant."""
    fact: str | None = None
    value: str | None = None
    more: Mapping[str, Any] | None = None
    facts: tuple[str, ...] = ()

    def dump(self) -> str:
        """As JSON with short keys: Slack allows 2,000 characters, and 150 in an option."""
        row = {"c": self.conversation, "t": self.turn, "f": self.fact, "v": self.value,
               "m": self.more, "fs": list(self.facts) or None}
        return _encoded({k: v for k, v in row.items() if v is not None})


_encoded = json.JSONEncoder(separators=(",", ":")).encode


def load_press(text: str) -> Press:
    """What `Press.dump` wrote.

    Raises:
        ValueError: *text* is something else, or says what no database takes.
    """
    try:
        row = json.loads(text)
    except RecursionError as error:
        raise ValueError("not a press") from error
    if not isinstance(row, dict) or not isinstance(row.get("c"), str):
        raise ValueError("not a press")
    turn, fact, value, more = row.get("t", 0), row.get("f"), row.get("v"), row.get("m")
    if type(turn) is not int or not 0 <= turn <= MOST_TURNS or not isinstance(fact, str | None):
        raise ValueError("not a press")
    if not isinstance(value, str | None) or not isinstance(more, dict | None):
        raise ValueError("not a press")
    facts = row.get("fs", [])
    if not isinstance(facts, list) or not all(isinstance(f, str) for f in facts):
        raise ValueError("not a press")
    if not all(map(can_be_kept, (row["c"], fact or "", value or "", *facts))):
        raise ValueError("not a press")
    return Press(row["c"], turn, fact, value, more, tuple(facts))
