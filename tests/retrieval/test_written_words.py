"""How people write in this field, and what of that is shipped."""

import pytest

from retrieval import written_words
from retrieval.errors import ModelNotUsable
from retrieval.training.material import read_material
from retrieval.training.writing import texts_of
from retrieval.written_words import NUMBER, STOP, Habits, counted, shipped, written

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"


def test_words_and_what_follows_them_are_counted():
    assert counted(["The army, 3 drones"] * 3 + ["an army"]) == Habits(
        {NUMBER: 3, STOP: 11, "army": 4, "drones": 3, "the": 3},
        {NUMBER: {"drones": 3}, STOP: {NUMBER: 3, "the": 3}, "army": {STOP: 4},
         "drones": {STOP: 3}, "the": {"army": 3}})


def test_no_texts_tell_nothing():
    assert counted([]) == written_words.NONE


@pytest.mark.parametrize("damaged", ["", "[]", '{"a": 3}', '{"a": [1]}', '{"a": ["b", {}]}'])
def test_a_damaged_file_says_what_to_do(damaged, tmp_path, monkeypatch):
    monkeypatch.setattr(written_words, "FILE", tmp_path / "written_words.json")
    (tmp_path / "written_words.json").write_text(damaged)
    shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"Install the project again"):
            shipped()
    finally:
        shipped.cache_clear()


@pytest.mark.long
def test_what_is_shipped_was_counted_in_the_texts_of_the_corpus():
    _, material = read_material(CORPUS)
    habits = counted(texts_of(material))

    # After an edit of exemplars, openings or questions: python -m retrieval.training.writing
    assert written_words.FILE.read_text("utf-8") == written(habits)
    assert shipped() == habits
