"""Who sells what can watch nobody is told so shortly, and is asked what it can do at first."""

import pytest

from bot.dialogue.intents import Intent
from bot.dialogue.naming import NO_CAPABILITY
from retrieval.guidance import Fact

SOLD = Fact("product")


@pytest.mark.parametrize("said", [
    "no cameras no software, just mixers", "it's just machines", "they dont record anything",
    "printers dont watch anybody", "nothing to do with surveillance", "no electronics in it",
])
def test_that_it_can_watch_nobody_ends_the_question_what_it_does(begin, said):
    talk = begin().amid({"country": "EG", "end_user": "private-company"}, [SOLD, "end_use"])
    reply = talk.say(said)

    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, NO_CAPABILITY)
    assert "nothing to say on it" in reply.lead[0].text and "no approval" in reply.lead[0].text
    assert reply.question is None
    assert talk.conversation.deal.known(SOLD) == frozenset()


@pytest.mark.parametrize(("known", "asked", "said"), [
    # What is sold is known.
    ({"country": "EG", "product": "drone"}, ["end_use"], "no cameras"),
    # Something is sold after all.
    ({"country": "EG"}, ["product"], "no cameras, it is spyware"),
    ({"country": "EG"}, ["product"], "is it ok if it has no cameras?"),
])
def test_anything_else_is_read_as_before(begin, known, asked, said):
    talk = begin().amid(known, asked)
    talk.say(said)

    assert talk.messages[-1].subject != NO_CAPABILITY


@pytest.mark.parametrize("said", [
    "selling dough mixers to a bakery chain in Egypt, a private company, for ordinary business use",
    "we have a deal with the police of Kenya",
])
def test_what_is_sold_is_asked_first_where_nothing_tells_it(begin, said):
    reply = begin().say(said)

    assert SOLD in {q.fact for q in reply.question.all()}
