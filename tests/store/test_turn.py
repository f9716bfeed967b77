import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.reply import Reply
from bot.ledger import canonical, timestamp
from bot.turns.turn import PERSONAL, Turn, lift, put_back, turn_from
from tests.store.small import begin, step

pytestmark = pytest.mark.xdist_group("turn")

WORDS = st.text(max_size=6)
SIMPLE = {
    str: WORDS,
    int: st.integers(0, 9999),
    float: st.floats(-1, 1).map(lambda x: round(x, 6)),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}


def values(hint):
    """Any value that *hint* allows, with every field given and collections kept small."""
    hint = getattr(hint, "__supertype__", hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if is_dataclass(hint):
        return built(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        return st.lists(values(args[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(values(args[0]), max_size=3)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(values(args[0]), values(args[1]), max_size=2)
    if args:
        return st.one_of(*(values(one) for one in args))
    return st.sampled_from(hint)


@cache
def built(made):
    """Any *made*; deferred, since a question holds those asked beside it."""
    return st.deferred(lambda: st.builds(made, **{
        f.name: values(hint) for f in fields(made) if f.init
        for hint in [get_type_hints(made)[f.name]]
    }))


CONVERSATIONS = values(Conversation)
TURNS = values(Turn)
SLOW = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.large_base_example],
)


@given(CONVERSATIONS)
def test_a_conversation_comes_back_as_it_was(conversation):
    text = canonical(conversation)

    again = TypeAdapter(Conversation).validate_json(text)

    assert again == conversation
    assert canonical(again) == text


@SLOW
@given(values(Reply))
def test_a_reply_comes_back_as_it_was(reply):
    assert TypeAdapter(Reply).validate_json(canonical(reply)) == reply


@SLOW
@given(TURNS)
def test_a_turn_comes_back_as_it_was_without_the_person_s_words_in_its_body(turn):
    body = turn.body()
    quotes = json.loads(canonical(lift(body)))
    stored = canonical(body)

    again = json.loads(stored)
    put_back(again, quotes)
    back = turn_from(again, author=turn.author, text=turn.text, erased=turn.erased)

    assert back == turn
    assert back.reply == turn.reply
    assert again == turn.body()
    assert all(not answer["said"] for answer in json.loads(stored)["heard"].values())


def test_equal_values_give_equal_bytes_whatever_their_order():
    answers = [(f, Answer(frozenset(v), "said", "k")) for f, v in
               (("a", ["x", "y", "z"]), ("b", ["z", "y", "x"]), ("c", ["y"]))]
    one = Conversation("c", Deal(dict(answers)))
    other = Conversation("c", Deal(dict(reversed(answers))))

    assert one == other
    assert canonical(one) == canonical(other)


def test_a_time_is_kept_in_utc_and_one_without_a_zone_is_refused():
    summer = datetime.fromisoformat("2026-07-01T12:00:00+02:00")

    assert timestamp(summer) == "2026-07-01T10:00:00.000000+00:00"
    with pytest.raises(ValueError, match="no time zone"):
        timestamp(datetime(2026, 7, 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical({"similarity": value})
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical([object()])


def test_a_body_says_how_the_reply_came_about():
    turn, _ = step(begin(), "k1")
    body = turn.body()

    assert body["intent"] == "describe"
    assert body["heard"]["end_user"] == {
        "values": ["military", "police"], "said": "The police", "message": "k1", "sure": True,
        "start": 0, "end": 10, "confidence": 1.0, "read_by": "", "instead": [],
    }
    assert body["findings"][0]["flag"] == "sg-c2-rf3"
    assert body["findings"][0]["because"] == ["end_user"]
    passage = body["found"][0]["passages"][0]
    assert (passage["provision"], passage["similarity"], passage["why"]) == (
        "sg-c2-rf3", 0.3, "similar")
    citation = body["citations"][body["reply"]["flags"][0]["citations"][0]]
    assert {"source", "release", "provision", "start", "end", "sha256"} <= citation.keys()
    assert body["sent_at"] == "2026-03-01T09:00:01.000000+00:00"
    assert "text" not in body
    assert "author" not in body


def test_every_place_for_a_person_s_words_exists():
    turn, _ = step(begin(), "k1")
    message = replace(turn.message, subject="what they asked", matter="what is searched of it")
    body = replace(turn, message=message).body()

    places = {tuple("*" if isinstance(s, int) else s for s in path) for path, _ in lift(body)}

    assert {p[-1] for p in PERSONAL} - {"*"} <= {p[-1] for p in places}
    assert ("reply", "flags", "*", "said", "*") in places
