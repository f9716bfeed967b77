"""Doors that can't replace what they gave: there the second look comes first, or shows after."""

import io
import json

from rich.console import Console
from starlette.testclient import TestClient

from bot.chat.calls import Ended, Use
from bot.cli import _look_again
from bot.dialogue.conversation import ConversationId
from bot.machine.exchange import answer_line, take
from bot.terminal import sentences as terminal_sentences
from bot.terminal.screen import Screen
from bot.web.app import Site, build_web
from tests.conftest import PROJECT
from tests.second_look.conftest import World
from tests.second_look.scripted import MODEL, Script, faithful, reckless

DEAL = "we want to sell 12 stingrays to the police in Kenya via a reseller in Dubai"
LINE = json.dumps({"conversation": "c", "text": DEAL})


def test_a_line_of_the_protocol_gives_the_better_answer(here: World):
    plain = answer_line(here.advisor, json.dumps({"conversation": "p", "text": DEAL}), "a")
    here.script = Script(says=faithful)

    better = answer_line(here.advisor, LINE, "a", second_look=here.second_look)

    assert (plain["composer"], plain["refused"], plain["turn"]) == ("plain", None, 1)
    assert (better["composer"], better["refused"], better["turn"]) == (MODEL, None, 2)
    assert better["worded"]
    for name in ("red_flags", "safeguards", "considerations", "deal", "question", "coverage"):
        assert better[name] == plain[name]


def test_a_line_whose_draft_is_refused_gives_the_plain_answer_and_why(here: World):
    here.script = Script(says=reckless)
    told = answer_line(here.advisor, LINE, "a", second_look=here.second_look)
    assert (told["composer"], told["refused"], told["turn"]) == ("plain", "verdict", 1)


def test_a_model_that_fails_is_told_as_the_reason_and_the_answer_is_given(here: World):
    here.script = Script(ended=Ended.TIMED_OUT)
    told = answer_line(here.advisor, LINE, "a", second_look=here.second_look)
    assert (told["composer"], told["refused"], told["turn"]) == ("plain", "timed_out", 1)


def test_a_second_look_that_breaks_leaves_the_answer(here: World):
    def breaks(_: Use) -> None:
        raise ZeroDivisionError

    here.script = Script(meanwhile=breaks)
    told = answer_line(here.advisor, LINE, "a", second_look=here.second_look)
    assert (told["composer"], told["refused"], told["turn"]) == ("plain", None, 1)


def test_sending_the_same_message_again_gives_the_same_better_answer(here: World):
    here.script = Script(says=faithful)
    once = answer_line(here.advisor, LINE, "a", "k", second_look=here.second_look)
    again = answer_line(here.advisor, LINE, "a", "k", second_look=here.second_look)
    assert again == once
    assert here.script.asked == [Use.READING, Use.WORDING]
    here.script = Script(says=reckless)
    refused = answer_line(here.advisor, LINE, "b", "k", second_look=here.second_look)
    assert answer_line(here.advisor, LINE, "b", "k", second_look=here.second_look) == refused


def test_over_http_the_answer_is_the_better_one_too(here: World):
    here.script = Script(says=faithful)
    web = TestClient(build_web(Site(
        slack=None, install=None, advisor=lambda: here.advisor, faults=dict, api_token=None,
        second_look=lambda: here.second_look)), client=("127.0.0.1", 50_000),
        base_url="http://127.0.0.1")
    told = web.post("/api/turns", content=LINE, headers={"content-type": "application/json"})
    assert told.json()["composer"] == MODEL


def drawn(here: World, text: str = DEAL) -> str:
    out = io.StringIO()
    console = Console(file=out, width=100)
    screen = Screen(console, here.guidance, terminal_sentences.load(PROJECT / "prompts", ""))
    taken = take(here.advisor, "c", "terminal", text)
    _look_again(here.second_look, taken, screen)
    return out.getvalue()


def test_the_terminal_shows_the_better_answer_after_the_plain_one(here: World):
    here.script = Script(says=faithful)
    shown = drawn(here)
    assert f"Looked at again, worded by {MODEL}:" in shown
    turn = here.store.turn_at(ConversationId("c"), 2)
    assert turn is not None
    assert turn.reply.worded[0].text[:40] in shown


def test_the_terminal_says_that_a_wording_was_refused_and_why(here: World):
    here.script = Script(says=reckless)
    assert "A language model's wording is not shown: verdict." in drawn(here)


def test_the_terminal_says_nothing_where_there_is_nothing_to_better(here: World):
    assert drawn(here, "hello") == ""
    assert here.script.asked == []
