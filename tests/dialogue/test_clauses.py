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
