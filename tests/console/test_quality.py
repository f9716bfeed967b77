"""The quality page shows the evaluation that was left, or says how to make one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluating.leaving import measured
from bot.measures.measured import NAME, Aim, Measured, Range, Sheet, Unreadable, last, leave
from retrieval.estimates import Estimate
from tests.console.seen import words

MEASURED = Measured(
    at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC), release="r-of-before", split="test",
    cases=("deals.jsonl",),
    aims=(Aim("recall@5", Range(0.821, 0.771, 0.871, 120), 0.97, True, False,
              Range(0.223, 0.164, 0.284, 120)),
          Aim("red flag recall", Range(0.996, 0.989, 1.0, 58), 0.98, True, True),
          Aim("search: false answers", Range(0.182, 0.086, 0.344, 33), 0.02, False, False),
          Aim("citations exist", Range(1.0, 1.0, 1.0, 73991), 1.0, True, True)),
    sheets=(Sheet("Search: 120 questions", ("", "advisor", "n"),
                  (("MRR@10", "0.916 [0.872, 0.955]", "120"),), "One line.\nAnother."),),
    notes=("A note.",))


def test_without_an_evaluation_the_page_says_how_to_make_one(desk):
    page = words(desk.reads("/quality"))
    assert "Nothing was measured on this installation" in page
    assert "advisor evaluate --keep" in page


def test_the_page_shows_what_was_left(desk):
    assert leave(MEASURED, desk.folder) == desk.folder / NAME
    page = desk.reads("/quality")
    said = words(page)
    for part in ("20 Nov 2026, 08:30 UTC", "r-of-before", "split test", "deals.jsonl",
                 "2 of 4 met", "not met: at least 0.97", "0.821 [0.771, 0.871]",
                 "0.223 [0.164, 0.284]", "at most 0.02", "Search: 120 questions",
                 "0.916 [0.872, 0.955]", "Another.", "A note."):
        assert part in said, part
    assert "another than was measured" in said
    assert " style=" not in page.text


def test_of_the_release_in_force_nothing_is_warned(desk):
    leave(replace(MEASURED, release=str(desk.store.active_release())), desk.folder)
    assert "another than was measured" not in words(desk.reads("/quality"))


@pytest.mark.parametrize("left", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"at": 1}', b"null"])
def test_a_file_that_is_none_of_ours_is_named_and_breaks_nothing(desk, left):
    (desk.folder / NAME).write_bytes(left)
    with pytest.raises(Unreadable):
        last(desk.folder)
    page = desk.reads("/quality")
    assert page.status_code == 200
    assert f"{NAME} holds no evaluation of this version." in words(page)
    assert "advisor evaluate --keep" in words(page)


def test_a_folder_in_its_place_is_said_too(desk):
    (desk.folder / NAME).mkdir()
    assert f"{NAME} can't be read" in words(desk.reads("/quality"))


def test_hostile_words_in_the_file_stay_words(desk):
    evil = "<script>alert(1)</script>{{7*7}}"
    leave(replace(MEASURED, release=evil, notes=(evil,), cases=(evil,), sheets=(
        Sheet(evil, (evil,), ((evil,),), evil),)), desk.folder)
    page = desk.reads("/quality").text
    assert "<script>alert" not in page and "{{7*7}}" in page


def test_leaving_writes_all_or_nothing(tmp_path, monkeypatch):
    leave(MEASURED, tmp_path)

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        leave(replace(MEASURED, release="new"), tmp_path)
    assert last(tmp_path) == MEASURED
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


texts = st.text(st.characters(codec="utf-8"), max_size=12)
ranges = st.builds(Range, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**6))


@given(made=st.builds(
    Measured, st.datetimes(timezones=st.just(UTC)), texts, st.none() | texts,
    st.lists(texts, max_size=2).map(tuple),
    st.lists(st.builds(Aim, texts, ranges, st.floats(0, 1), st.booleans(), st.booleans(),
                       st.none() | ranges), max_size=3).map(tuple),
    st.lists(st.builds(Sheet, texts, st.tuples(texts, texts), st.lists(
        st.tuples(texts, texts), max_size=2).map(tuple), texts), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple)))
def test_what_was_left_is_read_back(tmp_path_factory, made):
    folder = tmp_path_factory.getbasetemp() / "left"
    leave(made, folder)
    assert last(folder) == made


def test_a_report_is_left_with_its_headlines_and_without_folders():
    mine = {name: Estimate(0.9, 0.8, 1.0, 10) for name in (
        "recall@5", "nDCG@10", "MRR@10", "success@1", "document mismatch", "false answers",
        "false declines")}
    report = {"release": "r1", "split": None, "seed": 1, "notes": ["n"], "dialogue": None,
              "stability": None, "pairs": None, "mutations": None,
              "retrieval": {"systems": {"advisor": mine}, "gains": {}, "queries": 10,
                            "outside": 2, "by_tag": {}, "speed": None, "failed": []}}
    from bot.evaluating import leaving
    from bot.evaluating.headline import headlines
    assert len(headlines(report)) == 7
    made = leaving.measured({**report}, [Path("/secret/place/deals.jsonl")],
                            datetime(2026, 1, 1, tzinfo=UTC))
    assert made.cases == ("deals.jsonl",) and "secret" not in json.dumps(made.cases)
    assert [(a.name, a.met) for a in made.aims][:2] == [("recall@5", False), ("nDCG@10", True)]
    assert made.aims[0].range == Range(0.9, 0.8, 1.0, 10)
    assert measured is leaving.measured
