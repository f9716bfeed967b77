"""What the openings say in which words, and what of that is shipped."""

import pytest

from retrieval import corpus, opening_words
from retrieval.errors import ModelNotUsable
from retrieval.labelled.openings import Opening, read_openings
from retrieval.opening_words import OpeningWords, Said, counted, shipped, written

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"


def test_what_is_said_once_or_twice_is_not_shipped():
    said = counted([Opening("The crate", "sales", "a crate"),
                    Opening("the crate, the price", "prices", "drones"),
                    Opening("the price", "prices", "drones")])

    assert said == OpeningWords(
        gaps={"prices": Said(2, {"crate": 1, "the": 2}), "sales": Said(1, {"crate": 1, "the": 1})},
        within=Said(3, {"crate": 1}))


def test_no_openings_say_nothing():
    assert counted([]) == opening_words.OpeningWords({}, opening_words.NOTHING)


@pytest.mark.parametrize("damaged", ['{"gaps": 3}', "", '{"gaps": {"a": []}, "within": {}}', "[]"])
def test_a_damaged_file_says_what_to_do(damaged, tmp_path, monkeypatch):
    monkeypatch.setattr(opening_words, "FILE", tmp_path / "opening_words.json")
    (tmp_path / "opening_words.json").write_text(damaged)
    shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"or whom to ask\. Install the project again"):
            shipped()
    finally:
        shipped.cache_clear()


@pytest.mark.long
def test_what_is_shipped_was_counted_in_the_openings_of_the_corpus():
    said = counted(read_openings(CORPUS, corpus.read(CORPUS)))

    # After an edit of the openings: python -m retrieval.training.bordering
    assert opening_words.FILE.read_text("utf-8") == written(said)
    assert shipped() == said
