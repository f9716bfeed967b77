"""Nothing of a deal is said where people from outside read along, whatever is done there."""

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.connecting.slack import MANIFEST
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack.app import LISTENERS
from bot.slack.audience import KEPT_SECONDS, ONE_BY_ONE, Audience, Audiences
from bot.turns.delivery import Act, Delivery
from bot.workspace.world import BOT_USER, PARTNER_TEAM_ID, Channel, User
from retrieval.guidance import Guidance
from tests.slack.joined import joined
from tests.slack.playing import DEAL, Bot, actions, advised, asked_together, words
from tests.workspace.running import ALEX, BOT, KIM, NOOR, OLU, PARTNER, SAM

TEAM = "T0ADVISOR1"
TELLING = ("Kenya", "olice", "rone", "acial", "eseller", "crowd", "demonstration")
"""Parts of words that only somebody who knows the deal would write."""

_numbers = itertools.count()


@pytest.fixture(scope="session")
def transport() -> str:
    """Who reads along does not depend on the transport."""
    return "http"


def channel(bot: Bot, *more: str) -> str:
    """A new channel of Sam, Noor, the bot, and whoever else."""
    made = f"C0AUDIEN{next(_numbers):02}"
    bot.joined.world.put_channel(
        Channel(made, made.lower(), "channel", (SAM, NOOR, BOT_USER, *more)))
    return made


def share(bot: Bot, where: str) -> None:
    """Share a channel with another organisation, which Slack tells the bot."""
    bot.workspace.order("external", channel=where)
    bot.workspace.order("event", type="channel_shared", channel=where,
                        connected_team_id="T0PARTNER1")
    bot.settle()


def posted(bot: Bot, where: str) -> str:
    """Everything that the bot has written to a channel in this test, as JSON."""
    return json.dumps([
        c["args"] for c in bot.log("call")
        if where in {c["args"].get("channel"), c["args"].get("channel_id")}
        and c["method"].startswith(("chat.post", "chat.start", "chat.update", "files."))
    ], ensure_ascii=False)


def tells(bot: Bot, where: str) -> list[str]:
    text = posted(bot, where)
    return [part for part in TELLING if part in text]


def moved_to(bot: Bot, user: str = SAM) -> dict[str, Any]:
    """The bot's last thread in the direct messages of *user*: its first message."""
    firsts = [m for m in bot.messages(bot.dm(user), user=user) if m.get("thread_ts") in
              {None, m["ts"]} and m["user"] == BOT]
    return firsts[-1]


# --- the answer moves -----------------------------------------------------------------------


def test_in_a_channel_shared_with_another_organisation_the_answer_goes_to_the_asker(
    bot: Bot,
) -> None:
    user = bot.newcomer()
    bot.workspace.do("join", user, channel=PARTNER)
    ts = bot.mention(DEAL, channel=PARTNER, user=user)

    notice = bot.replies(PARTNER, ts)
    assert [words(m) for m in notice] == [
        "People of another organisation can read this channel, so I answer you in a direct "
        "message."]
    assert tells(bot, PARTNER) == []
    first = moved_to(bot, user)
    assert "You wrote in a channel:" in words(first)
    answer = bot.last(bot.dm(user), first["ts"], user=user)
    assert "Kenya" in words(answer)
    assert bot.happened(bot.dm(user), first["ts"]) == [
        ("moved", user, {"audience": "outsiders", "from": PARTNER})]


def test_talk_in_a_thread_that_moved_draws_nobody_into_a_conversation(bot: Bot) -> None:
    where = channel(bot, ALEX)
    asker, other = bot.newcomer(), bot.newcomer()
    for user in (asker, other):
        bot.workspace.do("join", user, channel=where)
    ts = bot.mention(DEAL, channel=where, user=asker)

    bot.say("the police in Kenya? are you sure", thread=ts, channel=where, user=other)

    assert len(bot.replies(where, ts)) == 1
    assert [m for m in bot.messages(bot.dm(other), user=other) if m["user"] == BOT] == []


def test_the_asker_goes_on_in_a_thread_that_moved_and_is_answered_directly(bot: Bot) -> None:
    where, asker = channel(bot, ALEX), bot.newcomer()
    bot.workspace.do("join", asker, channel=where)
    ts = bot.mention(DEAL, channel=where, user=asker)

    bot.say("to watch crowds at demonstrations", thread=ts, channel=where, user=asker)

    assert tells(bot, where) == []
    first = moved_to(bot, asker)
    assert "crowds" in words(bot.last(bot.dm(asker), first["ts"], user=asker))


def test_with_a_guest_in_the_channel_the_answer_goes_to_the_asker(bot: Bot) -> None:
    where, user = channel(bot, ALEX), bot.newcomer()
    bot.workspace.do("join", user, channel=where)

    ts = bot.mention(DEAL, channel=where, user=user)

    assert [words(m) for m in bot.replies(where, ts)] == [
        "There are guests in this channel, so I answer you in a direct message."]
    assert tells(bot, where) == []
    first = moved_to(bot, user)
    assert "Kenya" in words(bot.last(bot.dm(user), first["ts"], user=user))
    assert bot.happened(bot.dm(user), first["ts"]) == [
        ("moved", user, {"audience": "guests", "from": where})]


def test_who_is_not_in_the_list_of_the_workspace_is_looked_up_in_a_large_channel_too(
    bot: Bot,
) -> None:
    """In a channel of several workspaces of an organisation are guests of the others."""
    world = bot.joined.world
    crowd = tuple(f"U0CROWD{n:03}" for n in range(ONE_BY_ONE))
    for user in crowd:
        world.put_user(User(user, user.lower(), "Some One"))
    world.put_user(User("U0GUEST001", "guest", "Guest Elsewhere", team_id=PARTNER_TEAM_ID,
                        is_restricted=True))
    where, all_ours = channel(bot, *crowd, "U0GUEST001"), channel(bot, *crowd)

    ts, inside = bot.mention(DEAL, channel=where), bot.mention(DEAL, channel=all_ours)

    assert [words(m) for m in bot.replies(where, ts)] == [
        "There are guests in this channel, so I answer you in a direct message."]
    assert "Kenya" in words(bot.last(all_ours, inside))


def test_where_slack_does_not_tell_who_reads_the_answer_goes_to_the_asker(bot: Bot) -> None:
    where, user = channel(bot), bot.newcomer()
    bot.workspace.do("join", user, channel=where)
    bot.settle()
    bot.expected.add("http_500")
    for nth in (1, 2, 3):
        bot.workspace.order("faults", method="conversations.info", nth=nth, kind="http_500")

    ts = bot.mention(DEAL, channel=where, user=user)
    bot.workspace.order("faults", clear=True)

    assert [words(m) for m in bot.replies(where, ts)] == [
        "I could not find out who can read this channel, so I answer you in a direct message."]
    assert tells(bot, where) == []
    assert bot.happened(bot.dm(user), moved_to(bot, user)["ts"]) == [
        ("moved", user, {"audience": "unknown", "from": where})]


def test_without_the_right_to_look_every_answer_goes_to_the_asker(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> None:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    manifest["oauth_config"]["scopes"]["bot"].remove("channels:read")
    lean = tmp_path / "manifest.yaml"
    lean.write_text(yaml.safe_dump(manifest), encoding="utf-8")

    with joined("http", tmp_path, guidance, reader, sentences, say, manifest=lean) as made:
        bot = Bot(made)
        where = channel(bot)
        ts = bot.mention(DEAL, channel=where)

        assert "I could not find out who can read this channel" in words(bot.last(where, ts))
        assert tells(bot, where) == []
        assert "Kenya" in words(bot.last(bot.dm(), moved_to(bot)["ts"]))


def test_what_follows_in_the_thread_goes_the_same_way(bot: Bot) -> None:
    user = bot.newcomer()
    bot.workspace.do("join", user, channel=PARTNER)
    ts = bot.mention(DEAL, channel=PARTNER, user=user)

    bot.say("to watch crowds at demonstrations", channel=PARTNER, thread=ts, user=user)

    assert len(bot.replies(PARTNER, ts)) == 1
    assert tells(bot, PARTNER) == []
    first = moved_to(bot, user)["ts"]
    assert bot.deal(bot.dm(user), first)["end_use"] == ["crowd-monitoring"]


def test_people_of_another_organisation_get_no_advice(bot: Bot) -> None:
    ts = bot.mention(DEAL, channel=PARTNER, user=OLU)

    assert bot.replies(PARTNER, ts) == []
    assert words(bot.whispers(PARTNER, user=OLU)[-1]) == (
        "I only advise people of the company that installed me. Please turn to your own "
        "compliance lead.")
    assert tells(bot, PARTNER) == []
    assert bot.turns(PARTNER, ts) == []
    assert [kind for kind, *_ in bot.happened(PARTNER, ts)] == ["refused_outsider"]


def test_what_people_of_another_organisation_say_to_each_other_is_left_to_them(bot: Bot) -> None:
    colleague = bot.newcomer()
    bot.workspace.do("join", colleague, channel=PARTNER)
    ts = bot.mention(DEAL, channel=PARTNER)
    bot.mention("and what do you say?", channel=PARTNER, thread=ts, user=OLU)
    told = bot.whispers(PARTNER, user=OLU)
    assert words(told[-1]).startswith("I only advise people of the company that installed me.")

    bot.say("shall we have lunch at noon?", channel=PARTNER, thread=ts, user=OLU)
    bot.say("the army in Chad wants spyware", channel=PARTNER, thread=ts, user=colleague)

    assert bot.whispers(PARTNER, user=OLU) == told
    assert bot.states(PARTNER, ts) == ["aside", "aside", "aside"]
    assert [kind for kind, *_ in bot.happened(PARTNER, ts)] == ["refused_outsider"]
    assert [m for m in bot.messages(bot.dm(colleague), user=colleague) if m["user"] == BOT] == []


# --- a channel that outsiders come to read --------------------------------------------------


@pytest.fixture
def opened(bot: Bot) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A channel, a thread with advice in it, and its last message; then outsiders came."""
    where = channel(bot)
    ts = advised(bot, channel=where)
    message = bot.last(where, ts)
    bot.begin()
    share(bot, where)
    yield where, ts, message
    assert tells(bot, where) == []


def test_a_guest_who_joins_is_noticed_at_once(bot: Bot) -> None:
    where = channel(bot)
    ts = bot.mention(DEAL, channel=where)
    bot.begin()

    bot.do("invite", channel=where, invited=ALEX)
    bot.say("to watch crowds at demonstrations", channel=where, thread=ts)

    assert words(bot.last(where, ts)) == (
        "There are guests in this channel, so I answer you in a direct message.")
    assert tells(bot, where) == []


@pytest.mark.parametrize("action", ["go_on", "more_safeguards", "brief"])
def test_a_press_there_is_refused(
    bot: Bot, opened: tuple[str, str, dict[str, Any]], action: str
) -> None:
    where, ts, message = opened
    before = len(bot.replies(where, ts))

    bot.press(message, action)

    assert len(bot.replies(where, ts)) == before
    assert words(bot.whispers(where)[-1]) == (
        "People from outside can read along here now. Write to me in a direct message and I go "
        "on with this there.")
    assert bot.calls("files.completeUploadExternal") == []


def test_an_answer_pressed_there_is_refused(bot: Bot) -> None:
    where = channel(bot)
    ts = bot.mention(DEAL, channel=where)
    share(bot, where)
    bot.begin()

    bot.press(bot.last(where, ts), "answer_unknown")

    assert len(bot.replies(where, ts)) == 1
    assert "People from outside can read along here now" in words(bot.whispers(where)[-1])
    assert [c["method"] for c in bot.log("call") if "chat." in c["method"]] == [
        "chat.postEphemeral"]
    assert len(bot.turns(where, ts)) == 1


def test_an_answer_that_was_refused_there_counts_once_the_guest_has_gone(bot: Bot) -> None:
    where = channel(bot)
    ts = bot.mention(DEAL, channel=where)
    question = bot.last(where, ts)
    bot.do("invite", channel=where, invited=ALEX)
    bot.press(question, "answer_unknown")
    assert len(bot.turns(where, ts)) == 1

    bot.joined.world.channels[where] = replace(
        bot.joined.world.channels[where], members=(SAM, NOOR, BOT_USER))
    bot.joined.parts.audiences.forget(TEAM, where)
    bot.press(question, "answer_unknown")

    assert bot.states(where, ts) == ["done", "done", "done"]
    told = [f for f, values in bot.deal(where, ts).items() if values is None]
    assert sorted(told) == sorted(asked_together(question))
    assert len(bot.turns(where, ts)) == 2


@pytest.mark.parametrize("action", ["pause", "feedback"])
def test_what_tells_nothing_of_the_deal_may_still_be_pressed_there(
    bot: Bot, opened: tuple[str, str, dict[str, Any]], action: str
) -> None:
    where, ts, message = opened

    if action == "feedback":
        bot.rate(message, good=True)
        assert "Thank you, noted as helpful." in words(bot.whispers(where)[-1])
    else:
        bot.press(message, action)
        assert bot.case(where, ts).listening is False


def test_a_deal_can_still_be_sent_to_compliance_from_there(
    bot: Bot, opened: tuple[str, str, dict[str, Any]]
) -> None:
    where, ts, message = opened
    before = len(bot.replies(where, ts))

    bot.press(message, "compliance")

    assert len(bot.replies(where, ts)) == before
    assert "I sent the brief and a link" in words(bot.whispers(where)[-1])
    assert "Sent to compliance by" not in words(bot.last(where, ts))
    assert "handed_over" in [kind for kind, *_ in bot.happened(where, ts)]
    assert bot.calls("chat.update") == []


@pytest.mark.parametrize("action", ["correct", "passages", "watch"])
def test_a_form_does_not_open_for_somebody_of_another_organisation(
    bot: Bot, opened: tuple[str, str, dict[str, Any]], action: str
) -> None:
    where, ts, _ = opened
    bot.do("invite", channel=where, invited=OLU)
    message = next(m for m in bot.replies(where, ts) if action in actions(m))

    bot.press(message, action, user=OLU)

    assert words(bot.view(user=OLU)) == (
        "I only advise people of the company that installed me. Please turn to your own "
        "compliance lead.")
    bot.close_views(OLU)


@pytest.mark.parametrize("action", ["pause", "compliance", "brief", "more_safeguards"])
def test_a_press_of_somebody_of_another_organisation_is_refused(
    bot: Bot, opened: tuple[str, str, dict[str, Any]], action: str
) -> None:
    where, ts, message = opened
    bot.do("invite", channel=where, invited=OLU)
    before = (len(bot.replies(where, ts)), bot.happened(where, ts))

    bot.press(message, action, user=OLU)

    assert words(bot.whispers(where, user=OLU)[-1]) == (
        "I only advise people of the company that installed me. Please turn to your own "
        "compliance lead.")
    assert (len(bot.replies(where, ts)), bot.happened(where, ts)) == (
        before[0], [*before[1], ("refused_outsider", OLU, {})])
    assert bot.case(where, ts).listening is True
    assert bot.calls("files.completeUploadExternal") == []


def test_a_correction_or_a_command_for_there_is_refused_in_a_direct_message(bot: Bot) -> None:
    where, user = channel(bot), bot.newcomer()
    bot.workspace.do("join", user, channel=where)
    bot.settle()
    ts = bot.mention(DEAL, channel=where, user=user)
    bot.press(bot.last(where, ts), "correct", user=user)
    share(bot, where)
    bot.begin()

    bot.submit(bot.view("correction", user=user), {"words": "It is for the army in Chad."},
               user=user)
    bot.command("brief", user=user)

    assert [words(m) for m in bot.messages(bot.dm(user), user=user)] == [
        "People from outside can read the channel of that deal now, so I post nothing more "
        "there. Tell me about the deal here and I go on with you."] * 2
    assert posted(bot, where) == "[]"


def test_going_on_from_the_home_tab_is_refused_in_a_direct_message(bot: Bot) -> None:
    where, user = channel(bot), bot.newcomer()
    bot.workspace.do("join", user, channel=where)
    bot.settle()
    bot.mention(DEAL, channel=where, user=user)
    share(bot, where)
    bot.begin()

    bot.look_home(user)
    bot.press_home("home_show", user=user)

    assert [words(m) for m in bot.messages(bot.dm(user), user=user)] == [
        "People from outside can read the channel of that deal now, so I post nothing more "
        "there. Tell me about the deal here and I go on with you."]
    assert posted(bot, where) == "[]"


def test_a_message_there_is_answered_elsewhere(
    bot: Bot, opened: tuple[str, str, dict[str, Any]]
) -> None:
    where, ts, _ = opened

    bot.say("to watch crowds at demonstrations", channel=where, thread=ts)

    assert words(bot.last(where, ts)) == (
        "People of another organisation can read this channel, so I answer you in a direct "
        "message.")


def test_an_edit_there_is_refused(
    bot: Bot, opened: tuple[str, str, dict[str, Any]]
) -> None:
    where, ts, _ = opened

    bot.edit(where, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")

    assert "People from outside can read along here now" in words(bot.whispers(where)[-1])
    assert bot.deal(where, ts)["country"] == ["KE"]


def test_an_edit_of_a_message_answered_elsewhere_corrects_the_deal_there(bot: Bot) -> None:
    user = bot.newcomer()
    bot.workspace.do("join", user, channel=PARTNER)
    ts = bot.mention(DEAL, channel=PARTNER, user=user)

    bot.edit(PARTNER, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}", user=user)

    assert tells(bot, PARTNER) == []
    assert len(bot.replies(PARTNER, ts)) == 1
    first = moved_to(bot, user)["ts"]
    assert bot.deal(bot.dm(user), first)["country"] == ["NO"]


def test_the_reminder_of_a_watch_date_there_goes_to_the_asker(
    bot: Bot, opened: tuple[str, str, dict[str, Any]]
) -> None:
    where, ts, _ = opened
    case = bot.case(where, ts)
    before = len(bot.replies(where, ts))
    with bot.joined.store.writing() as connection:
        bot.joined.cases.change(connection, case.conversation, watch_on="2026-01-02")

    bot.joined.deliveries.receive(Delivery(
        key=MessageKey(f"{case.conversation}:watch:2026-01-02"), act=Act.REMINDER, team=TEAM,
        author=SAM, sent_at=datetime.now(UTC), body={"on": "2026-01-02"},
        conversation=case.conversation))
    bot.joined.desk.wake()
    bot.settle()

    assert len(bot.replies(where, ts)) == before
    assert "You asked me to look at this deal again today" in words(
        bot.messages(bot.dm())[-1])


def test_a_deal_is_not_sent_to_a_compliance_channel_that_outsiders_read(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> None:
    with joined("http", tmp_path, guidance, reader, sentences, say, compliance=PARTNER) as made:
        bot = Bot(made)
        where = channel(bot)
        ts = advised(bot, channel=where)
        bot.press(bot.last(where, ts), "compliance")

        assert "People from outside can read the compliance channel" in words(bot.last(where, ts))
        assert posted(bot, PARTNER) == "[]"


# --- looking channels up --------------------------------------------------------------------


def test_a_channel_is_looked_up_once_in_ten_minutes(bot: Bot) -> None:
    where, now = channel(bot, KIM), [0.0]
    audiences = Audiences(bot.joined.clients, clock=lambda: now[0])
    assert audiences.of(TEAM, where) is Audience.COLLEAGUES
    bot.workspace.order("external", channel=where)
    assert audiences.of(TEAM, where) is Audience.COLLEAGUES

    now[0] = KEPT_SECONDS + 1.0
    assert audiences.of(TEAM, where) is Audience.OUTSIDERS


def test_a_channel_that_is_shared_while_it_is_looked_up_is_looked_up_again(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, audiences = channel(bot, KIM), Audiences(bot.joined.clients)
    reads = bot.joined.clients.of(TEAM).reads
    members, looks = reads.conversations_members, []

    def answered_before_it_was_shared(**asked: Any) -> Any:
        answer = members(**asked)
        looks.append(asked)
        if len(looks) == 1:
            bot.workspace.order("external", channel=where)
            audiences.forget(TEAM, where)
        return answer

    monkeypatch.setattr(reads, "conversations_members", answered_before_it_was_shared)

    assert audiences.of(TEAM, where) is Audience.OUTSIDERS
    assert audiences.of(TEAM, where) is Audience.OUTSIDERS
    assert len(looks) == 1


def test_a_channel_is_forgotten_before_slack_hears_that_its_sharing_is_known(bot: Bot) -> None:
    where = channel(bot)
    ts = bot.mention(DEAL, channel=where)
    question = bot.last(where, ts)
    held, listeners = threading.Event(), bot.joined.app.listener_runner.listener_executor
    waiting = [listeners.submit(held.wait, 60) for _ in range(LISTENERS)]
    try:
        share(bot, where)  # acknowledged, though no listener has begun
        bot.press(question, "answer_unknown")
    finally:
        held.set()

    assert all(one.result() for one in waiting)
    assert len(bot.replies(where, ts)) == 1
    assert "People from outside can read along here now" in words(bot.whispers(where)[-1])


def test_a_guest_among_many_members_is_found(bot: Bot) -> None:
    crowd = [f"U0NEW{n:05d}" for n in range(50)]
    audiences = Audiences(bot.joined.clients)

    assert audiences.of(TEAM, channel(bot, *crowd)) is Audience.COLLEAGUES
    assert audiences.of(TEAM, channel(bot, *crowd, ALEX)) is Audience.GUESTS


def test_a_channel_nobody_knows_of_counts_as_unsafe(bot: Bot) -> None:
    bot.expected.add("channel_not_found")

    assert Audiences(bot.joined.clients).of(TEAM, "C0NOTHERE1") is Audience.UNKNOWN
    assert Audiences(bot.joined.clients).of(TEAM, "D0SAM00001") is Audience.COLLEAGUES
