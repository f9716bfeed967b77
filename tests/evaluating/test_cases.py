"""Files of cases, read as their writers meant them."""

import json
import os
from pathlib import Path

import pytest

from bot.evaluating.gold import read_gold
from bot.measures.labelled import (
    Case,
    Pair,
    out_of_place,
    read_cases,
    read_pairs,
    unknown_names,
)
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
        ({"says": ["a"], "answers": ["police"]}, "'answers': it has to be a table of facts"),
        ({"says": ["a", " \n"]}, "'says' holds a message without a word; leave it out"),
        ({"says": "a", "raised": "rf1"}, "'raised': it has to be a list of texts"),
        ({"says": "a", "answers": {"stage": 3}}, "'answers.stage': it has to be a list of texts"),
        ({"says": [["a"]]}, "'says.0': it has to be a text"),
        ({"says": "a", "held": "perhaps"}, "'held': it is true or false"),
        ({"kind": "dialogue", "says": None}, "'says': it is missing"),
        ({"says": ["a", "b \ud800"]}, "'says' holds half of a surrogate pair"),
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


def test_labels_that_nothing_could_meet_are_told(small):
    fine = case(
        raised="rf1", not_raised="own",
        cites_at_least=frozenset({"ungp-17"}),
        answers={"end_user": ("police",), "conflict": None, "colour": ("red",)},
    )
    odd = case(
        raised="ungp-17 rf9", cites_never=frozenset({"rf1"}),
        safeguards_at_least=frozenset({"rf2"}),
        answers={"end_user": ("circus", "clinic")}, facts={"conflict": frozenset({"some"})},
        told={"end_user": frozenset({"circus"})},
    )

    assert out_of_place([fine], small) == []
    # What the release lacks altogether is told as that.
    assert out_of_place([fine, odd, odd], small) == [
        "ungp-17 is no red flag", "rf1 is no provision", "rf2 is no safeguard",
        "'circus' is no answer to end_user", "'some' is no answer to conflict",
    ]


@pytest.mark.parametrize("name", ["gold.jsonl", "gold.yaml"])
@pytest.mark.parametrize(("mark", "end"), [("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n")])
def test_a_file_of_windows_is_read_like_any_other(tmp_path, name, mark, end):
    rows = [{"id": "r", "query": "hotline?", "relevant": ["ungp-29"]}, {"id": "d", "says": "kits"}]
    dash = "- " if name.endswith("yaml") else ""
    lines = "".join(f"{dash}{json.dumps(row)}{end}" for row in rows)
    (tmp_path / name).write_bytes((mark + lines).encode("utf-8"))

    gold = read_gold([tmp_path / name])

    assert [one.id for one in gold.queries] == ["r"]
    assert gold.cases == (Case("d", ("kits",)),)


def test_a_pipe_is_refused_before_it_is_emptied(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(BadGold, match=r"pipe is a pipe, which can be read only once"):
        read_gold([pipe])


def test_entries_that_no_suite_measures_are_counted(tmp_path, small):
    file = tmp_path / "gold.jsonl"
    rows = [{"kind": "retreival", "query": "hotline?", "relevant": []}, {"text": "x"},
            {"kind": "retreival", "query": "again?", "relevant": []},
            {"query": "hotline?", "relevant": ["ungp-99"]},
            {"says": "kits", "raised": ["ungp-17"]}]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    gold = read_gold([file])

    assert gold.left_out == {"retreival": 2, "": 1}
    assert gold.remarks(small) == [
        "The gold file names what this release lacks: ungp-99.",
        "Labels that nothing can meet: ungp-17 is no red flag.",
        "Entries of a kind that no suite measures were left out: 1 without a kind, 2 of "
        "'retreival'.",
    ]


def test_ids_that_entries_of_one_file_share_are_told(tmp_path, small):
    twice = {"id": "q7", "query": "hotline?", "relevant": []}
    for name, rows in (("a", [twice, twice, {"id": "q8", "says": "kits"}]),
                       ("b", [{"id": "q8", "says": "kits"}])):
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")

    gold = read_gold([tmp_path / "a", tmp_path / "b"])

    assert len(gold.queries) == 2
    assert gold.remarks(small) == ["Ids that several entries share, each of which counts: q7."]


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
        ({"base": ["a"], "flipped": ["b"], "fact": "f", "to": []}, "'from': it is missing"),
        ({"base": ["a"], "fact": "f", "from": [], "to": []}, "'flipped': it is missing"),
        ({"base": ["a"], "flipped": ["b"], "fact": "f", "from": [], "to": [3]},
         "'to.[^']*': it has to be a text"),
    ],
)
def test_a_bad_pair_is_named(tmp_path, row, complaint):
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(row), "utf-8")

    with pytest.raises(BadGold, match=f"pairs.jsonl:1: .*{complaint}"):
        read_pairs(file)


def test_one_side_of_a_pair_may_be_a_value_by_itself_or_not_known(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({"id": 3, "base": "a", "flipped": "b", "fact": "stage",
                                "from": "signed", "to": None, "flags_lost": None}), "utf-8")

    assert read_pairs(file) == (
        Pair("3", ("a",), ("b",), "stage", frozenset({"signed"}), frozenset()),
    )


def test_what_is_null_counts_as_left_out(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({**dict.fromkeys((
        "kind", "answers", "raised", "not_raised", "cites_at_least", "safeguards_at_least", "facts",
        "expect", "split", "told", "hedged", "group")), "id": 0, "says": "kits"}), "utf-8")

    assert read_cases(file) == (Case("0", ("kits",)),)


def test_what_is_wrong_with_cases_of_every_kind_is_told_at_once(tmp_path):
    rows = [{"says": []}, {"query": "", "relevant": []}, {"base": "a", "flipped": "b"},
            {"kind": "bearing", "claim": "rf1"}]
    for name in ("a", "b"):
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")

    with pytest.raises(BadGold) as told:
        read_gold([tmp_path / "a", tmp_path / "b"])
    lines = str(told.value).split("\n")
    assert {line.split(": ", 1)[0] for line in lines} == {
        f"{tmp_path / name}:{number}" for name in ("a", "b") for number in (1, 2, 3, 4)}


def test_labels_that_two_files_contradict_each_other_in_are_told_with_the_line(tmp_path):
    label = {"kind": "bearing", "claim": "rf1", "provision": "a"}
    for name, bears in (("a", True), ("b", False)):
        (tmp_path / name).write_text(f"\n{json.dumps({**label, 'bears': bears})}", "utf-8")

    with pytest.raises(BadGold) as told:
        read_gold([tmp_path / "a", tmp_path / "b"])
    assert str(told.value) == f"{tmp_path / 'b'}:2: rf1 and a are labelled both ways."


def test_unknown_is_not_known_unless_the_question_offers_it(tmp_path, guidance: Guidance):
    """As people label it: what nobody knows, beside the one fact that has such a value."""
    tables = {"stage": ["unknown"], "data_sharing": ["unknown"], "country": ["KE"]}
    rows = [{"id": "d", "says": "kits", "answers": tables, "facts": tables, "told": tables},
            {"id": "p", "base": "a", "flipped": "b", "fact": "stage", "from": ["unknown"],
             "to": ["signed"]}]
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    gold = read_gold([file]).of_release(guidance)

    known = {"stage": None, "data_sharing": frozenset({"unknown"}), "country": frozenset({"KE"})}
    answers = {"stage": None, "data_sharing": ("unknown",), "country": ("KE",)}
    assert gold.cases == (Case("d", ("kits",), answers, facts=known, told=known),)
    assert (gold.pairs[0].was, gold.pairs[0].becomes) == (frozenset(), frozenset({"signed"}))
    assert gold.remarks(guidance) == []


def test_keys_that_nothing_goes_by_are_told_with_their_number(tmp_path, small):
    file = tmp_path / "gold.jsonl"
    rows = [{"says": "kits", "rasied": ["rf1"], "note": "ours"}, {"says": "kits", "rasied": []},
            {"query": "hotline?", "relevant": [], "grades": [], "reason": "So."}]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    assert read_gold([file]).remarks(small) == [
        "Keys that no suite goes by, with how many entries have them; one that is misspelt "
        "measures nothing: 'grades' (1), 'rasied' (2)."]


def test_what_a_split_leaves_out_for_having_none_is_told(tmp_path, small):
    file = tmp_path / "gold.jsonl"
    rows = [{"query": "hotline?", "relevant": [], "split": one} for one in
            ("dev", "test", "Dev", None, ["dev"])]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    gold = read_gold([file])

    assert gold.remarks(small) == []
    assert len(gold.of_split("dev").queries) == 1
    assert gold.of_split("dev").remarks(small) == [
        "Entries that are neither 'dev' nor 'test' were left out, since one of these was asked "
        "for: 3."]


def test_what_no_pair_can_meet_is_told(small):
    odd = Pair("p", ("a",), ("b",), "end_user", frozenset({"circus"}), frozenset({"clinic"}),
               frozenset({"ungp-17"}), frozenset({"rf1"}))

    assert out_of_place([], small, [odd]) == [
        "ungp-17 is no red flag", "'circus' is no answer to end_user"]


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


def test_cases_of_one_file_are_told_apart_though_they_are_named_alike(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "gold.jsonl").write_text("\n".join(
            json.dumps({"id": "d", "says": said}) for said in ("kits", "drones")), "utf-8")

    gold = read_gold([tmp_path / "a" / "gold.jsonl", tmp_path / "b" / "gold.jsonl"])

    assert [one.id for one in gold.cases] == [
        "gold.jsonl:d", "gold.jsonl:d (2)", "gold.jsonl:d (3)", "gold.jsonl:d (4)"]
