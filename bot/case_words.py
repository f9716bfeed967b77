"""The index of the words in conversations: what messages and replies say, found by how words begin.

It has a row for each row of the log that holds words to look for.  The words themselves are in a
table that each database has in a form of its own, and leave it when they are erased.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, column, delete, select, text

from bot.dialogue.conversation import Reply, Status
from bot.schema import case_words

LONGEST_WORD = 64
_SPOKEN = frozenset({"turn", "comment"})
"""Kinds of rows whose words are searched; those of reviewers are not, since askers search too."""
_WORD = re.compile(r"[^\W_]+")


def words_of(said: str) -> list[str]:
    """The words of *said* as they are searched: in small letters, without accents, each once."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", said.casefold())
                    if not unicodedata.combining(c))
    return sorted({word[:LONGEST_WORD] for word in _WORD.findall(plain)})


def holding(connection: Connection, word: str) -> Select[Any]:
    """The conversations in which a word begins with *word*, one of `words_of`, as a query."""
    if connection.dialect.name == "postgresql":
        begins, found = f"'{word}':*", (
            "SELECT id FROM case_words_index WHERE tokens @@ CAST(:begins AS tsquery)")
    else:
        begins, found = f'"{word}"*', (
            "SELECT rowid AS id FROM case_words_index WHERE case_words_index MATCH :begins")
    rows = text(found).bindparams(bindparam("begins", begins, unique=True)).columns(
        column("id", Integer))
    return select(case_words.c.conversation).where(
        case_words.c.id.in_(select(rows.subquery().c.id)))


def index(connection: Connection, row: Mapping[str, Any], reply: Reply | None) -> None:
    """Put the words of *row* of the log into the index, and those of the *reply* that it holds."""
    if row["kind"] not in _SPOKEN:
        return
    said = "" if row["words"] is None else str(json.loads(row["words"]).get("text") or "")
    # The body of a turn holds the reply without what it repeats of anybody's words.
    tokens = words_of(f"{said} {'' if reply is None else _shown(reply)}")
    if not tokens:
        return
    made = connection.execute(case_words.insert().values(
        workspace=row["workspace"], seq=row["seq"], conversation=row["conversation"]
    ).returning(case_words.c.id)).scalar_one()
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("INSERT INTO case_words_index (id, tokens) "
                 "VALUES (:id, array_to_tsvector(CAST(:tokens AS text[])))"),
            {"id": made, "tokens": tokens})
    else:
        connection.execute(text("INSERT INTO case_words_index (rowid, tokens) "
                                "VALUES (:id, :tokens)"), {"id": made, "tokens": " ".join(tokens)})


def _shown(reply: Reply) -> str:
    """What a reply says that another would not: not what every advice repeats."""
    parts = [line.text for line in (*reply.lead, *reply.closing)]
    parts += [part for flag in reply.flags if flag.status is Status.RAISED
              for part in (flag.title, flag.explains)]
    parts += [safeguard.title for safeguard in reply.safeguards]
    if not reply.flags:
        parts += [part for note in reply.considerations for part in (note.title, note.text)]
    if reply.question is not None:
        parts += [one.text for one in reply.question.all()]
    return " ".join(parts)


def forget(connection: Connection, name: str) -> None:
    """Take the words of the conversation *name* out of the index."""
    mine = select(case_words.c.id).where(case_words.c.conversation == name)
    rowid = "id" if connection.dialect.name == "postgresql" else "rowid"
    for number in connection.scalars(mine).all():
        connection.execute(text(
            f"DELETE FROM case_words_index WHERE {rowid} = :id"), {"id": number})  # noqa: S608
    connection.execute(delete(case_words).where(case_words.c.conversation == name))


def clear(connection: Connection) -> None:
    """Take everything out of the index."""
    connection.execute(delete(case_words))
    connection.execute(text("DELETE FROM case_words_index"))


def purge(connection: Connection) -> None:
    """Drop what the index still holds of words that were taken out of it."""
    if connection.dialect.name == "sqlite":
        # A word that was taken out is only marked as gone until its segment is written again.
        connection.execute(text(
            "INSERT INTO case_words_index(case_words_index) VALUES ('optimize')"))
