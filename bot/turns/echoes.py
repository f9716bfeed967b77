"""What a row repeats of somebody else: apart from its author's words, under a hash of its own.

So it can be erased by itself when the other asks for it, and the author keeps theirs.  A turn
repeats what was said in others.  A reviewer's question names the person whom it is to.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.ledger import canonical, committed

ECHOES, ECHOES_SHA256 = "echoes", "echoes_sha256"
"""Among the words of a row: what it repeats, and its salted hash."""
TO = "to"


def apart(quotes: object, salt: str) -> dict[str, Any]:
    """*quotes*, of JSON types, as they lie among the words of a row; *salt* is of it alone."""
    text = canonical(quotes)
    return {ECHOES: {"salt": salt, "quotes": text}, ECHOES_SHA256: committed(salt, text)}


def naming(person: str, salt: str) -> dict[str, Any]:
    """What the words of a question hold of the *person* whom it is to; *salt* is of it alone."""
    return apart({TO: person}, salt)


def whom(body: Mapping[str, Any], words: Mapping[str, Any] | None) -> str:
    """Slack's id of whom a question is to; empty once erased.

    Questions of earlier releases name them in the *body*, from which nothing can be erased.
    """
    if TO in body:
        return str(body[TO])
    try:
        return str(json.loads((words or {})[ECHOES]["quotes"])[TO])
    except (KeyError, ValueError, TypeError):
        return ""


def lacks_echoes(words: str | None) -> bool:
    """Whether *words* had something that they repeat of others, and have it no longer."""
    # Few rows have any, and to read all of them once more would take long.
    if words is None or f'"{ECHOES_SHA256}"' not in words:
        return False
    try:
        said = json.loads(words)
    except (ValueError, RecursionError):
        return False  # its digest tells
    return isinstance(said, dict) and ECHOES_SHA256 in said and ECHOES not in said


def readable(words: Mapping[str, Any]) -> dict[str, Any]:
    """The *words* of a row that is no turn, as somebody reads them: whom it is to by `to`."""
    said = {name: value for name, value in words.items() if name not in {ECHOES, ECHOES_SHA256}}
    to = whom({}, words)
    return {**said, TO: to} if to else said


def quoted(words: Mapping[str, Any]) -> list[tuple[list[Any], str]]:
    """What a turn repeats, by its path into the body: of its author's words and of others'.

    Nothing where its *words* are not as a turn's are.
    """
    try:
        kept = [words.get("quotes"), (words.get(ECHOES) or {}).get("quotes")]
        return [(list(path), str(text)) for one in kept if one for path, text in json.loads(one)]
    except (AttributeError, ValueError, TypeError):
        return []
