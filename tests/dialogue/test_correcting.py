"""What a message takes back within itself, and what it only adds to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.claims.correcting import CORRECTION_REACH, Placed, placed, replaced
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import Fact, Vocabulary
from retrieval.words.lexicon import Lexicon
from retrieval.words.tells import Told
from tests.dialogue.talking import read, values

CUES = Cues.of({"correction": ["scratch that", "no wait"], "second_thought": ["actually"],
                "negation": ["no", "not"], "addition": ["as well"]})


def found(text: str) -> Clauses:
    return Clauses(Lexicon(Vocabulary((), {}, {}, ())).find(text), CUES)


def at(clauses: Clauses, word: str, value: str) -> Placed:
    place = [token.norm for token in clauses.tokens].index(word)
    return Placed(value, (place, place + 1))


@pytest.mark.parametrize(("text", "wrong"), [
    ("for the army, scratch that, for the police", {"military"}),
    ("for the army. No wait, it's the police", {"military"}),
    ("for the army. No wait, the police use it as well", set()),
    ("for the army and the police, scratch that", set()),
    ("scratch that, for the army and the police", set()),
    # It may be that something is put right, and it may not.
    ("for the army, actually the police", set()),
    ("for the army, scratch that, we talked for long of this and that and of the weather and of "
     "the police", set()),
])
def test_a_value_before_a_correction_gives_way_to_the_one_after_it(text, wrong):
    clauses = found(text)

    assert replaced([at(clauses, "army", "military"), at(clauses, "police", "police")], [],
                    clauses) == wrong


def test_a_value_that_is_said_again_after_the_correction_stays():
    clauses = found("for the army, scratch that, army plus police")
    army = [n for n, token in enumerate(clauses.tokens) if token.norm == "army"]

    assert replaced([*(Placed("military", (n, n + 1)) for n in army),
                     at(clauses, "police", "police")], [], clauses) == frozenset()


@pytest.mark.parametrize(("text", "wrong"), [
    ("an army order. It's not them, the soldiers, it's the police", {"military"}),
    ("not the soldiers. The army of the police", set()),
])
def test_a_value_that_is_denied_after_it_was_heard_gives_way_to_another(text, wrong):
    clauses = found(text)

    assert replaced([at(clauses, "army", "military"), at(clauses, "police", "police")],
                    [at(clauses, "soldiers", "military")], clauses) == wrong


def test_a_value_that_is_denied_stays_where_no_other_is_heard():
    clauses = found("an army order. Not the soldiers I know")

    assert replaced([at(clauses, "army", "military")],
                    [at(clauses, "soldiers", "military")], clauses) == frozenset()


@given(words=st.lists(st.sampled_from(["army", "police", "scratch that", "not", "as well", ".", ",",
                                       "x"]), min_size=1, max_size=3 * CORRECTION_REACH),
       data=st.data())
def test_something_always_stands_and_nothing_is_taken_back_without_a_word_that_does(words, data):
    clauses = found(" ".join(words))
    ends = st.integers(0, len(clauses.tokens) - 1)
    places = st.builds(lambda value, n: Placed(value, (n, n + 1)),
                       st.sampled_from(["a", "b", "c"]), ends)
    held = data.draw(st.lists(places, min_size=1, max_size=6))
    denied = data.draw(st.lists(places, max_size=2))

    wrong = replaced(held, denied, clauses)

    assert wrong < {one.value for one in held}
    if not denied and not clauses.retractions:
        assert wrong == frozenset()


def test_what_a_model_hears_is_placed_by_the_whole_words_within():
    text = "for the army, it is"
    reading = Lexicon(Vocabulary((), {}, {}, ())).find(text)

    assert placed(Told(Fact("end_user"), "military", 0.9, 4, 12), reading) == (
        Placed("military", (1, 3)))
    assert placed(Told(Fact("end_user"), "military", 0.9, 9, 11), reading) is None


@pytest.mark.parametrize(("text", "told", "fact", "expected"), [
    ("drones for chad, for the army. No sorry, not the army, it's the coast guard",
     [("end_user", "military", 0.95, "the army."), ("end_user", "border-guard", 0.95, "guard")],
     "end_user", {"border-guard"}),
    ("drones for chad through a reseller. No wait, they're a distributor",
     [("intermediary", "reseller", 0.98, "reseller."),
      ("intermediary", "distributor", 0.9, "distributor")],
     "intermediary", {"distributor"}),
    ("drones for chad, quote is out. No wait, nothing was sent",
     [("stage", "negotiating", 0.98, "quote is out."),
      ("stage", "before-quote", 0.9, "nothing was sent")],
     "stage", {"before-quote"}),
    ("drones for chad, actually a big order with face recognition",
     [("product", "drone", 0.98, "drones"),
      ("product", "facial-recognition", 0.98, "face recognition")],
     "product", {"drone", "facial-recognition"}),
])
def test_of_a_message_that_corrects_itself_the_last_word_is_heard(
    guidance, text, told, fact, expected
):
    message = read(guidance, text, ("country", "*", 0.9, "chad"), *told)

    assert values(message)[fact] == expected


@given(st.text("ab ,.é-", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_what_is_told_stands_at_the_tokens_that_lie_within_it(text, start, end):
    reading = Lexicon(Vocabulary((), {}, {}, ())).find(text)
    tokens = reading.tokens
    inside = [n for n, t in enumerate(tokens) if t.start >= start and t.end <= end]
    place = placed(Told(Fact("product"), "cctv", 0.9, start, end), reading)
    assert (place and list(range(*place.span))) == (inside or None)
