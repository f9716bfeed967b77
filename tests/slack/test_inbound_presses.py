"""What a press says to us: which answer, which deed, and what is none of ours."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import names
from bot.slack.inbound import (
    STEERING,
    contradiction,
    from_action,
    from_event,
    words,
)
from bot.slack.names import Press, load_press
from bot.turns.delivery import Act, told
from tests.slack.payloads import HERE, SAM, TEAM, TS, US, event, press

PRESS = Press("conv", 3)
ANSWERED = Press("conv", 3, "end_user", "police")


@pytest.mark.parametrize(("body", "act", "more"), [
    (press("answer:0", ANSWERED.dump()), Act.ANSWER,
     {"answers": {"end_user": ["police"]}}),
    (press("answer_unknown", Press("conv", 3, "end_user").dump()), Act.ANSWER,
     {"answers": {"end_user": None}}),
    *[(press(name, PRESS.dump()), Act.STEER, {"intent": intent})
      for name, intent in STEERING.items()],
    (press("suppose:1", Press("conv", 3, "hosting", "supplier").dump()), Act.STEER,
     {"intent": "what_if", "supposed": {"hosting": ["supplier"]}}),
    (press("pause", PRESS.dump()), Act.LISTENING, {"on": False}),
    (press("resume", PRESS.dump()), Act.LISTENING, {"on": True}),
    (press("compliance", PRESS.dump()), Act.COMPLIANCE, {}),
    (press("brief", PRESS.dump()), Act.BRIEF, {}),
    (press("nothing_changed", PRESS.dump()), Act.UNCHANGED, {}),
    (press("home_show:4", PRESS.dump()), Act.STEER, {"intent": "go_on"}),
    (press("feedback", Press("conv", 3, value="good").dump()), Act.FEEDBACK, {"good": True}),
    (press("feedback", Press("conv", 3, value="bad").dump()), Act.FEEDBACK, {"good": False}),
])
def test_what_a_button_does(body: dict[str, Any], act: Act, more: Mapping[str, Any]):
    delivery = from_action(body)

    assert delivery is not None
    assert delivery.act is act
    assert delivery.conversation == "conv"
    assert delivery.author == SAM
    assert delivery.body == {**more, "turn": 3, "channel": HERE, "ts": TS}


@pytest.mark.parametrize(("body", "shown"), [
    (press("answer:0", ANSWERED.dump()), f"slack:{TEAM}:conv:3:answer"),
    (press("answer_unknown", Press("conv", 3, "end_user").dump()), f"slack:{TEAM}:conv:3:answer"),
    (press("suppose:0", ANSWERED.dump()), None),
    (press("brief", PRESS.dump()), None),
])
def test_what_is_told_of_a_press_names_nothing_that_was_chosen(
    body: dict[str, Any], shown: str | None
):
    delivery = from_action(body)

    assert delivery is not None
    assert told(delivery.key) == (shown or delivery.key)
    assert str(ANSWERED.value) not in told(delivery.key)


@pytest.mark.parametrize("name", [
    "correct", "something_changed", "passages", "watch", "comment", "home_start", "open_link",
    "answer_several", "answer_country", "answer_choice", "answer_dont_know", "somebody_elses",
])
def test_what_only_opens_or_loads_something_is_no_delivery(name: str):
    assert from_action(press(name, PRESS.dump())) is None


def test_a_menu_of_one_answers_with_what_was_picked():
    body = press("answer_select", None)
    body["actions"][0]["selected_option"] = {"value": ANSWERED.dump()}

    delivery = from_action(body)

    assert delivery is not None
    assert delivery.body["answers"] == {"end_user": ["police"]}


@pytest.mark.parametrize("menu", ["answer_several", "answer_country"])
def test_a_menu_of_several_is_read_when_it_is_done(menu: str):
    picked = [{"value": "KE"}, {"value": "UG"}]
    state = {"values": {"question:country": {menu: {"selected_options": picked}}}}
    body = press("answer_done", Press("conv", 3, "country").dump(), state=state)

    delivery = from_action(body)

    assert delivery is not None
    assert delivery.body["answers"] == {"country": ["KE", "UG"]}


@pytest.mark.parametrize("state", [None, {}, {"values": {}}, {
    "values": {"question:country": {"answer_country": {"selected_options": []}}}}])
def test_done_with_nothing_picked_answers_nothing_and_is_told_of_each_time(state):
    body = press("answer_done", Press("c", 3, "country").dump(), state=state)
    again = press("answer_done", Press("c", 3, "country").dump(), state=state)
    again["actions"][0]["action_ts"] = "1795578099.000000"

    delivery = from_action(body)

    assert delivery is not None
    assert delivery.body["answers"] == {}
    assert from_action(again).key != delivery.key


CHOSEN = {"values": {
    "question:conflict": {"answer_choice": {"selected_option": {"value": "yes"}}},
    "question:end_user": {"answer_several": {"selected_options": [
        {"value": "police"}, {"value": "military"}]}},
    "question:country": {"answer_country": {"selected_options": []}},
    "unknown:country": {"answer_dont_know": {"selected_options": [{"value": "?"}]}},
    "question:stage": {"answer_choice": {"selected_option": None}},
    "question:somebody_elses": {"answer_choice": {"selected_option": {"value": "no"}}},
}}
FOUR = Press("conv", 3, facts=("conflict", "end_user", "country", "stage"))


@pytest.mark.parametrize(("button", "blank"), [
    ("answer_done", {}), ("answer_unknown", {"stage": None}),
])
def test_several_questions_are_answered_in_one_deed_without_what_was_left_blank(button, blank):
    delivery = from_action(press(button, FOUR.dump(), state=CHOSEN))

    assert delivery is not None
    assert delivery.body["answers"] == {
        "conflict": ["yes"], "end_user": ["police", "military"], "country": None, **blank}


def test_i_dont_know_of_several_questions_is_said_of_them_all():
    delivery = from_action(press("answer_unknown", FOUR.dump()))

    assert delivery is not None
    assert delivery.body["answers"] == dict.fromkeys(FOUR.facts)


def test_the_same_choices_sent_twice_are_one_deed_and_others_another():
    first = from_action(press("answer_done", FOUR.dump(), state=CHOSEN))
    again = press("answer_done", FOUR.dump(), state=CHOSEN)
    again["actions"][0]["action_ts"] = "1795578099.000000"
    other = from_action(press("answer_unknown", FOUR.dump(), state=CHOSEN))

    assert first is not None and other is not None
    assert from_action(again).key == first.key != other.key


@pytest.mark.parametrize(("answers", "fact"), [
    ({}, None), ({"a": None, "b": ["x"]}, None), ({"a": ["x"], "b": ["x", "?"]}, "b"),
])
def test_not_knowing_contradicts_an_answer_to_the_same_question_only(answers, fact):
    assert contradiction(answers) == fact


def test_one_choice_tapped_twice_is_one_deed_and_another_choice_another():
    first = from_action(press("answer:0", ANSWERED.dump()))
    again = press("answer:0", ANSWERED.dump())
    again["actions"][0]["action_ts"] = "1795578099.000000"
    other = from_action(press("answer:1", Press("conv", 3, "end_user", "military").dump()))

    assert first is not None and other is not None
    assert from_action(again).key == first.key != other.key


@pytest.mark.parametrize("value", [
    "", "42", "[]", "{}", "not json", '{"c":1}', '{"c":"x","t":"3"}', '{"c":"x","f":1}',
    '{"c":"x","v":[]}', '{"c":"x","m":"m"}', '{"c":null}', '{"c":"x","fs":1}',
    '{"c":"x","fs":[1]}',
])
@pytest.mark.parametrize("name", ["answer:0", "why", "compliance", "feedback", "pause", "brief"])
def test_a_button_that_is_none_of_ours_is_refused(name: str, value: str):
    with pytest.raises(ValueError):
        from_action(press(name, value))


texts = st.text(max_size=12)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
ours = st.sampled_from(sorted(
    v for k, v in vars(names).items() if k.isupper() and isinstance(v, str)))


@given(name=st.one_of(ours, texts), value=st.one_of(texts, jsons.map(json.dumps)))
def test_whatever_a_button_carries_it_is_ours_or_set_aside(name: str, value: str):
    """Other apps' buttons, and altered ones, are refused in the one way that is caught."""
    try:
        delivery = from_action(press(name, value))
    except (ValueError, KeyError):
        return
    assert delivery is None or load_press(value).conversation == delivery.conversation


@pytest.mark.long
@given(name=ours, value=texts, option=st.dictionaries(st.just("value"), jsons),
       state=st.dictionaries(texts, st.dictionaries(texts, st.dictionaries(texts, jsons))))
def test_whatever_was_picked_is_an_answer_or_set_aside(name, value, option, state):
    body = press(name, value, state={"values": state})
    body["actions"][0]["selected_option"] = option
    try:
        delivery = from_action(body)
    except (ValueError, KeyError):
        return
    assert delivery is None or delivery.team == TEAM


@given(typed=st.text(max_size=200))
def test_any_words_can_be_read(typed: str):
    read = words(typed, US)

    assert read == read.strip()
    assert f"<@{US}>" not in words(f"<@{US}> {typed.replace('<', '').replace('&', '')}", US)


@given(text=texts, thread=st.none() | st.just(TS), subtype=st.none() | texts,
       kind=st.sampled_from(["channel", "group", "im", "mpim", ""]))
def test_a_message_is_never_lost_between_its_two_events(text, thread, subtype, kind):
    """Whatever the mention is, its plain message has its key or does not count."""
    more = {"text": f"<@{US}> {text}", "thread_ts": thread, "subtype": subtype,
            "channel_type": kind}
    mention, message = (from_event(event(k, **more), US) for k in ("app_mention", "message"))

    assert (mention is None) == (message is None)
    assert mention is None or (message is not None and mention.key == message.key)


kept = texts.map(lambda text: text.replace("\0", ""))
"""What is mended at the door holds no NUL, and no button is given one."""


@given(fact=kept, value=st.none() | kept, turn=st.integers(0, 10_000), conversation=kept,
       facts=st.lists(kept).map(tuple))
def test_what_a_button_was_given_comes_back(fact, value, turn, conversation, facts):
    press_ = Press(conversation, turn, fact, value, facts=facts)

    assert load_press(press_.dump()) == press_
