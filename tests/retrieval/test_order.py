"""What the reader hears rightly comes less often while it learns, and nothing stays away."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.training.order import Order


def order(count: int) -> Order:
    return Order(count, Random(7))


@given(st.integers(1, 30), st.integers(1, 70))
def test_each_comes_once_before_any_comes_twice(count: int, many: int):
    taken = Counter(order(count).take(many))

    assert sum(taken.values()) == many
    assert max(taken.values()) - min(taken[n] for n in range(count)) <= 1


def test_what_was_heard_rightly_comes_half_as_often():
    dealt = order(1000)
    dealt.heard((n, n < 600) for n in range(1000))

    taken = Counter(dealt.take(70_000))  # some hundred rounds, of 400 and about 300 each

    assert all(98 <= taken[n] <= 102 for n in range(600, 1000))
    assert all(25 <= taken[n] <= 75 for n in range(600))


def test_where_there_are_none_nothing_is_dealt():
    with pytest.raises(ValueError, match="no exemplars"):
        order(0)


def test_what_is_misheard_later_comes_each_time_again():
    dealt = order(100)
    dealt.heard((n, True) for n in range(100))
    dealt.heard([(5, False)])

    rounds = [dealt.take(10) for _ in range(100)]

    assert Counter(n for numbers in rounds for n in numbers)[5] > 15
