"""When a model may be called, by how its last calls went."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.resting import Rest

LONG = 3600.0


def fails(rest, times=1):
    for _ in range(times):
        rest.leave(rest.enter(), False)


def test_it_rests_after_so_many_failures_in_a_row():
    rest = Rest(3, LONG)
    fails(rest, 2)
    rest.leave(rest.enter(), True)
    fails(rest, 2)
    assert rest.until is None
    fails(rest)
    assert rest.until is not None
    assert rest.enter() is None


def test_one_call_tries_it_and_decides(pass_seconds):
    rest = Rest(1, LONG)
    fails(rest)
    pass_seconds(LONG)
    trial = rest.enter()
    assert trial.trial
    assert rest.enter() is None
    rest.leave(trial, False)
    assert rest.until is not None
    pass_seconds(LONG)
    trial = rest.enter()
    rest.leave(trial, True)
    assert [rest.enter().trial for _ in range(2)] == [False, False]
    assert rest.failures == 0


def test_a_trial_that_says_nothing_lets_the_next_call_try(pass_seconds):
    rest = Rest(1, LONG)
    fails(rest)
    pass_seconds(LONG)
    rest.leave(rest.enter(), None)
    assert rest.enter().trial


def test_a_call_that_began_before_the_rest_neither_ends_nor_lengthens_it(pass_seconds):
    rest = Rest(1, LONG)
    early, late = rest.enter(), rest.enter()
    fails(rest)
    until = rest.until
    rest.leave(early, True)
    assert rest.until == until
    pass_seconds(LONG)
    trial = rest.enter()
    rest.leave(late, False)
    assert rest.until is None
    rest.leave(trial, True)
    assert rest.enter() is not None


@given(st.lists(st.sampled_from([True, False, None]), max_size=30), st.integers(1, 5))
def test_it_rests_just_when_the_last_calls_all_failed(ends, failures):
    rest, row = Rest(failures, LONG), 0
    for well in ends:
        leave = rest.enter()
        assert (leave is None) == (row >= failures)
        if leave is None:
            return
        rest.leave(leave, well)
        row = {True: 0, False: row + 1, None: row}[well]
