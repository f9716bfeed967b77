"""What a model ran together is judged sentence by sentence."""

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.fencing.parting import MOST, parted, place_of
from tests.dialogue.fencing.points import draft


def texts(made: Draft) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.points) for one in made.sentences]


def test_two_sentences_of_one_text_become_two_under_the_same_points(rules):
    made = parted(draft(("The product could follow people. Such harm is severe.", ("F1", "C1"))),
                  rules)
    assert texts(made) == [("The product could follow people.", ("F1", "C1")),
                           ("Such harm is severe.", ("F1", "C1"))]


def test_an_abbreviation_parts_nothing(rules):
    whole = ("See Art. 17 of the Covenant.", ("P1",))
    assert texts(parted(draft(whole), rules)) == [whole]


def test_a_flood_of_sentences_stays_whole_and_is_refused_for_it(rules):
    whole = ("It is so. " * (MOST + 1), ("P1",))
    assert texts(parted(draft(whole), rules)) == [whole]


@given(text=st.text(max_size=400))
def test_no_word_is_lost_or_added(rules, text):
    made = parted(Draft((Sentence(text, ("P1",)),)), rules)
    assert "".join("".join(one.text for one in made.sentences).split()) == "".join(text.split())


def test_a_part_knows_which_text_it_comes_from(rules):
    whole = draft(("First. Second.", ("P1",)), ("Third. Fourth.", ("P2",)))
    parts = parted(whole, rules).sentences
    assert [place_of(one, whole) for one in parts] == [0, 0, 1, 1]
