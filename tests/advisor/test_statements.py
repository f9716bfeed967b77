"""How often a turn asks the database: work that no clock has to tell, and that creeps in unseen."""

from datetime import UTC, datetime

from sqlalchemy import event, select

from bot.casebook import lines as case_lines
from bot.casebook.filing import Filing
from bot.schema import case_cites, case_tags
from bot.schema import case_lines as lines


def counted(store, take):
    """The statements that *take* makes, by their first words, and where something commits."""
    made = []
    event.listen(store.engine, "before_cursor_execute",
                 hear := lambda *given: made.append(given[2].split()[0]))
    event.listen(store.engine, "commit", end := lambda _: made.append("COMMIT"))
    try:
        take()
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
        event.remove(store.engine, "commit", end)
    return made


def test_a_turn_looks_once_before_it_thinks_and_writes_once(store, say):
    say("drones with facial recognition for the police in Kenya")
    made = counted(store, lambda: say("it is for crowd monitoring at protests"))

    assert made[:4] == ["SELECT", "SELECT", "SELECT", "INSERT"]
    assert made.index("COMMIT") == len(made) - 1
    assert len(made) <= 17


def test_the_first_turn_of_a_conversation_looks_for_nothing_that_can_t_be_there(store, say):
    made = counted(store, lambda: say("What is a red flag?"))

    assert made.count("SELECT") == 3 and made.count("COMMIT") == 1
    assert len(made) <= 14


def test_a_turn_asks_no_more_when_the_conversation_is_long(store, say):
    def take():
        say("the end user is the national police")

    say("drones with facial recognition for the police in Kenya")
    for _ in range(3):
        take()
    # Of three such remarks in a row the last passes the question over, and asks the next.
    early = max(len(counted(store, take)) for _ in range(3))
    for _ in range(30):
        take()

    assert max(len(counted(store, take)) for _ in range(3)) <= early


def test_a_line_that_was_told_each_turn_is_the_one_that_the_log_tells(store, say):
    for text in ("drones with facial recognition for the police in Kenya",
                 "it is for crowd monitoring at protests", "What is a red flag?",
                 "no, it is the health ministry", "what does the guidance say about resellers?"):
        say(text)

    def kept():
        with store.reading() as connection:
            return [sorted(connection.execute(select(table)).all())
                    for table in (lines, case_tags, case_cites)]

    # What is made again is filed at once.
    Filing(store, lambda: datetime(2100, 1, 1, tzinfo=UTC)).look()
    told = kept()
    with store.writing() as connection:
        case_lines.rebuild(connection)

    assert kept() == told
