"""A varied message states what it stated, or what it was made to name instead."""

from pathlib import Path
from random import Random

import pytest

from retrieval.corpus import read
from retrieval.guidance import Fact, Guidance
from retrieval.labelled.exemplars import Clause, Exemplar
from retrieval.training.varying import Varying

from .conftest import ROOT

pytestmark = pytest.mark.long
PRODUCT, COUNTRY, COURTS = Fact("product"), Fact("country"), Fact("access_safeguards")


@pytest.fixture(scope="module")
def corpus() -> Guidance:
    return read(Path(ROOT / "guidance_corpus"))


def clause(text: str, **tells: str) -> Clause:
    return Clause(text, {Fact(f): frozenset({v}) for f, v in tells.items()})


DEAL = [clause("drones for chad,", product="drone", country="TD"),
        clause("they never bother with warrants,", access_safeguards="none"),
        clause("quote is due on friday.", stage="before-quote"),
        clause("what do you say", )]
OTHERS = [Exemplar((clause("the reseller sits in dubai", intermediary="reseller"),)),
          Exemplar((clause("good morning all,"), clause("hope you had a nice weekend")))]


@pytest.fixture(scope="module")
def variants(corpus: Guidance) -> list[list[Clause]]:
    varying = Varying(corpus, OTHERS, Random(7))
    return [varying(DEAL) for _ in range(400)]


def test_what_is_stated_without_a_name_stays_as_labelled(variants: list[list[Clause]]):
    for varied in variants:
        for one in varied:
            if COURTS in one.tells:
                assert one.tells == {COURTS: frozenset({"none"})}
            assert one.text.strip()


def test_names_give_way_to_others_with_their_labels(
    corpus: Guidance, variants: list[list[Clause]]
):
    named = [one for varied in variants for one in varied if PRODUCT in one.tells]

    products = {value for one in named for value in one.tells[PRODUCT]}
    assert len(products) > 10
    assert all(len(one.tells[PRODUCT]) == 1 for one in named)
    assert products <= {c.value for c in corpus.questions[PRODUCT].choices}
    kept = [one for one in named if one.text.startswith("drones")]
    assert {value for one in kept for value in one.tells[PRODUCT]} == {"drone"}


def test_statements_of_others_and_matter_around_are_put_in(variants: list[list[Clause]]):
    words = [" ".join(one.text for one in varied) for varied in variants]

    assert sum("dubai" in text for text in words) > 20
    assert sum("weekend" in text for text in words) > 20
    assert any(len(varied) < len(DEAL) for varied in variants)


def test_another_message_is_joined_on_where_it_says_nothing_on_the_same_facts(corpus: Guidance):
    rest = [clause("they want cameras", product="cctv"), clause("in a great hurry")]
    varying = Varying(corpus, [Exemplar(tuple(rest))], Random(7))

    def joined(first: Clause) -> int:
        texts = [" ".join(one.text for one in varying([first])) for _ in range(200)]
        return sum("hurry" in text for text in texts)

    assert 15 < joined(clause("it is for the navy", end_user="military")) < 60
    assert joined(clause("drones it is", product="drone")) == 0


def test_slips_come_at_the_rate_asked_for(corpus: Guidance):
    varying = Varying(corpus, OTHERS, Random(7))
    text = " ".join(["surveillance"] * 4000)

    slips = sum(word != "surveillance" for word in varying.slipped(text, 0.15).split())

    assert 500 < slips < 700
    assert varying.slipped(text, 0.0) == text


def test_the_same_words_may_state_a_thing_or_nothing(corpus: Guidance):
    varying = Varying(corpus, OTHERS, Random(7))

    for n in range(200):
        stated = {} if n % 2 else {"product": "drone"}
        for one in varying([clause("drones for them", **stated), clause("and so on")]):
            assert (PRODUCT in one.tells) <= (not n % 2)
