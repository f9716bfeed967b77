"""Guidance small enough to work every figure out by hand, and the shipped one at no cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from retrieval.guidance import Choice, Fact, Guidance, Question, QuestionKind
from tests.evaluating.acting import flag
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
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


@pytest.fixture
def light(
    worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Assembly:
    """The shipped corpus with embeddings that cost nothing."""
    begin_with(worded, tmp_path / "data")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    return Assembly(Settings())
