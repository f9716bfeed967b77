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
from bot.dialogue.second_reading import Proposed, Why
from bot.ledger import plain
from bot.record.log import Happening, Logged, logged
from bot.schema import log
from bot.turns.turn import Turn

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
    dropped: tuple[Mapping[str, str], ...]
    """Proposed values that were not taken: `fact`, `value`, `words`, and `why`; none once erased.
    """


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What came of what a call brought."""

    refusal: Refusal | None = None
    """Why its draft is not shown."""
    dropped: Sequence[tuple[Proposed, Why]] = ()
    """What it proposed of the deal and was not taken."""


def is_kept(call: Call) -> bool:
    """Whether the log has a row for *call*: what never left only counts."""
    return call.left or call.ended is Ended.MALFORMED


def outcome_of(call: Call, refusal: Refusal | None) -> str:
    """How *call* ended, in one word."""
    if call.use is Use.WORDING and call.ended is Ended.ANSWERED:
        return PASSED if refusal is None else refusal.reason.value
    return call.ended.value


def happening_of(call: Call, made: MadeOf, turn: Turn, at: datetime) -> Happening:
    """*call* for the log, which was made to better the answer of *turn*."""
    words: dict[str, Any] = {"sent": [dict(one) for one in call.sent], "received": call.received}
    # Both may name what a person wrote.
    if made.refusal is not None:
        words["detail"] = made.refusal.detail
    if made.dropped:
        words["dropped"] = [{**plain(one), "why": why.value} for one, why in made.dropped]
    return Happening(
        MODEL_CALL, f"{turn.key}:call:{uuid4().hex}", at, turn.author, turn.conversation,
        {"turn": turn.version, "use": call.use.value, "model": call.model, "prompt": call.prompt,
         "outcome": outcome_of(call, made.refusal), "why": call.why, "tokens_in": call.tokens_in,
         "tokens_out": call.tokens_out, "took_ms": call.took_ms, "tries": call.tries,
         # Which sentence a draft fell on, for whoever reads it.
         **({} if made.refusal is None else {"sentence": made.refusal.sentence})},
        words)


def calls_in(connection: Connection, conversation: ConversationId) -> Sequence[ModelCall]:
    """The calls that were made for answers of *conversation*, in their order."""
    query = (select(log).where(log.c.conversation == conversation, log.c.kind == MODEL_CALL)
             .order_by(log.c.workspace, log.c.seq))
    return tuple(call_of(logged(row._mapping)) for row in connection.execute(query))


def refused_before(connection: Connection, turn: Turn) -> tuple[bool, str | None]:
    """Whether *turn* was looked at before, and why nothing of that was worded, in one word."""
    mine = [call for call in calls_in(connection, turn.conversation) if call.turn == turn.version]
    refused = next((call.outcome for call in mine
                    if call.use == Use.WORDING and call.outcome != PASSED), None)
    return bool(mine), refused


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
        detail=None if words is None else words.get("detail"),
        dropped=() if words is None else tuple(words.get("dropped") or ()))


def silence(connection: Connection, key: str) -> None:
    """Take out of the row *key* what was sent and received."""
    connection.execute(update(log).where(log.c.key == key).values(
        actor=None, words=None, salt=None))
