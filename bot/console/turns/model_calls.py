"""What a language model was asked about a turn and what came of it, as rows of the log tell it."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.chat.calls import Use
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.second_reading import MODEL
from bot.record.log import Logged
from bot.record.model_calls import MODEL_CALL
from bot.turns.turn import Turn

MOST_SHOWN = 50_000
"""Characters of one prompt or reply that a page shows; the log and its exports hold all."""
MOST_SENTENCES, MOST_OF_A_SENTENCE, MOST_POINTS = 60, 2_000, 20
"""Sentences of one draft, characters and points of one sentence that a page shows."""
MOST_OF_A_FIELD = 500
"""Characters of whatever else is short."""
MOST_READ = 100
"""Facts of one call that a page shows."""
TAKEN, ASKED_BACK, DROPPED, NOTHING = "taken", "asked_back", "dropped", "nothing"
"""What became of a fact that a model read."""
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
    """`TAKEN`, `ASKED_BACK`, `DROPPED`, or `NOTHING` where no answer came of the look."""
    why: str
    """Why it was dropped, as a code."""


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


def calls_of(
    rows: Sequence[Logged], turns: Sequence[Turn] = ()
) -> dict[int, tuple[ModelCall, ...]]:
    """The calls that *rows* tell of, by the turn that they were for, in the order they were made.

    Args:
        rows: Rows of one conversation; one that names no turn is left out.
        turns: Its turns, which show what became of what was read.
    """
    retaken = {turn.retakes: turn for turn in turns if turn.retakes is not None}
    found: dict[int, tuple[ModelCall, ...]] = {}
    for row in rows:
        number = turn_of(row)
        if row.kind == MODEL_CALL and number is not None:
            one = call_of(row, retaken.get(number))
            found[number] = (*found.get(number, ()), one)
    return found


def turn_of(row: Logged) -> int | None:
    """Which turn the call of *row* was for."""
    turn = row.body.get("turn")
    return turn if isinstance(turn, int) and not isinstance(turn, bool) else None


def call_of(row: Logged, retaken: Turn | None = None) -> ModelCall:
    """The call that *row* tells of; what a row of another version lacks reads as empty.

    Args:
        row: The row.
        retaken: The turn that came of the look; None where none did.
    """
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
        read=_read(received, _mappings(words.get("dropped")), retaken)
        if body.get("use") == Use.READING else (),
        sentences=_sentences(received, body.get("sentence"))
        if body.get("use") == Use.WORDING else ())


def visible(text: str, most: int = MOST_SHOWN) -> Text:
    """*text* with nothing in it that hides or turns round what stands beside it."""
    shown = "".join(
        f"⟨U+{ord(c):04X}⟩" if c not in "\n\t" and unicodedata.category(c) in _UNSEEN else c
        for c in text[:most].replace("\r\n", "\n"))
    return Text(shown, max(0, len(text) - most))


def _read(
    received: str, dropped: Sequence[Mapping[str, Any]], retaken: Turn | None
) -> tuple[Read, ...]:
    """What a model read, as *received*, with what became of each."""
    why = {(_text(one.get("fact")), _text(one.get("value"))): _short(one.get("why"))
           for one in dropped}
    answers = {} if retaken is None else {
        str(fact): one for fact, one in retaken.message.heard.items() if one.read_by == MODEL}
    found = []
    for one in _listed(received, "facts")[:MOST_READ]:
        fact, value = _text(one.get("fact")), _text(one.get("value"))
        answer = answers.get(fact)
        became = NOTHING if answer is None else (
            ASKED_BACK if answer.guessed else TAKEN)
        if (fact, value) in why:
            became = DROPPED
        found.append(Read(_short(fact), _short(value), _short(one.get("words")), became,
                          why.get((fact, value), "")))
    return tuple(found)


def _sentences(received: str, refused: object) -> tuple[Sentence, ...]:
    """The sentences of the draft in *received*; none where it is no draft."""
    return tuple(
        Sentence(visible(_text(one.get("text")), MOST_OF_A_SENTENCE).shown,
                 tuple(_short(point) for point in _list(one.get("points"))[:MOST_POINTS]),
                 number == refused)
        for number, one in enumerate(_listed(received, "sentences")[:MOST_SENTENCES]))


def _listed(received: str, name: str) -> Sequence[Mapping[str, Any]]:
    """What the list *name* of a model's answer holds; nothing where it is no such answer."""
    try:
        answer = json.loads(received)
    except (ValueError, RecursionError):
        return ()
    return _mappings(answer.get(name)) if isinstance(answer, dict) else ()


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
