"""What people are called: names that Slack has told, kept so that no page has to wait for them.

A name is what somebody typed about themselves: it is kept tidy, and still escaped wherever it is
shown, with the id beside it, since two people may take the same one.  Whoever was erased stays
without a name, even if they are seen again.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from bot.casebook.words import words_of
from bot.database.upserting import put_once
from bot.forms import PERSON_ID
from bot.ledger import timestamp
from bot.schema import case_lines, log, people, sessions
from bot.store import Store

OLD = timedelta(days=1)
"""After how long a name is asked for again."""
LONGEST = 80
MOST_WANTED = 500
"""Ids that pages have met without a name and that are remembered at once."""
MOST_SOUGHT = 10_000
"""Ids of whom is remembered that a page has sent for their name already."""
ASKED_AT_ONCE = 500
"""Ids that one query names; SQLite takes 32,766."""
PROGRAMS = {"api": "a program, over HTTP", "terminal": "the command line"}
"""Whom the log names where nobody of Slack spoke."""
MENTION = re.compile(f"@({PERSON_ID.pattern})")
"""How a message holds somebody whom it mentions: by their id alone."""
NEVER_AGAIN = "erased"
"""Stands for the time of who was erased; it sorts behind every time."""


def bare(actor: str | None) -> str:
    """Slack's id of *actor*, who may be written `slack:T1:U1`; empty for nobody."""
    return (actor or "").rpartition(":")[2]


def tidy(name: str) -> str:
    """*name* in one line, without characters that can't be seen or that turn the text around."""
    seen = "".join(" " if c.isspace() else c for c in name
                   if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(seen.split())[:LONGEST].rstrip()


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(actor: str | None, names: Mapping[str, str]) -> str:
    """Somebody as files have them: their name with the id beside it, or what stood there.

    A program is told as one: whoever has the file alone can't know who "api" is.
    """
    name = names.get(bare(actor))
    return f"{name} ({bare(actor)})" if name else PROGRAMS.get(actor or "", actor or "")


def mentioned(*texts: str) -> list[str]:
    """The ids of whom *texts* mention, each once."""
    return list(dict.fromkeys(found for text in texts for found in MENTION.findall(text)))


def names_of(
    connection: Connection, workspace: str, actors: Iterable[str | None]
) -> dict[str, str]:
    """The names of *actors* in *workspace* by id, of those who have one."""
    found: dict[str, str] = {}
    ids = sorted({bare(actor) for actor in actors} - {""})
    for start in range(0, len(ids), ASKED_AT_ONCE):
        found |= {row.user: row.name for row in connection.execute(
            select(people.c.user, people.c.name).where(
                people.c.workspace == workspace, people.c.name != "",
                people.c.user.in_(ids[start : start + ASKED_AT_ONCE])))}
    return found


def everybody(connection: Connection, workspace: str) -> dict[str, str]:
    """Every name that is known in *workspace*, by id."""
    return {row.user: row.name for row in connection.execute(
        select(people.c.user, people.c.name).where(
            people.c.workspace == workspace, people.c.name != ""))}


def called(connection: Connection, workspace: str, said: str) -> list[str]:
    """The ids of whom *said* may mean: its words begin words of their names, in any order.

    What is shown, "Ada Lovelace (U1)", means U1 alone.
    """
    everyone = everybody(connection, workspace)
    name, _, end = said.rpartition(" (")
    # What stands in brackets may be part of the name: "Ada Lovelace (she/her)".
    if name and end.endswith(")") and end[:-1] in everyone:
        return [end[:-1]]
    wanted = words_of(said)
    return [] if not wanted else sorted(
        user for user, known in everyone.items()
        if all(any(word.startswith(one) for word in words_of(known)) for one in wanted))


def forget(connection: Connection, workspace: str, user: str) -> None:
    """Take the name of *user* away for good."""
    put_once(connection, people, {
        "workspace": workspace, "user": user, "name": "", "seen_at": NEVER_AGAIN})
    connection.execute(update(people).where(
        people.c.workspace == workspace, people.c.user == user).values(
            name="", seen_at=NEVER_AGAIN))


def forgotten(workspace: ColumnElement[str], user: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the name of *user*, a column, was taken away for good."""
    return exists().where(people.c.workspace == workspace, people.c.user == user,
                          people.c.seen_at == NEVER_AGAIN)


class People:
    """The names in one database, and whose are to be asked for."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._met: set[tuple[str, str]] = set()
        self._sought: set[tuple[str, str]] = set()
        self.on_stranger: Callable[[], None] = lambda: None
        """Called where a page meets somebody for the first time who has no name yet."""

    def names(
        self, connection: Connection, workspace: str, actors: Collection[str | None]
    ) -> dict[str, str]:
        """As `names_of`; who has no name yet is asked for beside the page."""
        found = names_of(connection, workspace, actors)
        missing = {bare(actor) for actor in actors} - found.keys() - {""}
        with self._lock:
            for user in sorted(missing)[: MOST_WANTED - len(self._met)]:
                self._met.add((workspace, user))
            strangers = self._met - self._sought
            self._sought = {*strangers, *(self._sought if len(self._sought) < MOST_SOUGHT else ())}
        if strangers:
            self.on_stranger()
        return found

    def due(self, limit: int, but: Collection[str] = ()) -> list[tuple[str, str]]:
        """Whose names are missing or old, as workspace and id: at most *limit*.

        Nobody of the workspaces *but* is among them.
        """
        with self._lock:
            met, self._met = self._met, set()
        old = timestamp(self._now() - OLD)
        askers = select(case_lines.c.workspace, case_lines.c.asker).where(
            case_lines.c.asker != "").distinct()
        signed_in = select(sessions.c.workspace, sessions.c.user).distinct()
        with self._store.reading() as connection:
            seen = {(row.workspace, row.user): row.seen_at for row in connection.execute(
                select(people.c.workspace, people.c.user, people.c.seen_at))}
            known = [tuple(row) for query in (askers, signed_in)
                     for row in connection.execute(query)]
        wanted = sorted({*met, *known, *seen},
                        key=lambda one: (seen.get(one, ""), one))
        return [(home, user) for home, user in wanted
                if seen.get((home, user), "") < old and home not in but][:limit]

    def learn(self, workspace: str, user: str, name: str) -> None:
        """Keep that *user* goes by *name*; an empty one keeps that nobody knows theirs."""
        row = {"name": tidy(name), "seen_at": timestamp(self._now())}
        here = (people.c.workspace == workspace) & (people.c.user == user)
        with self._store.writing() as connection:
            if not put_once(connection, people, {"workspace": workspace, "user": user, **row}):
                # Between asking and this they may have been erased.
                connection.execute(update(people).where(
                    here, people.c.seen_at != NEVER_AGAIN).values(row))

    def sweep(self) -> int:
        """Drop who stands in no row any more, as when retention has erased all that they said."""
        asked = exists().where(case_lines.c.workspace == people.c.workspace,
                               case_lines.c.asker == people.c.user)
        acted = exists().where(log.c.workspace == people.c.workspace, or_(
            log.c.actor == people.c.user,
            log.c.actor == "slack:" + people.c.workspace + ":" + people.c.user))
        signed_in = exists().where(sessions.c.workspace == people.c.workspace,
                                   sessions.c.user == people.c.user)
        with self._store.writing() as connection:
            return connection.execute(delete(people).where(
                ~asked, ~acted, ~signed_in, people.c.seen_at != NEVER_AGAIN)).rowcount
