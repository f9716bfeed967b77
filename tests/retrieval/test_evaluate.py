"""Cases so small that every figure can be worked out by hand."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval import corpus
from retrieval.estimates import NOTHING, Estimate, difference, median, ratio, share
from retrieval.evaluate import evaluate, gains
from retrieval.guidance import ProvisionId, SourceId
from retrieval.labelled.cases import BadGold, LabelledQuery, read_queries, unknown_ids
from retrieval.measuring.plain_rag import (
    MeaningAlone,
    PlainRag,
    SourceText,
    WordsAlone,
    source_texts,
)
from retrieval.measuring.timing import race
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.small import ordinary

CORPUS = Path(__file__).parents[2] / "guidance_corpus"


def ids(*names: str) -> tuple[ProvisionId, ...]:
    return tuple(ProvisionId(name) for name in names)


def query(id_: str, *relevant: str, split: str | None = None) -> LabelledQuery:
    return LabelledQuery(id_, f"question {id_}", ids(*relevant), split)


class Fixed:
    """A system that answers what it was told to."""

    def __init__(self, **answers: str) -> None:
        self._answers = {f"question {id_}": found.split() for id_, found in answers.items()}

    def __call__(self, questions: Sequence[str]) -> list[tuple[ProvisionId, ...]]:
        return [ids(*self._answers[question]) for question in questions]


# Measures ---------------------------------------------------------------------------------


def test_the_figures_of_four_queries_are_those_worked_out_by_hand():
    queries = [query("both", "a", "b"), query("declined", "c"), query("out1"), query("out2")]

    quality = evaluate(Fixed(both="x a b", declined="", out1="x", out2=""), queries)

    ndcg = (1 / math.log2(3) + 1 / math.log2(4)) / (1 / math.log2(2) + 1 / math.log2(3))
    assert {name: one.value for name, one in quality.figures.items()} == {
        "recall@1": 0.0,
        "recall@5": 0.5,
        "recall@10": 0.5,
        "MRR@10": 0.25,
        "nDCG@10": pytest.approx(ndcg / 2),
        "success@1": 0.0,
        "success@5": 0.5,
        "false declines": 0.5,
        "false answers": 0.5,
    }
    assert [one.n for one in quality.figures.values()] == [2] * 9


def test_grades_weigh_in_ndcg_and_only_there():
    graded = LabelledQuery("g", "question g", ids("best", "fair"), None, (3, 1))

    measures = evaluate(Fixed(g="fair x best"), [graded]).judged[0].measures

    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert measures["nDCG@10"] == pytest.approx((1 / math.log2(2) + 3 / math.log2(4)) / ideal)
    assert measures["recall@1"] == 0.5
    assert measures["MRR@10"] == 1.0


def test_a_document_is_mismatched_if_no_relevant_provision_is_of_its_source():
    sources = {ProvisionId(i): SourceId(i[0]) for i in ("a1", "a2", "b1", "c1", "c2")}
    queries = [query("p", "a1"), query("q", "a2", "b1"), query("none", "a1"), query("out")]
    system = Fixed(p="a2 c1 c2", q="b1", none="", out="c1")

    figures = evaluate(system, queries, sources).figures

    assert figures["document mismatch"] == ratio([2, 0, 0], [3, 1, 0])
    assert figures["document mismatch"].value == 0.5


def test_only_what_a_person_is_shown_counts_as_mismatched():
    sources = {ProvisionId(i): SourceId(i[0]) for i in ("a1", "a2", "a3", "a4", "a5", "b1")}

    figures = evaluate(Fixed(q="a1 a2 a3 a4 a5 b1"), [query("q", "a1")], sources).figures

    assert figures["document mismatch"].value == 0.0


def test_false_answers_are_told_apart_by_what_sort_of_question_got_one():
    queries = [
        LabelledQuery("p", "question p", (), group="outside"),
        LabelledQuery("q", "question q", (), group="outside"),
        LabelledQuery("r", "question r", (), group="near"),
        LabelledQuery("s", "question s", ids("a"), group="near"),
    ]

    figures = evaluate(Fixed(p="a", q="", r="a", s=""), queries).figures

    assert figures["false answers"] == share(2, 3)
    assert figures["false answers, outside"] == share(1, 2)
    assert figures["false answers, near"] == share(1, 1)
    assert figures["false declines"] == share(1, 1)


def test_a_provision_found_twice_counts_once_and_takes_up_one_rank():
    found = evaluate(Fixed(q="x x x x x a"), [query("q", "a")])

    assert found.judged[0].found == ids("x", "a")
    assert found.figures["MRR@10"].value == 0.5


def test_what_is_found_behind_the_tenth_is_not_looked_at():
    found = evaluate(Fixed(q=" ".join("abcdefghij") + " z"), [query("q", "z")])

    assert found.figures["recall@10"].value == 0.0


def test_queries_of_the_same_name_are_judged_apart():
    found = evaluate(Fixed(q="a"), [query("q", "a"), query("q", "b")])

    assert [one.measures["success@1"] for one in found.judged] == [1.0, 0.0]


def test_without_queries_in_scope_there_are_no_measures_of_rank():
    figures = evaluate(Fixed(q=""), [query("q")]).figures

    assert figures["recall@5"] == NOTHING
    assert figures["false declines"] == NOTHING
    assert figures["false answers"].value == 0.0


def test_the_gain_is_taken_query_by_query():
    queries = [query("p", "a"), query("q", "b"), query("out")]
    better = evaluate(Fixed(p="a", q="b", out=""), queries)
    worse = evaluate(Fixed(p="a", q="x b", out="x"), queries)

    gained = gains(better, worse)

    assert gained["MRR@10"].value == 0.25
    assert gained["recall@5"] == difference([0.0, 0.0])
    assert gained["MRR@10"].n == 2


# Intervals --------------------------------------------------------------------------------


def test_intervals_come_out_the_same_each_time():
    values = [0.0, 0.25, 1.0, 0.5, 1.0, 0.75]

    assert ratio(values) == ratio(values)
    assert median(values) == median(values)


def test_an_interval_holds_its_value_and_lies_within_what_was_seen():
    found = ratio([0.0, 0.25, 1.0, 0.5, 1.0, 0.75])

    assert found.value == pytest.approx(3.5 / 6)
    assert 0.0 <= found.low < found.value < found.high <= 1.0


@pytest.mark.parametrize(
    ("above", "below", "hits", "n"),
    [([1.0] * 58, None, 58, 58), ([0.0] * 20, None, 0, 20), ([4, 2, 0], [4, 2, 0], 2, 2),
     ([0.5], None, 0.5, 1), ([1, 2, 3], [2, 4, 6], 1.5, 3)],
)
def test_cases_that_all_agree_are_not_certain_for_all_that(above, below, hits, n):
    """To resample what is alike everywhere gives the same each time, however few there are."""
    assert ratio(above, below) == share(hits, n)
    assert ratio(above, below).low < ratio(above, below).high


def test_a_difference_is_no_share_and_may_be_none_in_all_cases():
    assert difference([0.0, 0.0]).value == difference([0.0, 0.0]).high == 0.0
    assert difference([-1.0, 0.0]).value == -0.5
    assert difference([-1.0, 0.0]).low == -1.0
    assert difference([]) == NOTHING


def test_more_than_all_is_no_share_and_has_no_interval_of_one():
    assert ratio([24.0] * 5, [21.0] * 5) == Estimate(24 / 21, 24 / 21, 24 / 21, 5)


def test_a_ratio_is_of_sums_and_counts_only_cases_that_have_any():
    found = ratio([1, 3, 0], [1, 9, 0])

    assert (found.value, found.n) == (0.4, 2)
    assert ratio([0, 0], [0, 0]) == NOTHING
    assert ratio([]) == NOTHING
    assert median([]) == NOTHING


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(95, 100, 0.888, 0.978), (270, 300, 0.861, 0.929), (0, 20, 0.0, 0.161), (20, 20, 0.839, 1.0)],
)
def test_a_share_has_the_interval_of_wilson(hits, n, low, high):
    found = share(hits, n)

    assert found.value == hits / n
    assert (found.low, found.high) == (
        pytest.approx(low, abs=5e-4),
        pytest.approx(high, abs=5e-4),
    )


# Reading ----------------------------------------------------------------------------------


def test_json_lines_and_yaml_say_the_same(tmp_path):
    rows = [
        {"id": "r1", "kind": "retrieval", "query": "hotline?", "relevant": ["ungp-29"]},
        {"id": "d1", "kind": "dialogue", "says": ["hello"]},
        {"id": "r2", "kind": "retrieval", "query": "pizza?", "relevant": [], "split": "dev"},
    ]
    lines, listed = tmp_path / "gold.jsonl", tmp_path / "gold.yaml"
    lines.write_text("\n".join([*map(json.dumps, rows), ""]), "utf-8")
    listed.write_text(json.dumps(rows), "utf-8")  # JSON is YAML

    assert (
        read_queries(lines)
        == read_queries(listed)
        == (
            LabelledQuery("r1", "hotline?", ids("ungp-29")),
            LabelledQuery("r2", "pizza?", (), "dev"),
        )
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"query": "a", "relevant": []}\n{"query": }', "gold.jsonl:2: not JSON"),
        ('{"query": "", "relevant": []}', "gold.jsonl:1: 'query'"),
        ('\n{"query": "a", "relevant": "ungp-1"}', "gold.jsonl:2: 'relevant'"),
        ('{"query": "a", "relevant": ["b"], "grade": [3, 2]}', "gold.jsonl:1: 'grade'"),
        ('{"query": "a", "relevant": ["b"], "grade": [0]}', "gold.jsonl:1: 'grade'"),
        ('{"query": "a", "relevant": ["b"], "grade": [9223372036854775808]}',
         "gold.jsonl:1: 'grade' holds a whole number from 1 to 1,000 for each id; leave out of "
         "'relevant' what has none"),
        ('["a"]', "gold.jsonl:1: an entry is a table"),
        ('\n[\n{"query": "a"},\n3]', "gold.jsonl:1: an entry is a table of keys, in a line of its "
         "own, and this is a list; part it, or name the file .yaml"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, complaint):
    file = tmp_path / "gold.jsonl"
    file.write_text(text, "utf-8")

    with pytest.raises(BadGold, match=complaint):
        read_queries(file)


@pytest.mark.parametrize(
    ("content", "place"),
    [('{"query": "a"}\n{"query": "caf\xe9"}'.encode("latin-1"), "2: not UTF-8 (byte 0xe9"),
     ("\ufeff{}".encode("utf-16-le"), "1: not UTF-8 (byte 0xff at character 1); save the file as")],
)
@pytest.mark.parametrize("name", ["gold.jsonl", "gold.yaml"])
def test_a_file_that_is_not_utf8_is_named_with_the_line(tmp_path, content, place, name):
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(BadGold) as told:
        read_queries(file)
    assert str(told.value).startswith(f"{file}:{place}")


def test_an_id_may_be_a_number_and_one_that_says_nothing_is_none(tmp_path):
    file = tmp_path / "gold.jsonl"
    rows = [{"id": 0}, {"id": 7}, {"id": None}, {"id": ""}, {}]
    file.write_text("\n".join(
        json.dumps({**row, "query": "a", "relevant": [], "wrong": None}) for row in rows), "utf-8")

    assert [one.id for one in read_queries(file)] == ["0", "7", "3", "4", "5"]


def test_a_provision_named_twice_keeps_its_best_grade(tmp_path):
    file = tmp_path / "gold.jsonl"
    row = {"query": "a", "relevant": ["b", "c", "b"], "grade": [1, 2, 3], "group": "near"}
    file.write_text(json.dumps(row), "utf-8")

    assert read_queries(file) == (LabelledQuery("1", "a", ids("b", "c"), None, (3, 2), "near"),)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(BadGold, match=r"none\.jsonl can't be read"):
        read_queries(tmp_path / "none.jsonl")


def test_ids_that_the_release_lacks_are_told():
    queries = [query("q", "ungp-17", "ungp-99"), query("r", "ungp-99", "ungp-98")]

    assert unknown_ids(queries, ordinary()) == ["ungp-99", "ungp-98"]


def test_the_shipped_queries_name_only_provisions_that_are_there():
    queries = read_queries(CORPUS / "evaluation.yaml")

    assert unknown_ids(queries, corpus.read_all(CORPUS)[0]) == []
    assert {one.split for one in queries} == {"dev", "test"}


# Plain peers ------------------------------------------------------------------------------


def test_spans_point_at_the_provisions_own_words():
    guidance = ordinary()

    texts = source_texts(guidance)

    assert [one.source for one in texts] == ["ungp", "sg"]
    for one in texts:
        for start, end, id_ in one.spans:
            provision = guidance.provisions[id_]
            assert one.text[start:end] == f"{provision.heading}\n{provision.text}"


def test_asks_are_left_out_unless_wanted():
    assert "hotline" not in source_texts(ordinary())[0].text
    assert "hotline" in source_texts(ordinary(), with_asks=True)[0].text


def test_a_chunk_covers_what_it_holds_enough_of_and_most_of_it_first():
    spans = ((0, 100, ids("a")[0]), (102, 400, ids("b")[0]), (402, 430, ids("short")[0]))
    text = SourceText(SourceId("s"), "", spans)

    assert text.covered(0, 100) == ["a"]
    assert text.covered(40, 300) == ["b", "a"]
    assert text.covered(60, 300) == ["b"], "forty characters of a are too few"
    assert text.covered(350, 430) == ["b", "short"], "all of a short one is enough"
    assert text.covered(100, 102) == []


@pytest.mark.parametrize("with_asks", [False, True])
def test_each_peer_finds_a_provision_by_its_own_words(words: WordEmbeddings, with_asks):
    guidance = ordinary()
    peers = [
        PlainRag(guidance, words, with_asks=with_asks),
        WordsAlone(guidance, with_asks=with_asks),
        MeaningAlone(guidance, words, with_asks=with_asks),
    ]

    for peer in peers:
        (found,) = peer(["A camera that recognises faces can follow a crowd."])
        assert found[0] == "sg-2" or (isinstance(peer, PlainRag) and "sg-2" in found[:2])
        assert len(found) == len(set(found))


def test_two_plain_chains_in_one_process_keep_apart(words: WordEmbeddings):
    first, second = PlainRag(ordinary(), words, limit=1), PlainRag(ordinary(), words, limit=1)

    assert len(first.retrieve("camera")) == len(second.retrieve("camera")) == 1


def test_words_alone_declines_where_it_knows_no_word():
    assert list(WordsAlone(ordinary())(["xylophone", "the of and"])) == [[], []]


# Races ------------------------------------------------------------------------------------


class Stopwatch:
    """Time that passes only while somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_race_gives_ratios_round_by_round():
    clock = Stopwatch()
    order: list[str] = []

    def taking(name: str, seconds: float):
        def work(_: str) -> None:
            order.append(name)
            clock.now += seconds

        return work

    found = race(taking("A", 0.001), taking("B", 0.004), ["x"], rounds=3, clock=clock)

    assert "".join(order) == "AB" + 3 * "ABBA"
    assert found.ours.p50_ms == pytest.approx(1.0)
    assert found.theirs.p95_ms == pytest.approx(4.0)
    assert found.ours.calls == 6
    assert found.p50_ratio.value == pytest.approx(0.25)
    assert found.p95_ratio.n == 3
    assert found.gauge.value == pytest.approx(1.0)


def test_what_is_done_between_the_calls_of_a_race_is_not_timed():
    clock, done = Stopwatch(), []

    def work(_: str) -> None:
        clock.now += 0.001

    def between() -> None:
        clock.now += 5
        done.append(len(done))

    found = race(work, work, ["x", "y"], rounds=2, clock=clock, between=between)

    assert found.ours.p95_ms == pytest.approx(1.0)
    assert len(done) == 2 * 2 + 2 * 4 * 2
