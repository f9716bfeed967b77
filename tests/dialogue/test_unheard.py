"""Denials that a model passes over, and those that make what it hears."""

import re
from collections.abc import Sequence

import pytest

from bot.dialogue.claim import CONTEST, GUESS, HINT, SURE
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Fact
from retrieval.words.tells import Told
from tests.dialogue.talking import WHEN

DEAL = "Drones for the coast guard of Chad. "
CHARGE = "agency_misuse"


class Hears:
    """A model that hears other things in the same words where a denial is taken from them."""

    def __init__(self, words: str, denial: str, *tellings: tuple[str, str, float, float]) -> None:
        """Each of *tellings* is a fact, a value, its chance, and that without *denial*."""
        self._words, self._denial, self._tellings = words, denial, tellings
        self.asked: list[str] = []

    def __call__(self, text: str) -> Sequence[Told]:
        self.asked.append(text)
        start = text.find(self._words)
        if start < 0:
            return []  # the message without a part that may have been a question
        end = start + len(self._words)
        return [Told(Fact(fact), value, chance, start, end)
                for fact, value, with_it, without in self._tellings
                if (chance := with_it if self._denial in text else without)]


def read(guidance, text: str, model: Hears) -> Message:
    return PlainReader(guidance, model).read(
        text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN)


def noted(message: Message, fact: str) -> tuple[set[str], bool] | None:
    answer = message.heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), answer.guessed)


@pytest.mark.parametrize(("denial", "expected"), [
    ("never", ({"no"}, True)),
    ("not ever", ({"no"}, True)),
    ("hardly", ({"yes"}, False)),
])
def test_a_charge_that_is_heard_in_spite_of_its_denial_is_turned_round_and_asked_back(
        guidance, denial, expected):
    said = "zorb their gear on singers"
    model = Hears(said, denial, (CHARGE, "yes", 0.97, 0.98))

    message = read(guidance, f"{DEAL}They did {denial} {said}.", model)

    assert noted(message, CHARGE) == expected


def test_a_charge_that_rests_on_its_denial_stands(guidance):
    said = "give us one straight word"
    model = Hears(said, "never", ("transparency", "evasive", 0.95, 0.2))

    message = read(guidance, f"{DEAL}They never {said}.", model)

    assert noted(message, "transparency") == ({"evasive"}, False)


@pytest.mark.parametrize("sentence", [
    "They never stopped to {}",
    "It doesn't matter that they {}",
    "Singers who don't toe the line: they {}",
    "They are not on the list and {}",
    "They {}, and that is not shown anywhere",
    "They would not say so. They {}",
])
def test_a_denial_of_something_else_turns_nothing(guidance, sentence):
    said = "zorb their gear on singers"
    model = Hears(said, "", (CHARGE, "yes", 0.97, 0.97))

    message = read(guidance, DEAL + sentence.format(said), model)

    assert noted(message, CHARGE) == ({"yes"}, False)


def test_of_what_one_denial_is_heard_in_only_the_likeliest_is_turned(guidance):
    said = "zorb such gear on singers"
    model = Hears(said, "never", (CHARGE, "yes", 0.97, 0.98),
                  ("misuse_reports", "yes", SURE, 0.98))

    message = read(guidance, f"{DEAL}They never {said}.", model)

    assert noted(message, CHARGE) == ({"no"}, True)
    assert noted(message, "misuse_reports") is None


@pytest.mark.parametrize(("without", "expected"), [(SURE, ({"no"}, True)), (SURE - 0.01, None)])
def test_a_denial_that_is_half_heard_is_taken_where_without_it_there_is_a_charge(
        guidance, without, expected):
    said = "get zorbed in the leak"
    model = Hears(said, "not", (CHARGE, "no", CONTEST, 0.0), (CHARGE, "yes", 0.0, without))

    message = read(guidance, f"{DEAL}They did not {said}.", model)

    assert noted(message, CHARGE) == expected


@pytest.mark.parametrize(("sentence", "expected"), [
    ("I searched whether they {} and drew a blank.", ({"no"}, True)),
    ("We googled how they {}: zilch.", ({"no"}, True)),
    ("Checked if they {}. Then lunch, in vain.", ({"yes"}, False)),
    ("They {}; I searched for more and drew a blank.", ({"yes"}, False)),
    ("I searched and they {}, but for the reseller I drew a blank.", ({"yes"}, False)),
    ("I searched whether they {} and drew a blank except for one paper.", ({"yes"}, False)),
    ("Nobody searched whether they {} and drew a blank.", ({"yes"}, False)),
    ("I checked: they {} and appealed in vain.", ({"yes"}, False)),
    ("I searched, they {} and the appeals were fruitless.", ({"yes"}, False)),
    ("I searched and they {}, nada.", ({"yes"}, False)),
])
def test_a_charge_that_was_searched_for_in_vain_is_turned_round_and_asked_back(
        guidance, sentence, expected):
    said = "zorb their gear on singers"
    model = Hears(said, "", (CHARGE, "yes", 0.97, 0.97))

    message = read(guidance, DEAL + sentence.format(said), model)

    assert noted(message, CHARGE) == expected


@pytest.mark.parametrize(("text", "asks"), [
    ("They zorb their gear on singers.", 1),
    ("They never zorb their gear on singers.", 2),
])
def test_the_model_is_asked_again_only_where_something_is_denied(guidance, text, asks):
    model = Hears("zorb their gear on singers", "never", (CHARGE, "yes", 0.97, 0.98))

    read(guidance, DEAL + text, model)

    assert len(model.asked) == asks


def test_what_is_heard_too_faintly_to_be_a_denial_is_left(guidance):
    model = Hears("get zorbed in the leak", "not", (CHARGE, "no", HINT - 0.01, 0.0),
                  (CHARGE, "yes", 0.0, 1.0))

    message = read(guidance, f"{DEAL}They did not get zorbed in the leak.", model)

    assert noted(message, CHARGE) is None


@pytest.mark.parametrize(("said", "expected"), [
    ("no contract signed", ({"negotiating"}, True)),
    ("contract signed", ({"signed"}, False)),
    ("no change, contract signed", ({"signed"}, False)),
])
def test_a_term_that_denies_what_a_model_hears_of_its_words_is_told_in_its_place(
        guidance, said, expected):
    """The model hears "contract signed", with a "no" or without."""
    model = Hears("contract signed", "no", ("stage", "signed", 0.95, 0.97))

    message = read(guidance, f"{DEAL}{said}.", model)

    assert noted(message, "stage") == expected


def test_a_verb_keeps_standing_without_the_not_it_ends_in(guidance):
    model = Hears("let officials zorb charities", "doesn't", (CHARGE, "yes", 0.97, 0.98))

    read(guidance, f"{DEAL}The statute doesn't let officials zorb charities.", model)

    assert any("statute does" in text and "doesn't" not in text for text in model.asked)


def test_what_a_denied_charge_sounds_like_beside_goes_with_it(guidance):
    model = Hears("let officials zorb charities", "doesn't",
                  ("restrictive_laws", "yes", 0.97, 0.98), ("rights_limits", "yes", 0.91, 0.8))

    message = read(guidance, f"{DEAL}The statute doesn't let officials zorb charities.", model)

    assert noted(message, "restrictive_laws") == ({"no"}, True)
    assert noted(message, "rights_limits") is None


class HearsHalf:
    """A model that half hears that nothing was misused in each "not"; counts the words it reads."""

    def __init__(self) -> None:
        self.words = 0

    def __call__(self, text: str) -> Sequence[Told]:
        self.words += len(text.split())
        return [Told(Fact(CHARGE), "no", (HINT + GUESS) / 2, found.start(), found.end())
                for found in re.finditer("not", text)]


def test_what_is_denied_again_and_again_is_not_read_again_for_each(guidance):
    """One message of 8,000 characters kept a process busy for minutes."""
    few, many = HearsHalf(), HearsHalf()

    read(guidance, "not " * 20, few)
    read(guidance, "not " * 2_000, many)

    assert few.words > 200, "each is read again without its denial"
    assert many.words < 30_000
