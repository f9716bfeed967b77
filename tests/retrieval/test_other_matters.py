"""Matters beside the guidance as part of a release: what rests on what, and what has changed."""

from dataclasses import replace

from retrieval.editing.applying import apply
from retrieval.editing.differences import Part, compare
from retrieval.editing.edits import Made, Retire
from retrieval.editing.uses import Use, User, uses_of
from retrieval.guidance import Guidance, ProvisionId

RESTS_ON = ProvisionId("sg-b-6")
TITLE = "Journalists, activists, lawyers or opponents are named as those to be watched"


def test_what_one_rests_on_names_it_among_its_uses(guidance: Guidance) -> None:
    assert Use(User.OTHER_MATTER, "critics-watched", TITLE) in uses_of(guidance)[RESTS_ON]


def test_one_that_nothing_bears_out_any_more_goes_with_its_provision(guidance: Guidance) -> None:
    gone = Made(1, "U1", "2026-01-01", Retire(RESTS_ON, "not in the document"))
    applied = apply(guidance, [gone])

    assert "critics-watched" in applied.went_along
    assert [m.id for m in applied.guidance.other_matters] == [
        m.id for m in guidance.other_matters if m.id != "critics-watched"]


def test_one_rests_on_what_stands_instead(guidance: Guidance) -> None:
    instead = ProvisionId("udhr-12")
    gone = Made(1, "U1", "2026-01-01", Retire(RESTS_ON, "superseded", instead))
    after = apply(guidance, [gone]).guidance

    assert {m.id: m.authorities for m in after.other_matters}["critics-watched"] == (instead,)


def test_a_changed_one_is_told_of_a_release(guidance: Guidance) -> None:
    first, *others = guidance.other_matters
    after = replace(guidance, other_matters=(replace(first, whom="somebody else"), *others))

    (told,) = compare(guidance, after).others
    assert (told.part, told.id) == (Part.OTHER_MATTER, first.id)
