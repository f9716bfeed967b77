"""What four sales people typed: without marks, with tender paragraphs, in short English, in jargon.

Each message is read with the model; what is asserted is what was noted, and what was not.
"""

from datetime import timedelta

import pytest

from bot.dialogue.intents import Intent
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN, Talk


def tell(begin, *messages: str) -> Talk:
    """A talk of *messages*, minutes apart: none goes on from the one before."""
    talk = begin()
    for n, text in enumerate(messages):
        talk.say(text, at=WHEN + timedelta(minutes=5 * n))
    return talk


def known(talk: Talk, fact: str) -> set[str]:
    return set(talk.conversation.deal.known(Fact(fact)))


def certain(talk: Talk, fact: str) -> bool:
    return talk.conversation.deal.certain(Fact(fact))


TWO = "Drones and face recognition for the police and the army in Kenya, through a reseller"


@pytest.mark.parametrize(("said", "fact", "left"), [
    ("the face recognition has been removed", "product", {"drone"}),
    ("face recognition was taken out of the scope", "product", {"drone"}),
    ("the face recognition will be removed", "product", {"drone"}),
    ("the drones are not sold by us", "product", {"facial-recognition"}),
    ("the army is left out", "end_user", {"police"}),
    ("the army has been cut out", "end_user", {"police"}),
])
def test_what_is_said_to_be_left_out_is_no_more(begin, said, fact, left):
    """"The face recognition has been removed" was heard as what is known already."""
    assert known(tell(begin, TWO, said), fact) == left


def test_what_is_out_of_stock_is_still_sold(begin):
    assert known(tell(begin, TWO, "the drones are out of stock"), "product") == {
        "drone", "facial-recognition"}


@pytest.mark.parametrize(("said", "fact", "left"), [
    ("what if face recognition were left out", "product", {"drone"}),
    ("what if the face recognition is removed?", "product", {"drone"}),
    ("What would change if facial recognition were taken out of the scope?", "product", {"drone"}),
    ("what if the drones are dropped?", "product", {"facial-recognition"}),
    ("what changes if the reseller is cut out", "intermediary", {"none"}),
    ("What if the army is left out?", "end_user", {"police"}),
    ("can ask you, what if we sell without the drones", "product", {"facial-recognition"}),
    ("quick question, what if we drop the army", "end_user", {"police"}),
])
def test_what_is_supposed_to_be_left_out_is_tried_out(begin, said, fact, left):
    """"What if the reseller is cut out" tried out a reseller, and the others were searched."""
    talk = tell(begin, TWO, said)

    assert talk.messages[-1].intent is Intent.WHAT_IF
    assert set(talk.conversation.supposed[Fact(fact)].values) == left
    assert talk.messages[-1].heard == {}


@pytest.mark.parametrize("said", [
    "But surely if the export licence is granted we're covered?",
    "ok, if the export licence is granted are we covered?",
])
def test_an_if_behind_a_word_that_opens_is_a_supposition(begin, said):
    """The licence that nobody had was noted."""
    assert not tell(begin, TWO, said).messages[-1].heard


@pytest.mark.parametrize("said", [
    "my boss says no licence is needed because it goes through Thailand",
    "they told me the stuff always goes through Thailand anyway",
])
def test_where_goods_go_through_is_no_country_of_use(begin, said):
    """Thailand took Kenya's place, since a pause was heard before it."""
    assert known(tell(begin, "Drones for the police in Kenya", said), "country") == {"KE"}


@pytest.mark.parametrize("said", ["the customer is now an operator in Thailand",
                                  "it is for an operator in Thailand now"])
def test_another_customer_in_another_country_moves_the_deal(begin, said):
    """The deal stayed in Myanmar, and nothing was said of it."""
    talk = tell(begin, "lawful interception for a telco in Myanmar", said)

    assert known(talk, "country") == {"TH"}


def test_how_long_data_is_kept_closes_no_sharing(begin):
    """A flag went with "kept for five years for planning purposes"."""
    talk = tell(begin, "Contact tracing app for the health ministry of Rwanda",
                "the security organs can get all the data whenever they ask, it is shared freely",
                'After the outbreak, data are to be kept for five years "for planning purposes".')

    assert not certain(talk, "data_sharing") or known(talk, "data_sharing") == {"open"}


@pytest.mark.parametrize("said", ["a school district in Manila wants cctv",
                                  "body cams for a sheriff type agency in Kenya"])
def test_whoever_is_called_as_americans_are_is_asked_back_abroad(begin, said):
    """"Few of the considerations apply here", said of the Philippines."""
    talk = tell(begin, said)

    assert not certain(talk, "end_user")
    assert "end_user" in [q.fact for q in talk.replies[-1].question.all()]


def test_an_end_user_at_home_is_certain(begin):
    assert certain(tell(begin, "a school district in Ohio wants cctv"), "end_user")


def test_a_service_that_the_end_user_belongs_to_is_asked_back_and_confirms_no_use(begin):
    """The service was lost, and its name confirmed what it is for."""
    talk = tell(begin, "SIEM plus UEBA for Oman's cyber security centre, on-prem",
                "The end user is the Cyber Defence Centre, belongs to Internal Security Service")

    answer = talk.conversation.deal.answers[Fact("end_user")]
    assert "intelligence" in (answer.values or frozenset()) | answer.instead
    assert not certain(talk, "end_user") and not certain(talk, "end_use")


def test_no_private_company_involved_takes_the_company_away(begin):
    talk = tell(begin, "Plate readers in Bahrain, maybe for a private company and the interior "
                "ministry", "That's wrong, there's no private company involved.")

    assert known(talk, "end_user") == {"interior-ministry"}
