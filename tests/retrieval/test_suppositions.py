"""That a message supposes something of the deal is heard by its words."""

import zlib

import numpy as np
import pytest

from retrieval.errors import CorpusError, ModelNotUsable
from retrieval.hearing import suppositions
from retrieval.hearing.suppositions import (
    LIKELY,
    LIKELY_UNASKED,
    MOST_WORDS,
    shipped,
    supposes_with,
)
from retrieval.hearing.word_features import BUCKETS, features
from retrieval.labelled.suppositions import Supposition, read_suppositions
from retrieval.training.suppositions import learned

from .conftest import ROOT


def with_chance(chance: float):
    """What hears every text with *chance*."""
    return supposes_with(np.zeros(BUCKETS, np.float32), float(np.log(chance / (1 - chance))))


@pytest.mark.parametrize(("text", "chance", "heard"), [
    ("and with Ghana?", LIKELY + 0.01, True), ("and with Ghana?", LIKELY - 0.01, False),
    ("and with Ghana", LIKELY_UNASKED + 0.01, True),
    ("and with Ghana", LIKELY_UNASKED - 0.01, False),
])
def test_what_asks_nothing_has_to_be_likelier(text, chance, heard):
    assert with_chance(chance)(text) is heard


@pytest.mark.parametrize("text", ["", "with Ghana?", "? ? ?", " ".join(["if"] * (MOST_WORDS + 1))])
def test_a_word_or_two_and_very_many_suppose_nothing(text):
    assert with_chance(0.99)(text) is False


def test_a_feature_weighs_what_it_was_given():
    weights = np.zeros(BUCKETS, np.float32)
    mine = zlib.crc32(b"pretend") % BUCKETS
    weights[mine] = 2.0 / features("pretend they sign")[mine]
    assert supposes_with(weights, -1.0)("pretend they sign?")
    assert not supposes_with(weights, -1.0)("today they sign?")


def test_a_few_messages_teach_what_they_share():
    said = [Supposition(text, supposes, "a") for text, supposes in [
        ("pretend they sign, then?", True), ("pretend it was Ghana?", True),
        ("and pretend we host it?", True), ("they sign, then?", False),
        ("it was Ghana, yes?", False)]]
    weights, bias = learned(said, ["we host it", "cctv for the police"])
    assert weights.shape == (BUCKETS,)
    supposes = supposes_with(weights, bias)
    assert supposes("pretend the army has it?")
    assert not supposes("so the army has it?")


def test_what_ships_hears_what_it_was_never_told():
    assert shipped()("would it be any lighter if the coast guard of Malta ran it?")
    assert not shipped()("the coast guard of Malta runs it since last year")


def test_half_of_what_is_learned_from_supposes_nothing_and_no_text_stands_there_twice():
    said = read_suppositions(ROOT / "guidance_corpus")
    assert len({one.text for one in said}) == len(said) >= 2_300
    assert 0.35 <= sum(not one.supposes for one in said) / len(said) <= 0.5


def test_each_line_that_is_none_is_named(tmp_path):
    folder = tmp_path / "suppositions"
    folder.mkdir()
    (folder / "01-a.jsonl").write_text(
        '{"text": "if so?", "supposes": true}\n{"text": " ", "supposes": true}\n'
        '{"text": "so?", "supposes": "no"}\n')
    (folder / "02-b.jsonl").write_text('{"text": \n')
    with pytest.raises(CorpusError) as error:
        read_suppositions(tmp_path)
    places = [line.partition(": ")[0] for line in error.value.problems]
    assert places == ["suppositions/01-a.jsonl:2", "suppositions/01-a.jsonl:3",
                      "suppositions/02-b.jsonl:1"]


def test_a_damaged_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(suppositions, "FILE", tmp_path / "suppositions.safetensors")
    suppositions.FILE.write_bytes(b"no")
    shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"can't be read .* Install the project again\."):
            shipped()
    finally:
        shipped.cache_clear()
