"""What the pages that change the guidance work with, and who is said to have changed it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from bot.console.conversations.reading_pages import Reading
from bot.console.viewer import Viewer
from bot.console.wording import naming
from bot.impact.surveys import Surveys
from bot.publishing.beside import Beside
from bot.publishing.drafts import Drafts
from bot.publishing.preparing import Preparing
from bot.publishing.publishing import Publishing
from bot.publishing.waiting import Waiting

ELSEWHERE = "an admin of another workspace"
_SLACK = re.compile(r"slack:([\w-]+):([\w-]+)")


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


def on_record(viewer: Viewer) -> str:
    """*viewer* as the history of the installation names them; it belongs to all workspaces."""
    return f"slack:{viewer.workspace}:{viewer.user}"


class Who:
    """Says who did something, to somebody of one workspace.

    Args:
        connection: The database.
        reading: Knows names.
        viewer: Who reads it; of another workspace's people they learn no name and no id.
        actors: Everybody whom the page names.
    """

    def __init__(
        self, connection: Connection, reading: Reading, viewer: Viewer,
        actors: Iterable[str | None],
    ) -> None:
        self._workspace = viewer.workspace
        self.names: Mapping[str, str] = reading.names(
            connection, viewer, [one for one in actors if not self._is_elsewhere(one)])

    def shown(self, actor: str | None) -> str:
        """*actor* as a page shows them."""
        return ELSEWHERE if self._is_elsewhere(actor) else naming.of(actor, self.names)

    def told(self, sentence: str) -> str:
        """*sentence* with people named in it instead of their ids."""
        return _SLACK.sub(self._named, sentence)

    def _named(self, found: re.Match[str]) -> str:
        if self._is_elsewhere(found[0]):
            return ELSEWHERE
        return self.names.get(found[2], found[2])

    def _is_elsewhere(self, actor: str | None) -> bool:
        found = _SLACK.fullmatch(actor or "")
        return found is not None and found[1] != self._workspace


def people_in(*sentences: str) -> list[str]:
    """Everybody whom *sentences* name by id."""
    return [found[0] for one in sentences for found in _SLACK.finditer(one)]
