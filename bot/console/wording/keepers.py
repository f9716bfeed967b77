"""Who has changed the guidance, as it is kept and as the pages of one workspace tell it.

The guidance is one for all workspaces: its history names people with theirs, and of those of
another workspace nobody learns name or id.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, select

from bot.console.viewer import Viewer
from bot.console.wording import naming
from bot.people import bare
from bot.schema import log

Names = Callable[[Connection, Viewer, Collection[str | None]], Mapping[str, str]]
"""What people are called, by id, as far as the viewer's workspace knows them."""

ELSEWHERE = "somebody of another workspace"
NOT_KNOWN = "somebody not known in this workspace"
"""Of whom only an id is kept, by a version that kept no workspace with it."""
_SLACK = re.compile(r"slack:([\w-]+):([\w-]+)")
_BARE = re.compile(r"[UW][\w-]*")
"""Slack's id of somebody alone; an account of the machine has an @."""


def on_record(viewer: Viewer) -> str:
    """*viewer* as the history of the installation names them; it belongs to all workspaces."""
    return f"slack:{viewer.workspace}:{viewer.user}"


def is_by(viewer: Viewer, actor: str | None) -> bool:
    """Whether *actor* is *viewer*; a version of before kept their id alone."""
    return actor in {on_record(viewer), viewer.user}


class Who:
    """Says who did something, to somebody of one workspace.

    Args:
        connection: The database.
        names: Knows what people are called.
        viewer: Who reads it; of another workspace's people they learn no name and no id.
        actors: Everybody whom the page names.
    """

    def __init__(
        self, connection: Connection, names: Names, viewer: Viewer,
        actors: Iterable[str | None],
    ) -> None:
        named = list(actors)
        self._workspace = viewer.workspace
        self._acted = {viewer.user, *_acted(connection, viewer.workspace, [
            one for one in named if one and _BARE.fullmatch(one)])}
        self.names: Mapping[str, str] = names(
            connection, viewer, [one for one in named if not self._hidden(one)])

    def shown(self, actor: str | None) -> str:
        """*actor* as a page shows them."""
        return self._hidden(actor) or naming.of(actor, self.names)

    def said(self, actor: str | None) -> str:
        """*actor* within a sentence: by name where they have one."""
        return self._hidden(actor) or self.names.get(bare(actor)) or bare(actor)

    def told(self, sentence: str) -> str:
        """*sentence* with people named in it instead of their ids."""
        return _SLACK.sub(lambda found: self.said(found[0]), sentence)

    def _hidden(self, actor: str | None) -> str:
        """What stands for *actor* where who it was is none of the reader's business."""
        found = _SLACK.fullmatch(actor or "")
        if found is not None:
            return "" if found[1] == self._workspace else ELSEWHERE
        is_id = actor is not None and _BARE.fullmatch(actor) is not None
        return NOT_KNOWN if is_id and actor not in self._acted else ""


def people_in(*sentences: str) -> list[str]:
    """Everybody whom *sentences* name by id."""
    return [found[0] for one in sentences for found in _SLACK.finditer(one)]


def _acted(connection: Connection, workspace: str, users: Collection[str]) -> set[str]:
    """Those of *users* of whom the log of *workspace* tells: it has a row for each sign-in."""
    if not users:
        return set()
    return set(connection.scalars(select(log.c.actor).distinct().where(
        log.c.workspace == workspace, log.c.actor.in_(sorted(set(users))))))
