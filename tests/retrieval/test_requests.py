"""What a message asks of Advisor itself is heard by its words."""

import json
import zlib
from collections import Counter

import numpy as np
import pytest

from retrieval.errors import CorpusError, ModelNotUsable
from retrieval.hearing import requests
from retrieval.hearing.requests import MOST_WORDS, hears_with, shipped
from retrieval.hearing.word_features import BUCKETS, features, words_of
from retrieval.labelled.requests import LABELS, Asking, read_requests
from retrieval.training.requesting import learned
from retrieval.words.requests import OTHERWISE, Request

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"
BLIND = ROOT / "tests" / "gold" / "more" / "requests.jsonl"


def bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS


def test_words_count_folded_and_questions_by_their_mark():
    assert words_of("What’s the WORST, café?") == ["whats", "the", "worst", "cafe", "?"]


def test_neighbours_and_runs_of_letters_weigh_one_each_in_squares():
    found = features("go on")

    words = ["go", "on", "^ go", "go on", "on $", "^ go on", "go on $"]
    runs = ["# g", "#go", "#o ", "# go", "#go ", "# go ", "# o", "#on", "#n ", "# on", "#on ",
            "# on "]
    expected = Counter()
    for one in words:
        expected[bucket(one)] += len(words) ** -0.5
    for one in runs:
        expected[bucket(one)] += len(runs) ** -0.5
    assert found == pytest.approx(expected)


def weighing(**heavy: float):
    """What hears a label by one word."""
    labels = (*heavy, OTHERWISE)
    weights = np.zeros((len(labels), BUCKETS), np.float32)
    for row, (label, weight) in enumerate(heavy.items()):
        weights[row, bucket(label)] = weight
    return hears_with(labels, weights, np.zeros(len(labels), np.float32))


def test_what_is_likely_enough_is_heard_and_nothing_else():
    # One word has four features of words, so its own counts half.
    assert weighing(short=4.0)("short") is Request.SHORT
    assert weighing(short=2 * np.log(1.01))("short") is Request.SHORT
    assert weighing(short=2 * np.log(0.99))("short") is None
    assert weighing(short=4.0, none=9.0)("short") is Request.SHORT
    assert weighing(short=2.0, next=2.0)("short next") is None


@pytest.mark.parametrize("text", ["", " \n", "!!!", " ".join(["short"] * (MOST_WORDS + 1))])
def test_no_words_and_very_many_ask_for_nothing(text):
    assert weighing(short=99.0)(text) is None


def test_a_few_messages_teach_what_they_share():
    asking = [Asking(text, wants, "a") for text, wants in [
        ("the gist please", Request.SHORT), ("a gist for my boss", Request.SHORT),
        ("only the gist", Request.SHORT), ("my boss is ill", None), ("a boss please", None),
        ("carry on, then what", Request.NEXT), ("and then?", Request.NEXT)]]

    found = learned(asking, ["cctv for the police", "drones for the army"])

    assert found.labels == ("next", "none", "short")
    assert found.weights.shape == (3, BUCKETS)
    hears = hears_with(found.labels, found.weights, found.bias)
    assert [hears(text) for text in ("gist?", "then", "drones")] == [
        Request.SHORT, Request.NEXT, None]


def test_what_ships_knows_every_label():
    assert {shipped()(text) for text in (
        "what should I be most worried about", "my vp wants a paragraph on this",
        "we sold them the cameras last year")} == {Request.GRAVEST, Request.SHORT, None}


def test_unseen_writers_are_heard_and_seldom_misheard():
    """400 messages each by two writers, from whom nothing was learned: bounds, not figures."""
    rows = [json.loads(line) for line in BLIND.read_text("utf-8").splitlines()]
    hears = shipped()
    wanted = [(row["wants"], hears(row["text"])) for row in rows if row["wants"] != OTHERWISE]
    others = [hears(row["text"]) for row in rows if row["wants"] == OTHERWISE]
    right = sum(truth == heard for truth, heard in wanted)
    wrong = sum(heard is not None and truth != heard for truth, heard in wanted)
    assert (len(wanted), len(others)) == (531, 264)
    assert right >= 0.78 * len(wanted)
    assert wrong <= 0.03 * len(wanted)
    assert sum(heard is not None for heard in others) <= 0.03 * len(others)


def test_the_corpus_has_messages_of_every_label_and_one_in_three_asks_for_nothing():
    asking = read_requests(CORPUS)
    counts = Counter(one.wants for one in asking)
    assert counts.keys() == {*Request, None}
    assert min(counts.values()) >= 100
    assert 0.3 <= counts[None] / len(asking) <= 0.45
    assert set(LABELS) == {*Request, OTHERWISE}


def test_each_line_that_is_none_is_named(tmp_path):
    folder = tmp_path / "requests"
    folder.mkdir()
    (folder / "01-a.jsonl").write_text(
        '{"text": "so?", "wants": "next"}\n{"text": " ", "wants": "next"}\n'
        '{"text": "so?", "wants": "nxt"}\n{"text": "so?", "wants": 3}\n')
    (folder / "02-b.jsonl").write_text('{"text": \n')
    with pytest.raises(CorpusError) as error:
        read_requests(tmp_path)
    places = [line.partition(": ")[0] for line in error.value.problems]
    assert places == [f"requests/01-a.jsonl:{n}" for n in (2, 3, 4)] + ["requests/02-b.jsonl:1"]


def test_a_damaged_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(requests, "FILE", tmp_path / "requests.safetensors")
    (tmp_path / "requests.safetensors").write_bytes(b"no")
    shipped.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"can't be read .* Install the project again\."):
            shipped()
    finally:
        shipped.cache_clear()


def test_features_of_a_text_are_worked_out_once_and_cannot_be_changed() -> None:
    """A turn asks three models of each text, and of a first message in two conversations."""
    first = features("what if we drop the reseller")
    assert features("what if we drop the reseller") is first
    with pytest.raises(TypeError):
        first[0] = 1.0  # type: ignore[index]
