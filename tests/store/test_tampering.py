"""Nothing that somebody does to a log without the key goes unnoticed, where a checkpoint covers it.

`make tamper` does the same many more times.
"""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.tampering import KINDS, NO_WORDS, House, forged, forms

FORMS = [(name, anew) for name in KINDS for anew in forms(name)]


@pytest.fixture(scope="module")
def house():
    return House()


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), picked=st.lists(st.sampled_from(FORMS), min_size=1, max_size=4))
def test_whatever_is_changed_before_a_checkpoint_is_noticed(house, seed, picked):
    chance = random.Random(seed)
    honest = house.record(chance)
    assert not house.noticed(honest.note)
    for name, anew in picked:
        house.put(forged(honest, name, chance, anew=anew))
        assert house.noticed(honest.note), (name, anew)


@pytest.mark.parametrize(("name", "anew"), FORMS)
def test_each_kind_changes_something_and_is_noticed(house, name, anew):
    chance = random.Random(f"{name} {anew}")
    honest = house.record(chance)
    state = forged(honest, name, chance, anew=anew)
    assert state != honest.state
    house.put(state)
    assert house.noticed(honest.note)


def test_words_taken_as_an_erasure_takes_them_are_noticed_without_one(house):
    honest = house.record(random.Random(3))
    for row in honest.state.log:
        row.update(NO_WORDS)
    house.put(honest.state)
    assert house.noticed(honest.note)
