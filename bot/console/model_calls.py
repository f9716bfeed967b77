"""What a language model was asked about a turn and what came of it, as rows of the log tell it."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.chat.calls import Use
from bot.dialogue.fencing.refusal import Reason
from bot.log import Logged

MODEL_CALL = "model_call"
"""The kind of row that tells of a call."""
PASSED = "passed"
"""The outcome of a draft that the fence let pass."""
MOST_SHOWN = 50_000
"""Characters of one prompt or reply that a page shows; the log and its exports hold all."""
MOST_SENTENCES, MOST_OF_A_SENTENCE, MOST_POINTS = 60, 2_000, 20
"""Sentences of one draft, characters and points of one sentence that a page shows."""
MOST_OF_A_FIELD = 500
"""Characters of whatever else is short."""
MOST_READ = 100
"""Facts of one call that a page shows."""
REFUSED = frozenset(map(str, Reason))
"""Outcomes that say why a draft was refused."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words that went to a model or came from it, as they can be shown."""

    shown: str
    """With ⟨U+202E⟩ in the place of each character that can't be seen or turns others round."""
    left: int = 0
    """How many characters more there are."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of what was sent."""

    role: str
    text: Text


@dataclass(frozen=True, slots=True)
class Read:
    """One value of a fact, as the model read it."""

    fact: str
    value: str
    words: str
    """Of the message, that it is said to rest on."""
    became: str
    """What was made of it, as a code; empty where that is not on record."""
    why: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft."""

    text: str
    points: tuple[str, ...]
    refused: bool
    """Whether the draft fell on it."""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call."""

    seq: int
    at: datetime
    turn: int
    use: str
    model: str
    prompt: str
    """Digest of the prompt's file."""
    outcome: str
    detail: str
    """What exactly was wrong with a draft, which is gone once erased, or why a call failed."""
    tokens_in: int
    tokens_out: int
    took_ms: int
    erased: bool
    sent: tuple[Sent, ...]
    received: Text
    read: tuple[Read, ...]
    sentences: tuple[Sentence, ...]

    @property
    def refused(self) -> bool:
        """Whether it brought a draft that the fence refused."""
        return self.use == Use.WORDING and self.outcome in REFUSED

    @property
    def fell_on(self) -> Sentence | None:
        """The sentence that a draft fell on; None where it fell as a whole, or is not kept."""
        return next((one for one in self.sentences if one.refused), None)

    @property
    def without_words(self) -> "ModelCall":
        """The same with nothing of what was sent and received.

        Whoever asked is told that a model was asked, and shown no draft that did not pass.
        """
        return replace(self, detail="", sent=(), received=Text(""), read=(), sentences=())


def calls_of(rows: Sequence[Logged]) -> dict[int, tuple[ModelCall, ...]]:
    """The calls that *rows* tell of, by the turn that they were for, in the order they were made.

    A row that names no turn is left out.
    """
    found: dict[int, tuple[ModelCall, ...]] = {}
    for row in rows:
        if row.kind == MODEL_CALL and turn_of(row) is not None:
            one = call_of(row)
            found[one.turn] = (*found.get(one.turn, ()), one)
    return found


def turn_of(row: Logged) -> int | None:
    """Which turn the call of *row* was for."""
    turn = row.body.get("turn")
    return turn if isinstance(turn, int) and not isinstance(turn, bool) else None


def call_of(row: Logged) -> ModelCall:
    """The call that *row* tells of; what a row of another version lacks reads as empty."""
    body, words = row.body, row.words or {}
    received = _text(words.get("received"))
    return ModelCall(
        seq=row.seq, at=row.at, turn=turn_of(row) or 0,
        use=_short(body.get("use")), model=_short(body.get("model")),
        prompt=_short(body.get("prompt")), outcome=_short(body.get("outcome")),
        detail=_short(words.get("detail") or body.get("why")),
        tokens_in=_number(body.get("tokens_in")), tokens_out=_number(body.get("tokens_out")),
        took_ms=_number(body.get("took_ms")), erased=row.words is None,
        sent=tuple(Sent(_short(one.get("role")), visible(_text(one.get("content"))))
                   for one in _mappings(words.get("sent"))),
        received=visible(received),
        read=tuple(_read(one) for one in _mappings(words.get("read"))[:MOST_READ]),
        sentences=_sentences(received, body.get("sentence"))
        if body.get("use") == Use.WORDING else ())


def visible(text: str, most: int = MOST_SHOWN) -> Text:
    """*text* with nothing in it that hides or turns round what stands beside it."""
    shown = "".join(
        f"⟨U+{ord(c):04X}⟩" if c not in "\n\t" and unicodedata.category(c) in _UNSEEN else c
        for c in text[:most].replace("\r\n", "\n"))
    return Text(shown, max(0, len(text) - most))


def _read(one: Mapping[str, Any]) -> Read:
    return Read(*(_short(one.get(name)) for name in ("fact", "value", "words", "became", "why")))


def _sentences(received: str, refused: object) -> tuple[Sentence, ...]:
    """The sentences of the draft in *received*; none where it is no draft."""
    try:
        draft = json.loads(received)
    except (ValueError, RecursionError):
        return ()
    found = _mappings(draft.get("sentences")) if isinstance(draft, dict) else ()
    return tuple(
        Sentence(visible(_text(one.get("text")), MOST_OF_A_SENTENCE).shown,
                 tuple(_short(point) for point in _list(one.get("points"))[:MOST_POINTS]),
                 number == refused)
        for number, one in enumerate(found[:MOST_SENTENCES]))


def _short(value: object) -> str:
    return visible(_text(value), MOST_OF_A_FIELD).shown


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _mappings(value: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]
