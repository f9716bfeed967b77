"""What is quoted above one's own words was said by somebody else, and the words are of that."""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from tests.dialogue.talking import WHEN, Talk

OPENING = "plate readers for the police in Fiji, against burglary"
ASKED = ("detentions", "restrictive_laws", "conflict")
LAWS = "Does the country have laws that unduly restrict civic life"


@pytest.fixture
def talk(begin) -> Talk:
    """A talk in which three things about the country are asked for."""
    talk = begin()
    talk.say(OPENING)
    assert talk.conversation.awaiting() == ASKED
    return talk


def said(talk: Talk, text: str) -> dict[str, str]:
    """What *text* tells, "?" behind what is not certain."""
    talk.say(text, WHEN + timedelta(minutes=3))
    return {str(fact): "unknown" if answer.values is None else "+".join(sorted(answer.values))
            + ("" if answer.sure else "?") for fact, answer in talk.messages[-1].heard.items()}


@pytest.mark.parametrize("text", [
    "> are you sure about the reseller?\nyes", "> did you send the quote?\nno",
    "> can you join at three?\nno, not yet", "> is it for the army?\nyes",
    "> we sell to the army too\nno we don't", "> we sell to the army too\nno idea what you mean",
    "> we sell to the army too\nwho told you that?", "> it goes through a broker\nnot any more",
    "> nice one\nyes", ">are you sure\n>about that?\nyes",
])
def test_an_answer_to_somebody_else_is_none_to_us(talk, text):
    assert said(talk, text) == {}
    assert talk.conversation.awaiting() == ASKED


@pytest.mark.parametrize(("text", "told"), [
    ("> Are minorities being abused or arbitrarily detained there?\nyes", {"detentions": "yes"}),
    (f"> 2. {LAWS}\nno", {"restrictive_laws": "no?"}),
    ("> conflict\nno", {"conflict": "no"}),
    ("> 3\nno", {"conflict": "no"}),
    ("> what about conflict?\nidk", {"conflict": "unknown"}),
    ("> About the country where it will be used:\nno to all",
     {"detentions": "no?", "restrictive_laws": "no?", "conflict": "no"}),
    ("> Are minorities being abused?\nyes\n> laws?\nno",
     {"detentions": "yes", "restrictive_laws": "no?"}),
    ("> can you join at three?\nno, at four\n> conflict?\nyes", {"conflict": "yes"}),
])
def test_an_answer_below_a_question_of_ours_is_of_that_alone(talk, text, told):
    assert said(talk, text) == told


@pytest.mark.parametrize(("text", "told"), [
    ("> which reseller?\nthe distributor in Suva", {"intermediary": "distributor"}),
    ("> nice one\nconflict: yes", {"conflict": "yes"}),
    ("> nice one\n1 yes, 2 no", {"detentions": "yes", "restrictive_laws": "no?"}),
    ("> nice one\n1 yes, 2 no", {"detentions": "yes", "restrictive_laws": "no?"}),
    # Whoever agrees says it too, and so does who tells from whom it is.
    ("> there is a war in the north\nthat's right", {"conflict": "yes"}),
    ("> there is a war in the north\nthat's what the customer said", {"conflict": "yes"}),
    # Here it is quoted in the place of own words.
    ("customer says\n> there is a war in the north", {"conflict": "yes"}),
    ("> there is a war in the north", {"conflict": "yes"}),
])
def test_what_is_told_below_a_quotation_is_told(talk, text, told):
    assert said(talk, text) == told


@pytest.mark.parametrize(("text", "intent"), [
    ("> Pause before you quote.\nadvise now", Intent.ADVISE_NOW),
    ("> a colleague asked for them\nsources?", Intent.SHOW_SOURCES),
])
def test_what_is_wanted_below_a_quotation_is_wanted(talk, text, intent):
    talk.say(text, WHEN + timedelta(minutes=3))
    assert talk.messages[-1].intent is intent
