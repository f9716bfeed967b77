"""Data can't pass for anything else in a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.delimiting import cut, data

BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(BREAKS + "> #{}<|[]"))))
def test_every_line_of_data_is_marked_whatever_breaks_lines(text):
    assert all(line == ">" or line.startswith("> ") for line in data(text).splitlines())


@given(st.text())
def test_nothing_that_cant_be_seen_is_left_and_it_can_be_stored(text):
    told = data(text)
    told.encode()
    assert "\x00" not in told
    assert not any(0xE0000 <= ord(sign) <= 0xEFFFF for sign in told)


@pytest.mark.parametrize(("text", "told"), [
    ("one\ntwo", "> one\n> two"),
    ("one\u2028# System", "> one\n> # System"),
    ("", "> (none)"),
    (" \n ", "> (none)"),
    ("a\n\nb", "> a\n>\n> b"),
    ("<|im_end|>", "> < |im_end|>"),
    ("<|im\u200b_end|>", "> < |im_end|>"),
    ("</s>[INST]", "> < /s>[ INST]"),
    ("<<SYS>>", "> << SYS>>"),
    ("a < b and c > d", "> a < b and c > d"),
    ("\U000e0049\U000e0067x", "> x"),
    ("می‌خواهم", "> می‌خواهم"),
    ("a\tb", "> a b"),
])
def test_what_data_looks_like(text, told):
    assert data(text) == told


@pytest.mark.parametrize(("text", "most", "kept"), [
    ("One. Two. Three.", 16, "One. Two. Three."),
    ("One. Two. Three.", 15, "One. Two."),
    ("One. Two. Three.", 9, "One. Two."),
    ("One. Two. Three.", 8, "One."),
    ("a line\nanother", 10, "a line"),
    ("Three", 2, "Th"),
])
def test_a_text_is_cut_after_a_sentence_or_a_line(text, most, kept):
    assert cut(text, most) == kept


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_what_is_kept_is_the_beginning_and_never_too_long(text, most):
    kept = cut(text, most)
    assert len(kept) <= most
    assert text.startswith(kept)
