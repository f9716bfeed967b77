"""Nothing of a deal is said where people from outside read along, whatever is done there."""

import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.connecting.slack import MANIFEST
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack.app import LISTENERS
from bot.slack.audience import KEPT_SECONDS, ONE_BY_ONE, Audience, Audiences
from bot.workspace.world import PARTNER_TEAM_ID, User
from retrieval.guidance import Guidance
from tests.slack.channels import TEAM, channel, moved_to, share, tells
from tests.slack.joined import joined
from tests.slack.playing import DEAL, Bot, words
from tests.workspace.running import ALEX, BOT, KIM, OLU, PARTNER


@pytest.fixture(scope="session")
def transport() -> str:
    """Who reads along does not depend on the transport."""
    return "http"


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
