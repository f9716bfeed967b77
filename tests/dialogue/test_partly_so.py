"""What is so in part, or most of the time, settles nothing: it is noted as not certain."""

import pytest

from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from tests.dialogue.talking import Says, Talk

FIRST = "cctv for the police in Ghana, against burglary"


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("the courts are mostly independent", "judicial_oversight", "independent"),
    ("the courts are fairly independent", "judicial_oversight", "independent"),
    ("the courts are independent ish", "judicial_oversight", "independent"),
    ("on a good day the courts are independent", "judicial_oversight", "independent"),
    ("the courts are pretty independent", "judicial_oversight", "independent"),
    ("they mostly accept the human rights clause", "human_rights_clause", "accepted"),
    ("access needs a warrant, most of the time", "access_safeguards", "adequate"),
    ("the courts are independent in the cities", "judicial_oversight", "independent"),
    ("the courts are independent compared to the neighbours", "judicial_oversight", "independent"),
    ("the courts are becoming independent", "judicial_oversight", "independent"),
    ("they plan to accept the human rights clause", "human_rights_clause", "accepted"),
    ("the export review is as good as done", "export_review", "done"),
    ("the export review is done for the last order", "export_review", "done"),
    ("no conflict in the capital", "conflict", "no"),
])
def test_what_would_settle_a_matter_does_not(begin, text, fact, value):
    """They were taken for certain: no flag could be raised of it any more."""
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    answer = talk.conversation.deal.answers[Fact(fact)]
    assert (answer.values, answer.certain) == ({value}, False)
    assert not talk.conversation.deal.settled(Fact(fact))


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("the courts are independent", "judicial_oversight", "independent"),
    ("the courts are mostly weak", "judicial_oversight", "weak"),
    ("they mostly refuse the human rights clause", "human_rights_clause", "refused"),
    ("the courts are independent. We mostly sell to cities", "judicial_oversight", "independent"),
    ("no kind of misuse by them was ever reported", "agency_misuse", "no"),
    ("they formally accepted the human rights clause", "human_rights_clause", "accepted"),
    ("the export review is done for this order", "export_review", "done"),
])
def test_what_raises_a_flag_stands_and_so_does_what_is_wholly_so(begin, text, fact, value):
    talk = begin()
    talk.say(FIRST)
    talk.say(text)

    answer = talk.conversation.deal.answers[Fact(fact)]
    assert (answer.values, answer.certain) == ({value}, True)


def test_so_does_what_a_model_hears(guidance, sentences):
    hears = Says(("law_in_practice", "followed", 0.98, "they stick to their own rules"))
    for text, certain in (("they stick to their own rules", True),
                          ("they stick to their own rules, by and large", False)):
        talk = Talk(guidance, PlainReader(guidance, hears), sentences).amid(
            {"product": "cctv", "country": "GH"}, ["law_in_practice"])
        talk.say(text)
        assert talk.conversation.deal.answers[Fact("law_in_practice")].certain is certain


def test_nor_does_an_answer_by_its_word(begin):
    talk = begin().amid({"product": "cctv", "country": "GH"}, ["law_in_practice"])
    talk.say("followed, mostly")

    assert talk.conversation.deal.known(Fact("law_in_practice")) == {"followed"}
    assert not talk.conversation.deal.settled(Fact("law_in_practice"))
