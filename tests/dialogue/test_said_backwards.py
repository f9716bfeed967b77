"""What is said by way of its contrary, of a hope or of what nearly came about.

Where a model has a say, what the packaged one hears in the words is written out.
"""

import pytest

from retrieval.guidance import Fact
from tests.dialogue.talking import read

DEAL = "cams for the police in chad. "
TOLD = (("product", "cctv", 1.0, "cams"), ("country", "*", 1.0, "chad"),
        ("end_user", "police", 1.0, "the police"))
NO_WAR, JAILED, COURTS = "no war", "they don't arrest journalists", "the courts are independent"


def noted(message, fact: str) -> tuple[set[str], bool] | None:
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.sure)


@pytest.mark.parametrize(("said", "fact", "value", "words", "expected"), [
    ("It's not like there's no war", "conflict", "no", NO_WAR, ({"yes"}, False)),
    ("I wouldn't say that there's no war", "conflict", "no", NO_WAR, ({"yes"}, False)),
    ("we can't claim there's no war", "conflict", "no", NO_WAR, ({"yes"}, False)),
    ("It's not as if they don't arrest journalists", "detentions", "no", JAILED, ({"yes"}, False)),
    ("it would be wrong to say the courts are independent", "judicial_oversight", "independent",
     COURTS, ({"weak"}, False)),
    ("Nobody believes the courts are independent", "judicial_oversight", "independent", COURTS,
     ({"weak"}, False)),
    ("it isn't like they don't have courts", "judicial_oversight", "none",
     "isn't like they don't have courts", ({"none"}, False)),
    ("There's no war", "conflict", "no", NO_WAR, ({"no"}, True)),
    ("They'd say there's no war", "conflict", "no", NO_WAR, ({"no"}, True)),
])
def test_what_is_denied_of_a_denial_settles_nothing(guidance, said, fact, value, words, expected):
    heard = words if words in said else said
    message = read(guidance, DEAL + said, *TOLD, (fact, value, 0.99, heard))

    assert noted(message, fact) == expected


@pytest.mark.parametrize(("said", "sure"), [
    ("I hope there's no war", False),
    ("let's hope there is no war", False),
    ("there's no war, I hope you are well", True),
])
def test_what_is_hoped_for_settles_nothing(guidance, said, sure):
    message = read(guidance, DEAL + said, *TOLD, ("conflict", "no", 0.99, NO_WAR))

    assert noted(message, "conflict") == ({"no"}, sure)


@pytest.mark.parametrize(("said", "value", "sure"), [
    ("They almost refused the human rights clause", "refused", False),
    ("They were about to refuse the human rights clause", "refused", False),
    ("They refused the human rights clause almost at once", "refused", True),
    ("They refused the human rights clause", "refused", True),
    ("They would accept the human rights clause", "accepted", False),
    ("They'll sign the human rights clause", "accepted", False),
    ("They accepted the human rights clause", "accepted", True),
])
def test_terms_that_were_nearly_refused_or_would_be_accepted_are_asked_back(
    guidance, said, value, sure
):
    message = read(guidance, DEAL + said, *TOLD, ("human_rights_clause", value, 0.99, said))

    assert noted(message, "human_rights_clause") == ({value}, sure)


@pytest.mark.parametrize(("said", "sure"), [
    ("The export review is almost done", False),
    ("The export review is done", True),
    ("The export review is done, for almost all of it", True),
])
def test_what_is_almost_done_is_not_done(guidance, said, sure):
    message = read(guidance, DEAL + said, *TOLD, ("export_review", "done", 0.99, said))

    assert noted(message, "export_review") == ({"done"}, sure)


@pytest.mark.parametrize("all_but", ["everyone but", "anybody but", "everybody except"])
def test_whoever_is_left_out_of_all_is_no_user_for_certain(guidance, all_but):
    message = read(guidance, f"cams for {all_but} the army in chad",
                   ("product", "cctv", 1.0, "cams"), ("country", "*", 1.0, "chad"),
                   ("end_user", "military", 0.99, "the army"))

    assert noted(message, "end_user") == ({"military"}, False)
    assert noted(message, "product") == ({"cctv"}, True)


@pytest.mark.parametrize("digits", ["0", "0?", "00", "007"])
def test_a_bare_number_names_no_product(guidance, digits):
    message = read(guidance, digits, ("product", "exploit", 1.0, digits))

    assert message.heard == {}


@pytest.mark.parametrize(("text", "value", "sure"), [
    ("nobody got locked up because of our cameras", "no", False),
    ("No one was jailed due to our product", "no", False),
    ("nobody there gets locked up", "no", True),
    ("they jailed reporters because of our cameras", "yes", True),
])
def test_what_is_denied_of_what_we_sell_alone_settles_nothing_of_the_country(
    begin, text, value, sure
):
    talk = begin()
    talk.say("cctv for the police in Ghana")
    talk.say(text)

    detentions = talk.conversation.deal.answers[Fact("detentions")]
    assert (detentions.values, detentions.sure) == ({value}, sure)
