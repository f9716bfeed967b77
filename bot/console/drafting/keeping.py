"""What the pages that change the guidance work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.console.conversations.reading_pages import Reading
from bot.impact.surveys import Surveys
from bot.publishing.beside import Beside
from bot.publishing.drafts import Drafts
from bot.publishing.preparing import Preparing
from bot.publishing.publishing import Publishing
from bot.publishing.waiting import Waiting


class Work(Protocol):
    """What admins work with, each part made when it is first needed."""

    @property
    def drafts(self) -> Drafts:
        """The draft and its edits."""
    @property
    def preparing(self) -> Preparing:
        """Prepares a release."""
    @property
    def publishing(self) -> Publishing:
        """Puts releases in force."""


def nothing_asked() -> Mapping[str, str]:
    """No labelled questions are known."""
    return {}


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the pages are drawn from and act on.

    Attributes:
        reading: The database and the releases.
        work: Drafts, preparing, publishing.
        beside: Prepares in the background.
        waiting: Reads what was prepared.
        surveys: Tells whose advice would be another.
        published: Told after another release was put in force.
        questions: The labelled questions by id.
    """

    reading: Reading
    work: Work
    beside: Beside
    waiting: Waiting
    surveys: Surveys
    published: Callable[[], None]
    questions: Callable[[], Mapping[str, str]] = nothing_asked
