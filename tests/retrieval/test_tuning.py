"""Tuning learns from the corpus, and what it writes is what the model's adapter reads."""

import shutil
from pathlib import Path

import pytest

from retrieval import adapter
from retrieval.errors import CorpusError
from retrieval.tuning import Tuner, labels_of, read_material

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"


def test_a_few_steps_lower_the_loss_and_write_an_adapter_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    guidance, material = read_material(CORPUS)
    tuner = Tuner(guidance, material)

    losses = [tuner.step(number) for number in range(8)]
    file = tmp_path / "adapter.safetensors"
    tuner.save(file)

    assert losses[6] < losses[0]
    monkeypatch.setattr(adapter, "FILE", file)
    head = adapter.head()
    assert head.labels == labels_of(guidance)
    assert head.weights.shape == (len(head.labels), 384)


def test_the_adapter_knows_every_value_of_the_corpus():
    guidance, _ = read_material(CORPUS)

    assert adapter.head().labels == labels_of(guidance)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


def test_an_exemplar_of_an_unknown_value_is_refused_with_its_place(corpus: Path):
    (corpus / "exemplars" / "new.jsonl").write_text(
        '{"clauses": [["to the navy", {"end_user": ["navy"]}]]}\n')

    with pytest.raises(CorpusError, match=r"new\.jsonl:1: 'end_user' has no value 'navy'"):
        read_material(corpus)
