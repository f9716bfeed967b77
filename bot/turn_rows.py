"""Turns as rows of the log, and back: the person's words apart from all else."""

import json
from typing import Any

from sqlalchemy import Row, select

from bot import log as log_
from bot.ledger import canonical
from bot.log import TURN, Happening, Logged
from bot.schema import log, turns
from bot.turn import Turn, lift, put_back, turn_from

TURNS_LOGGED = select(log, turns.c.posted_ref).join(
    turns, (turns.c.workspace == log.c.workspace) & (turns.c.seq == log.c.seq))
"""Rows of turns, each with where its reply was posted."""


def happening_of(turn: Turn) -> Happening:
    """*turn* for the log: its body without the person's words, and those apart."""
    body = turn.body()
    quotes = canonical(lift(body))
    return Happening(TURN, turn.key, turn.recorded_at, turn.author, turn.conversation, body,
                     {"text": turn.text, "quotes": quotes})


def turn_in(row: Row[Any]) -> Turn:
    """The turn of a row of `TURNS_LOGGED`."""
    return turn_of(log_.logged(row._mapping), row.posted_ref)


def turn_of(logged: Logged, posted_ref: str | None) -> Turn:
    """The turn that a row of the log holds, with where its reply was posted."""
    body = dict(logged.body)
    words = logged.words or {}
    put_back(body, json.loads(words.get("quotes") or "[]"))
    return turn_from(
        body,
        author=logged.actor or "",
        text=words.get("text") or "",
        seq=logged.seq,
        digest=logged.digest,
        posted_ref=posted_ref,
        erased=logged.words is None,
    )
