"""Markdown, to its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingesting.limits import Limits
from retrieval.ingesting.markdown import extract
from tests.ingesting.blocks import lines, numbers, whole

LIMITS = Limits()

TEXT = """---
title: "A guide: for sellers"
lang: en
---
# Guide *for* sellers

Ask[^1] the `buyer`
and **write** it [down](https://example.org).

3. third
4) other list
   - point
     goes on

   and more

| Year | Sales |
|------|-------|
| 2017 | 12    |

> Quoted.

```
code [^1]: stays
```

<div>evil</div>

Text <b>bold</b> and ![a flag](flag.png).

[^1]: See *article 12*,
    annex.

Last[^9].
"""


def test_every_kind_of_block() -> None:
    read = extract(TEXT.encode(), LIMITS)
    assert (read.title, read.language) == ("A guide: for sellers", "en")
    assert lines(read) == [
        ("heading", "Guide for sellers"),
        ("paragraph", "Ask¹ the buyer and write it down."),
        ("item", "3. third"),
        ("item", "4) other list"),
        ("item2", "point goes on"),
        ("item", "and more"),
        ("table", "Year | Sales"),
        ("table", "2017 | 12"),
        ("paragraph", "Quoted."),
        ("paragraph", "code [^1]: stays"),
        ("paragraph", "Text bold and a flag."),
        ("paragraph", "Last[^9]."),
        ("footnote", "¹ See article 12, annex."),
    ]
    assert numbers(read)[2:5] == ["3", "4", ""]
    assert read.notes == (
        "HTML within the text was left out: 3 times.",
        "Pictures were left out, their descriptions kept: 1.")


def test_an_entry_that_begins_with_a_list_keeps_its_number() -> None:
    read = extract(b"1. Know whom you sell to.\n2. 1) Sell to nobody unwatched.\n"
                   b"   2) Sell by no broker.\n3.\n4. - Keep a ledger.\n", LIMITS)
    assert lines(read) == [
        ("item", "1. Know whom you sell to."),
        ("item", "2. 1) Sell to nobody unwatched."),
        ("item2", "2) Sell by no broker."),
        ("item", "4. Keep a ledger."),
    ]
    assert numbers(read) == ["1", "2", "2", "4"]


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    read = extract(b"Before.\n\nTitle\n=====\n\n---\n\nAfter.\n", LIMITS)
    assert read.title == "Title"
    assert lines(read) == [
        ("paragraph", "Before."), ("heading", "Title"), ("paragraph", "After.")]


@pytest.mark.parametrize(("front", "title", "language"), [
    ("title: >-\n  Guidance for\n  sellers\nlang: fr", "Guidance for sellers", "fr"),
    ("title: 'It''s ours' # the short one", "It's ours", ""),
    ("Title: no\ntitle: Plain words # and why", "Plain words", ""),
    ("title: Guidelines: a primer", "Guidelines: a primer", ""),
    ("title: [broken", "Heading", ""), ("title: [a, b]", "Heading", ""),
    ("title:\nlanguage: en", "Heading", "en"), ("title: ~", "Heading", ""),
    ("- title: a", "Heading", ""), ("just words", "Heading", ""),
    ("title: &a [*a]\nlang: de", "Heading", "de"),
])
def test_front_matter_is_read_as_yaml_and_otherwise_as_it_was_typed(
    front: str, title: str, language: str
) -> None:
    read = extract(f"---\n{front}\n---\n# Heading\n".encode(), LIMITS)
    assert (read.title, read.language) == (title, language)
    assert read.text == "Heading"


@given(st.text(alphabet=st.sampled_from("a1 \n\t#*-_>[]()^:|`~<&.!\\\u200f\u4e2d"), max_size=200))
def test_anything_is_read_into_blocks_that_are_the_text(text: str) -> None:
    assert whole(extract(text.encode(), LIMITS))


def test_a_break_or_a_raised_number_in_html_is_none_of_the_word_before() -> None:
    """Of 10<sup>6</sup> became 106, and of two lines one word."""
    read = extract(b"Keep 10<sup>6</sup> records<sup>2</sup> of the 1<sup>st</sup> sale<br>and of "
                   b"<b>each</b> after<BR/>it.\n", LIMITS)
    assert read.text == (
        "Keep 10\N{SUPERSCRIPT SIX} records\N{SUPERSCRIPT TWO} of the 1st sale and of each after "
        "it.")
    assert read.notes == ("HTML within the text was left out: 10 times.",)
