"""One call of a language model, as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Use(StrEnum):
    """What a model is used for; each can be switched off."""

    READING = "reading"
    """Facts of a deal that the plain reader missed."""
    SEARCH = "search"
    """A loose question put as queries."""
    WORDING = "wording"
    """A shorter, more natural answer from what was decided."""


def uses_of(text: str) -> frozenset[Use]:
    """The uses that a setting such as "reading, wording" names.

    Raises:
        ValueError: It names something else, or nothing.
    """
    named = {name.strip().lower() for name in text.split(",")} - {""}
    unknown = sorted(named - set(Use))
    if unknown or not named:
        what = "there is no use " + ", ".join(map(repr, unknown)) if unknown else "no use is named"
        raise ValueError(f"{what}; name some of {', '.join(Use)}, by commas")
    return frozenset(map(Use, named))


class Ended(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    MALFORMED = "malformed"
    """What came back is not what was asked for."""
    FAILED = "failed"
    """The model could not be reached, refused, or broke off."""
    TIMED_OUT = "timed_out"
    RESTING = "resting"
    """Not called: it failed too often of late."""
    BUSY = "busy"
    """Not called: too many calls were under way."""
    SPENT = "spent"
    """Not called: the workspace has used up its tokens of the day."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: exactly what was sent, exactly what came back, and what it took."""

    use: Use
    model: str
    """vendor:model, as set."""
    prompt: str
    """Digest of the prompt's file, whose text is kept under it."""
    sent: tuple[Mapping[str, str], ...]
    """Role and content of each message that left, masked where it was masked; empty if nothing did.
    """
    received: str
    """What came back, as it came, cut at a limit; empty if nothing did."""
    ended: Ended
    why: str = ""
    """What was wrong, for whoever keeps the installation; never words of the deal."""
    tokens_in: int = 0
    tokens_out: int = 0
    took_ms: int = 0
    tries: int = 0
    parsed: Mapping[str, Any] | None = None
    """What was asked for, as JSON types; None unless `ended` is ANSWERED."""

    @property
    def left(self) -> bool:
        """Whether anything left this process."""
        return bool(self.sent)


class Model(Protocol):
    """A language model that can be asked; `bot.chat.calling` has the one that is."""

    @property
    def name(self) -> str:
        """vendor:model, as set."""

    def ask(self, use: Use, said: Mapping[str, str], *, shape: type, spent: int = 0) -> Call:
        """Ask once, with time-out, retries and all; never raises for what a model does.

        Args:
            use: Which prompt.
            said: The prompt's variables; they go into the user's message, delimited, and never
                into the system's.
            shape: A pydantic model: the structured output that is asked for.
            spent: Tokens that the workspace has used today.
        """
