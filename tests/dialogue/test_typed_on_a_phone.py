"""Short messages without capitals or marks, as they are typed on a phone."""

import re
from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tokens import Mend
from tests.dialogue.talking import Talk

KEY = MessageKey("before")
ABROAD = tuple(map(Fact, ("detentions", "restrictive_laws", "conflict")))


@pytest.fixture
def asked(begin):
    """Begin a conversation in which some facts of a deal were just asked for."""
    def start(*facts: str, **known: str) -> Talk:
        talk = begin()
        deal = Deal({Fact(fact): Answer(frozenset({value}), "words", KEY)
                     for fact, value in known.items()})
        talk.conversation = replace(talk.conversation, deal=deal).asking(list(map(Fact, facts)))
        return talk

    return start


# Codes of countries ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["no", "so?", "np", "hm", "er", "si", "nope", "No."])
def test_a_word_of_answer_is_no_code_of_a_country(asked, text):
    """"no" was Norway, and "so?" Somalia, which took back what was found of the country before."""
    talk = asked("country", "end_user", product="cctv")
    talk.say(text)

    assert not talk.conversation.deal.known("country")


@pytest.mark.parametrize(("text", "code"), [
    ("ke", "KE"), ("KE", "KE"), ("NO", "NO"), ("cd", "CD"), ("norway", "NO"), ("somalia?", "SO"),
    ("in india", "IN"), ("it", "IT"),
])
def test_a_code_that_says_nothing_else_is_taken(asked, text, code):
    talk = asked("country", product="cctv", end_user="police")
    talk.say(text)

    assert talk.conversation.deal.known("country") == {code}


# Numbers with their answers, where no mark parts them --------------------------------------


def pauses_at(text: str, *behind: str):
    """The pauses that a model hears in *text* behind each of those words, as it would read it."""
    def mends(read: str):
        if read != text:
            return ()
        ends = [found.end() for found in re.finditer(r"\S+", text)]
        words = text.split()
        marks = [end for end, word in zip(ends, words, strict=True) if word in behind]
        return tuple(Mend(end, end + 1, ", ") for end in marks if end < len(text))

    return mends


def answered(guidance, sentences, text, *behind):
    talk = Talk(guidance, PlainReader(guidance, mends=pauses_at(text, *behind)), sentences)
    talk.conversation = replace(talk.conversation, deal=Deal({
        Fact("product"): Answer(frozenset({"cctv"}), "words", KEY),
        Fact("country"): Answer(frozenset({"JO"}), "words", KEY)})).asking(ABROAD)
    talk.say(text)
    known = talk.conversation.deal.answers
    return [None if fact not in known else known[fact].values for fact in ABROAD]


@pytest.mark.parametrize(("text", "answers"), [
    ("1 no 2 no 3 no", ["no", "no", "no"]),
    ("1 no 2 yes 3 no", ["no", "yes", "no"]),
    ("1 yes 2 no 3 not sure", ["yes", "no", None]),
    ("1 yes 2 no 3 no they accepted the clause", ["yes", "no", "no"]),
])
def test_a_pause_parts_no_number_from_its_answer(guidance, sentences, text, answers):
    """"1 no 2 no 3 no" was heard as "1, no 2, no 3, no", and its 1 as "yes, they are"."""
    said = answered(guidance, sentences, text, "1", "2", "3", "yes")

    assert said == [None if one is None else frozenset({one}) for one in answers]


@pytest.mark.parametrize(("text", "behind", "tokens"), [
    ("drones for the police 12 no reseller", ("police", "12"),
     "drones for the police , 12 , no reseller"),
    ("we sell 2 no idea where to", ("2",), "we sell 2 , no idea where to"),
    ("1 yes 2 yes and we host", ("yes",), "1 yes , 2 yes , and we host"),
])
def test_other_pauses_are_heard(guidance, text, behind, tokens):
    reader = PlainReader(guidance, mends=pauses_at(text, *behind))
    heard = reader._understanding.of(text).reading.tokens

    assert " ".join(token.norm for token in heard) == tokens
