"""Cue lists: what they find, and that the corpus has every one that code names."""

import re
from pathlib import Path

import pytest

import bot.dialogue
from bot.dialogue.small_words.cues import Cues, covered, cues_of, intents_of
from retrieval.words.tokens import Tokens, tokenise

CUES = Cues.of({"nor_words": ["or", "nor"], "deal": ["sell", "a sale of"]})
_CALLED = re.compile(r"""cues\.(?:words|find|starts|covered|only|is_one)\(([^()]*)""")
_NAMED = re.compile(r"""[^f]"(\w+)\"""")


def test_the_single_words_of_a_list_are_those_phrases_that_are_one_word():
    assert CUES.words("nor_words") == {"or", "nor"}
    assert CUES.words("deal") == {"sell"}


def test_a_list_that_a_release_lacks_has_no_words_and_finds_nothing():
    tokens = tokenise("we sell drones")
    assert CUES.words("pronouns") == frozenset()
    assert CUES.find("pronouns", tokens) == []
    assert CUES.starts("pronouns", tokens) == 0


def test_a_list_is_found_by_its_phrases():
    tokens = tokenise("this is a sale of drones")
    assert CUES.find("deal", tokens) == [(2, 5)]
    assert CUES.starts("deal", tokens[2:]) == 3


def test_what_lists_cover_is_every_token_of_their_phrases():
    tokens = tokenise("or a sale of drones")
    assert CUES.covered(tokens, "deal") == {1, 2, 3}
    assert CUES.covered(tokens, "deal", "nor_words", "pronouns") == {0, 1, 2, 3}
    assert CUES.covered(tokens) == frozenset()
    assert covered([(0, 2), (1, 3)]) == {0, 1, 2}


def test_what_lists_cover_of_a_message_is_what_they_cover_of_its_words():
    tokens = Tokens(tokenise("or a sale of drones"))
    for names in (("deal",), ("nor_words",), ("nor_words", "deal"), (), ("deal",)):
        assert CUES.covered(tokens, *names) == CUES.covered([*tokens], *names)
    other = Cues.of({"deal": ["drones"]})
    assert other.covered(tokens, "deal") == {4}


def test_no_phrase_is_longer_than_the_longest():
    assert (CUES.longest, Cues.of({"one": ["a"], "none": []}).longest, Cues.of({}).longest) == (
        3, 1, 0)


def test_nothing_but_words_of_lists_is_said_whatever_the_marks():
    assert CUES.only(tokenise("nor, or sell!"), "deal", "nor_words")
    assert not CUES.only(tokenise("nor, or sell!"), "nor_words")
    assert CUES.only(tokenise("..."), "deal")


def test_one_phrase_is_all_or_it_is_not():
    assert CUES.is_one("nor_words", tokenise("nor"))
    assert not CUES.is_one("nor_words", tokenise("nor or"))
    assert not CUES.is_one("nor_words", tokenise("nor."))
    assert not CUES.is_one("nor_words", ())


def test_the_lists_of_a_release_are_compiled_once(guidance):
    assert cues_of(guidance) is cues_of(guidance)
    assert cues_of(guidance).by_name.keys() == guidance.vocabulary.cues.keys()
    assert intents_of(guidance) is intents_of(guidance)
    assert intents_of(guidance).by_name.keys() == guidance.vocabulary.intents.keys()


def test_the_corpus_has_every_list_that_code_names(guidance):
    folder = Path(bot.dialogue.__file__).parent
    named = {name for file in folder.rglob("*.py")
             for call in _CALLED.findall(file.read_text(encoding="utf-8"))
             for name in _NAMED.findall(f"({call}")}
    assert len(named) > 80
    assert sorted(named - guidance.vocabulary.cues.keys()) == []


@pytest.mark.long
def test_a_phrase_begins_with_a_word_only_where_its_list_is_among_those_that_the_word_begins(
    guidance,
):
    cues = cues_of(guidance)
    said = [phrase for phrases in guidance.vocabulary.cues.values() for phrase in phrases]
    for tokens in map(tokenise, said):
        begun = {name for name in cues.by_name if cues.starts(name, tokens)}
        assert begun <= (cues.begun_by(tokens[0]) if tokens else set())
    assert cues.begun_by(tokenise("xylophone")[0]) == set()
