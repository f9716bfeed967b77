"""In which workspace a conversation is, or a person has spoken, where nobody says which."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.erasure.silencing import KEPT, names_of
from bot.errors import AdvisorError
from bot.schema import conversations, log
from bot.store import Store


class WhichWorkspace(AdvisorError):
    """What is asked for is in several workspaces, or in none."""

    def __init__(self, person: str, found: Sequence[str]) -> None:
        super().__init__("which_workspace", (
            f"{person!r} has spoken in several workspaces; say which one is meant with "
            f"--workspace: {', '.join(found)}." if found else
            f"{person!r} has said nothing in any workspace."))


def home_of_person(store: Store, person: str) -> str:
    """The one workspace in which *person* has said something.

    Raises:
        WhichWorkspace: There are several, or none.
    """
    with store.reading() as connection:
        # Rows of the chain from before workspaces lie in a log of their own.
        homes: Sequence[str] = connection.scalars(select(conversations.c.workspace).distinct()
                                   .order_by(conversations.c.workspace)).all()
        found = [name for name in homes if _spoke(connection, name, person)]
    if len(found) != 1:
        raise WhichWorkspace(person, found)
    return found[0]


def _spoke(connection: Connection, workspace: str, person: str) -> bool:
    return connection.scalar(
        select(log.c.seq).join(conversations, conversations.c.id == log.c.conversation)
        .where(conversations.c.workspace == workspace,
               log.c.actor.in_(names_of(workspace, person)),
               log.c.kind.not_in(KEPT)).limit(1)) is not None
