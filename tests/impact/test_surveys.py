"""What a preparation worked out serves the page that follows it."""

from dataclasses import replace

from bot.impact.surveys import Surveys
from retrieval.guidance import ReleaseId
from tests.impact.brute import brute_force
from tests.impact.test_survey import found, talk


def test_a_page_after_a_preparation_works_no_deal_out_again(house, on_impact):
    talk(house)
    before = house.guidance
    after = replace(before, release=ReleaseId("after"), red_flags=before.red_flags[2:])
    other = replace(after, release=ReleaseId("other"), red_flags=before.red_flags[3:])
    surveys = Surveys(house.store, house.editions.__getitem__, on_impact)

    prepared = surveys.of_all(before, after)
    shown, _ = surveys.of_two(before, after, "T1")
    assert (prepared.judged, shown.judged) == (4, 0)
    assert found(prepared) == found(shown) == brute_force(before, after, house.store)

    # What is said in the meantime counts, and another draft is another matter.
    house.say("Spyware for the police of Egypt", user="U9", name="c9")
    again, _ = surveys.of_two(before, after, "T1")
    assert (again.judged, again.deals) == (1, 5)
    assert found(again) == brute_force(before, after, house.store)
    assert found(surveys.of_all(before, other)) == brute_force(before, other, house.store)
