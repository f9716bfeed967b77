"""Where a reply stands in Slack, and what happened to it since it was first shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.dialogue.conversation import ConversationId
from bot.slack.names import Press


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a reply stands, and what happened to it since it was first shown."""

    conversation: ConversationId
    turn: int
    answered: Mapping[str, str] | None = None
    """Labels of the choices made for its questions, by fact, as plain words; drawn instead of the
    buttons.  A fact that is missing was left blank."""
    listening: bool | None = None
    """Whether the bot follows the channel thread; None in a direct message, where it always does.
    """
    handed_over: str | None = None
    """Who has it now ("Sent to compliance by <@U1>"), drawn instead of the button.

    Finished mrkdwn, the one text here that is not escaped; at most 300 characters.
    """
    watch_on: date | None = None
    retakes: int | None = None
    """The turn whose reply it has taken the place of; None where it stands in its own."""

    @property
    def opens(self) -> bool:
        """Whether it is the first reply of its conversation."""
        return (self.retakes or self.turn) == 1

    def press(self, value: str | None = None, *, fact: str | None = None) -> str:
        """What a button under the reply carries."""
        return Press(self.conversation, self.turn, fact=fact, value=value).dump()


def dated(day: date) -> str:
    """*day* as people write it, the month in words so that nobody takes it for the day."""
    return f"{day.day} {day:%B %Y}"
