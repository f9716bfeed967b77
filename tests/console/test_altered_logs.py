"""What the pages say of a log that was altered, and how often it is held against its checkpoint."""


import pytest
from sqlalchemy import text

from tests.console.seen import words
from tests.console.talking import DEAL


@pytest.fixture
def talked(desk):
    desk.say("c1", DEAL)
    desk.say("c1", "What does the guidance say about audits?")
    return desk


def test_a_log_that_was_altered_is_said_to_be_so(talked):
    with talked.store.writing() as connection:
        connection.execute(text("UPDATE log SET body = replace(body, 'police', 'health-ministry') "
                                "WHERE seq = 1 AND workspace = 'T1'"))
    assert "The log is not as it was recorded" in words(talked.reads("/conversations/c1"))


def test_a_row_that_is_altered_after_the_log_was_read_is_named_at_once(talked):
    talked.reads("/conversations/c1")
    page = words(talked.reads("/conversations/c1"))
    assert "rows of this conversation were read just now, and fit their digests" in page
    assert "The log is whole up to row" in page
    assert "No checkpoint proves any of these rows yet; they only fit one another." in page
    with talked.store.writing() as connection:
        connection.execute(text("UPDATE log SET words = '' WHERE kind = 'turn' AND seq = "
                                "(SELECT min(seq) FROM log WHERE conversation = 'c1')"))
    page = words(talked.reads("/conversations/c1"))
    assert "This conversation is not as it was recorded" in page
    assert "fit their digests" not in page
    assert talked.reads("/conversations/c1").status_code == 200


def test_words_taken_without_an_erasure_are_named_on_the_page(talked):
    with talked.store.writing() as connection:
        connection.execute(text("UPDATE log SET words = NULL, actor = NULL, salt = NULL "
                                "WHERE conversation = 'c1' AND kind = 'turn'"))
    page = words(talked.reads("/conversations/c1"))
    assert "its words are gone, and no erasure on record took them" in page


def test_a_log_is_held_against_its_checkpoint_once_and_not_for_every_page(talked):
    from datetime import UTC, datetime, timedelta

    from bot.console.conversations.integrity import KEPT_FOR, Integrity
    now, work = [datetime(2026, 1, 1, tzinfo=UTC)], []
    integrity = Integrity(talked.checkpoints, lambda: now[0], work.append)
    talked.checkpoints.take("T1")
    assert integrity.of("T1") is None and integrity.of("T1") is None
    assert len(work) == 1
    work.pop()()
    assert integrity.of("T1").whole
    assert integrity.of("T1").verdict.proven == 2
    assert work == []
    now[0] += KEPT_FOR + timedelta(seconds=1)
    assert integrity.of("T1").whole
    assert len(work) == 1


def test_what_was_said_since_is_held_against_its_digests_within_a_minute(talked):
    from datetime import UTC, datetime, timedelta

    from bot.console.conversations.integrity import Integrity
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    integrity = Integrity(talked.checkpoints, lambda: now[0], lambda work: work())
    talked.checkpoints.take("T1")
    assert integrity.of("T1").verdict.rows == 2
    talked.say("c1", "It is for the army.")
    now[0] += timedelta(seconds=59)
    assert integrity.of("T1").verdict.rows == 2
    now[0] += timedelta(seconds=1)
    assert integrity.of("T1").verdict.rows == 3


def test_rows_that_a_checkpoint_proved_are_read_again_once_a_day_and_the_mark_says_when(talked):
    from datetime import UTC, datetime

    from bot.console.conversations.integrity import ALL_AGAIN, KEPT_FOR, Integrity
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    integrity = Integrity(talked.checkpoints, lambda: now[0], lambda work: work())
    talked.checkpoints.take("T1")
    first = integrity.of("T1")
    assert (first.at, first.all_at, first.skipped) == (now[0], now[0], 0)

    talked.say("c1", "It is for the army.")
    now[0] += KEPT_FOR
    second = integrity.of("T1")
    assert second.whole
    assert (second.at, second.all_at, second.skipped) == (now[0], first.at, 2)
    assert (second.verdict.rows, second.verdict.proven) == (3, 2)

    with talked.store.writing() as connection:
        connection.execute(text("UPDATE log SET body = replace(body, 'police', 'health-ministry') "
                                "WHERE seq = 1 AND workspace = 'T1'"))
    now[0] += KEPT_FOR
    assert integrity.of("T1").whole
    now[0] = first.at + ALL_AGAIN
    mark = integrity.of("T1")
    assert (mark.verdict.broken.seq, mark.all_at, mark.skipped) == (1, now[0], 0)


@pytest.mark.parametrize("change", [
    "UPDATE log SET body = replace(body, 'military', 'police') WHERE seq = 3",
    "UPDATE log SET digest = 'other' WHERE seq = 2",
    "DELETE FROM log WHERE seq = 3",
    "UPDATE log_heads SET count = 2",
    "UPDATE log_heads SET edge = '3 00 00'",
])
def test_what_came_after_the_proved_rows_is_held_against_its_digests_each_time(talked, change):
    from datetime import UTC, datetime

    from bot.console.conversations.integrity import KEPT_FOR, Integrity
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    integrity = Integrity(talked.checkpoints, lambda: now[0], lambda work: work())
    talked.checkpoints.take("T1")
    assert integrity.of("T1").whole
    talked.say("c1", "It is for the army.")
    with talked.store.writing() as connection:
        if change.startswith("DELETE"):
            connection.execute(text("DELETE FROM turns WHERE seq = 3 AND workspace = 'T1'"))
        connection.execute(text(f"{change}{' AND' if 'WHERE' in change else ' WHERE'} "
                                "workspace = 'T1'"))
    now[0] += KEPT_FOR
    assert not integrity.of("T1").whole
    now[0] += KEPT_FOR
    assert integrity.of("T1").skipped == 0
