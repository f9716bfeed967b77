"""How a conversation stands when a message comes, in one look."""

from sqlalchemy import delete

from bot.record.log import Happening
from bot.schema import case_lines
from bot.store import Stands
from tests.store.small import START, begin, step


def test_one_that_never_was_is_fresh(store):
    assert store.stands("c", "k") == Stands(begin("c"), None, False, False)


def test_it_tells_whether_it_was_handed_over_and_whether_the_message_was_answered(store):
    turn, after = step(begin("c"), "k")
    store.record(turn, after, 0)
    assert store.stands("c", "k") == Stands(after, turn.release, True, False)

    store.note("local", Happening("handed_over", "h", START, "a", "c", {"turn": 1}))
    assert store.stands("c", "other") == Stands(after, turn.release, False, True)


def test_without_a_line_nobody_knows_that_it_was_not_handed_over(store):
    turn, after = step(begin("c"), "k")
    store.record(turn, after, 0)
    with store.writing() as connection:
        connection.execute(delete(case_lines))

    assert store.stands("c", "k").handed_over
