"""A reply on the terminal says what it has to say and no half sentence."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from bot.dialogue.conversation import Status
from bot.terminal import Screen
from tests.dialogue.talking import Talk

DEAL = ("Sell facial recognition to the police in Kenya, through a reseller, to watch crowds at "
        "demonstrations")


@pytest.mark.parametrize(("said", "shown"), [
    (("the police",), "Because you said “the police”."), ((), None)])
def test_a_flag_that_rests_on_no_words_of_the_person_quotes_none(
    guidance, reader, sentences, said, shown
):
    talk = Talk(guidance, reader, sentences)
    reply = talk.say(DEAL)
    flags = tuple(replace(f, said=said, tentative=False) for f in reply.flags)
    assert any(f.status is Status.RAISED for f in flags)
    out = io.StringIO()
    Screen(Console(file=out, width=600, color_system=None), guidance).show(
        replace(reply, flags=flags), guidance)
    text = out.getvalue()
    assert "Because you said ." not in text
    assert (shown in text) if shown else ("Because you said" not in text)
