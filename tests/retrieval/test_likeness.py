"""What a message says is heard by its likeness to others: by its words and by what they mean."""

import zlib

import numpy as np
import pytest

from retrieval.errors import CorpusError, ModelNotUsable
from retrieval.hearing import suppositions, unknowns
from retrieval.hearing.likeness import Likeness, likeness_in, meaning_of
from retrieval.hearing.suppositions import LIKELY, LIKELY_UNASKED, supposes_by
from retrieval.hearing.unknowns import sounds_unknown_by
from retrieval.hearing.word_features import BUCKETS, features
from retrieval.labelled.judged import SUPPOSITIONS, UNKNOWNS, Judged, read_judged
from retrieval.training.likening import judged, learned, meanings

from .conftest import ROOT


class Letters:
    """Takes each word for a token and its letters for what it means."""

    def token_vectors(self, texts):
        return [(np.array([[word.count("a"), word.count("e")] for word in text.split()],
                          np.float32), [(0, 0)] * len(text.split())) for text in texts]


def flat(meaning=(0.0, 0.0), bias=0.0, **words: float) -> Likeness:
    """A likeness that weighs the given words alone, as they stand in a text of one word."""
    weights = np.zeros(BUCKETS, np.float32)
    for word, weight in words.items():
        mine = zlib.crc32(word.encode()) % BUCKETS
        weights[mine] = weight / features(word)[mine]
    return Likeness(weights, np.array(meaning, np.float32), bias)


def test_what_ends_a_text_means_nothing_and_tokens_count_alike():
    assert meaning_of("  banana the\n", Letters()).tolist() == [1.5, 0.5]


def test_words_and_meaning_are_added_up():
    likeness = flat((0.5, 0.0), -1.0, banana=2.0)
    chance = likeness.by(Letters())("banana")
    assert chance == pytest.approx(1 / (1 + np.exp(-(2.0 + 1.5 - 1.0))))


@pytest.mark.parametrize(("text", "chance", "heard"), [
    ("and with Ghana?", LIKELY, True), ("and with Ghana?", LIKELY - 0.01, False),
    ("and with Ghana", LIKELY_UNASKED, True), ("and with Ghana", LIKELY_UNASKED - 0.01, False),
    ("", 1.0, False), ("with Ghana?", 1.0, False), ("? ? ?", 1.0, False),
    (" ".join(["if"] * 60), 1.0, True), (" ".join(["if"] * 61), 1.0, False),
])
def test_what_asks_nothing_has_to_be_likelier_to_suppose(text, chance, heard):
    assert supposes_by(lambda _: chance)(text, "?" in text) is heard


@pytest.mark.parametrize(("text", "heard"), [
    ("search me", 0.7), ("dunno", 0.0), ("dunno?", 0.0), ("", 0.0),
    (" ".join(["so"] * 40), 0.7), (" ".join(["so"] * 41), 0.0),
])
def test_one_word_and_very_many_leave_nothing_open(text, heard):
    assert sounds_unknown_by(lambda _: 0.7)(text) == heard


def test_a_few_messages_teach_what_they_share():
    said = [Judged(text, so, "a") for text, so in [
        ("pretend they sign, then?", True), ("pretend it was Ghana?", True),
        ("and pretend we host it?", True), ("they sign, then?", False),
        ("it was Ghana, yes?", False)]]
    others = ["we host it", "cctv for the police"]
    made = meanings([*(one.text for one in said), *others], Letters())
    chance = learned(said, others, made, alone=0.3).by(Letters())
    assert chance("pretend the army has it?") > 0.5 > chance("so the army has it?")


def test_a_writer_who_is_left_out_is_judged_by_what_the_rest_teaches():
    said = [Judged(f"{text} {n}", so, file) for file in "ab" for text, so in [
        ("pretend they sign", True), ("they sign", False)] for n in range(9)]
    made = meanings([one.text for one in said], Letters())
    lines = list(judged(said, [], made, alone=0.3))
    assert [line.partition(":")[0] for line in lines[1:]] == ["a", "b", "all"]
    assert lines[-1] == "all: of 18 heard 1.000, 1.000, 1.000, 1.000"


def test_what_is_written_is_read_again(tmp_path):
    from safetensors.numpy import save_file

    file = tmp_path / "likeness.safetensors"
    save_file(dict(flat((0.25, -2.0), -1.5, banana=2.0).tensors()), file)
    read = likeness_in(file)
    assert (read.meaning.tolist(), read.bias) == ([0.25, -2.0], -1.5)
    assert read.by(Letters())("banana") == flat((0.25, -2.0), -1.5, banana=2.0).by(
        Letters())("banana")


@pytest.mark.parametrize("module", [suppositions, unknowns])
def test_a_damaged_file_says_what_to_do(module, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FILE", tmp_path / "likeness.safetensors")
    module.FILE.write_bytes(b"no")
    module.shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"can't be read .* Install the project again\."):
            module.shipped()
    finally:
        module.shipped.cache_clear()


def test_what_ships_hears_suppositions_that_it_was_never_told(packaged):
    supposes = supposes_by(suppositions.shipped().by(packaged))
    assert supposes("would it be any lighter if the coast guard of Malta ran it?", True)
    assert not supposes("the coast guard of Malta runs it since last year", False)


def test_what_ships_hears_that_nobody_knows(packaged):
    sounds_unknown = sounds_unknown_by(unknowns.shipped().by(packaged))
    assert sounds_unknown("you'd have to ask somebody in Valletta, it's beyond me") > 0.9
    assert sounds_unknown("the coast guard of Malta runs it since last year") < 0.1


@pytest.mark.parametrize(("folder", "fewest"), [(SUPPOSITIONS, 3_300), (UNKNOWNS, 1_700)])
def test_about_half_says_no_such_thing_and_no_text_stands_there_twice(folder, fewest):
    said = read_judged(ROOT / "guidance_corpus", folder)
    assert len({one.text for one in said}) == len(said) >= fewest
    assert 0.35 <= sum(not one.so for one in said) / len(said) <= 0.57


@pytest.mark.parametrize(("folder", "key"), [(SUPPOSITIONS, "supposes"), (UNKNOWNS, "unknown")])
def test_each_line_that_is_none_is_named(folder, key, tmp_path):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "01-a.jsonl").write_text(
        f'{{"text": "if so?", "{key}": true}}\n{{"text": " ", "{key}": true}}\n'
        f'{{"text": "so?", "{key}": "no"}}\n')
    (tmp_path / folder / "02-b.jsonl").write_text('{"text": \n')
    with pytest.raises(CorpusError) as error:
        read_judged(tmp_path, folder)
    places = [line.partition(": ")[0] for line in error.value.problems]
    assert places == [f"{folder}/01-a.jsonl:2", f"{folder}/01-a.jsonl:3", f"{folder}/02-b.jsonl:1"]
