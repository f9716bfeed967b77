"""What is counted of a release is kept beside its index, and believed only where it is whole."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import bm25s.stopwords
import numpy as np
import pytest

from retrieval import counts, opening
from retrieval.counts import Counts, counts_of, key_of
from retrieval.finding import lexical
from retrieval.finding.dense import Leading
from retrieval.finding.lexical import Bm25, words_in, words_in_all
from retrieval.guidance import Guidance
from retrieval.indexes.entries import entries_of
from retrieval.indexes.kept_counts import FILE, keep_counts, kept_counts
from retrieval.matches import Query, Search
from retrieval.opening import open_release
from retrieval.words.tokens import words_of

from . import small
from .conftest import ROOT, WordEmbeddings

QUESTION = "do we need a hotline for complaints"


def opened(folder: Path, program: str | None = "this one", guidance: Guidance | None = None
           ) -> Search:
    return open_release(guidance or small.ordinary(), WordEmbeddings(), folder, program=program)


def kept_in(folder: Path) -> Path:
    (file,) = (folder / "index").glob(f"guidance-*/{FILE}")
    return file


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word for each time that a release was counted."""
    times: list[str] = []

    def counting(*given: object) -> Counts:
        times.append("counted")
        return counts_of(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "counts_of", counting)
    return times


def test_a_second_start_counts_nothing_and_finds_the_same(tmp_path: Path, counted: list[str]):
    first = opened(tmp_path)([Query(QUESTION)])
    again = opened(tmp_path)([Query(QUESTION)])

    assert counted == ["counted"]
    assert again == first


def test_where_no_program_is_named_nothing_is_kept(tmp_path: Path, counted: list[str]):
    opened(tmp_path, program=None)
    opened(tmp_path, program=None)

    assert len(counted) == 2
    assert not list(tmp_path.rglob(FILE))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def change_a_word(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"hotlin", b"hotdog"))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def forge(file: Path) -> None:
    file.write_bytes(b"0" * 64 + b"\n" + b'{"names": []}')


@pytest.mark.parametrize("damage", [cut_short, change_a_word, empty, forge, Path.unlink])
def test_what_is_not_whole_is_counted_again_and_kept_anew(
    damage: Callable[[Path], None], tmp_path: Path, counted: list[str]
):
    first = opened(tmp_path)([Query(QUESTION)])
    whole = kept_in(tmp_path).read_bytes()
    damage(kept_in(tmp_path))

    assert opened(tmp_path)([Query(QUESTION)]) == first
    assert len(counted) == 2
    assert kept_in(tmp_path).read_bytes().partition(b"\n")[2] == whole.partition(b"\n")[2]


def test_what_another_program_counted_is_counted_again(tmp_path: Path, counted: list[str]):
    opened(tmp_path)
    opened(tmp_path, "another")

    assert len(counted) == 2


def test_what_is_said_of_a_provision_beside_its_texts_counts_too(tmp_path: Path):
    # The index is the same: its pinpoint is not embedded.
    guidance = small.ordinary()
    named = next(iter(guidance.provisions.values()))
    other = replace(guidance, provisions={
        **guidance.provisions, named.id: replace(named, pinpoint="UNGP seventeen")})

    assert key_of(guidance, "index", "this one") != key_of(other, "index", "this one")


@pytest.mark.parametrize("file", ["FILE", "STOP_WORDS"])
def test_what_is_shipped_with_the_program_counts_too(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = key_of(small.ordinary(), "index", "this one")
    owner = counts.opening_words if file == "FILE" else counts
    changed = tmp_path / "changed"
    changed.write_bytes(getattr(owner, file).read_bytes() + b" ")
    monkeypatch.setattr(owner, file, changed)

    assert key_of(small.ordinary(), "index", "this one") != before


def test_where_it_cannot_be_written_a_search_opens_all_the_same(
    tmp_path: Path, counted: list[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    opened(tmp_path)
    file = kept_in(tmp_path)
    file.unlink()
    file.mkdir()

    assert opened(tmp_path)([Query(QUESTION)])[0].matches
    assert len(counted) == 2
    assert "can't be kept" in caplog.text
    assert [one.name for one in file.parent.iterdir() if one.name.startswith(".")] == []


def test_who_reads_while_others_write_finds_all_of_it_or_nothing(tmp_path: Path):
    fields = {"words": ["word"] * 20_000}
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            keep_counts(tmp_path, "key", fields)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for one in writers:
        one.start()
    found = [kept_counts(tmp_path, "key") for _ in range(100)]
    ended.set()
    for one in writers:
        one.join()

    assert all(one in (None, fields) for one in found)
    assert kept_counts(tmp_path, "key") == fields
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


@pytest.mark.long
def test_two_processes_that_start_at_once_count_the_same(tmp_path: Path):
    opened(tmp_path)
    kept = kept_in(tmp_path).read_bytes()
    kept_in(tmp_path).unlink()
    program = f"""
from pathlib import Path
from tests.retrieval.test_kept_counts import QUESTION, opened
from retrieval.matches import Query
print(opened(Path({str(tmp_path)!r}))([Query(QUESTION)])[0].matches[0].passage.provision)
"""
    started = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, text=True,
                                stdout=subprocess.PIPE) for _ in range(2)]

    assert [one.communicate()[0] for one in started] == ["ungp-29\n"] * 2
    # In which order bm25s numbers words is chance's.
    names = [json.loads(one.partition(b"\n")[2])["names"]
             for one in (kept, kept_in(tmp_path).read_bytes())]
    assert names[0] == names[1]


@pytest.mark.long
def test_all_that_is_counted_of_the_corpus_comes_back_as_it_was(guidance: Guidance):
    entries = entries_of(guidance)
    leading = Leading(entries, {id_: n for n, id_ in enumerate(guidance.provisions)})
    made = counts_of(guidance, entries, leading)
    back = Counts.of_fields(json.loads(json.dumps(made.fields)), guidance, entries, leading)

    assert back.fields == made.fields
    assert back.names == {
        token.norm for entry in entries for token in words_of(entry.text)}
    asks = [entry.text for entry in entries][::400]
    for ask in asks:
        said = words_in(ask)
        assert np.array_equal(back.lexical.whole(said), made.lexical.whole(said))
        assert np.array_equal(back.lexical.spoken(said), made.lexical.spoken(said))
        assert back.words.evidence(ask) == made.words.evidence(ask)
        assert back.gap_words(ask) == made.gap_words(ask)
        assert [back.of_field(ask, gap.id) for gap in guidance.gaps] == [
            made.of_field(ask, gap.id) for gap in guidance.gaps]


def test_words_are_worth_what_bm25s_says_to_the_bit():
    texts = words_in_all(["a camera follows a crowd", "a crowd of cameras", "", "police and crowds",
                          "the phone of the police"])
    theirs = bm25s.BM25()
    theirs.index(texts, show_progress=False)
    ours = Bm25.counted(texts)
    asked = words_in("which crowd do police cameras follow, crowd")

    assert ours(asked).tolist() == theirs.get_scores(asked).astype(np.float64).tolist()
    assert ours(["xyzzy"]).tolist() == ours([]).tolist() == [0.0] * 5


def test_the_stop_words_are_those_of_the_library_that_counts():
    assert lexical._stop_words() == set(bm25s.stopwords.STOPWORDS_EN_PLUS)
