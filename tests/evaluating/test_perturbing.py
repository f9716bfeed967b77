"""The same deal in other words and shapes."""

import difflib
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bot.evaluating.perturbing import (
    PERTURBATIONS,
    lower_case,
    no_punctuation,
    padded,
    reordered,
    respelt,
    split_up,
    typos,
    variants,
)
from bot.measures.labelled import read_cases

DIALOGUES = Path(__file__).parents[1] / "gold" / "dialogue-a.jsonl"
SAYS = ("Twelve phone extraction kits for the police in Kenya, sold through a reseller in Dubai",)


def chance() -> Random:
    return Random(7)


def test_one_word_in_eight_gets_a_slip_and_short_words_get_none():
    (text,) = typos(SAYS, chance())

    before, after = SAYS[0].split(), text.split()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(before) == 15
    assert len(changed) == 2
    for a, b in changed:
        assert len(a.strip(",")) >= 4
        assert abs(len(a) - len(b)) <= 1
        assert difflib.SequenceMatcher(None, a, b).ratio() > 0.5


def test_a_message_of_short_words_has_no_typos():
    assert typos(("LI box for KE",), chance()) == ("LI box for KE",)


def test_slips_are_neighbours_swaps_and_drops():
    lengths = Counter(len(typos(("surveillance",), Random(n))[0]) for n in range(200))

    assert set(lengths) == {11, 12}
    swapped = [t for n in range(200) if sorted(t := typos(("surveillance",), Random(n))[0])
               == sorted("surveillance")]
    assert swapped


@pytest.mark.parametrize(
    ("perturb", "before", "after"),
    [
        (lower_case, ("Kenya's DCI, OK?",), ("kenya's dci, ok?",)),
        (no_punctuation, ("Don't ask: it's pre-quote, w/ a VAR!\nOk?",),
         ("Dont ask its pre quote w a VAR\nOk",)),
        (respelt, ("The Ministry of Defence wants license plate readers.",),
         ("The Defence ministry would like number plate readers.",)),
        (respelt, ("Journalists at the data center",), ("Reporters at the data centre",)),
        # Nothing to change.
        (respelt, ("kits for Kenya",), ("kits for Kenya",)),
        (reordered, ("kits for Kenya",), ("kits for Kenya",)),
        (split_up, ("kits for Kenya",), ("kits for Kenya",)),
    ],
)
def test_what_becomes_of_a_message(perturb, before, after):
    assert perturb(before, chance()) == after


def test_sentences_change_places_and_end_in_a_full_stop():
    assert reordered(("Kits for Kenya. No reseller",), chance()) == (
        "No reseller. Kits for Kenya.",
    )


def test_the_clauses_of_a_single_sentence_change_places():
    assert reordered(("kits for Kenya, no reseller.",), chance()) == (
        "no reseller, kits for Kenya.",
    )


@pytest.mark.parametrize("text", [
    "Kits for Kenya. Scrap that. Kits for Uganda.",
    "Kits for Kenya. It goes through a reseller.",
    "Kits for Kenya, but through a reseller.",
])
def test_what_leans_on_what_went_before_stays_in_its_place(text):
    assert reordered((text,), chance()) == (text,)


def test_a_message_is_split_and_nothing_of_it_lost():
    says = ("One. Two! Three, four", "Five")
    for seed in range(20):
        parts = split_up(says, Random(seed))
        assert len(parts) in {3, 4}
        assert " ".join(parts) == "One. Two! Three, four Five"
    assert split_up(("kits, for Kenya",), chance()) == ("kits,", "for Kenya")


def test_padding_leaves_the_words_themselves_alone():
    first, last = padded(("kits", "for Kenya"), chance())

    assert first.endswith("\n\nkits")
    assert last.startswith("for Kenya\n\n")
    assert len(last.split("\n\n")) >= 3


def test_variants_are_the_same_each_time_and_differ_from_case_to_case():
    assert variants("a", SAYS, 1) == variants("a", SAYS, 1)
    assert variants("a", SAYS, 1)["typos"] != variants("b", SAYS, 1)["typos"]
    assert "reordered" in variants("a", SAYS, 1)
    assert "reordered" not in variants("a", ("Kits for Kenya",), 1)


def test_every_perturbation_finds_something_to_change_in_the_labelled_deals():
    dev = [case for case in read_cases(DIALOGUES) if case.split == "dev"]

    changed = Counter(name for case in dev for name in variants(case.id, case.says, 1))

    assert set(changed) == set(PERTURBATIONS)
    assert min(changed.values()) >= 5


@pytest.mark.parametrize("mark", ["?", "...", "!?", "-"])
def test_a_message_of_marks_alone_is_not_made_one_of_nothing(mark):
    """Nobody can say nothing, and a run over many deals would end at it."""
    found = variants("a", (*SAYS, mark), 1)
    assert "typos" in found
    assert all(text.strip() for says in found.values() for text in says)
