"""Files of cases, read as their writers meant them."""

import json
from pathlib import Path

import pytest

from bot.evaluating.gold import read_gold
from bot.measures.labelled import Case, Pair, read_cases, read_pairs, unknown_names
from retrieval.guidance import Guidance
from retrieval.labelled.cases import BadGold
from tests.evaluating.acting import case

GOLD = Path(__file__).parents[1] / "gold"


def test_cases_are_read_as_written(tmp_path):
    file = tmp_path / "gold.jsonl"
    rows = [
        {
            "id": "d1",
            "kind": "dialogue",
            "says": ["kits"],
            "raised": ["rf1"],
            "not_raised": [],
            "answers": {"end_user": ["police"], "stage": None, "conflict": "no"},
            "note": "ours",
        },
        {"id": "r1", "kind": "retrieval", "query": "hotline?", "relevant": []},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    assert read_cases(file) == (
        Case(
            "d1",
            ("kits",),
            {"end_user": ("police",), "stage": None, "conflict": ("no",)},
            frozenset({"rf1"}),
            frozenset(),
        ),
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"says": []}, "'says' holds at least one message"),
        ({"kind": "dialogue"}, "'says'"),
        ({"says": ["a"], "expect": "maybe"}, "'expect'"),
        ({"says": ["a"], "answers": ["police"]}, "'answers'"),
    ],
)
def test_a_bad_case_is_named(tmp_path, row, complaint):
    file = tmp_path / "gold.jsonl"
    file.write_text("\n" + json.dumps(row), "utf-8")

    with pytest.raises(BadGold, match=f"gold.jsonl:2: .*{complaint}"):
        read_cases(file)


def test_names_that_the_release_lacks_are_told(small):
    given = case(
        raised="rf1 rf9",
        cites_at_least=frozenset({"ungp-17", "ungp-99"}),
        answers={"product": None, "colour": None},
    )

    pair = Pair("p", ("a",), ("b",), "size", frozenset(), frozenset(), frozenset({"rf8"}))

    assert unknown_names([given], small, [pair]) == ["rf9", "ungp-99", "colour", "size", "rf8"]


def test_what_goes_beyond_the_format_is_read_where_it_is_there(tmp_path):
    file = tmp_path / "gold.jsonl"
    row = {"id": "d", "says": "kits", "told": {"country": "KE", "stage": None},
           "hedged": ["country"], "group": "plain"}
    file.write_text(json.dumps(row), "utf-8")

    assert read_cases(file) == (
        Case("d", ("kits",), told={"country": frozenset({"KE"}), "stage": None},
             hedged=frozenset({"country"}), group="plain"),
    )


def test_pairs_are_read_as_written(tmp_path):
    file = tmp_path / "pairs.jsonl"
    rows = [
        {"id": "p", "base": ["a"], "flipped": "b", "fact": "stage", "from": ["signed"],
         "to": [None], "flags_gained": [], "flags_lost": ["rf1"], "split": "dev"},
        {"id": "d", "says": ["kits"]},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    assert read_pairs(file) == (
        Pair("p", ("a",), ("b",), "stage", frozenset({"signed"}), frozenset(), frozenset(),
             frozenset({"rf1"}), "dev"),
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"base": [], "flipped": ["b"], "fact": "f", "from": [], "to": []}, "'base' holds"),
        ({"base": ["a"], "flipped": ["b"], "fact": "f", "to": []}, "'was'"),
    ],
)
def test_a_bad_pair_is_named(tmp_path, row, complaint):
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(row), "utf-8")

    with pytest.raises(BadGold, match=f"pairs.jsonl:1: .*{complaint}"):
        read_pairs(file)


def test_the_shipped_sets_name_only_what_is_there(guidance: Guidance):
    gold = read_gold(sorted(GOLD.glob("*.jsonl")))

    assert gold.unknown(guidance) == []
    for cases in (gold.queries, gold.cases, gold.pairs):
        assert {one.split for one in cases} == {"dev", "test"}
        assert len({one.id for one in cases}) == len(cases)


def test_a_split_keeps_its_own_cases_and_all_labels():
    gold = read_gold(sorted(GOLD.glob("*.jsonl")))

    dev = gold.of_split("dev")

    assert {one.split for one in (*dev.queries, *dev.cases, *dev.pairs)} == {"dev"}
    assert dev.bearing == gold.bearing


def test_cases_of_two_files_are_told_apart_though_they_are_named_alike(tmp_path):
    """Without ids both files number theirs from 1, and two deals would count as one."""
    for name, said in (("a", "kits"), ("b", "drones")):
        (tmp_path / f"{name}.jsonl").write_text(
            json.dumps({"says": [said]}) + "\n" + json.dumps({"id": name, "says": ["cctv"]}),
            "utf-8")
    gold = read_gold([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert [(one.id, one.says) for one in gold.cases] == [
        ("a.jsonl:1", ("kits",)), ("a", ("cctv",)),
        ("b.jsonl:1", ("drones",)), ("b", ("cctv",))]
