"""What numbers a stretch, and what only looks as if it did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingesting.numbering import UNIT_WORDS, WIDER_WORDS, Numbering, numbering_of
from retrieval.ingesting.numerals import (
    han_value,
    hebrew_value,
    in_our_digits,
    letter,
    roman,
    roman_value,
)


@pytest.mark.parametrize(("words", "number", "written", "rest", "kind"), [
    ("12. The State", "12", "12", " The State", ""),
    ("12) The State", "12", "12", " The State", ""),
    ("(a) the end-user;", "a", "(a)", " the end-user;", ""),
    ("(iv) records", "iv", "(iv)", " records", ""),
    ("(7) Whereas", "7", "(7)", " Whereas", ""),
    ("II. Background", "II", "II", " Background", ""),
    ("1.2.3 The Committee", "1.2.3", "1.2.3", " The Committee", ""),
    ("Article 12", "12", "Article 12", "", "article"),
    ("ARTICLE 12: PRIVACY", "12", "ARTICLE 12", " PRIVACY", "article"),
    ("Art. 12 Privacy", "12", "Art. 12", " Privacy", "article"),
    ("Article 12 bis", "12bis", "Article 12 bis", "", "article"),
    ("Article 5a Foo", "5a", "Article 5a", " Foo", "article"),
    ("Article IV – Scope", "IV", "Article IV", " Scope", "article"),
    ("Principle 17", "17", "Principle 17", "", "principle"),
    ("Paragraph 3. Records", "3", "Paragraph 3", " Records", "paragraph"),
    ("§ 4.2 Records", "4.2", "§ 4.2", " Records", "section"),
    ("Section 5", "5", "Section 5", "", "section"),
    ("Recital (7)", "7", "Recital (7)", "", "recital"),
    ("Article premier", "1", "Article premier", "", "article"),
    ("Artigo 1.º", "1", "Artigo 1", "", "article"),
    ("المادة 12", "12", "المادة 12", "", "article"),
    ("المادة ١٢", "12", "المادة ١٢", "", "article"),
    ("第十二条", "12", "第十二条", "", "article"),
    ("第１２条", "12", "第１２条", "", "article"),
    ("제 12 조", "12", "제 12 조", "", "article"),
    ("סעיף יב.", "12", "סעיף יב", "", "article"),
    ("अनुच्छेद १२.", "12", "अनुच्छेद १२", "", "article"),
    ("Điều 12:", "12", "Điều 12", "", "article"),
])
def test_what_numbers_a_stretch(
    words: str, number: str, written: str, rest: str, kind: str
) -> None:
    found = numbering_of(words)
    assert found is not None
    assert (found.number, found.written, words[found.end:], found.kind) == (
        number, written, rest, kind)


@pytest.mark.parametrize("words", [
    "1998 was the year", "1998. It was", "5 million people", "1.2 million people", "12 States met",
    "12 January 2020 saw", "12. January 2020", "2021/821 applies",
    "Article 12 of the Covenant says",
    "Articles 5 and 6 say", "Part of the text", "Section a bill", "J. Smith said", "I am", "A man",
    "I. think", "(UN) bodies", "(as amended)", "civil. law", "(e.g. this)", "", "Principle",
    "3.5% of all", "12",
])
def test_false_friends_number_nothing(words: str) -> None:
    assert numbering_of(words) is None


@pytest.mark.parametrize(("words", "number"), [
    ("2 Scope", "2"), ("B. Risks", "B"), ("I. Introduction", "I"),
    ("Article 12 of this Law", "12")])
def test_headings_carry_numbers_without_a_stop(words: str, number: str) -> None:
    found = numbering_of(words, heading=True)
    assert found is not None
    assert found.number == number
    assert numbering_of(words) is None


def test_wider_words_hold_units_and_are_none() -> None:
    for word in WIDER_WORDS:
        found = numbering_of(f"{word.capitalize()} II")
        assert found is not None, word
        assert (found.is_wider, found.kind, found.number) == (True, "", "II")


WORDS = st.sampled_from(sorted(
    (word, kind) for kind, words in UNIT_WORDS.items() for word in words))
NUMBERS = st.lists(st.integers(1, 999), min_size=1, max_size=4).map(
    lambda steps: ".".join(map(str, steps)))


@given(WORDS, NUMBERS, st.sampled_from(["", ".", ":", " –", ". The State", " The State"]))
def test_a_unit_is_read_as_it_was_written(entry: tuple[str, str], number: str, rest: str) -> None:
    word, kind = entry
    found = numbering_of(f"{word} {number}{rest}")
    assert found is not None
    assert (found.number, found.kind, found.written) == (number, kind, f"{word} {number}")


@given(NUMBERS, st.sampled_from([". The", ") the", ". “It"]))
def test_a_bare_number_is_read_as_it_was_written(number: str, rest: str) -> None:
    found = numbering_of(f"{number}{rest}")
    assert found is not None
    assert (found.number, found.depth) == (number, number.count(".") + 1)
    assert found.steps == tuple(map(int, number.split(".")))


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_read_without_a_fault_and_within_itself(words: str, heading: bool) -> None:
    found = numbering_of(words, heading)
    assert found is None or is_within(found, words)


@given(st.sampled_from(["(a)", "(iv)", "§ 4.2.", "Article 5.", "סעיף יב."]),
       st.text(max_size=60), st.booleans())
def test_a_number_is_read_within_whatever_follows_it(
    number: str, rest: str, heading: bool
) -> None:
    words = f"{number} {rest}"
    found = numbering_of(words, heading)
    assert found is not None
    assert is_within(found, words)


def is_within(found: Numbering, words: str) -> bool:
    return bool(found.number) and words.startswith(found.written) and (
        len(found.written) <= found.end <= len(words))


@given(st.integers(1, 3999))
def test_roman_numerals_come_back(number: int) -> None:
    assert roman_value(roman(number)) == number
    assert roman_value(roman(number).upper()) == number


@pytest.mark.parametrize(("number", "mark"), [
    (1, "a"), (2, "b"), (26, "z"), (27, "aa"), (28, "bb"), (52, "zz"), (53, "aaa"), (200, "r" * 8)])
def test_letters_are_doubled_once_all_are_used(number: int, mark: str) -> None:
    assert letter(number) == mark


@pytest.mark.parametrize(("written", "value"), [
    ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("百二十", 120),
    ("一百零五", 105), ("二〇二一", 2021), ("x", None), ("", None)])
def test_chinese_numerals(written: str, value: int | None) -> None:
    assert han_value(written) == value


@pytest.mark.parametrize(("written", "value"), [
    ("א", 1), ("יב", 12), ("טו", 15), ("כ״ט", 29), ("ל", 30), ("קכג", 123), ("שלום", None),
    ("אב", None)])
def test_hebrew_numerals(written: str, value: int | None) -> None:
    assert hebrew_value(written) == value


def test_other_numerals_stay() -> None:
    assert in_our_digits("IV") == "IV"
    assert in_our_digits("١٢a") == "12a"
