"""Second looks that are due: taken by one at a time, and dropped where nothing can come of them."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import update
from sqlalchemy.engine import URL

from bot.dialogue.conversation import ConversationId
from bot.language_model.looks import Due, Looks
from bot.ledger import timestamp
from bot.schema import outgoing, second_looks
from bot.second_look.journey import SecondLook
from tests.second_look.conftest import C, World, looks_left
from tests.second_look.scripted import Script, faithful
from tests.store.clocks import put_ahead
from tests.store.migrated import postgresql_on

DEAL = "stingrays for the police in Kenya"


def ask(world: World, text: str = DEAL, conversation: ConversationId = C, **more: str) -> int:
    turn = world.say(text, conversation=conversation, **more).number
    with world.store.writing() as connection:
        world.looks.ask(connection, conversation, turn, more.get("workspace", "local"))
    return turn


def owe(world: World, turn: int, *states: str) -> None:
    with world.store.writing() as connection:
        for n, state in enumerate(states):
            connection.execute(outgoing.insert().values(
                key=f"{turn}:{n}:{state}", conversation=C, team="T", turn=turn, method="message",
                opens_thread=0, body="{}", state=state, tries=0, in_doubt=0,
                due=timestamp(world.clock()), marker=f"{turn}{n}"))


def test_what_was_asked_is_taken_once_and_again_when_its_lease_has_run_out(world: World):
    ask(world)

    first = world.looks.take()

    assert first == Due(C, 1, "local", datetime.fromisoformat("2026-11-25T09:00:00+00:00"), 1,
                        "2026-11-25T09:00:25.000000+00:00")
    assert world.looks.take() is None
    world.clock.on(26)
    second = world.looks.take()
    assert second is not None
    assert (second.tries, second.turn) == (2, 1)


def test_whoever_goes_on_asking_keeps_it_and_whoever_lost_it_is_told(world: World):
    ask(world)
    mine = world.looks.take()
    assert mine is not None
    world.clock.on(20)
    renewed = world.looks.renew(mine)
    assert renewed is not None
    world.clock.on(20)
    assert world.looks.take() is None
    world.clock.on(6)
    assert world.looks.take() is not None
    assert world.looks.renew(renewed) is None


def test_of_many_who_take_at_once_each_look_goes_to_one(world: World):
    names = [ConversationId(f"c{n}") for n in range(6)]
    for name in names:
        ask(world, conversation=name)
    taken: list[ConversationId] = []
    start = threading.Barrier(6)

    def take() -> None:
        start.wait()
        while (due := world.looks.take()) is not None:
            taken.append(due.conversation)

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(names)


def test_a_delayed_look_comes_later(world: World):
    ask(world)
    due = world.looks.take()
    assert due is not None
    world.looks.delay(due, 5)
    assert world.looks.take() is None
    world.clock.on(5)
    assert world.looks.take() is not None


def test_it_waits_until_every_post_of_the_answer_stands(world: World):
    turn = ask(world)
    owe(world, turn, "sent", "waiting")
    assert world.looks.take() is None
    world.clock.on(1)
    assert world.looks.take() is None
    with world.store.writing() as connection:
        connection.execute(update(outgoing).values(state="sent"))
    world.clock.on(1)
    assert world.looks.take() is not None


@pytest.mark.parametrize("state", ["stale", "refused", "dropped"])
def test_an_answer_that_was_never_shown_is_not_looked_at(world: World, state: str):
    owe(world, ask(world), "sent", state)
    assert world.looks.take() is None
    assert looks_left(world.store) == 0


def test_one_that_comes_too_late_is_dropped(world: World):
    ask(world)
    world.clock.on(61)
    assert world.looks.take() is None
    assert looks_left(world.store) == 0


def test_one_whose_answer_was_overtaken_is_dropped(world: World):
    ask(world)
    world.say("advise now")
    assert world.looks.take() is None
    assert looks_left(world.store) == 0


def test_asking_anew_drops_what_was_asked_of_an_earlier_answer(world: World):
    ask(world)
    ask(world, "advise now")
    with world.store.reading() as connection:
        assert connection.execute(second_looks.select()).one().turn == 2


def test_a_workspace_that_allows_no_model_is_not_looked_at(world: World):
    world.choices.choose("T1", allow=False, by="U1", reason="a client asked")
    assert ask(world, workspace="T1") == 1
    assert looks_left(world.store) == 0
    world.choices.choose("T1", allow=True, by="U1", reason="the client agreed")
    ask(world, "advise now", workspace="T1")
    assert looks_left(world.store) == 1


def test_a_turn_that_was_not_recorded_leaves_nothing_to_look_at(world: World):
    world.say(DEAL)
    with pytest.raises(RuntimeError), world.store.writing() as connection:
        world.looks.ask(connection, C, 1, "local")
        raise RuntimeError
    assert looks_left(world.store) == 0


def test_replicas_whose_clocks_are_apart_hold_looks_by_that_of_the_database(
        over: Callable[[str], World], postgres: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was ahead took each look from those who held it, and dropped it as too late.

    The turns of the world are recorded by a clock that is days behind.
    """
    with postgresql_on(postgres) as url:
        world = over(url)
        looks = Looks(world.store, budget_seconds=60, lease_seconds=25)
        turn = world.say(DEAL).number
        with world.store.writing() as connection:
            looks.ask(connection, C, turn, "local")
        mine = looks.take()
        assert mine is not None

        put_ahead(monkeypatch, "bot.language_model.looks", "bot.second_look.journey")
        assert looks.take() is None
        assert looks_left(world.store) == 1
        renewed = looks.renew(mine)
        assert renewed is not None
        script = Script(says=faithful)
        looked = SecondLook(
            advisor=world.advisor, store=world.store, replaying=world.replaying, looks=looks,
            usage=world.usage, uses=script.uses, fence=world.fence, budget_seconds=60,
        ).look(C, turn, asked_at=renewed.asked_at)
        assert looked.dropped is None
        assert looked.outcome is not None
        world.store.close()
