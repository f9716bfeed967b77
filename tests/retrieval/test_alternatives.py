"""Phrases with alternatives, and what is said of those that can't be spelt out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.reading.alternatives import MOST, spelt_out


@pytest.mark.parametrize(("phrase", "stands_for"), [
    ("who else", ["who else"]),
    ("{a,the} clause", ["a clause", "the clause"]),
    ("the {contract,} clause", ["the contract clause", "the clause"]),
    ("{ a,  the }  clause", ["a clause", "the clause"]),
    ("{a, the, a} clause", ["a clause", "the clause"]),
    ("who {else,} {should, must} {see, look at} it", [
        "who else should see it", "who else should look at it", "who else must see it",
        "who else must look at it", "who should see it", "who should look at it",
        "who must see it", "who must look at it"]),
    ("{drop, skip} {it, that {one,}}{, please}", [
        "drop it", "drop it please", "drop that one", "drop that one please", "drop that",
        "drop that please", "skip it", "skip it please", "skip that one", "skip that one please",
        "skip that", "skip that please"]),
    (r"a \ and a , in [words] are what they are", [r"a \ and a , in [words] are what they are"]),
])
def test_a_phrase_stands_for_each_choice_of_its_alternatives(phrase, stands_for):
    assert list(spelt_out(phrase)) == stands_for


@pytest.mark.parametrize(("phrase", "said"), [
    ("who {should", "a brace in it opens or closes no alternatives: 'who {should'"),
    ("who should}", "a brace in it opens or closes no alternatives: 'who should}'"),
    ("{who} should", "a brace in it opens or closes no alternatives: '{who} should'"),
    ("{yes,} {please,}", "all of it may be missing, so that it would stand for nothing"),
    ("{a,b}" * 10, f"it stands for more than {MOST:,} phrases: part it"),
])
def test_what_cannot_be_spelt_out_is_told_with_what_to_do(phrase, said):
    with pytest.raises(ValueError) as error:
        spelt_out(phrase)

    assert str(error.value) == said


_ALTERNATIVES = st.lists(st.text("abc'", min_size=1), min_size=2, max_size=4, unique=True)


@given(st.lists(_ALTERNATIVES, min_size=1, max_size=4))
def test_alternatives_side_by_side_stand_for_their_product_in_order(lists):
    product = [""]
    for words in lists:
        product = [f"{before} {word}".strip() for before in product for word in words]

    assert list(spelt_out(" ".join("{" + ", ".join(words) + "}" for words in lists))) == product
