"""A message edited: its facts are corrected as if the new wording had been said at once."""

from dataclasses import replace

import pytest

from bot.dialogue.changes import Part
from bot.dialogue.deal import Deal, MessageKey
from bot.dialogue.replies.comparing import advised
from bot.dialogue.reply import Status
from tests.dialogue.test_corrections import another, replaced, spoken, values

__all__ = ["spoken"]

OPENERS = [(), ("drones for the police in Kenya",),
           ("spyware for the army in Uganda via a broker", "to fight terrorism")]


@pytest.mark.parametrize("said", OPENERS, ids=len)
def test_editing_a_message_of_any_fact_leaves_nothing_of_its_old_wording(
    advisor, say, guidance, spoken, said
):
    conversation = None
    for text in said:
        conversation = say(text).conversation
    count = 0
    for fact, terms in spoken.items():
        before = conversation.deal if conversation is not None else Deal()
        old = another(guidance.questions[fact], before, terms)
        new = next((v for v in terms if v != old and v not in before.known(fact)), None)
        if old is None or new is None or before.known(fact):
            continue
        told = say(f"{terms[old]}.", key=f"told:{fact}")
        if told.conversation.deal.known(fact) != {old}:
            continue
        edited = say(f"{terms[new]}.", edits=MessageKey(f"told:{fact}"))
        wanted = replaced(guidance, told.conversation.deal, {fact: new})
        assert values(edited.conversation.deal) == values(wanted)
        raised = {f.id for f in edited.reply.flags if f.status is Status.RAISED}
        earlier = set(advised(guidance, told.conversation.deal).raised)
        assert edited.reply.changes is not None
        assert {n.id for n in edited.reply.changes.named(Part.FLAGS_ADDED)} == raised - earlier
        assert {n.id for n in edited.reply.changes.named(Part.FLAGS_REMOVED)} == earlier - raised
        conversation = edited.conversation
        count += 1
    assert count >= 15


def test_a_message_edited_to_say_nothing_of_the_deal_tells_what_went(say):
    say("drones for the police in Kenya")
    say("to watch crowds", key="aim")
    outcome = say("sorry for the noise", edits=MessageKey("aim"))
    assert [n.id for n in outcome.reply.changes.named(Part.FLAGS_REMOVED)] == \
        ["monitoring-of-assemblies"]
    assert replace(outcome.reply, changes=None).fresh == ()
