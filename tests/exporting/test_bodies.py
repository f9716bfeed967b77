"""Bodies, from which nothing can be taken, hold nothing that anybody typed."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
import yaml
from sqlalchemy import select

from bot.dialogue.conversation import ConversationId
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Form
from bot.log_order import LOCAL
from bot.schema import log, metadata
from tests.conftest import PROJECT
from tests.exporting.sealed import ASKED
from tests.store.small import START

C1 = ConversationId("c1")
MARK = "zorblax"
"""A word that no release has, so that whatever holds it was typed."""
MAIL = f"Hi {MARK} team,\n\n{{}} {MARK}\n\nBest regards,\nJane {MARK}\nHead of Sales"
SCENARIOS = sorted((PROJECT / "tests" / "scenarios").glob("*.yaml"))


def said(text: str, *, mail: bool) -> str:
    return MAIL.format(text) if mail else f"{text} {MARK}"


def messages(scenario: str) -> list[str]:
    steps = yaml.safe_load(next(one for one in SCENARIOS if one.name.startswith(scenario))
                           .read_text("utf-8"))["steps"]
    return [step["says"] for step in steps if "says" in step]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (one for inner in value.values() for one in strings(inner))
    elif isinstance(value, list):
        yield from (one for inner in value for one in strings(inner))
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("scenario", ["01", "04", "10", "11"])
def test_what_was_typed_stands_in_no_body_and_is_nowhere_once_erased(
    say, store, exporting, scenario
):
    """What a mail is searched by stood there, and so outlasted the erasure of its words."""
    for number, text in enumerate(messages(scenario)):
        say(said(text, mail=number % 2 == 0))

    with store.reading() as connection:
        typed = connection.execute(select(log.c.body, log.c.words)).all()
    assert any(MARK in row.words for row in typed)
    assert [one for row in typed for one in strings(json.loads(row.body)) if MARK in one] == []
    assert any(MARK in turn.message.matter for turn in store.turns(C1))

    Erasing(store, lambda: START).conversation(LOCAL, C1, by="U-lead", reason="asked for")

    with store.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            assert [row for row in rows if MARK in repr(tuple(row)).casefold()] == []
    assert {turn.message.matter for turn in store.turns(C1)} == {""}
    with zipfile.ZipFile(BytesIO(exporting.one(LOCAL, C1, Form.ZIP, ASKED).data)) as case:
        assert [name for name in case.namelist() if MARK.encode() in case.read(name).lower()] == []


def test_what_an_earlier_version_left_in_a_body_is_shown_no_more_once_erased(say, store):
    say(said("what does the guidance say about resellers?", mail=True))
    with store.writing() as connection:
        row = connection.execute(select(log).where(log.c.kind == "turn")).one()
        left = {**json.loads(row.body), "matter": f"{MARK} of before"}
        connection.execute(log.update().where(log.c.key == row.key).values(
            body=json.dumps(left), actor=None, words=None, salt=None))

    assert [turn.message.matter for turn in store.turns(C1)] == [""]
