"""Slack's payloads as deliveries: what counts, where it belongs, and what is set aside."""

import time
from typing import Any

import pytest

from bot.slack.inbound import (
    asked,
    called_at,
    commanded,
    form,
    from_event,
    moment_of,
    permalink,
    ts_of,
)
from bot.slack.names import Press
from bot.slack.senders import team_of
from bot.slack.unmarking import words
from bot.turns.delivery import Act, Delivery, Place
from tests.dialogue.talking import WHEN
from tests.slack.payloads import DIRECT, HERE, LATER, SAM, TEAM, TS, US, event


def direct(**more: Any) -> dict[str, Any]:
    return event(**{"channel": DIRECT, "channel_type": "im", **more})


def edit(before: str, after: str, **more: Any) -> dict[str, Any]:
    """An event of Sam's having edited a message."""
    message = {"user": SAM, "ts": TS, "text": after, "edited": {"user": SAM, "ts": LATER}} | more
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev2", "event": {
        "type": "message", "subtype": "message_changed", "channel": HERE, "ts": LATER,
        "message": message, "previous_message": {"user": SAM, "ts": TS, "text": before}}}


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
    ("see <https://a.example/~x/~> and `~a~`", "see https://a.example/~x/~ and ~a~"),
    ("```cp ~a~\n~b~```", "cp ~a~\n~b~"),
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
    delivery = commanded(COMMAND, Act.BRIEF, Press("conv", 3), WHEN)

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
