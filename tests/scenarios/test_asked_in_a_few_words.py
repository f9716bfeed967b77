"""What is asked of keeping footage and of checking a go-between, in a few words beside a deal."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind

DEAL = {"product": "cctv", "end_user": "police", "country": "PH", "intermediary": "reseller"}


@pytest.mark.parametrize(("text", "safeguard"), [
    ("is 30 days ok", "Set rules for the data it collects"),
    ("how long may footage be kept", "Set rules for the data it collects"),
    ("who checks the broker", "Screen every party live against the lists"),
    ("do i need to check the reseller", "Screen every party live against the lists"),
])
def test_it_was_said_not_to_be_covered(begin, text, safeguard):
    talk = begin().amid(DEAL, ["restrictive_laws", "conflict"])
    reply = talk.say(text)
    assert talk.messages[-1].intent is Intent.ASK
    assert reply.kind is Kind.ASK
    assert any(safeguard in line.text for line in reply.lead)
