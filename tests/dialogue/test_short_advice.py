"""A deal to which little applies gets a dozen lines, and nothing that was found is lost."""

import pytest

from bot.dialogue.reply import Status
from bot.plain import to_text

BENIGN = [
    "thermal cameras for a university in Norway for frost research",
    "chicago police department wants 200 bodycams",
    "CCTV for a shopping mall in Beirut, private company, commercial, no government ties",
]
LINES = 12


def ended(begin, text: str):
    """The talk after a whole interview in which nothing bad is known."""
    talk = begin()
    reply = talk.say(text)
    while reply.question is not None:
        reply = talk.choose({
            q.fact: ["no" if "no" in {c.value for c in q.choices} else q.choices[0].value]
            for q in reply.question.all()})
    return talk


@pytest.mark.parametrize("text", BENIGN)
def test_a_benign_deal_gets_a_dozen_lines(begin, text):
    talk = ended(begin, text)
    reply = talk.replies[-1]
    lines = [line for line in to_text(reply, talk.guidance).splitlines() if line]

    assert reply.shape == "short"
    assert not [f for f in reply.flags if f.status is Status.RAISED]
    # What was noted of the last answer, and what is still open, come on top.
    assert len([x for x in lines if not x.startswith(("Noted", "Still open"))]) <= LINES
    assert 1 <= len(reply.considerations) <= 3
    assert len(reply.safeguards) <= 2
    assert all(c.text.count(". ") == 0 and c.citations for c in reply.considerations)
    assert "Tell me if any of this changes" in reply.closing[0].text


@pytest.mark.parametrize("text", BENIGN)
def test_the_safeguards_held_back_come_when_asked_for(begin, text):
    talk = ended(begin, text)
    first = talk.replies[-1]
    more = talk.say("more safeguards")
    assert [s.id for s in more.safeguards] == [s.id for s in first.more_safeguards]


@pytest.mark.parametrize("text", [
    "drones for the police in Kenya",
    "thermal cameras for a university and the police in Norway for frost research",
    "CCTV for a shopping mall in Beirut, private company, commercial, owned by the army",
])
def test_a_deal_that_is_not_surely_benign_gets_the_whole_advice(begin, text):
    talk = begin()
    talk.say(text)
    assert talk.say("advise now").shape == "full"


def test_a_red_flag_on_a_benign_deal_gets_the_whole_advice(begin):
    talk = begin()
    talk.say(BENIGN[0])
    talk.say("such cameras were misused elsewhere, reports say")
    reply = talk.say("advise now")
    assert reply.shape == "full"
    assert reply.flags[0].status is Status.RAISED
