"""Misspelt words are read as they were meant, and all others as they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.finding.spelling import Mending, Spelling, of_release
from retrieval.guidance import Fact
from retrieval.words.tells import HasRead, Taught, Told
from retrieval.words.tokens import Mend
from retrieval.written_words import counted

ENGLISH = frozenset({"the", "police", "policy", "wants", "want", "they", "bird", "for"})
TEXTS = ["the police want facial recognition", "recognition for the police", "the agent",
         "an agent of the police", "recognition", "facial"]
spelling = Spelling(TEXTS, ENGLISH)


@pytest.mark.parametrize(("written", "meant"), [
    ("polcie", "police"), ("poliice", "police"), ("plice", "police"), ("opl", "opl"),
    ("recogniton", "recognition"), ("recogntiion", "recognition"), ("agnt", "agent"),
    ("(polcie),", "(police),"), ("police-polcie", "police-police"),
    # Known, bent, contracted, short, named, numbered, or too far away: left alone.
    ("policy", "policy"), ("agents", "agents"), ("wanting", "wanting"), ("theyd", "theyd"),
    ("poe", "poe"), ("Polcie", "Polcie"), ("polcie2", "polcie2"), ("a@polcie.org", "a@polcie.org"),
    ("mukhabarat", "mukhabarat"), ("xolice", "xolice"), ("", ""),
])
def test_a_word_is_mended_only_where_it_is_a_slip_of_a_known_one(written, meant):
    assert spelling.mended(written) == meant


@pytest.mark.parametrize(("written", "meant"), [
    ("teh  polcie\nrecogniton", "teh  police\nrecognition"),
    ("The Polcie want recogniton", "The Polcie want recognition"),
    ("THE POLCIE", "THE police"),
    ("", ""),
])
def test_a_text_is_mended_word_by_word_and_keeps_what_stands_between(written, meant):
    assert spelling.written(written) == meant


def test_of_words_as_near_the_one_most_used_is_meant():
    some = Spelling(["cameras", "cameras", "camera", "camera", "camera"], frozenset())
    assert some.mended("camerax") == "camera"


def test_capitals_tell_names_unless_all_is_in_capitals():
    heard = []

    def tells(text):
        heard.append(text)
        return []

    mending = Mending(tells, spelling.mends)
    for text in ("Polcie of Polcie", "THE POLCIE", "the polcie"):
        mending(text)
    assert heard == ["Polcie of Polcie", "THE police", "the police"]


@pytest.mark.parametrize("text", ["CBAM", "CBAM?", "NIS"])
def test_a_short_word_in_capitals_alone_is_no_slip(shipped_spelling, text):
    """ "CBAM" was read as a camera, which began a deal."""
    assert shipped_spelling.meant(text) == text


words = st.lists(st.sampled_from(["the", "polcie", "recogniton", "agent", "Überwachung", "x",
                                  "(polcie)", "-", "police."]), min_size=1, max_size=12)
blanks = st.sampled_from([" ", "  ", "\n", "\t "])


@given(words, st.data())
def test_what_is_told_points_at_the_words_as_written(chosen, data):
    """Of each word told its own place, whatever was mended before it."""
    text = data.draw(blanks)
    for word in chosen:
        text += word + data.draw(blanks)

    def tells(mended):
        assert len(mended.split()) == len(chosen)
        at, found = 0, []
        for word in mended.split():
            at = mended.index(word, at)
            found.append(Told(Fact("product"), word, 0.5, at, at + len(word)))
            at += len(word)
        return found

    told = Mending(tells, spelling.mends)(text)
    assert [text[one.start:one.end] for one in told] == chosen


def test_the_words_of_the_corpus_are_known(guidance):
    of_corpus = of_release(guidance)
    text = "we sell facial recogniton cameras to the polcie in kenya, no warrent needed"
    assert " ".join(map(of_corpus.mended, text.split())) == (
        "we sell facial recognition cameras to the police in kenya, no warrant needed")
    for entry in ("Straz Graniczna", "the mukhabarat", "guardia civil"):
        assert " ".join(map(of_corpus.mended, entry.split())) == entry


def test_a_slip_is_told_by_the_words_on_either_side(guidance):
    """Half the slips make another word, or one that is near to several: "lcoked" is no "looked"."""
    of_corpus = of_release(guidance)
    for written, meant in (
        ("thousands lcoked up there", "thousands locked up there"),
        ("the export reveiw is not done", "the export review is not done"),
        ("no exprt review yet", "no export review yet"),
        ("boy cams for the police", "body cams for the police"),
        ("droes for the army in ghna", "drones for the army in ghana"),
        ("they dobt pass it on", "they dont pass it on"),
        ("They wnat it. Thye said so", "They want it. they said so"),
        ("we quote the polie in Keya, direct", "we quote the police in kenya, direct"),
        # What nobody knows is a slip, beside neighbours of whatever kind.
        ("mapping foest loss up north", "mapping forest loss up north"),
        ("gear to suoport troops", "gear to support troops"),
        ("still worknig on it", "still working on it"),
    ):
        assert of_corpus.meant(written) == meant


@pytest.mark.parametrize("text", [
    # Words that stand as they were meant, however rare, beside others that they are near to.
    "plate readers for Samos, Greece", "cameras for the mayor of Cali", "Peru or Perm?",
    "they do now share data", "they do not share data", "nobody was hurt", "we can not say",
    "drones to check the crops", "polcie2 for a@polcie.org", "",
])
def test_what_may_be_meant_as_it_stands_is_left_alone(text, guidance):
    assert of_release(guidance).mends(text) == ()


def test_a_question_is_searched_as_each_of_its_words_was_meant(guidance):
    """What the neighbours of a word tell beside it made the search no better."""
    of_corpus = of_release(guidance)
    assert of_corpus.written("boy cams for the polcie") == "boy cams for the police"
    assert of_corpus.meant("boy cams for the polcie") == "body cams for the police"


def test_no_known_word_becomes_a_denial_nor_a_denial_another_word():
    habits = counted(["they do not share it"] * 900 + ["they do nit share"] + ["nit"] * 9)
    text = "they do nit share it"
    assert Spelling([], frozenset({"nit"}), lambda: habits).meant(text) == "they do not share it"
    assert Spelling([], frozenset({"nit"}), lambda: habits, {"not"}).meant(text) == text
    turned = Spelling([], frozenset({"not"}), lambda: counted(["they do nit share it"] * 900),
                      {"not"})
    assert turned.meant("they do not share it") == "they do not share it"


def test_what_was_mended_is_what_the_next_word_stands_beside():
    habits = counted(["the police wants drones"] * 50 + ["the policy went down"] * 50)
    some = Spelling([], frozenset(), lambda: habits)
    assert some.meant("the polic wnts drones") == "the police wants drones"
    assert some.mends("the polic went down") == (Mend(4, 9, "policy"),)


@pytest.mark.parametrize("written", ["teh  polcie\nrecogniton", "(polcie)", "x"])
def test_slips_point_at_the_words_as_written(written):
    for mend in spelling.mends(written):
        assert spelling.mended(written[mend.start:mend.end]) == mend.word


@pytest.fixture(scope="module")
def shipped_spelling(guidance):
    return of_release(guidance)


@pytest.mark.parametrize(("written", "meant"), [
    ("they want the invoice 2 say radio parts", "they want the invoice to say radio parts"),
    ("he wants us 2 get round the licence", "he wants us to get round the licence"),
    ("cams 4 the army", "cams for the army"), ("what do i need 2 ask", "what do i need to ask"),
    ("selling 2 the navy", "selling to the navy"),
])
def test_a_figure_that_stands_for_a_word_is_read_as_that(shipped_spelling, written, meant):
    assert shipped_spelling.meant(written) == meant


@pytest.mark.parametrize("written", [
    "private buyer, Dubai, 2 cameras", "need 4 drones", "2 of the 4 police stations",
    "1 yes 2 no 3 yes", "yes to 2 and 4", "2 and 4", "option 2", "in 2 weeks", "got 2 deals",
    "what does appendix 2 say", "consideration 4 says", "HawkEye 4 police units", "2x cameras",
    "the 2 police units", "4 police stations in Kenya", "no 2 yes", "mavic 4 drones",
    "boss says we have 4 days for the review", "split it in 2 deliveries",
])
def test_a_figure_that_counts_stays_one(shipped_spelling, written):
    assert shipped_spelling.meant(written) == written


class Model:
    """A model that says what it was taught."""

    def __call__(self, _: str) -> list[Told]:
        return []

    def knows(self, _: Fact, value: str) -> bool:
        return value != "new"

    def has_read(self, word: str) -> bool:
        return word != "graylantern"


def test_what_mends_says_what_was_taught_to_the_model_behind_it():
    """A value that an admin had added was not heard, since nobody knew that it was new."""
    mending, silent = Mending(Model(), lambda _: ()), Mending(lambda _: [], lambda _: ())
    assert isinstance(mending, Taught) and isinstance(mending, HasRead)
    assert [mending.knows(Fact("product"), value) for value in ("drone", "new")] == [True, False]
    assert [mending.has_read(word) for word in ("drone", "graylantern")] == [True, False]
    assert silent.knows(Fact("product"), "new") and silent.has_read("graylantern")
