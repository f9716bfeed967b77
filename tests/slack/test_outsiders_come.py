"""A channel that people from outside come to read after a deal was told there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.turns.delivery import Act, Delivery
from bot.workspace.world import BOT_USER
from retrieval.guidance import Guidance
from tests.slack.channels import TEAM, channel, moved_to, posted, share, tells
from tests.slack.joined import joined
from tests.slack.playing import DEAL, Bot, actions, advised, asked_together, words
from tests.workspace.running import ALEX, BOT, NOOR, OLU, PARTNER, SAM


@pytest.fixture(scope="session")
def transport() -> str:
    """Who reads along does not depend on the transport."""
    return "http"


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
