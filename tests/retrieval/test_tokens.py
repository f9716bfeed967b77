"""A message as words, each pointing back at the characters it came from."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.words.tokens import (
    Tokens,
    fold,
    forms_of,
    norms_in,
    norms_of,
    plain,
    stem,
    tokenise,
    words_of,
)

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e"]
TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="abc ABC'’.,;:!?()/–—&\n\t-_09éßİıſﬁ½²\u0301\u200b\u00ad", max_size=60),
)


@given(TEXTS)
@example("İstanbul’s ﬁngerprint ½ \u200b\u0301")
def test_every_token_points_back_at_the_text(text):
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.text
        assert token.norm
        assert token.stem


@given(TEXTS)
@example("don´t。ＣＣＴＶ\r\u2028\v")
def test_a_plain_text_has_a_character_for_each(text):
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@given(TEXTS)
def test_tokens_stand_in_the_order_of_the_text(text):
    tokens = tokenise(text)
    places = [(t.start, t.end) for t in tokens]
    assert places == sorted(places)


@given(TEXTS)
def test_folding_keeps_one_origin_for_each_character(text):
    folded, origin = fold(text)
    assert len(folded) == len(origin)
    assert list(origin) == sorted(origin)
    assert all(0 <= place < len(text) for place in origin)
    assert not any(unicodedata.category(c) == "Cf" for c in folded)


@given(TEXTS)
def test_a_token_is_a_word_or_a_mark_and_never_both(text):
    for token in tokenise(text):
        assert token.is_word != (token.ends_clause or token.norm in {"/", "&"})
        assert token.ends_clause or not token.ends_sentence


@given(st.lists(st.sampled_from(["police", "drone", "the", "army's", "40", "a.b.c", "naïve"]),
                min_size=1, max_size=6),
       st.lists(st.sampled_from(INVISIBLE), min_size=1, max_size=4), st.data())
def test_invisible_characters_change_no_word(words, signs, data):
    text = " ".join(words)
    spoilt = text
    for sign in signs:
        at = data.draw(st.integers(0, len(spoilt)))
        spoilt = spoilt[:at] + sign + spoilt[at:]
    assert [t.norm for t in tokenise(spoilt)] == [t.norm for t in tokenise(text)]


@pytest.mark.parametrize(("text", "norms"), [
    ("Cell-site simulator", ["cell", "site", "simulator"]),
    ("police/army", ["police", "army"]),
    ("Côte d’Ivoire", ["cote", "d'ivoire"]),
    ("Türkiye", ["turkiye"]),
    ("SÃO TOMÉ", ["sao", "tome"]),
    ("the army's drones", ["the", "army", "drones"]),
    ("the army’s drones", ["the", "army", "drones"]),
    ("don´t, isn′t, won＇t, canʼt", ["don't", ",", "isn't", ",", "won't", ",", "can't"]),
    ("Chad。No war، no arrests؟", ["chad", ".", "no", "war", ",", "no", "arrests", "?"]),
    ("ＣＣＴＶ，２ cams", ["cctv", ",", "2", "cams"]),
    ("one\r\ntwo\rthree\u2028four\vfive", ["one", "\n", "two", "\n", "three", "\n", "four", "\n",
                                           "five"]),
    ("U.S. police", ["u.s", "police"]),
    ("n/a", ["n/a"]),
    ("1,500 units at 2.5 each", ["1,500", "units", "at", "2.5", "each"]),
    ("IMSI\u200b-catcher", ["imsi", "catcher"]),
    ("sp\u00adyware", ["spyware"]),
    ("6% state-owned", ["6", "percent", "state", "owned"]),
    ("no.really", ["no", ".", "really"]),
    ("wait… what?!", ["wait", ".", ".", ".", "what", "?", "!"]),
    ("", []),
    (" \t ", []),
    ("🙂 ok", ["ok"]),
    # A dash is typed so; a list and the words of a name have none.
    ("no war - they do", ["no", "war", "\u2013", "they", "do"]),
    ("no war--they do", ["no", "war", "\u2013", "they", "do"]),
    ("- cctv\n  - IMSI-catcher", ["cctv", "\n", "imsi", "catcher"]),
])
def test_words_of_a_text(text, norms):
    assert [t.norm for t in tokenise(text)] == norms


@pytest.mark.parametrize(("one", "other"), [
    ("drones", "drone"), ("policing", "policed"), ("monitoring", "monitors"),
    ("arrested", "arresting"), ("cameras", "camera"), ("interception", "interceptions"),
])
def test_endings_share_a_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [
    ("police", "policy"), ("us", "u"), ("dna", "dn"), ("gas", "ga"), ("army", "arms"),
])
def test_false_friends_do_not(one, other):
    assert stem(one) != stem(other)


def test_words_of_a_phrase_are_the_words_of_its_text():
    assert [w.norm for w in words_of("cell-site simulator (IMSI catcher)")] == [
        "cell", "site", "simulator", "imsi", "catcher"
    ]


@given(TEXTS)
@example("the C.I.A.'s N/A & w/o K9")
def test_phrases_are_compiled_as_messages_are_read(text):
    assert forms_of(text) == tuple((word.norm, word.stem) for word in words_of(text))
    assert norms_of(text) == tuple(word.norm for word in words_of(text))


@given(st.lists(TEXTS, max_size=4))
@example(["u", "w/", "o", "C.I.A.\n", "'s"])
def test_the_words_of_many_texts_are_those_of_each(texts):
    assert norms_in(texts) == {word.norm for text in texts for word in words_of(text)}


@pytest.mark.parametrize("phrase", ["face-recognition", "the  U", "ur", "Who-o", "s w", "- -"])
def test_plain_phrases_are_compiled_as_messages_are_read(phrase):
    assert forms_of(phrase) == tuple((word.norm, word.stem) for word in words_of(phrase))
    assert norms_of(phrase) == tuple(word.norm for word in words_of(phrase))


def test_threads_stem_alike():
    words = [f"{base}{ending}" for base in ("monitor", "arrest", "intercept", "deploy", "publish")
             for ending in ("", "s", "ed", "ing", "ment", "er", "ers")] * 20
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(stem.__wrapped__, words))
    assert threaded == [stem(w) for w in words]


@given(TEXTS)
def test_the_tokens_of_a_text_know_their_words(text):
    plain = tokenise(text)
    tokens = Tokens(plain)

    assert tokens == tuple(plain)
    assert tokens.norms == {t.norm for t in plain}
    assert tokens.words == words_of(text)
    assert tokens.words is tokens.words
    assert type(tokens[1:]) is tuple
