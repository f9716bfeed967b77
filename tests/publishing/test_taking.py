"""Cuts of documents on their way into the draft: taken, refused, taken back and taken again."""

from dataclasses import replace

import pytest

from bot.documents.fetched import Fetched, Outcome
from bot.documents.kept import Documents
from bot.documents.values import Cut, CutState, Fetch
from bot.publishing.drafts import NotEdited
from bot.publishing.taking import Taking
from bot.publishing.ticking import Ticking
from retrieval.editing.edits import Retire
from retrieval.guidance import ProvisionId, SourceId
from retrieval.ingesting.cutting import cut as cut_into
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.pieces import Naming
from retrieval.ingesting.plain_text import extract
from tests.publishing.house import WORDS, House
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


@pytest.mark.parametrize(("address", "came_from", "link"), [
    ("https://example.org/rules", "https://example.org/rules", "https://example.org/rules#page=2"),
    ("https://example.org/rules", "", ""),
    ("https://example.org/Rules.PDF?v=1", "", "https://example.org/Rules.PDF?v=1#page=2"),
    ("", "", ""),
])
def test_a_page_is_linked_to_only_where_the_address_leads_to_the_pdf_itself(
    house: House, taking: Taking, address: str, came_from: str, link: str
) -> None:
    """A PDF that was added by hand linked to page 2 of a web page that tells where to find it."""
    data = b"Rules\n\f1. Look.\n\n2. Listen.\n\n3. Write it down.\n"
    extracted = extract(data, LIMITS)
    kept = taking.documents.keep(data, "rules.pdf", "application/pdf", extracted, "U1")
    taking.documents.note(Fetch(
        url=came_from or "file:rules.pdf", at=house.now(), by="U1", final_url=came_from,
        sha256=kept.sha256, document=kept.sha256))
    about = replace(source("rules"), url=address)
    cut = taking.documents.open_cut(
        kept.sha256, about, cut_into(extracted, Naming("rules", "Rules")), "U1")
    assert [one.url for one in taking.provisions(cut)] == [link] * 3


def test_the_next_edition_of_a_document_comes_in_though_words_that_were_ticked_are_others(
    house: House, taking: Taking
) -> None:
    ticking = Ticking(house.drafts, lambda texts: WORDS.embed_documents(list(texts)))
    digest, passage = ProvisionId("ungp-17"), ProvisionId("paper-1")

    def tick() -> None:
        ticking.confirm(house.drafts.draft(), digest, passage, "", "U2")

    of = SourceId("ungp")
    taking.take(cut_of(taking, "paper", "Everybody may look."), "U1", of)
    tick()
    taking.take(cut_of(taking, "paper", "Nobody may look."), "U1", of)
    draft = house.drafts.draft()
    assert draft.guidance.provisions[passage].text == "1. Nobody may look."
    assert [one.text for one in draft.conflicts] == [
        "The words that ungp-17 was ticked against are not in 'paper-1' any more: the document is "
        "another. Tick it again."]
    tick()
    draft = house.drafts.draft()
    assert (draft.sound, draft.guidance.provisions[digest].text) == (True, "1. Nobody may look.")


def test_what_was_retired_of_a_document_is_not_another_text_of_its_next_edition(
    house: House, taking: Taking
) -> None:
    taking.take(cut_of(taking, "paper", "Everybody may look."), "U1")
    second = ProvisionId("paper-2")
    made = house.drafts.make(Retire(second, "it was repealed"), "U1")
    assert house.drafts.draft().guidance.set_aside[second].text == "2. It goes on."
    # What was put in before it moved every number.
    taking.take(cut_of(taking, "paper", "Everybody may look.\n\n2. Nobody may touch."), "U1")
    draft, other = house.drafts.draft(), "2. Nobody may touch.\n\n2. It goes on."
    assert draft.guidance.provisions[second].text == other
    assert [(one.made.id, one.text) for one in draft.conflicts] == [(made.id, (
        "paper-2 reads otherwise since it was retired. Look at its new words: withdraw this edit, "
        "and retire it again if they have to go too."))]
    house.drafts.make(Retire(second, "it was repealed too"), "U1")
    assert house.drafts.draft().guidance.set_aside[second].text == other
    assert house.drafts.draft().conflicts == ()


def named(taking: Taking, cut: Cut, name: str) -> Cut:
    """*cut* under another id, as its page saves it."""
    return taking.documents.save_cut(
        replace(cut, source=replace(cut.source, id=SourceId(name)), state=CutState.OPEN),
        cut.version, "U1")


def drafted(house: House) -> list[str]:
    """The sources that the draft has beside those that are shipped."""
    return [str(id_) for id_ in house.drafts.draft().guidance.sources
            if id_ not in house.drafts.base().sources]


def test_a_document_that_is_given_another_id_is_in_the_draft_once(
    house: House, taking: Taking
) -> None:
    """It stood there under both, and each of its articles was cited twice."""
    cut = cut_of(taking, "paper", "Everybody may look.")
    taking.take(cut, "U1")
    # Cut anew meanwhile: none of the edits under the first id may stand again.
    taking.take(taking.documents.cut(cut.id), "U1", SourceId("ungp"))
    renamed = named(taking, taking.documents.cut(cut.id), "charter")
    assert [made.edit.subject for made in taking.doubles(renamed)] == ["paper"]
    taking.take(renamed, "U1")
    assert drafted(house) == ["paper", "charter"]
    assert [made.edit.subject for made in taking.leave_former_ids(renamed, "U2")] == ["paper"]
    assert (drafted(house), taking.doubles(renamed)) == (["charter"], ())


def test_what_something_rests_on_stays_under_its_former_id_and_is_told(
    house: House, taking: Taking
) -> None:
    cut = cut_of(taking, "paper", "Everybody may look.")
    taking.take(cut, "U1")
    made = house.drafts.make(Retire(ProvisionId("paper-2"), "it was repealed"), "U1")
    renamed = named(taking, taking.documents.cut(cut.id), "charter")
    taking.take(renamed, "U1")
    assert taking.leave_former_ids(renamed, "U1") == ()
    assert [one.edit.subject for one in taking.doubles(renamed)] == ["paper"]
    house.drafts.withdraw(made.id, "U1")
    assert [one.edit.subject for one in taking.leave_former_ids(renamed, "U1")] == ["paper"]


def test_two_parts_of_one_document_are_no_doubles(house: House, taking: Taking) -> None:
    first = cut_of(taking, "paper", "Everybody may look.")
    pieces = first.pieces
    rest = taking.documents.open_cut(
        first.document, replace(first.source, id=SourceId("annex")), pieces[1:], "U1")
    one = taking.documents.save_cut(replace(first, pieces=pieces[:1]), first.version, "U1")
    for part in (one, rest):
        taking.take(part, "U1")
        assert (taking.doubles(part), taking.leave_former_ids(part, "U1")) == ((), ())
    assert drafted(house) == ["paper", "annex"]


def test_another_document_that_was_called_so_stands_there_again(
    house: House, taking: Taking
) -> None:
    """The second was taken for another edition of the first, and is given an id of its own."""
    taking.take(cut_of(taking, "paper", "Nobody may look."), "U1")
    second = cut_of(taking, "paper", "Everybody may look.")
    taking.take(second, "U1")
    renamed = named(taking, taking.documents.cut(second.id), "charter")
    taking.take(renamed, "U1")
    taking.leave_former_ids(renamed, "U1")
    draft = house.drafts.draft().guidance
    assert (draft.provisions[ProvisionId("paper-1")].text,
            draft.provisions[ProvisionId("charter-1")].text) == (
        "1. Nobody may look.", "1. Everybody may look.")
