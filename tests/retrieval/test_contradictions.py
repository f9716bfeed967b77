"""Phrases of two lists that take each other back are named, whatever the lists and the spelling."""

from retrieval.reading.contradictions import OPPOSED, contradictions


def test_a_phrase_that_answers_two_ways_is_named_with_both_lists():
    lists = {"dont_know": ["no idea", "maybe later"], "skip": ["skip", "maybe later"]}
    assert list(contradictions(lists)) == [("skip", "dont_know", "maybe later")]


def test_the_article_before_a_phrase_makes_it_no_other():
    """A phrase is found with an article or without, so "a lot" was found for "the lot" as well."""
    lists = {"yes": ["a lot"], "all_of_these": ["the lot"]}
    assert list(contradictions(lists)) == [("all_of_these", "yes", "a lot")]


def test_words_for_a_half_are_none_for_the_other_half():
    lists = {"half_said_conflict_yes": ["vote"], "other_half_conflict_yes": ["Vote", "riot"]}
    assert list(contradictions(lists)) == [
        ("other_half_conflict_yes", "half_said_conflict_yes", "vote")]


def test_lists_of_different_values_may_share_their_words():
    lists = {"half_said_conflict_yes": ["vote"], "other_half_stage_signed": ["vote"],
             "yes_unsure": ["probably"], "uncertain": ["probably"]}
    assert list(contradictions(lists)) == []


def test_the_corpus_has_every_list_that_may_contradict_another(guidance):
    assert {name for group in OPPOSED for name in group} - guidance.vocabulary.cues.keys() == set()
    assert list(contradictions(guidance.vocabulary.cues)) == []
