"""Quick measures say what the slow ones say that they stand for."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.escaping import DEAREST, cut, tidy, units
from bot.slack.packing import Piece, joined, measured
from bot.slack.splitting import Span, _size_of_text, context, drawn_size, sections, size

URL = "https://undocs.org/A/HRC/17/31"
TEXTS = st.text(st.characters(), max_size=60) | st.text("ab \n\t\x00\x85\u202e\ud800&<>\"\\é😀",
                                                         max_size=60)
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(TEXTS)
def test_tidy_leaves_out_just_what_nobody_sees(text):
    seen = "".join(
        " " if c.isspace() else c for c in text
        if c.isspace() or not (unicodedata.category(c) in {"Cc", "Cs"} or c in BIDI))
    assert tidy(text) == " ".join(seen.split())


@given(TEXTS)
def test_no_character_costs_more_than_the_dearest(text):
    assert all(drawn_size(c) <= DEAREST for c in tidy(text))
    assert _size_of_text(text) == size(text) - 2


@given(TEXTS, TEXTS)
def test_what_words_cost_is_the_sum_of_what_their_characters_cost(text, more):
    """Whole texts are measured where single characters once were."""
    for cost in (drawn_size, units):
        assert cost(text + more) == sum(map(cost, text)) + sum(map(cost, more))


@given(TEXTS, st.integers(1, 400))
def test_what_fits_is_never_cut(text, most):
    if sum(map(drawn_size, text)) <= most:
        assert cut(text, most, drawn_size) == text


@given(st.lists(st.dictionaries(TEXTS, TEXTS, max_size=3), min_size=1, max_size=6))
def test_blocks_measured_one_by_one_add_up_to_the_whole(blocks):
    whole = len(json.dumps(blocks, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) // 2
    one_by_one = sum((measured([block]) for block in blocks), measured([]))
    assert one_by_one.fits()
    assert (one_by_one.blocks, one_by_one.taken) == (blocks, whole)


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["", "*"]), st.sampled_from([None, "", URL])).map(
    lambda one: Span(*one)), max_size=6))
def test_what_is_drawn_knows_what_it_takes(spans):
    for items in (sections(spans), context(spans)):
        blocks = [item.block for item in items]
        assert joined(items) == Piece(blocks, size(blocks) if blocks else 0)
        assert None not in [item.taken for item in items]
