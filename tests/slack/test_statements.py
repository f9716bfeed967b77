"""How often a message from Slack asks the database, from its arrival to the reply that is owed."""

import threading

import pytest
from sqlalchemy import event

from tests.slack.playing import Bot
from tests.workspace.running import KIM


@pytest.fixture(scope="module")
def transport() -> str:
    """What is kept does not depend on the transport."""
    return "http"


def handled(bot: Bot, text: str, thread: str | None = None) -> tuple[str, list[str], int]:
    """What *text* makes whoever handles it ask, until its reply is owed, and in how many writes."""
    made: list[tuple[str, str]] = []

    def hear(_connection, _cursor, statement, *_):
        made.append((threading.current_thread().name, " ".join(statement.split())))

    def end(_connection):
        made.append((threading.current_thread().name, "COMMIT"))

    engine = bot.joined.store.engine
    event.listen(engine, "before_cursor_execute", hear)
    event.listen(engine, "commit", end)
    try:
        ts = bot.direct(text, thread=thread, user=KIM)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
        event.remove(engine, "commit", end)
    owed = next(n for n, (_, one) in enumerate(made) if one.startswith("INSERT INTO outgoing"))
    mine = [one for who, one in made[:owed + 1] if who == made[owed][0]]
    begun = max(n for n, one in enumerate(mine) if one.startswith("SELECT deliveries.id"))
    asked = mine[begun:]
    return thread or ts, [one for one in asked if one != "COMMIT"], asked.count("COMMIT") + 1


def test_a_question_looks_thrice_and_writes_once(bot):
    bot.direct("What is a red flag?", user=KIM)  # what is in force is told of by now

    _, asked, writes = handled(bot, "What does the guidance say about resellers?")

    kinds = [one.split()[0] for one in asked]
    assert kinds[:4] == ["SELECT"] * 4 and writes == 1
    assert len(asked) <= 17 and kinds.count("SELECT") == 5


def test_a_further_message_asks_little_more(bot):
    thread, _, _ = handled(bot, "drones with facial recognition for the police in Kenya")

    _, asked, writes = handled(bot, "it is for crowd monitoring at protests", thread)

    assert len(asked) <= 24 and writes == 1
