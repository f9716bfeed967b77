"""The forms that are recorded, held against how they were made when the first rows were written.

A digest of the log covers them to the byte.
"""

import dataclasses
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import Conversation
from bot.ledger import Spelled, canonical, plain, timestamp, written, written_in_parts
from bot.turns.turn import Turn
from tests.store.test_turn import values

pytestmark = pytest.mark.xdist_group("canonical")

_OF_TURN = frozenset({"seq", "digest", "posted_ref", "erased", "message"})


class Word(StrEnum):
    ONE = "one"


class Number(IntEnum):
    TWO = 2


class Thing(Enum):
    THREE = "three"


class Text(str):
    __slots__ = ()


@dataclass(frozen=True)
class Held:
    of: Any
    beside: Any = None
    more: Mapping[Any, Any] = field(default_factory=dict)


def as_it_was(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_it_was(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_it_was(one) for key, one in value.items()}
    if isinstance(value, Set):
        return sorted((as_it_was(one) for one in value), key=str)
    if isinstance(value, (list, tuple)):
        return [as_it_was(one) for one in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def written_as_it_was(value: object) -> str:
    return json.dumps(as_it_was(value), sort_keys=True, ensure_ascii=False,
                      separators=(",", ":"), allow_nan=False)


def listed_as_it_was(value: Any, listed: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {key: [listed.setdefault(written_as_it_was(one), len(listed)) for one in inner]
                if key == "citations" else listed_as_it_was(inner, listed)
                for key, inner in value.items()}
    if isinstance(value, list):
        return [listed_as_it_was(one, listed) for one in value]
    return value


def body_as_it_was(turn: Turn) -> dict[str, Any]:
    kept = [f.name for f in dataclasses.fields(Turn) if f.name not in _OF_TURN]
    of_message = [f.name for f in dataclasses.fields(turn.message)
                  if f.name not in {"author", "text"}]
    noted = as_it_was({name: getattr(turn, name) for name in kept})
    message = as_it_was({name: getattr(turn.message, name) for name in of_message})
    listed: dict[str, int] = {}
    noted["reply"] = listed_as_it_was(noted["reply"], listed)
    return {**noted, **message, "release": turn.release,
            "citations": [json.loads(text) for text in listed]}


NAMES = st.text(max_size=4) | st.sampled_from([*Word, *Thing, Text("t")]) | st.integers(-9, 9)
BARE = (
    NAMES | st.none() | st.booleans() | st.integers() | st.sampled_from([*Number])
    | st.floats(allow_nan=False, allow_infinity=False) | st.dates()
    | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
VALUES = st.recursive(BARE, lambda inner: (
    st.lists(inner, max_size=3) | st.tuples(inner, inner)
    | st.dictionaries(NAMES, inner, max_size=3)
    | st.frozensets(NAMES, max_size=3)
    | st.builds(Held, inner, inner, st.dictionaries(NAMES, inner, max_size=2))), max_leaves=12)


@given(VALUES)
def test_a_value_is_written_as_it_always_was(value):
    assert canonical(value) == written_as_it_was(value)


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(values(Turn))
def test_a_turn_is_written_as_it_always_was(turn):
    body = turn.body()

    assert json.dumps(body) == json.dumps(plain(body))
    assert canonical(body) == written_as_it_was(body_as_it_was(turn))
    assert written_in_parts(body) == canonical(body)


@given(st.dictionaries(st.text(max_size=3), VALUES.map(plain), max_size=6), st.data())
def test_what_knows_how_it_is_written_is_written_so_in_its_place(whole, data):
    lists = {name for name, value in whole.items() if isinstance(value, list)}
    spelled = data.draw(st.sets(st.sampled_from(sorted(lists)))) if lists else set()
    parts = {name: Spelled(value, written(value)) if name in spelled else value
             for name, value in whole.items()}

    assert parts == whole
    assert written_in_parts(parts) == written(whole) == canonical(parts)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(values(Conversation))
def test_a_conversation_is_written_as_it_always_was(conversation):
    assert canonical(conversation) == written_as_it_was(conversation)


@pytest.mark.parametrize("value", [object(), b"bytes", Held, {"at": [1j]}])
def test_what_has_no_form_is_refused_by_name(value):
    with pytest.raises(TypeError, match="has no canonical form; give it one before using it"):
        canonical(value)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        canonical({"at": datetime(2026, 3, 1)})
