"""Who calls us into a thread or gives a link means a message of others; nothing of it is read."""

import pytest

from bot.dialogue.phrasing import Wording
from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, words
from tests.workspace.running import KIM


@pytest.fixture(scope="session")
def transport() -> str:
    """They come the same way over Socket Mode."""
    return "http"


@pytest.mark.parametrize("asked", ["thoughts?", ""])
def test_who_calls_us_in_without_a_deal_is_told_that_nothing_above_is_read(
    bot: Bot, say: Wording, asked: str
) -> None:
    """"Thoughts?" was answered with freedom of thought, and the deal above seemed looked at."""
    thread = bot.say(DEAL, channel=OFFICE, user=KIM)

    bot.mention(asked, thread=thread)
    bot.mention("and the price?", thread=thread)

    told = [words(one) for one in bot.replies(OFFICE, thread)]
    assert told[0] == say.say("acts.above_unread")
    assert told.count(told[0]) == 1
    assert bot.deal(OFFICE, thread) == {}


def test_who_tells_a_deal_there_or_begins_a_thread_is_not(bot: Bot, say: Wording) -> None:
    thread = bot.say("lunch?", channel=OFFICE, user=KIM)
    bot.mention(DEAL, thread=thread)
    begun = bot.mention("thoughts?")

    for ts in (thread, begun):
        told = [words(one) for one in bot.replies(OFFICE, ts)]
        assert say.say("acts.above_unread") not in told


def test_a_link_to_a_message_is_said_not_to_be_followed(bot: Bot, say: Wording) -> None:
    user = bot.newcomer()
    there = bot.say(DEAL, channel=OFFICE, user=KIM)
    link = f"https://northwind.slack.com/archives/{OFFICE}/p{there.replace('.', '')}"
    told = []

    for text in (f"what about {link}?", f"Drones for the police in Peru, as in <{link}|this>",
                 "see https://example.com/archives"):
        ts = bot.direct(text, user=user)
        told.append([words(one) for one in bot.replies(bot.dm(user), ts, user=user)])

    unread = say.say("acts.link_unread")
    assert [one[:1] == [unread] for one in told] == [True, True, False]
    assert [one.count(unread) for one in told] == [1, 1, 0]
