"""A report as a person sees it."""

from io import StringIO

import pytest
from PIL import Image
from rich.console import Console

from bot.evaluating.figures import Asked, Questions
from bot.evaluating.headline import Headline, headlines
from bot.evaluating.mutating import Noticed
from bot.evaluating.plotting import plot
from bot.evaluating.sheet import Sheet, cell
from bot.evaluating.showing import markdown, plain, section, show
from bot.evaluating.tables import dialogue_sheets, sheets
from retrieval.estimates import NOTHING, Estimate, share
from retrieval.measuring.holding import Held

HALF = share(5, 10)
ALL = Estimate(1.0, 1.0, 1.0, 10)
EMPTY = {"release": "r1", "seed": 7, "split": "dev", "notes": ["A note."], "retrieval": None,
         "dialogue": None, "stability": None, "pairs": None, "mutations": None}


def search(**systems: Estimate) -> dict[str, object]:
    names = ("recall@5", "nDCG@10", "MRR@10", "success@1", "document mismatch", "false answers",
             "false declines")
    return {"queries": 8, "outside": 2, "gains": {}, "speed": {}, "cases": [],
            "systems": {name: dict.fromkeys(names, one) for name, one in systems.items()}}


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(0.9, True, True), (0.89, True, False), (0.9, False, True), (0.91, False, False),
     (None, True, None)],
)
def test_a_headline_is_met_on_the_right_side_of_its_target(value, at_least, met):
    one = Headline("x", Estimate(value, value, value, 1), 0.9, at_least)

    assert one.met is met


def test_the_headline_holds_what_was_measured_and_nothing_else():
    report = {**EMPTY, "retrieval": search(advisor=ALL, **{"plain LangChain RAG": HALF})}

    found = headlines(report)

    assert [one.name for one in found[:2]] == ["recall@5", "nDCG@10"]
    assert len(found) == 7
    assert found[0].baseline == HALF
    assert headlines(EMPTY) == []


def test_stability_counts_only_as_far_as_the_bot_is_sensitive():
    stability = {"deals": 1, "variants": 1, "strayed": [],
                 "figures": {"all": {"both": ALL, "same flags": HALF}}}
    pairs = {"pairs": 10, "missed": [],
             "figures": {"sensitivity": HALF, "nothing else moved": ALL}}

    found = {one.name: one.value for one in headlines({**EMPTY, "stability": stability,
                                                       "pairs": pairs})}

    assert found["min(stability, sensitivity)"] == HALF
    assert found["stability"] == ALL
    assert found["stability: same flags"] == HALF


def test_a_cell_holds_the_figure_and_its_interval():
    assert cell(Estimate(0.5, 0.25, 0.75, 4)) == "0.500 [0.250, 0.750]"
    assert cell(Estimate(0.5, 0.25, 0.75, 4), "+.2f") == "+0.50 [+0.25, +0.75]"
    assert cell(NOTHING) == cell(None) == "-"


def test_markdown_and_screen_hold_the_same_tables():
    report = {**EMPTY, "mutations": {"mutations": 3, "noticed": 1,
                                     "unnoticed": {"red flag": ["a", "b"], "safeguard": []}},
              "pairs": {"pairs": 10, "missed": [], "figures": {"sensitivity": HALF,
                                                               "nothing else moved": ALL}}}
    printed = StringIO()

    show(report, Console(file=printed, width=200))
    text = markdown(report)

    assert text.startswith("# How good the answers are\n\nRelease r1, split dev; 95 %")
    assert "| red flag | a, b |\n| safeguard | none |" in text
    assert "| sensitivity | 0.500 [0.237, 0.763] | 10 |" in text
    for sheet in sheets(report):
        assert f"## {sheet.title}" in text
        assert sheet.title in printed.getvalue()
        for row in sheet.rows:
            assert all(one in printed.getvalue() for one in row)
    assert "A note." in text
    assert "A note." in printed.getvalue()


def test_every_case_that_went_wrong_has_a_line_of_its_own():
    sheet = Sheet("T", ("", "n"), (("a|b", "1"),), "d1: missed rf1\nd2: broke off")

    assert section(sheet) == (
        "## T\n\n|  | n |\n| --- | ---: |\n| a/b | 1 |\n\n- d1: missed rf1\n- d2: broke off\n"
    )


def test_json_holds_every_field():
    assert plain({"a": (Noticed("red flag", "x", None),), "b": frozenset({"q", "p"}),
                  "c": 0.12345678}) == {
        "a": [{"part": "red flag", "id": "x", "by": None}], "b": ["p", "q"], "c": 0.123457
    }


def test_the_questions_are_shown_beside_a_form():
    asked = Questions(25, Asked(11.0, 12.5, HALF), Asked(None, None, NOTHING))
    report = {**EMPTY, "dialogue": {
        "conversations": 1, "figures": {}, "reading": {}, "scope": {}, "cases": [],
        "questions": asked,
        "grounding": {"claims": 1200, "citations": 5000, "faults": ["x"], "uncited": [],
                      "figures": {"citations that exist, word for word": ALL},
                      "unlabelled": [("rf1", "a")], "not bearing": [("rf1", "b")]},
    }}

    found = {sheet.title: sheet for sheet in dialogue_sheets(report["dialogue"])}

    assert found["Questions, beside a form of 25"].rows == (
        ("messages that ask", "11", "12.5", cell(HALF)),
    )
    assert found["Citations: 5,000 of 1,200 claims"].note == (
        "Faults: x.\nWithout a label: rf1 → a.\nCited and labelled as not bearing: rf1 → b."
    )


def test_the_picture_has_a_row_for_each_headline(tmp_path):
    few, many = tmp_path / "few.png", tmp_path / "many.png"

    plot([Headline("recall@5", HALF, 0.97, baseline=HALF)], "Release r1", few)
    plot([Headline(f"figure {n}", HALF, 0.97) for n in range(10)], "Release r1", many)

    assert Image.open(many).height > Image.open(few).height


def test_what_reads_like_the_console_library_s_markup_is_shown_as_it_stands():
    held = {"hold": 0, "cases": [Held("[/b1]", ("assured: [t]he sale is lawful",))]}
    into = StringIO()
    show({**EMPTY, "held": held, "notes": ["The release lacks: [/x]."]},
         Console(file=into, width=100))
    assert all(one in into.getvalue() for one in (
        "[/b1]", "assured: [t]he sale is lawful", "The release lacks: [/x]."))
