"""What a program says by the machine protocol, in the console of the workspace that was set."""

import json

import pytest
from pydantic import ValidationError

from bot.advisor import Said
from bot.casebook.standing import Standing
from bot.console.viewer import Role
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.log_order import LOCAL
from bot.machine.exchange import API, answer_line
from bot.settings import Settings
from tests.console.reviewed import Office
from tests.console.talking import DEAL, WHEN, viewer

KENYA = "drones for the police in Kenya"


@pytest.fixture
def say(desk):
    """Say something over HTTP, as a server does whose setting is *workspace*."""
    def said(name, words, workspace="T1", **more):
        return answer_line(desk.advisor, json.dumps({"conversation": name, "text": words, **more}),
                           "api", door=API, workspace=workspace)

    return said


def queue(desk, **seen):
    return desk.reads("/", viewer(**seen)).text


def page(desk, name, **seen):
    return desk.reads(f"/conversations/{name}", viewer(**seen))


def test_reviewers_of_the_workspace_that_is_set_see_it_and_nobody_else_does(desk, say):
    assert say("erp-1", KENYA)["turn"] == 1
    assert "Drones · Police · Kenya" in queue(desk)
    assert 'data-label="Asker">a program</td>' in queue(desk)
    shown = page(desk, "erp-1")
    assert (shown.status_code, "a program, over HTTP" in shown.text) == (200, True)
    assert "Asked by a program, over HTTP" in shown.text
    asker = {"role": Role.ASKER}
    for other in ({"workspace": "T2"}, {"workspace": LOCAL}, {"user": "U1", **asker},
                  {"user": "", **asker}):
        assert "erp-1" not in queue(desk, **other)
        assert page(desk, "erp-1", **other).status_code == 404
    assert {row.workspace for row in desk.rows("turn")} == {"T1"}


def test_without_the_setting_nobody_in_slack_sees_it(desk, say):
    say("erp-1", KENYA, workspace="")
    assert {row.workspace for row in desk.rows("turn")} == {LOCAL}
    assert "erp-1" not in queue(desk)
    assert page(desk, "erp-1").status_code == 404


def test_a_conversation_of_slack_is_neither_read_nor_gone_on_with(desk, say):
    for name in ("slack:T1:C1:1.1", "form-1"):
        desk.say(name, DEAL)
        answer = say(name, "What did we say about the journalists?")
        assert answer["error"]["code"] == "other_workspace"
        assert "journalist" not in json.dumps(answer)
        assert desk.store.load(ConversationId(name)).version == 1


def test_what_was_begun_before_anybody_was_to_see_it_goes_on_unseen(desk, say):
    say("erp-1", KENYA, workspace="")
    assert say("erp-1", "through a reseller")["turn"] == 2
    assert {row.workspace for row in desk.rows("turn")} == {LOCAL}
    assert page(desk, "erp-1").status_code == 404


def test_of_another_workspace_that_was_set_before_nothing_is_gone_on_with(desk, say):
    say("erp-1", KENYA, workspace="T2")
    assert say("erp-1", "through a reseller")["error"]["code"] == "other_workspace"
    assert "erp-1" not in queue(desk)
    assert desk.store.load(ConversationId("erp-1")).version == 1


@pytest.mark.parametrize("seen_in", ["T1", ""])
def test_a_name_as_slacks_conversations_have_begins_none(desk, say, seen_in):
    """The thread of that name could not be begun any more: each message there was given up."""
    answer = say("slack:T1:C1:9.9", KENYA, workspace=seen_in)
    assert answer["error"]["code"] == "other_workspace"
    assert desk.rows("turn") == []


def test_what_a_program_began_under_such_a_name_before_goes_on(desk, say):
    desk.advisor.take_turn(Said(MessageKey("k"), ConversationId("slack:T1:C1:9.9"), "api", WHEN,
                                DEAL, workspace=LOCAL))
    assert say("slack:T1:C1:9.9", "through a reseller")["turn"] == 2


def test_it_is_reviewed_and_signed_but_there_is_no_thread_to_ask_in(desk, say, clock):
    say("c1", DEAL)
    say("c1", "Give me the advice now.")
    office = Office(desk, clock, thread=False)
    kim = office.browser()
    read = kim.reads("/conversations/c1")
    assert kim.form(read, "ask") is None
    assert "nobody in Slack who could be asked" in read.text
    asked = kim.sends("ask", {**kim.form(read, "comment"), "text": "Who is the reseller?"})
    assert (asked.status_code, "no thread in Slack" in asked.text) == (409, True)
    assert "Who is the reseller?" in asked.text
    assert kim.agrees_to_all().status_code == 303
    assert kim.does("sign-off", text="Read in full.").status_code == 303
    assert office.review().standing is Standing.SIGNED
    # A later turn of the program lets it lapse, as one in Slack would.
    say("c1", "Correction: the end-user is the army of Kenya.")
    assert office.review().standing is not Standing.SIGNED


def test_a_workspace_is_named_by_its_id():
    assert Settings(_env_file=None, api_workspace=" T0123ABCD ").api_workspace == "T0123ABCD"
    for wrong in ("local", "acme", "t0123abcd", "C0123ABCD"):
        with pytest.raises(ValidationError):
            Settings(_env_file=None, api_workspace=wrong)


def test_an_end_user_that_is_asked_back_stands_in_the_title(desk, say):
    """The queue named the police alone while it was asked whether the army uses it too."""
    say("erp-1", KENYA)
    say("erp-1", "maybe the army will use it too")
    title = "Drones · Police, armed forces or defence ministry? · Kenya"
    assert title in queue(desk)

    say("erp-1", "no")
    assert title not in queue(desk)
    assert "Drones · Police · Kenya" in queue(desk)
