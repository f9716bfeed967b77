"""Who reviews, and what people are called on the pages of a review."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.console.entry.roles import Roles
from bot.console.viewer import Role, Viewer
from bot.people import forgotten, names_of
from bot.schema import sessions


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by their id in Slack, and what they are called."""

    id: str
    name: str

    @property
    def told(self) -> str:
        """The name with the id beside it, since two people may have one name."""
        return self.name if self.name == self.id else f"{self.name} ({self.id})"


class Reviewers:
    """The people of reviews."""

    def __init__(self, roles: Roles) -> None:
        self._roles = roles

    def choices(self, connection: Connection, viewer: Viewer) -> tuple[Person, ...]:
        """Whom *viewer* may give a conversation to, themselves first."""
        found = self._roles.reviewers(viewer.workspace) - {viewer.user}
        called = names(connection, viewer.workspace, found)
        others = sorted((Person(user, called.get(user, user)) for user in found),
                        key=lambda person: (person.name.casefold(), person.id))
        return (Person(viewer.user, viewer.name), *others)

    def reviews(self, workspace: str, user: str) -> bool:
        """Whether *user* is of *workspace* and reviews there, as far as can be told now."""
        standing = self._roles.of(workspace, user)
        return standing.belongs is not False and standing.role.includes(Role.REVIEWER)


def names(connection: Connection, workspace: str, users: Collection[str]) -> Mapping[str, str]:
    """What *users* are called, in Slack or when they last signed in; others are left out.

    Whoever was erased stays without a name, even if they sign in again.
    """
    query = (select(sessions.c.user, sessions.c.name)
             .where(sessions.c.workspace == workspace, sessions.c.user.in_(users),
                    ~forgotten(sessions.c.workspace, sessions.c.user))
             .order_by(sessions.c.created_at))
    signed_in = {row.user: row.name for row in connection.execute(query)}
    return {**signed_in, **names_of(connection, workspace, users)}
