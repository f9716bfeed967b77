"""Of everything that was recorded, exactly those are found whom a release would tell otherwise."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.casebook.standing import Standing
from bot.erasure.erasing import Erasing
from bot.impact.alterations import How
from bot.impact.differing import Kind
from bot.impact.survey import surveyed
from bot.log_order import LOCAL
from bot.record import spoken
from retrieval.guidance import ReleaseId
from tests.impact.brute import brute_force
from tests.impact.edits import edited, retired
from tests.reviews.conftest import DEAL

QUESTION = "What does the guidance say about resellers?"
TALKS = {
    "c1": [DEAL, "Give me the advice now."],
    "c2": ["Body cameras for the police of Canada.", "advise now", QUESTION],
    "c3": [QUESTION],
    "c4": ["Thermal cameras for frost research at a university in Brazil"],
    "c5": ["What about audits?", "and after the sale?"],
    "c6": [DEAL, "start over"],
    "c7": ["Hello"],
    "c8": ["Maybe the interior ministry of Chad wants spyware", "I don't know what for",
           "advise now"],
}


def talk(house):
    for n, (name, said) in enumerate(TALKS.items()):
        for words in said:
            house.say(words, user=f"U{n}", name=name)


def found(survey):
    return {one.conversation: (one.kind, frozenset(one.changes), one.cites)
            for one in survey.affected}


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nobody_is_missed_and_nobody_is_added(house, data):
    if not spoken.lines(house.store):
        talk(house)
    after = data.draw(edited(house.guidance))
    survey = surveyed(house.guidance, after, house.store)
    assert found(survey) == brute_force(house.guidance, after, house.store)
    assert (survey.looked_at, survey.deals) == (len(TALKS), 4)
    assert sum(survey.counts.values()) == len(survey.affected)
    assert surveyed(house.guidance, after, house.store, "T2").looked_at == 0


def test_they_are_told_apart_and_say_whose_they_are(house):
    talk(house)
    house.sign(name="c1")
    (answered,) = {turn.reply.considerations[0].id for turn in house.store.turns("c3")}
    first = house.guidance.flag_by_id["sg-c2-rf6"]
    after = retired(house.guidance, answered)
    after = replace(after, release=ReleaseId("after"), red_flags=tuple(
        f for f in after.red_flags if f.id != first.id))

    survey = surveyed(house.guidance, after, house.store, "T1")

    assert survey.altered[answered].how is How.RETIRED
    assert found(survey) == brute_force(house.guidance, after, house.store)
    by_name = {one.conversation: one for one in survey.affected}
    one, plain = by_name["c1"], by_name["c3"]
    assert (one.kind, one.asker, one.standing, one.open, one.turns) == (
        Kind.ADVICE, "U0", Standing.SIGNED, False, 2)
    assert (plain.kind, plain.asker, plain.open, plain.changes) == (Kind.ANSWER, "U2", True, ())
    assert answered in plain.cites
    assert plain.release == house.guidance.release
    assert "c7" not in by_name
    kinds = [one.kind for one in survey.affected]
    assert kinds == sorted(kinds, key=list(Kind).index)


def test_what_a_release_takes_back_is_as_it_was_for_who_was_told_before(house):
    house.say(QUESTION, name="c3")
    before = house.guidance
    cited = house.store.turns("c3")[0].reply.considerations[0].id
    changed = replace(before, release=ReleaseId("r2"), provisions={
        **before.provisions, cited: replace(
            before.provisions[cited], text=f"Now: {before.provisions[cited].text}")})
    house.put_in_force(changed)
    house.say(QUESTION, name="c9")
    back = replace(before, release=ReleaseId("r3"))

    survey = surveyed(changed, back, house.store)

    assert found(survey) == brute_force(changed, back, house.store)
    assert "c3" not in found(survey)
    assert cited in {c.provision for c in house.store.turns("c9")[0].reply.citations()}
    assert found(survey)["c9"] == (Kind.ANSWER, frozenset(), (cited,))


def test_erased_conversations_are_still_counted_and_nobody_is_named(house):
    talk(house)
    Erasing(house.store).person("T1", "U0", by="U-adm", reason="asked for")
    after = replace(house.guidance, release=ReleaseId("after"),
                    red_flags=house.guidance.red_flags[1:])
    one = next(o for o in surveyed(house.guidance, after, house.store).affected
               if o.conversation == "c1")
    assert (one.asker, one.erased) == ("", True)
    assert surveyed(house.guidance, after, house.store, LOCAL).affected == ()
