"""Calls of a language model as rows of the log: what left this machine and what came back.

The row says for ever that there was a call, of which model, with which prompt, and how it ended.
What was sent and received lies with the words of whoever wrote the message, and goes with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select, update

from bot.chat.calls import Call, Ended, Use
from bot.dialogue.conversation import ConversationId
from bot.dialogue.fencing.refusal import Refusal
from bot.log import Happening, Logged, logged
from bot.schema import log
from bot.turn import Turn

MODEL_CALL = "model_call"
"""The kind of these rows."""
PASSED = "passed"
"""The outcome of a draft that the fence let pass."""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call as a row tells it."""

    turn: int
    """Number of the turn whose answer it was to better."""
    use: str
    model: str
    prompt: str
    outcome: str
    """How it ended; of a draft that came back, why it was refused, or "passed"."""
    why: str
    tokens_in: int
    tokens_out: int
    took_ms: int
    tries: int
    at: datetime
    digest: str
    sent: tuple[Mapping[str, str], ...] | None
    """Role and content of each message that left; None once erased."""
    received: str | None
    """What came back; None once erased."""
    detail: str | None
    """What exactly was wrong with a draft; None once erased."""


def is_kept(call: Call) -> bool:
    """Whether the log has a row for *call*: what never left only counts."""
    return call.left or call.ended is Ended.MALFORMED


def outcome_of(call: Call, refusal: Refusal | None) -> str:
    """How *call* ended, in one word."""
    if call.use is Use.WORDING and call.ended is Ended.ANSWERED:
        return PASSED if refusal is None else refusal.reason.value
    return call.ended.value


def happening_of(call: Call, refusal: Refusal | None, turn: Turn, at: datetime) -> Happening:
    """*call* for the log, which was made to better the answer of *turn*."""
    words: dict[str, Any] = {"sent": [dict(one) for one in call.sent], "received": call.received}
    if refusal is not None:
        # It may name what a person wrote.
        words["detail"] = refusal.detail
    return Happening(
        MODEL_CALL, f"{turn.key}:call:{uuid4().hex}", at, turn.author, turn.conversation,
        {"turn": turn.version, "use": call.use.value, "model": call.model, "prompt": call.prompt,
         "outcome": outcome_of(call, refusal), "why": call.why, "tokens_in": call.tokens_in,
         "tokens_out": call.tokens_out, "took_ms": call.took_ms, "tries": call.tries},
        words)


def calls_in(connection: Connection, conversation: ConversationId) -> Sequence[ModelCall]:
    """The calls that were made for answers of *conversation*, in their order."""
    query = (select(log).where(log.c.conversation == conversation, log.c.kind == MODEL_CALL)
             .order_by(log.c.workspace, log.c.seq))
    return tuple(call_of(logged(row._mapping)) for row in connection.execute(query))


def call_of(row: Logged) -> ModelCall:
    """The call that a row of the log tells."""
    body, words = row.body, row.words
    told = {name: body[name] for name in (
        "turn", "use", "model", "prompt", "outcome", "why", "tokens_in", "tokens_out", "took_ms",
        "tries")}
    return ModelCall(
        **told, at=row.at, digest=row.digest,
        sent=None if words is None else tuple(words.get("sent") or ()),
        received=None if words is None else str(words.get("received") or ""),
        detail=None if words is None else words.get("detail"))


def silence(connection: Connection, key: str) -> None:
    """Take out of the row *key* what was sent and received."""
    connection.execute(update(log).where(log.c.key == key).values(
        actor=None, words=None, salt=None))
