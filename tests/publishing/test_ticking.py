"""Digests held against official words."""

from dataclasses import replace

import numpy as np
import pytest

from bot.publishing.drafts import NotEdited
from bot.publishing.ticking import Standing, Ticking, Why, progress
from retrieval.editing.edits import AddDocument, Correct, Retire, state_of
from retrieval.guidance import Checked, Provision, ProvisionId, SourceId
from tests.publishing.conftest import WORDS, House
from tests.retrieval.small import provision, source

SEVENTEEN = "Enterprises should look into what they do. They should account for it."
NINETEEN = "Enterprises should act on what they find."


def official(id_: str, text: str, number: str) -> Provision:
    return replace(provision(id_, text, number=number), checked=Checked.OFFICIAL, basis="document")


@pytest.fixture
def ticking(house: House) -> Ticking:
    house.drafts.make(AddDocument(source("paper"), (
        official("paper-17", SEVENTEEN, "17"), official("paper-19", NINETEEN, "19")),
        "abc", SourceId("ungp")), "U1")
    return Ticking(house.drafts, lambda texts: np.array(WORDS.embed_documents(list(texts))))


def test_what_is_near_comes_first_and_only_of_the_same_instrument(
    house: House, ticking: Ticking
) -> None:
    draft = house.drafts.draft()
    offered = ticking.offered(draft, ProvisionId("ungp-19"))
    assert [(o.provision.id, o.why) for o in offered] == [
        ("paper-19", Why.NEAR), ("paper-17", Why.NEAR)]
    assert ticking.offered(draft, ProvisionId("sg-c1")) == ()


@pytest.mark.parametrize("of", [None, SourceId("sg")])
def test_no_words_are_ticked_of_what_is_said_to_have_those_of_no_source_or_another(
    house: House, ticking: Ticking, of: SourceId | None
) -> None:
    """A document "of no source" was laid beside every digest, one press from being its text."""
    house.drafts.make(AddDocument(source("note"), (
        official("note-17", SEVENTEEN, "17"),), "abd", of), "U1")
    draft, digest = house.drafts.draft(), ProvisionId("ungp-17")

    assert "note-17" not in {o.provision.id for o in ticking.offered(draft, digest)}
    with pytest.raises(NotEdited, match="Nobody has said that NOTE 17 has the official words of"):
        ticking.confirm(draft, digest, ProvisionId("note-17"), "", "U1")
    assert house.drafts.draft().guidance.provisions[digest].confirmed is None


def test_documents_that_are_said_to_be_of_no_source_are_named(
    house: House, ticking: Ticking
) -> None:
    assert ticking.of_no_source(house.drafts.draft()) == ()
    made = house.drafts.make(AddDocument(source("note"), (
        official("note-17", SEVENTEEN, "17"),), "abd"), "U1")
    assert [one.source.id for one in ticking.of_no_source(house.drafts.draft())] == ["note"]
    house.drafts.withdraw(made.id, "U1")
    assert ticking.of_no_source(house.drafts.draft()) == ()


def test_the_same_number_comes_before_what_is_nearer(house: House, ticking: Ticking) -> None:
    house.drafts.make(Correct(ProvisionId("ungp-19"), {"number": "17"}, "as it is printed",
                              state_of(house.drafts.draft().guidance.provisions["ungp-19"])), "U1")
    offered = ticking.offered(house.drafts.draft(), ProvisionId("ungp-19"))
    assert [(o.provision.id, o.why) for o in offered] == [
        ("paper-17", Why.NUMBER), ("paper-19", Why.NEAR)]


def test_a_list_of_what_is_ticked_and_what_is_not(house: House, ticking: Ticking) -> None:
    draft = house.drafts.draft()
    ticking.confirm(draft, ProvisionId("ungp-17"), ProvisionId("paper-17"), "", "U1")
    house.drafts.make(Retire(ProvisionId("ungp-19"), "not in the text"), "U2")
    digest = draft.guidance.provisions[ProvisionId("sg-c1")]
    house.drafts.make(Correct(digest.id, {"text": "Think of every misuse."}, "said more clearly",
                              state_of(digest)), "U3")
    lines = ticking.lines(house.drafts.draft())
    assert [(x.provision.id, x.standing, x.last.by if x.last else None, x.coverable)
            for x in lines] == [
        ("sg-c1", Standing.CORRECTED, "U3", False),
        ("sg-c1-rf1", Standing.OPEN, None, False),
        ("ungp-17", Standing.CONFIRMED, "U1", True),
        ("ungp-19", Standing.RETIRED, "U2", True)]
    assert progress(lines) == {Standing.OPEN: 1, Standing.CONFIRMED: 1, Standing.CORRECTED: 1,
                               Standing.RETIRED: 1}


def test_words_that_do_not_stand_there_are_refused(house: House, ticking: Ticking) -> None:
    with pytest.raises(NotEdited, match="These words do not stand in PAPER 17"):
        ticking.confirm(house.drafts.draft(), ProvisionId("ungp-17"), ProvisionId("paper-17"),
                        "Enterprises must look into what they do.", "U1")


def test_a_sentence_of_a_passage_can_be_ticked(house: House, ticking: Ticking) -> None:
    ticking.confirm(house.drafts.draft(), ProvisionId("ungp-17"), ProvisionId("paper-17"),
                    "They should account for it.", "U1")
    draft = house.drafts.draft()
    assert draft.guidance.provisions[ProvisionId("ungp-17")].text == "They should account for it."
    assert "paper-17" in draft.guidance.provisions


@pytest.mark.parametrize(("field", "most"), [("text", 10_000), ("note", 10_000), ("heading", 1_000),
                                             ("pinpoint", 1_000), ("number", 200)])
def test_a_correction_that_nobody_would_read_is_refused(
    house: House, field: str, most: int
) -> None:
    was = state_of(house.drafts.draft().guidance.provisions[ProvisionId("ungp-17")])
    told = rf"^The {field} has {most + 1:,} characters, and {most:,} "
    with pytest.raises(NotEdited, match=told):
        house.drafts.make(Correct(ProvisionId("ungp-17"), {field: "x" * (most + 1)},
                                  "pasted by mistake", was), "U1")
    assert house.drafts.rows() == ()
    house.drafts.make(Correct(ProvisionId("ungp-17"), {field: "x" * most}, "meant so", was), "U1")


def test_a_piece_of_a_document_that_nobody_would_find_anything_in_is_refused(house: House) -> None:
    long = AddDocument(source("treaty"), (
        replace(provision("treaty-1"), source=SourceId("treaty"), text="x" * 200_001),), "a" * 64)
    with pytest.raises(NotEdited, match=r"has 200,001 characters, and 200,000 is the most of one"):
        house.drafts.make(long, "U1")
    assert house.drafts.rows() == ()


@pytest.mark.parametrize("field", ["text", "heading", "pinpoint"])
def test_a_correction_to_nothing_is_refused(house: House, field: str) -> None:
    was = state_of(house.drafts.draft().guidance.provisions[ProvisionId("ungp-17")])
    with pytest.raises(NotEdited, match=rf"^The {field} can't be empty"):
        house.drafts.make(Correct(ProvisionId("ungp-17"), {field: " "}, "meant so", was), "U1")
    assert house.drafts.rows() == ()
    house.drafts.make(Correct(ProvisionId("ungp-17"), {"note": ""}, "no note needed", was), "U1")
