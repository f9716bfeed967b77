"""What a person says, from Slack's markup: how a word looks changes nothing of what it says."""

import time

import pytest

from bot.slack.unmarking import words
from tests.slack.playing import Bot


@pytest.fixture(scope="session")
def transport() -> str:
    """They come the same way over Socket Mode."""
    return "http"


@pytest.mark.parametrize(("text", "said"), [
    ("no *war*, *no* reseller", "no war, no reseller"),
    ("_not_ the *army*: `Kenya`", "not the army: Kenya"),
    ("*_not_* and **no** and _*never*_", "not and no and never"),
    ("*End user:* police", "End user: police"),
    ("```drones\nfor *Kenya*```", "drones\nfor *Kenya*"),
    ("*<https://x.example/_a_|the tender>*", "the tender"),
    ("*<@U1|Kim>, look*", "@Kim, look"),
    ("~*all* of it~ none", "none"),
    ("_~Kenya~_ *~Peru~* Ghana", "__ ** Ghana"),
    ("2*3*4, file_name_here, a * b * c, * item", "2*3*4, file_name_here, a * b * c, * item"),
    ("*open\nend*", "*open\nend*"),
    ("a lone ` and * and _", "a lone ` and * and _"),
    ("*", "*"),
    ("&lt;b&gt; *x*", "<b> x"),
])
def test_marks_are_gone_and_what_only_looks_alike_stays(text: str, said: str) -> None:
    assert words(text) == said


@pytest.mark.parametrize("piece", ["*a ", "_a ", "*_", "`*", "<*", "*<a>", "~*_`", "__ _a"])
def test_marks_without_end_are_read_in_time(piece: str) -> None:
    began = time.process_time()

    words(piece * (40_000 // len(piece)))

    assert time.process_time() - began < 2


def test_a_no_in_bold_is_a_no(bot: Bot) -> None:
    """It was noted for certain that there is a reseller."""
    user = bot.newcomer()
    ts = bot.direct("Drones for the police in Peru, *no* reseller.", user=user)

    assert bot.deal(bot.dm(user), ts)["intermediary"] == ["none"]
