"""Tuning learns from the corpus, and what it writes is what the model's adapter reads."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from retrieval import adapter
from retrieval.corpus import read
from retrieval.errors import CorpusError
from retrieval.guidance import Guidance
from retrieval.model.weights import packaged_weights
from retrieval.training import tuner as tuner_module
from retrieval.training.low_rank_encoder import Encoder
from retrieval.training.material import Material, labels_of, read_material
from retrieval.training.order import Order
from retrieval.training.tuner import LOG_ODDS, ROUND, Tuner

from .conftest import ROOT

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("all cores")]
CORPUS = ROOT / "guidance_corpus"
HELD_OUT = 798
"""Exemplars in the files 14 and 38."""
LEAST_F1, LEAST_WHOLE = 0.9, 0.6
"""Of what the adapter in place hears of exemplars that it was learned from; its head alone."""


@pytest.fixture(scope="module")
def parted() -> tuple[Guidance, Material]:
    """What the shipped corpus gives to learn from, with two files held out."""
    return read_material(CORPUS, {"14", "38"})


@pytest.mark.long
def test_a_few_steps_lower_the_loss_and_write_an_adapter_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tuner_module, "MESSAGES", 16)
    guidance, material = read_material(CORPUS)
    tuner = Tuner(guidance, material, boldness=2.0)

    begun = tuner._random.getstate()
    rounds = []
    for number in range(0, 3 * ROUND, ROUND):
        # The same batches each time: they differ by more than a few steps bring.
        tuner._random.setstate(begun)
        tuner._waiting, tuner._order = [], Order(len(material.exemplars), tuner._random)
        rounds.append([tuner.step(number + n, 0.0) for n in range(ROUND)])
    first, _, again = rounds
    file = tmp_path / "adapter.safetensors"
    tuner.save(file)

    # The first learns search, the ninth choice, two between them wishes, the others reading.
    searched, chosen, wished = 0, 8, (4, 12)
    read = set(range(ROUND)) - {searched, chosen, *wished}
    assert again[searched] < first[searched]
    assert again[chosen] < first[chosen]
    assert sum(again[n] for n in wished) < sum(first[n] for n in wished)
    assert sum(again[n] for n in read) < sum(first[n] for n in read)
    assert [one.name for one in tmp_path.iterdir()] == ["adapter.safetensors"]
    monkeypatch.setattr(adapter, "FILE", file)
    head = adapter.head()
    assert head.labels == labels_of(guidance)
    assert head.weights.shape == (len(head.labels), 384)


@pytest.mark.long
def test_the_model_written_out_for_speed_gives_what_the_packaged_one_gives():
    given = packaged_weights()
    tokenizer = AutoTokenizer.from_pretrained(str(given))
    model = AutoModel.from_pretrained(str(given))
    texts = tokenizer(["Twelve kits for the police", "of Kenya"], padding=True, return_tensors="pt")
    encoder = Encoder(model, torch.float32)

    encoder.merge()
    with torch.no_grad():
        ours, theirs = encoder(texts), model(**texts).last_hidden_state

    read = texts["attention_mask"].bool()
    assert torch.allclose(ours[read], theirs[read], atol=1e-5)


def test_frozen_layers_are_passed_through_and_learn_nothing():
    given = packaged_weights()
    model = AutoModel.from_pretrained(str(given))
    encoder = Encoder(model, torch.float32)
    texts = AutoTokenizer.from_pretrained(str(given))(["Kits for Kenya"], return_tensors="pt")

    encoder.freeze(4)
    encoder.merge()
    encoder(texts).sum().backward()

    learning = {name.split(".")[2] for name, (_, b) in encoder.changes.items()
                if b.grad is not None}
    assert learning == {"4", "5"}


@pytest.mark.long
def test_who_goes_on_from_a_file_of_lower_rank_begins_with_the_same_model(
    parted: tuple[Guidance, Material], tmp_path: Path
):
    file = tmp_path / "lower.safetensors"
    tensors = load_file(adapter.FILE)
    half = {name: tensor[:16] if name.endswith(".A") else tensor[:, :16].contiguous()
            for name, tensor in tensors.items() if name.endswith((".A", ".B"))}
    save_file({**tensors, **half}, file, {"labels": json.dumps(adapter.head().labels)})
    tuner = Tuner(*parted)

    tuner.go_on_from(file)
    tuner.save(tmp_path / "again.safetensors")

    again = load_file(tmp_path / "again.safetensors")
    for name in (name.removesuffix(".A") for name in half if name.endswith(".A")):
        assert torch.allclose(again[f"{name}.B"].float() @ again[f"{name}.A"].float(),
                              half[f"{name}.B"].float() @ half[f"{name}.A"].float(), atol=1e-5)
    assert torch.equal(again["head.weight"], tensors["head.weight"])


@pytest.mark.long
def test_who_goes_on_from_a_file_that_lacks_a_label_begins_it_anew(
    parted: tuple[Guidance, Material], tmp_path: Path
):
    file = tmp_path / "fewer.safetensors"
    tensors, labels = load_file(adapter.FILE), adapter.head().labels
    save_file({**tensors, "head.weight": tensors["head.weight"][:-1].contiguous(),
               "head.bias": tensors["head.bias"][:-1].contiguous()}, file,
              {"labels": json.dumps(labels[:-1])})
    tuner = Tuner(*parted)

    tuner.go_on_from(file)

    head = tuner.tensors()
    assert torch.equal(head["head.weight"][:-1].half(), tensors["head.weight"][:-1])
    assert float(head["head.bias"][-1]) == LOG_ODDS


@pytest.mark.long
def test_half_way_lies_between_what_was_begun_with_and_what_was_learned(
    parted: tuple[Guidance, Material], tmp_path: Path
):
    tuner = Tuner(*parted)
    tuner.go_on_from(adapter.FILE)
    begun = tuner.tensors()
    with torch.no_grad():
        tuner._head.bias += 1.0

    tuner.save(tmp_path / "half.safetensors", begun, 0.5)

    half = load_file(tmp_path / "half.safetensors")
    assert torch.allclose(half["head.bias"].float(), begun["head.bias"] + 0.5, atol=1e-2)
    assert all(torch.equal(half[name], tensor.half()) for name, tensor in begun.items()
               if name != "head.bias")


@pytest.mark.long
def test_files_held_out_are_judged_on_and_not_learned_from(
    parted: tuple[Guidance, Material]
):
    _, whole = read_material(CORPUS)
    _, material = parted

    assert len(material.held_out) == HELD_OUT
    assert not set(map(id, material.held_out)) & set(map(id, material.exemplars))
    assert len(material.exemplars) + len(material.held_out) == len(whole.exemplars)
    assert whole.held_out == ()


@pytest.mark.long
def test_what_was_learned_is_heard_again(parted: tuple[Guidance, Material]):
    _, material = parted
    tuner = Tuner(*parted)

    begun, whole = tuner.heard(material.held_out[:64])
    tuner.go_on_from(adapter.FILE)
    learned, learned_whole = tuner.heard(material.held_out[:64])

    assert (begun, whole) == (0.0, 0.0)
    assert learned > LEAST_F1
    assert learned_whole > LEAST_WHOLE


def test_the_adapter_knows_every_value_of_the_corpus():
    assert adapter.head().labels == labels_of(read(CORPUS))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    without = shutil.ignore_patterns("exemplars")
    copy = Path(shutil.copytree(CORPUS, tmp_path / "corpus", ignore=without))
    (copy / "exemplars").mkdir()
    return copy


def test_an_exemplar_of_an_unknown_value_is_refused_with_its_place(corpus: Path):
    (corpus / "exemplars" / "new.jsonl").write_text(
        '{"clauses": [["to the navy", {"end_user": ["navy"]}]]}\n')

    with pytest.raises(CorpusError, match=r"new\.jsonl:1: 'end_user' has no value 'navy'"):
        read_material(corpus)
