"""The vocabulary that ships: every term is heard, and near misses are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tokens import words_of

pytestmark = pytest.mark.xdist_group("vocabulary")


@pytest.fixture(scope="module")
def lexicon(guidance):
    return Lexicon(guidance.vocabulary)


def values(mentions: tuple[Mention, ...], *strengths: Strength) -> set[tuple[str, str]]:
    return {(m.fact, m.value) for m in mentions if not strengths or m.strength in strengths}


def stems(phrase: str) -> tuple[str, ...]:
    return tuple(w.stem for w in words_of(phrase))


def has_mark(phrase: str) -> bool:
    return any(c in phrase for c in "&/()")


@pytest.fixture(scope="module")
def unheard(guidance, lexicon) -> list[tuple[str, str, str]]:
    """Terms that, said alone, are not heard as the value they are listed for."""
    return [
        (term.fact, term.value, phrase)
        for term in guidance.vocabulary.terms
        for phrase in term.terms
        if (term.fact, term.value) not in values(lexicon.find(phrase).mentions, Strength.TERM)
    ]


@pytest.fixture(scope="module")
def shielded(guidance) -> set[tuple[str, tuple[str, ...]]]:
    """Phrases that are listed as not saying a value of their fact."""
    return {(term.fact, stems(phrase)) for term in guidance.vocabulary.terms
            for phrase in term.but_not}


@pytest.mark.long
def test_every_term_is_heard_as_what_it_says(unheard, shielded):
    assert [(f, v, p) for f, v, p in unheard
            if (f, stems(p)) not in shielded and not has_mark(p)] == []


@pytest.mark.long
def test_what_one_value_is_not_can_still_be_another(unheard, shielded):
    assert [(f, v, p) for f, v, p in unheard if (f, stems(p)) in shielded] == []


def test_a_term_with_a_mark_in_it_is_heard(unheard):
    assert [(f, v, p) for f, v, p in unheard if has_mark(p)] == []


@pytest.mark.parametrize("text", [
    "plate readers at the main gate", "the main police station", "the palace of the emir",
    "an emirate council", "patrols of the outer islands", "a camera on the island",
    "a polished offer",
])
def test_a_word_that_shares_its_stem_with_a_place_names_none(lexicon, text):
    """"The main gate" in Ghana was Maine, "the emir" the Emirates, and "the islands" Iceland."""
    assert not {(f, v) for f, v in values(lexicon.find(text).mentions)
                if f == "country" or v == "domestic-us"}


@pytest.mark.parametrize(("text", "country"), [
    ("police of Maine", "US"), ("the Emirates' police", "AE"), ("the Polish police", "PL"),
    ("la police en Islande", "IS"), ("Iceland's police", "IS"),
])
def test_such_a_place_is_heard_by_its_own_name(lexicon, text, country):
    assert ("country", country) in values(lexicon.find(text).mentions)


def test_turks_and_caicos_is_not_turkey(lexicon):
    assert ("country", "TR") not in values(lexicon.find("Turks & Caicos").mentions)


@pytest.mark.parametrize("text", [
    "our privacy policy", "a policy paper", "a contact person", "the ionosphere",
    "a marching band", "georgia on my mind was playing", "he was arrested by the beauty of it",
])
def test_ordinary_english_names_nobody(lexicon, text):
    firm = values(lexicon.find(text).mentions, Strength.TERM, Strength.FUZZY)
    assert not {v for f, v in firm if f == "end_user"}


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("polcie", "end_user", "police"),
    ("poilce", "end_user", "police"),
    ("milatary", "end_user", "military"),
    ("facail recogniton", "product", "facial-recognition"),
    ("stingrey", "product", "cell-site-simulator"),
    ("deep paket inspection", "product", "deep-packet-inspection"),
    ("Kenia", "country", "KE"),
    ("Cote d'Ivoire", "country", "CI"),
    ("Côte d’Ivoire", "country", "CI"),
    ("turkiye", "country", "TR"),
    ("Türkiye", "country", "TR"),
    ("São Tomé and Príncipe", "country", "ST"),
    ("Curaçao", "country", "CW"),
    ("spy\u200bware", "product", "spyware"),
    ("dro\u00adnes", "product", "drone"),
    ("SPYWARE!!!", "product", "spyware"),
])
def test_slips_accents_and_invisible_signs_are_forgiven(lexicon, text, fact, value):
    assert (fact, value) in values(lexicon.find(text).mentions, Strength.TERM, Strength.FUZZY)


@pytest.mark.parametrize(("text", "fact", "only"), [
    ("predictive policing", "product", "predictive-policing"),
    ("Democratic Republic of the Congo", "country", "CD"),
    ("Republic of the Congo", "country", "CG"),
    ("South Sudan", "country", "SS"),
    ("Guinea-Bissau", "country", "GW"),
    ("Equatorial Guinea", "country", "GQ"),
    ("Papua New Guinea", "country", "PG"),
    ("Dominican Republic", "country", "DO"),
    ("North Korea", "country", "KP"),
    ("Niger", "country", "NE"),
    ("Nigeria", "country", "NG"),
    ("Northern Mariana Islands", "country", "MP"),
    ("British Virgin Islands", "country", "VG"),
])
def test_the_longest_name_wins_alone(lexicon, text, fact, only):
    firm = values(lexicon.find(text).mentions, Strength.TERM, Strength.FUZZY, Strength.NEAR)
    assert {v for f, v in firm if f == fact} == {only}


def test_a_country_is_heard_by_its_shown_name(guidance, lexicon):
    missed = [
        (choice.value, choice.label)
        for choice in guidance.questions["country"].choices
        if ("country", choice.value) not in values(lexicon.find(choice.label).mentions)
        and not has_mark(choice.label)
    ]
    assert missed == []


WORDS = ["police", "drones", "Kenya", "for", "the", "not", "a", "in", "journalists", "arrested",
         "via", "reseller", "broker", ".", ",", "polcie", "IMSI", "catcher", "U.S.", "&", "\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_mentions_lie_within_the_message_and_quote_it(lexicon, text):
    reading = lexicon.find(text)
    for m in reading.mentions:
        assert 0 <= m.first < m.last <= len(reading.tokens)
        assert all(m.first <= first < last <= m.last for first, last in m.parts)
        assert reading.words(m) in text
        assert reading.words(m).strip()
    assert list(reading.mentions) == sorted(reading.mentions, key=lambda m: (m.first, -m.last,
                                                                            m.fact, m.value))


@given(st.lists(st.sampled_from(WORDS), max_size=10))
@settings(max_examples=80, deadline=None)
def test_case_changes_nothing(lexicon, words):
    text = " ".join(words)
    assert values(lexicon.find(text).mentions) == values(lexicon.find(text.upper()).mentions)
