"""What finds nothing: beyond what the guidance covers, jumbled, empty, or without a word of it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from retrieval import abstaining
from retrieval.abstaining import domain_words
from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import (
    Gap,
    GapKind,
    Guidance,
    ProvisionId,
)
from retrieval.matches import Found, Query, Search
from retrieval.opening import open_release
from retrieval.search import index_of, strays
from tests.retrieval.found import found, ids

from . import small
from .conftest import WordEmbeddings


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return small.ordinary()


@pytest.fixture(scope="module")
def search(
    guidance: Guidance, packaged: PackagedEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Search:
    """The search as people use it, over the small guidance."""
    return open_release(guidance, packaged, tmp_path_factory.mktemp("search"))


@pytest.mark.parametrize(
    "text", ["when does the canteen open", "book me a flight to Lisbon"]
)
def test_what_the_guidance_does_not_cover_finds_nothing_but_says_where_to_start(
    text: str, search: Search, guidance: Guidance
):
    result = found(search, text)

    assert result.abstained
    assert result.matches == ()
    assert result.nearest in guidance.provisions


@pytest.mark.parametrize(("text", "silent"), [
    ("asdkjh qwe zzz", True), ("asdf qwer", True), ("horsis rydng", True), ("zzz", True),
    ("riders of horses", False), ("horses", False), ("what of Xyzzy Qwrt", False),
])
def test_a_jumble_of_letters_finds_nothing_however_near_it_lies(
    text: str, silent: bool, tmp_path: Path
):
    class Near(WordEmbeddings):
        @staticmethod
        def _vector(_: str) -> list[float]:
            return [1.0, 0.0]

    guidance = small.guidance([small.provision("ungp-1", "Horses.")])
    english = frozenset({"what", "of", "riders"})
    guidance = dataclasses.replace(
        guidance, vocabulary=dataclasses.replace(guidance.vocabulary, english=english))
    search = open_release(guidance, Near(), tmp_path, mentions_domain=lambda _: False)

    assert found(search, text) == Found(Query(text), (), abstained=True) if silent else (
        ids(found(search, text)) == ["ungp-1"])


def beyond_by(whom: str, tmp_path: Path) -> Found:
    """What "price of lunch" finds where two gaps are as near; *whom* the second says to ask."""
    def gap(id_: str, whom: str) -> Gap:
        return Gap(id_, GapKind.OUTSIDE, id_.title(), "", whom, (), ("price of lunch",))

    content = dataclasses.replace(small.ordinary(), gaps=(gap("prices", "sales"),
                                                          gap("canteen", whom)))
    return found(open_release(content, WordEmbeddings(), tmp_path), "price of lunch")


def test_of_two_gaps_as_near_none_is_named_unless_the_same_is_to_be_asked(tmp_path: Path):
    doubted = beyond_by("the cook", tmp_path)

    assert (doubted.abstained, doubted.gap, doubted.nearest) == (True, None, None)
    assert beyond_by("sales", tmp_path).gap == "prices"


@pytest.mark.parametrize(("text", "gap", "nearest"), [
    ("what does the Geneva convention say of horses", abstaining.NOT_HELD, "ungp-12"),
    ("price of lunch under the Geneva convention", "prices", "ungp-17"),
    # Of what is held nobody is told that it isn't.
    ("arms treaty, csddd", "prices", "csddd-1"),
])
def test_a_text_that_is_not_held_is_answered_by_no_other(
    text: str, gap: str, nearest: str, tmp_path: Path
):
    """What a court said of surveillance was answered by what the UN said."""
    made = small.guidance([small.provision("ungp-12", "Saddles."), small.provision(
        "ungp-17", "Horses and what they say."), small.provision("csddd-1", "Horses, too.")])
    cues = {"texts_not_held": ("geneva convention",), "named_csddd": ("csddd",)}
    made = dataclasses.replace(
        made, vocabulary=dataclasses.replace(made.vocabulary, cues=cues),
        gaps=(Gap(abstaining.NOT_HELD, GapKind.NEAR, "Not held", "", "legal",
                  (ProvisionId("ungp-12"),), ("arms treaty",)),
              Gap("prices", GapKind.NEAR, "Prices", "", "sales",
                  (ProvisionId("ungp-17"),), ("price of lunch",))))
    result = found(open_release(made, WordEmbeddings(), tmp_path), text)

    assert (result.abstained, result.gap, result.nearest) == (True, gap, nearest)


@pytest.mark.parametrize("kind", list(GapKind))
def test_what_lies_beyond_strays_and_a_greeting_does_not(kind: GapKind, tmp_path: Path):
    gap = Gap("prices", kind, "Prices", "", "sales", (), ("price of lunch",))
    search = open_release(
        dataclasses.replace(small.ordinary(), gaps=(gap,)), WordEmbeddings(), tmp_path)

    assert found(search, "price of lunch").abstained
    assert (strays(search, "price of lunch") > 0.0) is (kind is not GapKind.OPENING)
    for within in ("do we need a hotline for complaints", "UNGP 17", " "):
        assert strays(search, within) == 0.0


def test_a_message_is_compared_once_though_its_parts_are_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    search = open_release(small.ordinary(), WordEmbeddings(), tmp_path)
    index, compared = index_of(search), []
    near = index.near

    def listening(vectors: np.ndarray, count: int) -> object:
        compared.extend(row.tobytes() for row in vectors)
        return near(vectors, count)

    monkeypatch.setattr(index, "near", listening)
    for text in ("hotline for complaints", "complaints", "hotline for complaints", "complaints"):
        strays(search, text)
    found(search, "hotline for complaints")

    assert len(compared) == len(set(compared)) == 2


def test_an_empty_question_finds_nothing(search: Search):
    assert found(search, " \n") == Found(Query(" \n"), (), abstained=True, nearest=None)


def test_a_release_without_provisions_finds_nothing(tmp_path: Path, words: WordEmbeddings):
    search = open_release(small.guidance([]), words, tmp_path)

    assert found(search, "hotline").abstained


@pytest.mark.parametrize(
    ("thresholds", "domain", "abstained"),
    [
        ((-1.0, -1.0), False, False),
        ((-1.0, 1.1), False, True),
        ((-1.0, 1.1), True, False),
        ((1.1, 1.1), True, True),
    ],
)
def test_between_the_thresholds_a_word_of_the_domain_decides(
    thresholds: tuple[float, float],
    domain: bool,
    abstained: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in zip(("LOW", "MID"), thresholds, strict=True):
        monkeypatch.setattr(abstaining, name, value)
    search = open_release(
        small.ordinary(), WordEmbeddings(), tmp_path, mentions_domain=lambda _: domain
    )

    assert found(search, "hotline").abstained is abstained


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("they want surveillance cameras", True),
        ("CCTV for a shop", True),
        ("is it deep packet inspection?", True),
        ("inspection of a deep packet", False),
        ("lunch", False),
        ("", False),
    ],
)
def test_a_word_of_the_domain_is_recognised_in_any_form(
    text: str, mentioned: bool, guidance: Guidance
):
    assert domain_words(guidance)(text) is mentioned
