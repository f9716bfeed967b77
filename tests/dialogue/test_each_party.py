"""What each of several parties says to the human rights terms."""

import pytest

DEAL = {"product": "cctv", "end_user": "military", "country": "CL", "intermediary": "reseller"}


@pytest.mark.parametrize(("asked", "text", "value"), [
    (["transparency"], "the reseller signed the annex, the mine declined", "refused"),
    (["detentions", "conflict"], "the reseller signed the annex, the integrator declined",
     "refused"),
    (["detentions", "conflict"], "Clause: reseller yes, ministry open", "not-discussed"),
    (["misuse_reports"], "thales signed our annex, moi declined", "refused"),
    (["detentions", "conflict"], "the dealer agreed to the terms, the army won't", "refused"),
    (["human_rights_clause"], "reseller yes, army no", "refused"),
    (["human_rights_clause"], "army yes, reseller not yet", "not-discussed"),
])
def test_the_gravest_of_what_they_say_is_a_guess(begin, asked, text, value):
    """The customer was noted as evasive, or the army as no user any more."""
    talk = begin().amid(DEAL, asked)
    talk.say(text)
    heard = talk.messages[-1].heard
    assert heard["human_rights_clause"].values == {value}
    assert not heard["human_rights_clause"].certain
    assert not {"transparency", "detentions", "conflict"} & set(heard)
    assert "military" in talk.conversation.deal.known("end_user")


@pytest.mark.parametrize("text", [
    "courts no, laws yes", "arrests no, war yes", "the dealer declined the audit, the army paid",
    "delivery terms ok, price no"])
def test_what_is_said_of_other_matters_is_none_of_it(begin, text):
    talk = begin().amid(DEAL, ["detentions", "conflict"])
    talk.say(text)
    assert "human_rights_clause" not in talk.messages[-1].heard


def test_another_matter_behind_it_is_told_as_ever(begin):
    talk = begin().amid(DEAL, ["detentions", "conflict"])
    talk.say("the reseller signed the annex, export review pending")
    assert talk.messages[-1].heard["export_review"].values == {"pending"}
