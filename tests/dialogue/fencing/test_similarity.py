"""The least cosine that ships fits the packaged model."""

import pytest

from bot.dialogue.fencing.fence import inspect
from retrieval.embedding import PackagedEmbeddings
from tests.dialogue.fencing.conftest import alike
from tests.dialogue.fencing.figures import labelled, measure
from tests.dialogue.fencing.points import draft, point


@pytest.mark.long
def test_the_measure_refuses_no_good_rewording_that_its_words_let_pass(
    guidance, rules, data_dir
):
    similarity = measure(PackagedEmbeddings.open(data_dir))
    supported = [row for row in labelled("dev") if row["supported"]]
    assert supported
    for row in supported:
        one = (draft(row["sentence"]), [point(guidance, row["evidence"])], rules)
        assert inspect(*one, similarity) == inspect(*one, alike), row


def test_the_measure_tells_the_subject_and_no_more(rules, data_dir):
    similarity = measure(PackagedEmbeddings.open(data_dir))
    evidence = "Record who searched what, in a log that users cannot change."
    near, reverse, far = similarity([
        ("Record in a log that users cannot change who searched what.", evidence),
        ("Record who searched what, in a log that users can change.", evidence),
        ("The weather will be fine at the weekend.", evidence),
    ])
    # It can't tell a sentence from its reverse: that is why the words are looked at.
    assert far < rules.similarity < reverse
    assert rules.similarity < near
