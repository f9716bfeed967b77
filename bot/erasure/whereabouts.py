"""In which workspace a conversation is, a person has spoken, or a log is: nobody said which."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.erasure.silencing import KEPT, is_remembered, names_of
from bot.errors import AdvisorError
from bot.log_order import LOCAL
from bot.record.log import BEFORE_WORKSPACES, workspaces
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
    """The one workspace in which *person* has said something, or else has a name.

    Raises:
        WhichWorkspace: There are several, or none.
    """
    with store.reading() as connection:
        # Rows of the chain from before workspaces lie in a log of their own.
        homes = [name for name in workspaces(connection) if name != BEFORE_WORKSPACES]
        found = ([name for name in homes if _spoke(connection, name, person)]
                 or [name for name in homes if is_remembered(connection, name, person)])
    if len(found) != 1:
        raise WhichWorkspace(person, found)
    return found[0]


class NoSuchLog(AdvisorError):
    """What is asked for is of a workspace of which nothing is on record, or of one of several."""

    def __init__(self, named: str | None, found: Sequence[str]) -> None:
        there = ", ".join(found)
        super().__init__("no_such_log", (
            f"There are logs of several workspaces; say which one is meant with --workspace: "
            f"{there}." if named is None else
            f"Nothing of workspace {named!r} is on record, so nothing was done. "
            + (f"There is a log of {there}." if found else
               "Say it again once somebody there has spoken with the bot.")))


def workspaces_on_record(store: Store) -> tuple[str, ...]:
    """Every workspace of which there is a log, in order; `LOCAL` alone where there is none yet."""
    return tuple(name for name in store.workspaces() if name != BEFORE_WORKSPACES) or (LOCAL,)


def workspace_on_record(store: Store, named: str | None) -> str:
    """The workspace *named*, or the only one of which there is a log.

    A period that is set for a name that was mistyped, or for what comes from no Slack where
    everybody speaks in Slack, would erase nothing of what was meant, and say nothing of it.

    Raises:
        NoSuchLog: There is no log of *named*, or there are several and none is named.
    """
    found = workspaces_on_record(store)
    if named is None and len(found) == 1:
        return found[0]
    if named is None or named not in {*found, LOCAL}:
        raise NoSuchLog(named, found)
    return named


def _spoke(connection: Connection, workspace: str, person: str) -> bool:
    return connection.scalar(
        select(log.c.seq).join(conversations, conversations.c.id == log.c.conversation)
        .where(conversations.c.workspace == workspace,
               log.c.actor.in_(names_of(workspace, person)),
               log.c.kind.not_in(KEPT)).limit(1)) is not None
