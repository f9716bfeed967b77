"""Ticks and crosses say yes and no: "conflict ✗" was noted as a conflict, "reseller ✗" as one."""

import pytest

from bot.dialogue.messages.understood import Understanding
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Fact
from retrieval.words.tells import Told

ABROAD = tuple(map(Fact, ("detentions", "restrictive_laws", "conflict")))
DEAL = {"product": "drone", "end_user": "police", "country": "TG"}


def known(talk, facts=ABROAD):
    """Of each of *facts* that is known its value, with a "~" before what is not certain."""
    deal = talk.conversation.deal
    return {fact: ("" if deal.certain(fact) else "~") + next(iter(deal.known(fact)))
            for fact in facts if deal.known(fact)}


@pytest.mark.parametrize(("said", "told"), [
    ("1 ✓ 2 ✗ 3 ✗", {"detentions": "~yes", "restrictive_laws": "~no", "conflict": "~no"}),
    ("conflict ✗", {"conflict": "~no"}),
    ("conflict :x: detentions :white_check_mark:", {"detentions": "~yes", "conflict": "~no"}),
    (":x: :x: :white_check_mark:",
     {"detentions": "~no", "restrictive_laws": "~no", "conflict": "~yes"}),
    # It may as well say that it was read.
    ("✓", {}),
    (":x:", {}),
    ("a ratio of 3:x:4", {}),
])
def test_a_tick_is_a_yes_and_a_cross_a_no_but_never_for_certain(begin, said, told):
    talk = begin().amid(DEAL, ABROAD)
    talk.say(said)

    assert known(talk) == told


@pytest.mark.parametrize("sign", ["✗", "❌", ":x:"])
def test_a_reseller_crossed_out_is_none(begin, sign):
    talk = begin()
    talk.say(f"drones for the police in Togo\n{sign} reseller")

    assert "reseller" not in talk.conversation.deal.known(Fact("intermediary"))
    assert not talk.conversation.deal.certain(Fact("intermediary"))


def test_a_tick_put_right_is_what_it_would_have_been_at_once(begin):
    talk, anew = (begin().amid(DEAL, ABROAD) for _ in range(2))
    talk.say("conflict ✗")
    talk.say("sorry, conflict ✓")
    anew.say("conflict ✓")

    assert known(talk) == known(anew) == {"conflict": "~yes"}


def test_a_list_with_ticks_for_bullets_is_as_certain_as_without(begin):
    talk = begin()
    talk.say("✅ drones for the police in Togo\n✅ contract signed\n✅ no war there")

    assert known(talk, map(Fact, ("product", "end_user", "stage"))) == {
        "product": "drone", "end_user": "police", "stage": "signed"}


@pytest.mark.parametrize(("text", "heard"), [
    ("conflict ✗, clause ✓", "conflict  no , clause  yes "),
    ("✅clause", " yes clause"),
    (":x: reseller", " no  reseller"),
])
def test_to_a_model_they_are_spelt_out_and_stand_where_they_stood(guidance, text, heard):
    texts = []

    def tells(said):
        texts.append(said)
        return [Told(Fact("conflict"), "no", 1.0, 0, len(said))]

    understood = Understanding(guidance, cues_of(guidance), tells, None).of(text)
    told = understood.told()

    assert texts[0] == heard
    assert (told[0].start, told[0].end) == (0, len(text))


@pytest.mark.parametrize(("said", "told"), [
    ("(i) no war, jail (ii) yes", {}),
    ("(i) yes (ii) no (iii) yes",
     {"detentions": "yes", "restrictive_laws": "~no", "conflict": "yes"}),
    ("i) yes ii) yes iii) don't know", {"detentions": "yes", "restrictive_laws": "yes"}),
])
def test_questions_are_counted_in_roman_numbers(begin, said, told):
    """"(i) no (ii) yes" was no answer, since an "i)" was the ninth place of a list of letters."""
    talk = begin().amid(DEAL, ABROAD)
    talk.say(said)

    assert known(talk).items() >= told.items()
