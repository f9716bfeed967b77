"""Whoever is of another organisation gets no advice, also where Slack's event doesn't say so.

And whoever is of the company acts on no deal that somebody else tells in a direct message.
"""

import itertools
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import App, BoltRequest

from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.slack.app import build_slack
from bot.slack.audience import Audiences
from bot.slack.clients import Clients, client
from bot.slack.door import Door
from bot.slack.inbound import asked, from_event, moment_of
from bot.slack.names import Press
from bot.slack.senders import our_id
from bot.turns.delivery import Act
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, advised, words
from tests.workspace.running import BOT, BOT_TOKEN, NOOR, OLU, PARTNER, SAM

TEAM, OTHER = "T0ADVISOR1", "T0OTHER001"
DIRECT = "D0OLUEXT01"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def transport() -> str:
    """Who somebody is does not depend on the transport."""
    return "http"


def mention(user: str, channel: str, ts: str, shared: bool = False, **more: Any) -> dict[str, Any]:
    """What Slack sends of a mention, with what *more* it says of its author."""
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{ts}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": shared,
            "event": {"type": "app_mention", "channel": channel, "user": user, "ts": ts,
                      "text": f"<@{BOT}> {DEAL}", **more}}


def now() -> str:
    return f"{time.time() + next(_numbers):.6f}"


def turns(bot: Bot, conversation: str) -> int:
    return bot.joined.store.load(ConversationId(conversation)).version


# --- people of other organisations ----------------------------------------------------------


@pytest.mark.parametrize(("channel", "shared", "says"), [
    (PARTNER, True, {}),
    (PARTNER, False, {}),
    (PARTNER, False, {"user_team": OTHER}),
    (DIRECT, False, {"user_team": OTHER, "team": OTHER, "channel_type": "im"}),
    (DIRECT, False, {"channel_type": "im"}),
])
def test_an_event_that_does_not_say_it_gets_them_no_advice(
    bot: Bot, channel: str, shared: bool, says: dict[str, Any]
) -> None:
    bot.expected |= {"channel_not_found"}  # the workspace has no direct message with a stranger
    ts = now()

    bot.deliver(mention(OLU, channel, ts, shared, **says))

    place = f"slack:{TEAM}:{channel}:{ts}"
    assert (turns(bot, place), turns(bot, f"{place}:{OLU}")) == (0, 0)
    case = bot.joined.cases.at(TEAM, channel, ts)
    assert case is not None
    assert [one.kind for one in bot.joined.cases.happened(
        case.conversation, "refused_outsider")] == ["refused_outsider"]


def test_a_stranger_who_begins_a_thread_is_told_where_they_can_see_it(bot: Bot) -> None:
    """In a thread without an answer Slack shows nobody a word to one person alone."""
    ts = bot.mention(DEAL, channel=PARTNER, user=OLU)
    assert bot.whispers(PARTNER, user=OLU)[-1].get("thread_ts") is None
    assert "of the company that installed me" in words(bot.whispers(PARTNER, user=OLU)[-1])

    bot.say("Who takes this?", channel=PARTNER, thread=ts)
    bot.mention("and this?", channel=PARTNER, thread=ts, user=OLU)

    assert bot.whispers(PARTNER, user=OLU)[-1]["thread_ts"] == ts


def test_the_command_of_a_stranger_gets_them_no_advice(bot: Bot) -> None:
    bot.expected |= {"channel_not_found", "user_not_found", "cannot_dm_user"}

    bot.deliver({"command": "/advisor", "text": DEAL, "team_id": TEAM, "user_id": OLU,
                   "channel_id": PARTNER, "trigger_id": "1.2.olu"})

    conversation = f"slack:{TEAM}:command:1.2.olu"
    assert turns(bot, conversation) == 0
    assert bot.joined.cases.happened(ConversationId(conversation), "refused_outsider")


def test_the_form_of_a_stranger_gets_them_no_advice(bot: Bot) -> None:
    bot.expected |= {"channel_not_found", "user_not_found", "cannot_dm_user"}

    bot.deliver({
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": OLU, "team_id": OTHER},
        "view": {"id": "V0OLUS0001", "type": "modal", "callback_id": "intake",
                 "private_metadata": "",
                 "blocks": [{"type": "input", "block_id": "words"}],
                 "state": {"values": {"words": {"words": {
                     "type": "plain_text_input", "value": DEAL}}}}}})

    assert turns(bot, f"slack:{TEAM}:view:V0OLUS0001") == 0


def test_a_colleague_of_whom_the_event_says_nothing_is_answered(bot: Bot) -> None:
    user, ts = bot.newcomer(), now()

    bot.deliver(mention(user, bot.dm(user), ts, channel_type="im"))

    assert "Kenya" in words(bot.messages(bot.dm(user), user=user)[-1])
    assert len(bot.calls("users.info")) == 1


def test_where_slack_does_not_say_who_they_are_they_are_told_to_try_again(
    bot: Bot, say: Wording
) -> None:
    user, ts = bot.newcomer(), now()
    bot.expected.add("http_500")
    for nth in (1, 2, 3):
        bot.workspace.order("faults", method="users.info", nth=nth, kind="http_500")

    bot.deliver(mention(user, bot.dm(user), ts, channel_type="im"))
    bot.workspace.order("faults", clear=True)

    assert [words(m) for m in bot.whispers(bot.dm(user), user=user)] == [
        say.say("acts.who_unknown")]
    assert turns(bot, f"slack:{TEAM}:{bot.dm(user)}:{ts}") == 0


def test_where_slack_does_not_say_who_talks_in_a_thread_nobody_is_told(bot: Bot) -> None:
    user, thread = bot.newcomer(), bot.mention(DEAL)
    said = mention(user, OFFICE, now(), thread_ts=thread)
    said["event"] |= {"type": "message", "channel_type": "channel", "text": "for the army"}
    bot.begin()
    bot.expected.add("http_500")
    for nth in (1, 2, 3):
        bot.workspace.order("faults", method="users.info", nth=nth, kind="http_500")

    bot.deliver(said)
    bot.workspace.order("faults", clear=True)

    assert bot.states(OFFICE, thread) == ["done", "aside"]
    assert bot.calls("chat.postEphemeral") == []


def test_who_somebody_is_is_asked_once_for_a_while(bot: Bot) -> None:
    audiences = Audiences(bot.joined.clients)

    assert [audiences.is_colleague(TEAM, SAM) for _ in range(3)] == [True] * 3
    assert audiences.is_colleague(TEAM, OLU) is False
    assert audiences.is_colleague(TEAM, "U0NOBODY01") is False
    bot.expected.add("user_not_found")

    assert [c["args"]["user"] for c in bot.calls("users.info")] == [SAM, OLU, "U0NOBODY01"]


@pytest.mark.parametrize(("shared", "says", "outside"), [
    (False, {"user_team": TEAM}, False),
    (False, {"team": TEAM}, False),
    (True, {"user_team": TEAM, "team": "E0GRID"}, False),
    (True, {"team": "E0GRID"}, False),
    (True, {"user_team": OTHER}, True),
    (False, {"user_team": OTHER}, None),
    (True, {}, None),
    (False, {}, None),
])
def test_what_an_event_tells_of_where_its_author_belongs(
    shared: bool, says: dict[str, Any], outside: bool | None
) -> None:
    body = mention(SAM, PARTNER, "1790000000.000001", shared, **says)

    delivery = from_event({**body, "enterprise_id": "E0GRID"}, BOT)

    assert delivery is not None
    assert delivery.act is Act.MESSAGE
    assert (delivery.body["outside"], delivery.body["organisation"]) == (outside, "E0GRID")


@pytest.mark.parametrize(("body", "outside"), [
    ({"team_id": TEAM, "user_id": SAM}, None),
    ({"team": {"id": TEAM}, "user": {"id": SAM, "team_id": TEAM}}, False),
    ({"team": {"id": TEAM}, "user": {"id": SAM, "team_id": OTHER}}, None),
])
def test_what_a_command_and_a_shortcut_tell_of_it(
    body: dict[str, Any], outside: bool | None
) -> None:
    delivery = asked({**body, "trigger_id": "1"}, "command", DEAL, moment_of("1790000000.000001"))

    assert delivery.body["outside"] is outside


# --- channels that two organisations share ---------------------------------------------------


@pytest.fixture
def only_ours(bot: Bot) -> App:
    """The app over the same desk, installed in our workspace and in no other."""
    made = bot.joined

    def token(team: str) -> str:
        if team != TEAM:
            raise LookupError(team)
        return BOT_TOKEN

    door = Door(
        store=made.store, deliveries=made.deliveries, say=made.parts.say, wake=made.desk.wake,
        clients=Clients(token, bot.workspace.base + "api/"), surfaces=lambda: made.surfaces,
        prompts=[], removed=lambda *_: None, now=lambda: datetime.now(UTC))
    return build_slack(door, signing_secret=None,
                       client=client(None, bot.workspace.base + "api/", []))


def from_there(user: str, ts: str, **more: Any) -> dict[str, Any]:
    """A mention that Slack says comes from the other organisation, for the app in ours."""
    return mention(user, PARTNER, ts, shared=True, **more) | {
        "team_id": OTHER, "enterprise_id": "E0OTHER001"}


def test_a_colleague_in_a_channel_of_another_organisation_is_answered(
    bot: Bot, only_ours: App
) -> None:
    user, ts = bot.newcomer(), now()
    bot.workspace.do("join", user, channel=PARTNER)
    bot.settle()

    body = from_there(user, ts, user_team=TEAM, team=OTHER)
    answer = only_ours.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))
    bot.settle()

    assert answer.status == 200
    assert turns(bot, f"slack:{TEAM}:{PARTNER}:{ts}:{user}") == 1
    assert "Kenya" in words(bot.messages(bot.dm(user), user=user)[-1])


@pytest.mark.parametrize("says", [
    {"user_team": OTHER}, {"user_team": "E0OTHER001"}, {"team": OTHER}, {}])
def test_a_stranger_in_it_gets_no_advice(
    bot: Bot, only_ours: App, says: dict[str, Any]
) -> None:
    ts = now()
    bot.expected.add("thread_not_found")

    body = from_there(OLU, ts, **says)
    only_ours.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))
    bot.settle()

    place = f"slack:{TEAM}:{PARTNER}:{ts}"
    assert (turns(bot, place), turns(bot, f"{place}:{OLU}")) == (0, 0)
    assert bot.joined.cases.happened(ConversationId(place), "refused_outsider")


def test_what_is_for_no_workspace_of_ours_is_not_kept(bot: Bot, only_ours: App) -> None:
    ts = now()
    body = from_there(OLU, ts) | {"authorizations": [
        {"team_id": "T0THIRD001", "user_id": BOT, "is_bot": True}]}

    answer = only_ours.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))

    assert answer.status == 200
    assert [bot.joined.cases.at(team, PARTNER, ts) for team in (TEAM, OTHER)] == [None, None]


def test_a_mention_of_another_workspaces_bot_is_not_one_of_ours() -> None:
    """Of two workspaces with the app in one channel, an event names the bot of either."""
    body = from_there(OLU, "1790000000.000001", user_team=OTHER, type="message")

    assert our_id(body) == ""
    assert from_event(body, our_id(body)) is None
    assert our_id(body | {"team_id": TEAM}) == BOT


# --- somebody else's direct message ---------------------------------------------------------


@pytest.fixture(scope="module")
def private(shared_bot: Bot) -> tuple[str, str, str]:
    """A deal that somebody told directly: who, its thread and its conversation."""
    user = shared_bot.newcomer()
    thread = advised(shared_bot, channel=shared_bot.dm(user), user=user)
    return user, thread, shared_bot.case(shared_bot.dm(user), thread).conversation


def interaction(user: str, **more: Any) -> dict[str, Any]:
    return {"team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM},
            "trigger_id": f"1.2.{next(_numbers)}", **more}


def pressed(user: str, action: str, press: Press, channel: str) -> dict[str, Any]:
    return interaction(
        user, type="block_actions",
        container={"type": "message", "channel_id": channel, "message_ts": "1790000000.000001"},
        actions=[{"action_id": action, "block_id": "b", "type": "button", "value": press.dump(),
                  "action_ts": now()}])


@pytest.mark.parametrize("action", [
    "answer:0", "answer_unknown", "why", "advise_now", "go_on", "more_safeguards", "compliance",
    "brief", "pause", "feedback", "nothing_changed", "home_show:1",
])
def test_a_press_of_somebody_else_does_nothing(
    bot: Bot, private: tuple[str, str, str], action: str
) -> None:
    user, thread, conversation = private
    press = Press(conversation, 1, fact="end_use", value="good")
    before = (turns(bot, conversation), bot.happened(bot.dm(user), thread))

    bot.deliver(pressed(NOOR, action, press, bot.dm(user)))

    assert (turns(bot, conversation), bot.happened(bot.dm(user), thread)) == before
    assert bot.states(bot.dm(user), thread)[-1] == "aside"
    assert not [c for c in bot.log("call") if c["method"].startswith(("chat.", "files."))]


@pytest.mark.parametrize("action", ["correct", "something_changed", "passages", "watch", "comment"])
def test_a_form_of_it_does_not_open_for_somebody_else(
    bot: Bot, private: tuple[str, str, str], action: str
) -> None:
    surfaces, (user, _, conversation) = bot.joined.surfaces, private
    press = Press(conversation, 1)

    assert surfaces.view(action, TEAM, NOOR, press) == surfaces.trouble()
    assert surfaces.view(action, TEAM, user, press) != surfaces.trouble()


@pytest.mark.parametrize(("callback", "values"), [
    ("correction", {"words": {"words": {"type": "plain_text_input", "value": "for the army"}}}),
    ("comment", {"comment": {"comment": {"type": "plain_text_input", "value": "no"}}}),
    ("watch", {"watch_on": {"watch_on": {"type": "datepicker", "selected_date": "2099-01-01"}}}),
])
def test_a_form_that_somebody_else_sends_changes_nothing(
    bot: Bot, private: tuple[str, str, str], callback: str, values: dict[str, Any]
) -> None:
    user, thread, conversation = private
    before = (turns(bot, conversation), bot.happened(bot.dm(user), thread))
    blocks = [{"type": "input", "block_id": name} for name in values]

    bot.deliver(interaction(NOOR, type="view_submission", view={
        "id": f"V0NOORS{next(_numbers):03}", "callback_id": callback, "blocks": blocks,
        "type": "modal", "private_metadata": Press(conversation, 1).dump(),
        "state": {"values": values}}))

    assert (turns(bot, conversation), bot.happened(bot.dm(user), thread)) == before
    assert bot.case(bot.dm(user), thread).watch_on is None


def test_whose_it_is_goes_on(bot: Bot, private: tuple[str, str, str]) -> None:
    user, thread, _ = private

    bot.press(bot.last(bot.dm(user), thread, user=user), "brief", user=user)

    assert ("briefed", user, {}) in bot.happened(bot.dm(user), thread)
