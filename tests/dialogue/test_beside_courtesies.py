"""A hedge or a courtesy beside an answer hides it no more, and a hedge makes it less sure."""

import pytest

from retrieval.guidance import Fact

DEAL = {"product": "cctv", "end_user": "police", "country": "KE"}


def answer(begin, fact, said):
    """What is noted of *fact*, the one that was asked for: its values, and whether for sure."""
    talk = begin().amid(DEAL, [fact])
    talk.say(said)
    noted = talk.conversation.deal.answers.get(Fact(fact))
    return noted and (noted.values and set(noted.values), noted.sure)


@pytest.mark.parametrize(("fact", "said", "values", "sure"), [
    # These were heard as a yes, for the hedge alone.
    ("government_ties", "pretty sure no ties", {"no"}, False),
    ("detentions", "probably none of that", {"no"}, False),
    ("export_review", "probably in progress", {"pending"}, False),
    ("hidden_ownership", "pretty sure 100% privately owned", {"no"}, False),
    # These were taken for a remark.
    ("hosting", "pretty sure us", {"supplier"}, False),
    ("hosting", "us, as far as I know", {"supplier"}, False),
    ("party_reported", "sorry for the delay, yup, back in 2019", {"yes"}, True),
    ("human_rights_clause", "flat out refused lol", {"refused"}, True),
    ("hosting", "hmm us", {"supplier"}, True),
    ("end_use", "just traffic, does that help", {"traffic"}, False),
    ("hosting", "us. is that enough?", {"supplier"}, True),
    # This was a "don't know".
    ("human_rights_clause", "good question, flat out refused", {"refused"}, True),
    # A hedge with nothing behind it stays a yes, and a courtesy that says it a "don't know".
    ("detentions", "probably", {"yes"}, False),
    ("detentions", "pretty sure they do", {"yes"}, False),
    ("detentions", "good question", None, True),
    ("detentions", "hmm good question, no idea", None, True),
])
def test_an_answer_is_heard_beside_hedges_and_courtesies(begin, fact, said, values, sure):
    assert answer(begin, fact, said) == (values, sure)


@pytest.mark.parametrize("said", [
    "thanks", "hmm", "lol", "sorry for the delay", "thanks for waiting, back now",
    "btw my boss says hi", "good morning, lunch?", "no thanks", "nope thx", "yes thanks",
    "no, that's all, thanks a lot", "nothing else, thanks", "no need, thanks"])
def test_courtesies_alone_answer_nothing(begin, said):
    assert answer(begin, "hosting", said) is None


def test_what_stands_between_is_quoted_as_it_was_written(begin):
    talk = begin().amid(DEAL, ["hosting"])
    talk.say("sorry for the delay, us")
    noted = talk.conversation.deal.answers[Fact("hosting")]
    assert "us" in noted.said
    assert "   " not in noted.said
