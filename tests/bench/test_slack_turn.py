"""What a bench of turns times has to be turns."""

from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from tests.bench.slack_turn import SlackTurns


@pytest.fixture
def turns(data_dir: Path, tmp_path: Path) -> SlackTurns:
    return SlackTurns(Assembly(Settings(
        data_dir=data_dir, database_url=f"sqlite:///{tmp_path / 'turns.sqlite3'}",
        _env_file=None)))


def test_messages_that_were_answered_are_turns(turns: SlackTurns) -> None:
    thread = turns.opening("We want to sell drones to the police in Kenya.")
    turns.further(thread, "through a reseller")
    turns.accepted("What is a red flag?")  # and never taken up

    assert turns.unanswered() == 0


def test_a_message_that_was_refused_is_no_turn_though_a_post_is_owed(turns: SlackTurns) -> None:
    turns.opening("What is a red flag?")
    owed = turns.owed()
    turns.opening("x" * 9_000)

    assert turns.owed() == owed + 1
    assert turns.unanswered() == 1
