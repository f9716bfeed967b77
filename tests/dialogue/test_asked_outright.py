"""What is searched outside of a conversation: what is named there comes first."""

import pytest

from bot.dialogue.small_words.lookups import asked_outright
from retrieval.guidance import Fact


@pytest.mark.parametrize(("text", "pinned"), [
    ("principle 29 commentary", ["ungp-29", "ungp-29-c"]),
    ("consideration 5", ["sg-c5"]),
    ("does appendix 2 matter for a reseller", ["sg-a2-0"]),
    ("articles 17 and 19 of the ICCPR", ["iccpr-17", "iccpr-19"]),
    ("sg-c4-1", ["sg-c4-1"]),
    ("KYC", ["bis-kyc", "sg-c4-1"]),
    ("what does KYC mean?", ["bis-kyc", "sg-c4-1"]),
    ("the Entity List", ["ear-744-11", "sg-c4-3"]),
    ("KYC of the reseller", []),
    ("do we vet the reseller", []),
])
def test_what_is_named_comes_first(guidance, text, pinned):
    assert list(asked_outright(guidance, text, 5).pinned) == pinned


def test_beside_a_number_alone_stands_what_is_near_to_what_it_names(guidance):
    asked = asked_outright(guidance, "principle 29", 5)

    assert asked.text == guidance.provisions["ungp-29"].heading
    assert asked_outright(guidance, "does principle 29 bind us", 5).text == (
        "does principle 29 bind us")


def test_what_it_was_told_beside_is_kept(guidance):
    topics = {Fact("product"): frozenset({"drone"})}

    asked = asked_outright(guidance, "what about consideration 3", 7, topics)

    assert (asked.topics, asked.limit) == (topics, 7)
