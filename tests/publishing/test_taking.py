"""Cuts of documents on their way into the draft: taken, refused, taken back and taken again."""

from dataclasses import replace

import pytest

from bot.documents.fetched import Fetched, Outcome
from bot.documents.kept import Documents
from bot.documents.values import Cut, CutState
from bot.publishing.drafts import NotEdited
from bot.publishing.taking import Taking
from retrieval.guidance import SourceId
from retrieval.ingesting.cutting import cut as cut_into
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.pieces import Naming
from retrieval.ingesting.plain_text import extract
from tests.publishing.house import House
from tests.retrieval.small import source


@pytest.fixture
def taking(house: House) -> Taking:
    return Taking(Documents(house.store, house.now), house.drafts, {})


def cut_of(taking: Taking, name: str, words: str) -> Cut:
    """The cut of a text that has *words*, into the source *name*."""
    data = f"1. {words}\n\n2. It goes on.\n\n3. It ends here.\n".encode()
    extracted = extract(data, LIMITS)
    kept = taking.documents.keep(data, f"{name}.txt", "text/plain", extracted, "U1")
    about = replace(source(name), id=SourceId(name))
    pieces = cut_into(extracted, Naming(name, about.short_title))
    return taking.documents.open_cut(kept.sha256, about, pieces, "U1")


def shipped(house: House) -> str:
    return next(iter(house.drafts.base().sources))


def test_a_cut_that_does_not_fit_the_draft_is_not_marked_as_added(
    house: House, taking: Taking
) -> None:
    cut = cut_of(taking, shipped(house), "Nobody may watch.")
    with pytest.raises(NotEdited, match="has a source"):
        taking.take(cut, "U1")
    assert taking.documents.cut(cut.id).state is CutState.OPEN
    assert house.drafts.draft().edits == ()


def test_one_cut_that_is_refused_keeps_no_other_from_the_draft(
    house: House, taking: Taking
) -> None:
    first = cut_of(taking, shipped(house), "Nobody may watch.")
    second = cut_of(taking, "paper", "Everybody may look.")
    results = [Fetched(Outcome.FIRST, (), cut=one) for one in (first, second)]
    refused = taking.take_new(results, "U1")
    assert list(refused) == [first.id]
    assert [made.edit.subject for made in house.drafts.draft().edits] == ["paper"]


def test_what_was_taken_back_is_in_the_draft_no_more(house: House, taking: Taking) -> None:
    cut = cut_of(taking, "paper", "Everybody may look.")
    assert not taking.in_draft(cut)
    made = taking.take(cut, "U1")
    assert taking.in_draft(cut)
    house.drafts.withdraw(made.id, "U1")
    assert taking.documents.cut(cut.id).state is CutState.ADDED
    assert not taking.in_draft(cut)
    taking.take(taking.documents.cut(cut.id), "U1")
    assert taking.in_draft(cut)
