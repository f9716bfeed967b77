"""What is far too long is told with its place at once, and never worked on for minutes."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from retrieval.content import lengths
from retrieval.content.lengths import LONGEST_PROSE, LONGEST_SAID, excesses
from retrieval.corpus import read_all
from retrieval.errors import CorpusError
from retrieval.labelled.cases import BadGold, read_queries
from retrieval.labelled.exemplars import read_exemplars
from tests.retrieval.test_corpus import SHIPPED, spoil

pytestmark = pytest.mark.long

PASTED = "It was pasted here. " * 500_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the corpus that ships, to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "corpus"))


@pytest.mark.parametrize(("file", "old", "key", "most"), [
    ("sources/ungp.yaml", "    text: >-\n      ", "text", 10_000),
    ("sources/ungp.yaml", "    heading: ", "heading", 1_000),
    ("red_flags.yaml", "  title: ", "title", 1_000),
    ("gaps.yaml", "  says: >-\n    ", "says", 10_000),
    ("glossary.yaml", "  names: [", "names", 1_000),
    ("vocabulary/end_user.yaml", "terms: [", "terms", 1_000),
    ("phrases.yaml", "  negation:\n    [", "negation", 1_000),
])
def test_a_text_of_ten_megabytes_is_told_with_its_place(
    root: Path, file: str, old: str, key: str, most: int
):
    many = old.endswith("[")
    pasted = PASTED if not many else PASTED.replace(".", "") + ", "
    spoil(root, file, old, old + pasted)
    (problem,) = read_all(root)[1]
    place, _, said = problem.partition(": ")
    name, _, line = place.partition(":")
    held = (root / file).read_text("utf-8").splitlines()[int(line) - 2:int(line) + 2]
    assert name == file
    assert any(f"{key}:" in one[:200] for one in held)
    assert f"{key!r} has " in said
    assert f"and {most:,} is the most that is read" in said
    assert len(problem) < 400


def test_what_ships_comes_nowhere_near():
    assert read_all(SHIPPED)[1] == []
    assert max(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) * 20 < (
        lengths.MOST_FILE_BYTES)


def test_a_text_is_measured_by_the_nearest_key():
    just, over = "x" * LONGEST_PROSE, "x" * (LONGEST_PROSE + 1)
    assert list(excesses({"text": just, "asks": ["why", "x" * 1_000]})) == []
    assert [path for path, _ in excesses(
        {"text": over, "asks": ["why", "x" * 1_001], "id": "x" * 201, "likely": [{"why": over}]}
    )] == [("text",), ("asks", 1), ("id",), ("likely", 0, "why")]
    assert [path for path, _ in excesses({"asks": ["x"] * 10_001})] == [("asks",)]


def test_a_file_of_fifty_megabytes_is_not_read(root: Path):
    with (root / "glossary.yaml").open("r+b") as file:
        file.truncate(lengths.MOST_FILE_BYTES + 1)
    assert read_all(root)[1] == [
        "glossary.yaml:1: the file has 52,428,801 bytes, and 52,428,800 is the most that is read; "
        "part it"]


def test_aliases_that_stand_for_billions_end(root: Path):
    names = "abcdefghij"
    lines = [f"{names[0]}: &{names[0]} [{', '.join('x' * 10)}]"]
    lines += [f"{now}: &{now} [{', '.join([f'*{was}'] * 10)}]"
              for was, now in pairwise(names)]
    (root / "vocabulary" / "bomb.yaml").write_text("\n".join(lines), "utf-8")
    told = [one for one in read_all(root)[1] if "aliases (*) repeat so much" in one]
    assert len(told) == 1
    assert told[0].startswith("vocabulary/bomb.yaml:")


def test_a_labelled_message_of_megabytes_is_told(tmp_path: Path):
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps({"query": "x" * n, "relevant": []})
                              for n in (LONGEST_SAID, LONGEST_SAID + 1)), "utf-8")
    with pytest.raises(BadGold, match=r"cases\.jsonl:2: 'query' has 100,001 characters, and "):
        read_queries(file)


def test_lines_that_cannot_be_read_are_all_told(root: Path):
    file = root / "exemplars" / "00.jsonl"
    deep, long = "[" * 200_000, json.dumps({"clauses": [["x" * (LONGEST_SAID + 1), {}]]})
    file.write_text(f"{deep}\n{{bad\n[]\n", "utf-8")
    (root / "exemplars" / "000.jsonl").write_text(f"{long}\n{{}}\n", "utf-8")
    with pytest.raises(CorpusError) as told:
        read_exemplars(root, read_all(root)[0])
    assert [one.partition(": ")[0] for one in told.value.problems] == [
        "exemplars/00.jsonl:1", "exemplars/00.jsonl:2", "exemplars/000.jsonl:1"]


@pytest.mark.parametrize(("name", "said"), [
    ("sources/treaty.yml", "in sources/ a file is read if its name ends in .yaml"),
    ("sources/ungp.yaml.orig", "in sources/ a file is read if its name ends in .yaml"),
    ("sources/old/treaty.yaml", "nobody reads what lies this deep"),
    ("vocabulary/products.json", "in vocabulary/ a file is read if its name ends in .yaml"),
    ("exemplars/01.json", "in exemplars/ a file is read if its name ends in .jsonl"),
    ("red_flag.yaml", "did you mean red_flags.yaml?"),
    ("countries.csv", "nobody reads a file of this name"),
    ("source/treaty.yaml", "nobody reads a file of this name"),
])
def test_a_file_that_nobody_reads_is_told(root: Path, name: str, said: str):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("[]\n", "utf-8")
    (problem,) = read_all(root)[1]
    assert problem.startswith(f"{name}:1: ")
    assert said in problem


@pytest.mark.parametrize("name", [
    "README.md", "sources/README.md", "LICENSE", ".git/config.yaml", "sources/.treaty.yaml.swp",
    "check.sh"])
def test_what_is_no_content_may_lie_beside_it(root: Path, name: str):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("x\n", "utf-8")
    assert read_all(root)[1] == []
