"""What a bench of turns times has to be turns."""

from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.dialogue.conversation import ConversationId
from bot.settings import Settings
from bot.workspace.world import TEAM_ID
from tests.bench.slack_turn import SlackTurns
from tests.workspace.running import SAMS_DM


def conversation(thread: str) -> ConversationId:
    return ConversationId(f"slack:{TEAM_ID}:{SAMS_DM}:{thread}")


@pytest.fixture
def turns(data_dir: Path, tmp_path: Path) -> SlackTurns:
    return SlackTurns(Assembly(Settings(
        data_dir=data_dir, database_url=f"sqlite:///{tmp_path / 'turns.sqlite3'}",
        _env_file=None)))


@pytest.mark.long
def test_messages_that_were_answered_are_turns(turns: SlackTurns) -> None:
    thread = turns.opening("We want to sell drones to the police in Kenya.")
    turns.further(thread, "through a reseller")
    turns.accepted("What is a red flag?")  # and never taken up

    assert turns.unanswered() == 0


@pytest.mark.long
def test_a_message_that_was_refused_is_no_turn_though_a_post_is_owed(turns: SlackTurns) -> None:
    turns.opening("What is a red flag?")
    owed = turns.owed()
    turns.opening("x" * 9_000)

    assert turns.owed() == owed + 1
    assert turns.unanswered() == 1


@pytest.mark.long
def test_what_was_shown_is_not_drawn_again_with_what_follows(turns: SlackTurns) -> None:
    thread = turns.opening("We want to sell drones to the police in Kenya.")
    first = turns.owed()
    turns.shown()
    turns.further(thread, "through a reseller")
    second = turns.owed() - first
    turns.further(thread, "What is a red flag?")

    assert turns.deliveries.outbox.unshown(conversation(thread)).turns == (3,)
    turns.shown()
    assert turns.deliveries.outbox.unshown(conversation(thread)) is None
    assert (first, second) == (1, 1)
