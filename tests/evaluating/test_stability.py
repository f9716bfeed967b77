"""Whether a deal ends the same however it is put, and otherwise when a fact changes."""

from dataclasses import replace

import pytest

from bot.advisor import Outcome, Said
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.reply import Kind, Line, Reply
from bot.errors import BadInput
from bot.evaluating.pairs import Compared, compare, pair_figures, weaker
from bot.evaluating.stability import (
    State,
    Strayed,
    perturb_all,
    stability_figures,
    state_after,
)
from bot.measures.labelled import Case, Pair
from retrieval.estimates import NOTHING, Estimate, ratio, share
from retrieval.guidance import Fact
from tests.evaluating.acting import EMPTY, RELEASE, with_flags


class WordBot:
    """Takes every capitalised word of the whole conversation for a product, and each that is
    written in capitals for a red flag too.
    """

    def __init__(self) -> None:
        self._heard: dict[str, list[str]] = {}

    def __call__(self, said: Said) -> Outcome:
        words = self._heard.setdefault(said.conversation, [])
        words += [word.strip(",.") for word in said.text.split()]
        named = frozenset(word.lower() for word in words if word[:1].isupper())
        answers = {Fact("product"): Answer(named, "", said.key)} if named else {}
        if "Kenya" in words:
            answers[Fact("country")] = Answer(frozenset({"KE"}), "", said.key)
        reply = with_flags(*sorted({word for word in words if word.isupper()}))
        if said.text == "thanks":
            reply = Reply(Kind.ADVICE, RELEASE, (Line("You're welcome."),))
        conversation = Conversation(said.conversation, Deal(answers))
        return Outcome(conversation, reply, 1, conversation, EMPTY)


def test_the_state_is_that_after_the_last_message_and_its_last_judgement():
    state = state_after("c", ("Drones for RF1", "Kits", "thanks"), WordBot())

    assert state == State(
        frozenset({"RF1"}), {"product": frozenset({"drones", "rf1", "kits"})}
    )


def test_what_strays_under_a_perturbation_is_named():
    cases = [
        Case("a", ("Drones for RF1, sold direct",)),
        Case("b", ("drones, sold direct",)),
        Case("c", ("Pizza?",), expect="decline"),
    ]

    found = {(one.case, one.perturbation): one for one in perturb_all(cases, WordBot())}

    assert {case for case, _ in found} == {"a", "b"}
    lower = found["a", "lower case"]
    assert (lower.flags, lower.facts, lower.same) == (("RF1",), ("product",), False)
    assert found["a", "split over turns"].same
    assert found["b", "padding"].same is False
    assert ("b", "lower case") not in found, "it had no capitals before"


def picky(said: Said) -> Outcome:
    """A bot that reads no more than 40 characters."""
    if len(said.text) > 40:
        raise BadInput("too_long", "That is too long.")
    return WordBot()(said)


def test_a_wording_that_is_refused_ends_neither_the_run_nor_as_the_plain_one():
    found = {one.perturbation: one for one in perturb_all([Case("a", ("Drones for RF1",))], picky)}

    padding = found["padding"]
    assert (padding.flags, padding.facts, padding.refused) == (("RF1",), ("product",), True)
    (all_refused,) = {one.refused for one in perturb_all([Case("b", ("kits " * 9,))], picky)}
    assert all_refused, "that nothing comes of any wording is no stability"
    assert not any(one.same for one in perturb_all([Case("b", ("kits " * 9,))], picky))


def test_a_pair_that_is_refused_is_right_in_nothing(small):
    long = "kits " * 9
    both = compare(Pair("p", (long,), (long,), "product", frozenset(), frozenset()), picky, small)

    assert (both.base_right, both.flipped_right, both.refused) == (False, False, True)
    assert set(pair_figures([both]).values()) == {share(0, 1)}


def test_the_figures_of_stability_count_each_deal_once():
    def one(case: str, perturbation: str, flags: str = "", facts: str = "") -> Strayed:
        return Strayed(case, perturbation, (), tuple(flags.split()), tuple(facts.split()))

    found = [
        one("a", "typos", flags="rf1", facts="product"),
        one("a", "padding"),
        one("b", "typos", facts="product"),
    ]

    table = stability_figures(found)

    assert table["typos"]["same flags"] == ratio([0, 1], [1, 1])
    assert table["all"]["same flags"] == ratio([1, 1], [2, 1])
    assert table["all"]["same facts"] == ratio([1, 0], [2, 1])
    assert table["all"]["both"].value == pytest.approx(1 / 3)
    assert table["all"]["both"].n == 2


# Pairs ------------------------------------------------------------------------------------


def pair(base: str, flipped: str, was: str, becomes: str, gained: str = "", lost: str = "") -> Pair:
    return Pair("p", (base,), (flipped,), "product", frozenset(was.split()),
                frozenset(becomes.split()), frozenset(gained.split()), frozenset(lost.split()))


@pytest.mark.parametrize(
    ("given", "right", "wrong_flags", "moved"),
    [
        (pair("Drones", "Kits", "drones", "kits"), (True, True), (), ()),
        (pair("kits", "Kits", "", "kits"), (True, True), (), ()),
        (pair("Drones", "Drones", "drones", "kits"), (True, False), (), ()),
        (pair("Drones", "Kits in Kenya", "drones", "kits kenya"), (True, True), (), ("country",)),
        # rf1 and rf2 are of the guidance, own is ours.
        (pair("RF1", "RF2", "rf1", "rf2", "RF2", "RF1"), (True, True), (), ()),
        (pair("RF1", "RF2", "rf1", "rf2"), (True, True), ("RF1", "RF2"), ()),
        (pair("RF1", "RF1", "rf1", "rf1", "RF2"), (True, True), ("RF2",), ()),
        (pair("OWN", "kits", "own", ""), (True, True), (), ()),
        (pair("kits", "kits", "", "", "OWN"), (True, True), ("OWN",), ()),
    ],
)
def test_a_pair_held_against_what_must_change(small, given, right, wrong_flags, moved):
    flags = tuple(replace(one, id=one.id.upper()) for one in small.red_flags)

    found = compare(given, WordBot(), replace(small, red_flags=flags))

    assert (found.base_right, found.flipped_right) == right
    assert (found.wrong_flags, found.moved) == (wrong_flags, moved)
    assert found.sensitive == (right == (True, True) and not wrong_flags)


def test_the_figures_of_pairs_are_those_worked_out_by_hand():
    found = [
        Compared("p", "product", True, True, (), ()),
        Compared("q", "product", True, True, ("rf1",), ()),
        Compared("r", "product", False, True, (), ("country",)),
    ]

    assert pair_figures(found) == {
        "sensitivity": share(1, 3),
        "fact right on both sides": share(2, 3),
        "flags change exactly": share(2, 3),
        "nothing else moved": share(2, 3),
    }


def test_the_weaker_of_stability_and_sensitivity_counts():
    stable, sensitive = Estimate(0.9, 0.8, 1.0, 9), Estimate(0.7, 0.6, 0.8, 5)

    assert weaker(stable, sensitive) is sensitive
    assert weaker(sensitive, stable) is sensitive
    assert weaker(stable, NOTHING) == NOTHING
