"""What serves finds what is found by looking at everything."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import corpus
from retrieval.finding.dense import Dense, Leading
from retrieval.finding.gap_words import GapWords
from retrieval.finding.lexical import words_in, words_in_all
from retrieval.finding.topics import Topics
from retrieval.guidance import Fact, ProvisionId, ReleaseId
from retrieval.hearing.telling import window_shares, words_of
from retrieval.indexes.entries import Entry
from retrieval.indexes.foremost import foremost
from retrieval.indexes.nearness import ExactIndex
from retrieval.matches import Query
from retrieval.opening import open_release
from retrieval.opening_words import Said
from retrieval.passages import passages_of
from retrieval.search import strays
from retrieval.words import lexicon
from retrieval.words.lexicon import Lexicon
from retrieval.words.phrases import Phrases
from retrieval.words.pinpoints import recogniser
from retrieval.words.tokens import _BARE, _QUOTES, Tokens, fold, tokenise
from retrieval.words.tokens import plain as ours

from . import plain_finding as plain
from . import small

CORPUS = Path(__file__).parents[2] / "guidance_corpus"


@cache
def content():
    return corpus.read(CORPUS)


@cache
def lexicons():
    """The lexicon that serves, and one that looks at all that begins with a word."""
    quick = Lexicon(content().vocabulary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "_ByStart", plain.EveryStart)
        return quick, Lexicon(content().vocabulary)


@cache
def messages():
    """Every so many of the messages that the reading head learned from."""
    return [" ".join(words for words, _ in json.loads(line)["clauses"])
            for file in sorted((CORPUS / "exemplars").glob("*.jsonl"))
            for line in file.read_text("utf-8").splitlines()[::40] if line.strip()]


@pytest.mark.long
def test_a_message_holds_what_looking_at_every_phrase_finds():
    quick, slow = lexicons()

    for text in messages():
        assert quick.find(text) == slow.find(text)


@cache
def vocabulary_words():
    phrases = [p for term in content().vocabulary.terms
               for p in (*term.terms, *term.weak, *term.asked, *term.but_not,
                         *(p for group in term.near for some in group for p in some))]
    return sorted({word for phrase in phrases for word in phrase.split()})


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_words_of_the_vocabulary_in_any_order_are_found_alike(data):
    words = st.sampled_from([*vocabulary_words(), ".", ",", "the", "not"])
    slips = st.tuples(words, st.integers(0, 8)).map(lambda at: at[0][: at[1]] + at[0][at[1] + 1 :])
    text = " ".join(data.draw(st.lists(st.one_of(words, slips), max_size=25)))
    quick, slow = lexicons()

    assert quick.find(text) == slow.find(text)


CUES = st.lists(st.sampled_from(["a", "b", "c d", "a b", "a b c", "b c", "d d"]), max_size=6)


@given(phrases=CUES, said=st.lists(st.sampled_from("abcd."), max_size=12))
def test_phrases_are_found_from_the_left_and_the_longest_first(phrases, said):
    tokens = tokenise(" ".join(said))
    # Without its article a phrase is looked for as well.
    whole = [tuple(p.split()) for p in phrases]
    bare = [words[1:] for words in whole if len(words) > 1 and words[0] == "a"]

    expected = plain.spans([*whole, *bare], tokens)
    assert Phrases(phrases).find(tokens) == expected
    assert Phrases(phrases).starts(tokens) == next(
        (last for first, last in expected if first == 0), 0)


@given(lists=st.lists(CUES, min_size=1, max_size=3),
       said=st.lists(st.sampled_from("abcd."), max_size=12))
def test_what_was_found_in_a_message_is_found_again(lists, said):
    tokens, compiled = Tokens(tokenise(" ".join(said))), [Phrases(one) for one in lists]
    expected = [one.find([*tokens]) for one in compiled]

    assert [one.find(tokens) for one in compiled] == expected
    for found in [one.find(tokens) for one in compiled]:
        found.append((99, 100))  # of whoever looked, and of nobody who looks later
    assert [one.find(tokens) for one in compiled] == expected
    assert [one.find(tokens[1:]) for one in compiled] == [
        one.find([*tokens[1:]]) for one in compiled]


@given(st.one_of(st.text(), st.text(st.characters(max_codepoint=127))))
def test_folding_is_the_same_for_plain_letters(text):
    folded, origin = fold(text)
    # Marks and line ends of other keyboards are read as ours, each as one character, before all.
    assert (folded, list(origin)) == plain.fold(ours(text), _QUOTES, _BARE)


@given(st.one_of(st.text(), st.lists(st.sampled_from(
    ["police", "Policing", "the", "of", "AND", "cameras", "x", "don't", "ÉTÉ", "_", "İ"]),
    max_size=9).map(" ".join)))
def test_words_of_one_text_are_those_of_many(text):
    assert words_in(text) == words_in_all([text])[0]


@given(st.lists(st.sampled_from(["a", "bc", "def", "ghijkl"]), min_size=1, max_size=9), st.data())
def test_tokens_count_for_their_windows(said, data):
    text = " ".join(said)
    words = words_of(text)
    pieces = [(a, b) for begin, end in words
              for a, b in _cut(begin, end, data.draw(st.integers(1, 3)))]
    tokens = [(0, 0), *pieces[: data.draw(st.integers(0, len(pieces)))], (0, 0)]

    found = window_shares(words, tokens)

    assert found.dtype == np.float32
    assert found.tobytes() == plain.window_shares(words, tokens).tobytes()


def _cut(begin, end, size):
    return [(a, min(a + size, end)) for a in range(begin, end, size)]


PROVISIONS = [small.provision(f"ungp-{n}") for n in range(4)]
NUMBERS = {p.id: n for n, p in enumerate(PROVISIONS)}


def entries(leads):
    """An entry for each of *leads*: the number of a provision, or of a gap from 4 on."""
    return tuple(
        Entry(f"e{n}", next(iter(passages_of(PROVISIONS[to]))), f"text {n}") if to < 4
        else Entry(f"e{n}", None, f"text {n}", f"gap {to}")
        for n, to in enumerate(leads))


LEADS = st.lists(st.integers(0, 6), min_size=1, max_size=60)


@given(leads=LEADS, data=st.data())
def test_candidates_speak_for_what_they_lead_to(leads, data):
    leading = Leading(entries(leads), NUMBERS)
    count = data.draw(st.integers(0, len(leads)))
    positions = np.array(data.draw(st.permutations(range(len(leads))))[:count], dtype=np.int64)
    similarities = -np.sort(-np.array(data.draw(st.lists(
        st.floats(-1, 1, width=32), min_size=count, max_size=count)), dtype=np.float64))

    found = Dense(leading, np.zeros(3, np.float32), (positions, similarities))
    slow = plain.Dense(leading, (positions, similarities))

    assert sorted(found.met) == sorted(slow.ranking)
    assert found.nearest == next(iter(slow.ranking.tolist()), None)
    assert found.near.tolist() == slow.near.tolist()
    assert (found.best, found.gap) == (slow.best, slow.gap)
    assert {n: found.best_of(n) for n in slow.first} == slow.first


VALUES = st.one_of(st.sampled_from([0.0, -0.0, 0.5, -0.5, 1.0, -1.0]), st.floats(
    allow_nan=False, allow_infinity=False, width=32))


@given(st.lists(VALUES, max_size=60), st.integers(1, 70))
def test_the_highest_are_found_from_the_highest_down_and_of_equals_the_first(drawn, count):
    values = np.array(drawn, dtype=np.float32)

    found = foremost(values, count).tolist()

    assert values[found].tolist() == sorted(drawn, reverse=True)[:count]
    # Of equals at the edge the first, on whatever processor.
    assert found == sorted(range(len(values)), key=lambda place: (-values[place], place))[:count]


@given(rows=st.lists(st.integers(0, 9), min_size=1, max_size=80), data=st.data())
def test_rows_that_are_alike_are_compared_once(rows, data):
    drawn = np.random.default_rng(7).standard_normal((11, 384)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    matrix, query = drawn[rows], drawn[10]
    count = data.draw(st.integers(1, len(rows)))
    index = ExactIndex(entries([0] * len(rows)), ReleaseId("r"), "words", matrix)

    ((positions, similarities),) = index.near(query[np.newaxis], count)
    _, expected = plain.nearest(matrix, query, count)

    # Of equals at the edge any may be taken.  The last bit hangs on how many rows BLAS is given;
    # with thousands, in the corpus, it is the same.
    assert np.allclose(similarities, expected, rtol=0, atol=1e-6)
    assert np.array_equal(index.rows(positions.tolist()), matrix[positions])
    assert sorted(zip(-similarities, positions, strict=True)) == list(
        zip(-similarities, positions, strict=True))


@given(st.lists(st.dictionaries(st.sampled_from(["product", "end_user", "country"]),
                                st.sampled_from(["a", "a b", "b", "unknown"]), max_size=3),
                min_size=1, max_size=6),
       st.dictionaries(st.sampled_from(["product", "end_user", "country", "stage"]),
                       st.sampled_from(["", "a", "b c", "unknown", "a unknown"])))
def test_provisions_are_moved_one_by_one_and_all_together_alike(topics, known):
    tables = [small.table(**one) for one in topics]
    said = {Fact(fact): frozenset(values.split()) for fact, values in known.items()}

    assert Topics(tables).shifts(said).tolist() == [plain.topic_shift(t, said) for t in tables]


def test_a_gap_is_told_as_a_search_tells_it(words, tmp_path):
    search = open_release(small.ordinary(), words, tmp_path, mentions_domain=lambda _: False)

    for text in ("hotline", "phone extraction", "zebra", "UNGP 17", " "):
        (one,) = search([Query(text, limit=1)])
        assert (strays(search, text) > 0.0) is (one.gap is not None)


WORDS = st.lists(st.sampled_from(["the", "price", "invoice", "crate", "hull", "xyzzy"]), max_size=5)
SAID = st.builds(Said, st.integers(0, 9),
                 st.dictionaries(st.sampled_from(["the", "crate", "the crate"]), st.integers(1, 9)))


@given(asks=st.lists(st.tuples(st.sampled_from(["prices", "sales", "hulls"]), WORDS), max_size=9),
       openings=st.dictionaries(st.sampled_from(["prices", "gone"]), SAID), question=WORDS)
def test_gaps_are_told_by_the_counts_of_their_words(asks, openings, question):
    asked = [Entry(f"e{n}", None, " ".join(words), gap) for n, (gap, words) in enumerate(asks)]
    known, text = {"the", "price", "invoic", "crate", "the crate"}, " ".join(question)

    found = GapWords(asked, known, openings)(text)

    # To the bit: what is nearest hangs on it.
    assert found == plain.gap_words(asked, known, openings, text)


def test_a_number_without_digits_is_recognised():
    source = small.source("gc", "comment {n}")
    provisions = [small.provision("gc-ii", number="ii"), small.provision("gc-3", number="3")]

    recognise = recogniser([source], provisions)

    assert recognise("see comment II") == (ProvisionId("gc-ii"),)
    assert recognise("see comment 3") == (ProvisionId("gc-3"),)
    assert recogniser([source], provisions[1:])("see comment ii") == ()
