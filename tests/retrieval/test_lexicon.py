"""Words of a message found in the vocabulary, with the places they stand at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.guidance import Fact, Term, Vocabulary
from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Strength
from retrieval.words.tokens import tokenise

ENGLISH = frozenset(["the", "policy", "for", "our", "is", "a", "of", "boarder", "border", "guard"])


def lexicon(*terms: Term) -> Lexicon:
    return Lexicon(Vocabulary(terms, {}, {}, (), (), ENGLISH))


def found(terms, text):
    return [(m.fact, m.value, m.strength) for m in lexicon(*terms).find(text).mentions]


POLICE = Term("end_user", "police", ("police", "police force"))
PREDICTIVE = Term("product", "predictive-policing", ("predictive policing",))
GUARD = Term("end_user", "border-guard", ("border guard",))
STINGRAY = Term("product", "cell-site-simulator", ("stingray", "IMSI catcher"),
                but_not=("stingray bay",))
HINT = Term("product", "cctv", (), ("camera",))
JAILED = Term("detentions", "yes", near=((("arrested", "jailed"), ("journalists", "activists")),),
              negated="no")


@pytest.mark.parametrize(("text", "expected"), [
    ("the police", [("end_user", "police", Strength.TERM)]),
    ("POLICE-FORCE", [("end_user", "police", Strength.TERM)]),
    ("a polcie contract", [("end_user", "police", Strength.FUZZY)]),
    ("our policy", []),
    ("predictive policing", [("product", "predictive-policing", Strength.TERM)]),
    ("boarder guard", [("end_user", "border-guard", Strength.FUZZY)]),
    ("boarder", []),
    ("stingrays", [("product", "cell-site-simulator", Strength.TERM)]),
    ("stingray bay", []),
    ("imsicatcher", [("product", "cell-site-simulator", Strength.TERM)]),
    ("sting ray", [("product", "cell-site-simulator", Strength.TERM)]),
    ("cameras", [("product", "cctv", Strength.WEAK)]),
    ("journalists get arrested", [("detentions", "yes", Strength.NEAR)]),
    ("arrested. journalists", []),
    ("po\u200blice", [("end_user", "police", Strength.TERM)]),
    ("pólice", [("end_user", "police", Strength.TERM)]),
])
def test_what_is_found(text, expected):
    assert found([POLICE, PREDICTIVE, GUARD, STINGRAY, HINT, JAILED], text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("in harbin", [("country", "CN", Strength.WEAK)]),
    ("in Harbin's old town", [("country", "CN", Strength.WEAK)]),
    ("in harbyn", []),
])
def test_a_name_that_counts_exactly_is_no_slips_meaning(text, expected):
    assert found([Term("country", "CN", exactly=("Harbin",))], text) == expected


@pytest.mark.parametrize("text", ["at the main gate", "mains", "mainly"])
def test_a_name_that_counts_exactly_takes_no_other_ending(text):
    """"Plate readers at the main gate" in Ghana were used in the United States as well."""
    assert found([Term("country", "US", exactly=("Maine",))], text) == []


def test_within_a_longer_name_of_certain_facts_a_term_still_counts():
    terms = (Term("country", "AU", ("Australia",)), Term("end_user", "x", ("Services Australia",)),
             Term("conflict", "yes", ("Australia burns",)))
    within = {Fact("country"): frozenset({Fact("end_user")})}
    reader = Lexicon(Vocabulary(terms, {}, {}, (), (), ENGLISH, within))

    named = [[m.value for m in reader.find(text).mentions]
             for text in ("for Services Australia", "Australia burns")]

    assert named == [["x", "AU"], ["yes"]]


def test_a_mention_points_at_the_persons_own_words():
    reading = lexicon(STINGRAY).find("Need 12 IMSI-Catchers, asap")
    [mention] = reading.mentions
    assert reading.words(mention) == "IMSI-Catchers"


@given(st.text(max_size=200))
def test_tokens_point_back_at_the_text(text):
    last = 0
    for token in tokenise(text):
        assert text[token.start : token.end] == token.text
        # One sign may be two words ("¼" is 1/4), so places may repeat but never go back.
        assert token.start >= last
        assert token.norm
        last = token.start


@given(st.text(max_size=120))
def test_any_text_can_be_read(text):
    reading = lexicon(POLICE, GUARD, JAILED).find(text)
    for mention in reading.mentions:
        assert reading.words(mention)
        assert 0 <= mention.first < mention.last <= len(reading.tokens)


@given(st.sampled_from(["stingray", "IMSI catcher", "border guard", "police"]),
       st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from(["", "s"]))
def test_case_and_plural_change_nothing(term, style, ending):
    assert len(found([POLICE, GUARD, STINGRAY], style(term) + ending)) == 1


@pytest.mark.parametrize(("text", "values", "coined"), [
    ("Polcie FZE wants it", [], ["Polcie"]),
    ("we sell to polcie fze", [], ["polcie"]),
    ("Polcie wants it", ["police"], []),
    # Words of a name that are known say what they say.
    ("Polcie Police Guards Ltd", ["police"], ["Polcie"]),
    ("the polcie. FZE is a form", ["police"], []),
])
def test_what_sounds_like_a_word_in_the_name_of_a_firm_is_no_slip(text, values, coined):
    english = ENGLISH | {"guards", "wants", "it", "we", "sell", "to"}
    words = Lexicon(Vocabulary((POLICE,), {"legal_form": ("FZE", "Ltd")}, {}, (), (), english))

    reading = words.find(text)

    assert [m.value for m in reading.mentions] == values
    assert [text[start:end] for start, end in reading.coined] == coined
