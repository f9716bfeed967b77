"""A release kept by an earlier version of the program can be read."""

import json

import pytest

from retrieval.checks import SMALL_WORDS
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of, guidance_of


def test_one_number_for_a_flags_gravity_is_read_as_all_three(guidance):
    content = json.loads(content_of(guidance))
    for flag in content["red_flags"]:
        severity = flag.pop("severity")
        flag["gravity"] = max(severity.values())
    earlier = guidance_of(json.dumps(content), ReleaseId("earlier"))
    assert [f.gravity for f in earlier.red_flags] == [f.gravity for f in guidance.red_flags]


def test_small_words_that_the_program_held_itself_are_those_of_a_release_without_them(guidance):
    content = json.loads(content_of(guidance))
    cues = content["vocabulary"]["cues"]
    for name in SMALL_WORDS:
        del cues[name]
    earlier = guidance_of(json.dumps(content), ReleaseId("earlier"))
    now = guidance.vocabulary.cues
    since = {
        "home_words": (
            "factories", "plant", "plants", "lab", "labs", "academy", "showroom", "warehouse",
            "depot", "booth", "workshop", "hub"),
        "lookup_between": ("vs", "versus"),
        "unknown_of": ("that", "our", "their"),
        "sentence_openers": (
            "thanks", "thx", "thnx", "tnx", "tks", "cheers", "great", "cool", "nice", "perfect",
            "awesome", "super", "lovely", "alright", "understood", "oh", "ah", "hm", "hmm",
            "thank you", "thank you very much", "thanks a lot", "many thanks", "got it", "gotcha",
            "i see", "makes sense", "one more thing", "last thing", "surely", "can i ask you",
            "may i ask you", "could i ask you", "let me ask you", "can ask you", "ask you",
            "quick question", "one question", "one more question", "another question",
            "last question", "just wondering"),
    }
    """What lists were given since, which such a release is read without as it always was."""
    held = {name: tuple(word for word in now[name] if word not in since.get(name, ()))
            for name in SMALL_WORDS}
    assert {name: earlier.vocabulary.cues[name] for name in SMALL_WORDS} == held
    assert all(set(words) <= set(now[name]) for name, words in since.items())
    assert earlier.vocabulary.cues.keys() == now.keys()


def test_small_words_of_a_release_that_has_them_are_its_own(guidance):
    content = json.loads(content_of(guidance))
    content["vocabulary"]["cues"]["pronouns"] = ["ye"]
    later = guidance_of(json.dumps(content), ReleaseId("later"))
    assert later.vocabulary.cues["pronouns"] == ("ye",)


def test_a_release_read_back_is_to_the_byte_what_was_kept(guidance):
    content = content_of(guidance)
    assert content_of(guidance_of(content, ReleaseId("again"))) == content


@pytest.mark.parametrize("content", ["{}", "[]", '{"red_flags": [1]}'])
def test_what_is_no_release_is_refused_with_what_to_do(content):
    with pytest.raises(ReleaseNotReady, match="another version"):
        guidance_of(content, ReleaseId("broken"))
