"""A provision that a search doesn't find by its own words is told of, with what comes instead."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.guidance import ProvisionId
from retrieval.index import open_index
from retrieval.linting.remarks import Severity
from retrieval.linting.search import BATCH, reach
from retrieval.matches import Found
from retrieval.search import build_search
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.small import guidance as small
from tests.retrieval.small import ordinary, provision


def searching(guidance, folder: Path):
    embeddings = WordEmbeddings()
    return build_search(guidance, open_index(guidance, guidance.release, embeddings, folder),
                        embeddings)


def test_a_corpus_in_order_is_found_whole(tmp_path):
    base = ordinary()
    guidance = replace(base, provisions={
        id_: replace(p, asks=()) for id_, p in base.provisions.items()})
    found = reach(guidance, searching(guidance, tmp_path))
    assert found.remarks == ()
    assert (found.looked_at, found.provisions, found.complete) == (4, 4, True)
    assert found.queries == 12
    assert found.found == 9


def test_one_that_is_lost_among_its_likes_is_told_of_with_what_comes_first(tmp_path):
    """Twenty provisions in the same words: the last of them is never among the first ten."""
    same = [provision(f"sg-{n:02}", "Sellers keep records of each sale.", heading="Records",
                      asks=["which records are kept of a sale"] if n < 12 else [])
            for n in range(20)]
    other = provision("ungp-1", "Victims may complain to a body that is independent.",
                      heading="Remedy")
    guidance = small([*same, other])
    found = reach(guidance, searching(guidance, tmp_path))
    lost = {one.subject[1] for one in found.remarks}
    assert len(lost) >= 10
    assert "ungp-1" not in lost
    assert {one.severity for one in found.remarks} == {Severity.WARNING}
    text = found.remarks[0].text
    assert "“Records”; “Sellers keep records of each sale.”" in text
    assert "what comes first is sg-" in text


def test_a_search_that_stays_silent_is_said_to(tmp_path):
    guidance = ordinary()
    found = reach(guidance, lambda queries: [Found(q, (), abstained=True) for q in queries])
    assert len(found.remarks) == 4
    assert "the search says that nothing bears on them" in found.remarks[0].text


@pytest.mark.parametrize(("most", "looked"), [(1, 1), (3, 3), (7, 4)])
def test_of_many_a_sample_is_looked_for_and_its_size_is_told(tmp_path, most, looked):
    guidance = ordinary()
    found = reach(guidance, searching(guidance, tmp_path), most)
    assert (found.looked_at, found.provisions) == (looked, 4)
    assert found.complete is (looked == 4)


def test_queries_go_in_batches_and_each_once(tmp_path):
    base = ordinary()
    guidance = replace(base, provisions={
        ProvisionId(f"sg-{n}"): provision(f"sg-{n}", f"Item {n} of a list.") for n in range(80)})
    sizes = []

    def search(queries):
        sizes.append(len(queries))
        return [Found(q, (), abstained=True) for q in queries]

    found = reach(guidance, search)
    assert sizes == [BATCH, BATCH, found.queries - 2 * BATCH]
