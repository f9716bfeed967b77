"""Slack's payloads as deliveries: what counts, where it belongs, and what is set aside."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import names
from bot.slack.inbound import (
    STEERING,
    asked,
    called_at,
    commanded,
    contradiction,
    form,
    from_action,
    from_event,
    moment_of,
    permalink,
    ts_of,
    words,
)
from bot.slack.names import Press, load_press
from bot.slack.senders import team_of
from bot.turns.delivery import Act, Delivery, Place, told
from tests.dialogue.talking import WHEN

US, SAM, TEAM, HERE, DIRECT = "U0ADVISORB", "U0SAM00001", "T1", "C1", "D1"
TS, LATER = "1795578087.899805", "1795578088.100000"


def event(kind: str = "message", **more: Any) -> dict[str, Any]:
    """An event_callback with a message of Sam's."""
    said = {"type": kind, "user": SAM, "channel": HERE, "ts": TS, "text": "Drones for the police",
            "channel_type": "channel", **more}
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1",
            "event": {k: v for k, v in said.items() if v is not None}}


def direct(**more: Any) -> dict[str, Any]:
    return event(**{"channel": DIRECT, "channel_type": "im", **more})


def edit(before: str, after: str, **more: Any) -> dict[str, Any]:
    """An event of Sam's having edited a message."""
    message = {"user": SAM, "ts": TS, "text": after, "edited": {"user": SAM, "ts": LATER}} | more
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev2", "event": {
        "type": "message", "subtype": "message_changed", "channel": HERE, "ts": LATER,
        "message": message, "previous_message": {"user": SAM, "ts": TS, "text": before}}}


def press(action_id: str, value: str | None, **more: Any) -> dict[str, Any]:
    """A block_actions payload of a button in a message."""
    action = {"action_id": action_id, "block_id": "b", "action_ts": LATER, "type": "button"}
    return {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SAM},
            "container": {"type": "message", "message_ts": TS, "channel_id": HERE},
            "channel": {"id": HERE}, "trigger_id": "1.2",
            "actions": [action | ({} if value is None else {"value": value})], **more}


# --- messages --------------------------------------------------------------------------------

@pytest.mark.parametrize(("body", "opens"), [
    (event("app_mention", text=f"<@{US}> hello"), True),
    (event(text=f"<@{US}> hello"), True),
    (event(text=f"<@{US}|advisor> hello"), True),
    (event(), None),
    (event(thread_ts=TS), False),
    (event(text="<@U0NOOR0001> what do you think?"), None),
    (event(thread_ts=TS, text="<@U0NOOR0001> what do you think?"), False),
    (event(thread_ts=TS, text=f"<@U0NOOR0001> <@{US}> says so"), True),
    (direct(), True),
    (direct(thread_ts=TS), True),
    (direct(text="<@U0NOOR0001> asked me for drones"), True),
    (event("app_mention", subtype="bot_message", bot_id="B1"), None),
    (event("app_mention", bot_id="B1", text=f"<@{US}>"), None),
    (event("app_mention", user=US, text=f"<@{US}>"), None),
    (direct(user=US), None),
    (direct(user="USLACKBOT"), None),
    (direct(user=None), None),
    (direct(subtype="file_share"), True),
    (direct(subtype="me_message"), True),
    (event(subtype="thread_broadcast", thread_ts=TS), False),
    (event("app_mention", subtype="channel_join", text=f"<@{US}> joined"), None),
    (direct(subtype="message_deleted"), None),
    (direct(subtype="message_replied"), None),
    (event("reaction_added"), None),
    ({"type": "event_callback", "team_id": TEAM}, None),
])
def test_what_counts_as_said_to_us_and_what_may_open_a_conversation(body, opens):
    """None: it does not count; False: only where a conversation is going on."""
    delivery = from_event(body, US)

    assert (None if delivery is None else delivery.opens) is opens


def test_the_two_events_of_one_mention_have_one_key():
    mention = from_event(event("app_mention", text=f"<@{US}> hello"), US)
    message = from_event(event("message", text=f"<@{US}> hello") | {"event_id": "Ev9"}, US)

    assert mention is not None and message is not None
    assert mention.key == message.key == f"slack:{TEAM}:{HERE}:{TS}"
    assert mention.event_id != message.event_id


def test_one_ts_in_two_channels_is_two_deeds():
    one, other = from_event(direct(), US), from_event(direct(channel="D2"), US)

    assert one is not None and other is not None
    assert one.key != other.key


def test_a_message_knows_its_place_its_author_and_its_time():
    delivery = from_event(event(thread_ts="1795578000.000001"), US)

    assert delivery is not None
    assert delivery.place == Place(TEAM, HERE, "1795578000.000001")
    assert delivery.author == SAM
    assert delivery.act is Act.MESSAGE
    assert delivery.sent_at.timestamp() == float(TS)
    assert delivery.body["root"] is False


@pytest.mark.parametrize(("more", "shared", "outside"), [
    ({}, False, None),
    ({"team": TEAM}, True, False),
    ({"user_team": "T2"}, True, True),
    ({"team": "T2"}, True, True),
])
def test_who_belongs_to_another_organisation_is_known_by_their_team(more, shared, outside):
    body = event("app_mention", text=f"<@{US}> hello", **more)

    delivery = from_event(body | {"is_ext_shared_channel": shared}, US)

    assert delivery is not None
    assert (delivery.body["shared"], delivery.body["outside"]) == (shared, outside)


@pytest.mark.parametrize(("tells", "organisation"), [
    ({"enterprise_id": "E1"}, "E1"),
    ({"context_enterprise_id": "E1"}, "E1"),
    ({"authorizations": [{"enterprise_id": "E1", "team_id": TEAM, "is_bot": True}]}, "E1"),
    ({"authorizations": [{"enterprise_id": "E1", "team_id": None, "is_bot": True}]}, "E1"),
    ({"authorizations": [{"enterprise_id": "E2", "team_id": "T2"},
                         {"enterprise_id": "E1", "team_id": TEAM}],
      "context_enterprise_id": None}, "E1"),
    ({"authorizations": [{"enterprise_id": "E1", "team_id": "T2"}]}, None),
    ({"context_enterprise_id": "E1", "context_team_id": TEAM}, "E1"),
    ({"context_enterprise_id": "E1", "context_team_id": "T2"}, None),
    ({"authorizations": [{"enterprise_id": None, "team_id": TEAM}],
      "context_enterprise_id": None}, None),
])
def test_an_organisation_is_known_wherever_an_event_names_it(tells, organisation):
    """Colleagues of another workspace of the organisation counted as people from outside."""
    body = event("app_mention", text=f"<@{US}> hello", team="E1")

    delivery = from_event(body | {"is_ext_shared_channel": True} | tells, US)

    assert delivery is not None
    assert delivery.body.get("organisation") == organisation
    assert delivery.body["outside"] is (organisation != "E1")


@pytest.mark.parametrize(("typed", "read"), [
    (f"<@{US}> drones", "drones"),
    (f"drones <@{US}|advisor>", "drones"),
    ("<@U2|noor> says", "@noor says"),
    ("<@U2> says", "@U2 says"),
    ("<#C2|deals> has it", "#deals has it"),
    ("<#C2|> has it", "#C2 has it"),
    ("<#C2> has it", "#C2 has it"),
    ("see <https://a.example/x|the tender>", "see the tender"),
    ("see <https://a.example/x>", "see https://a.example/x"),
    ("write <mailto:a@b.example|a@b.example>", "write a@b.example"),
    ("<mailto:a@b.example>", "a@b.example"),
    ("<!here> look", "@here look"),
    ("<!subteam^S1|@sales> look", "@sales look"),
    ("R&amp;D &lt;5 km &gt;", "R&D <5 km >"),
    ("&amp;lt;", "&lt;"),
    ("police in ~Kenya~ Ghana", "police in  Ghana"),
    ("~for the army~", ""),
    ("police ~in Kenya, says <@U2|noor>~, twice~ over", "police , twice~ over"),
    ("some ~40 drones for ~2m", "some ~40 drones for ~2m"),
    ("see <https://a.example/~x/~> and `~a~`", "see https://a.example/~x/~ and `~a~`"),
    ("```cp ~a~\n~b~```", "```cp ~a~\n~b~```"),
    ("~one line\nand another~", "~one line\nand another~"),
])
def test_markup_is_read_as_the_person_sees_it(typed: str, read: str):
    assert words(typed, US) == read


@pytest.mark.parametrize("unit", ["<@U0|", "<#C0|", "<!a|", "<!a^", "<a:b|", "<a:", "~<", "`~"])
def test_what_nobody_typed_does_not_hold_up_what_slack_waits_for(unit: str):
    """It is read before Slack hears that it arrived, whoever made it; it took four seconds."""
    def taken(length: int) -> float:
        tries = []
        for _ in range(3):
            began = time.process_time()
            assert words(unit * (length // len(unit)))
            tries.append(time.process_time() - began)
        return min(tries)

    # Of the square it would be four times as much; a moment is let by for what else runs.
    assert taken(40_000) < 3 * taken(20_000) + 0.1


# --- edits -----------------------------------------------------------------------------------

@pytest.mark.parametrize(("more", "called"), [
    ({}, TS), ({"edited": None}, TS), ({"edited": {"user": SAM}}, TS),
    ({"edited": {"user": SAM, "ts": LATER}}, LATER),
])
def test_a_mention_that_an_edit_made_is_as_old_as_the_edit(more: dict[str, Any], called: str):
    """Slack tells of it as of the message's own time, when nobody had called us in."""
    delivery = from_event(event("app_mention", text=f"<@{US}> hello", **more), US)

    assert delivery is not None
    assert (called_at(delivery), ts_of(delivery)) == (called, TS)


def test_an_edit_names_the_message_that_it_edits():
    delivery = from_event(edit("police", "ministry of health"), US)

    assert delivery is not None
    assert delivery.act is Act.EDIT
    assert delivery.body["text"] == "ministry of health"
    assert delivery.body["edits"] == f"slack:{TEAM}:{HERE}:{TS}"
    assert delivery.opens is False


def test_an_edit_says_who_we_are_so_that_a_mention_of_us_is_none_of_its_words():
    delivery = from_event(edit("police", f"<@{US}> police"), US)

    assert delivery is not None
    assert delivery.body["us"] == US
    assert words(delivery.body["text"], delivery.body["us"]) == "police"


@pytest.mark.parametrize("body", [
    edit("same", "same"),
    edit("a", "b", edited=None),
    edit("a", "b", bot_id="B1"),
])
def test_what_no_person_changed_is_no_edit(body: dict[str, Any]):
    assert from_event(body, US) is None


def test_two_edits_of_one_message_are_two_deeds():
    first = from_event(edit("a", "b"), US)
    second = from_event(edit("b", "c", edited={"user": SAM, "ts": "1795578099.000000"}), US)

    assert first is not None and second is not None
    assert first.key != second.key


# --- deletions -------------------------------------------------------------------------------


def gone(subtype: str, before: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev3", "event": {
        "type": "message", "subtype": subtype, "channel": HERE, "ts": LATER,
        "previous_message": {"ts": TS, "text": "secret", **before}, **more}}


@pytest.mark.parametrize(("body", "thread"), [
    (gone("message_deleted", {"user": SAM}, deleted_ts=TS), TS),
    (gone("message_deleted", {"user": SAM, "thread_ts": "1.1"}, deleted_ts=TS), "1.1"),
    (gone("message_deleted", {"user": US, "bot_id": "B1"}, deleted_ts=TS), TS),
    (gone("message_changed", {"user": SAM},
          message={"subtype": "tombstone", "user": "USLACKBOT", "ts": TS, "thread_ts": TS}),
     TS),
    (gone("message_deleted", {"subtype": "tombstone", "user": "USLACKBOT"}, deleted_ts=TS), TS),
])
def test_a_deletion_names_what_is_gone_and_keeps_neither_its_words_nor_whose(body, thread):
    delivery = from_event(body, US)

    assert delivery is not None
    assert delivery.key == f"slack:{TEAM}:{HERE}:{TS}:edit:deleted"
    assert (delivery.act, delivery.author, delivery.opens) == (Act.EDIT, "", False)
    assert SAM not in repr(delivery)
    assert delivery.body == {"text": "", "edits": f"slack:{TEAM}:{HERE}:{TS}", "deleted": True,
                             "ref": f"{HERE}:{TS}"}
    assert delivery.place == Place(TEAM, HERE, thread)
    assert delivery.sent_at == moment_of(LATER)
    assert "secret" not in repr(delivery)


@pytest.mark.parametrize(("after", "just"), [(59, True), (60, False)])
def test_a_deletion_says_whether_its_message_was_just_written(after: int, just: bool):
    body = gone("message_deleted", {"user": SAM}, deleted_ts=TS)
    body["event"]["ts"] = f"{int(float(TS)) + after}.{TS.partition('.')[2]}"
    delivery = from_event(body, US)

    assert delivery is not None
    assert delivery.just_written is just


# --- presses ---------------------------------------------------------------------------------

PRESS = Press("conv", 3)
ANSWERED = Press("conv", 3, "end_user", "police")


@pytest.mark.parametrize(("body", "act", "more"), [
    (press("answer:0", ANSWERED.dump()), Act.ANSWER,
     {"answers": {"end_user": ["police"]}}),
    (press("answer_unknown", Press("conv", 3, "end_user").dump()), Act.ANSWER,
     {"answers": {"end_user": None}}),
    *[(press(name, PRESS.dump()), Act.STEER, {"intent": intent})
      for name, intent in STEERING.items()],
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
    (press("brief", PRESS.dump()), None),
])
def test_what_is_told_of_a_press_names_nothing_that_was_chosen(
    body: dict[str, Any], shown: str | None
):
    delivery = from_action(body)

    assert delivery is not None
    assert told(delivery.key) == (shown or delivery.key)


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


# --- commands, shortcuts and forms -----------------------------------------------------------

COMMAND = {"team_id": TEAM, "user_id": SAM, "trigger_id": "9.9", "text": "drones"}
SHORTCUT = {"team": {"id": TEAM, "domain": "northwind"}, "user": {"id": SAM},
            "trigger_id": "9.9"}


@pytest.mark.parametrize(("body", "kind", "link"), [
    (COMMAND, "command", ""), (SHORTCUT, "shortcut", "https://a.example/p1"),
])
def test_what_is_asked_privately_opens_a_conversation_of_its_own(body, kind, link):
    delivery = asked(body, kind, "drones &amp; more", WHEN, link)

    assert delivery.opens and delivery.private
    assert delivery.place is None
    assert delivery.conversation == delivery.key == f"slack:{TEAM}:{kind}:9.9"
    assert delivery.author == SAM
    assert delivery.body["text"] == "drones & more"
    assert delivery.body["link"] == link
    assert delivery.body["mentioned"] and delivery.body["direct"]


def test_a_command_about_a_deal_names_its_conversation():
    delivery = commanded(COMMAND, Act.BRIEF, PRESS, WHEN)

    assert (delivery.act, delivery.conversation, delivery.body) == (
        Act.BRIEF, "conv", {"turn": 3})
    assert not delivery.opens


@pytest.mark.parametrize(("conversation", "opens"), [(None, True), ("conv", False)])
def test_a_form_opens_a_conversation_or_goes_on_with_one(conversation, opens):
    body = SHORTCUT | {"view": {"id": "V1"}}

    delivery = form(body, Act.FORM, WHEN, {"text": "x"}, conversation)

    assert delivery.key == f"slack:{TEAM}:view:V1"
    assert delivery.conversation == (conversation or delivery.key)
    assert delivery.opens is opens


@pytest.mark.parametrize(("body", "team"), [
    ({"team_id": "T1"}, "T1"),
    ({"team": {"id": "T1"}}, "T1"),
    ({"team": None, "user": {"team_id": "T1"}}, "T1"),
    ({}, ""),
])
def test_the_workspace_is_found_wherever_slack_puts_it(body: dict[str, Any], team: str):
    assert team_of(body) == team


def test_a_permalink_has_the_form_that_slacks_links_have():
    assert permalink(SHORTCUT, HERE, TS) == (
        f"https://northwind.slack.com/archives/{HERE}/p1795578087899805")


def test_a_delivery_is_a_value():
    one, other = from_event(direct(), US), from_event(direct(), US)

    assert isinstance(one, Delivery)
    assert one == other
