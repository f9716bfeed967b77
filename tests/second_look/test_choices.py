"""Who may use a model, and what it took: both on record, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.chat.calls import Ended, Use
from bot.language_model.choices import CHAT_ALLOWED, NotChosen
from bot.language_model.usage import ChatUsage, Prices
from bot.record.log import logged
from bot.schema import log
from tests.second_look.conftest import World
from tests.second_look.scripted import MODEL, call
from tests.second_look.used import Used, used_in

TODAY = date(2026, 11, 25)


def test_a_model_is_allowed_until_somebody_says_otherwise_with_a_reason(world: World):
    assert world.choices.allowed("T1")
    assert world.choices.of("T1") is None

    world.choices.choose("T1", allow=False, by="U7", reason="a client asked")
    assert not world.choices.allowed("T1")
    assert world.choices.allowed("T2")
    world.choices.choose("T1", allow=True, by="U8", reason="they agreed")

    said = world.choices.of("T1")
    assert said is not None
    assert (said.allowed, said.by, said.at) == (True, "U8", world.clock())
    with world.store.reading() as connection:
        rows = [logged(row._mapping) for row in connection.execute(
            select(log).where(log.c.kind == CHAT_ALLOWED).order_by(log.c.seq))]
    assert [(row.workspace, row.actor, row.detail) for row in rows] == [
        ("T1", "U7", {"allowed": False, "reason": "a client asked"}),
        ("T1", "U8", {"allowed": True, "reason": "they agreed"})]
    assert world.store.verify_log() is None


def test_a_choice_without_a_reason_is_none(world: World):
    with pytest.raises(NotChosen, match="Say why"):
        world.choices.choose("T1", allow=False, by="U7", reason=" ")
    assert world.choices.allowed("T1")


def test_calls_add_up_by_day_use_and_outcome(world: World):
    def count(workspace: str, use: Use, outcome: str, ended: Ended = Ended.ANSWERED) -> None:
        with world.store.writing() as connection:
            world.usage.count(connection, workspace, call(use, "x", ended), outcome)

    count("T1", Use.WORDING, "passed")
    count("T1", Use.WORDING, "passed")
    count("T1", Use.WORDING, "verdict")
    count("T1", Use.READING, "busy", Ended.BUSY)
    count("T2", Use.WORDING, "passed")
    world.clock.on(86_400)
    count("T1", Use.WORDING, "passed")

    assert used_in(world.store, "T1") == [
        Used("T1", date(2026, 11, 26), MODEL, "wording", "passed", 1, 10, 2, 14, 3),
        Used("T1", TODAY, MODEL, "reading", "busy", 1, 0, 0, 0, 3),
        Used("T1", TODAY, MODEL, "wording", "passed", 2, 20, 4, 28, 6),
        Used("T1", TODAY, MODEL, "wording", "verdict", 1, 10, 2, 14, 3),
    ]
    assert len(used_in(world.store)) == 5
    assert world.usage.spent("T1") == 12


@pytest.mark.parametrize(("text", "micros"), [("", 0), ("0.15/0.60", 3), ("2/8", 36)])
def test_prices_are_of_a_million_tokens(text: str, micros: int):
    assert Prices.of(text).micros(call(Use.READING, "x")) == micros


def test_a_call_is_counted_and_kept_however_much_was_used_before(world: World):
    """PostgreSQL's INTEGER ends at 2,147,483,647: what came after it was neither counted nor kept.

    In a currency of small units a thousand answers a day come to that.
    """
    dear = ChatUsage(world.store, Prices(999_999, 999_999), world.clock)
    much = replace(call(Use.WORDING, "x"), tokens_in=10_000_000)
    for _ in range(2):
        with world.store.writing() as connection:
            dear.count(connection, "T1", much, "passed")

    (used,) = used_in(world.store, "T1")
    assert (used.calls, used.tokens_in, used.tokens_out) == (2, 20_000_000, 4)
    whole = 2 * Prices(999_999, 999_999).micros(much)
    most = 2**31 - 1 if world.store.engine.dialect.name == "postgresql" else whole
    assert used.micros == min(most, whole)
    assert dear.spent("T1") == 20_000_004
