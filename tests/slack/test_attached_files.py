"""Files that come with a message: none is opened, and nobody takes an answer for one on them."""

from typing import Any

import pytest

from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, words
from tests.workspace.running import BOT, SAM

TENDER = [{"name": "tender.pdf", "text": "%PDF-1.4"}]
UNOPENED = "I can't open files, so I have read the words of your message alone"
ONLY = "I can't open files, so I have read nothing"


@pytest.fixture(scope="session")
def transport() -> str:
    """They come the same way over Socket Mode."""
    return "http"


def send(bot: Bot, text: str, *, channel: str, **more: Any) -> str:
    """Post *text* with a file; its ts."""
    done = bot.do("message", channel=channel, text=text, files=TENDER, **more)
    assert done["ok"], done
    return str(done["ts"])


@pytest.mark.parametrize("mention", [False, True])
def test_beside_words_it_is_said_that_the_file_was_not_read(bot: Bot, mention: bool) -> None:
    """The advice read "No red flag so far" below a tender that nobody had opened."""
    channel = OFFICE if mention else bot.dm()
    ts = send(bot, f"<@{BOT}> {DEAL}" if mention else DEAL, channel=channel)

    note, advice = bot.replies(channel, ts)
    assert words(note).startswith(UNOPENED)
    assert "drone" in words(advice).casefold()
    assert bot.deal(channel, ts)["country"] == ["KE"]


@pytest.mark.parametrize("mention", [False, True])
def test_a_file_alone_is_answered_with_what_to_do(bot: Bot, mention: bool) -> None:
    """It was said to have no words, or greeted."""
    channel = OFFICE if mention else bot.dm()
    ts = send(bot, f"<@{BOT}>" if mention else "", channel=channel)

    (told,) = bot.replies(channel, ts)
    assert words(told).startswith(ONLY)


def test_a_file_alone_in_the_thread_of_a_deal_is_answered_too(bot: Bot) -> None:
    ts = bot.direct(DEAL)
    before = len(bot.replies(bot.dm(), ts))

    send(bot, "", channel=bot.dm(), thread_ts=ts)

    (told,) = bot.replies(bot.dm(), ts)[before:]
    assert words(told).startswith(ONLY)


def test_who_speaks_of_the_file_is_told_once(bot: Bot) -> None:
    ts = bot.direct(DEAL)
    before = len(bot.replies(bot.dm(), ts))

    send(bot, "see the attached PDF", channel=bot.dm(), thread_ts=ts)

    told = [words(one) for one in bot.replies(bot.dm(), ts)[before:]]
    assert sum("open files" in one for one in told) == 1


def test_files_among_colleagues_are_none_of_ours(bot: Bot) -> None:
    ts = send(bot, "the tender, for whoever needs it", channel=OFFICE)

    assert bot.replies(OFFICE, ts) == []


def test_a_message_that_is_checked_by_its_shortcut_is_told_so_too(bot: Bot) -> None:
    ts = send(bot, DEAL, channel=OFFICE)
    before = len(bot.messages(bot.dm()))

    bot.check(OFFICE, ts, user=SAM)

    opening = bot.messages(bot.dm())[before]
    told = [words(one) for one in bot.replies(bot.dm(), opening["ts"])]
    assert sum(one.startswith(UNOPENED) for one in told) == 1


def test_a_file_alone_that_is_checked_by_its_shortcut_opens_no_conversation(bot: Bot) -> None:
    ts = send(bot, "", channel=OFFICE)

    bot.check(OFFICE, ts)

    assert ONLY in words(bot.view())
