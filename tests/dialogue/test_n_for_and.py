"""On a phone "n" and "+" are short for "and": a no was heard where a deal only went on."""

import pytest

from bot.dialogue.messages.understood import Understanding
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import Fact
from retrieval.words.tells import Told

ABROAD = tuple(map(Fact, ("detentions", "restrictive_laws", "conflict")))


class Hears:
    """A model that keeps what it is given to hear."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> list[Told]:
        self.texts.append(text)
        return []


@pytest.mark.parametrize(("text", "heard"), [
    ("laws against gays n the streets are a mess", "laws against gays & the streets are a mess"),
    ("they jail reporters, n the press is gagged", "they jail reporters, & the press is gagged"),
    ("journalists n bloggers n monks in jail", "journalists & bloggers & monks in jail"),
    ("radar + cameras", "radar & cameras"),
    ("radar+cameras n drones", "radar&cameras & drones"),
    # A plus of a number, a name or a grade joins nothing.
    ("200 + cameras", "200 + cameras"),
    ("an A+ radar, +25 more", "an A+ radar, +25 more"),
    ("C++ tools", "C++ tools"),
    # A letter that answers stays one.
    ("law n", "law n"),
    ("detention y law n conflict y", "detention y law n conflict y"),
    ("laws n war n", "laws n war n"),
    ("1 n 2 n 3 y", "1 n 2 n 3 y"),
    ("n n yes", "n n yes"),
    ("n they don't", "n they don't"),
    ("exit N gate", "exit N gate"),
])
def test_n_between_words_is_heard_as_and(guidance, text, heard):
    model = Hears()
    understood = Understanding(guidance, cues_of(guidance), model, None).of(text)
    understood.told()

    assert model.texts[0] == heard
    assert ("and" in {token.norm for token in understood.reading.tokens}) is ("&" in heard)
    assert understood.reading.text == text


@pytest.mark.parametrize(("said", "known"), [
    ("yes n yes n no", {"detentions": "yes", "restrictive_laws": "yes", "conflict": "no"}),
    ("n n y", {"conflict": "yes"}),
])
def test_answers_are_joined_by_n_as_by_and(begin, said, known):
    talk = begin().amid({"product": "drone", "end_user": "police", "country": "TG"}, ABROAD)
    talk.say(said)

    assert {fact: next(iter(talk.conversation.deal.known(fact)), None) for fact in known} == known
