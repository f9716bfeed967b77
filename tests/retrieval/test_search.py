"""What a question finds, in which order, and when it finds nothing."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval import abstaining
from retrieval import search as searching
from retrieval.embedding import PackagedEmbeddings
from retrieval.errors import UnknownProvision
from retrieval.finding.topics import Topics
from retrieval.guidance import (
    UNKNOWN,
    Guidance,
    Provision,
    ProvisionId,
    ReleaseId,
    Table,
)
from retrieval.index import open_index
from retrieval.matches import Query, Search, Why
from retrieval.opening import open_release
from retrieval.search import build_search
from tests.retrieval.found import found, ids

from . import small
from .conftest import WordEmbeddings

pytestmark = pytest.mark.xdist_group("search")

UNGP_17, UNGP_29, SG_1, SG_2 = map(ProvisionId, ("ungp-17", "ungp-29", "sg-1", "sg-2"))


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return small.ordinary()


@pytest.fixture(scope="module")
def search(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Search:
    """The search as people use it, over the small guidance."""
    return open_release(guidance, packaged, tmp_path_factory.mktemp("search"))


# Ranking -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("must we look into the customer before selling", UNGP_17),
        ("a hot line where victims complain", UNGP_29),
        ("a kit that opens locked phones", SG_1),
        ("spotting people in CCTV footage by their faces", SG_2),
    ],
)
def test_loosely_worded_questions_find_their_provision_first(
    text: str, first: ProvisionId, search: Search
):
    assert ids(found(search, text))[0] == first


def test_a_misspelt_question_is_searched_as_it_was_meant_and_given_back_as_it_was_put(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path: Path
):
    meant = "a hotline for complaints of victims"
    put = "a hotlnie for compliants of vicitms"
    written = {put: meant, meant: meant}
    mending = open_release(guidance, packaged, tmp_path, written=lambda text: written[text])

    one, other = mending([Query(put), Query(meant)])

    assert one.matches == other.matches
    assert one.matches != open_release(guidance, packaged, tmp_path)([Query(put)])[0].matches
    assert one.query.text == put


def test_of_what_was_asked_the_last_sixteen_questions_are_kept(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path: Path
):
    asked: list[str] = []

    def written(text: str) -> str:
        asked.append(text)
        return text

    search = open_release(guidance, packaged, tmp_path, written=written)
    for n in (*range(17), 0):
        search([Query(f"complaints of victims, case {n}")])

    assert [text.rsplit(maxsplit=1)[1] for text in asked] == [*map(str, range(17)), "0"]


def test_a_provision_is_returned_once_with_a_verbatim_passage(search: Search, guidance: Guidance):
    result = found(search, "phone extraction and complaints hotline")

    assert len(ids(result)) == len(set(ids(result)))
    for match in result.matches:
        text = guidance.provisions[match.provision].text
        assert match.passage.text == text[match.passage.start : match.passage.end]
        assert -1.0 <= match.similarity <= 1.0
        assert match.why is Why.SIMILAR


def test_a_rare_word_is_found_though_its_meaning_is_unknown(tmp_path: Path):
    class Blind(WordEmbeddings):
        @staticmethod
        def _vector(_: str) -> list[float]:
            return [1.0, 0.0]

    provisions = [small.provision(f"ungp-{n}", f"Rule {n} of many.") for n in range(30)]
    provisions.append(small.provision("ungp-99", "Wassenaar controls apply to exports."))
    search = open_release(small.guidance(provisions), Blind(), tmp_path, mentions_domain=yes)

    assert ids(found(search, "Does Wassenaar matter?", limit=5))[0] == "ungp-99"


def test_results_come_in_the_order_of_the_queries(search: Search):
    queries = [Query("hotline for complaints"), Query(""), Query("phone extraction")]
    alone = [search([query])[0] for query in queries]

    together = search(queries)

    assert [one.query for one in together] == queries
    assert [ids(one) for one in together] == [ids(one) for one in alone]
    assert search([]) == []


def test_the_queries_of_one_call_are_embedded_in_one_batch(guidance: Guidance, tmp_path: Path):
    batches: list[list[str]] = []

    class Counting(WordEmbeddings):
        def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
            batches.append(list(texts))
            return super().embed_queries(texts)

    open_release(guidance, Counting(), tmp_path)([Query("a hotline"), Query(""), Query("a phone")])

    assert batches == [["a hotline", "a phone"]]


def test_no_more_than_the_limit_are_returned(search: Search):
    assert len(ids(found(search, "hotline for complaints", limit=2))) == 2
    assert ids(found(search, "hotline for complaints", UNGP_17, limit=1)) == [UNGP_17, UNGP_29]
    assert ids(found(search, "UNGP 17: hotline for complaints", limit=1)) == [UNGP_17]


def test_searches_from_many_threads_agree(search: Search):
    texts = ["hotline for complaints", "phone extraction", "faces in a crowd"] * 10
    alone = [ids(found(search, text)) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda text: ids(found(search, text)), texts))

    assert at_once == alone


def test_comparing_exactly_and_asking_chroma_give_the_same_results(
    guidance: Guidance, words: WordEmbeddings, tmp_path: Path
):
    exact, asked = (
        build_search(
            guidance, open_index(guidance, ReleaseId("one"), words, tmp_path, exact_up_to=limit),
            words, mentions_domain=yes)
        for limit in (100, 0)
    )
    queries = [
        Query("complaints of a victim"),
        Query("due diligence before the sale", pinned=(SG_2,)),
        Query("UNGP 29 and locked telephones", topics=small.table(product="camera")),
    ]

    for ours, theirs in zip(exact(queries), asked(queries), strict=True):
        assert [(m.passage, m.why) for m in ours.matches] == [
            (m.passage, m.why) for m in theirs.matches
        ]
        assert np.allclose(
            [m.similarity for m in ours.matches], [m.similarity for m in theirs.matches], atol=1e-5
        )


def test_a_provision_found_by_its_words_alone_has_its_true_similarity(
    guidance: Guidance, words: WordEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    text = "complaints and telephones"
    for threshold in ("LOW", "MID"):
        monkeypatch.setattr(abstaining, threshold, -2.0)
    search = open_release(guidance, words, tmp_path, mentions_domain=yes)
    whole = {m.provision: m for m in found(search, text).matches}
    monkeypatch.setattr(searching, "CANDIDATES", 1)
    again = open_release(guidance, words, tmp_path, mentions_domain=yes)

    matches = found(again, text).matches

    assert len(matches) > 1
    for match in matches:
        assert match.similarity == pytest.approx(whole[match.provision].similarity, abs=1e-6)


class Fixed(WordEmbeddings):
    """A query is the first axis; a text that begins as one of *near* lies so near to it."""

    def __init__(self, near: dict[str, float]) -> None:
        super().__init__()
        self._near = near

    def _vector(self, text: str) -> list[float]:  # type: ignore[override]
        near = next((n for part, n in self._near.items() if part in text), 1.0)
        return [near, float(np.sqrt(1.0 - near * near))]


@pytest.mark.parametrize(("cosine", "first"), [(0.51, "ungp-2"), (0.49, "ungp-1")])
def test_words_that_agree_in_full_outweigh_three_tenths_of_a_cosine(
    cosine: float, first: str, tmp_path: Path
):
    provisions = [small.provision("ungp-1", "Horses."), small.provision("ungp-2", "Stripes.")]
    near = Fixed({"Horses": 0.8, "Stripes": cosine})
    search = open_release(small.guidance(provisions), near, tmp_path, mentions_domain=yes)

    assert ids(found(search, "stripes"))[0] == first


def test_texts_that_are_blank_or_without_words_are_searched_like_others(
    words: WordEmbeddings, tmp_path: Path
):
    provisions = [small.provision("ungp-1", "Horses.", asks=("  ", "\n")),
                  small.provision("ungp-2", "??? !!!")]
    search = open_release(small.guidance(provisions), words, tmp_path, mentions_domain=yes)

    assert ids(found(search, "horses"))[0] == "ungp-1"


# Pinned ------------------------------------------------------------------------------------


def test_pinned_provisions_come_first_in_their_order(search: Search):
    result = found(search, "hotline for complaints", SG_2, UNGP_17)

    assert ids(result)[:3] == [SG_2, UNGP_17, UNGP_29]
    assert [m.why for m in result.matches[:3]] == [Why.PINNED, Why.PINNED, Why.SIMILAR]
    assert [m.similarity for m in result.matches[:2]] == [1.0, 1.0]


def test_beneath_a_pinned_heading_its_items_come_before_what_is_nearer(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path: Path
):
    of_one = {p: dataclasses.replace(one, pinpoint="Part 1") if p in {SG_1, SG_2} else one
              for p, one in guidance.provisions.items()}
    search = open_release(dataclasses.replace(guidance, provisions=of_one), packaged, tmp_path)

    assert ids(found(search, "where can a victim complain", SG_1))[:3] == [SG_1, SG_2, UNGP_29]
    assert ids(found(search, "where can a victim complain", SG_2))[:2] == [SG_2, UNGP_29]


def test_a_source_that_is_named_is_no_way_around_the_border(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path: Path
):
    named = {"named_sg": ("state guidance",), "named_ungp": ("ruggie principles",)}
    one = dataclasses.replace(
        guidance, vocabulary=dataclasses.replace(guidance.vocabulary, cues=named),
        provisions={p: it for p, it in guidance.provisions.items() if p != SG_2})
    search = open_release(one, packaged, tmp_path)

    assert ids(found(search, "does the state guidance speak of a hotline for complaints"))[0] == (
        SG_1)
    assert found(search, "asdkjh qwe zxcv state guidance").abstained


def test_a_provision_named_in_the_question_is_pinned_after_those_of_the_query(search: Search):
    result = found(search, "does UNGP 29 apply to facial recognition?", SG_1)

    assert ids(result)[:3] == [SG_1, UNGP_29, SG_2]
    assert result.matches[1].why is Why.PINNED


def test_naming_a_provision_is_enough_to_find_it(search: Search):
    result = found(search, "UNGP 17")

    assert not result.abstained
    assert ids(result)[0] == UNGP_17


def test_a_pin_that_the_release_lacks_is_an_error_that_names_the_nearest(search: Search):
    with pytest.raises(UnknownProvision, match=r"'ungp-71'.*Nearest: 'ungp-17'"):
        found(search, "hotline", ProvisionId("ungp-71"))


def test_pins_are_returned_where_the_text_finds_nothing(search: Search):
    for text in ("", "when does the canteen open"):
        result = found(search, text, UNGP_29)
        assert ids(result) == [UNGP_29]
        assert not result.abstained


# Topics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topics", "known", "moved"),
    [
        ({}, {"product": "camera"}, "nowhere"),
        ({"product": "camera"}, {}, "nowhere"),
        ({"product": "camera"}, {"product": UNKNOWN}, "nowhere"),
        ({"product": "camera"}, {"country": "US"}, "nowhere"),
        ({"product": "camera spyware"}, {"product": "camera"}, "up"),
        ({"product": "camera"}, {"product": "camera drone"}, "up"),
        ({"product": "camera"}, {"product": "drone"}, "down"),
    ],
)
def test_what_is_known_of_the_deal_moves_a_provision(
    topics: dict[str, str], known: dict[str, str], moved: str
):
    shifts = Topics([small.table(**topics)]).shifts(small.table(**known))

    assert shifts.tolist() == [{"up": 0.05, "down": -0.035, "nowhere": 0.0}[moved]]


@pytest.mark.parametrize(("topics", "shift"), [
    ({"product": "camera", "end_user": "police"}, 0.10),
    ({"product": "camera", "end_user": "police", "country": "US"}, 0.10),
    ({"product": "drone", "end_user": "army"}, -0.035),
    ({"product": "camera", "end_user": "army"}, 0.015),
])
def test_what_agrees_counts_twice_at_most_and_what_differs_once(
    topics: dict[str, str], shift: float
):
    known = small.table(product="camera", end_user="police", country="US")

    assert Topics([small.table(**topics)]).shifts(known).tolist() == [pytest.approx(shift)]


def test_of_two_provisions_alike_the_one_that_speaks_to_the_deal_comes_first(
    words: WordEmbeddings, tmp_path: Path
):
    def about(id_: str, topics: Table) -> Provision:
        return small.provision(id_, "Ask who will use it.", heading="Use", topics=topics)

    provisions = [
        about("ungp-1", small.table(product="spyware")),
        about("ungp-2", small.table()),
        about("ungp-3", small.table(product="camera")),
    ]
    search = open_release(small.guidance(provisions), words, tmp_path, mentions_domain=yes)

    result = found(search, "who will use it", topics=small.table(product="camera"))

    assert ids(result) == ["ungp-3", "ungp-2", "ungp-1"]


def test_two_releases_stand_side_by_side(guidance: Guidance, words: WordEmbeddings, tmp_path: Path):
    asks = ("where is the letterbox", "where is a letterbox", "where is our letterbox")
    changed = dataclasses.replace(guidance.provisions[UNGP_29], asks=asks)
    other = dataclasses.replace(guidance, provisions={**guidance.provisions, UNGP_29: changed})

    old = open_release(guidance, words, tmp_path, mentions_domain=yes)
    new = open_release(other, words, tmp_path, mentions_domain=yes)

    first = found(new, "where is the letterbox").matches[0]
    assert first.provision == UNGP_29
    assert all(m.similarity < first.similarity for m in found(old, asks[0]).matches)
    assert len([f for f in (tmp_path / "index").iterdir() if f.is_dir()]) == 2


def yes(_: str) -> bool:
    return True
