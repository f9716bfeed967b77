"""Who is shown that the bot is at it: those before whom others' turns are taken, and nobody else.

People take turns (docs/decisions/0044): how much waits says nothing of how long somebody waits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.slack.app import BUSY
from retrieval.guidance import Guidance
from tests.slack.joined import OFFICE, joined
from tests.slack.mentions import dispatch, event
from tests.slack.playing import Bot
from tests.workspace.running import eventually


@pytest.fixture
def idle(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> Iterator[Bot]:
    """A bot of which no desk works, so that all that is said waits."""
    with joined("http", tmp_path, guidance, reader, sentences, say, workers=0) as made:
        yield Bot(made)


def shown(bot: Bot) -> list[str]:
    """Threads in which a status was shown."""
    return [call["args"]["thread_ts"] for call in bot.workspace.log("call")
            if call["method"] == "assistant.threads.setStatus"]


def say_of(bot: Bot, user: str, number: int) -> str:
    """Somebody opens a thread; its ts."""
    # Said by a person, so that the workspace knows the thread in which a status is shown.
    ts = bot.workspace.say(f"Morning {number}", OFFICE)
    bot.workspace.order("settle")
    answer: Any = dispatch(bot.joined.app, event(ts, user=user))
    assert answer.status == 200
    return ts


def test_who_asks_once_in_somebody_elses_flood_is_answered_before_a_status_could_be_read(
    idle: Bot,
) -> None:
    flood = [say_of(idle, "U0FLOOD", n) for n in range(BUSY + 2)]
    once = say_of(idle, "U0ONCE", 99)

    # Whoever floods waits for their own flood, and is shown it from then on.
    assert eventually(lambda: shown(idle)[1:])
    assert set(shown(idle)) == set(flood[BUSY:])
    assert once not in shown(idle)


def test_who_comes_when_many_people_wait_is_shown_that_it_takes_a_while(idle: Bot) -> None:
    for n in range(BUSY):
        say_of(idle, f"U0PERSON{n}", n)
    assert shown(idle) == []

    last = say_of(idle, "U0LAST", 99)

    assert eventually(lambda: shown(idle))
    assert shown(idle) == [last]
