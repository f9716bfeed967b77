"""Vectors that ship with the corpus: taken where they fit, and made where they don't."""

import logging
import random

import numpy as np
import pytest

from retrieval import beforehand
from retrieval.beforehand import keep, made_beforehand
from retrieval.embedding import PackagedEmbeddings
from retrieval.indexes.entries import entries_of
from tests.retrieval.conftest import WordEmbeddings

TEXTS = ["drones for the police", "who is the end-user?", "Überwachung", ""]


@pytest.fixture
def file(tmp_path):
    assert keep(WordEmbeddings(), TEXTS, tmp_path / "vectors.safetensors") == len(TEXTS)
    return tmp_path / "vectors.safetensors"


def test_a_text_gets_its_own_vector_back_and_a_strange_one_none(file):
    words = WordEmbeddings()
    found = made_beforehand(words.recipe, {*TEXTS, "something else"}, file)
    assert found.keys() == set(TEXTS)
    for text in TEXTS[:3]:
        assert found[text].dtype == np.float32
        assert np.dot(found[text], words.embed_documents([text])[0]) > 0.9999
        assert abs(np.linalg.norm(found[text]) - 1) < 1e-6


def test_of_another_recipe_it_says_nothing(file):
    assert made_beforehand("another", TEXTS, file) == {}


def test_the_order_in_which_texts_come_changes_nothing(file, tmp_path):
    again = tmp_path / "again.safetensors"
    keep(WordEmbeddings(), [*reversed(TEXTS), TEXTS[0]], again)
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("damage", [lambda f: f.write_bytes(f.read_bytes()[:100]),
                                    lambda f: f.write_bytes(b""), lambda f: f.unlink()])
def test_a_file_that_is_damaged_or_gone_costs_time_alone(file, damage, caplog):
    damage(file)
    with caplog.at_level(logging.WARNING):
        assert made_beforehand(WordEmbeddings().recipe, TEXTS, file) == {}
    assert "can't be read" in caplog.text


def test_nothing_can_be_kept(tmp_path):
    assert keep(WordEmbeddings(), [], tmp_path / "none") == 0
    assert made_beforehand(WordEmbeddings().recipe, TEXTS, tmp_path / "none") == {}


def test_what_ships_is_of_this_model_and_this_corpus(data_dir, guidance):
    """After `make vectors`; a few texts may have been added since."""
    model = PackagedEmbeddings.open(data_dir)
    texts = sorted({one.text for one in entries_of(guidance)})
    found = made_beforehand(model.recipe, texts, beforehand.FILE)
    assert len(found) > 0.95 * len(texts), "run 'make vectors'"
    some = random.Random(1).sample(sorted(found), 50)
    here = np.array(model.embed_documents(some))
    near = [float(np.dot(a, found[text])) for a, text in zip(here, some, strict=True)]
    assert min(near) > 0.99999
