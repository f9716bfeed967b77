"""How often a message from Slack asks the database, from its arrival to the reply that is owed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from tests.slack.joined import OFFICE
from tests.slack.playing import DEAL, Bot, advised, words
from tests.slack.second import TEAM
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


def looked(bot: Bot, look: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What *look* gives, and the statements that it makes, by their first words."""
    made: list[str] = []
    mine = threading.current_thread()

    def hear(_connection, _cursor, statement, *_):
        if threading.current_thread() is mine:
            made.append(statement.split()[0])

    engine = bot.joined.store.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        return look(), made
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def drawn(bot: Bot, user: str) -> tuple[str, list[str]]:
    """The Home tab of *user* in words, and the statements that it takes."""
    return looked(bot, lambda: words(bot.joined.surfaces.home(TEAM, user)))


def test_home_asks_once_for_all_deals_and_keeps_where_they_are_in_one_write(bot):
    user = bot.newcomer()
    for country in ("Kenya", "Chad", "Peru"):
        bot.direct(f"Drones with facial recognition for the police in {country}", user=user)

    first, asked = drawn(bot, user)
    again, asked_again = drawn(bot, user)

    assert [c for c in ("Kenya", "Chad", "Peru") if c in first] == ["Kenya", "Chad", "Peru"]
    assert again == first
    assert asked == ["SELECT", "UPDATE"] and asked_again == ["SELECT"]


def test_home_of_a_reviewer_asks_as_often_for_one_case_as_for_three(bot):
    def send(text: str) -> list[str]:
        user = bot.newcomer()
        bot.do("join", user, channel=OFFICE)
        thread = advised(bot, text, user=user)
        bot.press(bot.last(OFFICE, thread), "compliance", user=user)
        drawn(bot, KIM)  # where its own deals are is kept by now
        return drawn(bot, KIM)[1]

    early = send(DEAL)
    send(DEAL.replace("Kenya", "Chad"))
    late = send(DEAL.replace("Kenya", "Peru"))

    assert late == early == ["SELECT"] * 4


def test_what_the_command_lists_and_goes_on_with_is_asked_for_once(bot):
    user = bot.newcomer()
    for country in ("Kenya", "Chad", "Peru"):
        bot.direct(f"Drones with facial recognition for the police in {country}", user=user)
    drawn(bot, user)

    status, asked = looked(bot, lambda: bot.joined.surfaces.status(TEAM, user))
    press, asked_again = looked(bot, lambda: bot.joined.surfaces.latest(TEAM, user))

    assert [c for c in ("Kenya", "Chad", "Peru") if c in words(status)] == [
        "Kenya", "Chad", "Peru"]
    assert press.turn == 1
    assert asked == asked_again == ["SELECT"]
