"""Lists of phrases that nothing reads are told of, with what may be meant."""

from dataclasses import replace

import pytest

from bot.publishing.code_words import words_in_code
from retrieval.linting.phrase_lists import remarks

KNOWN = {"withdrawn", "said_else_{fact}_{value}", "named_", "first_", "an",
         "no list, and not withdrawm"}


def told(guidance, name, kind="cues", words=frozenset(KNOWN)):
    """What is remarked of a release whose one list is called *name*."""
    vocabulary = replace(guidance.vocabulary, **{"cues": {}, "intents": {}, kind: {name: ("so",)}})
    return [(one.subject, one.text.removeprefix(
        "Nothing reads it, so what stands in it is never heard. "))
        for one in remarks(replace(guidance, vocabulary=vocabulary), words)]


def test_every_list_that_ships_is_read(guidance):
    assert [one.subject for one in remarks(guidance, words_in_code())] == []


@pytest.mark.parametrize("name", [
    "withdrawn", "said_else_detentions_yes", "named_gc", "named_no-live-recognition", "first_2"])
def test_what_code_names_by_itself_or_by_its_family_is_read(guidance, name):
    assert told(guidance, name) == []


@pytest.mark.parametrize(("name", "way_out"), [
    ("withdrwan", "Is 'withdrawn' meant?"),
    ("dropped_altogether", "Correct its name, or take it out."),
    ("said_else_detention_yes", "No question, value, safeguard or source is called "
     "'detention_yes'; correct its name."),
    ("said_else_detentions", "Correct its name, or take it out."),
    # A text that is too short for the name of a family is none.
    ("an_yes", "Correct its name, or take it out."),
])
def test_what_nothing_reads_is_told_of(guidance, name, way_out):
    assert told(guidance, name) == [(("cue list", name), way_out)]
    assert told(guidance, name, "intents") == [(("intent list", name), way_out)]
