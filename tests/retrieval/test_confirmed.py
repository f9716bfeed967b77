"""What a confirmed provision is found by, and what is set aside is not found at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import UnknownProvision
from retrieval.guidance import Checked, Confirmation, Guidance, Provision, ProvisionId, ReleaseId
from retrieval.index import open_index
from retrieval.indexes.entries import entries_of
from retrieval.indexes.taken_over import Built
from retrieval.matches import Query, Why
from retrieval.opening import open_release

from . import small
from .conftest import WordEmbeddings

OFFICIAL = (
    "Business enterprises should establish or participate in effective operational-level "
    "mechanisms for individuals who may be adversely impacted."
)
LONG = " ".join(f"Paragraph {n} of the official words deals with remediation." for n in range(40))


def confirmed(text: str = OFFICIAL) -> Guidance:
    """The ordinary guidance, its provision on complaints confirmed against *text*."""
    guidance = small.ordinary()
    digest = guidance.provisions["ungp-29"]
    tick = Confirmation("U1", "2026-01-01T00:00:00Z", ProvisionId("doc-29"), 0, len(text), "0" * 64,
                        restated=digest.text)  # fmt: skip
    official = replace(digest, text=text, checked=Checked.OFFICIAL, confirmed=tick)
    return replace(
        guidance,
        provisions={**guidance.provisions, digest.id: official},
        set_aside={ProvisionId("doc-29"): aside("doc-29", text)},
    )


def aside(id_: str, text: str) -> Provision:
    return replace(small.provision("ungp-99", text), id=ProvisionId(id_), number="99")


def yes(_text: str) -> bool:
    return True


def test_the_official_words_and_the_digest_are_both_embedded():
    by_id = {entry.id: entry for entry in entries_of(confirmed())}
    first = by_id["ungp-29#0"]

    assert first.text == f"UN Guiding Principles: Complaints\n{OFFICIAL}"
    assert by_id["ungp-29~0"].text == (
        "UN Guiding Principles: Complaints\n"
        "Companies should set up a grievance mechanism for people who were harmed."
    )
    assert by_id["ungp-29~0"].passage == first.passage
    assert by_id["ungp-29~0"].metadata == {
        "provision": "ungp-29", "start": 0, "end": len(OFFICIAL)}  # fmt: skip


def test_long_official_words_are_cut_and_the_digest_leads_to_their_beginning():
    entries = [entry for entry in entries_of(confirmed(LONG)) if entry.id.startswith("ungp-29")]

    assert [entry.id for entry in entries] == [
        "ungp-29#0", "ungp-29#1", "ungp-29#2", "ungp-29~0", "ungp-29?0", "ungp-29?1"]  # fmt: skip
    spans = [entry.span for entry in entries]
    assert spans[3:] == [spans[0]] * 3
    assert [LONG[start:end] for start, end in spans[:3]] == [e.passage.text for e in entries[:3]]


def test_a_provision_that_nobody_confirmed_embeds_what_it_did():
    ids = [entry.id for entry in entries_of(small.ordinary())]

    assert not [id_ for id_ in ids if "~" in id_]


def test_confirming_embeds_the_official_words_and_nothing_else(
    tmp_path: Path, words: WordEmbeddings
):
    built: list[Built] = []
    old, new = ReleaseId("a"), ReleaseId("b")
    open_index(small.ordinary(), old, words, tmp_path)
    words.embedded.clear()

    open_index(confirmed(), new, words, tmp_path, reuse=[old], on_built=built.append)

    assert words.embedded == [f"UN Guiding Principles: Complaints\n{OFFICIAL}"]
    assert built == [Built(15, 1)]


@pytest.mark.parametrize(
    "query",
    ["effective operational-level mechanisms for individuals adversely impacted",
     "set up a grievance mechanism for people who were harmed"],
)  # fmt: skip
def test_a_confirmed_provision_is_found_by_either_and_quoted_in_the_official_words(
    query: str, tmp_path: Path, words: WordEmbeddings
):
    guidance = confirmed()
    alone = replace(guidance.provisions["ungp-29"], asks=())
    guidance = replace(guidance, provisions={**guidance.provisions, alone.id: alone})
    search = open_release(guidance, words, tmp_path, mentions_domain=yes)

    best = search([Query(f"UN Guiding Principles: Complaints {query}")])[0].matches[0]

    assert (best.provision, best.passage.text) == ("ungp-29", OFFICIAL)
    assert best.similarity > 0.6


class Blind(WordEmbeddings):
    """Sees the same in every text, so that only words tell them apart."""

    @staticmethod
    def _vector(_text: str) -> list[float]:
        return [1.0] + [0.0] * 63


def test_words_of_the_digest_find_a_confirmed_provision(tmp_path: Path):
    search = open_release(confirmed(), Blind(), tmp_path, mentions_domain=yes)

    # "grievance" stands in the digest alone.
    assert search([Query("grievance")])[0].matches[0].provision == "ungp-29"


def test_what_is_set_aside_is_neither_embedded_nor_found_nor_cited(
    tmp_path: Path, words: WordEmbeddings
):
    guidance = small.ordinary()
    retired = aside("ungp-99", "Zeppelins are prohibited by the treaty on zeppelins.")
    guidance = replace(guidance, set_aside={retired.id: retired})
    search = open_release(guidance, words, tmp_path, mentions_domain=yes)

    assert entries_of(guidance) == entries_of(small.ordinary())
    assert not [text for text in words.embedded if "eppelin" in text]
    for query in ("zeppelins are prohibited by the treaty on zeppelins", "UNGP 99", retired.text):
        found = search([Query(query, limit=50)])[0]
        assert "ungp-99" not in {match.provision for match in found.matches}
        assert Why.PINNED not in {match.why for match in found.matches}
        assert found.nearest != "ungp-99"
    with pytest.raises(UnknownProvision):
        search([Query("zeppelins", pinned=(retired.id,))])
