"""Questions that say which provisions must not be shown for them."""

import json

import pytest

from retrieval.evaluate import evaluate
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import BadGold, LabelledQuery, read_queries, unknown_ids
from tests.retrieval.small import ordinary


def ids(*names):
    return tuple(map(ProvisionId, names))


def finding(*names):
    return lambda questions: [ids(*names) for _ in questions]


def test_what_is_wrong_is_read_with_what_is_right_and_without(tmp_path):
    file = tmp_path / "evaluation.yaml"
    file.write_text("- query: hotline?\n  relevant: [a]\n  wrong: [b, b]\n  held: true\n"
                    "- query: audits?\n  wrong: [c]\n", "utf-8")

    assert read_queries(file) == (
        LabelledQuery("1", "hotline?", ids("a"), wrong=ids("b"), held=True),
        LabelledQuery("2", "audits?", (), wrong=ids("c"), open=True),
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"relevant": ["a"], "wrong": "b"}, "'wrong' is a list of provision ids"),
        ({"relevant": ["a"], "wrong": [1]}, "'wrong' is a list of provision ids"),
        ({"wrong": []}, "'relevant' is a list of provision ids"),
        ({}, "'relevant' is a list of provision ids"),
        ({"relevant": ["a", "b"], "wrong": ["b"]}, "b can't be both 'relevant' and 'wrong'"),
        ({"relevant": ["a"], "held": "yes"}, "'held' is true or false"),
    ],
)
def test_a_slip_in_yaml_is_named_with_its_line(tmp_path, row, complaint):
    file = tmp_path / "evaluation.yaml"
    bad = json.dumps({"kind": "retrieval", "query": "q", **row})
    file.write_text(f"# a comment\n\n- query: fine\n  relevant: []\n- {bad}\n", "utf-8")

    with pytest.raises(BadGold) as told:
        read_queries(file)
    assert str(told.value).startswith(f"{file}:5: ")
    assert complaint in str(told.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- query: a\n  relevant: [\n", ":3: not valid YAML: "),
        ("- query: a\n  relevant: []\n  x: !!python/object:os.system {}\n",
         ":3: not valid YAML: could not determine a constructor"),
        ("query: a\n", " holds no list of cases."),
        ("", " holds no list of cases."),
        ("- a\n", ":1: an entry is a table of keys."),
        ("- query: a\n  relevant: []\n  query: b\n", ":3: 'query' is given twice; keep one."),
        ("- query: a\n  relevant: []\n- says: a\n  facts:\n    x: [a]\n    y: [a]\n    x: [b]\n",
         ":7: 'x' is given twice; keep one."),
        ("- query: \"\\x00\x01\"\n", ": not valid YAML: "),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_named_with_the_line(tmp_path, text, complaint):
    file = tmp_path / "evaluation.yaml"
    file.write_text(text, "utf-8")

    with pytest.raises(BadGold) as told:
        read_queries(file)
    assert f"{file}{complaint}" in str(told.value)


def test_a_key_that_stands_twice_in_a_line_is_told(tmp_path):
    """The last counted, and a label was lost unseen."""
    file = tmp_path / "cases.jsonl"
    file.write_text('{"query": "a", "relevant": ["x"], "relevant": []}\n{"query": }\n'
                    '{"says": "a", "facts": {"b": ["c"], "b": ["d"]}}\n', "utf-8")

    with pytest.raises(BadGold) as told:
        read_queries(file)
    assert str(told.value).splitlines() == [
        f"{file}:1: 'relevant' is given twice; keep one.",
        f"{file}:2: not JSON: Expecting value.", f"{file}:3: 'b' is given twice; keep one."]


def test_a_wrong_provision_counts_where_a_person_is_shown_it():
    query = LabelledQuery("q", "q", ids("a"), wrong=ids("w"))

    within = evaluate(finding("a", "b", "c", "d", "w"), [query])
    behind = evaluate(finding("a", "b", "c", "d", "e", "w"), [query])

    assert within.figures["wrong ones shown"].value == 1.0
    assert within.judged[0].shown_wrongly == ids("w")
    assert behind.figures["wrong ones shown"].value == 0.0
    assert behind.judged[0].shown_wrongly == ()


def test_a_question_that_says_only_what_is_wrong_is_neither_inside_nor_outside():
    inside = LabelledQuery("a", "a", ids("a"))
    only_wrong = LabelledQuery("w", "w", (), wrong=ids("z"), open=True)

    found = evaluate(finding("a"), [inside, only_wrong])

    assert found.figures["recall@5"].n == 1
    assert found.figures["false answers"].n == 0
    assert found.figures["wrong ones shown"].n == 1


def test_without_such_labels_the_figures_are_those_of_before():
    found = evaluate(finding("a"), [LabelledQuery("a", "a", ids("a"))])

    assert "wrong ones shown" not in found.figures


def test_a_wrong_provision_that_the_release_lacks_is_told():
    query = LabelledQuery("q", "q", ids("ungp-17"), wrong=ids("ungp-99"))

    assert unknown_ids([query], ordinary()) == ["ungp-99"]
