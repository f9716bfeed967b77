"""What only sounds like a claim is taken away, pass by pass."""

from itertools import permutations

import pytest

from bot.dialogue.claims.unnamed import Unnamed
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.messages.sifting import Sifted, Sifting
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import Understanding
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.subjects import Subjects
from retrieval.guidance import Fact
from retrieval.words.tells import Told

FREE = ["beyond_the_talk", "_beside_a_refusal", "beside_wishes", "_beside_the_unknown"]
"""The passes whose order is free, as they stand."""
TAKEN = [
    ("this bot is weak", "beyond_the_talk"),
    ("I don't want to say, no", "_beside_a_refusal"),
    ("no more questions", "beside_wishes"),
    ("not sure if there's abuse", "_beside_the_unknown"),
    ("compliance signed off", "_with_a_name"),
]
ASKED = [Fact(name) for name in (
    "judicial_oversight", "detentions", "agency_misuse", "restrictive_laws")]


@pytest.fixture
def sifting(guidance):
    cues = cues_of(guidance)
    return Sifting(guidance, Steering(guidance, cues), Subjects(guidance.questions, cues),
                   Unnamed(guidance))


@pytest.fixture(scope="module")
def understanding(guidance):
    return Understanding(guidance, cues_of(guidance), None, None)


def _sifted(sifting, understanding, text: str) -> Sifted:
    conversation = Conversation(ConversationId("c")).asking(ASKED)
    return sifting.claimed(understanding.of(text), None, conversation, (), telling=True)


@pytest.mark.parametrize(("text", "name"), TAKEN)
def test_what_only_sounds_like_a_claim_is_taken_away_by_its_pass(
        sifting, understanding, text, name):
    whole = sifting.passes
    assert _sifted(sifting, understanding, text).claims == []
    sifting.passes = tuple(p for p in whole if p.__name__ != name)
    assert _sifted(sifting, understanding, text).claims


@pytest.mark.parametrize("text", [
    *(text for text, _ in TAKEN),
    "this bot is weak. no more questions. not sure if there's abuse",
    "I don't want to say, no more questions, the courts are weak",
    "compliance signed off, no idea about the laws, they jail reporters",
])
def test_four_of_the_passes_take_away_the_same_in_whatever_order(sifting, understanding, text):
    passes = list(sifting.passes)
    at = [p.__name__ for p in passes].index(FREE[0])
    assert [p.__name__ for p in passes[at : at + len(FREE)]] == FREE
    as_they_stand = _sifted(sifting, understanding, text)
    for order in permutations(passes[at : at + len(FREE)]):
        sifting.passes = (*passes[:at], *order, *passes[at + len(FREE):])
        assert _sifted(sifting, understanding, text) == as_they_stand


@pytest.mark.parametrize(("text", "nameless"), [
    ("compliance signed off", True), ("trade counsel signed off on the licence", False),
    ("this bot is weak", False),
])
def test_what_was_claimed_without_a_word_of_what_it_is_about_is_told(
        sifting, understanding, text, nameless):
    assert _sifted(sifting, understanding, text).nameless is nameless


@pytest.mark.parametrize(("text", "fact", "value"), [
    ("not sure that the courts are independent", "judicial_oversight", "independent"),
    ("no idea whether the export review was finished", "export_review", "done"),
])
def test_what_nobody_knows_settles_nothing_and_puts_in_doubt_what_was_told(
        sifting, understanding, text, fact, value):
    """A model hears it in those words, and hardly the "not sure"."""
    words = text.split("that ")[-1].split("whether ")[-1]
    told = [Told(Fact(fact), value, 0.97, text.index(words), len(text))]

    def claimed(*answers: tuple[Fact, Answer]) -> list[tuple[Fact, str, bool]]:
        conversation = Conversation(ConversationId("c"), deal=Deal(dict(answers)))
        claims = sifting.claimed(
            understanding.of(text), told, conversation, (), telling=True).claims
        return [(c.mention.fact, c.value, c.holds) for c in claims]

    assert claimed() == []
    before = Answer(frozenset({value}), "so they said", MessageKey("m"))
    assert claimed((Fact(fact), before)) == [(fact, value, False)]


def test_what_does_not_tell_claims_nothing(sifting, understanding):
    conversation = Conversation(ConversationId("c"))
    understood = understanding.of("drones for the army of Chad")
    assert sifting.claimed(understood, None, conversation, (), telling=False) == Sifted([], False)
    assert sifting.claimed(understood, None, conversation, (), telling=True).claims
