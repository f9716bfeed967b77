"""Turns as rows of the log, and back: the person's words apart from all else."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from bot.ledger import canonical
from bot.record import log as log_
from bot.record.log import TURN, Happening, Logged
from bot.schema import log, turns
from bot.turns.echoes import ECHOES, ECHOES_SHA256, apart
from bot.turns.turn import Quote, Turn, lift, put_back, turn_from

TURNS_LOGGED = select(log, turns.c.posted_ref).join(
    turns, (turns.c.workspace == log.c.workspace) & (turns.c.seq == log.c.seq))
"""Rows of turns, each with where its reply was posted."""


def happening_of(turn: Turn) -> Happening:
    """*turn* for the log: its body without anybody's words, and those apart.

    What the turn only repeats of other messages lies apart once more, under a hash of its own.
    Whoever said it may have it erased, and who wrote this message keeps theirs.
    """
    body = turn.body()
    own, echoed = _divided(lift(body), turn.text, body)
    said: dict[str, Any] = {"text": turn.text, "quotes": canonical(own)}
    if echoed:
        said |= apart(echoed, secrets.token_hex(16))
    return Happening(
        TURN, turn.key, turn.recorded_at, turn.author, turn.conversation, body, said, turn)


def without_echoes(logged: Logged) -> dict[str, Any] | None:
    """The words of a turn without what it repeats of other messages.

    Returns:
        None where they can't be told apart without breaking the chain: in a row of before there
        were echoes, which repeats something.
    """
    words = dict(logged.words or {})
    if ECHOES in words or ECHOES_SHA256 in words:
        words.pop(ECHOES, None)
        return words
    _, echoed = _divided(json.loads(words.get("quotes") or "[]"), words.get("text") or "",
                         logged.body)
    return None if echoed else words


def _divided(
    quotes: Iterable[Quote], text: str, body: Mapping[str, Any]
) -> tuple[list[Quote], list[Quote]]:
    """*quotes* that are of the message *text* itself, and those that are of other messages."""
    quotes = list(quotes)
    told = {words for path, words in quotes
            if path[0] in _ANSWERS and _rests_on_itself(path, body)}
    own: list[Quote] = []
    echoed: list[Quote] = []
    for path, words in quotes:
        mine = words in text or words in told or tuple(path[:2]) in _PUT or path[0] == _MATTER
        (own if mine else echoed).append((path, words))
    return own, echoed


def _rests_on_itself(path: Sequence[str | int], body: Mapping[str, Any]) -> bool:
    """Whether the answer at *path* of *body* was told by the turn's own message.

    An edit's key begins with that of the message edited, on which its answers go on resting; an
    adopted supposition rests on the message that supposed it, which may be somebody else's.
    """
    return str(body["key"]).startswith(str(body[str(path[0])][path[1]]["message"]))


_PUT = frozenset({("reply", "heard"), ("reply", "worded"), ("drafted", "draft")})
"""What the message was taken to say, and what a model made of the answer: in nobody's own words."""
_MATTER = "matter"
"""What of the message is searched: its own words, which may be put together of several places."""
_ANSWERS = frozenset({"heard", "supposed"})
"""Where a body holds answers, each with the message that it rests on."""


def turn_in(row: Row[Any]) -> Turn:
    """The turn of a row of `TURNS_LOGGED`."""
    return turn_of(log_.logged(row._mapping), row.posted_ref)


def turn_of(logged: Logged, posted_ref: str | None) -> Turn:
    """The turn that a row of the log holds, with where its reply was posted."""
    body = dict(logged.body)
    words = logged.words or {}
    if logged.words is None and body.get(_MATTER):
        body[_MATTER] = ""  # earlier versions kept it in the body, from which nothing is erased
    put_back(body, json.loads(words.get("quotes") or "[]"))
    put_back(body, json.loads(words.get(ECHOES, {}).get("quotes") or "[]"))
    return turn_from(
        body,
        author=logged.actor or "",
        text=words.get("text") or "",
        seq=logged.seq,
        digest=logged.digest,
        posted_ref=posted_ref,
        erased=logged.words is None,
    )
