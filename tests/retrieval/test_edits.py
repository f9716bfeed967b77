"""What an installation's own edits make of the guidance."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.checks import check
from retrieval.editing.applying import Applied, apply
from retrieval.editing.differences import How, RunKind, compare, word_diff
from retrieval.editing.edits import (
    AddDocument,
    Confirm,
    Correct,
    Edit,
    Made,
    Renumber,
    Retire,
    state_of,
)
from retrieval.guidance import (
    Checked,
    Guidance,
    Page,
    Provision,
    ProvisionId,
    Retirement,
    SourceId,
    sha256_of,
)
from tests.retrieval.small import guidance as small_guidance
from tests.retrieval.small import provision, source

WORDS = "Everyone has the right to be left alone. Nobody may watch without cause."
DIGEST = provision("un-12", "People must be left alone.", number="12")
OTHER = provision("un-13", "People may move.", number="13")


def official(text: str = WORDS, id_: str = "paper-12") -> Provision:
    return replace(provision(id_, text, number="12"), checked=Checked.OFFICIAL,
                   basis="document abc", page=Page(7, "5"),
                   url="https://example.org/paper.pdf#page=7")


def document(*provisions: Provision, sha: str = "abc") -> AddDocument:
    return AddDocument(source("paper"), provisions or (official(),), sha)


def made(*edits: Edit) -> list[Made]:
    return [Made(i, "U1", f"2026-01-0{i}", one) for i, one in enumerate(edits, start=1)]


def tick(start: int = 0, end: int = len(WORDS), was: str = state_of(DIGEST),
         words: str = WORDS) -> Confirm:
    return Confirm(DIGEST.id, ProvisionId("paper-12"), start, end,
                   sha256_of(words[start:end]), was)


@pytest.fixture
def base() -> Guidance:
    return small_guidance([DIGEST, OTHER])


def test_no_edits_change_nothing(base: Guidance) -> None:
    assert apply(base, []) == Applied(base)


def test_a_document_brings_its_source_and_provisions(base: Guidance) -> None:
    after = apply(base, made(document())).guidance
    assert list(after.provisions) == ["un-12", "un-13", "paper-12"]
    assert list(after.sources) == ["un", "paper"]


def test_a_later_edition_of_a_document_replaces_the_earlier_one(base: Guidance) -> None:
    newer = document(official("Other words.", "paper-14"), sha="def")
    after = apply(base, made(document(), newer)).guidance
    assert list(after.provisions) == ["un-12", "un-13", "paper-14"]


def test_a_document_may_not_take_the_place_of_a_shipped_source(base: Guidance) -> None:
    applied = apply(base, made(AddDocument(source("un"), (), "abc")))
    assert [c.text for c in applied.conflicts] == [
        "The shipped corpus has a source 'un' of its own. Withdraw this document and add it under "
        "another id."]
    assert applied.guidance == base


def test_a_document_may_not_take_the_place_of_provisions_of_another(base: Guidance) -> None:
    """The ids of two sources can be the same, and the first lost its provision unseen."""
    other = replace(source("paper"), id=SourceId("paper-gp"))
    first = document(official("First words.", "paper-gp-1"))
    second = AddDocument(other, (replace(official("Others.", "paper-gp-1"), source=other.id),
                                 replace(official("More.", "paper-gp-2"), source=other.id)), "def")
    applied = apply(base, made(first, second))
    assert [(c.made.id, c.text) for c in applied.conflicts] == [
        (2, "The document 'paper' of the draft has provisions paper-gp-1 too. Withdraw this "
            "document and add it under another id.")]
    assert applied.guidance.provisions[ProvisionId("paper-gp-1")].text == "First words."
    assert list(applied.guidance.sources) == ["un", "paper"]


def test_a_document_may_not_bring_back_what_the_corpus_has_set_aside() -> None:
    gone = replace(OTHER, retired=Retirement("U1", "2026-01-01", "it is law no more"))
    base = replace(small_guidance([DIGEST]), set_aside={gone.id: gone})
    applied = apply(base, made(document(replace(official(), id=gone.id))))
    assert [c.text for c in applied.conflicts] == [
        "The shipped corpus has provisions un-13 of its own. Withdraw this document and add it "
        "under another id."]
    assert list(applied.guidance.provisions) == ["un-12"]
    assert list(applied.guidance.sources) == ["un"]


def test_a_tick_shows_the_official_words(base: Guidance) -> None:
    applied = apply(base, made(document(), tick(0, 40)))
    now = applied.guidance.provisions[DIGEST.id]
    assert applied.conflicts == ()
    assert now.text == "Everyone has the right to be left alone."
    assert now.checked is Checked.OFFICIAL
    assert now.page == Page(7, "5")
    assert now.url == "https://example.org/paper.pdf#page=7"
    assert now.confirmed is not None
    assert now.confirmed.restated == "People must be left alone."
    assert (now.confirmed.by, now.confirmed.document_sha256) == ("U1", "abc")
    assert (now.id, now.source, now.pinpoint, now.number) == ("un-12", "un", "UN 12", "12")


def test_a_passage_ticked_in_full_is_set_aside_and_one_ticked_in_part_is_not(
    base: Guidance,
) -> None:
    whole = apply(base, made(document(), tick())).guidance
    assert "paper-12" not in whole.provisions
    assert whole.set_aside[ProvisionId("paper-12")].same_as == "un-12"
    part = apply(base, made(document(), tick(0, 40))).guidance
    assert "paper-12" in part.provisions
    assert part.set_aside == {}


def test_a_passage_stands_again_once_its_digest_is_ticked_against_another(base: Guidance) -> None:
    other = official("Nobody's letters are opened.", "paper-13")
    first = made(document(official(), other), tick())
    seen = apply(base, first).guidance.provisions[DIGEST.id]
    again = Confirm(DIGEST.id, other.id, 0, len(other.text), sha256_of(other.text), state_of(seen))
    after = apply(base, [*first, Made(9, "U2", "2026-02-01", again)]).guidance
    assert after.provisions[DIGEST.id].text == other.text
    assert after.provisions[ProvisionId("paper-12")] == official()
    assert {id_: one.same_as for id_, one in after.set_aside.items()} == {"paper-13": "un-12"}


def test_a_passage_stands_again_once_the_digest_that_quotes_it_is_retired(base: Guidance) -> None:
    passage = official()
    after = apply(base, made(document(), tick(), Retire(DIGEST.id, "said twice", passage.id)))
    assert after.conflicts == ()
    assert after.guidance.provisions[passage.id] == passage
    assert [*after.guidance.set_aside] == [DIGEST.id]
    # What rested on the digest rests on the passage now, as whoever retired it said.
    assert after.guidance.in_place_of(DIGEST.id) == passage.id


def test_of_two_digests_that_quote_a_passage_the_one_that_is_left_stands_for_it(
    base: Guidance,
) -> None:
    second = Confirm(OTHER.id, ProvisionId("paper-12"), 0, len(WORDS), sha256_of(WORDS),
                     state_of(OTHER))
    after = apply(base, made(document(), tick(), second, Retire(DIGEST.id, "said twice"))).guidance
    assert after.set_aside[ProvisionId("paper-12")].same_as == OTHER.id


def test_a_passage_that_is_quoted_in_full_can_be_corrected_and_retired(base: Guidance) -> None:
    edits = [document(), tick(), Correct(ProvisionId("paper-12"), {"heading": "Peace"}, "a slip",
                                         state_of(official()))]
    corrected = apply(base, made(*edits))
    assert corrected.conflicts == ()
    assert corrected.guidance.set_aside[ProvisionId("paper-12")].heading == "Peace"
    retired = apply(base, made(*edits, Retire(ProvisionId("paper-12"), "repealed", OTHER.id)))
    assert retired.conflicts == ()
    aside = retired.guidance.set_aside[ProvisionId("paper-12")]
    assert (aside.retired, aside.same_as) == (
        Retirement("U1", "2026-01-04", "repealed", OTHER.id), None)
    assert retired.guidance.provisions[DIGEST.id].text == WORDS


def test_what_was_retired_stays_so_when_its_next_edition_is_quoted_in_full(base: Guidance) -> None:
    newer = document(official(WORDS[:40]), sha="def")
    applied = apply(base, made(document(), tick(0, 40), Retire(ProvisionId("paper-12"), "gone"),
                               newer))
    assert applied.conflicts == ()
    assert applied.guidance.set_aside[ProvisionId("paper-12")].retired == Retirement(
        "U1", "2026-01-03", "gone")
    assert applied.guidance.provisions[DIGEST.id].text == WORDS[:40].strip()


def test_a_tick_against_words_that_have_gone_is_told_and_not_applied(base: Guidance) -> None:
    applied = apply(base, made(document(official("Quite other words stand here now.")), tick()))
    assert applied.guidance.provisions[DIGEST.id] == DIGEST
    assert "The words that un-12 was ticked against are not in 'paper-12' any more" in (
        applied.conflicts[0].text)


def test_what_is_done_again_is_no_conflict_any_more(base: Guidance) -> None:
    newer = official("Quite other words stand here now.")
    edits = made(document(), tick(), document(newer, sha="def"))
    assert len(apply(base, edits).conflicts) == 1
    again = Confirm(DIGEST.id, newer.id, 0, len(newer.text), sha256_of(newer.text),
                    state_of(DIGEST))
    after = apply(base, [*edits, Made(9, "U2", "2026-02-01", again)])
    assert after.conflicts == ()
    assert after.guidance.provisions[DIGEST.id].text == newer.text

    stale = Correct(OTHER.id, {"heading": "Moving", "note": "Look at it."}, "a slip", "another")
    part = Correct(OTHER.id, {"heading": "Moving"}, "a slip", state_of(OTHER))
    whole = replace(part, fields=stale.fields)
    for more, left in (([part], 1), ([whole], 0), ([Retire(OTHER.id, "said twice")], 0)):
        assert len(apply(base, made(stale, *more)).conflicts) == left
    # What is no better than before settles nothing.
    assert len(apply(base, made(stale, stale)).conflicts) == 2


def test_a_tick_of_a_digest_that_was_reworded_since_is_told_and_not_applied() -> None:
    shipped = small_guidance([replace(DIGEST, text="Reworded by a newer version.")])
    applied = apply(shipped, made(document(), tick()))
    assert applied.guidance.provisions[DIGEST.id].checked is Checked.SEEN
    assert applied.conflicts[0].text == (
        "un-12 has been reworded since it was ticked. Hold the new words against the document and "
        "tick it again.")


def test_a_tick_can_be_made_again_over_an_earlier_one(base: Guidance) -> None:
    first = made(document(), tick(0, 40))
    seen = apply(base, first).guidance.provisions[DIGEST.id]
    again = tick(41, len(WORDS), was=state_of(seen))
    applied = apply(base, [*first, Made(9, "U2", "2026-02-01", again)])
    now = applied.guidance.provisions[DIGEST.id]
    assert applied.conflicts == ()
    assert now.text == "Nobody may watch without cause."
    assert now.confirmed is not None
    assert (now.confirmed.by, now.confirmed.restated) == ("U2", DIGEST.text)


def test_a_correction_of_a_digest_makes_it_unchecked(base: Guidance) -> None:
    edit = Correct(DIGEST.id, {"text": "Leave people alone.", "heading": "Peace"}, "a slip",
                   state_of(DIGEST))
    now = apply(base, made(edit)).guidance.provisions[DIGEST.id]
    assert (now.text, now.heading, now.checked) == (
        "Leave people alone.", "Peace", Checked.UNCHECKED)
    assert now.basis == "corrected by U1"


def test_a_corrected_pinpoint_leaves_the_mark(base: Guidance) -> None:
    edit = Correct(DIGEST.id, {"pinpoint": "Article 12(1)"}, "", state_of(DIGEST))
    now = apply(base, made(edit)).guidance.provisions[DIGEST.id]
    assert (now.pinpoint, now.checked) == ("Article 12(1)", Checked.SEEN)


def test_official_words_cannot_be_reworded(base: Guidance) -> None:
    edit = Correct(ProvisionId("paper-12"), {"text": "Ours."}, "", state_of(official()))
    applied = apply(base, made(document(), edit))
    assert applied.guidance.provisions[ProvisionId("paper-12")].text == WORDS
    assert applied.conflicts[0].text.startswith("The text of paper-12 is the document's own.")


def test_what_is_retired_can_be_read_and_nothing_rests_on_it(guidance: Guidance) -> None:
    flag = next(f for f in guidance.red_flags if not f.ours)
    applied = apply(guidance, made(Retire(flag.authorities[0], "not in the document")))
    after = applied.guidance
    assert flag.authorities[0] not in after.provisions
    assert after.set_aside[flag.authorities[0]].retired == Retirement(
        "U1", "2026-01-01", "not in the document")
    assert flag.id in applied.went_along
    assert flag.id not in after.flag_by_id
    named = {a for f in after.red_flags for a in f.authorities}
    named |= {a for s in after.safeguards.values() for a in s.authorities}
    assert flag.authorities[0] not in named


def test_what_stands_instead_takes_the_place_of_what_is_retired(guidance: Guidance) -> None:
    flag = next(f for f in guidance.red_flags if f.ours)
    gone, other = flag.authorities[0], ProvisionId("udhr-12")
    after = apply(guidance, made(Retire(gone, "superseded", other))).guidance
    assert other in after.flag_by_id[flag.id].authorities


def test_what_stands_instead_may_be_replaced_in_its_turn(guidance: Guidance) -> None:
    flag = next(f for f in guidance.red_flags if f.ours)
    other, third = ProvisionId("udhr-12"), ProvisionId("udhr-19")
    applied = apply(guidance, made(*(Retire(gone, "superseded", other) for gone in flag.authorities
                                     if gone not in {other, third}),
                                   Retire(other, "superseded", third)))
    assert applied.guidance.flag_by_id[flag.id].authorities == (third,)
    assert {applied.guidance.in_place_of(id_) for id_ in flag.authorities} == {third}


def test_what_a_digest_quotes_in_full_is_told_by_that_digest(base: Guidance) -> None:
    edits = made(document(), Retire(OTHER.id, "superseded", ProvisionId("paper-12")), tick())
    assert apply(base, edits).guidance.in_place_of(OTHER.id) == DIGEST.id
    again = Made(9, "U2", "2026-02-01", Retire(DIGEST.id, "superseded"))
    # The passage itself, which was named, stands again.
    assert apply(base, [*edits, again]).guidance.in_place_of(OTHER.id) == "paper-12"


def test_what_stands_in_the_place_of_one_another_is_nothing(base: Guidance) -> None:
    after = apply(base, made(Retire(OTHER.id, "superseded", DIGEST.id),
                             Retire(DIGEST.id, "superseded", OTHER.id))).guidance
    assert after.in_place_of(OTHER.id) is None


def test_the_shipped_corpus_stays_sound_whatever_single_flag_provision_is_retired(
    guidance: Guidance,
) -> None:
    for flag in guidance.red_flags:
        for id_ in flag.authorities:
            if id_ in guidance.flag_by_id:
                after = apply(guidance, made(Retire(id_, "gone"))).guidance
                unsound = [p for p in check(after) if p.subject[0] in {"red flag", "safeguard"}]
                assert unsound == [], id_


def test_two_considerations_change_numbers(guidance: Guidance) -> None:
    after = apply(guidance, made(Renumber("sg-c2", 3))).guidance
    assert [(c.id, c.number) for c in after.considerations[1:3]] == [("sg-c3", 2), ("sg-c2", 3)]
    assert after.consideration_by_id["sg-c2"].number_checked is Checked.OFFICIAL


def test_word_diff_tells_words_apart() -> None:
    runs = word_diff("The seller should ask.", "The seller must ask.")
    assert [(r.kind, r.text) for r in runs] == [
        (RunKind.SAME, "The seller "), (RunKind.GONE, "should"), (RunKind.NEW, "must"),
        (RunKind.SAME, " ask.")]


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_diff_holds_both_texts_to_the_character(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(r.text for r in runs if r.kind is not RunKind.NEW) == before
    assert "".join(r.text for r in runs if r.kind is not RunKind.GONE) == after


def test_texts_that_nobody_would_wait_for_are_told_one_after_the_other() -> None:
    """To compare two pieces of seventy pages took hours, and 'corpus diff' said nothing."""
    long = "the word of the law " * 600
    assert [run.kind for run in word_diff(long, long[:-20])] == [RunKind.GONE, RunKind.NEW]
    assert "".join(run.text for run in word_diff(long, f"{long}x")) == f"{long}{long}x"
    assert [run.kind for run in word_diff(long, long)] == [RunKind.SAME]


def test_differences_are_told_by_what_became_of_each(base: Guidance) -> None:
    after = apply(base, made(document(official(), official("Second.", "paper-13")), tick(),
                             Retire(OTHER.id, "gone"))).guidance
    assert {(c.id, c.how) for c in compare(base, after).provisions} == {
        ("un-12", How.CONFIRMED), ("un-13", How.RETIRED), ("paper-13", How.ADDED),
        ("paper-12", How.ADDED)}
    assert compare(base, base).provisions == ()
    assert not compare(base, base)


def test_flags_that_rest_on_what_was_confirmed_are_affected(guidance: Guidance) -> None:
    flag = next(f for f in guidance.red_flags if f.ours)
    id_ = flag.authorities[0]
    digest = guidance.provisions[id_]
    edit = Correct(id_, {"text": "Other words."}, "", state_of(digest))
    found = compare(guidance, apply(guidance, made(edit)).guidance)
    assert flag.id in found.flags_affected
    assert [c.fields for c in found.provisions] == [("text", "basis")]
