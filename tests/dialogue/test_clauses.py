"""What small words reach: each by a sentence in which it does, and one in which it just doesn't."""

import pytest

from bot.dialogue.messages.understood import lexicon_of
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import cues_of


@pytest.fixture
def of(guidance):
    return lambda text: Clauses(lexicon_of(guidance).find(text), cues_of(guidance))


def named(clauses, value):
    """The last mention of *value*, by the fullest words for it."""
    return max((m for m in clauses._mentions if m.value == value),
               key=lambda m: (m.strength.is_firm, m.first, m.last))


def place(clauses, words):
    """Where *words* stand, as a span of tokens."""
    mine, norms = words.split(), [token.norm for token in clauses.tokens]
    first = next(n for n in range(len(norms)) if norms[n : n + len(mine)] == mine)
    return first, first + len(mine)


@pytest.mark.parametrize(("text", "value", "denied"), [
    ("tender no drones", "drone", True),
    ("tender no. 7 for drones", "drone", False),
    ("no drones for 7 towns", "drone", True),
    # Across a list, to its end, and no further.
    ("not for the police, army or customs", "military", True),
    ("not for the police, for the army or customs", "military", False),
    ("neither the police nor the army", "military", True),
    ("not the police but the army", "military", False),
    ("not for the police in Kenya", "KE", False),
    ("not for the police in Kenya", "police", True),
    # As far as eight words, and no further.
    ("we don't plan to sell any of this to the police", "police", True),
    ("we don't plan to ever try to sell any of this to the police", "police", False),
    ("no misuse of such drones", "drone", False),
    ("no war no election", "election-commission", True),
    # What is filled in, a blank form too, and what is only asked.
    ("reseller: no", "reseller", True),
    ("reseller? none needed", "reseller", True),
    ("reseller? none needed, ask the army", "military", False),
    ("reseller no?", "reseller", False),
    ("reseller: none of the three", "reseller", False),
    ("reseller: no but a distributor", "distributor", False),
    # Of what is out, beside its name or behind a "they" that is its subject.
    ("the broker is out", "broker", True),
    ("the broker is out of stock", "broker", False),
    ("the broker we once had is out", "broker", True),
    ("the broker whom we all had liked is out", "broker", False),
    ("the police are brutal, but they're not involved", "police", True),
    ("the police are brutal. They're not involved", "police", False),
    ("in Kenya the police are brutal, but they're not involved", "police", False),
    ("they're not involved, the police", "police", False),
    ("we sell it. The police are brutal, but they're not involved", "police", True),
    # Twice denied is not.
    ("it's not true that there is no war", "yes", False),
    ("it's not like there's no war", "yes", False),
    ("it's not true that they jail people", "yes", True),
    ("not only the police", "police", False),
])
def test_a_not_reaches_what_it_is_of(of, text, value, denied):
    clauses = of(text)

    assert clauses.denied(named(clauses, value)) is denied


@pytest.mark.parametrize(("text", "head"), [
    ("detentions: no", "detentions"),
    ("war there: no, detentions: yes", "war there"),
    ("no", None), (": no", None), ("detentions, no", None), ("detentions: no arrests", None),
])
def test_what_a_no_is_filled_in_behind_is_its_heading(of, text, head):
    clauses = of(text)
    span = clauses.heading(place(clauses, "no"))

    assert (None if head is None else place(clauses, head)) == span


@pytest.mark.parametrize(("text", "words", "taken"), [
    ("for the army, scratch that, for the police", "scratch", True),
    ("for the army, scratch that, for the police", "that", True),
    ("for the army, scratch that, for the police", "army", False),
    ("for the army, scratch that for the police", "for the police", False),
    ("for the army, scratch that", "scratch", False),
    ("for the army, scratch that!", "scratch", False),
    ("for the army, scratch that, police!", "scratch", True),
])
def test_a_correction_takes_back_where_something_stands_in_its_place(of, text, words, taken):
    clauses = of(text)

    assert clauses.takes_back(place(clauses, words)[0]) is taken


@pytest.mark.parametrize(("text", "value", "taken"), [
    ("for the army, scratch that, for the police", "military", True),
    ("for the army, scratch that, for the army", "military", False),
    ("for the army, scratch that, in Chad", "military", False),
    ("scratch that, for the army", "military", False),
])
def test_what_stands_before_a_correction_gives_way_to_another_of_its_kind(of, text, value, taken):
    clauses = of(text)
    first = next(m for m in clauses._mentions if m.value == value)

    assert clauses.taken_back(first) is taken


@pytest.mark.parametrize(("text", "listed"), [
    ("drones and thermal cameras", True), ("drones, thermal cameras", True),
    ("drones, and 3 thermal cameras", True), ("drones + thermal cameras", True),
    ("drones as well as thermal cameras", True), ("drones or thermal cameras", False),
    ("drones 3 thermal cameras", False), ("drones with thermal cameras", False),
    ("drones. Thermal cameras", False), ("drones, with thermal cameras", False),
    ("drones and with it thermal cameras", False),
])
def test_a_list_is_joined_and_holds_nothing_else(of, text, listed):
    clauses = of(text)
    one, other = named(clauses, "drone"), named(clauses, "thermal-imaging")

    assert clauses.lists(one, other) is clauses.lists(other, one) is listed
    assert clauses.is_listed(one) is listed


@pytest.mark.parametrize(("text", "words", "forbidden"), [
    ("the contract bans use at protests", "protests", True),
    ("at protests the contract bans use", "protests", False),
    ("the contract bans use, they go to protests", "protests", False),
    ("the contract bans use by any of the men of the town at protests", "protests", False),
])
def test_a_contract_forbids_what_follows_in_its_clause_and_is_near(of, text, words, forbidden):
    clauses = of(text)

    assert clauses.forbidden(place(clauses, words)) is forbidden


@pytest.mark.parametrize(("text", "looked"), [
    ("we checked", True), ("no, we checked", True), ("no, checked", True),
    ("nothing there, we checked", True), ("nobody checked", False), ("no one checked", False),
    ("nothing was checked", False), ("no, not looked", False),
])
def test_who_looked_is_told_from_who_did_not(of, text, looked):
    clauses = of(text)

    assert bool(clauses.looked) is looked
    assert clauses.nobody_looked is not looked


@pytest.mark.parametrize(("text", "words", "nearly"), [
    ("nearly signed", "nearly signed", True), ("nearly signed", "signed", False),
    ("signed nearly", "signed nearly", True), ("it is nearly signed", "it is", False),
])
def test_an_almost_is_within_words_that_hold_it(of, text, words, nearly):
    clauses = of(text)

    assert clauses.not_quite_within(place(clauses, words)) is nearly


LONG = ("in the whole north the police of the country watch each station and every road but in the "
        "far east they follow the journalists of the one paper there day and night because the "
        "paper wrote about the minister and his sons")


@pytest.mark.parametrize(("text", "words", "quoted"), [
    # Of a long clause what stands between the nearest "and" or "but", or some words.
    (LONG, "follow the journalists",
     "in the far east they follow the journalists of the one paper there day and night"),
    (LONG, "the minister", "the paper wrote about the minister and his sons"),
    ("yes they are said to follow people of all sorts and kinds in that part of town and at night "
     "the men of the chief", "at night", "at night the men of the chief"),
    ("we know of old that the men of the chief and his sons do follow people for months and months "
     "in that part of town", "follow people", "his sons do follow people for months"),
    ("the men of the old chief of that part of our town do follow people for months on end in that "
     "part of town", "follow people",
     "that part of our town do follow people for months on end in that"),
    # Less the "and" it begins or ends with, and less a question that goes on from it.
    ("and they share it freely", "share it", "they share it freely"),
    ("they share it freely and when we ask they laugh", "share it", "they share it freely"),
    ("they share it freely and what do we do now", "share it", "they share it freely"),
    ("they share it and what now", "share it", "they share it and what now"),
    ("they share it freely and do we care", "share it", "they share it freely and do we care"),
    # Less a word of another clause at its ends, and marks there; one word always stays.
    ("they watch demos, is it ok to quote", "watch demos , is", "they watch demos"),
    ("the chief just signs. ok?", "just signs . ok ?", "the chief just signs"),
    ("we know, they watch demos", "know , they watch demos", "they watch demos"),
    ("thanks, they watch demos", "thanks , they watch demos", "they watch demos"),
    ("ok, they", "ok , they", "they"),
    ("they watch, all of them do", "they watch , all of", "they watch, all of them do"),
])
def test_what_is_quoted_makes_sense_by_itself(of, text, words, quoted):
    clauses = of(text)
    first, last = clauses.around(place(clauses, words))

    assert text[clauses.tokens[first].start : clauses.tokens[last - 1].end] == quoted


@pytest.mark.parametrize(("text", "begins", "clause"), [
    ("on condition, that they sign, soon", "condition", "that they sign"),
    ("on condition that they sign", "condition", "that they sign"),
    ("they sign on condition,", "condition", ""),
])
def test_a_mark_right_behind_it_ends_no_proviso(of, text, begins, clause):
    clauses = of(text)
    start = place(clauses, begins)[1]
    said = clauses.tokens[start : clauses.end_behind(start)]

    assert " ".join(t.norm for t in said if t.is_word) == clause


@pytest.mark.parametrize(("text", "one", "other", "together", "between"), [
    ("the army and the police", "army", "police", True, 2),
    ("the army, the police", "army", "police", False, 1),
    ("the army but police", "army", "police", False, 1),
    ("army police", "army", "police", True, 0),
    ("we sell, army police", "army", "police", True, 0),
    ("army police, we sell", "army", "police", True, 0),
    ("the army here and we sell to police", "army", "police", False, 5),
])
def test_what_lies_between_two_words(of, text, one, other, together, between):
    clauses = of(text)
    spans = place(clauses, one), place(clauses, other)

    assert clauses.same_clause(*spans) is clauses.same_clause(*spans[::-1]) is together
    assert clauses.words_between(*spans) == clauses.words_between(*spans[::-1]) == between


@pytest.mark.parametrize(("text", "words", "asked"), [
    ("they need no warrant, right?", "warrant", True), ("warrant?", "warrant", True),
    ("they need no warrant. Right?", "warrant", False),
    ("is it so? They need no warrant", "they need", False),
])
def test_what_is_asked_stands_in_a_sentence_with_a_question_mark(of, text, words, asked):
    clauses = of(text)

    assert clauses.asked(place(clauses, words)) is asked


@pytest.mark.parametrize(("text", "value", "apart"), [
    ("the police and not the gendarmes", "police", True),
    ("the police, not the gendarmes", "police", True),
    ("the police but not the gendarmes", "police", True),
    ("the police and the gendarmes", "police", False),
    ("the police not the police", "police", False),
    ("the police are here and not the gendarmes", "police", False),
])
def test_one_is_denied_in_one_breath_with_another_of_its_value(of, text, value, apart):
    clauses = of(text)
    firm = [m for m in clauses._mentions if m.value == value and m.strength.is_firm]
    one, other = firm[0], max(firm, key=lambda m: m.first)

    assert one.first < other.first
    assert clauses.tells_apart(one, other) is apart


@pytest.mark.parametrize(("text", "back"), [
    ("the drones", True), ("those drones", True), ("drones", False), ("big drones", False),
    ("we like those drones", True),
    ("those big drones", False),
])
def test_who_says_the_or_those_speaks_of_what_was_named(of, text, back):
    clauses = of(text)

    assert clauses.points_back(named(clauses, "drone")) is back
