"""The index of the words in conversations: what messages and replies say, found by how words begin.

A conversation has one entry, so that words are found together that were said in different messages.
Each database has the index in a form of its own; words leave it when they are erased.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, column, delete, select, text

from bot.database import prepared
from bot.dialogue.reply import Reply, Status
from bot.schema import case_words
from bot.turns.echoes import quoted

LONGEST_WORD = 64
MOST_SOUGHT = 30
"""Words that are looked for at once: each is read out of the index by itself."""
MOST_BYTES = 1_000_000
"""Of different words by which a conversation is found on PostgreSQL, whose vectors hold 2**20 - 1
bytes; words that come on top of that can't be searched for."""
_SURELY_FIT = 3_000
"""So many words, of four bytes a character, leave room for those of any one message."""
_SPOKEN = frozenset({"turn", "comment"})
"""Kinds of rows whose words are searched; those of reviewers are not, since askers search too."""
_WORD = re.compile(r"[^\W_]+")


def words_of(said: str) -> list[str]:
    """The words of *said* as they are searched: in small letters, without accents, each once."""
    return sorted(set(_in_order(said)))


def sought(said: str) -> tuple[list[str], list[str]]:
    """What is looked for where somebody searches for *said*: words that all have to occur.

    Returns:
        The first `MOST_SOUGHT` of them, in order, and those that are left out.  A word that begins
        another one is neither: where that occurs, it does.
    """
    words = list(dict.fromkeys(_in_order(said)))
    told = [one for one in words
            if not any(other != one and other.startswith(one) for other in words)]
    return told[:MOST_SOUGHT], told[MOST_SOUGHT:]


def _in_order(said: str) -> list[str]:
    plain = said.casefold()
    if not plain.isascii():
        # Once more in small letters: "𝐀" is a capital only as what it stands for.
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain)
                        if not unicodedata.combining(c)).casefold()
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def holding(connection: Connection, words: Sequence[str]) -> Select[Any]:
    """The numbers of the conversations in which each of *words*, of `words_of`, begins a word."""
    if connection.dialect.name == "postgresql":
        begin = " & ".join(f"'{word}':*" for word in words)
        found = "SELECT id FROM case_words_index WHERE tokens @@ CAST(:begin AS tsquery)"
    else:
        begin = " AND ".join(f'"{word}"*' for word in words)
        found = "SELECT rowid AS id FROM case_words_index WHERE case_words_index MATCH :begin"
    rows = text(found).bindparams(bindparam("begin", begin, unique=True)).columns(
        column("id", Integer))
    return select(rows.subquery().c.id)


def number_of(connection: Connection, name: str) -> int:
    """The number of the conversation *name*, which it gets when it is first asked for."""
    known = prepared.scalar(connection, _NUMBER, {"its_name": name})
    return new_number(connection, name) if known is None else int(known)


def new_number(connection: Connection, name: str) -> int:
    """The number of the conversation *name*, which has none yet."""
    return int(prepared.scalar(connection, _ADD, {"conversation": name}))


_NUMBER = select(case_words.c.id).where(case_words.c.conversation == bindparam("its_name"))
_ADD = case_words.insert().returning(case_words.c.id)


def words_in(row: Mapping[str, Any], reply: Reply | None) -> frozenset[str]:
    """The words that *row* of the log is found by, and those of the *reply* that it holds."""
    if row["kind"] not in _SPOKEN:
        return frozenset()
    words = {} if row["words"] is None else json.loads(row["words"])
    # The body of a turn holds the reply without what it repeats of anybody's words.
    said = [str(words.get("text") or ""), *named(words), "" if reply is None else shown(reply)]
    return frozenset(words_of(" ".join(said)))


def named(words: Mapping[str, Any]) -> list[str]:
    """What the *words* of a turn call the facts of the deal: those that its reply says back.

    People write "face matching for the airport" and look for the deal as it is titled.  Turns of
    before record 126 were searched by all that was known, which stands in what was searched.
    """
    return [text for path, text in quoted(words)
            if path == ["reply", "heard"] or (
                path[:1] == ["found"] and path[2:] == ["query", "text"])]


def index(connection: Connection, number: int, words: Collection[str]) -> None:
    """Have the conversation of this *number*, of `number_of`, found by *words* too."""
    if not words:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_MERGE, {"id": number, "tokens": fitting(sorted(words))})
        return
    here = {"id": number}
    known = prepared.scalar(connection, _TOKENS, here)
    there = set((known or "").split())
    if known is None or not there.issuperset(words):
        prepared.change(connection, _ENTER if known is None else _EXTEND,
                        {**here, "tokens": " ".join(sorted(there.union(words)))})


def enter(connection: Connection, number: int, words: Collection[str]) -> None:
    """As `index`, for a conversation of which the index holds nothing yet."""
    if connection.dialect.name == "postgresql":
        index(connection, number, words)
    elif words:
        prepared.change(connection, _ENTER, {"id": number, "tokens": " ".join(sorted(words))})


def fitting(words: Sequence[str]) -> list[str]:
    """As many of *words*, from the first, as PostgreSQL's index takes of a conversation."""
    size = accumulate(len(word.encode()) for word in words)
    return [word for word, bytes_ in zip(words, size, strict=True) if bytes_ <= MOST_BYTES]


_MERGE = text(
    "INSERT INTO case_words_index AS kept (id, tokens) "
    "VALUES (:id, array_to_tsvector(CAST(:tokens AS text[]))) ON CONFLICT (id) "
    "DO UPDATE SET tokens = CASE WHEN length(kept.tokens) < :surely OR :most >= "
    "octet_length(array_to_string(tsvector_to_array(kept.tokens), '')) + "
    "octet_length(array_to_string(tsvector_to_array(excluded.tokens), '')) "
    "THEN kept.tokens || excluded.tokens ELSE kept.tokens END"
).bindparams(surely=_SURELY_FIT, most=MOST_BYTES)
_TOKENS = text("SELECT tokens FROM case_words_index WHERE rowid = :id")
_ENTER = text("INSERT INTO case_words_index (rowid, tokens) VALUES (:id, :tokens)")
_EXTEND = text("UPDATE case_words_index SET tokens = :tokens WHERE rowid = :id")


def shown(reply: Reply) -> str:
    """What a reply says that another would not: not what every advice repeats."""
    parts = [line.text for line in (*reply.lead, *reply.aside, *reply.closing)]
    parts += [part for flag in reply.flags if flag.status is Status.RAISED
              for part in (flag.title, flag.explains)]
    parts += [safeguard.title for safeguard in reply.safeguards]
    if not reply.flags:
        parts += [part for note in reply.considerations for part in (note.title, note.text)]
    if reply.question is not None:
        parts += [one.text for one in reply.question.all()]
    return " ".join(parts)


def forget(connection: Connection, name: str) -> None:
    """Take the words of the conversation *name* out of the index; its number stays."""
    rowid = "id" if connection.dialect.name == "postgresql" else "rowid"
    number = connection.scalar(select(case_words.c.id).where(case_words.c.conversation == name))
    connection.execute(text(
        f"DELETE FROM case_words_index WHERE {rowid} = :id"), {"id": number})  # noqa: S608  names of ours


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
