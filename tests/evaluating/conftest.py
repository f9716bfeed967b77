"""Guidance small enough to work every figure out by hand."""

from dataclasses import replace

import pytest

from retrieval.guidance import Choice, Fact, Guidance, Question, QuestionKind
from tests.evaluating.acting import flag
from tests.retrieval.small import ordinary


@pytest.fixture
def small() -> Guidance:
    """Three flags that the guidance lists, the first one grave, and one of our own."""
    flags = (flag("rf1", gravity=3), flag("rf2"), flag("rf3"), flag("own", ours=True))
    plain = ordinary()
    questions = dict(plain.questions)
    for fact, values in (("end_user", "police clinic"), ("conflict", "yes no")):
        choices = tuple(Choice(value, value) for value in values.split())
        questions[Fact(fact)] = Question(
            Fact(fact), QuestionKind.CHOICE, fact, "What is it?", "It matters.", (), choices
        )
    return replace(plain, red_flags=flags, questions=questions)
