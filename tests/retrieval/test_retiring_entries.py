"""A red flag, safeguard or question is retired in the register, and relied on by nothing since."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.corpus import read_all
from retrieval.reading.register import NotRetired, Retired, read_register, register, retire
from tests.retrieval.small_corpus import FILES

WHY = "the guidance of 2027 no longer names it"
DAY = "2026-11-28"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    register(tmp_path, read_all(tmp_path)[0])
    return tmp_path


def edit(corpus: Path, file: str, old: str, new: str) -> None:
    path = corpus / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_retired_flag_is_raised_no_more_and_stays_in_the_register(corpus):
    assert retire(corpus, "spyware-sold", DAY, WHY) == ("red flag", "spyware-sold")
    guidance, problems = read_all(corpus)
    assert problems == []
    assert [f.id for f in guidance.red_flags] == ["sg-c1-rf1"]
    assert f"red flag\tspyware-sold\t{DAY}\t{WHY}" in (
        corpus / "register.tsv").read_text("utf-8").splitlines()
    assert read_register(corpus).retired == {
        ("red flag", "spyware-sold"): Retired(DAY, WHY)}


def test_its_entry_may_be_taken_out_of_its_file_as_well(corpus):
    retire(corpus, "spyware-sold", DAY, WHY)
    flags = corpus / "red_flags.yaml"
    flags.write_text(flags.read_text("utf-8").split("- id: spyware-sold")[0], "utf-8")
    assert read_all(corpus)[1] == []
    # Registering what is new leaves what is retired as it is.
    assert register(corpus, read_all(corpus)[0]) == 0
    assert ("red flag", "spyware-sold") in read_register(corpus).retired


def test_who_still_names_a_retired_safeguard_is_told_once_with_day_and_reason(corpus):
    retire(corpus, "training", DAY, WHY)
    guidance, problems = read_all(corpus)
    assert list(guidance.safeguards) == ["limits"]
    assert problems == [
        f"red_flags.yaml:9: red flag 'spyware-sold': safeguard 'training' was retired on {DAY} "
        f"({WHY}); name another, or take it out"]
    edit(corpus, "red_flags.yaml", "[limits, training]", "[limits]")
    assert read_all(corpus)[1] == []


def test_who_still_names_a_retired_question_is_told(corpus):
    assert retire(corpus, "misuse", DAY, WHY) == ("fact", "misuse")
    guidance, problems = read_all(corpus)
    assert "misuse" not in guidance.questions
    said = f"fact 'misuse' was retired on {DAY} ({WHY}); name another, or take it out"
    assert [p for p in problems if said not in p] == []
    assert {re.match(r"[\w/]+\.yaml", p)[0] for p in problems} == {
        "considerations.yaml", "question_groups.yaml", "red_flags.yaml", "vocabulary/product.yaml"}


@pytest.mark.parametrize(("name", "day", "why", "says"), [
    ("nothing", DAY, WHY, "no red flag, safeguard or question 'nothing'"),
    ("ungp-17", DAY, WHY, "advisor corpus retire"),
    ("training", DAY, "ok", "Say why"),
    ("training", "yesterday", WHY, "no day"),
    ("training", DAY, "one line\nand another", "one line"),
])
def test_what_cannot_be_retired_is_told(corpus, name, day, why, says):
    before = (corpus / "register.tsv").read_bytes()
    with pytest.raises(NotRetired, match=says):
        retire(corpus, name, day, why)
    assert (corpus / "register.tsv").read_bytes() == before


def test_what_is_retired_already_is_not_retired_again(corpus):
    retire(corpus, "training", DAY, WHY)
    with pytest.raises(NotRetired, match=f"was retired on {DAY}"):
        retire(corpus, "training", DAY, WHY)


@pytest.mark.parametrize(("line", "says"), [
    ("safeguard\ttraining\tsome day\twhy not at all", "'some day' is no day"),
    (f"safeguard\ttraining\t{DAY}\t", "no reason"),
    (f"provision\tungp-17\t{DAY}\t{WHY}", "is retired with 'advisor corpus retire'"),
])
def test_a_line_of_the_register_that_is_none_is_told(corpus, line, says):
    kind, name = line.split("\t")[:2]
    edit(corpus, "register.tsv", f"{kind}\t{name}\n", f"{line}\n")
    problems = read_all(corpus)[1]
    assert len(problems) == 1
    assert problems[0].startswith("register.tsv:")
    assert says in problems[0]


def test_a_line_whose_tabs_an_editor_made_blanks_of_is_told(tmp_path):
    (tmp_path / "register.tsv").write_text(
        "fact\tend_use\n\nred flag  old_flag  2026-11-28  relied on no more\n", "utf-8")
    assert read_register(tmp_path).problems == (
        "register.tsv:3: a line is a kind, a tab and an id; put the tabs back that an editor has "
        "made blanks of",)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_emptied_register_is_no_sound_one(tmp_path: Path, content: str) -> None:
    """Every flag that was retired would have come back unnoticed."""
    (tmp_path / "register.tsv").write_text(content, encoding="utf-8")

    assert read_register(tmp_path).problems == (
        "register.tsv:1: the register of ids is empty; restore it from the last release, since it "
        "also says what was retired",)


def test_a_register_that_can_not_be_written_whole_stays_as_it_was(corpus):
    """On a full disk it was cut short, and what was retired was back."""
    was = (corpus / "register.tsv").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", "import resource, sys; from pathlib import Path; "
         "from retrieval.reading.register import retire; "
         "resource.setrlimit(resource.RLIMIT_FSIZE, (30, 30)); "
         f"retire(Path(sys.argv[1]), 'spyware-sold', {DAY!r}, {WHY!r})", str(corpus)],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": os.pathsep.join(sys.path)})
    assert "File too large" in done.stderr
    assert (corpus / "register.tsv").read_bytes() == was
    assert [file.name for file in corpus.glob(".*")] == []


def test_a_register_keeps_who_may_read_it(corpus):
    (corpus / "register.tsv").chmod(0o640)
    retire(corpus, "spyware-sold", DAY, WHY)
    assert (corpus / "register.tsv").stat().st_mode & 0o777 == 0o640
