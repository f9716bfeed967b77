"""Exemplars whose labels the model doubts are listed, the surest doubts first."""

import json
import sys
from pathlib import Path

import pytest

from retrieval import adapter
from retrieval.guidance import Fact
from retrieval.labelled.exemplars import Clause, Exemplar
from retrieval.training import doubting
from retrieval.training.doubting import Doubt, doubts
from retrieval.training.material import read_material
from retrieval.training.tuner import Tuner

from .conftest import ROOT

# Learning takes all cores, and what freezes replicas goes by time: one worker has them in turn.
pytestmark = pytest.mark.xdist_group("all cores")


def exemplar(text: str, **tells: str) -> Exemplar:
    return Exemplar((Clause(text, {Fact(f): frozenset({v}) for f, v in tells.items()}),))


KITS = exemplar("kits")


@pytest.mark.parametrize(("unheard", "beside", "sureness"), [
    ((("stage=idea", 0.25),), (), 0.75),
    ((), (("stage=idea", 0.625),), 0.625),
    ((("stage=idea", 0.25), ("hosting=customer", 0.125)), (("stage=signed", 0.5),), 0.875),
])
def test_a_doubt_is_as_sure_as_the_surest_of_its_labels(unheard, beside, sureness):
    assert Doubt(KITS, unheard, beside).sureness == sureness


@pytest.fixture(scope="module")
def tuner() -> Tuner:
    made = Tuner(*read_material(ROOT / "guidance_corpus"))
    made.go_on_from(adapter.FILE)
    return made


@pytest.mark.long
def test_what_is_labelled_otherwise_than_heard_is_doubted_and_the_rest_is_not(tuner: Tuner):
    text = "We sell drones to the police in Kenya."
    rightly = exemplar(text, product="drone", end_user="police", country="KE")
    wrongly = exemplar(text, product="drone", end_user="military", country="KE")
    labels = [f"{fact}={value}" for fact, value in tuner.labels]

    (doubt,) = doubts(tuner, [rightly, wrongly, rightly], labels)

    number, found = doubt
    assert number == 1
    assert found.exemplar is wrongly
    assert [label for label, _ in found.unheard] == ["end_user=military"]
    assert [label for label, _ in found.beside] == ["end_user=police"]
    assert found.sureness > 0.9


@pytest.mark.long
def test_a_file_of_the_corpus_is_judged_and_its_doubts_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "doubts.jsonl"
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["doubting", "--files", "38", "--out", str(out)])

    assert doubting.main() == 0

    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    lines = len((ROOT / "guidance_corpus/exemplars/38-from-africa-and-the-middle-east.jsonl")
                .read_text("utf-8").splitlines())
    assert 0 < len(found) < lines / 2
    for one in found:
        assert one["where"].startswith("38-from-africa-and-the-middle-east.jsonl, message ")
        assert one["unheard"] or one["heard beside"]
    sure = [max([1 - c for c in one["unheard"].values()] + [*one["heard beside"].values()])
            for one in found]
    assert sure == sorted(sure, reverse=True)
