"""What is read together: which provisions come up behind those that answer the same questions."""

import numpy as np
import pytest

from retrieval.finding.together import AMONG, FIRST, Together
from retrieval.indexes.entries import Entry
from retrieval.passages import passage

from . import small

CUT = passage(small.provision("ungp-17", "A text."))


def together(*questions: set[int]) -> Together:
    """Of provisions that are numbered, and the *questions* that each set of them answers."""
    led = [(f"question {n}", number) for n, numbers in enumerate(questions)
           for number in sorted(numbers)]
    entries = [Entry(f"e{n}", CUT, text) for n, (text, _) in enumerate(led)]
    return Together(entries, [number for _, number in led])


def order(one: Together, near: list[float]) -> list[int]:
    nearness = np.array(near)
    return one.behind(np.argsort(-nearness, kind="stable"), nearness).tolist()


NEAR = [0.90, 0.80, 0.60, 0.58, 0.55, 0.50]


def test_what_answers_the_same_questions_as_the_nearest_comes_up_behind_the_first_two():
    assert order(together(*[{0, 5}] * 5), NEAR) == [0, 1, 5, 2, 3, 4]


def test_what_shares_few_questions_hardly_moves():
    # One of five gains it .2 × 1.6 × the share of the nearest, .88: less than it lacks.
    far = [0.90, 0.80, 0.60, 0.58, 0.55, 0.20]

    assert order(together({0, 5}), far) == [0, 1, 2, 3, 4, 5]
    assert order(together(*[{0, 5}] * 2), far) == [0, 1, 5, 2, 3, 4]


def test_the_first_two_stay_whatever_is_read_together():
    assert order(together(*[{5, 1, 0}] * 9), NEAR)[:FIRST] == [0, 1]


def test_what_many_answer_says_less_of_each():
    assert order(together(*[{0, 5}] * 5, *[{0, 2, 3, 4}] * 5), NEAR) == [0, 1, 5, 2, 3, 4]


@pytest.mark.parametrize("questions", [[], [{0}, {5}]])
def test_where_no_question_has_two_answers_all_stay(questions: list[set[int]]):
    assert order(together(*questions), NEAR) == [0, 1, 2, 3, 4, 5]


def test_what_is_far_off_stays_there():
    near = [1.0 - 0.01 * n for n in range(AMONG + 2)]

    assert order(together(*[{0, AMONG}] * 9), near) == list(range(AMONG + 2))
    assert order(together(*[{0, AMONG - 1}] * 9), near)[FIRST] == AMONG - 1


def test_gaps_are_read_with_nothing():
    entries = [Entry("a", CUT, "what does it cost"), Entry("b", None, "what does it cost", "price")]

    assert order(Together(entries, [0, 5]), NEAR) == [0, 1, 2, 3, 4, 5]
