"""What sales staff say in a hurry, of the guidance and of who owns a company."""

import pytest

from bot.dialogue.intents import Intent

DEAL = {"product": "cctv", "end_user": "private-company", "country": "KE"}


@pytest.mark.parametrize("asked", [(), ("detentions", "conflict")])
def test_whether_it_is_in_scope_is_no_question_of_who_reads_along(begin, asked):
    """It was told that in a channel everybody reads along."""
    talk = begin().amid(DEAL, asked) if asked else begin()
    talk.say("is this even in scope")
    assert talk.messages[-1].intent is Intent.ASK


def test_who_reads_along_is_told_as_before(begin):
    talk = begin()
    talk.say("does my boss see what i type")
    assert (talk.messages[-1].intent, talk.messages[-1].subject) == (Intent.HELP, "readers")


@pytest.mark.parametrize("text", [
    "the state has all the shares", "state has all shares",
    "the government owns it all", "the ministry holds all shares"])
def test_a_state_that_has_all_the_shares_owns_it(begin, text):
    """"The state has all the shares" was noted as "No, we checked the owners"."""
    talk = begin().amid(DEAL, ["hidden_ownership"])
    talk.say(text)
    assert talk.messages[-1].heard["hidden_ownership"].values == {"yes"}


@pytest.mark.parametrize("text", [
    "no, it's all private", "no, the state owns nothing", "no shares are with the state"])
def test_a_company_of_private_people_is_none_of_the_states(begin, text):
    talk = begin().amid(DEAL, ["hidden_ownership"])
    talk.say(text)
    assert talk.messages[-1].heard["hidden_ownership"].values == {"no"}
