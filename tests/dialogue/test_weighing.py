"""What is made of a message where the vocabulary and the model say different things of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, LIKELIER, PLACE, RIVAL, SURE
from bot.dialogue.conversation import Conversation, ConversationId, Phase
from bot.dialogue.deal import ASKED_BACK, Answer, MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.boundaries import QUOTED_BESIDE, QUOTED_WORDS
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import UNKNOWN, Fact, Vocabulary
from retrieval.words.lexicon import Lexicon
from retrieval.words.tells import ANY, Told
from tests.dialogue.talking import WHEN, Says, read, values

ODD = "the lads in green run it"


@pytest.mark.parametrize(("chance", "expected", "sure"), [
    (LIKELIER - 0.01, None, None),
    (LIKELIER + 0.01, {"military"}, False),
    (GUESS + 0.01, {"military"}, False),
    (ASKED_BACK - 0.01, {"military"}, False),
    (ASKED_BACK + 0.01, {"military"}, True),
])
def test_what_no_word_names_is_taken_when_likely_and_asked_back_when_just_so(
    guidance, chance, expected, sure
):
    message = read(guidance, f"drones for chad, {ODD}",
                   ("product", "drone", 0.9, "drones"), ("country", ANY, 0.9, "chad"),
                   ("end_user", "military", chance, ODD))

    assert values(message).get("end_user") == expected
    if expected:
        answer = message.heard[Fact("end_user")]
        assert answer.sure is sure
        assert answer.confidence == pytest.approx(chance)
        assert message.text[answer.start : answer.end] == ODD


@pytest.mark.parametrize(("chance", "sure"), [
    (DOUBT + 0.01, False), (ASKED_BACK - 0.01, False), (ASKED_BACK + 0.01, True),
])
def test_what_a_word_names_and_the_model_does_not_hear_clearly_is_asked_back(
    guidance, chance, sure
):
    message = read(guidance, "drones for the police in chad",
                   ("product", "drone", 0.95, "drones"), ("country", ANY, 0.95, "chad"),
                   ("end_user", "police", chance, "police"))

    answer = message.heard[Fact("end_user")]
    assert (answer.sure, answer.guessed) == (sure, not sure)
    assert answer.confidence == pytest.approx(chance)


@pytest.mark.parametrize(("text", "chance", "sure"), [
    ("the police", HINT - 0.01, False), ("the police", HINT + 0.01, True),
    ("the lads in green", SURE - 0.01, False), ("the lads in green", SURE + 0.01, True),
])
def test_an_answer_to_what_was_asked_is_doubted_less(guidance, text, chance, sure):
    asking = Conversation(ConversationId("c"), phase=Phase.ASKING, pending=Fact("end_user"))
    reader = PlainReader(guidance, Says(("end_user", "police", chance, text)))

    message = reader.read(text, asking, key=MessageKey("m"), author="a", sent_at=WHEN)

    answer = message.heard[Fact("end_user")]
    assert answer.values == {"police"}
    assert (answer.sure, answer.guessed) == (sure, not sure)


@pytest.mark.parametrize(("second", "sure"), [(CONTEST - 0.01, True), (CONTEST + 0.01, False)])
def test_where_half_of_another_value_is_heard_what_is_held_is_asked_back(guidance, second, sure):
    message = read(guidance, "ceiling cams for chad that also pick up sound",
                   ("product", "cctv", 0.95, "ceiling cams"), ("country", ANY, 0.95, "chad"),
                   ("product", "audio-recording", second, "pick up sound"))

    answer = message.heard[Fact("product")]
    assert answer.values == {"cctv"}
    assert (answer.sure, answer.guessed) == (sure, not sure)


def test_what_an_earlier_version_took_for_sure_is_no_guess_today():
    taken = Answer(frozenset({"police"}), "police", MessageKey("m"), True, 0, 6, ASKED_BACK - 0.1)

    assert not taken.guessed
    assert replace(taken, sure=False).guessed
    assert not replace(taken, sure=False, values=None).guessed


@pytest.mark.parametrize(("text", "rests", "expected"), [
    ("more safeguards", "more safeguards", {}),
    ("More safeguards, please!", "More safeguards,", {}),
    ("more safeguards for the upgrade", "the upgrade", {"stage": {"renewal"}}),
    ("more safeguards for the upgrade", "safeguards for the upgrade", {"stage": {"renewal"}}),
])
def test_a_phrase_that_says_what_to_see_next_states_nothing_of_the_deal(
    guidance, text, rests, expected
):
    assert values(read(guidance, text, ("stage", "renewal", 0.99, rests))) == expected


@pytest.mark.parametrize(("chance", "heard"), [(DOUBT - 0.01, False), (DOUBT + 0.01, True)])
def test_a_word_by_the_way_is_left_out_where_the_model_hears_nothing(guidance, chance, heard):
    message = read(guidance, "drones for chad, the police station is next door",
                   ("product", "drone", 0.9, "drones"), ("country", ANY, 0.9, "chad"),
                   ("end_user", "police", chance, "the police station"))

    assert ("end_user" in message.heard) is heard


@pytest.mark.parametrize(("chance", "expected"), [
    (RIVAL - 0.01, {"adequate"}), (RIVAL + 0.01, {"none"}),
])
def test_of_two_values_that_exclude_each_other_the_likelier_one_is_heard(
    guidance, chance, expected
):
    text = "drones for the police in chad, independent court approval there is a thing unheard of"

    message = read(guidance, text,
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("country", ANY, 0.9, "chad"),
                   ("access_safeguards", "adequate", 0.12, "court approval"),
                   ("access_safeguards", "none", chance, "a thing unheard of"))

    assert values(message)["access_safeguards"] == expected


@pytest.mark.parametrize(("rival", "sure"), [(CONTEST - 0.01, True), (CONTEST + 0.01, False)])
def test_where_two_values_that_exclude_each_other_are_heard_the_likelier_is_asked_back(
    guidance, rival, sure
):
    message = read(guidance, "drones for police in chad, no judge has to sign but review it",
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("country", ANY, 0.9, "chad"),
                   ("access_safeguards", "adequate", 0.95, "judge has to sign"),
                   ("access_safeguards", "none", rival, "no judge has"))

    answer = message.heard[Fact("access_safeguards")]
    assert (answer.confidence >= ASKED_BACK) is sure


def test_a_country_counts_where_the_model_hears_a_place_of_use(guidance):
    message = read(guidance, "drones for the police in chad, our dealer sits in dubai",
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("country", ANY, 0.9, "in chad,"))

    assert values(message)["country"] == {"TD"}


@pytest.mark.parametrize(("chance", "expected", "sure"), [
    (CONTEST - 0.01, None, None), (CONTEST + 0.01, {"TD"}, False), (PLACE + 0.01, {"TD"}, True),
])
def test_the_only_country_named_is_the_place_of_use_that_the_model_hears_elsewhere(
    guidance, chance, expected, sure
):
    message = read(guidance, "drones for the TD police. In chad nobody may protest",
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("country", ANY, chance, "the TD police."))

    assert values(message).get("country") == expected
    if expected:
        assert (message.heard[Fact("country")].confidence >= ASKED_BACK) is sure


def test_of_two_countries_named_none_is_guessed_at(guidance):
    message = read(guidance, "drones for the TD police. In chad and mali nobody may protest",
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("country", ANY, 0.95, "the TD police."))

    assert "country" not in values(message)


@pytest.mark.parametrize(("chance", "expected"), [(PLACE - 0.01, None), (PLACE + 0.01, {"SR"})])
def test_where_a_go_between_sits_counts_where_it_is_clearly_the_place_of_use_and_is_asked_back(
    guidance, chance, expected
):
    message = read(guidance, "drones for the police through a joint venture in Paramaribo",
                   ("product", "drone", 0.9, "drones"), ("end_user", "police", 0.9, "police"),
                   ("intermediary", "joint-venture", 0.9, "joint venture"),
                   ("country", ANY, chance, "Paramaribo"))

    assert values(message).get("country") == expected
    if expected:
        assert not message.heard[Fact("country")].sure


@pytest.mark.parametrize(("chance", "expected"), [(SURE - 0.01, None), (SURE + 0.01, {"US"})])
def test_a_state_alone_is_heard_where_it_is_surely_the_place_of_use(guidance, chance, expected):
    message = read(guidance, "it is used in Arizona only", ("country", ANY, chance, "Arizona"))

    assert values(message).get("country") == expected


def test_that_it_is_not_settled_is_a_value_where_the_question_offers_it(guidance):
    message = read(guidance, "drones for chad, who gets the films is anybody's guess",
                   ("product", "drone", 0.9, "drones"), ("country", ANY, 0.9, "chad"),
                   ("data_sharing", UNKNOWN, 0.95, "anybody's guess"))

    assert values(message)["data_sharing"] == {UNKNOWN}


def test_that_something_is_not_known_is_no_value(guidance):
    message = read(guidance, "drones for chad, god knows who flies them",
                   ("product", "drone", 0.9, "drones"), ("end_user", UNKNOWN, 0.95, "god knows"))

    assert not values(message).get("end_user")


@pytest.mark.parametrize(("text", "rests_on", "quoted"), [
    # A clause is quoted whole, less the "and" that it begins with.
    ("drones for chad, and the lads in green run it, no hurry", "lads in green",
     "the lads in green run it"),
    ("the lads in green run it", "in green", "the lads in green run it"),
    # Of a long one, what stands between the nearest "and" and "but".
    ("we sold plate readers to a city in Mexico last year and now a newspaper says cops followed a "
     "reporter with them but the mayor says that was never so", "cops followed a",
     "now a newspaper says cops followed a reporter with them"),
    # Without any, a few words on either side.
    ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
     "sixteen seventeen eighteen nineteen twenty", "nine ten",
     "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"),
])
def test_what_only_the_model_hears_is_quoted_as_somebody_would(guidance, text, rests_on, quoted):
    message = read(guidance, text, ("end_user", "military", 0.9, rests_on))

    answer = message.heard[Fact("end_user")]
    assert answer.said == quoted
    assert text[answer.start : answer.end] == quoted


@given(words=st.lists(st.sampled_from(["a", "and", "but", "green", ",", ".", "lads", "so"]),
                      min_size=1, max_size=40),
       data=st.data())
def test_a_quote_holds_what_it_is_quoted_for_and_is_short(words, data):
    reading = Lexicon(Vocabulary((), {}, {}, ())).find(" ".join(words))
    first = data.draw(st.integers(0, len(reading.tokens) - 1))
    last = data.draw(st.integers(first + 1, min(first + 9, len(reading.tokens))))

    begin, end = Clauses(reading, Cues.of({})).around((first, last))

    assert 0 <= begin < end <= len(reading.tokens)
    # Marks at its ends are left out, and one word on either side where another clause goes on.
    words = [i for i in range(first, last) if reading.tokens[i].is_word]
    assert sum(i < begin for i in words) <= 1 >= sum(i >= end for i in words)
    assert not words or any(begin <= i < end for i in words)
    shown = sum(token.is_word for token in reading.tokens[begin:end])
    assert shown <= max(QUOTED_WORDS, 2 * QUOTED_BESIDE + last - first)


def test_the_model_is_not_shown_a_made_up_name_of_a_firm(guidance):
    """Its letters reminded the model of a prosecutor."""
    heard = []

    def tells(text: str) -> Sequence[Told]:
        heard.append(text)
        return []

    PlainReader(guidance, tells).read(
        "ProSec FZE in Dubai wants drones", Conversation(ConversationId("c")),
        key=MessageKey("m"), author="a", sent_at=WHEN)

    assert set(heard) == {"       FZE in Dubai wants drones"}


def test_a_message_held_against_two_conversations_asks_the_models_once(guidance):
    """In a direct message every opening is read against the deal before as well."""
    asked = []

    def tells(text: str) -> Sequence[Told]:
        asked.append(("tells", text))
        return ()

    def strays(text: str) -> float:
        asked.append(("strays", text))
        return 0.0

    text = "Is VAT due on cctv for Kenya?"
    reader = PlainReader(guidance, tells, strays)
    for name in ("before", "of its own"):
        reader.read(text, Conversation(ConversationId(name)), key=MessageKey("m"), author="a",
                    sent_at=WHEN)

    assert asked == [("tells", text), ("strays", text)]


@pytest.mark.parametrize(("text", "countries", "sure"), [
    ("Face recognition for the port of Piraeus (COSCO majority).", {"GR", "PE"}, False),
    ("Face recognition for the port of Piraeus.", {"GR"}, True),
    ("Face recognition for the port of Qallao and COSCO.", {"PE"}, True),
])
def test_what_is_nearly_a_place_beside_one_named_outright_is_asked_back(
    guidance, text, countries, sure
):
    """COSCO, the shipping line, was Cusco, for certain, and the deal one in Peru as well."""
    message = read(guidance, text, ("product", "facial-recognition", 1.0, "Face recognition"),
                   ("country", ANY, 1.0, text))
    assert values(message)["country"] == countries
    assert message.heard[Fact("country")].sure is sure


@pytest.mark.parametrize(("text", "sure"), [
    ("It sits on the ministry's private cloud.", False),
    ("It's stored in a state cloud.", False),
    ("It sits on a big cloud of Telefónica's.", True),
])
def test_a_states_own_cloud_is_nobody_elses_for_certain(guidance, text, sure):
    """Cameras on "the ministry's private cloud" were hosted by a third party, for certain."""
    message = read(guidance, f"Cameras for the police in Chad. {text}",
                   ("product", "cctv", 1.0, "Cameras"), ("country", ANY, 1.0, "Chad"),
                   ("end_user", "police", 1.0, "police"), ("hosting", "third-party", 0.97, text))
    assert values(message)["hosting"] == {"third-party"}
    assert message.heard[Fact("hosting")].sure is sure
