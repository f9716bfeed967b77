"""Erase once more what was erased after a back-up was made, and hold what was held."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, union

from bot.backing_up.archive import Archive
from bot.casebook import words as case_words
from bot.database.upserting import put_once
from bot.dialogue.conversation import ConversationId
from bot.erasure.silencing import forget_person, is_of, names_of, silence
from bot.record.erasure_list import ERASED, HELD, RELEASED, RETENTION, Listed, listed_in
from bot.record.erasures import Taken, all_taken
from bot.record.log import Happening, append
from bot.schema import (
    cases,
    conversations,
    deliveries,
    holds,
    log,
    people,
    retention,
    saved_filters,
    sessions,
)

AGAIN = "A restored back-up had it again"
"""Why, in the row that says that it was done once more."""


def listed_by(archive: Archive) -> list[Listed]:
    """What the log in a later back-up tells."""
    found = []
    for part in archive.manifest.parts:
        if part.table == "log":
            names = [one.name for one in part.columns]
            for row in archive.rows(part):
                listed = listed_in(dict(zip(names, row, strict=True)))
                if listed is not None:
                    found.append(listed)
    return found


def listed_here(connection: Connection) -> list[Listed]:
    """What the log of a database tells."""
    query = select(log).where(log.c.kind.in_((ERASED, HELD, RELEASED, RETENTION)))
    found = (listed_in(dict(row)) for row in connection.execute(query).mappings())
    return [one for one in found if one is not None]


def do_again(connection: Connection, listed: Iterable[Listed]) -> tuple[int, int]:
    """Do what *listed* tells and the log does not, in the order in which it was done.

    A hold does not keep it: who erased had it lifted, and that is on the list as well.

    Args:
        connection: The transaction of the restore.
        listed: What was done, from however many lists; what is told twice is done once.

    Returns:
        How many erasures were done, and how many rows of the log lost their words.
    """
    done = rows = 0
    every = {one.key: one for one in listed}
    known: dict[str, set[str]] = {}
    for one in sorted(every.values(), key=lambda one: (one.at, one.key)):
        if connection.scalar(select(log.c.seq).where(log.c.key == one.key)) is not None:
            continue
        body = {name: value for name, value in one.body.items()
                if name in {"conversations", "rows", "scope", "person", "days"}}
        if one.kind == ERASED:
            # As it was before any was done: of one person there is a row for each conversation.
            if one.workspace not in known:
                known[one.workspace] = _people(connection, one.workspace)
            taken = _erase(connection, one, known[one.workspace])
            done, rows, body = done + 1, rows + len(taken.words), {**body, **taken.told()}
        elif one.kind == RETENTION:
            _retain(connection, one)
        else:
            _hold(connection, one)
        append(connection, one.workspace, Happening(
            one.kind, one.key, datetime.fromisoformat(one.at), one.actor,
            None if one.conversation is None else ConversationId(one.conversation),
            {**body, "reason": AGAIN}))
    if done:
        case_words.purge(connection)
    return done, rows


def _erase(connection: Connection, one: Listed, everybody: Collection[str]) -> Taken:
    # Of one whose first message was given up there is nothing else.
    known = connection.scalars(union(
        select(conversations.c.id).where(
            conversations.c.id.in_(one.body["conversations"]),
            conversations.c.workspace == one.workspace),
        select(deliveries.c.conversation).where(
            deliveries.c.conversation.in_(one.body["conversations"]),
            deliveries.c.team == one.workspace)))
    names = sorted(ConversationId(name) for name in known)
    if one.body["scope"] != "person":
        return all_taken(silence(connection, one.workspace, names, None))
    cover = one.body.get("person")
    if cover is None:
        # Listed by a version that kept no hash: rather too much than somebody's words again.
        return all_taken(silence(connection, one.workspace, names, None))
    taken = Taken()
    for person in everybody:
        if is_of(person, cover):
            taken |= all_taken(silence(
                connection, one.workspace, names, names_of(one.workspace, person)))
            forget_person(connection, one.workspace, person)
    return taken


def _people(connection: Connection, workspace: str) -> set[str]:
    """Everybody whom the database names in *workspace*, in each way that they may be given in."""
    found = connection.scalars(union(
        select(log.c.actor).where(log.c.workspace == workspace),
        select(people.c.user).where(people.c.workspace == workspace),
        select(sessions.c.user).where(sessions.c.workspace == workspace),
        select(saved_filters.c.user).where(saved_filters.c.workspace == workspace),
        select(cases.c.asker).where(cases.c.team == workspace),
        select(deliveries.c.author).where(deliveries.c.team == workspace)))
    return {name for actor in found if actor for name in names_of(workspace, actor)}


def _hold(connection: Connection, one: Listed) -> None:
    if one.kind == HELD:
        put_once(connection, holds, {
            "conversation": one.conversation, "workspace": one.workspace, "since": one.at})
    elif one.kind == RELEASED:
        connection.execute(delete(holds).where(holds.c.conversation == one.conversation))


def _retain(connection: Connection, one: Listed) -> None:
    connection.execute(delete(retention).where(retention.c.workspace == one.workspace))
    if one.body["days"] is not None:
        connection.execute(retention.insert().values(
            workspace=one.workspace, days=one.body["days"]))
