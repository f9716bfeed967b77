"""One answer and tables of answers: what is sure, what is a guess, and what fits a row."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import ASKED_BACK, Answer, Deal, fits_beside, row_fits, surely_fits

ROW = frozenset({"police", "military"})
ROWS = {"end_user": ROW, "product": frozenset({"spyware"})}


def answer(values="police", *, sure=True, instead="", confidence=1.0):
    return Answer(None if values is None else frozenset(values.split()), "said", "m", sure,
                  confidence=confidence, instead=frozenset(instead.split()))


@pytest.mark.parametrize(("told", "certain", "guessed"), [
    (answer(), True, False),
    # What an earlier version read as sure stays so, whatever its confidence.
    (answer(confidence=0.5), True, False),
    (answer(sure=False), False, False),
    (answer(sure=False, confidence=0.5), False, True),
    (answer(sure=False, confidence=ASKED_BACK), False, False),
    (answer(instead="hospital", confidence=0.5), False, True),
    (answer(None, sure=False, confidence=0.5), False, False),
])
def test_a_guess_is_what_was_read_with_little_confidence_and_not_as_sure(told, certain, guessed):
    deal = Deal({"end_user": told})
    assert (told.certain, told.guessed) == (certain, guessed)
    assert (deal.certain("end_user"), deal.guessed("end_user")) == (certain, guessed)


def test_nothing_is_certain_guessed_or_known_of_what_nobody_told():
    deal = Deal()
    assert (deal.certain("end_user"), deal.guessed("end_user"), deal.settled("end_user")) == (
        False, False, False)
    assert (deal.unknown("end_user"), deal.answered("end_user")) == (False, False)
    assert (deal.known("end_user"), deal.latest("end_user")) == (frozenset(), frozenset())


def test_what_was_hedged_is_known_and_not_settled():
    deal = Deal({"end_user": answer(sure=False)})
    assert (deal.known("end_user"), deal.settled("end_user"), deal.unknown("end_user")) == (
        {"police"}, False, False)


def test_facts_are_taken_out_by_name_and_told_by_a_message():
    later = replace(answer("spyware"), message="m2")
    deal = Deal({"end_user": answer(), "product": later})
    assert deal.without(["end_user"]).answers == {"product": later}
    assert (deal.told_by("m"), deal.told_by("m2"), deal.told_by("m3")) == (
        {"end_user"}, {"product"}, frozenset())
    assert deal.with_answers({"product": answer("drone")}).known("product") == {"drone"}


def test_not_to_know_is_no_value():
    deal = Deal({"end_user": answer(None)})
    assert (deal.certain("end_user"), deal.settled("end_user"), deal.unknown("end_user")) == (
        False, False, True)
    assert (deal.known("end_user"), deal.latest("end_user")) == (frozenset(), frozenset())
    assert deal.topics() == {}


def test_what_was_said_last_is_what_may_hold_instead():
    deal = Deal({"end_user": answer("police", instead="hospital")})
    assert (deal.known("end_user"), deal.latest("end_user")) == ({"police"}, {"hospital"})
    # It was settled, and is in doubt.
    assert (deal.settled("end_user"), deal.certain("end_user")) == (True, False)


@pytest.mark.parametrize(("told", "fits", "instead"), [
    (answer("police"), True, False),
    (answer("hospital"), False, False),
    (answer("hospital", sure=False), None, False),
    (answer("hospital", instead="police"), True, True),
    (answer("police", instead="hospital"), True, False),
    (answer("police", instead="military"), True, False),
    (answer(None), None, False),
])
def test_a_row_fits_what_was_told_or_may_hold_instead(told, fits, instead):
    assert row_fits(ROW, told) is fits
    assert told.fits_instead(ROW) is instead


@pytest.mark.parametrize(("user", "product", "beside", "surely"), [
    (answer(), answer("spyware"), True, True),
    (answer("police hospital"), answer("spyware"), True, False),
    (answer(sure=False), answer("spyware"), True, False),
    (answer(instead="hospital"), answer("spyware"), True, False),
    (answer("hospital"), answer("spyware"), True, False),
    (answer(), answer("drone"), False, False),
    (answer(), answer("drone", sure=False), None, False),
    (answer(), None, None, False),
])
def test_a_table_fits_beside_one_of_its_rows_or_surely(user, product, beside, surely):
    told = {"end_user": user, "product": product}
    deal = Deal({fact: one for fact, one in told.items() if one is not None})
    assert fits_beside(ROWS, "end_user", deal) is beside
    assert surely_fits(ROWS, deal) is surely


def test_nothing_surely_fits_a_table_without_rows():
    assert not surely_fits({}, Deal({"end_user": answer()}))
