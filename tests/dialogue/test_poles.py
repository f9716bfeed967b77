"""What would settle a fact is not taken from a boast, a doubt or half a sentence."""

from dataclasses import replace

import pytest

from bot.dialogue.claim import CONTEST
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, gravity, has_poles, raises_alone, settles
from retrieval.guidance import Fact, QuestionKind, Role
from tests.dialogue.talking import read

OPEN_DEAL = "drones for the police in chad. "


def noted(message, fact: str) -> tuple[set[str], bool] | None:
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.sure)


def test_what_no_flag_hangs_on_settles_and_only_of_facts_that_can_be_good_or_bad(guidance):
    assert settles(guidance, Fact("judicial_oversight"), "independent")
    assert not settles(guidance, Fact("judicial_oversight"), "weak")
    assert graver(guidance, Fact("judicial_oversight")) == {"weak", "none"}
    assert settles(guidance, Fact("export_review"), "done")
    for fact, value in (("end_user", "university"), ("stage", "signed"), ("country", "GH")):
        assert not settles(guidance, Fact(fact), value)


def test_what_has_several_answers_or_a_part_to_play_is_neither_better_nor_worse(guidance):
    courts = guidance.questions[Fact("judicial_oversight")]

    assert has_poles(courts)
    assert not has_poles(replace(courts, several=True))
    assert not has_poles(replace(courts, kind=QuestionKind.COUNTRY))
    assert not has_poles(replace(courts, role=Role.STAGE))


def test_of_several_values_the_gravest_flag_counts(guidance):
    grave = replace(next(f for f in guidance.red_flags if f.id == "sg-c2-rf3"),
                    when={Fact("judicial_oversight"): frozenset({"none"})})
    some = replace(guidance, red_flags=(*guidance.red_flags, grave))
    courts = some.questions[Fact("judicial_oversight")]

    assert [gravity(some, courts, frozenset(values)) for values in (
        {"independent"}, {"weak"}, {"weak", "none"})] == [0, 2, 3]
    assert raises_alone(some, Fact("judicial_oversight"), "weak")
    assert not raises_alone(some, Fact("judicial_oversight"), "independent")
    assert not raises_alone(some, Fact("product"), "facial-recognition")


@pytest.mark.parametrize(("said", "fact", "value", "sure"), [
    ("the minister assured us no journalists were detained", "detentions", "no", False),
    ("no journalists were detained", "detentions", "no", True),
    ("journalists were detained, they say", "detentions", "yes", True),
    ("they insist that the law is followed", "law_in_practice", "followed", False),
    ("the law is followed, they claim", "law_in_practice", "followed", False),
    ("according to them, the law is followed", "law_in_practice", "followed", False),
    ("the law is followed, or so they say", "law_in_practice", "followed", False),
    ("the law is followed, we think", "law_in_practice", "followed", False),
    ("the law is followed", "law_in_practice", "followed", True),
    ("the export review is done, I doubt it", "export_review", "done", False),
    ("the export review is done. I doubt it", "export_review", "done", False),
    ("I doubt it. The export review is done", "export_review", "done", True),
    ("they claim it is for traffic, but the export review is done", "export_review", "done", True),
    ("they promised to tell us where and the customer answers everything", "transparency", "open",
     False),
    ("the customer answers everything", "transparency", "open", True),
])
def test_what_others_say_of_themselves_or_is_doubted_settles_nothing(
    guidance, said, fact, value, sure
):
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"),
                   (fact, value, 0.99, said))

    assert noted(message, fact) == ({value}, sure)


@pytest.mark.parametrize(("said", "sure"), [
    ("journalists were detained", True),
    ("it was said that journalists were detained, but that turned out to be false", False),
    ("reports that journalists were detained were debunked", False),
    ("journalists were detained. That was never proven", False),
    ("the story of a bribe was debunked. journalists were detained", True),
])
def test_a_charge_that_did_not_hold_up_stands_and_is_asked_back(guidance, said, sure):
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"),
                   ("detentions", "yes", 0.99, "journalists were detained"))

    assert noted(message, "detentions") == ({"yes"}, sure)


@pytest.mark.parametrize(("said", "expected"), [
    ("we searched for independent courts there and drew a blank", None),
    ("we searched for weak courts there and drew a blank", ({"independent"}, False)),
    ("the courts there are independent", ({"independent"}, True)),
])
def test_what_was_searched_for_in_vain_is_denied_only_where_it_is_grave(
        guidance, said, expected):
    told = [] if expected is None else [("judicial_oversight", "independent", 0.99, said)]
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"),
                   *told)

    assert noted(message, "judicial_oversight") == expected


def test_a_party_of_which_a_rumour_did_not_hold_up_is_a_party_still(guidance):
    said = "a rumour about our reseller was debunked"
    message = read(guidance, OPEN_DEAL + said, ("intermediary", "reseller", 0.99, "our reseller"))

    assert noted(message, "intermediary") == ({"reseller"}, True)


@pytest.mark.parametrize(("said", "heard", "chance", "expected"), [
    ("the courts are independent on paper", "independent", 0.99, ({"weak"}, False)),
    ("courts are controlled by the president", "independent", 0.67, ({"independent"}, False)),
    ("the courts aren't weak", "weak", 0.98, ({"independent"}, False)),
    ("the courts are weak", "weak", 0.98, ({"weak"}, True)),
    ("nobody says that the courts are weak", "weak", 0.98, ({"weak"}, False)),
    ("judges aren't controlled by the government", "none", 0.85, ({"independent"}, False)),
    ("the courts are not bad", "weak", 0.68, None),
    ("it's not true that the courts are independent", "independent", 0.99, ({"weak"}, False)),
    ("the courts are independent", "independent", 0.99, ({"independent"}, True)),
])
def test_where_model_and_words_name_opposite_poles_what_is_noted_is_asked_back(
    guidance, said, heard, chance, expected
):
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"),
                   ("judicial_oversight", heard, chance, said))

    assert noted(message, "judicial_oversight") == expected


def test_a_denied_accusation_is_no_accusation_and_a_denied_weakness_no_proof(guidance):
    message = read(guidance, OPEN_DEAL + "they are not evasive at all",
                   ("product", "drone", 0.95, "drones"), ("country", "*", 0.95, "chad"),
                   ("transparency", "evasive", CONTEST + 0.3, "they are not evasive at all"))

    assert noted(message, "transparency") == ({"open"}, False)


@pytest.mark.parametrize(("said", "expected"), [
    ("they haven't agreed to the human rights terms", None),
    ("they have not accepted the human rights clause yet", None),
    ("they won't agree to the human rights terms", ({"refused"}, True)),
])
def test_who_has_not_agreed_so_far_has_not_refused(reader, guidance, said, expected):
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"),
                   ("human_rights_clause", "refused", 0.32 if expected is None else 0.95, said))

    assert noted(message, "human_rights_clause") == expected


@pytest.mark.parametrize(("said", "fact", "value"), [
    ("independence of the judiciary is a joke", "judicial_oversight", "weak"),
    ("they plan to track opposition politicians", "agency_misuse", "yes"),
    ("they asked us to delete the logs", "transparency", "evasive"),
    ("the lab also works for the military", "government_ties", "yes"),
    ("police shoots at protesters", "detentions", "yes"),
])
def test_what_is_grave_and_only_the_vocabulary_knows_is_asked_back_and_not_lost(
    guidance, said, fact, value
):
    message = read(guidance, OPEN_DEAL + said, ("product", "drone", 0.95, "drones"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"))

    assert noted(message, fact) == ({value}, False)
    assert message.heard[Fact(fact)].guessed


@pytest.mark.parametrize(("said", "chance", "expected"), [
    ("firmware upgrades for body cams", ASKED_BACK - 0.01, {"body-worn-camera"}),
    ("spyware for body cams", ASKED_BACK - 0.01, {"body-worn-camera", "spyware"}),
    ("firmware with an implant for body cams", ASKED_BACK - 0.01, {"body-worn-camera", "spyware"}),
])
def test_a_model_does_not_guess_a_product_from_a_word_that_only_sounds_like_it(
    guidance, said, chance, expected
):
    message = read(guidance, f"we offer {said} to the police in chad",
                   ("product", "body-worn-camera", 0.95, "body cams"),
                   ("country", "*", 0.95, "chad"), ("end_user", "police", 0.95, "the police"),
                   ("product", "spyware", chance, said))

    assert message.heard[Fact("product")].values == expected
