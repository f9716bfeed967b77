import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.ledger import GENESIS, Break, Entry, Head, Wrong, canonical, chained, committed, verify


def entry(seq, previous, words):
    hidden = committed(f"salt{seq}", words)
    body = canonical({"seq": seq, "key": f"k{seq}", "personal_sha256": hidden, "said": len(words)})
    return Entry(seq, body, previous, chained(previous, body), words, f"salt{seq}",
                 {"key": f"k{seq}", "personal_sha256": hidden})


def log(*words):
    rows, previous = [], GENESIS
    for seq, word in enumerate(words, 1):
        rows.append(entry(seq, previous, word))
        previous = rows[-1].digest
    return rows


def head_of(rows):
    return Head(len(rows), rows[-1].digest if rows else GENESIS)


LOGS = st.lists(st.text(max_size=3), min_size=1, max_size=9).map(lambda words: log(*words))
NUMBERED = st.booleans()


def numbered(rows, again):
    """The rows as a forger leaves them: with new numbers in the column, or with the old ones."""
    return [replace(row, seq=n) for n, row in enumerate(rows, 1)] if again else rows


def first_difference(rows, tampered):
    return next(
        (n for n, (a, b) in enumerate(zip(rows, tampered, strict=False), 1)
         if a.digest != b.digest or a.body != b.body),
        min(len(rows), len(tampered)) + 1,
    )


@given(LOGS)
def test_a_whole_log_is_whole(rows):
    assert verify(rows, head_of(rows)) is None
    assert verify(rows) is None


def test_a_log_is_gone_on_with_from_where_it_was_found_whole():
    rows = log("a", "b", "c", "d", "e")
    start, head = head_of(rows[:2]), head_of(rows)
    assert verify(rows[2:], head, start) is None
    assert verify([], start, start) is None
    assert verify([], head, start) == Break(3, Wrong.REMOVED)
    assert verify(rows[2:4], head, start) == Break(5, Wrong.REMOVED)
    assert verify(rows[2:], head_of(rows[:4]), start) == Break(5, Wrong.INSERTED)
    assert verify([rows[2], rows[4]], head, start) == Break(4, Wrong.REMOVED)
    assert verify(rows[1:], head, start) == Break(3, Wrong.INSERTED)
    assert verify(rows[3:], head, start) == Break(3, Wrong.REMOVED)
    assert verify([rows[3], rows[2], rows[4]], head, start) == Break(3, Wrong.REORDERED)
    altered = replace(rows[3], personal="x")
    assert verify([rows[2], altered, rows[4]], head, start) == Break(4, Wrong.ALTERED)
    # Of another log than the one that goes on here.
    assert verify(rows[2:], head, head_of(log("a", "x"))) == Break(2, Wrong.ALTERED)


@given(LOGS, st.data())
def test_an_altered_row_is_named(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    changes = {
        "body": st.just(rows[at].body.replace('"said"', '"held"')) | st.text(),
        "previous": st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
        "digest": st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
        "personal": st.text() | st.none(),
        "salt": st.text() | st.none(),
        "seq": st.integers(-3, 99),
        "columns": st.just({**rows[at].columns, "key": "other"}),
    }
    name = data.draw(st.sampled_from(sorted(changes)))
    changed = replace(rows[at], **{name: data.draw(changes[name])})
    assume(changed != rows[at])

    tampered = [*rows[:at], changed, *rows[at + 1:]]

    assert verify(tampered, head_of(rows)) == Break(at + 1, Wrong.ALTERED)


@given(LOGS, st.data(), NUMBERED)
def test_a_removed_row_is_named_by_the_number_it_had(rows, data, again):
    at = data.draw(st.integers(0, len(rows) - 1))
    several = data.draw(st.integers(1, 3))

    tampered = numbered([*rows[:at], *rows[at + several:]], again)

    assert verify(tampered, head_of(rows)) == Break(at + 1, Wrong.REMOVED)


@given(LOGS, st.data(), NUMBERED)
def test_an_inserted_row_is_named(rows, data, again):
    at = data.draw(st.integers(0, len(rows)))
    previous = rows[at - 1].digest if at else GENESIS
    forged = data.draw(st.sampled_from([
        entry(at + 1, previous, "forged"),  # as good as a forger can make one row
        entry(at + 1, "f" * 64, "forged"),
        replace(entry(at + 1, previous, "forged"), digest="f" * 64),
        *rows,  # a true row a second time
    ]))

    tampered = numbered([*rows[:at], forged, *rows[at:]], again)

    broken = verify(tampered, head_of(rows))
    assert broken is not None
    assert broken.wrong is Wrong.INSERTED
    # Of a row and its copy side by side, the second is the one too many.
    assert broken.seq == first_difference(rows, tampered)


@given(LOGS, st.data(), NUMBERED)
def test_rows_in_another_order_are_noticed_where_the_order_ends(rows, data, again):
    moved = data.draw(st.permutations(rows))
    assume(moved != rows)

    broken = verify(numbered(moved, again), head_of(rows))

    assert broken == Break(first_difference(rows, moved), Wrong.REORDERED)


@given(LOGS, st.data())
def test_a_row_rewritten_together_with_its_digest_is_named(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = entry(at + 1, rows[at].previous, "forged text")

    tampered = [*rows[:at], forged, *rows[at + 1:]]

    assert verify(tampered, head_of(rows)) == Break(at + 1, Wrong.ALTERED)


@given(LOGS, st.lists(st.tuples(st.sampled_from("arim"), st.integers(0, 99)), max_size=4),
       NUMBERED)
def test_no_mixture_of_changes_goes_unnoticed(rows, changes, again):
    tampered = list(rows)
    for kind, number in changes:
        at = number % (len(tampered) + (kind == "i")) if tampered or kind == "i" else None
        if at is None:
            continue
        if kind == "a":
            tampered[at] = replace(tampered[at], personal=f"other {number}")
        elif kind == "r":
            del tampered[at]
        elif kind == "i":
            tampered.insert(at, entry(at + 1, tampered[at - 1].digest if at else GENESIS, "forged"))
        else:
            tampered.append(tampered.pop(at))
    tampered = numbered(tampered, again)
    assume(tampered != rows)

    assert verify(tampered, head_of(rows)) is not None


@given(LOGS, st.data())
def test_erased_words_leave_the_log_whole(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))

    erased = [*rows[:at], replace(rows[at], personal=None, salt=None), *rows[at + 1:]]

    assert verify(erased, head_of(rows)) is None


def test_without_a_head_the_end_cannot_be_known_and_with_one_it_is():
    rows = log("a", "b", "c")

    assert verify(rows[:2]) is None
    assert verify(rows[:2], head_of(rows)) == Break(3, Wrong.REMOVED)
    assert verify([], head_of(rows)) == Break(1, Wrong.REMOVED)
    assert verify(rows, head_of(rows[:2])) == Break(3, Wrong.INSERTED)


def test_a_break_is_said_so_that_a_reviewer_understands_it():
    assert str(Break(5, Wrong.REMOVED)) == (
        "Row 5 of the log was removed: it was recorded, and it is no longer there. "
        "The 4 before it are whole; don't rely on it or on later ones."
    )


@pytest.mark.parametrize(("broken", "says"), [
    (Break(4, Wrong.BELIED, release="abc"), "Row 4 of the log tells what release abc of the"),
    (Break(4, Wrong.EMPTIED, until=9),
     "From row 4 to row 9 of the log more rows lack their words than the erasures on record took:"),
    (Break(4, Wrong.ALTERED, until=9), "Rows 4 to 9 of the log fit one another, and not the "
     "checkpoint of row 9: at least one was altered and all digests made anew. The 3 before them "),
    (Break(4, Wrong.ENDLESS), "Row 4 of the log is the last one that is there, and what was kept "),
    (Break(4, Wrong.EMPTIED),
     "Row 4 of the log was emptied: its words are gone, and no erasure on record took them. "
     "The 3 before it are whole; "),
])
def test_each_break_says_which_rows_it_is_of(broken, says):
    assert str(broken).startswith(says)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"seq":"1","personal_sha256":"x"}'])
def test_a_body_that_is_no_turn_is_a_break_and_no_crash(body):
    row = replace(log("a")[0], body=body, digest=chained(GENESIS, body), columns={})

    assert verify([row]) == Break(1, Wrong.ALTERED)


def test_a_body_that_lacks_what_a_column_says_is_a_break_and_no_crash():
    body = '{"personal_sha256":"x","seq":1}'
    row = replace(log("a")[0], body=body, digest=chained(GENESIS, body), personal=None, salt=None)

    assert verify([row]) == Break(1, Wrong.ALTERED)


def test_a_place_that_is_no_number_is_a_break_and_no_crash_in_an_erased_row_too():
    body = '{"personal_sha256":"x","seq":"1"}'
    row = replace(log("a")[0], body=body, digest=chained(GENESIS, body), columns={},
                  personal=None, salt=None)

    assert verify([row]) == Break(1, Wrong.ALTERED)


@pytest.mark.parametrize("taken", [{"salt": None}, {"personal": None}, {"salt": ""},
                                   {"personal": ""}, {"salt": None, "personal": "other words"}])
def test_words_without_their_salt_are_altered_and_not_erased(taken):
    rows = log("a", "b", "c")

    assert verify([rows[0], replace(rows[1], **taken), rows[2]]) == Break(2, Wrong.ALTERED)


def _told_apart():
    """By what was done, rows of which the log of three has lost its order, and what that is."""
    one, two, three = log("a", "b", "c")
    elsewhere = "f" * 64
    return {
        "follows another than it did": (
            [one, two, replace(three, previous=two.previous)], Break(3, Wrong.ALTERED)),
        "twice, in the place of the last": ([one, two, two], Break(3, Wrong.INSERTED)),
        "an odd one in the place of the last": (
            [one, two, entry(2, elsewhere, "x")], Break(3, Wrong.INSERTED)),
        "one of the same place before it": (
            [one, entry(2, one.digest, "x"), two, three], Break(2, Wrong.INSERTED)),
        "altered, and so a second time": (
            [one, replace(two, personal="x"), replace(two, personal="y"), three],
            Break(2, Wrong.ALTERED)),
        "put before what it seems to follow, and torn": (
            [one, replace(entry(2, two.digest, "x"), digest=elsewhere), two, three],
            Break(2, Wrong.INSERTED)),
        "moved up": ([one, three, two], Break(2, Wrong.REORDERED)),
        "a later one put before it too": ([one, three, two, three], Break(2, Wrong.INSERTED)),
        "the first one gone": ([two, three], Break(1, Wrong.REMOVED)),
        "the first one made anew": ([entry(1, GENESIS, "x"), two, three], Break(1, Wrong.ALTERED)),
        "only its number": ([one, replace(two, seq=7), three], Break(2, Wrong.ALTERED)),
        "only the number of the first": ([replace(one, seq=0), two, three],
                                         Break(1, Wrong.ALTERED)),
    }


@pytest.mark.parametrize("done", _told_apart())
def test_what_was_done_to_a_row_is_told_apart(done):
    rows, broken = _told_apart()[done]
    assert verify(rows, head_of(log("a", "b", "c"))) == broken


def test_a_copy_of_the_last_row_is_the_one_too_many_and_not_the_row():
    rows = log("a", "b")
    assert verify([*rows, rows[1]], head_of(rows)) == Break(3, Wrong.INSERTED)
    assert verify([*rows, entry(3, "f" * 64, "x")], head_of(rows)) == Break(3, Wrong.INSERTED)


def test_a_chain_can_be_checked_with_nothing_but_the_standard_library():
    import hashlib

    previous = GENESIS
    for row in log("a", "b"):
        assert hashlib.sha256((previous + row.body).encode()).hexdigest() == row.digest
        assert json.loads(row.body)["seq"] == row.seq
        previous = row.digest


_PEAKS = """
import tracemalloc
from bot.ledger import verify
from tests.store.test_ledger import GENESIS, entry

def rows(count):
    previous = GENESIS
    for seq in range(1, count + 1):
        row = entry(seq, previous, "word" * 50)
        previous = row.digest
        yield row

for count in (10, 40, 4000):
    tracemalloc.start()
    assert verify(rows(count)) is None
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


def test_a_long_log_takes_no_more_memory_than_a_short_one():
    # In a process of its own: threads that other tests left behind take memory too.
    ran = subprocess.run([sys.executable, "-c", _PEAKS], capture_output=True, text=True,
                         check=True, cwd=Path(__file__).parents[2])
    _, short, long = map(int, ran.stdout.split())
    assert long < 2 * short + 20_000
