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


@pytest.mark.long
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


POLICE = "drones for the police in Kenya"
CROWDS = f"{POLICE}, to watch crowds at demonstrations"


@pytest.mark.long
@pytest.mark.parametrize(("said", "number", "edited"), [
    ([POLICE, "sorry, it goes to Uganda, not to Kenya"], 0, "Drones for the police in Kenya!"),
    ([POLICE, {"country": None}], 0, "Drones for the police in Kenya, please"),
    ([POLICE, "start over. cctv for the army in Ghana"], 0, "Drones, for the police in Kenya"),
    ([POLICE, "and cctv cameras too"], 1, "and cctv cameras too, please"),
    ([POLICE, "also for the army"], 1, "also for the army!"),
    ([CROWDS, "yes"], 1, "Yes."),
], ids=["since corrected", "since not known", "since begun anew", "an addition",
        "another end-user", "a bare answer"])
def test_an_edit_that_says_the_same_changes_nothing_of_what_is_known(say, said, number, edited):
    for n, one in enumerate(said):
        told = say(one, key=f"m{n}") if isinstance(one, str) else say(answers=one, key=f"m{n}")
    again = say(edited, edits=MessageKey(f"m{number}"))

    assert again.conversation.deal == told.conversation.deal


def test_an_edit_of_an_addition_leaves_what_it_was_added_to(say):
    say(POLICE, key="m0")
    say("and cctv cameras too", key="m1")
    other = say("and licence-plate readers too", edits=MessageKey("m1"))
    none = say("and that is all, thanks", edits=MessageKey("m1"))

    assert other.conversation.deal.known("product") == {"drone", "alpr"}
    assert none.conversation.deal.known("product") == {"drone"}


def test_an_answer_can_be_edited_into_another_one(say):
    asked = [one.fact for one in say(CROWDS, key="m0").reply.question.all()]
    told = say("yes", key="m1").conversation.deal
    edited = say("no", edits=MessageKey("m1")).conversation.deal

    assert [told.known(fact) for fact in asked] == [{"yes"}] * len(asked)
    assert [edited.known(fact) for fact in asked] == [{"no"}] * len(asked)


def test_a_message_edited_back_says_again_what_it_said_first(say):
    say(POLICE, key="m0")
    say("drones for the police in Uganda", key="m0:edit:1", edits=MessageKey("m0"))
    back = say(POLICE, key="m0:edit:2", edits=MessageKey("m0"))

    assert back.conversation.deal.known("country") == {"KE"}
