"""Nobody is left without a word: what can't be read, is too long or fails is told so."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.queue import desk
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, words
from tests.workspace.running import BOT, NOOR, PARTNER


@pytest.fixture(scope="session")
def transport() -> str:
    """The same is told over Socket Mode."""
    return "http"


ASKED = f"{DEAL} What does the guidance say about audits?"
"""Beside what it tells, it asks what has to be searched."""


class Failing:
    """A search that fails a number of times, then works as before."""

    def __init__(self, search: Any, times: int) -> None:
        self._search = search
        self.left = times

    def __call__(self, queries: Any) -> Any:
        if self.left:
            self.left -= 1
            raise RuntimeError("the index is away")
        return self._search(queries)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another at once."""
    monkeypatch.setattr(desk, "HANDLING_WAITS", (0.01,) * len(desk.HANDLING_WAITS))


def failing(bot: Bot, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    advisor = bot.joined.parts.advisor
    search = Failing(advisor.edition.search, times)
    monkeypatch.setattr(advisor, "edition", replace(advisor.edition, search=search))


def test_what_cannot_be_read_is_answered_with_what_to_do(bot: Bot) -> None:
    ts = bot.mention("drones " * 1_400)

    assert "9,799 characters; I read 8,000 at most" in words(bot.last(OFFICE, ts))
    assert bot.states(OFFICE, ts) == ["done"]


def test_what_is_too_long_is_refused_where_it_is_said_to_it_and_nowhere_else(bot: Bot) -> None:
    ts, pasted = bot.mention(DEAL), "It is to watch crowds at demonstrations. " * 250
    refused = f"That message has {len(pasted.strip()):,} characters; I read 8,000 at most."

    bot.say(pasted, thread=ts, user=NOOR)
    assert len(bot.replies(OFFICE, ts)) == 1, "it is said among colleagues"

    bot.edit(OFFICE, ts, pasted)
    assert words(bot.last(OFFICE, ts)).startswith(refused)
    user = bot.newcomer()
    bot.direct(DEAL, user=user)
    second = bot.direct(pasted, user=user)
    assert words(bot.last(bot.dm(user), second, user=user)).startswith(refused)
    assert "end_use" not in bot.deal(OFFICE, ts)


def test_after_words_that_could_not_be_read_the_thread_is_still_its_own(bot: Bot) -> None:
    ts = bot.mention("drones " * 1_300)

    bot.say("drones for the police in Kenya", thread=ts)

    assert len(bot.replies(OFFICE, ts)) == 2
    assert bot.deal(OFFICE, ts)["country"] == ["KE"]


def test_what_was_too_long_is_answered_once_it_is_shortened_where_it_stands(bot: Bot) -> None:
    ts = bot.mention("drones " * 1_400)

    bot.edit(OFFICE, ts, f"<@{BOT}> {'drones ' * 1_300}")
    refused, again = bot.replies(OFFICE, ts)
    assert "9,799 characters" in words(refused)
    assert "9,099 characters" in words(again)

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL}")
    assert len(bot.replies(OFFICE, ts)) == 3
    assert [turn.text for turn in bot.turns(OFFICE, ts)] == [DEAL]
    assert bot.deal(OFFICE, ts)["country"] == ["KE"]

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")
    assert bot.deal(OFFICE, ts)["country"] == ["NO"]
    assert len(bot.turns(OFFICE, ts)) == 2


def test_what_was_too_long_is_answered_once_it_is_shortened_in_a_direct_message(bot: Bot) -> None:
    user = bot.newcomer()
    ts, here = bot.direct("drones " * 1_300, user=user), bot.dm(user)

    bot.edit(here, ts, DEAL, user=user)

    assert len(bot.replies(here, ts, user=user)) == 2
    assert bot.deal(here, ts)["country"] == ["KE"]


def test_what_was_refused_elsewhere_is_answered_there_once_it_is_shortened(bot: Bot) -> None:
    user = bot.newcomer()
    bot.do("join", user, channel=PARTNER)
    ts = bot.mention("drones " * 1_300, channel=PARTNER, user=user)

    bot.edit(PARTNER, ts, f"<@{BOT}> {DEAL}", user=user)

    assert len(bot.replies(PARTNER, ts)) == 1
    refused, answer = bot.messages(bot.dm(user), user=user)[-2:]
    assert "9,099 characters" in words(refused)
    assert "Kenya" in words(answer)


@pytest.mark.usefixtures("impatient")
def test_what_was_given_up_is_answered_once_it_is_edited(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(bot, monkeypatch, times=5)
    ts = bot.mention(ASKED)
    assert bot.states(OFFICE, ts) == ["failed"]

    bot.edit(OFFICE, ts, f"<@{BOT}> {DEAL.replace('Kenya', 'Norway')}")

    assert bot.deal(OFFICE, ts)["country"] == ["NO"]


def test_a_mention_without_words_is_greeted(bot: Bot) -> None:
    ts = bot.mention("")

    assert len(bot.replies(OFFICE, ts)) == 1


@pytest.mark.usefixtures("impatient")
def test_a_failure_that_passes_is_told_with_a_reference_and_then_answered(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(bot, monkeypatch, times=1)

    ts = bot.mention(ASKED)

    sorry, answer = bot.replies(OFFICE, ts)
    assert re.search(r"give your compliance lead the reference T-[0-9A-F]{6}\.", words(sorry))
    assert "Kenya" in words(answer)


@pytest.mark.usefixtures("impatient")
def test_a_failure_that_stays_is_told_twice_with_one_reference_and_then_let_go(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(bot, monkeypatch, times=5)

    ts = bot.mention(ASKED)

    first, last = bot.replies(OFFICE, ts)
    assert "I have stopped trying" in words(last)
    references = {re.search(r"T-[0-9A-F]{6}", words(m)).group() for m in (first, last)}
    assert len(references) == 1
    assert bot.states(OFFICE, ts) == ["failed"]

    bot.mention(DEAL, thread=ts)
    assert "Kenya" in words(bot.last(OFFICE, ts))


def test_a_word_that_somebody_cannot_be_told_in_the_channel_reaches_them_and_not_the_asker(
    bot: Bot,
) -> None:
    """Whoever looks into a public channel without joining it may press, and hears nothing there."""
    asker, passer_by = bot.newcomer(), bot.newcomer()
    bot.do("join", asker, channel=OFFICE)
    ts = bot.mention(DEAL, user=asker)
    bot.expected.add("user_not_in_channel")

    bot.press(bot.last(OFFICE, ts), "answer_done", user=passer_by)

    assert [words(m) for m in bot.messages(bot.dm(passer_by), user=passer_by)] == [
        "I could not post my answer in the channel: user not in channel. Go on with me here, or "
        "tell whoever keeps this app."]
    assert bot.messages(bot.dm(asker), user=asker) == []
