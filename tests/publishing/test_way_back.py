"""Which release lies one further back: a way back taken twice goes back twice."""

from bot.record.history import FIRST, PUBLISH, ROLL_BACK, Publication, further_back


def history(*acts: str) -> tuple[Publication, ...]:
    """The publications *acts*, in order, "b" for one published and "<b" for a way back to it."""
    rows, before = [], None
    for n, act in enumerate(acts):
        release = act.removeprefix("<")
        kind = ROLL_BACK if act != release else PUBLISH if n else FIRST
        rows.append(Publication(n, kind, release, before, "2026-03-01", "U1", "why", None, None,
                                {}))
        before = release
    return tuple(reversed(rows))


def test_from_what_was_published_it_is_the_one_before():
    assert further_back(history("a", "b", "c")) == "b"


def test_after_a_way_back_it_is_the_one_before_that():
    assert further_back(history("a", "b", "c", "<b")) == "a"


def test_nothing_lies_behind_the_first():
    assert further_back(history("a")) is None
    assert further_back(history("a", "b", "<a")) is None
    assert further_back(()) is None


def test_after_a_way_forward_it_is_what_was_in_force_before_that():
    assert further_back(history("a", "b", "c", "<a", "<c")) == "a"


def test_what_was_published_after_a_way_back_lies_on_top_of_it():
    assert further_back(history("a", "b", "<a", "c")) == "a"
    assert further_back(history("a", "b", "a", "<b")) == "a"
